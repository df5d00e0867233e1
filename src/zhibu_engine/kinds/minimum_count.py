"""At least so many valid segments in every period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhibu_engine.calendar import Calendar, Per
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    One,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
    unknown_words,
)
from zhibu_engine.kinds.periods import PER_ZH, period_counts, period_judged, period_tallies
from zhibu_engine.kinds.segments import segment_evidence
from zhibu_engine.kinds.where import where_condition, where_problems
from zhibu_engine.tallies import Tallied, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("minimum_count")
@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumCount(RuleKind):
    """每个期间至少召开规定次数的有效会议。 At least ``at_least`` valid segments in each due period.

    Due are the periods wholly inside the unit's life that have ended by the judging day; more in one
    period never makes up for another.

    Met:
        ``per: quarter, at_least: 1``, judged on 30 June, one valid 党员大会 in each of two quarters.

    Unmet:
        ``per: month, at_least: 1``, judged on 31 March, valid 支委会 in January and two in March: 2 of 3.
    """

    segments: tuple[str, ...]
    per: Per
    at_least: int = 1
    where: dict[str, Any] = field(default_factory=dict)
    valid: bool = True

    def __post_init__(self) -> None:
        if self.at_least < 1:
            raise ValueError("at_least 要写 1 以上的整数。")
        if not self.segments:
            raise ValueError("segments 至少要写一类会议。")

    def check(self, words: Words) -> Iterator[Problem]:
        yield from unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")
        yield from where_problems("segment", self.where, words)

    def tallies(self, words: Words) -> Wanted:
        where = where_condition("segment", self.where, words)
        return period_tallies(words, self.segments, self.per, self.at_least, where, self.valid)

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        return period_judged(
            period_counts(tallied, self.per),
            self.at_least,
            self.per,
            subjects,
            calendar,
            over=calendar.over(self.per),
            last_days=[span.last for span in calendar.spans(self.per)],
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return segment_evidence(words, self.segments, self.where, valid=self.valid)

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        return calendar.labels(self.per, detail)

    def sentence(self, said: Said) -> str:
        rule = f"{PER_ZH[self.per]}至少 {self.at_least} 次"
        if said.met:
            return f"{rule}：已到期的应有 {said.required} 次，系统内有效记录 {said.measured} 次。"
        months = "、".join(said.missing)
        tail = f"{months}系统内未见足够的有效记录。" if months else "系统内未见足够的有效记录。"
        return f"{rule}：应有 {said.required} 次，系统内有效记录 {said.measured} 次；{tail}"
