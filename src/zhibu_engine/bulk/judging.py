"""From the counts of a partition to its findings and scores as tables: narrow, clause by clause."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from zhibu_engine.assess import Counted, Findings, columns_judged, subjects_of
from zhibu_engine.calendar import Calendar
from zhibu_engine.compile import Compiled
from zhibu_engine.compose import compose
from zhibu_engine.facts import NEVER
from zhibu_engine.judge import Column
from zhibu_engine.packs import Standard
from zhibu_engine.tallies import Int64
from zhibu_engine.verdicts import CODES, VERDICTS

_EPOCH = date(1970, 1, 1)
_WORDS = pa.dictionary(pa.int8(), pa.string())
_KEYS = pa.dictionary(pa.int16(), pa.string())
_NUMBERS = ("measured", "required", "possible", "earned", "detail")
#: Points in 0.01; ``until`` is the last day to mend; ``detail`` holds the bits of the periods that lack something.
FINDINGS = pa.schema(
    [
        pa.field(name, type_, nullable=name == "until")
        for name, type_ in {
            "standard": _KEYS,
            "clause": _KEYS,
            "unit_id": pa.int64(),
            "subject_id": pa.int64(),
            "verdict": _WORDS,
            "code": _WORDS,
            **dict.fromkeys(_NUMBERS, pa.int64()),
            "until": pa.date32(),
        }.items()
    ]
)
_TOTALS = (
    *("possible", "assessed", "earned", "not_assessed", "not_due", "not_applicable"),
    *("met", "failed", "bonus", "penalty", "zeroed"),
)
SCORES = pa.schema(
    {
        "standard": _KEYS,
        "unit_id": pa.int64(),
        "subject_id": pa.int64(),
        **dict.fromkeys(_TOTALS, pa.int64()),
        "level_low": _WORDS,
        "level_high": _WORDS,
    }
)
_AT_A_TIME = 2048
_VERDICTS, _CODES = pa.array(VERDICTS), pa.array(CODES)


@dataclass(frozen=True)
class Found:
    """What one standard came to: a column for each clause, an entry for each subject."""

    standard: Standard
    unit_ids: Int64
    subject_ids: Int64
    columns: Sequence[Column]


def found_of_counts(
    compiled: Compiled,
    table: pa.Table,
    units: Int64,
    counts: Counted,
    as_of: date,
    absent: Collection[str],
) -> Found:
    """Judge the units themselves; ``table`` is the unit relation in judging form, ``absent`` what no region has."""
    subjects = subjects_of(compiled, table, units, counts)
    columns = columns_judged(compiled, counts, subjects, Calendar(as_of), {}, {}, absent=absent)
    return Found(compiled.standard, units, np.zeros(len(units), np.int64), columns)


def found_of_findings(findings: Findings) -> Found:
    """The same of findings made in memory."""
    names = ("verdict", "code", *_NUMBERS, "until")
    matrices = {name: findings.matrix(name) for name in names}
    columns = [
        Column(**{name: np.ascontiguousarray(matrices[name][:, place]) for name in names})
        for place in range(len(findings.standard.clauses))
    ]
    return Found(findings.standard, findings.unit_ids, findings.subject_ids, columns)


class Tables:
    """Makes the tables of a partition; the words that they are coded by are those of the whole job."""

    def __init__(self, compiled: Sequence[Compiled], as_of: date) -> None:
        standards = [one.standard for one in compiled]
        self._as_of = as_of
        self._standards = _Coded([standard.key for standard in standards])
        self._clauses = _Coded([clause.key for one in standards for clause in one.clauses])
        self._levels = _Coded([level.key for one in standards for level in one.levels] + [""])

    def findings(self, listed: Sequence[Found]) -> pa.Table:
        chunks: dict[str, list[pa.Array]] = {name: [] for name in FINDINGS.names}
        for found in listed:
            self._add(chunks, found)
        return pa.table(
            {
                name: pa.chunked_array(parts, FINDINGS.field(name).type)
                for name, parts in chunks.items()
            },
            schema=FINDINGS,
        )

    def _add(self, chunks: dict[str, list[pa.Array]], found: Found) -> None:
        length = len(found.unit_ids)
        units, subjects = pa.array(found.unit_ids), pa.array(found.subject_ids)
        standard = self._standards.constant(found.standard.key, length)
        for clause, column in zip(found.standard.clauses, found.columns, strict=True):
            chunks["standard"].append(standard)
            chunks["clause"].append(self._clauses.constant(clause.key, length))
            chunks["unit_id"].append(units)
            chunks["subject_id"].append(subjects)
            chunks["verdict"].append(_worded(column.verdict, _VERDICTS))
            chunks["code"].append(_worded(column.code, _CODES))
            for name in _NUMBERS:
                chunks[name].append(pa.array(getattr(column, name)))
            chunks["until"].append(self._days(column.until))

    def _days(self, distance: Int64) -> pa.Array:
        absent = distance == NEVER
        if absent.all():
            return pa.nulls(len(distance), pa.date32())
        days = np.where(absent, 0, distance + (self._as_of - _EPOCH).days).astype(np.int32)
        return pa.array(days, pa.int32(), mask=absent).view(pa.date32())

    def scores(self, listed: Sequence[Found]) -> pa.Table:
        return pa.concat_tables([self._scores(found) for found in listed])

    def _scores(self, found: Found) -> pa.Table:
        totals = _totals(found)
        keys = [level.key for level in found.standard.levels]
        return pa.table(
            {
                "standard": self._standards.constant(found.standard.key, len(found.unit_ids)),
                "unit_id": found.unit_ids,
                "subject_id": found.subject_ids,
                **{name: totals[name] for name in _TOTALS},
                "level_low": self._levels.chosen(keys, totals["low"]),
                "level_high": self._levels.chosen(keys, totals["high"]),
            },
            schema=SCORES,
        )


def _totals(found: Found) -> dict[str, Int64]:
    """Composed some subjects at a time: small matrices stay near the processor."""
    names = (*_TOTALS, "low", "high")
    parts: dict[str, list[Int64]] = {name: [np.zeros(0, np.int64)] for name in names}
    for start in range(0, len(found.unit_ids), _AT_A_TIME):
        some = slice(start, start + _AT_A_TIME)
        # Clause by clause in memory, seen as subjects × clauses.
        matrices = [
            np.array([getattr(column, name)[some] for column in found.columns], np.int64).T
            for name in ("verdict", "possible", "earned")
        ]
        totals = compose(found.standard, *matrices)
        for name in names:
            parts[name].append(getattr(totals, name))
    return {name: np.concatenate(listed) for name, listed in parts.items()}


class _Coded:
    """Words that a column repeats, and their places."""

    def __init__(self, words: Sequence[str]) -> None:
        self._places = {word: place for place, word in enumerate(dict.fromkeys(words))}
        self._words = pa.array(list(self._places), pa.string())

    def constant(self, word: str, length: int) -> pa.Array:
        places = np.full(length, self._places[word], dtype=np.int16)
        return pa.DictionaryArray.from_arrays(places, self._words)

    def chosen(self, words: Sequence[str], places: Int64) -> pa.Array:
        """``places`` among the words; −1 is the empty word."""
        table = np.array([self._places[word] for word in (*words, "")], dtype=np.int8)
        return pa.DictionaryArray.from_arrays(table[places], self._words)


def _worded(places: Any, listed: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(places.astype(np.int8, copy=False), listed)
