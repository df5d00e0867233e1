"""Pairs of a unit and a key: how many different, how many with enough rows, and the median of a unit."""

from __future__ import annotations

import numpy as np

from zhibu_engine.tallies import Int64

Pairs = tuple[Int64, Int64]

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


def distinct_count(place: Int64, key: Int64, units: int) -> Int64:
    """How many different keys each unit has."""
    return np.bincount(sorted_pairs(place, key)[0], minlength=units).astype(np.int64)


class Covering:
    """Pairs of a unit and a key, and how many rows each has, counted batch by batch."""

    def __init__(self, place: Int64, key: Int64, units: int) -> None:
        """``place`` never decreases."""
        self._units = units
        self._owners, self._keys = sorted_pairs(place, key)
        self._rows = np.zeros(len(self._owners) + 1, dtype=np.int64)
        self._table: Int64 | None = None
        self._first = 0
        if len(self._keys):
            self._tabled()

    def _tabled(self) -> None:
        """A table of where each key lies: only if keys are dense, and each has one unit."""
        first, last = int(self._keys.min()), int(self._keys.max())
        if last - first >= _SPARSE * len(self._keys) + 1_000_000:
            return
        table = np.full(last - first + 1, len(self._keys), dtype=np.int64)
        table[self._keys - first] = np.arange(len(self._keys))
        if bool((table[self._keys - first] == np.arange(len(self._keys))).all()):
            self._table, self._first = table, first

    def add(self, place: Int64, key: Int64) -> None:
        """Count rows; those of no pair are left out."""
        if len(self._owners) and len(place):
            where = (
                self._by_table(place, key) if self._table is not None else self._sought(place, key)
            )
            self._rows += np.bincount(where, minlength=len(self._rows))

    def _by_table(self, place: Int64, key: Int64) -> Int64:
        table = self._table
        assert table is not None
        at = key - self._first
        outside = (at < 0) | (at >= len(table))
        if outside.any():
            at = np.where(outside, 0, at)
        where = table[at]
        wrong = outside | (self._owners[np.minimum(where, len(self._owners) - 1)] != place)
        return np.where(wrong, len(self._owners), where)

    def _sought(self, place: Int64, key: Int64) -> Int64:
        """A person may belong to two units: look for the pair itself."""
        known, rank = np.unique(self._keys, return_inverse=True)
        nearest = np.minimum(np.searchsorted(known, key), len(known) - 1)
        pairs, wanted = self._owners * len(known) + rank, place * len(known) + nearest
        at = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
        found = (known[nearest] == key) & (pairs[at] == wanted)
        return np.where(found, at, len(self._owners))

    def total(self, at_least: int) -> Int64:
        """How many pairs of each unit have at least so many rows."""
        enough = self._owners[self._rows[:-1] >= at_least]
        return np.bincount(enough, minlength=self._units).astype(np.int64)


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
