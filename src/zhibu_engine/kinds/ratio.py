"""A share of the rows of a relation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ACTIVE, ALWAYS, COUNTED_MEMBER, Condition, OneOf, both, equals
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
    unknown_words,
)
from zhibu_engine.kinds.shares import ShareField, WhenNone, share_judged, share_sentence
from zhibu_engine.kinds.where import where_checks, where_condition, where_problems
from zhibu_engine.tallies import Tallied, Tally, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words

_HOLDS: dict[str, Condition] = {
    "post": ACTIVE,
    "member": COUNTED_MEMBER,
    "document": equals("year", 0),
}


@kind("ratio")
@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio(RuleKind):
    """符合条件的记录达到规定比例。 Of the rows of ``relation`` (narrowed by ``where``), the share that passes ``part``.

    Posts and members are those of the judging day. ``segments`` narrows by segment kind; validity is not asked.

    Met:
        ``relation: post, part: {has_duty: true}, at_least: "100%"`` and all four post holders have a duty.

    Unmet:
        The same, and one of the four has none. Without any row it is 未评, unless ``when_none`` says otherwise.
    """

    relation: Literal["segment", "document", "post", "member", "part", "attendance"]
    part: dict[str, Any]
    at_least: ShareField
    where: dict[str, Any] = field(default_factory=dict)
    segments: tuple[str, ...] = ()
    when_none: WhenNone = "not_assessed"

    def __post_init__(self) -> None:
        if self.segments and self.relation not in ("segment", "part", "attendance"):
            raise ValueError("segments 只用于 segment、part、attendance。")

    def check(self, words: Words) -> Iterator[Problem]:
        yield from unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")
        yield from where_problems(self.relation, self.where, words)
        yield from where_problems(self.relation, self.part, words, "part")

    def _base(self, words: Words) -> Condition:
        segments = OneOf("kind", self.segments) if self.segments else ALWAYS
        where = where_condition(self.relation, self.where, words)
        return both(_HOLDS.get(self.relation, ALWAYS), segments, where)

    def tallies(self, words: Words) -> Wanted:
        base = self._base(words)
        part = both(base, where_condition(self.relation, self.part, words))
        return {
            "rows": (Tally(self.relation, where=base),),
            "part": (Tally(self.relation, where=part),),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        return share_judged(tallied["part"], tallied["rows"], self.at_least, self.when_none)

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return (
            Evidence(
                self.relation, self._base(words), where_checks(self.relation, self.part, words)
            ),
        )

    def sentence(self, said: Said) -> str:
        return share_sentence(said, "比例", self.at_least, "条")
