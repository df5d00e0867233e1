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
from zhibu_engine.kinds.rows import NOUNS
from zhibu_engine.kinds.segments import segment_noun
from zhibu_engine.kinds.shares import WhenNone, share_judged, share_sentence
from zhibu_engine.kinds.where import where_checks, where_condition, where_phrases, where_problems
from zhibu_engine.shares import ShareField
from zhibu_engine.tallies import Tallied, Tally, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words

_HOLDS: dict[str, Condition] = {
    "post": ACTIVE,
    "member": COUNTED_MEMBER,
    "document": equals("year", 0),
    "due": equals("year", 0),
    "below": equals("year", 0),
}


@kind("ratio")
@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio(RuleKind):
    """符合条件的记录达到规定比例。 Of the rows of ``relation`` (narrowed by ``where``), the share that passes ``part``.

    Posts and members are those of the judging day. ``segments`` narrows by segment kind; validity is not asked.

    用法：符合条件的记录占多少。relation 写看哪种记录，where（或者 segments）先筛出看哪些，
    part 写怎样才算达到，at_least 写占比，如 "90%"。职务、党员按评判日的。只统计的条款可以不写 at_least。
    没有记录时按 when_none，缺省未评。
    满足：relation: post，part: {has_duty: true}，at_least: "100%"，
    四名任职的都写明了分工。
    不满足：四名中有一名没有写分工。

    Met:
        ``relation: post, part: {has_duty: true}, at_least: "100%"`` and all four post holders have a duty.

    Unmet:
        The same, and one of the four has none. Without any row it is 未评, unless ``when_none`` says otherwise.
    """

    relation: Literal[
        "segment",
        "document",
        "post",
        "member",
        "part",
        "attendance",
        "entry",
        "entry_value",
        "publication",
        "ballot_result",
        "matter",
        "matter_step",
        "due",
        "below",
    ]
    part: dict[str, Any]
    at_least: ShareField | None = None
    where: dict[str, Any] = field(default_factory=dict)
    segments: tuple[str, ...] = ()
    when_none: WhenNone = "not_assessed"

    def __post_init__(self) -> None:
        if self.segments and self.relation not in ("segment", "part", "attendance"):
            raise ValueError("segments 只用于 segment、part、attendance。")

    @property
    def open_words(self) -> str:
        return "at_least" if self.at_least is None else ""

    def check(self, words: Words) -> Iterator[Problem]:
        yield from unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")
        yield from where_problems(self.relation, self.where, words)
        yield from where_problems(self.relation, self.part, words, "part")

    def base(self, words: Words) -> Condition:
        segments = OneOf("kind", self.segments) if self.segments else ALWAYS
        where = where_condition(self.relation, self.where, words)
        return both(_HOLDS.get(self.relation, ALWAYS), segments, where)

    def tallies(self, words: Words) -> Wanted:
        base = self.base(words)
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
                self.relation, self.base(words), where_checks(self.relation, self.part, words)
            ),
        )

    def sentence(self, said: Said) -> str:
        noun, unit = NOUNS[self.relation]
        if self.segments:
            noun = segment_noun(said.words, self.segments)
        kinds = self.where.get("kind", ())
        if self.relation == "document" and kinds:
            listed = [kinds] if isinstance(kinds, str) else kinds
            noun = "、".join(said.words.document_kinds[code].title for code in listed)
        passing, failing = where_phrases(self.relation, self.part, said.words)
        return share_sentence(said, noun, unit, self.at_least, passing=passing, failing=failing)
