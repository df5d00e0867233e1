"""Records are entered soon after the event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ALWAYS, Condition, Flag, at_most
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
from zhibu_engine.shares import ShareField
from zhibu_engine.tallies import Tallied, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("timeliness")
@dataclass(frozen=True, slots=True, kw_only=True)
class Timeliness(RuleKind):
    """记录及时录入。 Of the recorded segments, the share entered within ``within_days`` (absent: not marked 补录).

    Late entry is welcome and the sitting still counts elsewhere; only this share shows it.

    用法：会议记录及时录入。within_days 是几天以内录入；不写的，看有没有标“补录”。at_least 是占比，
    缺省 100%。补录的会议在别的条款里照样算数。
    满足：within_days: 7，at_least: "90%"，十条中有一条过了 30 天才录入。
    不满足：有两条晚录。

    Met:
        ``within_days: 7, at_least: "90%"``, ten records of which one was entered after 30 days.

    Unmet:
        The same with two.
    """

    segments: tuple[str, ...]
    within_days: int | None = None
    at_least: ShareField = (1, 1)
    when_none: WhenNone = "not_assessed"

    def check(self, words: Words) -> Iterator[Problem]:
        return unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")

    def _soon(self) -> Condition:
        return (
            Flag("late", False)
            if self.within_days is None
            else at_most("entry_delay", self.within_days)
        )

    def tallies(self, words: Words) -> Wanted:
        return {
            "rows": segment_tallies(words, self.segments, where=ALWAYS, valid=False),
            "part": segment_tallies(words, self.segments, where=self._soon(), valid=False),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        return share_judged(tallied["part"], tallied["rows"], self.at_least, self.when_none)

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        said = (
            "这条是补录的。"
            if self.within_days is None
            else f"召开 {{entry_delay}} 天以后才录入，要求 {self.within_days} 天以内。"
        )
        check = Check("late", self._soon(), said)
        return segment_evidence(words, self.segments, {}, valid=False, more=(check,))

    def sentence(self, said: Said) -> str:
        noun = segment_noun(said.words, self.segments)
        passing, failing = "不是补录的", "是补录的"
        if self.within_days is not None:
            passing, failing = (
                f"在 {self.within_days} 天以内录入",
                f"超过 {self.within_days} 天才录入",
            )
        return share_sentence(said, noun, "次", self.at_least, passing=passing, failing=failing)
