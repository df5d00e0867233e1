"""A small branch with the national words: members, a secretary, a committee, a group."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from django.utils import timezone

from zhibu.accounts.models import User
from zhibu.membership.models import Member, Membership
from zhibu.organization.models import Ancestry, Person, Placement, Post, RoleGrant, Unit
from zhibu.packs.models import PackVersion
from zhibu.records.tests.factories import user_make
from zhibu_engine.packs import Pack, pack_load

_numbers = count(1)
FOUNDED = date(2010, 1, 1)
DAY = date(2025, 3, 10)
PACKS = Path(__file__).resolve().parents[4] / "packs"


@cache
def _pack(key: str) -> Pack:
    return pack_load(PACKS / key)


def words_make(key: str = "national") -> PackVersion:
    """A pack as installed, without what only judging needs."""
    pack = _pack(key)
    made, _new = PackVersion.objects.get_or_create(
        key=pack.key,
        version=pack.version,
        defaults={
            "title": pack.title,
            "digest": pack.digest,
            "content": pack.dump(),
            "published_at": timezone.now(),
        },
    )
    return made


def unit_make(parent: Unit | None = None, **fields: Any) -> Unit:
    number = next(_numbers)
    values = {
        "code": f"M{number:05}",
        "name": f"示例第{number}党支部",
        "kind": Unit.Kind.BRANCH,
        "sector": Unit.Sector.ORGAN,
        "founded_on": FOUNDED,
        "order": number,
        **fields,
    }
    unit = Unit.objects.create(**values)
    Ancestry.objects.create(unit=unit, ancestor=unit, line="tree", depth=0)
    if parent is not None:
        Placement.objects.create(unit=unit, parent=parent, line="tree", from_on=FOUNDED)
        for row in Ancestry.objects.filter(unit=parent, line="tree"):
            Ancestry.objects.create(
                unit=unit, ancestor=row.ancestor, line="tree", depth=row.depth + 1
            )
    return unit


def member_make(
    unit: Unit, name: str = "", *, group: Unit | None = None, post: str = "", **fields: Any
) -> Person:
    person = Person.objects.create(
        name=name or f"党员{next(_numbers)}", stroke_key=f"{next(_numbers):05}"
    )
    member = Member.objects.create(
        person=person, **{"category": Member.Category.FULL, "joined_on": date(2005, 7, 1), **fields}
    )
    Membership.objects.create(member=member, unit=unit, group=group, from_on=FOUNDED)
    if post:
        post_make(unit, person, post)
    return person


def post_make(unit: Unit, person: Person, code: str, **fields: Any) -> Post:
    return Post.objects.create(
        person=person, unit=unit, code=code, **{"from_on": FOUNDED, **fields}
    )


def clerk_make(unit: Unit, role: str = RoleGrant.Role.RECORDER) -> User:
    user = user_make()
    RoleGrant.objects.create(user=user, unit=unit, role=role, from_on=FOUNDED)
    return user


class Branch:
    """Ten full members and one on probation: 王书记, 李组织 and 赵宣传 are the committee."""

    def __init__(self, parent: Unit | None = None, extra: int = 7) -> None:
        words_make()
        self.unit = unit_make(parent)
        self.secretary = member_make(self.unit, "王书记", post="secretary")
        self.organizer = member_make(self.unit, "李组织", post="org_member")
        self.publicist = member_make(self.unit, "赵宣传", post="publicity_member")
        self.others = [member_make(self.unit, f"群众党员{n:02}") for n in range(1, extra + 1)]
        self.newcomer = member_make(self.unit, "孙预备", category=Member.Category.PROBATIONARY)
        self.clerk = clerk_make(self.unit)
