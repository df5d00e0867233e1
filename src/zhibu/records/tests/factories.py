"""The smallest valid rows."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from zhibu.accounts.models import User
from zhibu.organization.models import Person, Unit
from zhibu.records.models import Record
from zhibu.records.services import record_create

_numbers = count(1)


def user_make(**fields: Any) -> User:
    return User.objects.create(
        **{"username": f"clerk{next(_numbers)}", "must_change_password": False, **fields}
    )


def unit_make(**fields: Any) -> Unit:
    number = next(_numbers)
    return Unit.objects.create(
        **{
            "code": f"U{number:04}",
            "name": f"示例第{number}支部",
            "kind": Unit.Kind.BRANCH,
            "founded_on": date(2010, 1, 1),
            **fields,
        }
    )


def person_make(name: str = "", **fields: Any) -> Person:
    return Person.objects.create(name=name or f"党员{next(_numbers)}", **fields)


def record_make(**fields: Any) -> Record:
    values = {
        "kind": Record.Kind.SITTING,
        "title": "党员大会",
        "event_on": date(2025, 3, 10),
        **fields,
    }
    values.setdefault("owner", None)
    values["owner"] = values["owner"] or unit_make()
    values.setdefault("actor", None)
    values["actor"] = values["actor"] or user_make()
    return record_create(**values)
