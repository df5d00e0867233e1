"""How the units below stand: their results seen from above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import Condition, Flag, OneOf, at_least, at_most, both, equals
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
from zhibu_engine.kinds.shares import WhenNone, share_judged, share_sentence
from zhibu_engine.shares import ShareField
from zhibu_engine.tallies import MedianTally, Tallied, Tally, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("below")
@dataclass(frozen=True, slots=True, kw_only=True)
class Below(RuleKind):
    """下级组织的情况。 The published results of the units below: of the total of a ``standard``, or of one ``clause``.

    ``measure: share`` is the share of them that are met (a clause) or of one of ``levels`` (a total); ``median``,
    ``worst`` and ``mean`` compare the share of points, in tenths of a percent, with ``at_least_permille``.
    ``children: true`` looks at the next level only, ``unit_kinds`` at some kinds. Only judged units are counted.

    用法：评判上级组织：看它下面各组织已经评出的结果。measure 写 share（满足的占多少，
    配 at_least）、median、worst 或 mean（得分率的中位数、最差的一个、平均，
    配 at_least_permille，千分之几）；clause 只看某一条；levels 看总分的等次；
    children 只看直接下级。没有已评的下级，按 when_none。
    满足：measure: median，at_least_permille: 800，三个下级的得分率为 70%、
    80%、90%。
    不满足：改成 measure: worst，最差的只有 70%。

    Met:
        ``standard: s, measure: median, at_least_permille: 800``; branches with 70 %, 80 % and 90 % of the points.

    Unmet:
        ``measure: worst, at_least_permille: 800`` and the same branches. Without any judged unit below it is 未评.
    """

    standard: str
    measure: Literal["share", "median", "worst", "mean"]
    clause: str = ""
    levels: tuple[str, ...] = ()
    at_least: ShareField | None = None
    at_least_permille: int | None = None
    children: bool = False
    unit_kinds: tuple[str, ...] = ()
    when_none: WhenNone = "not_assessed"

    def __post_init__(self) -> None:
        if self.measure == "share":
            if bool(self.clause) == bool(self.levels):
                raise ValueError(
                    "measure: share 要写 clause（看满足）或者 levels（看等次），只写一个。"
                )
        elif self.levels:
            raise ValueError("levels 只和 measure: share 一起写。")
        other = self.at_least_permille if self.measure == "share" else self.at_least
        if other is not None:
            raise ValueError("share 用 at_least，median、worst、mean 用 at_least_permille。")

    @property
    def open_words(self) -> str:
        wanted = self.at_least if self.measure == "share" else self.at_least_permille
        name = "at_least" if self.measure == "share" else "at_least_permille"
        return name if wanted is None else ""

    def check(self, words: Words) -> Iterator[Problem]:
        kinds = words.codes.get("unit_kind", {})
        yield from unknown_words(self.unit_kinds, kinds, "unit_kinds", "组织类别")
        found = words.standards.get(self.standard)
        if found is None:
            # The standard may be that of another pack; only what is known is checked.
            return
        clauses = [clause.key for clause in found.clauses]
        for problem in unknown_words(
            [self.clause] if self.clause else [], clauses, "clause", "条款"
        ):
            yield Problem(("clause",), problem.message)
        levels = [level.key for level in found.levels]
        yield from unknown_words(self.levels, levels, "levels", "等次")

    def _rows(self) -> Condition:
        parts: list[Condition] = [
            OneOf("clause", (self.clause,)),
            equals("year", 0),
            Flag("judged"),
        ]
        if self.children:
            parts.append(at_most("depth", 1))
        if self.unit_kinds:
            parts.append(OneOf("kind", self.unit_kinds))
        return both(*parts)

    def _good(self) -> Condition:
        return OneOf("verdict", ("met",)) if self.clause else OneOf("level", self.levels)

    def tallies(self, words: Words) -> Wanted:
        rows, own = self._rows(), (self.standard,)
        counted = Tally("below", where=rows, groups=own)
        if self.measure == "share":
            return {
                "rows": (counted,),
                "part": (Tally("below", where=both(rows, self._good()), groups=own),),
            }
        if self.measure == "median":
            mine = both(OneOf("standard", own), rows)
            return {"rows": (counted,), "twice": (MedianTally("below", "permille", mine),)}
        how: Literal["earliest", "sum"] = "earliest" if self.measure == "worst" else "sum"
        return {"rows": (counted,), "value": (Tally("below", how, "permille", rows, own),)}

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        rows = tallied["rows"]
        if self.measure == "share":
            return share_judged(tallied["part"], rows, self.at_least, self.when_none)
        some = rows > 0
        if self.measure == "median":
            value = (tallied["twice"] + 1) // 2
        elif self.measure == "mean":
            value = (2 * tallied["value"] + rows) // np.maximum(2 * rows, 1)
        else:
            value = np.where(some, tallied["value"], 0)
        wanted = self.at_least_permille or 0
        return Judged(
            value,
            np.full(len(subjects), wanted, dtype=np.int64),
            some & (value >= wanted),
            applies=some if self.when_none == "not_applicable" else None,
            assessed=some if self.when_none == "not_assessed" else None,
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        candidates = both(OneOf("standard", (self.standard,)), self._rows())
        check = Check("good", self._good(), "没有达到。")
        if self.measure != "share":
            wanted = self.at_least_permille or 0
            check = Check("good", at_least("permille", wanted), "得分率为千分之 {permille}。")
        return (Evidence("below", candidates, (check,)),)

    def sentence(self, said: Said) -> str:
        noun = said.noun("已经评判的下级组织")
        if self.measure == "share":
            what = "满足" if self.clause else "达到规定的等次"
            return share_sentence(
                said, noun, "个", self.at_least, passing=what, failing=f"没有{what}"
            )
        name = {"median": "中位数", "worst": "最低值", "mean": "平均值"}[self.measure]
        text = f"{noun}得分率的{name}为 {_tenths(said.measured)}"
        if said.statistic or said.met:
            return f"{text}。"
        return f"{text}，要求不低于 {_tenths(said.required)}。"


def _tenths(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}%" if permille % 10 else f"{permille // 10}%"
