"""A small world by the services: a working committee, three branches, a year of uneven records.

All names are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from zhibu.accounts.models import User
from zhibu.meetings.inputs import Absence, AgendaInput, HostInput, RoleInput, SegmentInput
from zhibu.meetings.services import sitting_enter
from zhibu.membership.models import Member, Membership
from zhibu.organization import services
from zhibu.organization.models import Person, RoleGrant, Unit
from zhibu.organization.services import PersonFields
from zhibu.packs.models import PackVersion
from zhibu.packs.services import builtin_folder, pack_install
from zhibu.shared.changes import deferred
from zhibu.standards.services import units_judge

ACTOR = "测试"
PASSWORD = "correct horse staple"
FOUNDED = date(2015, 3, 1)
FAMILY = "林陈周吴郑王冯褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范"
GIVEN = "知远 明澈 若溪 子衡 雨桐 景行 思齐 安歌 清越 望舒 怀瑾 嘉禾 南乔 书瑶".split()
POSTS = ("secretary", "deputy_secretary", "org_member", "publicity_member", "discipline_member")


@dataclass
class World:
    """The units and accounts that the tests speak of."""

    committee: Unit
    branch: Unit
    second: Unit
    empty: Unit
    people: list[Person]
    clerk: User
    staff: User
    member: User
    day: date


def world(day: date, *, members: int = 42, first_login: bool = False) -> World:
    """Judged once at the end, not after each record."""
    with deferred():
        made = _world(day, members=members, first_login=first_login)
    units_judge(unit_ids=[made.branch.pk, made.second.pk, made.empty.pk], day=day)
    return made


def _world(day: date, *, members: int, first_login: bool) -> World:
    packs_installed()
    committee = _unit("GW", "示例市直机关工委", Unit.Kind.WORKING_COMMITTEE, None, "示例工委")
    services.pack_adopt(
        unit=committee, pack_key="city-organs", actor=ACTOR, from_on=date(2020, 1, 1)
    )
    branches = [
        _unit(
            f"ZB{n}",
            f"中共示例市档案馆第{name}支部委员会",
            Unit.Kind.BRANCH,
            committee,
            f"档案馆第{name}党支部",
        )
        for n, name in enumerate("一二三", start=1)
    ]
    people = _members(branches[0], members, day)
    _members(branches[1], 8, day, offset=members)
    clerk = account(
        "clerk", "陈记录", branches[0], RoleGrant.Role.RECORDER, first_login=first_login
    )
    staff = account("staff", "周工委", committee, RoleGrant.Role.TOWNSHIP)
    member = account("member", str(people[6]), branches[0], RoleGrant.Role.MEMBER)
    Person.objects.filter(pk=people[6].pk).update(user=member)
    _records(branches[0], people, day)
    return World(committee, *branches, people, clerk, staff, member, day)


@cache
def _published() -> tuple[dict, ...]:
    """Compiling takes seconds and always gives the same, so the tests of one process do it once."""
    names = ("key", "version", "title", "digest", "content", "compiled", "published_at")
    for name in ("national", "city-organs"):
        pack_install(path=builtin_folder() / name, actor=ACTOR)
    return tuple(PackVersion.objects.order_by("pk").values(*names))


def packs_installed() -> None:
    rows = _published()
    if not PackVersion.objects.exists():
        PackVersion.objects.bulk_create(PackVersion(**row) for row in rows)


def account(
    name: str, said: str, unit: Unit | None, role: str, *, first_login: bool = False
) -> User:
    user = User.objects.create_user(
        name, PASSWORD, display_name=said, must_change_password=first_login
    )
    if unit:
        services.role_grant(user=user, unit=unit, role=role, actor=ACTOR, from_on=date(2020, 1, 1))
    return user


def _unit(code: str, name: str, kind: str, parent: Unit | None, short: str) -> Unit:
    sector = Unit.Sector.ORGAN if kind == Unit.Kind.BRANCH else ""
    return services.unit_found(
        code=code,
        name=name,
        kind=kind,
        founded_on=FOUNDED,
        actor=ACTOR,
        parent=parent,
        sector=sector,
        short_name=short,
    )


def _members(unit: Unit, number: int, day: date, *, offset: int = 0) -> list[Person]:
    people = []
    for n in range(offset, offset + number):
        name = FAMILY[n % len(FAMILY)] + GIVEN[n % len(GIVEN)]
        fields = PersonFields(
            name=name, sex="female" if n % 3 else "male", born_on=date(1960 + n % 40, 5, 1)
        )
        person = services.person_create(fields=fields, unit=unit, actor=ACTOR)
        member = Member.objects.create(
            person=person,
            category=Member.Category.FULL,
            joined_on=date(2001, 7, 1),
            full_on=date(2002, 7, 1),
        )
        Membership.objects.create(member=member, unit=unit, from_on=FOUNDED)
        people.append(person)
    for person, code in zip(people, POSTS, strict=False):
        services.post_begin(
            person=person, unit=unit, code=code, from_on=date(day.year - 2, 1, 10), actor=ACTOR
        )
    services.term_begin(
        unit=unit, from_on=date(day.year - 2, 1, 10), to_on=day + timedelta(days=120), actor=ACTOR
    )
    return people


def sitting(
    unit: Unit,
    people: list[Person],
    day: date,
    kind: str,
    theme: str,
    *,
    away: int = 0,
    late: str = "",
):
    absences = tuple(Absence(person.pk, "leave", "出差") for person in people[2 : 2 + away])
    roles = (
        RoleInput("presider", people[0].pk),
        RoleInput("recorder", people[1].pk),
        RoleInput("lecturer", people[0].pk),
    )
    roles = roles if kind == "party_lecture" else roles[:2]
    segment = SegmentInput(
        kind=kind,
        convener="branch",
        theme=theme,
        hosts=(HostInput(unit.pk, absences=absences),),
        roles=roles,
        agenda=(AgendaInput(theme, is_study=True, discussion="逐项讨论。", resolution="同意。"),),
        content="围绕议题学习讨论。",
        material="学习资料",
        form="collective_study",
    )
    return sitting_enter(
        owner=unit, actor=ACTOR, day=day, segments=[segment], place="三楼会议室", late_reason=late
    )


def _records(unit: Unit, people: list[Person], day: date) -> None:
    """Committee meetings most months, assemblies in some quarters, one lecture."""
    for month in range(1, day.month):
        if month % 4 == 3:
            continue
        sitting(
            unit,
            people,
            date(day.year, month, 12),
            "committee_meeting",
            f"{month}月支部工作安排",
            late="电脑维修",
        )
        sitting(
            unit,
            people,
            date(day.year, month, 20),
            "theme_day",
            f"{month}月主题党日",
            away=month % 3,
            late="电脑维修",
        )
    for month in range(2, day.month, 6):
        sitting(
            unit,
            people,
            date(day.year, month, 25),
            "branch_assembly",
            "讨论支部年度工作",
            away=3,
            late="电脑维修",
        )
