"""So many rows of any relation: entries, publications, matters, acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ALWAYS, Condition, at_least, both, equals
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    One,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
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
from zhibu_engine.kinds.rows import Events, rows_evidence, rows_maker, rows_noun, rows_problems
from zhibu_engine.kinds.where import number_problems
from zhibu_engine.tallies import How, Int64, Tallied, Wanted, Window
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("row_count")
@dataclass(frozen=True, slots=True, kw_only=True)
class RowCount(RuleKind):
    """登记、事项等的数量达到或者不超过规定。 Rows of ``relation`` (its ``kinds``, narrowed by ``where``), or their ``sum_of``.

    In the year every row is measured, so that a bonus may count each one beyond ``at_least``. ``days`` looks
    at the last so many days instead of the calendar year; who did not live through them does not owe it. ``required_from`` takes the number from the unit's
    own entry: without one it is 未评. ``at_most`` is judged at any time; ``at_least`` when its period is over.

    用法：数登记、公开、事项等的条数，或者把一列数加起来（sum_of，如学时）。relation、
    kinds、where 写数哪些；at_least（至少）、at_most（不超过）、required_from（自己登记的数）写一个；
    per 写期间，days 写最近多少天。at_most 随时评判；at_least 期间过完才评判。
    满足：relation: entry，kinds: [visit]，per: quarter，at_least: 1，
    每个季度都有走访登记。
    不满足：kinds: [discipline]，at_most: 0，有一条处分登记。

    Met:
        ``relation: entry, kinds: [visit], per: quarter, at_least: 1`` and an entry in each quarter.

    Unmet:
        ``relation: entry, kinds: [discipline], at_most: 0`` and one entry.
    """

    relation: Events
    kinds: tuple[str, ...] = ()
    where: dict[str, Any] = field(default_factory=dict)
    per: Literal["month", "quarter", "half", "year"] = "year"
    days: int | None = None
    sum_of: str = ""
    at_least: int | None = None
    at_most: int | None = None
    required_from: RequiredFrom | None = None
    valid: bool = True

    def __post_init__(self) -> None:
        written = [self.at_least, self.at_most, self.required_from]
        if sum(one is not None for one in written) != 1:
            raise ValueError("at_least、at_most、required_from 写且只写一个。")
        if self.per != "year" and (self.at_least is None or self.days or self.sum_of):
            raise ValueError("按月、按季、按半年只能和 at_least 一起写，不写 days 和 sum_of。")
        if self.days is not None and self.days < 1:
            raise ValueError("days 要写 1 以上的整数。")

    @property
    def monotone(self) -> bool:
        return self.at_least is not None and not self.sum_of

    def check(self, words: Words) -> Iterator[Problem]:
        yield from rows_problems(words, self.relation, self.kinds, self.where)
        if self.sum_of:
            yield from number_problems(self.relation, self.sum_of, "sum_of")
        if self.required_from:
            yield from self.required_from.check(words)

    def tallies(self, words: Words) -> Wanted:
        window: Window = "past" if self.days else "year"
        make = rows_maker(
            words, self.relation, self.kinds, self.where, valid=self.valid, window=window
        )
        if self.per != "year":
            # A document of the year may have been formed before it began.
            formed = at_least("date_key", 1) if self.relation == "document" else ALWAYS
            return period_tallies(
                lambda how, column, more: make(how, column, both(formed, more)),
                self.per,
                self.at_least or 1,
            )
        how: How = "sum" if self.sum_of else "count"
        wanted = {"p0": make(how, self.sum_of, self._inside())}
        if self.required_from:
            wanted["required"] = self.required_from.tallies()
        return wanted

    def _inside(self) -> Condition:
        """Which of the rows that a whole year (or ``days``) asks for."""
        if self.days:
            return at_least("day", 1 - self.days)
        return equals("year", 0) if self.relation == "document" else ALWAYS

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        if self.per != "year":
            return period_judged(
                period_counts(tallied, self.per),
                self.at_least or 1,
                self.per,
                subjects,
                calendar,
                over=calendar.over(self.per),
                last_days=[span.last for span in calendar.spans(self.per)],
            )
        count: Int64 = tallied["p0"]
        if self.at_most is not None:
            return Judged(
                count,
                np.full(len(subjects), self.at_most, dtype=np.int64),
                count <= self.at_most,
                applies=subjects.alive,
                missing=np.maximum(count - self.at_most, 0),
            )
        required = np.full(len(subjects), self.at_least or 0, dtype=np.int64)
        assessed = None
        if self.required_from:
            required = np.maximum(tallied["required"], 0)
            assessed = required > 0
        met = count >= required
        if self.days is not None:
            owed = subjects.alive & (subjects.founded <= 1 - self.days)
            return Judged(count, required, met, applies=owed, assessed=assessed)
        owed = subjects.owed("year", calendar) != 0
        return Judged(
            count,
            required,
            met,
            applies=owed,
            assessed=assessed,
            due=met | bool(calendar.over("year")),
            until=until_distance(calendar, calendar.open_until("year"), owed & ~met),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        more: tuple[Check, ...] = ()
        if self.days:
            said = f"不在最近 {self.days} 天以内。"
            more = (Check("days", self._inside(), said),)
        elif self.relation == "document":
            formed = self._inside() if self.per == "year" else at_least("date_key", 1)
            more = (Check("year", formed, "不是本年度的文档。"),)
        return rows_evidence(
            words,
            self.relation,
            self.kinds,
            self.where,
            valid=self.valid,
            more=more,
            in_year=not self.days,
        )

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        return calendar.labels(self.per, detail) if self.per != "year" else []

    def sentence(self, said: Said) -> str:
        noun, unit = rows_noun(said.words, self.relation, self.kinds)
        noun, unit = said.noun(noun), said.unit("" if self.sum_of else unit)
        when = f"最近 {self.days} 天" if self.days else "本年度"
        if self.per != "year":
            return self._by_period(said, noun, unit)
        has = f"{when}{noun} {said.measured} {unit}".rstrip()
        if not said.measured:
            has = f"{when}系统内未见{noun}"
        if said.statistic or (self.at_least == 0):
            return f"{has}。"
        asked = "不超过" if self.at_most is not None else "不少于"
        return f"{has}，要求{asked} {said.required} {unit}".rstrip() + "。"

    def _by_period(self, said: Said, noun: str, unit: str) -> str:
        head = f"{noun}{PER_ZH[self.per]}至少 {self.at_least} {unit}，应有 {said.required} {unit}"
        if said.met:
            return f"{head}，已达到。"
        which = f"，不足的有：{'、'.join(said.missing)}" if said.missing else ""
        name = f"系统内有 {said.measured} {unit}" if said.measured else "系统内未见"
        if said.statistic:
            return f"统计 {said.required} {PER_UNIT_ZH[self.per]}，{noun} {said.measured} {unit}。"
        return f"{head}，{name}{which}。"
