"""One relation of a partition as arrays in judging form, read from Parquet: only the columns that count.

Codes stay places in a short list; rows lie in the order of the units, so that the rows of a unit are a run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from zhibu_engine.bulk.partitions import Part, Partition
from zhibu_engine.facts import LOOKING_BACK, RELATIONS, UNKNOWN, Column, Relation
from zhibu_engine.prepare import (
    FactsError,
    counted_rows,
    days_derived,
    empty_value,
    past_rows,
    same_days,
)
from zhibu_engine.tallies import Int64

_EPOCH = date(1970, 1, 1)
#: Rows at a time.
BATCH = 131_072
_ADDED = tuple(column.name for column in LOOKING_BACK)
Values = NDArray[Any]


@dataclass
class Rows:
    """``place`` is each row's unit as its place among the judged units, never decreasing."""

    relation: str
    place: Int64
    columns: dict[str, Values]
    #: Code columns: places in these lists are what ``columns`` holds.
    codes: Mapping[str, list[str]]

    def __len__(self) -> int:
        return len(self.place)


def batches_read(
    partition: Partition, source: str, wanted: Collection[str], units: Int64, as_of: date
) -> Iterator[Rows]:
    """Read the counted rows of the given units (sorted), some at a time: small arrays stay near the processor.

    ``source`` is a relation or ``relation@past``. The rows of a unit may lie in several batches.

    Raises:
        FactsError: a file that cannot be read to its end.
    """
    relation, _, window = source.partition("@")
    found = RELATIONS[relation]
    names: set[str] = {"unit_id", *wanted} - set(_ADDED)
    if found.event:
        names |= {found.event} | ({"year"} if "year" in found.by_name else set())
    for part in partition.parts.get(relation, ()):
        for table in _tables(part, found.by_name, names):
            yield _formed(found, window, table, names, {*wanted, "date_key"}, units, as_of)


def _formed(
    found: Relation,
    window: str,
    table: pa.Table,
    names: Collection[str],
    wanted: Collection[str],
    units: Int64,
    as_of: date,
) -> Rows:
    columns: dict[str, Values] = {}
    codes: dict[str, list[str]] = {}
    for name in names:
        column = found.by_name[name]
        if column.type == "code":
            columns[name], codes[name] = _coded(column, table)
        else:
            columns[name] = _plain(column, table, as_of)
    if found.event:
        columns.update(_derived(columns[found.event], wanted, as_of))
    if "year" in columns:
        columns["year"] = columns["year"] - as_of.year
    return Rows(found.name, *_ordered(columns, _kept(found.name, window, columns), units), codes)


def _kept(name: str, window: str, columns: dict[str, Values]) -> Values | None:
    if not RELATIONS[name].event:
        return None
    return past_rows(name, columns) if window else counted_rows(name, columns)


def _tables(
    part: Part, by_name: Mapping[str, Column], names: Collection[str]
) -> Iterator[pa.Table]:
    coded = [name for name in names if by_name[name].type == "code"]
    try:
        with pq.ParquetFile(part.path, read_dictionary=coded, pre_buffer=False) as file:
            columns = sorted(set(names) & part.columns)
            for batch in file.iter_batches(BATCH, columns=columns, use_threads=False):
                yield pa.Table.from_batches([batch])
    except (pa.ArrowException, OSError) as error:
        where = "/".join(part.path.parts[-3:])
        raise FactsError(f"“{where}”读不完整，请重新导出：{error}") from None


def _plain(column: Column, table: pa.Table, as_of: date) -> Values:
    if column.name not in table.column_names:
        dtype = np.bool_ if column.type == "bool" else np.int64
        return np.full(table.num_rows, empty_value(column), dtype=dtype)
    values = table.column(column.name)
    if column.type == "day":
        if values.type != pa.date32():
            values = values.cast(pa.date32())
        values = values.cast(pa.int32())
    if pa.types.is_null(values.type):
        values = values.cast(pa.bool_() if column.type == "bool" else pa.int64())
    absent = pc.is_null(values).to_numpy() if values.null_count else None
    if absent is not None:
        values = values.fill_null(False if column.type == "bool" else 0)
    array: Values = np.asarray(values.to_numpy())
    if column.type == "day":
        array = array - np.int32((as_of - _EPOCH).days)
    elif array.dtype not in (np.int64, np.bool_):
        array = array.astype(np.int64)
    if absent is not None:
        array = np.where(absent, array.dtype.type(empty_value(column)), array)
    return array


def _coded(column: Column, table: pa.Table) -> tuple[Values, list[str]]:
    empty = str(empty_value(column))
    if column.name not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.uint8), [empty]
    values = table.column(column.name)
    if not pa.types.is_dictionary(values.type):
        values = values.cast(pa.string()).dictionary_encode()
    whole = values.unify_dictionaries().combine_chunks()
    listed = [empty if one is None else one for one in whole.dictionary.to_pylist()]
    indices = whole.indices
    if indices.null_count:
        if empty not in listed:
            listed.append(empty)
        indices = indices.fill_null(listed.index(empty))
    dtype = np.uint8 if len(listed) < 256 else np.int32
    return np.asarray(indices.to_numpy(zero_copy_only=False)).astype(dtype), listed


def _derived(distance: Values, wanted: Collection[str], as_of: date) -> dict[str, Values]:
    """Worked out once for each different day, which are few."""
    known = distance != UNKNOWN
    first = int(distance[known].min()) if known.any() else 0
    last = int(distance[known].max()) if known.any() else 0
    listed = days_derived(np.append(np.arange(first, last + 1), UNKNOWN), as_of)
    added: dict[str, Values] = {**listed, "same_days": same_days(listed["date_key"], as_of)}
    place = np.where(known, distance - first, last + 1 - first)
    return {name: added[name][place] for name in _ADDED if name in wanted}


def _ordered(
    columns: dict[str, Values], keep: Values | None, units: Int64
) -> tuple[Int64, dict[str, Values]]:
    """Only rows that count, of known units, in the order of the units."""
    owners: Int64 = columns.pop("unit_id")
    known: NDArray[np.bool_]
    if not len(units):
        return np.zeros(0, np.int64), {one: column[:0] for one, column in columns.items()}
    if int(units[-1] - units[0]) == len(units) - 1:
        place = owners - units[0]
        known = (place >= 0) & (place < len(units))
    else:
        place = np.minimum(np.searchsorted(units, owners), len(units) - 1)
        known = np.equal(units[place], owners)
    chosen = known if keep is None else keep & known
    if not chosen.all():
        place = place[chosen]
        columns = {one: column[chosen] for one, column in columns.items()}
    if len(place) and bool((place[1:] < place[:-1]).any()):
        order = np.argsort(place, kind="stable")
        place = place[order]
        columns = {one: column[order] for one, column in columns.items()}
    return place, columns
