"""Writing findings and scores: what did not change is not written, the rest in one statement a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from zhibu.shared import clock
from zhibu.standards.judging import SCORE_VALUES, Judgement
from zhibu.standards.models import Finding, Score

_FINDING = ("verdict", "possible", "earned", "measured", "required", "detail", "code", "until_on")
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


def judgement_store(
    judgement: Judgement, unit_ids: Collection[int], now: datetime | None = None
) -> Written:
    """Bring the current view of the units and the year to the judgement."""
    year = judgement.as_of.year
    stored = {
        (row[0], row[1], row[2]): row[3:]
        for row in Finding.objects.filter(unit__in=unit_ids, year=year).values_list(
            "unit", "standard", "clause", *_FINDING
        )
    }
    changed = [
        (*key[:2], year, key[2], *values)
        for key, values in judgement.findings.items()
        if stored.get(key) != values
    ]
    gone = [key for key in stored if key not in judgement.findings]
    upsert(Finding, ("unit_id", "standard", "year", "clause"), _FINDING, changed)
    removed = _findings_remove(gone, year)
    scores, dropped = _scores_store(judgement, unit_ids, now or clock.now())
    return Written(len(changed), scores, removed + dropped)


def _findings_remove(keys: list[tuple[int, str, str]], year: int) -> int:
    if not keys:
        return 0
    by_standard: dict[tuple[str, str], list[int]] = {}
    for unit, standard, clause in keys:
        by_standard.setdefault((standard, clause), []).append(unit)
    for (standard, clause), units in by_standard.items():
        Finding.objects.filter(year=year, standard=standard, clause=clause, unit__in=units).delete()
    return len(keys)


def _scores_store(
    judgement: Judgement, unit_ids: Collection[int], now: datetime
) -> tuple[int, int]:
    year = judgement.as_of.year
    columns = (*SCORE_VALUES, "as_of", "pack_id", "is_stale")
    rows = Score.objects.filter(unit__in=unit_ids, year=year).values_list(
        "pk", "unit", "standard", *columns
    )
    stored = {(row[1], row[2]): (row[0], row[3:]) for row in rows}
    changed = []
    for key, numbers in judgement.scores.items():
        values = (*numbers, judgement.as_of, judgement.versions[key], False)
        if stored.get(key, (0, ()))[1] != values:
            changed.append((*key, year, *values, now))
    upsert(Score, ("unit_id", "standard", "year"), (*columns, "judged_at"), changed)
    gone = [pk for key, (pk, _) in stored.items() if key not in judgement.scores]
    if gone:
        Score.objects.filter(pk__in=gone).delete()
    return len(changed), len(gone)


def upsert(
    model: type[models.Model],
    keys: Sequence[str],
    values: Sequence[str],
    rows: list[tuple[Any, ...]],
) -> None:
    """Insert or replace rows by their unique key."""
    if not rows:
        return
    names = (*keys, *values)
    quote = connection.ops.quote_name
    listed = ", ".join(quote(name) for name in names)
    update = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in values)
    tail = f"ON CONFLICT ({', '.join(quote(name) for name in keys)}) DO UPDATE SET {update}"
    head = f"INSERT INTO {quote(model._meta.db_table)} ({listed})"
    fields = {field.attname: field for field in model._meta.concrete_fields}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_PG[fields[name].get_internal_type()]}[]" for name in names)
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(f"{head} SELECT * FROM unnest({arrays}) {tail}", columns)
            return
        marks = ", ".join(["%s"] * len(names))
        chosen = [fields[name] for name in names]
        adapted = [
            tuple(f.get_db_prep_value(v, connection) for f, v in zip(chosen, row, strict=True))
            for row in rows
        ]
        cursor.executemany(f"{head} VALUES ({marks}) {tail}", adapted)
