"""This year against the same days of last year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import Flag, at_least, at_most, both
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
    percent,
)
from zhibu_engine.kinds.rows import Events, rows_evidence, rows_maker, rows_noun, rows_problems
from zhibu_engine.kinds.where import number_problems
from zhibu_engine.tallies import How, Tallied, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("year_on_year")
@dataclass(frozen=True, slots=True, kw_only=True)
class YearOnYear(RuleKind):
    """与上年同期相比。 Rows (or their ``sum_of``) from 1 January to the judging day, against the same days of last year.

    ``at_least_percent: 100`` asks for as much as last year, ``110`` for a tenth more. Without anything last year
    there is nothing to compare: 未评. Who did not live through last year does not owe it.

    用法：与上年同期比，1 月 1 日到评判日的条数（或者 sum_of 的合计）。at_least_percent: 100 是不少于上年，
    110 是要多一成。上年一条也没有，没法比，未评。
    满足：at_least_percent: 100，到 6 月 30 日四件，上年同期三件。
    不满足：两件对三件。

    Met:
        ``relation: entry, kinds: [recruit], at_least_percent: 100``; four by 30 June, three by 30 June last year.

    Unmet:
        Two against three.
    """

    yearly: ClassVar[bool] = True

    relation: Events
    at_least_percent: int
    kinds: tuple[str, ...] = ()
    where: dict[str, Any] = field(default_factory=dict)
    sum_of: str = ""

    def __post_init__(self) -> None:
        if self.at_least_percent < 1:
            raise ValueError("at_least_percent 要写 1 以上的整数，100 为与上年持平。")

    def check(self, words: Words) -> Iterator[Problem]:
        yield from rows_problems(words, self.relation, self.kinds, self.where)
        if self.sum_of:
            yield from number_problems(self.relation, self.sum_of, "sum_of")

    def tallies(self, words: Words) -> Wanted:
        make = rows_maker(words, self.relation, self.kinds, self.where, window="past")
        how: How = "sum" if self.sum_of else "count"
        last = both(at_least("date_key", -10_000), at_most("date_key", -1), Flag("same_days"))
        return {
            "now": make(how, self.sum_of, at_least("date_key", 1)),
            "before": make(how, self.sum_of, last),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        now, before = tallied["now"], tallied["before"]
        # Rounded up: 110 % of 3 is 4.
        required = -(-before * self.at_least_percent // 100)
        lived = subjects.founded <= calendar.distance(date(calendar.year - 1, 1, 1))
        return Judged(
            now,
            required,
            now >= required,
            applies=subjects.alive & lived,
            assessed=np.asarray(before > 0),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return rows_evidence(words, self.relation, self.kinds, self.where, in_year=False)

    def sentence(self, said: Said) -> str:
        noun, unit = rows_noun(said.words, self.relation, self.kinds)
        noun, unit = said.noun(noun), said.unit("" if self.sum_of else unit)
        text = f"{noun}今年到评判日 {said.measured} {unit}".rstrip()
        share = percent(said.measured, said.required)
        asked = f"按上年同期的 {self.at_least_percent}% 计，应有 {said.required} {unit}".rstrip()
        return (
            f"{text}，{asked}。"
            if said.met or said.statistic
            else f"{text}，{asked}，为其 {share}。"
        )
