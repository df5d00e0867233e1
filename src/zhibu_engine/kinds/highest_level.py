"""A bonus by the level of what was achieved: only the highest counts, or all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import OneOf, both
from zhibu_engine.kinds.base import Evidence, Judged, Problem, RuleKind, Said, Subjects, kind
from zhibu_engine.kinds.required import register_problems
from zhibu_engine.points import Points
from zhibu_engine.tallies import Tallied, Tally, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("highest_level")
@dataclass(frozen=True, slots=True, kw_only=True)
class HighestLevel(RuleKind):
    """按级别加分，就高不就低。 Entries of ``register`` whose ``field`` holds a level; ``levels`` says what each earns.

    ``take: highest`` counts the best one, ``all`` adds up every entry; the clause's points are the most it may
    bring. Measured is how many entries of a level there are.

    用法：按获奖、受表彰等的级别加分。register、field 是登记册和登记级别的那一项，levels 写每个级别得几分；
    take: highest 就高不就低（缺省），all 全部相加，都不超过本条分值。多用于加分条款。
    满足：levels: {town: 2, county: 4}，有一条县级的登记，得 4 分。
    不满足：没有登记，不加分。

    Met:
        ``levels: {town: 2, county: 4}``, a clause of 4 points and an entry of the county.

    Unmet:
        The same without an entry: 0 points are added.
    """

    # Written out, or the class method of that name would be taken for its default.
    register: str = field()
    field: str
    levels: dict[str, Points]
    take: Literal["highest", "all"] = "highest"

    def __post_init__(self) -> None:
        if not self.levels:
            raise ValueError("levels 至少写一级。")

    @property
    def monotone(self) -> bool:
        return True

    def check(self, words: Words) -> Iterator[Problem]:
        return register_problems(self.register, words)

    def _level(self, code: str) -> tuple[OneOf, OneOf]:
        return OneOf("field", (self.field,)), OneOf("code", (code,))

    def tallies(self, words: Words) -> Wanted:
        return {
            code: (Tally("entry_value", where=both(*self._level(code)), groups=(self.register,)),)
            for code in sorted(self.levels)
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        earned = np.zeros(len(subjects), dtype=np.int64)
        measured = np.zeros(len(subjects), dtype=np.int64)
        for code, points in self.levels.items():
            measured += tallied[code]
            if self.take == "all":
                earned += tallied[code] * points
            else:
                earned = np.maximum(earned, np.where(tallied[code] > 0, points, 0))
        return Judged(
            measured,
            np.ones(len(subjects), dtype=np.int64),
            measured > 0,
            applies=subjects.alive,
            earned=earned,
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        rows = both(OneOf("kind", (self.register,)), OneOf("field", (self.field,)))
        known = OneOf("code", tuple(self.levels))
        return (Evidence("entry_value", rows, (Check("code", known, "这一级不加分。"),)),)

    def sentence(self, said: Said) -> str:
        name = said.words.codes.get("register", {}).get(self.register, self.register)
        noun = said.noun(name)
        if not said.measured:
            return f"系统内未见可以加分的{noun}。"
        how = "取最高的一级" if self.take == "highest" else "逐项相加"
        return f"可以加分的{noun} {said.measured} 项，{how}。"
