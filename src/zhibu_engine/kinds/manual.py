"""Scored by people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.kinds.base import Judged, RuleKind, Said, Subjects, kind
from zhibu_engine.tallies import Tallied, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("manual")
@dataclass(frozen=True, slots=True, kw_only=True)
class Manual(RuleKind):
    """人工评分。 未评 until a person enters points; then they are taken as they are, up to the clause's points.

    Met:
        All points entered.

    Unmet:
        0 points entered. Nothing entered is 未评, never 0.
    """

    guide: str = ""

    def tallies(self, words: Words) -> Wanted:
        return {}

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        none = np.zeros(len(subjects), dtype=np.int64)
        never = np.zeros(len(subjects), dtype=np.bool_)
        return Judged(none, none, never, assessed=never)

    def sentence(self, said: Said) -> str:
        return f"待人工评分。{self.guide}"
