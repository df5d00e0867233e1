"""Regular over the year: no long gap, no bunching in the last month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhibu_engine.calendar import Calendar, longest_run
from zhibu_engine.conditions import ALWAYS, equals
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    One,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
    segment_tallies,
    unknown_words,
)
from zhibu_engine.kinds.periods import (
    COUNT,
    PER_UNIT_ZH,
    period_counts,
    period_judged,
    period_tallies,
)
from zhibu_engine.kinds.rows import rows_maker
from zhibu_engine.kinds.segments import segment_evidence, segment_noun
from zhibu_engine.shares import ShareField, share_zh
from zhibu_engine.tallies import Tallied, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("regularity")
@dataclass(frozen=True, slots=True, kw_only=True)
class Regularity(RuleKind):
    """成为常态。 Of the due periods, the share with a valid record; what is not written is not asked.

    ``max_gap`` is the longest run of due periods without one, ``max_last_share`` the largest share of the
    year's records that may lie in December (年底突击).

    用法：有没有成为常态。per 写按月还是按季度；at_least 是有记录的期间占多少，max_gap 是最长可以连着断几个期间，
    max_last_share 是十二月的记录最多占全年多少（防止年底突击）；哪一样不写就不看哪一样。
    满足：per: month，at_least: "90%"，max_gap: 1，十二个月中有十一个月有。
    不满足：五月、六月连着没有。

    Met:
        ``per: month, at_least: "90%", max_gap: 1`` and eleven of twelve months.

    Unmet:
        The same with nothing in May and June: a gap of two.
    """

    segments: tuple[str, ...]
    per: Literal["month", "quarter"] = "month"
    at_least: ShareField | None = None
    max_gap: int | None = None
    max_last_share: ShareField | None = None

    @property
    def open_words(self) -> str:
        written = (self.at_least, self.max_gap, self.max_last_share)
        return (
            "" if any(one is not None for one in written) else "at_least、max_gap 或 max_last_share"
        )

    @property
    def monotone(self) -> bool:
        return self.max_last_share is None

    def check(self, words: Words) -> Iterator[Problem]:
        return unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")

    def tallies(self, words: Words) -> Wanted:
        wanted = dict(period_tallies(rows_maker(words, "segment", self.segments), self.per, 1))
        if self.max_last_share is not None:
            wanted["all"] = segment_tallies(words, self.segments, where=ALWAYS)
            wanted["last"] = segment_tallies(words, self.segments, where=equals("month", 12))
        return wanted

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        judged = period_judged(
            period_counts(tallied, self.per),
            1,
            self.per,
            subjects,
            calendar,
            over=calendar.over(self.per),
            last_days=[span.last for span in calendar.spans(self.per)],
        )
        over, under = self.at_least or (0, 1)
        met = (judged.measured * under >= judged.required * over) & (judged.measured > 0)
        if self.max_gap is not None and judged.detail is not None:
            met &= longest_run(judged.detail, COUNT[self.per]) <= self.max_gap
        if self.max_last_share is not None:
            most, of = self.max_last_share
            met &= tallied["last"] * of <= tallied["all"] * most
        judged.met = met
        judged.share = self.at_least
        judged.due = np.asarray(judged.due)
        return judged

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return segment_evidence(words, self.segments, {})

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        return calendar.labels(self.per, detail)

    def sentence(self, said: Said) -> str:
        noun = said.noun(segment_noun(said.words, self.segments))
        unit = PER_UNIT_ZH[self.per]
        text = f"{said.required} {unit}中有 {said.measured} {unit}有{noun}的有效记录"
        if said.statistic:
            return f"{text}。"
        asked = []
        if self.at_least is not None:
            asked.append(f"不低于 {share_zh(self.at_least)}")
        if self.max_gap is not None:
            asked.append(f"连续空白不超过 {self.max_gap} {unit}")
        if self.max_last_share is not None:
            asked.append(f"12 月的记录不超过全年的 {share_zh(self.max_last_share)}")
        if said.met:
            return f"{text}。"
        tail = f"；系统内未见：{'、'.join(said.missing)}" if said.missing else ""
        return f"{text}，要求{'、'.join(asked)}{tail}。"
