"""A post is held, or has not been vacant for too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ACTIVE, OneOf, at_most
from zhibu_engine.facts import NEVER, UNKNOWN
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
from zhibu_engine.tallies import Tallied, Tally, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("post_held")
@dataclass(frozen=True, slots=True, kw_only=True)
class PostHeld(RuleKind):
    """规定的职务有人担任。 At least ``at_least`` holders of ``posts`` on the judging day.

    With ``max_vacancy_days`` a vacancy is not yet due until so many days after the last holder left.

    用法：规定的职务有人担任。posts 写职务，at_least 是至少几人；max_vacancy_days 写最长空缺天数的，
    空缺没到这么多天是未到期。
    满足：posts: [secretary]，三月起有书记。
    不满足：max_vacancy_days: 180，上一任书记离任已经 181 天；或者从来没有登记过。

    Met:
        ``posts: [secretary]`` and a secretary since March.

    Unmet:
        ``max_vacancy_days: 180`` and the last secretary left 181 days ago; or no holder was ever recorded.
    """

    posts: tuple[str, ...]
    at_least: int = 1
    max_vacancy_days: int | None = None

    @property
    def monotone(self) -> bool:
        return True

    def check(self, words: Words) -> Iterator[Problem]:
        return unknown_words(self.posts, words.codes.get("post", {}), "posts", "职务")

    def tallies(self, words: Words) -> Wanted:
        return {
            "held": (Tally("post", where=ACTIVE, groups=self.posts),),
            "left": (Tally("post", "latest", "to_day", at_most("to_day", -1), self.posts),),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        held, left = tallied["held"], tallied["left"]
        met = held >= self.at_least
        due = np.ones(len(subjects), dtype=np.bool_)
        until = np.full(len(subjects), NEVER, dtype=np.int64)
        if self.max_vacancy_days is not None:
            waits = ~met & (left > UNKNOWN) & (-left <= self.max_vacancy_days)
            due = ~waits
            until = np.where(waits, left + self.max_vacancy_days, NEVER).astype(np.int64)
        return Judged(
            held,
            np.full(len(subjects), self.at_least, dtype=np.int64),
            met,
            applies=subjects.alive,
            due=due,
            until=until,
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return (
            Evidence(
                "post", OneOf("post", self.posts), (Check("active", ACTIVE, "评判当天不在任。"),)
            ),
        )

    def sentence(self, said: Said) -> str:
        codes = said.words.codes.get("post", {})
        names = said.noun("、".join(codes.get(post, post) for post in self.posts))
        if said.met or said.statistic:
            return f"在任的{names} {said.measured} 人。"
        if not said.measured:
            return f"系统内未见在任的{names}。"
        return f"在任的{names} {said.measured} 人，要求不少于 {said.required} 人。"
