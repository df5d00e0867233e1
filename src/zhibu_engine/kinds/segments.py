"""Evidence rows of segment rules: every sitting of the kinds, and why it did not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zhibu_engine.conditions import OneOf
from zhibu_engine.kinds.base import Evidence
from zhibu_engine.kinds.where import where_checks
from zhibu_engine.validity import Check, segment_checks

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


def segment_noun(words: Words, codes: Sequence[str]) -> str:
    """How people call the segments of these kinds together."""
    if not 0 < len(codes) <= 2:
        return "会议和活动"
    return "、".join(words.segment_kinds[code].title for code in codes)


def segment_evidence(
    words: Words,
    codes: Iterable[str],
    where: Mapping[str, Any],
    *,
    valid: bool = True,
    more: tuple[Check, ...] = (),
) -> tuple[Evidence, ...]:
    """One evidence for each kind, since each kind has its own conditions."""
    narrowed = where_checks("segment", where, words)
    return tuple(
        Evidence(
            "segment",
            OneOf("kind", (code,)),
            (
                (*segment_checks(words.segment_kinds[code]), *narrowed, *more)
                if valid
                else (*narrowed, *more)
            ),
        )
        for code in codes
    )
