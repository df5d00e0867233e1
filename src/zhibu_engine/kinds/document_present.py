"""A document for every period: a plan, a summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import Condition, Flag, OneOf, at_least, at_most, both, equals
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
from zhibu_engine.kinds.periods import COUNT, PER_ZH, period_judged
from zhibu_engine.tallies import Tallied, Tally, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("document_present")
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPresent(RuleKind):
    """每个期间有规定的文档。 A document of the kind for each due period, adopted and complete where asked.

    ``deadline`` (of a yearly document) makes it due before the year ends; with ``strict`` one formed after
    that day does not count. ``grace_days`` lets a period wait after its end. ``of_year: -1`` asks for last
    year's document.

    用法：每个期间有规定的文档（计划、小结、总结）。per 写 year、half 或 quarter；
    deadline 只用于全年的，最后日期以前未到期；strict 写 true 的，逾期形成的不计；
    grace_days 期间结束后宽限几天；adopted 须经会议通过；assigned 每条须有责任人和时限；
    answered 每条须写明完成情况；of_year: -1 看上一年的。
    满足：document: year_plan，per: year，deadline: "03-31"，
    5 月评判时已有本年计划。
    不满足：5 月评判时没有计划；2 月评判是未到期。

    Met:
        ``document: year_plan, per: year, deadline: "03-31"`` and a plan for the year, judged in May.

    Unmet:
        The same, judged in May, with no plan recorded; judged in February it is not yet due.
    """

    document: str
    per: Literal["year", "half", "quarter"] = "year"
    deadline: str | None = None
    grace_days: int = 0
    strict: bool = False
    adopted: bool = False
    assigned: bool = False
    answered: bool = False
    items_from: int = 0
    of_year: Literal[0, -1] = 0

    def __post_init__(self) -> None:
        if self.deadline is not None:
            if self.per != "year":
                raise ValueError("deadline 只用于 per: year；季度、半年请用 grace_days。")
            try:
                date.fromisoformat(f"2024-{self.deadline}")
            except ValueError:
                raise ValueError(f'“{self.deadline}”不是日子，请写成 "03-31"。') from None
        if self.strict and self.deadline is None:
            raise ValueError("strict 要和 deadline 一起写。")

    @property
    def monotone(self) -> bool:
        return True

    def check(self, words: Words) -> Iterator[Problem]:
        for problem in unknown_words([self.document], words.document_kinds, "document", "文档类别"):
            yield Problem(problem.path[:1], problem.message)

    def _checks(self) -> tuple[Check, ...]:
        found: list[Check] = []
        if self.adopted:
            found.append(Check("adopted", Flag("adopted"), "没有登记通过它的会议。"))
        if self.items_from:
            found.append(
                Check(
                    "items",
                    at_least("items", self.items_from),
                    f"条目 {{items}} 条，要求不少于 {self.items_from} 条。",
                )
            )
        if self.assigned:
            found.append(
                Check(
                    "assigned",
                    at_most("items_unassigned", 0),
                    "有 {items_unassigned} 条没有写明责任人或者时限。",
                )
            )
        if self.answered:
            found.append(
                Check(
                    "answered",
                    at_most("items_unanswered", 0),
                    "有 {items_unanswered} 条没有写明完成情况。",
                )
            )
        if self.strict and self.deadline:
            month, day = (int(part) for part in self.deadline.split("-"))
            late = f"形成日期晚于 {month} 月 {day} 日。"
            found.append(Check("deadline", at_most("date_key", month * 100 + day), late))
        return tuple(found)

    def _period(self) -> Condition:
        return both(OneOf("period", (self.per,)), equals("year", self.of_year))

    def tallies(self, words: Words) -> Wanted:
        where = both(self._period(), *(check.condition for check in self._checks()))
        where = both(where, at_least("index", 1), at_most("index", COUNT[self.per]))
        return {"bits": (Tally("document", "bits", "index", where, (self.document,)),)}

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        places = COUNT[self.per]
        last_days = [
            span.last + timedelta(days=self.grace_days) for span in calendar.spans(self.per)
        ]
        over = calendar.over(self.per, self.grace_days)
        if self.deadline is not None:
            last_days = [calendar.in_year(self.deadline)]
            over = int(calendar.distance(last_days[0]) <= 0)
        elif self.of_year == -1:
            over = (1 << places) - 1
        judged = period_judged(
            tallied["bits"], 1, self.per, subjects, calendar, over=over, last_days=last_days
        )
        if self.of_year == -1:
            # Last year's document is owed by who lived through last year.
            lived = subjects.founded <= calendar.distance(date(calendar.year - 1, 1, 1))
            judged.applies = lived & (
                subjects.withdrawn >= calendar.distance(date(calendar.year - 1, 12, 31))
            )
            judged.due = np.where(judged.applies, bool(over) | judged.met, False)
        return judged

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        period = Check("period", self._period(), "不是这个期间的。")
        return (Evidence("document", OneOf("kind", (self.document,)), (period, *self._checks())),)

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        return calendar.labels(self.per, detail)

    def sentence(self, said: Said) -> str:
        title = said.noun(said.words.document_kinds[self.document].title)
        unit = said.unit("份")
        if self.per == "year":
            if said.met or (said.statistic and said.measured):
                return f"系统内有{title}。"
            return f"系统内未见{'符合要求的' if self._checks() else ''}{title}。"
        if said.statistic:
            name = {"half": "半年", "quarter": "季度"}[self.per]
            return f"统计 {said.required} 个{name}，有{title}的 {said.measured} 个。"
        head = f"{title}{PER_ZH[self.per]}一{unit}，应有 {said.required} {unit}"
        if said.met:
            return f"{head}，{'都有' if said.required > 1 else '已有'}。"
        which = f"，系统内未见：{'、'.join(said.missing)}" if said.missing else ""
        return f"{head}，系统内有 {said.measured} {unit}{which}。"
