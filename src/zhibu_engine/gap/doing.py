"""Doing acts: the facts in file form with the rows that they add, change or take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from zhibu_engine.facts import RELATIONS
from zhibu_engine.gap.acts import Act, Change, new_number

Tables = Mapping[str, pa.Table]
_TYPES = {
    "id": pa.int64(),
    "int": pa.int64(),
    "bool": pa.bool_(),
    "day": pa.date32(),
    "code": pa.string(),
    "text": pa.string(),
}


def acts_apply(own: Tables, unit_id: int, acts: Sequence[Act]) -> dict[str, pa.Table]:
    """The unit's facts in file form with the acts done."""
    found = dict(own)
    rows: dict[str, list[dict[str, Any]]] = {}
    for number, act in enumerate(acts):
        for change in act.changes:
            found[change.relation] = _changed(found[change.relation], change)
        for place, (relation, row) in enumerate(act.adds):
            whole = whole_row(relation, row, unit_id, place, number)
            rows.setdefault(relation, []).append(whole)
    for relation, listed in rows.items():
        more = rows_table(relation, listed)
        table = found.get(relation)
        if table is None or not table.num_columns:
            found[relation] = more
        else:
            found[relation] = pa.concat_tables(
                [plain(relation, table), more], promote_options="default"
            )
    return found


def _changed(table: pa.Table, change: Change) -> pa.Table:
    relation = RELATIONS[change.relation]
    mask = np.ones(table.num_rows, dtype=np.bool_)
    for column, value in change.match:
        mask &= np.array([one == value for one in table.column(column).to_pylist()], dtype=np.bool_)
    if not change.values:
        return table.filter(pa.array(~mask))
    for column, value in change.values:
        kind = _TYPES[relation.by_name[column].type]
        old = (
            table.column(column).to_pylist()
            if column in table.column_names
            else [None] * table.num_rows
        )
        new = pa.array(
            [value if hit else one for one, hit in zip(old, mask.tolist(), strict=True)], kind
        )
        if column in table.column_names:
            table = table.set_column(table.column_names.index(column), column, new)
        else:
            table = table.append_column(column, new)
    return table


def plain(relation: str, table: pa.Table) -> pa.Table:
    """The contract's types: sheets may bring others."""
    by_name = RELATIONS[relation].by_name
    if all(
        name not in by_name or field.type == _TYPES[by_name[name].type]
        for name, field in zip(table.column_names, table.schema, strict=True)
    ):
        return table
    return table.cast(
        pa.schema(
            [
                (
                    name,
                    _TYPES[by_name[name].type]
                    if name in by_name
                    else table.schema.field(name).type,
                )
                for name in table.column_names
            ]
        )
    )


def renumbered(tables: Tables, unit: int) -> dict[str, pa.Table]:
    found = {}
    for name, table in tables.items():
        if "unit_id" in table.column_names:
            numbers = pa.array(np.full(table.num_rows, unit, dtype=np.int64))
            place = table.column_names.index("unit_id")
            found[name] = table.set_column(place, "unit_id", numbers)
    return found


def whole_row(
    relation: str, row: Mapping[str, Any], unit: int, place: int, number: int = 0
) -> dict[str, Any]:
    whole = {**row, "unit_id": unit}
    for column in ("record_id", "segment_id"):
        if column in RELATIONS[relation].by_name:
            whole.setdefault(column, new_number(number, place))
    return whole


def rows_table(relation: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    names = {name for row in rows for name in row}
    return pa.table(
        {
            column.name: pa.array([row.get(column.name) for row in rows], _TYPES[column.type])
            for column in RELATIONS[relation].columns
            if column.name in names or (column.empty is None and not column.optional)
        }
    )
