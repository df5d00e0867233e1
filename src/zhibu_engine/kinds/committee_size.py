"""As many committee members as the number of full members asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ACTIVE, OneOf, both
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From so many full members on, this many persons."""

    members_from: int
    size_from: int
    size_to: int

    def __post_init__(self) -> None:
        if self.size_from > self.size_to:
            raise ValueError("size_from 不能大于 size_to。")


@kind("committee_size")
@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeSize(RuleKind):
    """班子人数与正式党员人数相称。 Persons who hold one of ``posts``, against the band of full members.

    A person with two posts counts once.

    用法：班子人数与正式党员人数相称。posts 是算作班子成员的职务；bands 是分档：正式党员从几名起（members_from），
    班子从几人到几人（size_from、size_to）。兼两职的算一人。
    满足：九名正式党员；七名起要求三至七人；班子三人。
    不满足：九名正式党员，只有一名书记。

    Met:
        Bands 7 → 3–7 and 0 → 1–2; nine full members and a committee of three.

    Unmet:
        The same bands, nine full members and only a secretary.
    """

    posts: tuple[str, ...]
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        if len({band.members_from for band in self.bands}) != len(self.bands) or not self.bands:
            raise ValueError("bands 至少写一档，且各档 members_from 不能相同。")

    def check(self, words: Words) -> Iterator[Problem]:
        return unknown_words(self.posts, words.codes.get("post", {}), "posts", "职务")

    def tallies(self, words: Words) -> Wanted:
        where = both(ACTIVE, OneOf("post", self.posts))
        return {"persons": (Tally("post", "distinct", "person_id", where),)}

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        persons = tallied["persons"]
        low = np.full(len(subjects), -1, dtype=np.int64)
        high = np.full(len(subjects), -1, dtype=np.int64)
        for band in sorted(self.bands, key=lambda band: band.members_from):
            inside = subjects.full_members >= band.members_from
            low, high = np.where(inside, band.size_from, low), np.where(inside, band.size_to, high)
        return Judged(
            persons,
            np.where(persons > high, high, low),
            (persons >= low) & (persons <= high),
            applies=subjects.alive & (low >= 0),
            missing=np.where(persons > high, persons - high, np.maximum(low - persons, 0)),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return (
            Evidence(
                "post", OneOf("post", self.posts), (Check("active", ACTIVE, "评判当天不在任。"),)
            ),
        )

    def sentence(self, said: Said) -> str:
        text = f"系统内在任的班子成员 {said.measured} 人"
        if said.statistic:
            return f"{text}。"
        if not said.measured:
            return f"系统内未见在任的班子成员，按正式党员人数至少要 {said.required} 人。"
        if said.met:
            return f"{text}，与正式党员人数相称。"
        word = "至少要" if said.measured < said.required else "最多"
        return f"{text}，按正式党员人数{word} {said.required} 人。"
