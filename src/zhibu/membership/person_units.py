"""Tells the organisation which units a person belongs to by party membership."""

from __future__ import annotations

from zhibu.membership.models import Membership


def person_units(person_id: int) -> set[int]:
    return set(Membership.objects.filter(member=person_id, to_on__isnull=True).values_list("unit_id", flat=True))
