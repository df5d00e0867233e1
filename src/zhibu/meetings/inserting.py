"""Rows into a table without making an object of each: a ledger has a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from django.db import connection, models


def rows_insert(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert plain values, in the order of the named fields. The model's defaults do not apply."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    places = ", ".join(["%s"] * len(names))
    table = quote(model._meta.db_table)
    values = list(rows)
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)


def time_value(value: time | None) -> Any:
    """A time as the database takes it: SQLite knows no such type."""
    return connection.ops.adapt_timefield_value(value)
