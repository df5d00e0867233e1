"""At least so many valid segments in every period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

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
    until_distance,
)
from zhibu_engine.kinds.periods import (
    PER_UNIT_ZH,
    PER_ZH,
    period_counts,
    period_judged,
    period_tallies,
)
from zhibu_engine.kinds.required import RequiredFrom
from zhibu_engine.kinds.rows import rows_maker
from zhibu_engine.kinds.segments import segment_evidence, segment_noun
from zhibu_engine.kinds.where import where_problems
from zhibu_engine.tallies import Tallied, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("minimum_count")
@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumCount(RuleKind):
    """每个期间至少召开规定次数的有效会议。 At least ``at_least`` valid segments in each due period.

    Due are the periods wholly inside the unit's life that have ended by the judging day; more in one
    period never makes up for another. ``required_from`` takes the yearly number from the unit's own entry
    (``register``, ``field``): without one it is 未评.

    用法：每月、每季度、每半年或者全年至少开几次有效的会。segments 写会议类别，写几类的，哪一类都算；
    per 写 month、quarter、half 或 year；at_least 缺省 1；where 再加条件；
    valid: false 的，无效的也算。一个期间多开的，不抵另一个期间。成立以前、撤销以后的期间不要求。
    required_from 用本组织自己登记的全年次数作要求，没有登记的未评。
    满足：per: quarter，at_least: 1，6 月 30 日评判，两个季度各有一次有效的党员大会。
    不满足：per: month，3 月 31 日评判，一月一次、三月两次，缺二月，计 2 次、应有 3 次。

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
    required_from: RequiredFrom | None = None

    def __post_init__(self) -> None:
        if self.at_least < 1:
            raise ValueError("at_least 要写 1 以上的整数。")
        if not self.segments:
            raise ValueError("segments 至少要写一类会议。")
        if self.required_from is not None and (self.per != "year" or self.at_least != 1):
            raise ValueError("required_from 只和 per: year 一起写，不写 at_least。")

    @property
    def monotone(self) -> bool:
        return True

    def check(self, words: Words) -> Iterator[Problem]:
        yield from unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")
        yield from where_problems("segment", self.where, words)
        if self.required_from is not None:
            yield from self.required_from.check(words)

    def tallies(self, words: Words) -> Wanted:
        make = rows_maker(words, "segment", self.segments, self.where, valid=self.valid)
        wanted = dict(period_tallies(make, self.per, self.at_least))
        if self.required_from is not None:
            wanted["required"] = self.required_from.tallies()
        return wanted

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        if self.required_from is not None:
            return self._by_own_number(tallied, subjects, calendar)
        return period_judged(
            period_counts(tallied, self.per),
            self.at_least,
            self.per,
            subjects,
            calendar,
            over=calendar.over(self.per),
            last_days=[span.last for span in calendar.spans(self.per)],
        )

    def _by_own_number(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        count, required = tallied["p0"], tallied["required"]
        owed = subjects.owed("year", calendar) != 0
        met = count >= required
        return Judged(
            np.minimum(count, np.maximum(required, 0)),
            np.maximum(required, 0),
            met,
            applies=owed,
            assessed=np.asarray(required > 0),
            due=met | bool(calendar.over("year")),
            until=until_distance(calendar, calendar.open_until("year"), owed & ~met),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return segment_evidence(words, self.segments, self.where, valid=self.valid)

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        return calendar.labels(self.per, detail)

    def sentence(self, said: Said) -> str:
        noun = said.noun(segment_noun(said.words, self.segments))
        record = "有效记录" if self.valid else "记录"
        if said.statistic:
            return self._counted(said, noun, record)
        if self.required_from is not None:
            text = f"{noun}自定全年 {said.required} 次，系统内{record} {said.measured} 次"
            return f"{text}，已达到。" if said.met else f"{text}。"
        often = "全年" if self.per == "year" else PER_ZH[self.per]
        head = f"{noun}{often}至少 {self.at_least} 次"
        if said.met:
            return f"{head}，{f'应有 {said.required} 次，' if said.required > 1 else ''}已达到。"
        if not said.measured:
            owed = f"，应有 {said.required} 次" if said.required > 1 else ""
            return f"{head}{owed}，系统内未见{record}。"
        text = f"{head}，应有 {said.required} 次，系统内{record} {said.measured} 次"
        if not said.missing or self.per == "year":
            return f"{text}。"
        word = "未见" if self.at_least == 1 else "不足"
        return f"{text}，{word}的有：{'、'.join(said.missing)}。"

    def _counted(self, said: Said, noun: str, record: str) -> str:
        if self.per == "year":
            if not said.measured:
                return f"系统内未见{noun}的{record}。"
            number = f" {said.measured} 次" if self.at_least > 1 else ""
            return f"系统内有{noun}的{record}{number}。"
        if self.at_least == 1:
            name = PER_UNIT_ZH[self.per]
            return f"统计 {said.required} {name}，有{noun}的 {said.measured} {name}。"
        return f"{noun}应有 {said.required} 次，系统内{record} {said.measured} 次。"
