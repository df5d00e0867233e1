"""What the unit came to in an earlier year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import Condition, OneOf, at_least, both, equals
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
from zhibu_engine.tallies import Tallied, Tally, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("earlier_result")
@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResult(RuleKind):
    """以往年度的评判结果。 The published totals of ``standard`` in the last ``years`` years: each of ``levels``, or ``at_least_permille``.

    ``expect: all`` asks it of every year (连续两年达标), ``none`` of no year (不得连续后进). A year without a published
    result leaves the clause 未评.

    用法：看以前年度已经发布的结果。years 是看前几年；levels 是哪些等次，或者 at_least_permille 得分率（千分之几）；
    expect: all 要求每年都是，none 要求每年都不是。有一年没有发布过结果，就未评。
    满足：years: 1，levels: [good]，上一年发布的等次是 good。
    不满足：上一年发布的等次是 poor。

    Met:
        ``standard: s, years: 1, levels: [good]`` and last year's published level was good.

    Unmet:
        The same and last year's was poor.
    """

    yearly: ClassVar[bool] = True

    standard: str
    years: int = 1
    levels: tuple[str, ...] = ()
    at_least_permille: int | None = None
    expect: Literal["all", "none"] = "all"

    def __post_init__(self) -> None:
        if not 1 <= self.years <= 10:
            raise ValueError("years 要写 1 至 10。")
        if bool(self.levels) == (self.at_least_permille is not None):
            raise ValueError("levels 和 at_least_permille 写且只写一个。")

    def check(self, words: Words) -> Iterator[Problem]:
        found = words.standards.get(self.standard)
        levels = [level.key for level in found.levels] if found else self.levels
        return unknown_words(self.levels, levels, "levels", "等次")

    def _years(self) -> tuple[Condition, ...]:
        return at_least("year", -self.years), OneOf("clause", ("",))

    def _good(self) -> Condition:
        if self.levels:
            return OneOf("level", self.levels)
        return at_least("permille", self.at_least_permille or 0)

    def tallies(self, words: Words) -> Wanted:
        total = OneOf("clause", ("",))
        own = (self.standard,)
        wanted = {}
        for ago in range(1, self.years + 1):
            year = equals("year", -ago)
            wanted[f"known{ago}"] = (Tally("result", where=both(total, year), groups=own),)
            good = both(total, year, self._good())
            wanted[f"good{ago}"] = (Tally("result", where=good, groups=own),)
        return wanted

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        good = np.zeros(len(subjects), dtype=np.int64)
        known = good.copy()
        for ago in range(1, self.years + 1):
            good += tallied[f"good{ago}"] > 0
            known += tallied[f"known{ago}"] > 0
        wanted = self.years if self.expect == "all" else 0
        return Judged(
            good,
            np.full(len(subjects), wanted, dtype=np.int64),
            good == wanted,
            applies=subjects.alive,
            assessed=known == self.years,
            missing=np.abs(good - wanted),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        rows = both(OneOf("standard", (self.standard,)), *self._years())
        return (Evidence("result", rows, (Check("good", self._good(), "不是所看的结果。"),)),)

    def sentence(self, said: Said) -> str:
        what = "达到规定的等次" if self.levels else "达到规定的得分率"
        text = f"此前 {self.years} 年中有 {said.measured} 年{what}"
        if said.met or said.statistic:
            return f"{text}。"
        asked = f"要求 {self.years} 年都是" if self.expect == "all" else "要求一年也没有"
        return f"{text}，{asked}。"
