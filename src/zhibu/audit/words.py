"""What each act is called. Every app lists its acts in ``audit_words.py``; an unlisted act is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from zhibu.shared.discovery import discover


@dataclass(frozen=True, slots=True)
class Word:
    """The sentence of an act; ``%(name)s`` takes a value from the event's data.

    Values of the ``private`` fields never reach the log; that they were part of the act does.
    """

    sentence: object
    private: tuple[str, ...] = ()


class UnknownAction(LookupError):
    """An act that no ``audit_words.py`` names."""


@cache
def words() -> Mapping[str, Word]:
    found: dict[str, Word] = {}
    for module in discover("audit_words"):
        for action, word in module.WORDS.items():
            if action in found:
                raise ValueError(f"audit action {action!r} is named twice")
            found[action] = word
    return found


def word(action: str) -> Word:
    try:
        return words()[action]
    except KeyError:
        raise UnknownAction(f"{action!r} is in no audit_words.py") from None


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def sentence(action: str, data: Mapping[str, Any]) -> str:
    """The act in words. An action of an app that is gone is shown by its code."""
    known = words().get(action)
    if known is None:
        return action
    return str(known.sentence) % _Blank(data)


#: What stands in the log for a private value.
HIDDEN = "（不记入日志）"
