"""Facts of the live database, in the file form of the fact contract.

Rows come through Django's cursor, so they are those of the open transaction: a record is
judged together with the act that saved it, and undone with it. The texts are built once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa
from django.db import connection

from zhibu.shared.discovery import discover
from zhibu.shared.promises import Promise
from zhibu.standards.bulk import table_fetch
from zhibu_engine.facts import MAY_BE_ABSENT, RELATIONS, Relation

_ARROW: dict[str, pa.DataType] = {
    "id": pa.int64(),
    "int": pa.int64(),
    "bool": pa.bool_(),
    "day": pa.date32(),
    "code": pa.string(),
    "text": pa.string(),
}
#: From so many units on the bulk way is the faster one.
BULK = 20
#: Member and group counts stand in the judge's subjects, whatever the clauses read.
ALWAYS_READ = frozenset({"unit", "member", "group"})
Facts = Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Some units, and the columns of each relation that their standards read."""

    units: Collection[int]
    columns: Mapping[str, Collection[str]]


@cache
def promises() -> Mapping[str, tuple[Promise, ...]]:
    """What the apps promise, by relation. A promise of an unknown relation is an error."""
    found: dict[str, tuple[Promise, ...]] = {name: () for name in RELATIONS}
    for module in discover("facts"):
        for promise in module.SOURCES:
            found[promise.relation] += (promise,)
    return found


@cache
def relations_kept() -> Mapping[str, Relation]:
    """All but those that no app promises and an installation may lack: clauses that need them are 未评."""
    return {
        name: relation
        for name, relation in RELATIONS.items()
        if promises()[name] or name not in MAY_BE_ABSENT
    }


def facts_fetch(
    *,
    unit_ids: Iterable[int] | None,
    as_of: date,
    relations: Iterable[str] | None = None,
    since: date | None = None,
) -> dict[str, pa.Table]:
    """Read the relations of some units, or of all with ``None``; events from ``since`` (1 January) on.

    A relation that is not asked for comes back empty. One that no app promises and that an installation may
    lack is left out: clauses that need it are 未评, not a zero.
    """
    units = None if unit_ids is None else sorted(set(unit_ids))
    wanted = set(RELATIONS) if relations is None else ALWAYS_READ | set(relations)
    parameters = _parameters(units, as_of, since or as_of.replace(month=1, day=1))
    facts = {}
    with connection.cursor() as cursor:
        for name, relation in relations_kept().items():
            rows: list[Sequence[Any]] = []
            for promise in promises()[name] if name in wanted and units != [] else ():
                cursor.execute(_text(promise, units), parameters)
                rows.extend(cursor.fetchall())
            facts[name] = rows_table(relation, rows)
    return facts


def facts_bulk(
    wanted: Iterable[Wanted], *, as_of: date, since: date | None = None
) -> dict[str, pa.Table]:
    """What judging reads of many units, and nothing else: no texts, and of each unit only what its standards read.

    A column that nobody reads holds its type's empty value.
    """
    wanted = list(wanted)
    parameters = _parameters(None, as_of, since or as_of.replace(month=1, day=1))
    facts = {}
    with connection.cursor() as cursor:
        for name, relation in relations_kept().items():
            readers = [one for one in wanted if name in one.columns]
            units = sorted(set().union(*(one.units for one in readers)))
            columns = set().union(*(one.columns[name] for one in readers))
            kept = pa.schema([field for field in _judged_schema(name) if field.name in columns])
            names = [column.name for column in relation.columns]
            found = [
                table_fetch(cursor, _text(promise, units, one=False), parameters, names, kept)
                for promise in promises()[name]
                if units
            ]
            facts[name] = _widened(name, found)
    return facts


def _widened(name: str, found: list[pa.Table]) -> pa.Table:
    schema = _judged_schema(name)
    if not found:
        return schema.empty_table()
    table = pa.concat_tables(found)
    for field in schema:
        if field.name not in table.column_names:
            empty = pa.nulls(table.num_rows, field.type)
            table = table.append_column(field, empty)
    return table


@cache
def _judged_schema(name: str) -> pa.Schema:
    columns = [column for column in RELATIONS[name].columns if column.type != "text"]
    return pa.schema([(column.name, _ARROW[column.type]) for column in columns])


def _parameters(units: list[int] | None, as_of: date, since: date) -> dict[str, Any]:
    day = connection.ops.adapt_datefield_value
    parameters = {"first": day(since), "last": day(as_of)}
    if units is not None and len(units) == 1:
        parameters["unit"] = units[0]
    return parameters


def _text(promise: Promise, units: list[int] | None, *, one: bool = True) -> str:
    if units is None:
        return _fixed_text(promise, one=False)
    if len(units) == 1 and one:
        return _fixed_text(promise, one=True)
    # Whole numbers only, so they may stand in the text: a driver's parameters have a limit.
    listed = ",".join(str(int(unit)) for unit in units)
    return promise.text(connection.vendor).replace(
        "{units}", f"{promise.unit_column} IN ({listed})"
    )


@cache
def _fixed_text(promise: Promise, *, one: bool) -> str:
    condition = f"{promise.unit_column} = %(unit)s" if one else "1 = 1"
    return promise.text(connection.vendor).replace("{units}", condition)


def rows_table(relation: Relation, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows as an Arrow table of the contract's types; a row of another width is an error here."""
    schema = _schema(relation.name)
    if not rows:
        return schema.empty_table()
    columns = list(zip(*rows, strict=True))
    if len(columns) != len(schema):
        raise ValueError(f"《{relation.zh}》应有 {len(schema)} 列，得到 {len(columns)} 列。")
    arrays = [_array(field.type, values) for field, values in zip(schema, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


@cache
def _schema(name: str) -> pa.Schema:
    return pa.schema([(column.name, _ARROW[column.type]) for column in RELATIONS[name].columns])


def _array(kind: pa.DataType, values: tuple[Any, ...]) -> pa.Array:
    if kind == pa.date32() and any(type(value) is str for value in values):
        # SQLite gives days as text, PostgreSQL as dates.
        return pa.array(values, pa.string()).cast(kind)
    if kind == pa.bool_() and any(type(value) is int for value in values):
        # SQLite has no booleans.
        return pa.array(values, pa.int64()).cast(kind)
    return pa.array(values, kind)
