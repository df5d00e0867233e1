"""Something is done by a day of the year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import Condition, at_least, at_most, both
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
    until_distance,
)
from zhibu_engine.kinds.rows import Events, rows_evidence, rows_maker, rows_noun, rows_problems
from zhibu_engine.tallies import Tallied, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


def month_day(value: str) -> int:
    """``"03-31"`` as 331."""
    try:
        day = date.fromisoformat(f"2024-{value}")
    except ValueError:
        raise ValueError(f'“{value}”不是日子，请写成 "03-31"。') from None
    return day.month * 100 + day.day


def month_day_zh(value: str) -> str:
    number = month_day(value)
    if number == 229:
        return "2 月底"
    return f"{number // 100} 月 {number % 100} 日"


@kind("deadline")
@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(RuleKind):
    """在规定日期以前完成。 ``at_least`` rows of ``relation`` between ``since`` and ``by`` of the year, both included.

    Of sittings only the valid ones. A row of a later day does not count. ``02-29`` is the last of February in
    every year. Until ``by`` it is 未到期, unless there are enough already. Who was founded
    after ``since`` or withdrawn before ``by`` does not owe it.

    用法：某一天以前要做完。relation 是看哪种记录，kinds 是类别，by 是最后日期（"03-31"，
    当天算在内），since 是从哪天起算，缺省 1 月 1 日；at_least 是至少几次。那天以前未到期，
    已经够了的除外。会议只算有效的。2 月底写 "02-29"，平年按 28 日算。
    期间当中才成立或者撤销的不适用。
    满足：relation: segment，kinds: [life_meeting]，by: "03-31"，
    3 月 31 日开了组织生活会。
    不满足：4 月 1 日才开，当天起评判。

    Met:
        ``relation: segment, kinds: [life_meeting], by: "03-31"`` and a valid one on 31 March.

    Unmet:
        The same and the first one on 1 April, judged on that day or later.
    """

    yearly: ClassVar[bool] = True

    relation: Events
    by: str
    since: str = "01-01"
    kinds: tuple[str, ...] = ()
    where: dict[str, Any] = field(default_factory=dict)
    at_least: int = 1

    def __post_init__(self) -> None:
        if month_day(self.since) > month_day(self.by):
            raise ValueError("since 不能晚于 by：这个期间永远不会到期。")
        if month_day(self.since) == 229:
            raise ValueError("since 不写 02-29（平年没有这一天），请写 02-28 或者 03-01。")
        if self.at_least < 1:
            raise ValueError("at_least 要写 1 以上的整数。")

    @property
    def monotone(self) -> bool:
        return True

    def check(self, words: Words) -> Iterator[Problem]:
        return rows_problems(words, self.relation, self.kinds, self.where)

    def _inside(self) -> Condition:
        first, last = month_day(self.since), month_day(self.by)
        return both(at_least("date_key", first), at_most("date_key", last))

    def tallies(self, words: Words) -> Wanted:
        make = rows_maker(words, self.relation, self.kinds, self.where)
        return {"done": make("count", "", self._inside())}

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        first, last = calendar.in_year(self.since), calendar.in_year(self.by)
        lived = subjects.founded <= calendar.distance(first)
        lived = lived & (subjects.withdrawn >= calendar.distance(last))
        done = np.minimum(tallied["done"], self.at_least)
        met = done >= self.at_least
        return Judged(
            done,
            np.full(len(subjects), self.at_least, dtype=np.int64),
            met,
            applies=lived & (first >= calendar.since),
            due=met | (calendar.distance(last) < 0) | (calendar.distance(last) == 0),
            until=until_distance(calendar, last, lived & ~met),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        first, last = month_day(self.since), month_day(self.by)
        more = [Check("by", at_most("date_key", last), f"晚于 {month_day_zh(self.by)}。")]
        if first > 101:
            early = f"早于 {month_day_zh(self.since)}。"
            more.append(Check("since", at_least("date_key", first), early))
        return rows_evidence(words, self.relation, self.kinds, self.where, more=tuple(more))

    def sentence(self, said: Said) -> str:
        noun, unit = rows_noun(said.words, self.relation, self.kinds)
        noun, unit = said.noun(noun), said.unit(unit)
        when = f"{month_day_zh(self.by)}以前"
        if said.measured:
            text = f"{when}有{noun} {said.measured} {unit}"
            asked = "" if said.met or said.statistic else f"，要求不少于 {said.required} {unit}"
            return f"{text}{asked}。"
        return f"系统内未见 {when}的{noun}。"
