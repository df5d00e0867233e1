"""Pairs of a unit and a key: how many different, how many with enough rows, and the median of a unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zhibu_engine.tallies import Int64

#: A table of keys may take so many entries for each pair before sorting is cheaper.
_SPARSE = 16


def sorted_pairs(place: Int64, key: Int64) -> tuple[Int64, Int64]:
    """The different pairs, by place and key; ``place`` never decreases."""
    if not len(place):
        return place, key
    same = place[1:] == place[:-1]
    if (same & (key[1:] <= key[:-1])).any():
        order = np.lexsort((key, place))
        place, key = place[order], key[order]
        fresh = np.append(True, (place[1:] != place[:-1]) | (key[1:] != key[:-1]))
        place, key = place[fresh], key[fresh]
    return place, key


def covered_count(
    base_place: Int64,
    base_key: Int64,
    place: Int64,
    key: Int64,
    at_least: int,
    units: int,
) -> Int64:
    """How many different pairs of the base have at least so many rows, for each unit."""
    owners, keys = sorted_pairs(base_place, base_key)
    if not len(owners):
        return np.zeros(units, dtype=np.int64)
    where = _find(owners, keys, place, key)
    enough = np.bincount(where, minlength=len(owners) + 1)[: len(owners)] >= at_least
    return np.bincount(owners[enough], minlength=units).astype(np.int64)


def _find(owners: Int64, keys: Int64, place: Int64, key: Int64) -> NDArray[np.intp]:
    """Where each pair lies among the sorted ones; their number where it is not among them."""
    first, last = int(keys.min()), int(keys.max())
    found: NDArray[np.intp] = np.full(len(place), len(owners), dtype=np.intp)
    inside = (key >= first) & (key <= last)
    if last - first < _SPARSE * len(keys) + 1_000_000:
        table = np.full(last - first + 1, len(owners), dtype=np.intp)
        table[keys - first] = np.arange(len(owners))
        if _once(keys, table, first):
            at = table[np.where(inside, key - first, 0)]
            right = inside & (at < len(owners))
            right &= owners[np.minimum(at, len(owners) - 1)] == place
            return np.where(right, at, found)
    # A person may belong to two units: look for the pair itself.
    known, rank = np.unique(keys, return_inverse=True)
    nearest = np.minimum(np.searchsorted(known, key), len(known) - 1)
    inside &= known[nearest] == key
    pairs, wanted = owners * len(known) + rank, place * len(known) + nearest
    at = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    return np.where(inside & (pairs[at] == wanted), at, found)


def _once(keys: Int64, table: NDArray[np.intp], first: int) -> bool:
    """Whether no key is written twice: each then finds itself."""
    return bool((table[keys - first] == np.arange(len(keys))).all())


def median_twice(place: Int64, values: Int64, units: int) -> Int64:
    """Twice the median of each unit's values; 0 without values."""
    total = np.zeros(units, dtype=np.int64)
    if len(place):
        order = np.lexsort((values, place))
        ranked, owner = values[order], place[order]
        first = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
        count = np.diff(np.append(first, len(owner)))
        total[owner[first]] = ranked[first + (count - 1) // 2] + ranked[first + count // 2]
    return total
