"""Invented branches with their members, posts, terms, groups and documents (see ``generate``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

_EPOCH = date(1970, 1, 1)
#: Stands for no day while the numbers are made; written as null.
NO_DAY = np.int64(10**6)
_KINDS = ("branch", "joint_branch", "general_branch", "committee")
_SECTORS = ("organ", "village", "community", "public_institution", "private_firm", "retired", "")
_POSTS = (
    "secretary",
    "deputy_secretary",
    "org_member",
    "publicity_member",
    "discipline_member",
    "committee_member",
)


@dataclass(frozen=True)
class Units:
    """One region's branches; ``zeal`` is how much of its duty a branch does, and writes down well."""

    unit_id: np.ndarray
    kind: np.ndarray
    sector: np.ndarray
    founded: np.ndarray
    withdrawn: np.ndarray
    temporary: np.ndarray
    zeal: np.ndarray
    members: np.ndarray
    committee: np.ndarray
    groups: np.ndarray
    first_person: np.ndarray


def coded(places: np.ndarray, codes: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int8()), pa.array(codes))


def days(numbers: np.ndarray) -> pa.Array:
    """Days since 1970; NO_DAY is null."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=numbers >= NO_DAY).cast(pa.date32())


def units_make(dice: np.random.Generator, first: int, count: int, year: int) -> Units:
    start = (date(year, 1, 1) - _EPOCH).days
    founded = start - dice.integers(400, 12_000, count)
    odd = dice.random(count)
    new = odd < 0.03
    founded[new] = start + dice.integers(0, 365, new.sum())
    withdrawn = np.full(count, NO_DAY)
    # Merged in the year or withdrawn earlier: their records stay with them.
    ended = (odd > 0.03) & (odd < 0.055)
    withdrawn[ended] = start + dice.integers(-200, 365, ended.sum())
    members = np.clip(dice.gamma(2.2, 8.7, count), 1, 90).astype(np.int64)
    large = members >= 7
    groups = np.where(members >= 12, np.minimum(members // 12, 4), 0)
    return Units(
        first + np.arange(count, dtype=np.int64),
        np.searchsorted([0.84, 0.93, 0.97], dice.random(count)).astype(np.int8),
        np.searchsorted([0.6, 0.75, 0.82, 0.9, 0.95, 0.99], dice.random(count)).astype(np.int8),
        founded,
        withdrawn,
        dice.random(count) < 0.012,
        # Most do nearly all, a tail does little, some nothing.
        (1.04 * dice.beta(7, 1.1, count) * (dice.random(count) > 0.01)).astype(np.float32),
        members,
        np.where(large, 3 + dice.integers(0, 4, count), 1),
        groups * (dice.random(count) < 0.9),
        (first + np.arange(count, dtype=np.int64)) * 100,
    )


def people_tables(
    dice: np.random.Generator, units: Units, year: int
) -> Iterator[tuple[str, pa.Table]]:
    yield "unit", _units(units)
    yield "unit_ancestor", _ancestors(units)
    yield "member", members_make(dice, units, year)
    yield "post", _posts(dice, units, year)
    yield "term", _terms(dice, units, year)
    yield "group", _groups(dice, units, year)
    yield "document", _documents(dice, units, year)


def _units(units: Units) -> pa.Table:
    founded = np.where(units.unit_id % 11 == 0, NO_DAY, units.founded)
    founded = np.where(units.founded > units.founded.min() + 11_700, units.founded, founded)
    return pa.table(
        {
            "unit_id": units.unit_id,
            "code": pa.array([f"U{one:08d}" for one in units.unit_id.tolist()]),
            "name": pa.array([f"第{one}党支部" for one in units.unit_id.tolist()]),
            "kind": coded(units.kind, _KINDS),
            "sector": coded(units.sector, _SECTORS),
            "founded": days(founded),
            "withdrawn": days(units.withdrawn),
            "temporary": units.temporary,
        }
    )


def _ancestors(units: Units) -> pa.Table:
    length = len(units.unit_id)
    return pa.table(
        {
            "unit_id": units.unit_id,
            "line": coded(np.zeros(length, np.int8), ("tree", "guidance")),
            "ancestor_id": units.unit_id // 40 + 10**9,
            "depth": np.ones(length, np.int64),
            "from_day": days(units.founded),
            "to_day": days(units.withdrawn),
        }
    )


def members_make(dice: np.random.Generator, units: Units, year: int) -> pa.Table:
    end = (date(year, 12, 31) - _EPOCH).days
    owner = np.repeat(np.arange(len(units.unit_id)), units.members)
    place = np.arange(len(owner)) - np.repeat(
        np.cumsum(units.members) - units.members, units.members
    )
    chance = dice.random((3, len(owner)), dtype=np.float32)
    joined = end - dice.integers(100, 15_000, len(owner))
    groups = units.groups[owner]
    group = np.where(groups > 0, units.unit_id[owner] * 10 + place % np.maximum(groups, 1), 0)
    ungrouped = (groups == 0) | (chance[0] < 0.01)
    probationary = end - joined < 365
    moved = chance[1] < 0.04
    return pa.table(
        {
            "unit_id": units.unit_id[owner],
            "person_id": units.first_person[owner] + place,
            "category": coded(probationary.astype(np.int8), ("full", "probationary")),
            "group_id": pa.array(group, mask=ungrouped),
            "leader": chance[2] < 0.07,
            "lost": chance[0] > 0.995,
            "floating": chance[0] < 0.03,
            "suspended": chance[1] > 0.997,
            "joined": days(joined),
            "full_on": days(np.where(probationary, NO_DAY, joined + 365)),
            "from_day": days(np.where(chance[2] > 0.95, NO_DAY, joined)),
            "to_day": days(np.where(moved, end - (chance[0] * 500).astype(np.int64), NO_DAY)),
        }
    )


def _posts(dice: np.random.Generator, units: Units, year: int) -> pa.Table:
    end = (date(year, 12, 31) - _EPOCH).days
    owner = np.repeat(np.arange(len(units.unit_id)), units.committee)
    place = np.arange(len(owner)) - np.repeat(
        np.cumsum(units.committee) - units.committee, units.committee
    )
    chance = dice.random((2, len(owner)), dtype=np.float32)
    begun = end - dice.integers(30, 1500, len(owner))
    # A few posts fell vacant this year or earlier.
    ended = np.where(chance[0] < 0.05, end - (chance[1] * 500).astype(np.int64), NO_DAY)
    return pa.table(
        {
            "unit_id": units.unit_id[owner],
            "person_id": units.first_person[owner] + place % np.maximum(units.members[owner], 1),
            "post": coded(np.minimum(place, len(_POSTS) - 1).astype(np.int8), _POSTS),
            "has_duty": chance[1] < 0.94,
            "from_day": days(begun),
            "to_day": days(ended),
        }
    )


def _terms(dice: np.random.Generator, units: Units, year: int) -> pa.Table:
    end = (date(year, 12, 31) - _EPOCH).days
    length = len(units.unit_id)
    begun = end - dice.integers(10, 1200, length)
    until = begun + 1095
    extended = np.where((until < end) & (dice.random(length) < 0.3), end + 90, NO_DAY)
    table = pa.table(
        {
            "unit_id": units.unit_id,
            "from_day": days(begun),
            "to_day": days(until),
            "extended_to": days(extended),
        }
    )
    return table.filter(pa.array(dice.random(length) > 0.02))


def _groups(dice: np.random.Generator, units: Units, year: int) -> pa.Table:
    end = (date(year, 12, 31) - _EPOCH).days
    owner = np.repeat(np.arange(len(units.unit_id)), units.groups)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(units.groups) - units.groups, units.groups)
    chance = dice.random(len(owner))
    return pa.table(
        {
            "unit_id": units.unit_id[owner],
            "group_id": units.unit_id[owner] * 10 + place,
            "members": units.members[owner] // np.maximum(units.groups[owner], 1),
            "leaders": (chance > 0.04).astype(np.int64),
            "from_day": days(end - dice.integers(100, 2000, len(owner))),
            "to_day": days(np.where(chance > 0.985, end - 20, NO_DAY)),
        }
    )


def _documents(dice: np.random.Generator, units: Units, year: int) -> pa.Table:
    """A plan, four stage summaries and the summary of the year, as far as the branch is eager."""
    start = (date(year, 1, 1) - _EPOCH).days
    kinds = ("year_plan", "stage_summary", "year_summary")
    kind = np.array([0, 1, 1, 1, 1, 2, 2], dtype=np.int8)
    period = np.array([0, 2, 2, 1, 1, 0, 0], dtype=np.int8)
    index = np.array([1, 1, 2, 1, 2, 1, 1])
    back = np.array([0, 0, 0, 0, 0, 0, 1])
    usual = np.array([40, 95, 185, 185, 350, 350, 10])
    held = dice.random((len(units.unit_id), 7)) < 0.85 * units.zeal[:, None]
    owner, slot = np.nonzero(held)
    chance = dice.random((3, len(owner)), dtype=np.float32)
    items = (chance[0] * 12).astype(np.int64)
    return pa.table(
        {
            "unit_id": units.unit_id[owner],
            "record_id": units.unit_id[owner] * 1000 + 990 + slot,
            "kind": coded(kind[slot], kinds),
            "day": days(start + usual[slot] + (chance[1] * 14).astype(np.int64)),
            "period": coded(period[slot], ("year", "half", "quarter")),
            "year": year - back[slot],
            "index": index[slot],
            "adopted": chance[1] < 0.85,
            "items": items,
            "items_unassigned": np.where(chance[2] < 0.1, np.minimum(items, 2), 0),
            "items_unanswered": np.where(chance[2] > 0.85, np.minimum(items, 3), 0),
            "entry_delay": (chance[2] * 40).astype(np.int64),
            "late": chance[2] > 0.75,
        }
    )
