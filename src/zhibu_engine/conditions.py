"""Conditions on the rows of a relation, in judging form.

One description serves three readers: ``compile`` turns it into SQL, ``explain`` masks the rows
of one unit with it, and its ``key`` lets clauses share a tally. Whole numbers and codes only;
a share is written as a sum (``2 × present − entitled ≥ 0``), so nothing is ever divided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AtLeastZero:
    """Σ coefficient × column + constant ≥ 0."""

    terms: tuple[tuple[str, int], ...]
    constant: int = 0

    def mask(self, columns: Columns, length: int) -> Mask:
        total = np.full(length, self.constant, dtype=np.int64)
        for column, coefficient in self.terms:
            total += coefficient * columns[column]
        return total >= 0


@dataclass(frozen=True, slots=True)
class OneOf:
    """The column holds one of the codes."""

    column: str
    codes: tuple[str, ...]

    def mask(self, columns: Columns, length: int) -> Mask:
        column = columns[self.column]
        found = np.zeros(length, dtype=np.bool_)
        for code in self.codes:
            found |= column == code
        return found


@dataclass(frozen=True, slots=True)
class Flag:
    """The column is true (or false)."""

    column: str
    value: bool = True

    def mask(self, columns: Columns, length: int) -> Mask:
        return np.asarray(columns[self.column] == self.value, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts, always true."""

    parts: tuple[Condition, ...] = ()

    def mask(self, columns: Columns, length: int) -> Mask:
        found = np.ones(length, dtype=np.bool_)
        for part in self.parts:
            found &= part.mask(columns, length)
        return found


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def mask(self, columns: Columns, length: int) -> Mask:
        found = np.zeros(length, dtype=np.bool_)
        for part in self.parts:
            found |= part.mask(columns, length)
        return found


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition

    def mask(self, columns: Columns, length: int) -> Mask:
        return ~self.part.mask(columns, length)


Condition = AtLeastZero | OneOf | Flag | All | AnyOf | Not
ALWAYS = All()


def at_least(column: str, number: int) -> AtLeastZero:
    return AtLeastZero(((column, 1),), -number)


def at_most(column: str, number: int) -> AtLeastZero:
    return AtLeastZero(((column, -1),), number)


def equals(column: str, number: int) -> All:
    return All((at_least(column, number), at_most(column, number)))


def both(*parts: Condition) -> Condition:
    """All of the parts, flattened so that equal conditions compare equal."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, All) else (part,))
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else All(unique)


def columns_of(condition: Condition) -> set[str]:
    """The columns that a condition reads."""
    if isinstance(condition, AtLeastZero):
        return {column for column, _ in condition.terms}
    if isinstance(condition, OneOf | Flag):
        return {condition.column}
    if isinstance(condition, Not):
        return columns_of(condition.part)
    return (
        set().union(*(columns_of(part) for part in condition.parts)) if condition.parts else set()
    )


#: The row holds on the judging day (relations with from_day and to_day).
ACTIVE = All((at_most("from_day", 0), at_least("to_day", 0)))
#: A party member counts on the judging day (停止党籍 is not counted).
COUNTED_MEMBER = All((at_most("from_day", 0), at_least("to_day", 0), Flag("suspended", False)))
