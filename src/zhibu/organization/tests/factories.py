"""A small invented county: 县委 over 甲镇 and 乙镇, each with branches; 工委 guides some."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.accounts.models import User
from zhibu.organization.models import Person, RoleGrant, Unit
from zhibu.organization.services import PersonFields, person_columns, unit_found

LONG_AGO = date(2015, 1, 1)


def make_unit(code: str, parent: Unit | None = None, kind: str = "branch", **fields: Any) -> Unit:
    fields = {"name": f"{code}党支部", "founded_on": LONG_AGO, **fields}
    return unit_found(code=code, kind=kind, parent=parent, actor="测试", **fields)


def make_user(username: str, *grants: tuple[str, Unit], **fields: Any) -> User:
    fields = {"must_change_password": False, **fields}
    user = User.objects.create_user(username, "Mima-12345", **fields)
    for role, unit in grants:
        RoleGrant.objects.create(user=user, unit=unit, role=role, from_on=LONG_AGO)
    return user


def make_person(name: str = "王小明", **fields: Any) -> Person:
    return Person.objects.create(**person_columns(PersonFields(name=name, **fields)))


class County:
    """Built once per test; attributes are its units."""

    def __init__(self) -> None:
        self.top = make_unit("C", kind="committee", name="某县委")
        self.east = make_unit("E", self.top, "committee", name="甲镇党委")
        self.west = make_unit("W", self.top, "committee", name="乙镇党委")
        self.work = make_unit("G", self.top, "working_committee", name="县直机关工委")
        self.one = make_unit("E1", self.east, name="甲镇一村党支部")
        self.two = make_unit("E2", self.east, name="甲镇二村党支部")
        self.group = make_unit("E1-1", self.one, "group", name="第一党小组")
        self.far = make_unit("W1", self.west, name="乙镇一村党支部")
