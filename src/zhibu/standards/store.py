"""Writing findings and scores: what did not change is not written, the rest in one statement a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection, models

from zhibu.shared import clock
from zhibu.standards.judging import (
    FINDING_VALUES,
    SCORE_VALUES,
    Judgement,
    finding_rows,
    findings_digests,
    score_values,
)
from zhibu.standards.models import Finding, Score
from zhibu_engine.assess import Findings

_SCORE = (*SCORE_VALUES, "as_of", "pack_id", "is_stale", "findings_digest")
#: From so many rows on PostgreSQL gets its columns as texts: its driver packs lists value by value.
_MANY = 200
_FIELD, _NULL = "\x1f", "\x1e"
_PG = {
    "BigAutoField": "bigint",
    "BigIntegerField": "bigint",
    "ForeignKey": "bigint",
    "IntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "smallint",
    "CharField": "text",
    "DateField": "date",
    "DateTimeField": "timestamptz",
    "BooleanField": "boolean",
}


@dataclass(frozen=True, slots=True)
class Written:
    """How much was written."""

    findings: int = 0
    scores: int = 0
    removed: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(
            self.findings + other.findings, self.scores + other.scores, self.removed + other.removed
        )

    @property
    def total(self) -> int:
        return self.findings + self.scores + self.removed


@dataclass(frozen=True, slots=True)
class _Stored:
    """The stored score of a unit and standard."""

    pk: int
    values: tuple[Any, ...]

    @property
    def digest(self) -> str:
        return str(self.values[-1])


#: By unit and standard.
_Scores = Mapping[tuple[int, str], _Stored]


def judgement_store(
    judgement: Judgement, unit_ids: Collection[int], now: datetime | None = None
) -> Written:
    """Bring the current view of the units and the year to the judgement.

    The score keeps a digest of the unit's findings, so that stored findings are only read, compared and
    written where something changed.
    """
    year = judgement.as_of.year
    stored = _scores_stored(unit_ids, year)
    written = Written()
    kept: set[tuple[int, str]] = set()
    scores: list[tuple[Any, ...]] = []
    for applied, found in judgement.judged:
        digests = findings_digests(found)
        units = found.unit_ids.tolist()
        kept.update((unit, applied.key) for unit in units)
        before = [stored.get((unit, applied.key)) for unit in units]
        changed = [
            place
            for place, (old, digest) in enumerate(zip(before, digests, strict=True))
            if old is None or old.digest != digest
        ]
        new = [units[place] for place in changed if before[place] is None]
        written += _findings_store(applied.key, found, changed, set(new), year)
        for old, score, digest in zip(before, found.scores(), digests, strict=True):
            values = (
                *(*score_values(score), applied.mode),
                *(judgement.as_of, applied.version.pk, False, digest),
            )
            if old is None or old.values != values:
                scores.append((score.unit_id, applied.key, year, *values, now or clock.now()))
    upsert(Score, ("unit_id", "standard", "year"), (*_SCORE, "judged_at"), scores)
    removed = _gone_remove({key: old for key, old in stored.items() if key not in kept}, year)
    return written + Written(scores=len(scores), removed=removed)


def _scores_stored(unit_ids: Collection[int], year: int) -> _Scores:
    rows = Score.objects.filter(unit__in=unit_ids, year=year).values_list(
        "unit", "standard", "pk", *_SCORE
    )
    return {(unit, standard): _Stored(pk, tuple(values)) for unit, standard, pk, *values in rows}


def _findings_store(
    standard: str, found: Findings, changed: list[int], new: set[int], year: int
) -> Written:
    """Write the findings of the changed units (by their place) that differ from the stored ones."""
    if not changed:
        return Written()
    width = len(found.standard.clauses)
    rows = (np.array(changed)[:, None] * width + np.arange(width)).reshape(-1)
    known = [unit for place in changed if (unit := int(found.unit_ids[place])) not in new]
    stored = _findings_stored(standard, known, year) if known else {}
    differing = [
        (unit, standard, year, clause, *values)
        for unit, clause, values in finding_rows(found, rows)
        if stored.pop((unit, clause), None) != values
    ]
    upsert(Finding, ("unit_id", "standard", "year", "clause"), FINDING_VALUES, differing)
    # What is left over belongs to clauses that the standard has no more.
    _clauses_remove(standard, stored, year)
    return Written(findings=len(differing), removed=len(stored))


def _findings_stored(
    standard: str, units: list[int], year: int
) -> dict[tuple[int, str], tuple[Any, ...]]:
    rows = Finding.objects.filter(unit__in=units, year=year, standard=standard)
    return {
        (unit, clause): tuple(values)
        for unit, clause, *values in rows.values_list("unit", "clause", *FINDING_VALUES)
    }


def _clauses_remove(standard: str, keys: Iterable[tuple[int, str]], year: int) -> None:
    by_clause: dict[str, list[int]] = {}
    for unit, clause in keys:
        by_clause.setdefault(clause, []).append(unit)
    for clause, units in by_clause.items():
        Finding.objects.filter(year=year, standard=standard, clause=clause, unit__in=units).delete()


def _gone_remove(gone: _Scores, year: int) -> int:
    """Scores by standards that a unit keeps no more, with their findings. Gives the number of rows."""
    by_standard: dict[str, list[int]] = {}
    for unit, standard in gone:
        by_standard.setdefault(standard, []).append(unit)
    removed = 0
    for standard, units in by_standard.items():
        rows = {"unit__in": units, "year": year, "standard": standard}
        removed += Finding.objects.filter(**rows).delete()[0]
        removed += Score.objects.filter(**rows).delete()[0]
    return removed


def upsert(
    model: type[models.Model],
    keys: Sequence[str],
    values: Sequence[str],
    rows: list[tuple[Any, ...]],
) -> None:
    """Insert or replace rows by their unique key, in one statement."""
    if not rows:
        return
    names = (*keys, *values)
    quote = connection.ops.quote_name
    listed = ", ".join(quote(name) for name in names)
    update = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in values)
    tail = f"ON CONFLICT ({', '.join(quote(name) for name in keys)}) DO UPDATE SET {update}"
    head = f"INSERT INTO {quote(model._meta.db_table)} ({listed})"
    fields = {field.attname: field for field in model._meta.concrete_fields}
    chosen = [fields[name] for name in names]
    columns = list(zip(*rows, strict=True))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _unnest(cursor, head, tail, chosen, columns)
            return
        marks = ", ".join(["%s"] * len(names))
        adapted = [_adapted(one, column) for one, column in zip(chosen, columns, strict=True)]
        cursor.executemany(f"{head} VALUES ({marks}) {tail}", zip(*adapted, strict=True))


def _unnest(
    cursor: Any,
    head: str,
    tail: str,
    fields: Sequence[models.Field],
    columns: Sequence[Sequence[Any]],
) -> None:
    types = [f"{_PG[field.get_internal_type()]}[]" for field in fields]
    if len(columns[0]) < _MANY:
        arrays = ", ".join(f"%s::{one}" for one in types)
        given: list[Any] = [list(column) for column in columns]
    else:
        arrays = ", ".join(f"string_to_array(%s, chr(31), chr(30))::{one}" for one in types)
        # Hardly any column has nulls: str alone is four times as fast.
        given = [_FIELD.join(map(_text if None in column else str, column)) for column in columns]
    cursor.execute(f"{head} SELECT * FROM unnest({arrays}) {tail}", given)


def _text(value: Any) -> str:
    return _NULL if value is None else str(value)


def _adapted(field: models.Field, column: Sequence[Any]) -> Sequence[Any]:
    """Only days and moments need another form for SQLite; few of them stand in many rows."""
    if not isinstance(field, models.DateField):
        return column
    made = {value: field.get_db_prep_value(value, connection) for value in set(column)}
    return [made[value] for value in column]
