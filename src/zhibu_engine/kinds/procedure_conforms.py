"""Matters went through their procedure as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import AnyOf, Condition, Flag, OneOf, both
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
from zhibu_engine.kinds.rows import rows_evidence, rows_noun
from zhibu_engine.kinds.shares import WhenNone, share_judged, share_sentence
from zhibu_engine.shares import ShareField
from zhibu_engine.tallies import Tallied, Tally, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("procedure_conforms")
@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureConforms(RuleKind):
    """按程序办理。 Of the matters of ``procedures`` closed this year, the share that conforms; or of ``steps`` taken this year.

    Whether a step conforms was found when it was taken (who presided, who came, in which order). ``excused``
    lets a breach pass that has its reason written.

    用法：本年办结的事项是否都按程序办。procedures 写程序；写了 steps 的，只看这几个步骤；
    excused: true 的，写明理由的不算违反；at_least 是占比，缺省 100%。没有办结的事项时按 when_none。
    满足：两件办结的事项都符合程序。
    不满足：其中一件跳过了一个步骤。

    Met:
        ``procedures: [village_matter], at_least: "100%"`` and both matters of the year conform.

    Unmet:
        The same, and one of them skipped a step. Without a matter it is 未评, unless ``when_none`` says otherwise.
    """

    procedures: tuple[str, ...]
    steps: tuple[str, ...] = ()
    excused: bool = False
    at_least: ShareField = (1, 1)
    when_none: WhenNone = "not_assessed"

    def __post_init__(self) -> None:
        if self.excused and not self.steps:
            raise ValueError("excused 只和 steps 一起写。")

    def check(self, words: Words) -> Iterator[Problem]:
        known = words.codes.get("procedure", {})
        return unknown_words(self.procedures, known, "procedures", "程序")

    @property
    def _relation(self) -> str:
        return "matter_step" if self.steps else "matter"

    def _rows(self) -> Condition:
        if self.steps:
            return OneOf("step", self.steps)
        return OneOf("state", ("closed",))

    def _good(self) -> Check:
        conforms: Condition = Flag("conforms")
        said = "有 {breaches} 处不符合程序。"
        if self.excused:
            return Check("conforms", AnyOf((conforms, Flag("excused"))), said)
        return Check("conforms", conforms, said)

    def tallies(self, words: Words) -> Wanted:
        rows, good = self._rows(), self._good().condition
        return {
            "rows": (Tally(self._relation, where=rows, groups=self.procedures),),
            "part": (Tally(self._relation, where=both(rows, good), groups=self.procedures),),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        return share_judged(tallied["part"], tallied["rows"], self.at_least, self.when_none)

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        where = {"step": list(self.steps)} if self.steps else {"state": "closed"}
        return rows_evidence(words, self._relation, self.procedures, where, more=(self._good(),))

    def sentence(self, said: Said) -> str:
        noun, unit = rows_noun(said.words, "matter", self.procedures)
        noun = f"{noun}的步骤" if self.steps else f"办结的{noun}"
        return share_sentence(
            said,
            noun,
            "个" if self.steps else unit,
            self.at_least,
            passing="符合程序",
            failing="不符合程序",
        )
