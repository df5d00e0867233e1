"""A state that a procedure has given the unit, or an earlier result of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ACTIVE, Condition, OneOf, both
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


@kind("outcome_held")
@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeHeld(RuleKind):
    """具有或者没有某种结果。 On the judging day an outcome of ``kinds`` with one of ``values`` holds, or must not hold.

    用法：评判日当天有没有某种结果，如“后进”“已命名”。kinds、values 写结果类别和结果；
    expect: present 要有（缺省），absent 不能有。
    满足：kinds: [grade]，values: [backward]，expect: absent，
    没有被定为后进。
    不满足：三月被定为后进，还没有结束。

    Met:
        ``kinds: [grade], values: [backward], expect: absent`` and the unit has no such grade.

    Unmet:
        The same and the unit was graded backward in March without an end. With ``expect: present`` the reverse.
    """

    kinds: tuple[str, ...]
    values: tuple[str, ...] = ()
    expect: Literal["present", "absent"] = "present"

    @property
    def monotone(self) -> bool:
        return self.expect == "present"

    def check(self, words: Words) -> Iterator[Problem]:
        known = words.codes.get("outcome_kind", {})
        return unknown_words(self.kinds, known, "kinds", "结果类别")

    def _rows(self) -> Condition:
        return both(ACTIVE, OneOf("value", self.values)) if self.values else ACTIVE

    def tallies(self, words: Words) -> Wanted:
        return {"held": (Tally("outcome", where=self._rows(), groups=self.kinds),)}

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        held: np.ndarray = tallied["held"]
        present = self.expect == "present"
        return Judged(
            held,
            np.full(len(subjects), int(present), dtype=np.int64),
            held > 0 if present else held == 0,
            applies=subjects.alive,
            missing=np.where(present, (held == 0).astype(np.int64), held),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        check = Check("active", self._rows(), "评判当天无效，或者不是所要的结果。")
        return (Evidence("outcome", OneOf("kind", self.kinds), (check,)),)

    def sentence(self, said: Said) -> str:
        names = said.words.codes.get("outcome_kind", {})
        noun = said.noun("、".join(names.get(code, code) for code in self.kinds))
        if not said.measured:
            return f"评判日系统内未见有效的{noun}。"
        tail = "" if said.met or said.statistic else "，按规定不应有"
        return f"评判日有效的{noun} {said.measured} 项{tail}。"
