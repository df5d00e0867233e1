"""The required number that a unit has set itself in an entry of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhibu_engine.conditions import OneOf
from zhibu_engine.kinds.base import Problem, unknown_words
from zhibu_engine.tallies import Tally

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredFrom:
    """``field`` of the unit's entry in ``register`` this year; of several entries the largest number."""

    register: str
    field: str

    def check(self, words: Words) -> Iterator[Problem]:
        for problem in register_problems(self.register, words):
            yield Problem(("required_from", *problem.path), problem.message)

    def tallies(self) -> tuple[Tally, ...]:
        where = OneOf("field", (self.field,))
        return (Tally("entry_value", "latest", "number", where, (self.register,)),)


def register_problems(register: str, words: Words) -> Iterator[Problem]:
    known = words.codes.get("register", {})
    for problem in unknown_words([register], known, "register", "登记册"):
        yield Problem(("register",), problem.message)
