"""Records are filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ALWAYS, at_most
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

_FULL = at_most("missing_fields", 0)


@kind("completeness")
@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness(RuleKind):
    """记录内容完整。 Of the recorded segments, the share without an empty required field, valid or not.

    用法：看会议记录的必填项有没有填齐，不论会议有没有效。segments 是看哪几类；at_least 是填齐的占比，
    缺省 100%。必填项在会议类别的 required 里定。
    满足：at_least 写 90%，十条记录中有一条缺项。
    不满足：同样的要求，有两条缺项。

    Met:
        ``at_least: "90%"``, ten records of which one lacks a field.

    Unmet:
        The same with two that lack a field.
    """

    segments: tuple[str, ...]
    at_least: ShareField = (1, 1)
    when_none: WhenNone = "not_assessed"

    def check(self, words: Words) -> Iterator[Problem]:
        return unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")

    def tallies(self, words: Words) -> Wanted:
        return {
            "rows": segment_tallies(words, self.segments, where=ALWAYS, valid=False),
            "part": segment_tallies(words, self.segments, where=_FULL, valid=False),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        return share_judged(tallied["part"], tallied["rows"], self.at_least, self.when_none)

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        check = Check("fields", _FULL, "必填项缺失：还有 {missing_fields} 项没有填。")
        return segment_evidence(words, self.segments, {}, valid=False, more=(check,))

    def sentence(self, said: Said) -> str:
        noun = segment_noun(said.words, self.segments)
        return share_sentence(
            said, noun, "次", self.at_least, passing="填齐了必填项", failing="有必填项没有填"
        )
