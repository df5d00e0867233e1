"""Rows in file form: what is not written is filled in, and a condition is asked of one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhibu_engine.facts import RELATIONS

Row = dict[str, Any]


def filled(name: str, row: Row) -> Row:
    """Every column of the relation; a day that is not known stays None."""
    found = {}
    for column in RELATIONS[name].columns:
        value = row.get(column.name)
        if value is None and column.type != "day":
            value = column.empty
            if value is None:
                value = {"code": "", "text": "", "bool": False}.get(column.type, 0)
        found[column.name] = value
    return found


def passes(row: Row, where: Mapping[str, Any]) -> bool:
    for name, value in where.items():
        if isinstance(value, Mapping):
            if not value.get("from", -(10**9)) <= row[name] <= value.get("to", 10**9):
                return False
        elif isinstance(value, list | tuple):
            if row[name] not in value:
                return False
        elif row[name] != value:
            return False
    return True
