"""Reasons of other apps why something may not be published.

Documents know no matters. A higher app says so in its ``publication_guards.py``:
``def publication_refusals(*, about, kind, day) -> Iterable[str]``; any sentence refuses. After each act
``def publication_changed(publication, actor)`` is told, so that it may do a step of what it is about. Before it
``def publication_filled(*, unit, about, kind)`` fills in the empty form by the names of its fields, so that neither a
long text nor a private name travels in an address. ``def publication_about_url(*, about)`` is the page of what it is about.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.shared.discovery import discover
from zhibu.shared.errors import RuleBroken


def publication_refusals(*, about: str, kind: str, day: date) -> list[str]:
    return [
        str(sentence)
        for module in discover("publication_guards")
        for sentence in module.publication_refusals(about=about, kind=kind, day=day)
    ]


def refuse_guarded(*, about: str, kind: str, day: date) -> None:
    """Hard: there is no reason with which this may be passed."""
    said = publication_refusals(about=about, kind=kind, day=day)
    if said:
        raise RuleBroken("".join(said))


def publication_filled(*, unit: Any, about: str, kind: str) -> dict[str, Any]:
    """What apps know of the unit's own thing to be published; nothing where none knows it."""
    found: dict[str, Any] = {}
    for module in discover("publication_guards") if about else ():
        found.update(module.publication_filled(unit=unit, about=about, kind=kind))
    return found


def publication_tell(publication: Any, actor: Any) -> None:
    """Published, corrected or withdrawn: inside the same act."""
    for module in discover("publication_guards"):
        module.publication_changed(publication, actor)


def publication_about_url(about: str) -> str:
    """The page of the thing it is about; empty where no app has one."""
    found = (module.publication_about_url(about=about) for module in discover("publication_guards"))
    return next(filter(None, found), "") if about else ""
