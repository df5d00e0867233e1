"""Sittings that break a condition of their kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ALWAYS, AnyOf, Not, OneOf
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
)
from zhibu_engine.kinds.segments import segment_noun
from zhibu_engine.kinds.shares import WhenNone
from zhibu_engine.tallies import Tallied, Tally, Wanted
from zhibu_engine.validity import BREACHES, Check, segment_checks

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


_BROKEN_ZH = {
    "convener": "召集主体不符",
    "presider": "主持人职务不符",
    "recorder": "记录人职务不符",
    "lecturer": "授课人职务不符",
    "quorum": "到会人数不够",
    "present": "实到人数不足",
    "nonmembers": "非党员过半",
    "fields": "必填项没有填齐",
    "duplicate": "重复录入",
}


@kind("breach_count")
@dataclass(frozen=True, slots=True, kw_only=True)
class BreachCount(RuleKind):
    """不合规定的会议不超过规定次数。 Recorded segments that break one of the named conditions of their kind.

    A condition that the pack leaves open for a kind cannot be broken there.

    用法：数不合规定的会议：主持人、召集主体、法定人数、必填项、非党员过半、重复等，breaches 里写查哪几样；
    at_most 是最多允许几次，缺省 0。会议类别没有写的条件不会违反。没有会议时未评。
    满足：breaches 写 presider，全年会议都由有职务的人主持。
    不满足：有一次的主持人当天没有职务。

    Met:
        ``breaches: [presider]`` and all sittings presided over by a holder of the post.

    Unmet:
        The same and one sitting whose presider held none that day. Without any sitting it is 未评.
    """

    segments: tuple[str, ...]
    breaches: tuple[str, ...]
    at_most: int = 0
    when_none: WhenNone = "not_assessed"

    def check(self, words: Words) -> Iterator[Problem]:
        yield from unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")
        yield from unknown_words(self.breaches, BREACHES, "breaches", "违反项")

    def _checks(self, words: Words, code: str) -> tuple[Check, ...]:
        return tuple(
            check
            for check in segment_checks(words.segment_kinds[code])
            if check.name in self.breaches
        )

    def tallies(self, words: Words) -> Wanted:
        broken = []
        for code in self.segments:
            checks = self._checks(words, code)
            if checks:
                breach = AnyOf(tuple(Not(check.condition) for check in checks))
                broken.append(Tally("segment", where=breach, groups=(code,)))
        rows = segment_tallies(words, self.segments, where=ALWAYS, valid=False)
        return {"rows": rows, "broken": tuple(broken)} if broken else {"rows": rows}

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        rows = tallied["rows"]
        broken = tallied.get("broken", np.zeros(len(subjects), dtype=np.int64))
        some = rows > 0
        return Judged(
            broken,
            np.full(len(subjects), self.at_most, dtype=np.int64),
            some & (broken <= self.at_most),
            applies=some if self.when_none == "not_applicable" else None,
            assessed=some if self.when_none == "not_assessed" else None,
            missing=np.where(some, np.maximum(broken - self.at_most, 0), 1),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return tuple(
            Evidence("segment", OneOf("kind", (code,)), self._checks(words, code))
            for code in self.segments
        )

    def sentence(self, said: Said) -> str:
        noun = said.noun(segment_noun(said.words, self.segments))
        broken = "或者".join(_BROKEN_ZH[name] for name in self.breaches)
        if not said.measured:
            return f"{noun}没有{broken}的。"
        text = f"{noun}有 {said.measured} 次{broken}"
        if said.met or said.statistic or not said.required:
            return f"{text}。"
        return f"{text}，要求不超过 {said.required} 次。"
