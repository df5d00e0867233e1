"""Activities of different forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import OneOf
from zhibu_engine.facts import RELATIONS
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
    segment_tallies,
    unknown_words,
    until_distance,
)
from zhibu_engine.kinds.segments import segment_evidence
from zhibu_engine.tallies import Tallied, Wanted, popcount
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("variety")
@dataclass(frozen=True, slots=True, kw_only=True)
class Variety(RuleKind):
    """活动多样。 Different codes of ``column`` among the year's valid segments.

    Due when the year is over; satisfied as soon as there are enough.

    用法：形式多样：全年有效的会议中，column 这一列（缺省 form 活动形式）有几种不同的。
    at_least 是至少几种。年底以前未到期，已经够了的除外。
    满足：at_least: 3，全年有集中学习、参观见学、志愿服务。
    不满足：到 12 月 31 日，十二次都是同一种形式。

    Met:
        ``at_least: 3`` and a year with study, a visit and voluntary work.

    Unmet:
        ``at_least: 3``, judged on 31 December, and twelve times the same form.
    """

    yearly: ClassVar[bool] = True

    segments: tuple[str, ...]
    at_least: int | None = None
    column: str = "form"

    @property
    def open_words(self) -> str:
        return "at_least" if self.at_least is None else ""

    @property
    def monotone(self) -> bool:
        return True

    def check(self, words: Words) -> Iterator[Problem]:
        yield from unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")
        codes = [column.name for column in RELATIONS["segment"].columns if column.type == "code"]
        for problem in unknown_words([self.column], codes, "column", "列"):
            yield Problem(problem.path[:1], problem.message)
        if self.column in codes and len(self._codes(words)) > 62:
            yield Problem(("column",), f"“{self.column}”的代码超过 62 个，不能用于统计种类。")

    def _codes(self, words: Words) -> tuple[str, ...]:
        return tuple(sorted(words.codes.get(RELATIONS["segment"].by_name[self.column].codes, {})))

    def tallies(self, words: Words) -> Wanted:
        codes = self._codes(words)
        where = OneOf(self.column, codes)
        return {
            "forms": segment_tallies(
                words,
                self.segments,
                how="code_bits",
                column=self.column,
                where=where,
                code_list=codes,
            )
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        forms = popcount(tallied["forms"])
        owed = subjects.owed("year", calendar) != 0
        wanted = self.at_least or 1
        met = forms >= wanted
        return Judged(
            forms,
            np.full(len(subjects), wanted, dtype=np.int64),
            met,
            applies=owed,
            due=met | bool(calendar.over("year")),
            until=until_distance(calendar, calendar.open_until("year"), owed & ~met),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        name = RELATIONS["segment"].by_name[self.column].zh
        check = Check("form", OneOf(self.column, self._codes(words)), f"没有填写{name}。")
        return segment_evidence(words, self.segments, {}, more=(check,))

    def sentence(self, said: Said) -> str:
        text = f"{said.noun(RELATIONS['segment'].by_name[self.column].zh)} {said.measured} 种"
        if said.met or said.statistic:
            return f"{text}。"
        return f"{text}，全年要求不少于 {said.required} 种。"
