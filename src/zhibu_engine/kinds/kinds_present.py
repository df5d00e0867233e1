"""Each of several kinds of record exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ALWAYS, OneOf, equals
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    One,
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
from zhibu_engine.tallies import Tallied, Tally, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("kinds_present")
@dataclass(frozen=True, slots=True, kw_only=True)
class KindsPresent(RuleKind):
    """各类台账都有记录。 Each listed kind has a record this year: segments valid or not, documents of the year.

    Whether the records are good is asked by other kinds. Due when the year is over.

    用法：该有的几类记录都要有，各有一条就行，有没有效、有几条由别的规则看。segments 写会议类别，
    documents 写文档类别。年底以前未到期，都有了的除外。
    满足：segments 写党员大会和支委会，全年各有一条记录。
    不满足：到 12 月 31 日没有支委会的记录。

    Met:
        ``segments: [branch_assembly, committee]`` and one record of each.

    Unmet:
        The same, judged on 31 December, and no 支委会 recorded.
    """

    yearly: ClassVar[bool] = True

    segments: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < len(self.segments) + len(self.documents) <= 62:
            raise ValueError("segments 和 documents 合计要有 1 至 62 类。")

    @property
    def monotone(self) -> bool:
        return True

    def check(self, words: Words) -> Iterator[Problem]:
        yield from unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")
        yield from unknown_words(self.documents, words.document_kinds, "documents", "文档类别")

    def tallies(self, words: Words) -> Wanted:
        wanted: dict[str, tuple[Tally, ...]] = {}
        for code in self.segments:
            wanted[f"s_{code}"] = segment_tallies(words, [code], where=ALWAYS, valid=False)
        for code in self.documents:
            wanted[f"d_{code}"] = (Tally("document", where=equals("year", 0), groups=(code,)),)
        return wanted

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        has = [tallied[name] > 0 for name in self._names()]
        measured = np.stack(has).sum(axis=0, dtype=np.int64)
        detail = np.zeros(len(subjects), dtype=np.int64)
        for place, one in enumerate(has):
            detail |= (~one).astype(np.int64) << place
        owed = subjects.owed("year", calendar) != 0
        met = measured == len(has)
        return Judged(
            measured,
            np.full(len(subjects), len(has), dtype=np.int64),
            met,
            applies=owed,
            due=met | bool(calendar.over("year")),
            detail=detail,
            until=until_distance(calendar, calendar.open_until("year"), owed & ~met),
        )

    def _names(self) -> list[str]:
        return [f"s_{code}" for code in self.segments] + [f"d_{code}" for code in self.documents]

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        documents = Evidence(
            "document",
            OneOf("kind", self.documents),
            (Check("year", equals("year", 0), "不是今年的。"),),
        )
        return (*segment_evidence(words, self.segments, {}, valid=False), documents)

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        return [title for place, title in enumerate(self._titles(words)) if detail >> place & 1]

    def sentence(self, said: Said) -> str:
        if said.required == 1:
            return f"系统内{'有' if said.measured else '未见'}{said.noun(self._titles(said.words)[0])}。"
        if said.met:
            return f"{said.required} 类记录都有。"
        if said.statistic:
            return f"{said.required} 类中有 {said.measured} 类有记录。"
        text = f"应有 {said.required} 类记录，系统内有 {said.measured} 类"
        return f"{text}，未见：{'、'.join(said.missing)}。" if said.missing else f"{text}。"

    def _titles(self, words: Words) -> list[str]:
        titles = [words.segment_kinds[code].title for code in self.segments]
        return titles + [words.document_kinds[code].title for code in self.documents]
