"""Rows of plain values put in by one prepared statement: no model is built, no statement grows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models


def rows_insert(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows given by column attribute (``unit_id``, not ``unit``); what is absent has its default.

    Django's ``bulk_create`` spends most of its time on cutting statements for SQLite and on
    preparing values one by one; those of a read sheet are already what both drivers take.
    """
    fields = [
        field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
    ]
    defaults = [(field.attname, field.get_default()) for field in fields]
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(
            statement, [[row.get(name, default) for name, default in defaults] for row in rows]
        )
