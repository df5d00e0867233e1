"""What SQL counts for the judge: whole numbers per unit, from one relation each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from zhibu_engine.conditions import ALWAYS, Condition
from zhibu_engine.facts import NEVER, UNKNOWN

Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: The judged year up to the judging day, or all that lies before that day.
Window = Literal["year", "past"]
How = Literal["count", "sum", "bits", "code_bits", "distinct", "latest", "earliest"]

#: The value of a tally over no rows.
EMPTY: dict[str, int] = {
    "count": 0,
    "sum": 0,
    "bits": 0,
    "code_bits": 0,
    "distinct": 0,
    "latest": UNKNOWN,
    "earliest": NEVER,
}
#: How the same tally of two groups becomes one. Distinct counts do not add up (see ``Tally``).
JOIN: dict[str, np.ufunc] = {
    "count": np.add,
    "sum": np.add,
    "bits": np.bitwise_or,
    "code_bits": np.bitwise_or,
    "latest": np.maximum,
    "earliest": np.minimum,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """One whole number per unit.

    ``groups`` are values of the relation's group column; None reads all of them. ``bits`` sets
    bit ``column − 1`` for each row (a month, a quarter, an index); ``code_bits`` sets the bit of the
    code's place in ``codes``. A ``distinct`` tally is compiled without the group, since distinct
    counts of groups do not add up.
    """

    relation: str
    how: How = "count"
    column: str = ""
    where: Condition = ALWAYS
    groups: tuple[str, ...] | None = None
    codes: tuple[str, ...] = ()
    window: Window = "year"


@dataclass(frozen=True, slots=True)
class CoveredTally:
    """How many things of the relation ``base`` have at least ``at_least`` rows of another relation.

    ``key`` names the column that both share: people with attendances (``person_id``), records with links
    (``record_id``). A thing counts once however many rows of ``base`` it has.
    """

    base: str
    base_where: Condition
    relation: str
    where: Condition
    at_least: int
    key: str = "person_id"


@dataclass(frozen=True, slots=True)
class MedianTally:
    """Twice the median of a column (so that it is a whole number); 0 over no rows."""

    relation: str
    column: str
    where: Condition


AnyTally = Tally | CoveredTally | MedianTally
#: The tallies of one clause by name; the parts of a name are joined.
Wanted = Mapping[str, tuple[AnyTally, ...]]
#: Their values: one int64 column each, one row per unit.
Tallied = Mapping[str, Any]


def popcount(bits: Int64) -> Int64:
    """How many bits are set in each whole number."""
    return np.bitwise_count(bits).astype(np.int64)


def flags_of(number: int, length: int) -> list[bool]:
    return [bool(number >> place & 1) for place in range(length)]
