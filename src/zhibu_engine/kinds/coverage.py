"""Everybody took part: each member, leader or post holder has enough records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhibu_engine.calendar import Calendar, Per
from zhibu_engine.conditions import (
    ACTIVE,
    ALWAYS,
    COUNTED_MEMBER,
    Condition,
    Flag,
    OneOf,
    at_least,
    at_most,
    both,
)
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    One,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
    percent,
    unknown_words,
    until_distance,
)
from zhibu_engine.kinds.periods import COUNT, PER_ZH, open_bits
from zhibu_engine.tallies import CoveredTally, Tallied, Tally, Wanted, popcount

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words

_WHO_ZH = {"members": "党员", "full_members": "正式党员", "leaders": "党员领导干部"}


@kind("coverage")
@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage(RuleKind):
    """人人都有。 Each person of ``who`` (or holder of ``posts``) has at least ``at_least`` rows in the year.

    ``per`` asks it of every due period: required are people × periods. ``relation: part`` counts what a person did (``roles``), ``attendance`` where a person was (``states``),
    ``entry`` entries of ``registers`` that name the person.
    Due when the year is over; until then 未到期 unless everybody has enough. Nobody to cover: 不适用.

    用法：人人都有：每名党员（who: members）、正式党员（full_members）、党员领导干部（leaders）或者某些职务的人（posts）全年至少几次。
    relation 写 part（承担了 roles 中的角色，缺省）、attendance（states，
    如 present 到会）或 entry（登记册 registers 里有他的登记）；per 写 quarter 等，
    要求每个期间都有。缺谁会点名。年底以前未到期，除非人人都够了；没有人可数的不适用。
    满足：who: leaders，roles: [lecturer]，两名领导干部都讲过党课。
    不满足：到 12 月 31 日，有一名没有讲过。

    Met:
        ``who: leaders, roles: [lecturer]``; two leaders, each gave a lecture.

    Unmet:
        The same, judged on 31 December, and one of them gave none; the evidence names who.
    """

    who: Literal["members", "full_members", "leaders"] | None = None
    posts: tuple[str, ...] = ()
    relation: Literal["part", "attendance", "entry"] = "part"
    roles: tuple[str, ...] = ()
    states: tuple[str, ...] = ("present",)
    segments: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    at_least: int = 1
    per: Per = "year"

    def __post_init__(self) -> None:
        if bool(self.registers) != (self.relation == "entry"):
            raise ValueError("relation: entry 要写 registers，别的关系不写。")
        if self.relation == "entry" and (self.segments or self.roles):
            raise ValueError("relation: entry 不写 segments 和 roles。")
        if (self.who is None) == (not self.posts):
            raise ValueError("who 和 posts 写且只写一个。")
        if self.at_least < 1:
            raise ValueError("at_least 要写 1 以上的整数。")

    @property
    def monotone(self) -> bool:
        return True

    def check(self, words: Words) -> Iterator[Problem]:
        yield from unknown_words(self.posts, words.codes.get("post", {}), "posts", "职务")
        yield from unknown_words(self.roles, words.codes.get("part_role", {}), "roles", "角色")
        yield from unknown_words(
            self.states, words.codes.get("attendance_state", {}), "states", "到会情况"
        )
        yield from unknown_words(self.segments, words.segment_kinds, "segments", "会议类别")
        registers = words.codes.get("register", {})
        yield from unknown_words(self.registers, registers, "registers", "登记册")

    @property
    def people(self) -> tuple[str, Condition]:
        if self.posts:
            return "post", both(ACTIVE, OneOf("post", self.posts))
        if self.who == "leaders":
            return "member", both(COUNTED_MEMBER, Flag("leader"))
        if self.who == "full_members":
            return "member", both(COUNTED_MEMBER, OneOf("category", ("full",)))
        return "member", COUNTED_MEMBER

    @property
    def rows(self) -> Condition:
        if self.relation == "entry":
            return OneOf("kind", self.registers)
        segments: Condition = OneOf("kind", self.segments) if self.segments else ALWAYS
        if self.relation == "attendance":
            return both(segments, OneOf("state", self.states))
        return both(segments, OneOf("role", self.roles)) if self.roles else segments

    def tallies(self, words: Words) -> Wanted:
        people, where = self.people
        return {
            "people": (Tally(people, "distinct", "person_id", where),),
            **{
                f"covered{place}": (
                    CoveredTally(
                        people, where, self.relation, both(self.rows, inside), self.at_least
                    ),
                )
                for place, inside in enumerate(self._periods())
            },
        }

    def _periods(self) -> list[Condition]:
        if self.per == "year":
            return [ALWAYS]
        months = 12 // COUNT[self.per]
        return [
            both(at_least("month", place * months + 1), at_most("month", (place + 1) * months))
            for place in range(COUNT[self.per])
        ]

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        people = tallied["people"]
        owed, over = subjects.owed(self.per, calendar), calendar.over(self.per)
        due = owed & over
        # With no period over yet, the open one may already be satisfied.
        considered = np.where(due != 0, due, owed & open_bits(self.per, calendar))
        covered = np.zeros(len(subjects), dtype=np.int64)
        detail = covered.copy()
        for place in range(COUNT[self.per]):
            counts = (considered >> place & 1) != 0
            enough = tallied[f"covered{place}"]
            covered += np.where(counts, enough, 0)
            detail |= (counts & (enough < people)).astype(np.int64) << place
        required = people * popcount(considered)
        met = (covered >= required) & (considered != 0)
        return Judged(
            covered,
            required,
            met,
            applies=(owed != 0) & subjects.alive & (people > 0),
            due=(due != 0) | met,
            detail=detail,
            until=until_distance(calendar, calendar.open_until(self.per), (owed != 0) & ~met),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return (Evidence(self.relation, self.rows),)

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        people, where = self.people
        rows = one.columns[self.relation]["person_id"][one.mask(self.relation, self.rows)]
        if self.per != "year":
            return calendar.labels(self.per, detail)
        has = Counter(int(person) for person in rows)
        persons = np.unique(one.columns[people]["person_id"][one.mask(people, where)])
        return [
            one.names.get(int(one_), str(one_))
            for one_ in persons
            if has[int(one_)] < self.at_least
        ]

    def sentence(self, said: Said) -> str:
        who = said.noun(self._who(said.words))
        what = self._what(said.words)
        if self.per != "year":
            return self._by_period(said, who, what)
        if said.statistic:
            share = percent(said.measured, said.required)
            return f"{who} {said.required} 人，{said.measured} 人有{what}，占 {share}。"
        if said.met:
            return f"{who} {said.required} 人，{'都' if said.required > 1 else ''}有{what}。"
        text = f"{who} {said.required} 人，{said.measured} 人有{what}"
        if not said.missing:
            return f"{text}。"
        return f"{text}；系统内未见的有：{'、'.join(said.missing)}。"

    def _by_period(self, said: Said, who: str, what: str) -> str:
        head = f"{who}{PER_ZH[self.per]}都要有{what}，应有 {said.required} 人次"
        if said.met:
            return f"{head}，都有。"
        which = f"，没有人人都有的有：{'、'.join(said.missing)}" if said.missing else ""
        return f"{head}，系统内有 {said.measured} 人次{which}。"

    def _who(self, words: Words) -> str:
        if self.posts:
            codes = words.codes.get("post", {})
            return "、".join(codes.get(post, post) for post in self.posts)
        return _WHO_ZH[self.who or "members"]

    def _what(self, words: Words) -> str:
        if self.relation == "entry":
            registers = words.codes.get("register", {})
            return "、".join(registers.get(one, one) for one in self.registers)
        listed, codes = ("attendance_state", self.states)
        if self.relation == "part":
            listed, codes = "part_role", self.roles
        names = words.codes.get(listed, {})
        what = "、".join(names.get(code, code) for code in codes) or "参与"
        often = f" {self.at_least} 次以上的" if self.at_least > 1 else ""
        return f"{often}{what}记录"
