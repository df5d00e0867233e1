"""What the holder of a post did himself: study, research, inspection, talks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import Condition, OneOf, both
from zhibu_engine.facts import NEVER
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    One,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
    unknown_words,
)
from zhibu_engine.kinds.periods import (
    COUNT,
    PER_ZH,
    period_counts,
    period_judged,
    period_tallies,
)
from zhibu_engine.tallies import AnyTally, How, Tallied, Tally, Wanted, popcount

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing to be done: ``roles`` in sittings of ``segments``, or entries in ``registers``."""

    title: str
    roles: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    at_least: int = 1

    def __post_init__(self) -> None:
        if bool(self.registers) == bool(self.roles or self.segments):
            raise ValueError("acts 的每一项写 roles、segments，或者写 registers。")
        if self.at_least < 1:
            raise ValueError("acts 的 at_least 要写 1 以上的整数。")


@kind("post_acts")
@dataclass(frozen=True, slots=True, kw_only=True)
class PostActs(RuleKind):
    """任职者亲自履职。 Each of ``acts`` was done ``at_least`` times in every due period by who then held one of ``posts``.

    The post counts that was held when it was done. Measured are the acts done over the due periods: five acts in
    two quarters are ten.

    用法：担任某职务的人亲自做了几样事，如书记每半年要主持、要走访。posts 写职务；acts 一样一行：
    title 是叫法，roles 写在会上的角色，或者 registers 写登记册，at_least 是每个期间几次；
    per 写 quarter、half 或 year。做的那天担任着这个职务才算。
    满足：posts: [secretary]，per: year，acts 写讲党课，书记讲了一次。
    不满足：到 12 月 31 日，只有副书记讲过。

    Met:
        ``posts: [secretary], per: year, acts: [{title: 讲党课, roles: [lecturer]}]`` and the secretary gave one.

    Unmet:
        The same, judged on 31 December, and only the deputy gave one.
    """

    posts: tuple[str, ...]
    acts: tuple[Act, ...]
    per: Literal["quarter", "half", "year"] = "year"

    def __post_init__(self) -> None:
        if not self.posts or not 0 < len(self.acts) * COUNT[self.per] <= 62:
            raise ValueError("posts 至少写一个，acts 至少写一项，各期合计不超过 62 项。")

    @property
    def monotone(self) -> bool:
        return True

    def check(self, words: Words) -> Iterator[Problem]:
        yield from unknown_words(self.posts, words.codes.get("post", {}), "posts", "职务")
        for place, act in enumerate(self.acts):
            for found, known, name, what in (
                (act.roles, words.codes.get("part_role", {}), "roles", "角色"),
                (act.segments, words.segment_kinds, "segments", "会议类别"),
                (act.registers, words.codes.get("register", {}), "registers", "登记册"),
            ):
                for problem in unknown_words(found, known, name, what):
                    yield Problem(("acts", place, *problem.path), problem.message)

    def _rows(self, act: Act) -> tuple[str, Condition]:
        held = OneOf("post", self.posts)
        if act.registers:
            return "entry", both(OneOf("kind", act.registers), held)
        parts: list[Condition] = [held]
        if act.roles:
            parts.append(OneOf("role", act.roles))
        if act.segments:
            parts.append(OneOf("kind", act.segments))
        return "part", both(*parts)

    def tallies(self, words: Words) -> Wanted:
        wanted: dict[str, tuple[AnyTally, ...]] = {}
        for place, act in enumerate(self.acts):
            relation, rows = self._rows(act)

            def make(
                how: How,
                column: str,
                more: Condition,
                relation: str = relation,
                rows: Condition = rows,
            ) -> tuple[Tally, ...]:
                return (Tally(relation, how, column, both(rows, more)),)

            for name, tallies in period_tallies(make, self.per, act.at_least).items():
                wanted[f"{place}.{name}"] = tallies
        return wanted

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        measured = np.zeros(len(subjects), dtype=np.int64)
        required, detail = measured.copy(), measured.copy()
        met = np.ones(len(subjects), dtype=np.bool_)
        until = np.full(len(subjects), NEVER, dtype=np.int64)
        for place, act in enumerate(self.acts):
            prefix = f"{place}."
            own = {
                name[len(prefix) :]: value
                for name, value in tallied.items()
                if name.startswith(prefix)
            }
            found = period_judged(
                period_counts(own, self.per),
                act.at_least,
                self.per,
                subjects,
                calendar,
                over=calendar.over(self.per),
                last_days=[span.last for span in calendar.spans(self.per)],
            )
            lacks = found.detail if found.detail is not None else np.zeros_like(measured)
            periods = found.required // act.at_least
            required += periods
            measured += periods - popcount(lacks)
            detail |= lacks << (place * COUNT[self.per])
            met &= found.met
            if found.until is not None:
                until = np.minimum(until, found.until)
        owed = subjects.owed(self.per, calendar)
        due = (owed & calendar.over(self.per)) != 0
        return Judged(
            measured,
            required,
            met,
            applies=owed != 0,
            due=due | met,
            detail=detail,
            until=until,
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return tuple(Evidence(*self._rows(act)) for act in self.acts)

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        count = COUNT[self.per]
        said = []
        for place, act in enumerate(self.acts):
            bits = detail >> (place * count) & ((1 << count) - 1)
            if bits:
                when = "" if self.per == "year" else "、".join(calendar.labels(self.per, bits))
                said.append(f"{act.title}（{when}）" if when else act.title)
        return said

    def sentence(self, said: Said) -> str:
        names = said.words.codes.get("post", {})
        who = said.noun("、".join(names.get(post, post) for post in self.posts))
        often = "全年" if self.per == "year" else PER_ZH[self.per]
        head = f"{who}{often}应亲自做的有 {len(self.acts)} 项，合计 {said.required} 项次"
        if said.met:
            return f"{head}，都有记录。"
        if said.statistic:
            return f"{head}，有记录的 {said.measured} 项次。"
        which = f"，系统内未见：{'、'.join(said.missing)}" if said.missing else ""
        return f"{head}，有记录的 {said.measured} 项次{which}。"
