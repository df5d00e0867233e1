"""Enough people come to the sittings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ALWAYS, AtLeastZero, Condition, at_least, both
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
from zhibu_engine.kinds.segments import segment_evidence, segment_noun
from zhibu_engine.kinds.shares import WhenNone, share_judged, share_sentence
from zhibu_engine.shares import ShareField, share_zh
from zhibu_engine.tallies import Tallied, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("attendance_floor")
@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceFloor(RuleKind):
    """到会率不低于规定。 Of the valid sittings, each reaches ``floor`` of those due (or entitled).

    A loss per missing counts the sittings below the floor; a sitting without anybody due is below it.

    用法：要求每次会议的到会率都不低于一个数。floor 是到会率下限；of 写 due（占应到的，
    缺省）或 entitled（占有表决权的）；at_least 写了的，达到这个占比的次数就行。只看有效的会议。
    满足：floor 写 80%，三次会议应到 10 人，实到 8、9、10 人。
    不满足：同样的要求，实到 8、9、7 人，三次中有一次不够。

    Met:
        ``floor: "80%"``, three sittings with 8, 9 and 10 of 10.

    Unmet:
        The same with 8, 9 and 7 of 10: two of three.
    """

    segments: tuple[str, ...]
    floor: ShareField
    of: Literal["due", "entitled"] = "due"
    at_least: ShareField = (1, 1)
    when_none: WhenNone = "not_assessed"

    def check(self, words: Words) -> Iterator[Problem]:
        return unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")

    def _enough(self) -> Condition:
        present = "present" if self.of == "due" else "present_entitled"
        over, under = self.floor
        return both(at_least(self.of, 1), AtLeastZero(((present, under), (self.of, -over))))

    def tallies(self, words: Words) -> Wanted:
        return {
            "rows": segment_tallies(words, self.segments, where=ALWAYS),
            "part": segment_tallies(words, self.segments, where=self._enough()),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        return share_judged(tallied["part"], tallied["rows"], self.at_least, self.when_none)

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        low = Check("floor", self._enough(), f"到会率低于 {share_zh(self.floor)}。")
        return segment_evidence(words, self.segments, {}, more=(low,))

    def sentence(self, said: Said) -> str:
        noun = segment_noun(said.words, self.segments)
        floor = share_zh(self.floor)
        return share_sentence(
            said,
            noun,
            "次",
            self.at_least,
            passing=f"到会率达到 {floor}",
            failing=f"到会率低于 {floor}",
        )
