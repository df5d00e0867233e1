"""明白账: everything that a unit or a person still owes, in one list. Derived whenever it is read, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.documents.models import PlanItem
from zhibu.documents.selectors import publications_waiting
from zhibu.organization.models import Person, Unit
from zhibu.organization.policies import RECORDING, Role, has_role
from zhibu.procedures.models import Matter
from zhibu.procedures.selectors import OpenStep, steps_owed
from zhibu.records.models import Record
from zhibu.standards.selectors import next_actions

READING = (*RECORDING, Role.INSPECTOR)
#: Clauses that can still be mended; more than this nobody reads in one sitting.
ACTIONS = 50


@dataclass(frozen=True, slots=True)
class OwedLine:
    """One thing that is owed. ``source`` says where it comes from; without a day it stands last."""

    source: str
    what: str
    step: str
    who: str
    until: date | None
    days_left: int | None
    url: str
    unit: str = ""

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def days_over(self) -> int:
        return -(self.days_left or 0)


@dataclass(frozen=True, slots=True)
class Owed:
    """``people`` are those who answer for something here: (id, name, how many)."""

    name: str
    day: date
    lines: tuple[OwedLine, ...]
    people: tuple[tuple[int, str, int], ...] = ()
    person: str = ""

    @property
    def late(self) -> int:
        return sum(line.is_late for line in self.lines)


def unit_owed(unit: Unit, user: User, day: date, *, person_id: int | None = None) -> Owed:
    """What a unit owes: steps of matters, clauses that can be mended, plan lines, objections without an answer.

    With a person only what he answers for. Private matters only for those who work for the unit.
    """
    person = Person.objects.filter(pk=person_id).first() if person_id else None
    steps = [one for one in steps_owed([unit.pk]) if person is None or one.owner_id == person.pk]
    if any(one.private for one in steps) and not has_role(user, unit, READING):
        steps = [one for one in steps if not one.private]
    names = _names(one.owner_id for one in steps)
    lines = [_step_line(one, names, day) for one in steps]
    items = _plan_items(Q(document__record__owner=unit), person, day.year)
    lines += [_item_line(item, day) for item in items]
    if person is None:
        lines += [
            OwedLine(_("标准"), one.title, one.why, "", one.until, _left(one.until, day), one.url or one.finding_url)
            for one in next_actions(unit, day, limit=ACTIONS)
        ]  # fmt: skip
        lines += [
            OwedLine(_("异议"), one.title, _("答复 %(n)s 条异议") % {"n": one.number}, "", None, None,
                     f"{one.url}#objections")
            for one in publications_waiting([unit.pk])
        ]  # fmt: skip
    return Owed(
        unit.name, day, _sorted(lines), _people(steps, items), str(person) if person else ""
    )


def person_owed(person: Person, day: date) -> Owed:
    """What one person answers for, in whatever unit."""
    steps = steps_owed([], owner_id=person.pk)
    units = dict(
        Unit.objects.filter(pk__in={one.unit_id for one in steps}).values_list("pk", "name")
    )
    lines = [_step_line(one, {person.pk: str(person)}, day, units) for one in steps]
    lines += [_item_line(item, day) for item in _plan_items(Q(), person, day.year)]
    return Owed(str(person), day, _sorted(lines), person=str(person))


def _step_line(
    one: OpenStep, names: dict[int, str], day: date, units: dict[int, str] | None = None
) -> OwedLine:
    return OwedLine(
        source=_("任务") if one.procedure == "task" else _("事项"),
        what=one.matter,
        step=one.step.says or one.step.title,
        who=names.get(one.owner_id or 0, ""),
        until=one.due,
        days_left=one.days_left(day),
        url=reverse("procedures:detail", args=[one.matter_id]),
        unit=(units or {}).get(one.unit_id, ""),
    )


def _item_line(item: PlanItem, day: date) -> OwedLine:
    record = item.document.record
    url = reverse("documents:detail", args=[record.pk])
    who = str(item.owner) if item.owner else ""
    return OwedLine(
        _("计划"), item.text, record.title, who, item.due_on, _left(item.due_on, day), url
    )


def _plan_items(where: Q, person: Person | None, year: int) -> list[PlanItem]:
    """Lines of this year's standing plans that name a day or a person; the year's summary answers them."""
    rows = PlanItem.objects.filter(where, answer="", document__year=year).exclude(
        document__record__state=Record.State.VOIDED
    )
    rows = rows.filter(owner=person) if person else rows.exclude(due_on=None, owner=None)
    return list(rows.select_related("owner", "document__record").order_by("due_on", "pk"))


def _names(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {one for one in ids if one}
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=wanted)}


def _people(steps: list[OpenStep], items: list[PlanItem]) -> tuple[tuple[int, str, int], ...]:
    counted: dict[int, int] = {}
    for owner in [*(one.owner_id for one in steps), *(item.owner_id for item in items)]:
        if owner:
            counted[owner] = counted.get(owner, 0) + 1
    names = _names(counted)
    return tuple((pk, names[pk], number) for pk, number in sorted(counted.items()) if pk in names)


def _left(until: date | None, day: date) -> int | None:
    return (until - day).days if until else None


def _sorted(lines: list[OwedLine]) -> tuple[OwedLine, ...]:
    """The most overdue first, then by the nearest day; what has no day stands last."""
    return tuple(sorted(lines, key=lambda line: (line.until or date.max, line.source, line.what)))


@dataclass(frozen=True, slots=True)
class LateUnit:
    """A unit below with matters past their day."""

    unit_id: int
    name: str
    number: int
    longest: int


def units_late(unit_ids: Iterable[int], day: date) -> tuple[LateUnit, ...]:
    """Which units have running matters past their day, the longest first. One query."""
    rows = Matter.objects.running().filter(unit__in=list(unit_ids), due_on__lt=day)
    found: dict[int, LateUnit] = {}
    for pk, name, due in rows.values_list("unit", "unit__name", "due_on"):
        known = found.get(pk)
        longest = max((day - due).days, known.longest if known else 0)
        found[pk] = LateUnit(pk, name, (known.number if known else 0) + 1, longest)
    return tuple(sorted(found.values(), key=lambda one: -one.longest))
