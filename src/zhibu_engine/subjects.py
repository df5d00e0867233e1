"""Standards about persons, matters or entries: the facts are given new owners, and the rest stays as it is.

Every subject gets a number that stands in ``unit_id``. A relation that knows the subject (by ``person_id``,
``matter_id`` or ``record_id``) keeps the subject's own rows; any other relation is that of the unit, once for each
of its subjects. So a rule counts what *this* secretary did, and the sittings of *his* branch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from zhibu_engine.conditions import ACTIVE, OneOf, both
from zhibu_engine.facts import RELATIONS
from zhibu_engine.packs.schema import Subject
from zhibu_engine.plan import FOUND_IN
from zhibu_engine.prepare import Facts
from zhibu_engine.tallies import Bools, Int64

KEYS = {"person": "person_id", "matter": "matter_id", "entry": "record_id"}
#: These describe the unit even where they name a person: to whom a clause applies.
_OF_THE_UNIT = ("member", "group")


@dataclass(frozen=True)
class Keyed:
    """The subjects: unit and key of each, in that order; number ``n`` stands for row ``n − 1``."""

    kind: str
    units: Int64
    keys: Int64
    #: First and last day as distances: a person in a post owes the periods of the tenure.
    since: Int64
    until: Int64

    def __len__(self) -> int:
        return len(self.units)

    @property
    def numbers(self) -> Int64:
        return np.arange(1, len(self.units) + 1, dtype=np.int64)

    def number(self, unit_id: int, key: int) -> int:
        """The number of a subject; with key 0 the unit's first.

        Raises:
            KeyError: there is no such subject.
        """
        found = np.flatnonzero((self.units == unit_id) & ((self.keys == key) | (key == 0)))
        if not len(found):
            raise KeyError((unit_id, key))
        return int(found[0]) + 1

    def owned(self, name: str, table: pa.Table) -> pa.Table:
        """A relation with subjects as owners, in either form."""
        if name == "unit":
            return self._unit(table)
        key = KEYS[self.kind]
        units = table.column("unit_id").to_numpy()
        if key in table.column_names and name not in _OF_THE_UNIT:
            rows, numbers = self._own(units, table.column(key).to_numpy())
        else:
            rows, numbers = self._shared(units)
        return _with(table.take(pa.array(rows)), "unit_id", numbers)

    def _unit(self, table: pa.Table) -> pa.Table:
        units = table.column("unit_id").to_numpy()
        order = np.argsort(units, kind="stable")
        rows = order[np.searchsorted(units[order], self.units)]
        found = _with(table.take(pa.array(rows)), "unit_id", self.numbers)
        if pa.types.is_integer(found.schema.field("founded").type):
            founded = np.maximum(found.column("founded").to_numpy(), self.since)
            withdrawn = np.minimum(found.column("withdrawn").to_numpy(), self.until)
            found = _with(_with(found, "founded", founded), "withdrawn", withdrawn)
        return found

    def _own(self, units: Int64, keys: Int64) -> tuple[Int64, Int64]:
        """Rows of the subjects themselves, and whose they are."""
        known, wide = np.unique(self.keys), max(len(self.keys), 1)
        mine = self.units * wide + np.searchsorted(known, self.keys)
        place = np.minimum(np.searchsorted(known, keys), max(len(known) - 1, 0))
        exists: Bools = known[place] == keys if len(known) else np.zeros(len(keys), np.bool_)
        theirs = units * wide + place
        order = np.argsort(mine, kind="stable")
        at = np.minimum(np.searchsorted(mine[order], theirs), max(len(mine) - 1, 0))
        exists = exists & (mine[order][at] == theirs) if len(mine) else exists
        rows = np.flatnonzero(exists)
        return rows, order[at[rows]] + 1

    def _shared(self, units: Int64) -> tuple[Int64, Int64]:
        """The rows of each subject's unit, again for every subject of it."""
        order = np.argsort(units, kind="stable")
        first = np.searchsorted(units[order], self.units, side="left")
        past = np.searchsorted(units[order], self.units, side="right")
        count = past - first
        starts = np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
        rows = order[starts + np.arange(count.sum())]
        return rows, np.repeat(self.numbers, count)


