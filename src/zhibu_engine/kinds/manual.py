"""Scored by people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.kinds.base import Judged, RuleKind, Said, Subjects, kind
from zhibu_engine.points import Points
from zhibu_engine.tallies import Tallied, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One grade of a manual scale. Points in 0.01."""

    title: str
    earns: Points
    guide: str = ""


@kind("manual")
@dataclass(frozen=True, slots=True, kw_only=True)
class Manual(RuleKind):
    """人工评分。 未评 until a person enters points; then they are taken as they are, up to the clause's points.

    ``guide`` says what to look at; ``scale`` names the grades and what each earns, the best first. With a scale
    only its points can be given.

    用法：记录判断不了、要人去看的，由检查人员评分，method 要写 manual。guide 写看什么、
    怎样评；scale 写档次和各档得分，从高到低，写了的只能按档给分。没有人评以前是未评，不是零分。
    满足：检查人员给了满分。
    不满足：检查人员给了 0 分。没有给分的是未评。

    Met:
        All points entered.

    Unmet:
        0 points entered. Nothing entered is 未评, never 0.
    """

    guide: str = ""
    scale: tuple[Grade, ...] = ()

    def __post_init__(self) -> None:
        earned = [grade.earns for grade in self.scale]
        if earned != sorted(set(earned), reverse=True):
            raise ValueError("scale 从好到差写，各档的 earns 要递减，不能相同。")

    def tallies(self, words: Words) -> Wanted:
        return {}

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        none = np.zeros(len(subjects), dtype=np.int64)
        never = np.zeros(len(subjects), dtype=np.bool_)
        return Judged(none, none, never, assessed=never)

    def sentence(self, said: Said) -> str:
        return f"待人工评分。{self.guide}"
