"""Tells the organisation which units a person belongs to as the one whom a matter is about: an applicant, for one."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from zhibu.organization.models import Unit
from zhibu.procedures.models import Matter


def person_units(person_id: int) -> set[int]:
    return set(_standing().filter(person=person_id).values_list("unit_id", flat=True))


def unit_person_ids(unit_id: int, day: date) -> QuerySet[Matter]:
    return _standing().filter(unit=unit_id, opened_on__lte=day).order_by().values("person")


def persons_of_units(units: QuerySet[Unit]) -> QuerySet[Matter]:
    return _standing().filter(unit__in=units).order_by().values("person")


def _standing() -> QuerySet[Matter]:
    """Matters that run, or that came to their end: whose way was ended is no longer in sight."""
    found: QuerySet[Matter] = Matter.objects.filter(person__isnull=False)
    return found.exclude(state=Matter.State.TERMINATED)
