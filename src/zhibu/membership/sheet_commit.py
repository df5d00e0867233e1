"""A confirmed member sheet written at once: a handful of statements, whatever its length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from zhibu.membership.comparing import Plan
from zhibu.membership.inserting import rows_insert
from zhibu.membership.models import Member, Membership
from zhibu.organization.models import Person, Unit
from zhibu.organization.services import PersonFields, person_columns
from zhibu.shared.changes import units_changed
from zhibu.shared.secrets import encrypt

_BATCH = 1_000
_PLAIN = (
    "ethnicity", "education", "job", "category", "joined_on", "full_on", "is_lost", "lost_on", "is_floating",
    "destination", "status", "is_leader",
)  # fmt: skip
_PERSON = ("name", "sex", "born_on")
_EMPTY = {
    "full_on": None,
    "joined_on": None,
    "born_on": None,
    "is_lost": False,
    "is_floating": False,
    "is_leader": False,
}


@transaction.atomic
def members_commit(
    *,
    plans: Sequence[Plan],
    day: date,
    since: str = "",
    progress: Callable[[int], None] = lambda done: None,
) -> dict[str, int]:
    """Write the plans of a preview. Permission and rules were asked row by row when it was read,
    in this same transaction.

    A new member's belonging begins when he joined or his branch was founded, whichever is later
    (``since`` moves it later); a transfer begins on the day of the import.
    """
    commit = _Commit(day, date.fromisoformat(since) if since else None, {p.unit_id for p in plans})
    new = [plan for plan in plans if not plan.is_member]
    known = [plan for plan in plans if plan.is_member]
    for done, part in _parts(new):
        commit.admit(part)
        progress(done)
    for done, part in _parts(known):
        commit.change(part)
        progress(len(new) + done)
    units_changed(commit.touched)
    return {"new": len(new), "changed": len(known), "moved": commit.moved}


def _parts(plans: list[Plan]) -> Iterator[tuple[int, list[Plan]]]:
    for start in range(0, len(plans), _BATCH):
        part = plans[start : start + _BATCH]
        yield start + len(part), part


class _Commit:
    def __init__(self, day: date, since: date | None, unit_ids: set[int]) -> None:
        self.day, self.since = day, since
        self.founded = dict(Unit.objects.filter(pk__in=unit_ids).values_list("pk", "founded_on"))
        self.touched: set[int] = set()
        self.moved = 0

    def admit(self, plans: list[Plan]) -> None:
        strangers = [plan for plan in plans if not plan.person_id]
        self._update_people([plan for plan in plans if plan.person_id])
        self._add_people(strangers)
        rows_insert(Member, [{"person_id": plan.person_id, **_member(plan)} for plan in plans])
        rows_insert(
            Membership,
            [
                {"member_id": p.person_id, "unit_id": p.unit_id, "from_on": self._begins(p)}
                for p in plans
            ],
        )
        self.touched.update(plan.unit_id for plan in plans)

    def _add_people(self, plans: list[Plan]) -> None:
        """Numbered people get their keys back by their number, the few others one statement each."""
        numbered = {plan.index: plan for plan in plans if plan.index}
        rows_insert(Person, [_person(plan) for plan in numbered.values()])
        made = Person.objects.filter(id_index__in=list(numbered)).order_by()
        for index, pk in made.values_list("id_index", "pk"):
            numbered[index].person_id = pk
        unnumbered = [plan for plan in plans if not plan.index]
        people = Person.objects.bulk_create([Person(**_person(plan)) for plan in unnumbered])
        for plan, person in zip(unnumbered, people, strict=True):
            plan.person_id = person.pk

    def _begins(self, plan: Plan) -> date:
        return max(
            filter(None, [plan.values.get("joined_on"), self.founded[plan.unit_id], self.since])
        )

    def change(self, plans: list[Plan]) -> None:
        self._update_people(plans)
        self._update_members(plans)
        self._move([plan for plan in plans if plan.unit_id])
        ids = [plan.person_id for plan in plans if not plan.unit_id]
        current = Membership.objects.filter(member__in=ids, to_on__isnull=True)
        self.touched.update(current.values_list("unit_id", flat=True))

    def _update_people(self, plans: list[Plan]) -> None:
        wanted = {p.person_id: p for p in plans if p.number or {*_PERSON, "mobile"} & set(p.values)}
        people = list(Person.objects.filter(pk__in=wanted)) if wanted else []
        columns: set[str] = set()
        for person in people:
            for name, value in _person_changes(wanted[person.pk]).items():
                setattr(person, name, value)
                columns.add(name)
        if columns:
            Person.objects.bulk_update(people, sorted(columns), batch_size=200)

    def _update_members(self, plans: list[Plan]) -> None:
        own = {*_PLAIN, "landline", "address"}
        wanted = {p.person_id: p for p in plans if own & set(p.values)}
        members = list(Member.objects.filter(pk__in=wanted)) if wanted else []
        columns: set[str] = set()
        for member in members:
            for name, value in _member(wanted[member.pk]).items():
                setattr(member, name, value)
                columns.add(name)
        if columns:
            Member.objects.bulk_update(members, sorted(columns), batch_size=200)

    def _move(self, plans: list[Plan]) -> None:
        """The old belonging ends yesterday; one that began today never was, and is only pointed anew."""
        if not plans:
            return
        target = {plan.person_id: plan for plan in plans}
        current = list(Membership.objects.filter(member__in=target, to_on__isnull=True))
        begun_today = [row for row in current if row.from_on >= self.day]
        earlier = [row for row in current if row.from_on < self.day]
        self.touched.update(row.unit_id for row in current)
        for row in begun_today:
            row.unit_id, row.group_id = target[row.member_id].unit_id, None
        for row in earlier:
            row.to_on, row.end_reason = (
                self.day - timedelta(days=1),
                Membership.EndReason.TRANSFERRED,
            )
        Membership.objects.bulk_update(begun_today, ["unit", "group"], batch_size=200)
        Membership.objects.bulk_update(earlier, ["to_on", "end_reason"], batch_size=200)
        stayed = {row.member_id for row in begun_today}
        Membership.objects.bulk_create(
            [
                Membership(member_id=p.person_id, unit_id=p.unit_id, from_on=self.day)
                for p in plans
                if p.person_id not in stayed
            ]
        )
        self.touched.update(plan.unit_id for plan in plans)
        self.moved += len(plans)


def _person(plan: Plan) -> dict[str, Any]:
    values = plan.values
    return person_columns(
        PersonFields(
            name=values["name"],
            sex=values.get("sex") or Person.Sex.UNKNOWN,
            born_on=values.get("born_on"),
            id_number=plan.number,
            phone=values.get("mobile") or "",
        )
    )


def _person_changes(plan: Plan) -> dict[str, Any]:
    """Only the columns that change: a blank cell must not empty what is kept."""
    values = plan.values
    whole = _person(Plan(0, False, 0, "", 0, None, plan.number, {"name": "", **values}))
    names = [name for name in _PERSON if name in values]
    if "name" in values:
        names += ["pinyin_initials", "stroke_key"]
    if plan.number:
        names += ["id_cipher", "id_index"]
    if "mobile" in values:
        names += ["phone_cipher", "phone_index"]
    return {name: whole[name] for name in names}


def _member(plan: Plan) -> dict[str, Any]:
    values = plan.values
    found = {name: values[name] for name in _PLAIN if name in values}
    for name, value in found.items():
        if value is None or value == "":
            found[name] = _EMPTY.get(name, "")
    if found.get("status") == "":
        found["status"] = Member.Status.NORMAL
    for name in ("landline", "address"):
        if name in values:
            found[f"{name}_cipher"] = encrypt(values[name]).encode() if values[name] else None
    return found
