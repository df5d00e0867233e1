"""A number that the unit has registered: an area, books, hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import Condition, OneOf, both
from zhibu_engine.facts import NEVER, UNKNOWN
from zhibu_engine.kinds.base import Evidence, Judged, Problem, RuleKind, Said, Subjects, kind
from zhibu_engine.kinds.required import register_problems
from zhibu_engine.tallies import Tallied, Tally, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("entry_number")
@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNumber(RuleKind):
    """登记的数值达到规定。 The number of ``field`` in the unit's entries of ``register``, up to the judging day.

    ``take`` the largest, the smallest or the sum; ``this_year`` leaves earlier entries out. Without an entry there
    is nothing to compare: 未评.

    用法：看本组织登记册里登记的一个数，如活动场所面积。register、field 指明哪一项；take 取最大、
    最小或者合计；at_least 或 at_most 写要求；this_year 只看本年的登记。
    没有登记过就未评。
    满足：register: premises，field: area，at_least: 20，登记的面积是 25。
    不满足：登记的面积是 12。

    Met:
        ``register: premises, field: area, at_least: 20`` and an entry with 25.

    Unmet:
        The same and an entry with 12.
    """

    # Written out, or the class method of that name would be taken for its default.
    register: str = field()
    field: str
    take: Literal["largest", "smallest", "sum"] = "largest"
    at_least: int | None = None
    at_most: int | None = None
    this_year: bool = False

    def __post_init__(self) -> None:
        if self.at_least is not None and self.at_most is not None:
            raise ValueError("at_least 和 at_most 只写一个。")

    @property
    def open_words(self) -> str:
        return "at_least 或 at_most" if self.at_least is None and self.at_most is None else ""

    @property
    def monotone(self) -> bool:
        return self.at_least is not None and self.take == "largest"

    def check(self, words: Words) -> Iterator[Problem]:
        return register_problems(self.register, words)

    def _rows(self) -> Condition:
        return OneOf("field", (self.field,))

    def tallies(self, words: Words) -> Wanted:
        how: Literal["latest", "earliest", "sum"] = "sum"
        if self.take != "sum":
            how = "latest" if self.take == "largest" else "earliest"
        own: tuple[str, ...] = (self.register,)
        window: Literal["year", "past"] = "year" if self.this_year else "past"
        return {
            "rows": (Tally("entry_value", "count", "", self._rows(), own, (), window),),
            "value": (Tally("entry_value", how, "number", self._rows(), own, (), window),),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        some = np.asarray(tallied["rows"] > 0)
        value = np.where(some, tallied["value"], 0)
        low = self.at_least if self.at_least is not None else UNKNOWN
        high = self.at_most if self.at_most is not None else NEVER
        bound = self.at_most if self.at_most is not None else self.at_least or 0
        short = np.maximum(np.maximum(low - value, value - high), 0)
        return Judged(
            value,
            np.full(len(subjects), bound, dtype=np.int64),
            some & (value >= low) & (value <= high),
            applies=subjects.alive,
            assessed=some,
            missing=short,
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        rows = both(OneOf("kind", (self.register,)), self._rows())
        return (Evidence("entry_value", rows, in_year=self.this_year),)

    def sentence(self, said: Said) -> str:
        name = said.words.codes.get("register", {}).get(self.register, self.register)
        unit = said.unit("")
        text = f"{said.noun(name)}登记的数为 {said.measured} {unit}".rstrip()
        if said.statistic:
            return f"{text}。"
        asked = "不超过" if self.at_most is not None else "不少于"
        return f"{text}，要求{asked} {said.required} {unit}".rstrip() + "。"
