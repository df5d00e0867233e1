"""The number of members lies in a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import COUNTED_MEMBER, OneOf, at_least
from zhibu_engine.facts import NEVER
from zhibu_engine.kinds.base import Evidence, Judged, RuleKind, Said, Subjects, kind
from zhibu_engine.tallies import Tallied, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("member_count_between")
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCountBetween(RuleKind):
    """党员人数在规定范围内。 Members on the judging day (``of: full`` counts only 正式党员), both ends included.

    用法：党员人数在规定范围内。of: full 只数正式党员；at_least、at_most 可以写一个，
    也可以都写，都含本数。按评判日的人数。
    满足：of: full，at_least: 3，正好三名正式党员。
    不满足：两名正式党员、一名预备党员。

    Met:
        ``of: full, at_least: 3`` and exactly three full members.

    Unmet:
        ``of: full, at_least: 3`` and two full members with one on probation.
    """

    of: Literal["full", "all"] = "all"
    at_least: int | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        if self.at_least is None and self.at_most is None:
            raise ValueError("at_least 和 at_most 至少写一个。")

    @property
    def monotone(self) -> bool:
        return self.at_most is None

    def tallies(self, words: Words) -> Wanted:
        return {}

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        members = subjects.full_members if self.of == "full" else subjects.members
        low = self.at_least if self.at_least is not None else 0
        high = self.at_most if self.at_most is not None else NEVER
        over = members > high
        return Judged(
            members,
            np.where(over | (self.at_least is None), high, low).astype(np.int64),
            (members >= low) & ~over,
            applies=subjects.alive,
            missing=np.where(over, members - high, np.maximum(low - members, 0)),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        checks = [Check("counted", COUNTED_MEMBER, "评判当天不在本组织，或者已停止党籍。")]
        if self.of == "full":
            checks.append(Check("full", OneOf("category", ("full",)), "不是正式党员。"))
        return (Evidence("member", at_least("person_id", -NEVER), tuple(checks)),)

    def sentence(self, said: Said) -> str:
        text = f"{'正式党员' if self.of == 'full' else '党员'} {said.measured} 人"
        if said.statistic:
            return f"{text}。"
        bounds = [f"不少于 {self.at_least} 人"] if self.at_least is not None else []
        bounds += [f"不超过 {self.at_most} 人"] if self.at_most is not None else []
        asked = f"要求{'、'.join(bounds)}"
        return f"{text}（{asked}）。" if said.met else f"{text}，{asked}。"
