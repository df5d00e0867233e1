"""我的记录: what is held about the reader, who looked at it in full, and whom to ask to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.documents.models import PlanItem
from zhibu.home.branch import record_url
from zhibu.meetings.models import Attendance
from zhibu.membership.models import Member, Membership
from zhibu.organization.models import Person, RoleGrant, SensitiveView
from zhibu.organization.selectors import person_posts, posts_held
from zhibu.records.models import Participant, Record
from zhibu.shared import secrets
from zhibu.shared.masks import mask_address, mask_id, mask_phone

RECENT_PARTS = 20
RECENT_VIEWS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A field and what is held in it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Held:
    """A belonging or a post, from a day to a day."""

    what: str
    where: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class YearOfAttendance:
    year: int
    due: int
    present: int
    leave: int
    absent: int

    @property
    def rate(self) -> float | None:
        return self.present / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class PartLine:
    day: date
    role: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class MyRecord:
    person: Person
    full: bool
    identity: tuple[Line, ...]
    memberships: tuple[Held, ...]
    posts: tuple[Held, ...]
    attendance: tuple[YearOfAttendance, ...]
    part_counts: tuple[tuple[str, int], ...]
    parts: tuple[PartLine, ...]
    plan_items: tuple[PlanItem, ...]
    views: tuple[SensitiveView, ...]
    branch: str
    ask: tuple[str, ...]


def person_of(user: User) -> Person | None:
    return Person.objects.filter(user=user).first()


def my_record(person: Person, *, day: date, full: bool = False) -> MyRecord:
    """``full`` only once the looking has been written down."""
    member = Member.objects.filter(pk=person.pk).first()
    memberships = list(
        Membership.objects.filter(member_id=person.pk)
        .select_related("unit", "group")
        .order_by("-from_on")
    )
    current = next((row.unit for row in memberships if row.to_on is None), None)
    return MyRecord(
        person=person,
        full=full,
        identity=tuple(_identity(person, member, full)),
        memberships=tuple(
            Held(_group_name(row), str(row.unit), row.from_on, row.to_on) for row in memberships
        ),
        posts=tuple(_posts(person)),
        attendance=tuple(_attendance(person)),
        part_counts=tuple(_part_counts(person)),
        parts=tuple(_parts(person)),
        plan_items=tuple(_plan_items(person)),
        views=tuple(SensitiveView.objects.filter(person=person)[:RECENT_VIEWS]),
        branch=str(current) if current else "",
        ask=tuple(_whom_to_ask(current.pk, day)) if current else (),
    )


def _identity(person: Person, member: Member | None, full: bool) -> list[Line]:
    lines = [
        Line(_("姓名"), str(person)),
        Line(_("性别"), person.get_sex_display()),
        Line(_("出生日期"), person.born_on.isoformat() if person.born_on else ""),
        Line(_("身份证号"), _secret(person.id_cipher, mask_id, full)),
        Line(_("手机号"), _secret(person.phone_cipher, mask_phone, full)),
    ]
    if member:
        lines += [
            Line(_("家庭住址"), _secret(member.address_cipher, mask_address, full)),
            Line(_("固定电话"), _secret(member.landline_cipher, mask_phone, full)),
            Line(_("人员类别"), member.get_category_display()),
            Line(_("加入党组织日期"), member.joined_on.isoformat()),
            Line(_("转为正式党员日期"), member.full_on.isoformat() if member.full_on else ""),
            Line(_("党籍状态"), member.get_status_display()),
        ]
    return [Line(line.label, line.value or _("未登记")) for line in lines]


def _secret(cipher: bytes | None, mask: Callable[[str], str], full: bool) -> str:
    if not cipher:
        return ""
    plain = secrets.decrypt(bytes(cipher).decode())
    return plain if full else mask(plain)


def _group_name(row: Membership) -> str:
    return str(row.group) if row.group else ""


def _posts(person: Person) -> list[Held]:
    return [
        Held(one.title, one.unit_name, one.from_on, one.to_on) for one in person_posts(person.pk)
    ]


def _attendance(person: Person) -> list[YearOfAttendance]:
    rows = (
        Attendance.objects.filter(person=person)
        .exclude(
            host__segment__sitting__record__state__in=[Record.State.DRAFT, Record.State.VOIDED]
        )
        .annotate(year=ExtractYear("host__segment__sitting__record__event_on"))
        .values_list("year", "state")
        .annotate(number=Count("pk"))
        .order_by("-year")
    )
    years: dict[int, dict[str, int]] = {}
    for year, state, number in rows:
        years.setdefault(year, {})[state] = number
    return [
        YearOfAttendance(
            year,
            sum(found.values()),
            found.get("present", 0),
            found.get("leave", 0),
            found.get("absent", 0),
        )
        for year, found in years.items()
    ]


def _parts_query(person: Person):
    return Participant.objects.filter(person=person).exclude(
        record__state__in=[Record.State.DRAFT, Record.State.VOIDED]
    )


def _part_counts(person: Person) -> list[tuple[str, int]]:
    roles = dict(Participant.Role.choices)
    counted = (
        _parts_query(person).values_list("role").annotate(number=Count("pk")).order_by("-number")
    )
    return [(str(roles.get(role, role)), number) for role, number in counted]


def _parts(person: Person) -> list[PartLine]:
    rows = (
        _parts_query(person)
        .select_related("record")
        .order_by("-record__event_on", "-pk")[:RECENT_PARTS]
    )
    return [
        PartLine(
            row.record.event_on,
            row.get_role_display(),
            row.record.title,
            record_url(row.record.kind, row.record_id),
        )
        for row in rows
    ]


def _plan_items(person: Person) -> list[PlanItem]:
    return list(
        PlanItem.objects.filter(owner=person)
        .exclude(document__record__state=Record.State.VOIDED)
        .select_related("document__record")
        .order_by("-document__year", "order")[:RECENT_PARTS]
    )


def _whom_to_ask(unit_id: int, day: date) -> list[str]:
    """The secretary first, then who records for the branch."""
    held = posts_held([unit_id], day).get(unit_id, [])
    names = [
        f"{one.title} {one.name}"
        for one in held
        if one.code in {"secretary", "deputy_secretary", "org_member"}
    ]
    recorders = RoleGrant.objects.held_on(day).filter(unit_id=unit_id, role=RoleGrant.Role.RECORDER)
    names += [
        _("记录员 %(name)s") % {"name": grant.user} for grant in recorders.select_related("user")
    ]
    return names
