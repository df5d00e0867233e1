"""Counting what the plan asks: DuckDB over Arrow, in process; few rows with arrays (``arrays``).

A DuckDB instance made before ``fork()`` makes children hang, so each process connects when it first
needs to; one cursor per thread; statements are parsed once and kept (design.md §4, spike traps 2–4).
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from zhibu_engine.arrays import Result, counted
from zhibu_engine.columns import ColumnsOf
from zhibu_engine.compile import Compiled
from zhibu_engine.plan import Read
from zhibu_engine.tallies import EMPTY, JOIN, Int64

_own = threading.local()
_roots: dict[int, duckdb.DuckDBPyConnection] = {}
_inherited: list[Any] = []
_lock = threading.Lock()
#: Parsed standards kept per thread; a county rarely judges more at once.
_KEPT = 8
#: Up to so many rows in all, counting with arrays is faster than parsing a statement.
FEW = 20_000
#: From so many units on, results come as arrays instead of tuples.
_MANY = 400


def _cursor() -> duckdb.DuckDBPyConnection:
    process = os.getpid()
    if getattr(_own, "process", None) != process:
        # What a parent process left here is kept, never closed: closing it in a child hangs.
        _inherited.append((getattr(_own, "cursor", None), getattr(_own, "parsed", None)))
        with _lock:
            root = _roots.get(process)
            if root is None:
                root = _roots[process] = duckdb.connect(
                    config={"threads": 1, "memory_limit": "512MB"}
                )
            _own.cursor = root.cursor()
        _own.process, _own.parsed = process, OrderedDict()
        # This cursor only. The statements are small: planning them costs more than it saves.
        _own.cursor.execute("PRAGMA disable_optimizer")
    cursor: duckdb.DuckDBPyConnection = _own.cursor
    return cursor


def _parsed(compiled: Compiled) -> tuple[duckdb.DuckDBPyConnection, list[Any]]:
    cursor = _cursor()
    kept: OrderedDict[str, list[Any]] = _own.parsed
    if compiled.digest not in kept:
        kept[compiled.digest] = [cursor.extract_statements(sql)[0] for sql in compiled.sql]
        if len(kept) > _KEPT:
            kept.popitem(last=False)
    kept.move_to_end(compiled.digest)
    return cursor, kept[compiled.digest]


class Tallies:
    """The results of all statements, from which each clause's columns are put together."""

    def __init__(
        self,
        compiled: Compiled,
        tables: Mapping[str, pa.Table],
        unit_ids: Int64,
        *,
        columns: dict[str, ColumnsOf] | None = None,
        few: int = FEW,
    ) -> None:
        """``columns`` keeps the arrays of the tables for the next standard.

        A standard without statements (or with those of another database left out) is counted with arrays.
        """
        self._place(unit_ids)
        names = {planned.source for planned in compiled.plan.statements}
        if not compiled.sql or sum(tables[name].num_rows for name in names) <= few:
            self._results = self._by_arrays(compiled, tables, {} if columns is None else columns)
        else:
            self._results = self._by_statements(compiled, tables)

    @classmethod
    def joined(cls, unit_ids: Int64, results: list[Result]) -> Tallies:
        """From results that were counted elsewhere, one for each statement of a plan."""
        found = cls.__new__(cls)
        found._place(unit_ids)
        found._results = results
        return found

    def _place(self, unit_ids: Int64) -> None:
        self._units = unit_ids
        self._order = np.argsort(unit_ids, kind="stable")
        self._sorted = unit_ids[self._order]
        self._chosen: dict[tuple[int, tuple[str, ...] | None], tuple[Any, Int64]] = {}

    def _by_arrays(
        self, compiled: Compiled, tables: Mapping[str, pa.Table], columns: dict[str, ColumnsOf]
    ) -> list[Result]:
        def of(name: str) -> ColumnsOf:
            if name not in columns:
                columns[name] = ColumnsOf(tables[name])
            return columns[name]

        return [
            counted(
                program,
                of(program.statement.source),
                of(program.statement.covered.base) if program.statement.covered else None,
            )
            if of(program.statement.source).length
            else _none(program.statement.columns)
            for program in compiled.programs
        ]

    def _by_statements(self, compiled: Compiled, tables: Mapping[str, pa.Table]) -> list[Result]:
        found = []
        cursor, statements = _parsed(compiled)
        for planned, statement in zip(compiled.plan.statements, statements, strict=True):
            rows = tables[planned.source]
            base = tables[planned.covered.base] if planned.covered else None
            if not rows.num_rows:
                found.append(_none(planned.columns))
            else:
                found.append(self._run(cursor, statement, rows, base, planned.columns))
        return found

    def _run(
        self,
        cursor: duckdb.DuckDBPyConnection,
        statement: Any,
        rows: pa.Table,
        base: pa.Table | None,
        columns: int,
    ) -> Result:
        # The statement reads FROM rows (and base): DuckDB finds these locals by name.
        found = cursor.execute(statement)
        if len(self._units) < _MANY:
            # Fetch everything, or the cursor stays busy.
            fetched = found.fetchall()
            if not fetched:
                return _none(columns)
            units, codes, *values = zip(*fetched, strict=True)
            return (
                np.array(units, dtype=np.int64),
                np.array(codes, dtype=object),
                [_whole(np.array(value, dtype=object)) for value in values],
            )
        return result_of(found.fetchnumpy())

    def column(self, reads: tuple[Read, ...]) -> Int64:
        """One number per unit; the parts of a tally are joined, and no row is the empty value."""
        total = np.full(len(self._units), EMPTY[reads[0].how], dtype=np.int64)
        for read in reads:
            rows, places = self._rows(read)
            value = self._results[read.statement][2][read.column][rows]
            known = value != NULL
            if not known.all():
                value, places = value[known], places[known]
            JOIN.get(read.how, np.add).at(total, places, value)
        return total

    def _rows(self, read: Read) -> tuple[Any, Int64]:
        """Which rows of a statement's result a tally joins, and to which units they belong."""
        key = read.statement, read.groups
        if key not in self._chosen:
            units, codes, _ = self._results[read.statement]
            place = np.minimum(np.searchsorted(self._sorted, units), len(self._units) - 1)
            mask = self._sorted[place] == units if len(self._units) else np.zeros(0, np.bool_)
            if read.groups is not None:
                mask = mask & np.array([code in read.groups for code in codes], dtype=np.bool_)
            rows = np.flatnonzero(mask)
            self._chosen[key] = rows, self._order[place[rows]]
        return self._chosen[key]


def result_of(fetched: Mapping[str, Any]) -> Result:
    """Units, group codes and numbers from the columns of a statement's result."""
    arrays = list(fetched.values())
    return (
        np.asarray(arrays[0], dtype=np.int64),
        arrays[1],
        [_whole(array) for array in arrays[2:]],
    )


#: A null result (a sum over no rows of a group) among whole numbers.
NULL = np.iinfo(np.int64).min


def _whole(values: Any) -> Int64:
    if isinstance(values, np.ma.MaskedArray):
        return np.asarray(values.filled(NULL) if values.dtype != object else values, dtype=np.int64)
    if values.dtype == object:
        return np.array([NULL if value is None else int(value) for value in values], dtype=np.int64)
    return np.asarray(values, dtype=np.int64)


def _none(columns: int) -> Result:
    empty = np.zeros(0, dtype=np.int64)
    return empty, np.zeros(0, dtype=object), [empty] * columns
