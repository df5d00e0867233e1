"""From the file form of the facts to the judging form: whole numbers, days as distances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhibu_engine.columns import ColumnsOf
from zhibu_engine.conditions import Columns
from zhibu_engine.facts import (
    DERIVED,
    LOOKING_BACK,
    MAY_BE_ABSENT,
    NEVER,
    RELATIONS,
    UNKNOWN,
    Column,
    Relation,
)
from zhibu_engine.tallies import Bools, Int64

_ARROW = {
    "id": pa.int64(),
    "int": pa.int64(),
    "bool": pa.bool_(),
    "day": pa.int64(),
    "code": pa.string(),
}
_EPOCH = date(1970, 1, 1)


class FactsError(ValueError):
    """Facts that cannot be read; the message is Chinese and says where and what to do."""


@dataclass(frozen=True)
class Facts:
    """Facts in judging form.

    ``tables`` hold the rows that count for the judged year; under ``relation@past`` all rows of an event
    relation up to the judging day, made when first asked for.
    """

    as_of: date
    tables: Mapping[str, pa.Table]
    #: Relations that the source does not have: clauses that need them are 未评.
    absent: frozenset[str] = frozenset()
    #: Their arrays, kept from one standard to the next.
    columns: dict[str, ColumnsOf] = field(default_factory=dict, compare=False, repr=False)


def facts_prepare(raw: Mapping[str, pa.Table], as_of: date) -> Facts:
    """Make the facts judgeable on a day.

    Rows of events after that day or outside its calendar year are left out of the tallies (a document
    counts by the year it is for: this one or the last). Relations and optional columns that are missing
    are empty: silence is a zero, never an error. Only relations that a source may lack altogether
    (``facts.MAY_BE_ABSENT``) are remembered as absent.

    Raises:
        FactsError: no units, a column that must be there, or values of a wrong type.
    """
    if "unit" not in raw:
        raise FactsError("事实中没有《组织》表（unit），无法知道评判哪些组织。")
    formed = {name: judging_form(name, raw.get(name), as_of) for name in RELATIONS}
    tables = _Tables(formed, as_of)
    tables.update({name: _counted(name, table) for name, table in formed.items()})
    return Facts(as_of, tables, MAY_BE_ABSENT - set(raw))


class _Tables(dict[str, pa.Table]):
    """Makes ``relation@past`` when it is first asked for: hardly any clause looks back."""

    def __init__(self, formed: Mapping[str, pa.Table], as_of: date) -> None:
        super().__init__()
        self._formed, self._as_of = formed, as_of

    def __missing__(self, source: str) -> pa.Table:
        name, _, window = source.partition("@")
        if window != "past" or not RELATIONS[name].event:
            raise KeyError(source)
        table = self._formed[name]
        columns = {one: table.column(one).to_numpy() for one in (RELATIONS[name].event, "date_key")}
        kept, same = past_rows(name, columns), same_days(columns["date_key"], self._as_of)
        table = table.append_column(LOOKING_BACK[-1].name, pa.array(same))
        self[source] = table if kept.all() else table.filter(pa.array(kept))
        return self[source]


def judging_form(name: str, table: pa.Table | None, as_of: date) -> pa.Table:
    """All rows of a relation in judging form, without its text columns."""
    if table is None or (not table.num_rows and name != "unit"):
        return _empty_form(name)
    relation = RELATIONS[name]
    wanted = [column for column in relation.columns if column.type != "text"]
    columns: dict[str, pa.Array | pa.ChunkedArray] = {}
    length = table.num_rows
    present = set(table.column_names)
    for column in wanted:
        if column.name in present:
            columns[column.name] = _converted(relation, column, table.column(column.name), as_of)
        elif length and needed(column):
            raise FactsError(f"《{relation.zh}》缺少“{column.zh}”（{column.name}）一列。")
        else:
            columns[column.name] = _constant(column, length)
    if relation.event:
        columns.update(_derived(columns[relation.event], as_of))
    if "year" in relation.by_name:
        columns["year"] = pc.subtract(columns["year"], as_of.year)
    return pa.table(columns)


@cache
def _empty_form(name: str) -> pa.Table:
    relation = RELATIONS[name]
    types = {one.name: _ARROW[one.type] for one in relation.columns if one.type != "text"}
    if relation.event:
        types.update({column.name: pa.int64() for column in DERIVED})
    return pa.schema(types).empty_table()


def needed(column: Column) -> bool:
    """Whether a relation with rows must have the column."""
    return column.empty is None and not column.optional


def empty_value(column: Column) -> int | str | bool:
    """The judging form of null."""
    if column.empty is not None:
        return column.empty
    others: dict[str, int | str | bool] = {"code": "", "bool": False, "day": UNKNOWN}
    return others.get(column.type, 0)


def _constant(column: Column, length: int) -> pa.Array:
    return pa.repeat(pa.scalar(empty_value(column), _ARROW[column.type]), length)


def _converted(
    relation: Relation, column: Column, values: pa.ChunkedArray, as_of: date
) -> pa.ChunkedArray:
    wanted = _ARROW[column.type]
    try:
        if pa.types.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        if column.type == "day":
            values = _distances(values, as_of)
        elif values.type != wanted:
            values = values.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise FactsError(
            f"《{relation.zh}》的“{column.zh}”（{column.name}）中有不能识别的值：{error}"
        ) from None
    return (
        pc.fill_null(values, pa.scalar(empty_value(column), wanted))
        if values.null_count
        else values
    )


def _distances(values: pa.ChunkedArray, as_of: date) -> pa.ChunkedArray:
    if pa.types.is_null(values.type):
        return values.cast(pa.int64())
    if values.type != pa.date32():
        values = values.cast(pa.date32())
    return pc.subtract(values.cast(pa.int32()).cast(pa.int64()), (as_of - _EPOCH).days)


def _derived(distance: pa.ChunkedArray, as_of: date) -> dict[str, pa.Array]:
    ago = np.asarray(
        distance.to_numpy(zero_copy_only=False)
        if isinstance(distance, pa.Array)
        else distance.to_numpy()
    )
    return {name: pa.array(values) for name, values in days_derived(ago, as_of).items()}


def days_derived(ago: Int64, as_of: date) -> dict[str, Int64]:
    """Month, quarter and ``date_key`` = (year − judged year) × 10000 + month × 100 + day."""
    unknown = (ago == UNKNOWN) | (ago == NEVER)
    days = np.where(unknown, 0, ago + (as_of - _EPOCH).days).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    number = months.astype(np.int64)
    year, month = number // 12 + 1970, number % 12 + 1
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    key = np.where(unknown, UNKNOWN, (year - as_of.year) * 10_000 + month * 100 + day)
    return {
        "month": np.where(unknown, 0, month),
        "quarter": np.where(unknown, 0, (month + 2) // 3),
        "date_key": key,
    }


def _counted(name: str, table: pa.Table) -> pa.Table:
    relation = RELATIONS[name]
    if not relation.event or not table.num_rows:
        return table
    keep = counted_rows(
        name, {column: table.column(column).to_numpy() for column in _period_columns(name)}
    )
    return table if keep.all() else table.filter(pa.array(keep))


def _period_columns(name: str) -> list[str]:
    relation = RELATIONS[name]
    return [relation.event, "date_key", *(["year"] if "year" in relation.by_name else [])]


def past_rows(name: str, columns: Columns) -> Bools:
    """Which rows of an event relation lie before the judging day, in whatever year."""
    passed = (columns[RELATIONS[name].event] <= 0) & (columns["date_key"] != UNKNOWN)
    return np.asarray(passed, dtype=np.bool_)


def same_days(date_key: Int64, as_of: date) -> Bools:
    """Whether month and day are not after those of the judging day, in whatever year."""
    # floor: 2024 is −1 × 10000 + month × 100 + day, its rest by 10000 is month and day.
    return np.asarray(date_key % 10_000 <= as_of.month * 100 + as_of.day, dtype=np.bool_)


def counted_rows(name: str, columns: Columns) -> Bools:
    """Which rows of an event relation may count: on or before the judging day, in the judged year."""
    passed = (columns[RELATIONS[name].event] <= 0) & (columns["date_key"] != UNKNOWN)
    if "year" in RELATIONS[name].by_name:
        passed = passed & (columns["year"] >= -1) & (columns["year"] <= 0)
    else:
        passed = passed & (columns["date_key"] > 0)
    return np.asarray(passed, dtype=np.bool_)
