"""Tells the organisation which units a person belongs to by party membership."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from zhibu.membership.models import Membership
from zhibu.organization.models import Unit
from zhibu.shared import clock


def person_units(person_id: int) -> set[int]:
    return set(
        Membership.objects.filter(member=person_id, to_on__isnull=True).values_list(
            "unit_id", flat=True
        )
    )


def unit_person_ids(unit_id: int, day: date) -> QuerySet[Membership]:
    """Members of a branch, or of a party group, that day; a group may also take any of its branch."""
    groups = Unit.objects.filter(pk=unit_id, kind="group", placements__line="tree").values(
        "placements__parent"
    )
    here = (
        Q(unit=unit_id)
        | Q(group=unit_id)
        | Q(unit__in=groups, unit__kind__in=("branch", "joint_branch"))
    )
    return Membership.objects.held_on(day).filter(here).values("member")


def persons_of_units(units: QuerySet[Unit]) -> QuerySet[Membership]:
    """All who belong to one of these units today; who left is no longer theirs to look up."""
    return Membership.objects.held_on(clock.today()).filter(unit__in=units).values("member")
