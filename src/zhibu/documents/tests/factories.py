"""The smallest rows a document needs: a unit that somebody records for, and the national words."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.accounts.models import User
from zhibu.organization.models import Ancestry, Line, Person, Post, RoleGrant, Unit
from zhibu.packs.services import builtin_folder, pack_install


def words_installed() -> None:
    pack_install(path=builtin_folder() / "national", actor="测试")


def unit(code: str = "zb01", **fields: Any) -> Unit:
    fields = {
        "name": f"中共{code}支部委员会",
        "kind": Unit.Kind.BRANCH,
        "founded_on": date(2015, 1, 1),
    } | fields
    made = Unit.objects.create(code=code, **fields)
    for line in Line.values:
        Ancestry.objects.create(unit=made, ancestor=made, line=line, depth=0)
    return made


def user(name: str, at: Unit | None = None, role: str = RoleGrant.Role.RECORDER) -> User:
    made = User.objects.create_user(
        name, "correct horse staple", display_name=name, must_change_password=False
    )
    if at:
        RoleGrant.objects.create(user=made, unit=at, role=role, from_on=date(2020, 1, 1))
    return made


def person(name: str = "林知远", **fields: Any) -> Person:
    return Person.objects.create(name=name, **fields)


def secretary(at: Unit, name: str = "林知远") -> Person:
    made = person(name)
    Post.objects.create(person=made, unit=at, code="secretary", from_on=date(2020, 1, 1))
    return made
