"""From the counts of a partition to its findings and scores as tables: narrow, clause by clause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from zhibu_engine.assess import Counted, columns_judged, subjects_of
from zhibu_engine.calendar import Calendar
from zhibu_engine.compile import Compiled
from zhibu_engine.facts import NEVER
from zhibu_engine.judge import Column
from zhibu_engine.packs import Standard
from zhibu_engine.tallies import Int64
from zhibu_engine.verdicts import CODES, VERDICTS, Verdict

_EPOCH = date(1970, 1, 1)
_WORDS = pa.dictionary(pa.int8(), pa.string())
#: Points in 0.01; ``until`` is the last day to mend; ``detail`` holds the bits of the periods that lack something.
FINDINGS = pa.schema(
    {
        "standard": pa.dictionary(pa.int16(), pa.string()),
        "clause": pa.dictionary(pa.int16(), pa.string()),
        "unit_id": pa.int64(),
        "verdict": _WORDS,
        "code": _WORDS,
        "measured": pa.int64(),
        "required": pa.int64(),
        "possible": pa.int64(),
        "earned": pa.int64(),
        "detail": pa.int64(),
        "until": pa.date32(),
    }
)


class Judging:
    """What is the same for all partitions of a job."""

    def __init__(self, compiled: Sequence[Compiled], as_of: date) -> None:
        self.compiled, self.as_of = tuple(compiled), as_of
        self._calendar = Calendar(as_of)
        self._standards = pa.array([one.standard_key for one in compiled])
        keys = dict.fromkeys(clause.key for one in compiled for clause in one.standard.clauses)
        self._clause_places = {key: place for place, key in enumerate(keys)}
        self._clauses = pa.array(list(keys), pa.string())

    def partition(
        self, table: pa.Table, units: Int64, counted: Sequence[Counted]
    ) -> tuple[pa.Table, pa.Table]:
        """Findings and scores of some units; ``table`` is the unit relation in judging form."""
        chunks: dict[str, list[pa.Array]] = {name: [] for name in FINDINGS.names}
        scores = []
        for place, (compiled, counts) in enumerate(zip(self.compiled, counted, strict=True)):
            subjects = subjects_of(compiled, table, units, counts)
            columns = columns_judged(compiled, counts, subjects, self._calendar, {}, {})
            self._add(chunks, place, compiled.standard, columns, units)
            scores.append(_scores(compiled.standard, columns, units))
        found = {
            name: pa.chunked_array(listed, FINDINGS.field(name).type)
            for name, listed in chunks.items()
        }
        return pa.table(found, schema=FINDINGS), pa.concat_tables(scores)

    def _add(
        self,
        chunks: dict[str, list[pa.Array]],
        place: int,
        standard: Standard,
        columns: Sequence[Column],
        units: Int64,
    ) -> None:
        ids = pa.array(units)
        of_standard = _constant(place, self._standards, len(units))
        for clause, column in zip(standard.clauses, columns, strict=True):
            chunks["standard"].append(of_standard)
            where = self._clause_places[clause.key]
            chunks["clause"].append(_constant(where, self._clauses, len(units)))
            chunks["unit_id"].append(ids)
            chunks["verdict"].append(_worded(column.verdict, _VERDICTS))
            chunks["code"].append(_worded(column.code, _CODES))
            for name in ("measured", "required", "possible", "earned", "detail"):
                chunks[name].append(pa.array(getattr(column, name)))
            chunks["until"].append(self._days(column.until))

    def _days(self, distance: Int64) -> pa.Array:
        absent = distance == NEVER
        if absent.all():
            return pa.nulls(len(distance), pa.date32())
        days = np.where(absent, 0, distance + (self.as_of - _EPOCH).days).astype(np.int32)
        return pa.array(days, pa.int32(), mask=absent).view(pa.date32())


_VERDICTS, _CODES = pa.array(VERDICTS), pa.array(CODES)


def _constant(place: int, listed: pa.Array, length: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.full(length, place, dtype=np.int16), listed)


def _worded(places: Any, listed: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(places.astype(np.int8, copy=False), listed)


def _scores(standard: Standard, columns: Sequence[Column], units: Int64) -> pa.Table:
    verdict = np.array([column.verdict for column in columns])
    possible = np.array([column.possible for column in columns])
    earned = np.array([column.earned for column in columns])
    judged = verdict <= Verdict.UNMET

    def total(mask: Any) -> Int64:
        return np.asarray(np.where(mask, possible, 0).sum(axis=0), dtype=np.int64)

    numbers = {
        "possible": possible.sum(axis=0),
        "assessed": total(judged),
        "earned": np.where(judged, earned, 0).sum(axis=0),
        "not_assessed": total(verdict == Verdict.NOT_ASSESSED),
        "not_due": total(verdict == Verdict.NOT_DUE),
        "not_applicable": total(verdict == Verdict.NOT_APPLICABLE),
        "met": (verdict == Verdict.MET).sum(axis=0),
        "failed": ((verdict == Verdict.UNMET) | (verdict == Verdict.PARTIAL)).sum(axis=0),
    }
    return pa.table(
        {
            "standard": pa.repeat(pa.scalar(standard.key), len(units)).dictionary_encode(),
            "unit_id": units,
            **numbers,
        }
    )


def day_after(as_of: date, distance: int) -> date | None:
    """The day at a distance; None for never."""
    return None if distance == NEVER else as_of + timedelta(days=distance)