def _with(table: pa.Table, name: str, values: Int64) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, name, pa.array(values, pa.int64()))


class _Owned(dict[str, pa.Table]):
    """Tables with subjects as owners, each made when first asked for."""

    def __init__(self, keyed: Keyed, tables: Mapping[str, pa.Table]) -> None:
        super().__init__()
        self._keyed, self._tables = keyed, tables

    def __missing__(self, source: str) -> pa.Table:
        self[source] = self._keyed.owned(source.partition("@")[0], self._tables[source])
        return self[source]


def subjects_find(facts: Facts, subject: Subject, unit_ids: Sequence[int] | Int64) -> Keyed:
    """The subjects of a standard in these units."""
    name = FOUND_IN[subject.kind]
    table = facts.tables[name]
    columns = {column: table.column(column).to_numpy() for column in _needed(subject)}
    if subject.kind == "person":
        condition = both(ACTIVE, OneOf("post", subject.posts))
    else:
        condition = OneOf("kind", subject.procedures or subject.registers)
    chosen = condition.mask(columns, table.num_rows) & np.isin(columns["unit_id"], unit_ids)
    units, keys = columns["unit_id"][chosen], columns[KEYS[subject.kind]][chosen]
    pairs, place = np.unique(np.stack([units, keys]), axis=1, return_inverse=True)
    place = place.reshape(-1)
    since = np.full(pairs.shape[1], np.iinfo(np.int64).min, dtype=np.int64)
    until = np.full(pairs.shape[1], np.iinfo(np.int64).max, dtype=np.int64)
    if subject.kind == "person":
        since[:], until[:] = until, since.copy()
        np.minimum.at(since, place, columns["from_day"][chosen])
        np.maximum.at(until, place, columns["to_day"][chosen])
    return Keyed(subject.kind, pairs[0], pairs[1], since, until)


def _needed(subject: Subject) -> tuple[str, ...]:
    key = KEYS[subject.kind]
    return (
        ("unit_id", key, "post", "from_day", "to_day")
        if key == "person_id"
        else ("unit_id", key, "kind")
    )


def facts_owned(facts: Facts, keyed: Keyed) -> Facts:
    """The facts with subjects in place of units."""
    return Facts(facts.as_of, _Owned(keyed, facts.tables), facts.absent)


def subject_names(raw: Mapping[str, pa.Table], kind: str) -> dict[int, str]:
    """Names of persons, titles of matters and entries, by key; from facts in file form."""
    table = raw.get(FOUND_IN[kind])
    text = "person" if kind == "person" else "title"
    if table is None or not {KEYS[kind], text} <= set(table.column_names):
        return {}
    keys, names = table.column(KEYS[kind]).to_pylist(), table.column(text).to_pylist()
    return {int(key): str(name or key) for key, name in zip(keys, names, strict=True)}


def relation_fits(kind: str, relation: str) -> bool:
    """Whether the relation has rows of such a subject's own."""
    return KEYS[kind] in RELATIONS[relation].by_name


def shifted(facts: Facts, first: date, last: date) -> Facts:
    """The facts as they stood at the end of a period, with the events of that period alone."""
    return Facts(last, _Shifted(facts, first, last), facts.absent)


class _Shifted(dict[str, pa.Table]):
    def __init__(self, facts: Facts, first: date, last: date) -> None:
        super().__init__()
        self._facts, self._first, self._last = facts, first, last

    def __missing__(self, source: str) -> pa.Table:
        relation = RELATIONS[source.partition("@")[0]]
        table = self._facts.tables[source]
        later = (self._facts.as_of - self._last).days
        for column in relation.columns:
            if column.type == "day":
                days = table.column(column.name).to_numpy()
                known = np.abs(days) < 900_000
                table = _with(table, column.name, np.where(known, days + later, days))
        if relation.event:
            days = table.column(relation.event).to_numpy()
            inside = days <= 0
            # A document counts by the year it is for, and what looks back looks beyond the period.
            if "year" not in relation.by_name and "@" not in source:
                inside = inside & (days >= (self._first - self._last).days)
            table = table.filter(pa.array(inside))
        self[source] = table
        return table
