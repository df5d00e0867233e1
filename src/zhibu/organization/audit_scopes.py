"""Whose events an auditor sees: those of the units on or below which the role holds."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from zhibu.organization.models import Ancestry, RoleGrant, Unit
from zhibu.shared import clock


def audits(user: Any) -> bool:
    """Whether the user is an auditor anywhere today."""
    return (
        RoleGrant.objects.held_on(clock.today())
        .filter(user=user, role=RoleGrant.Role.AUDITOR)
        .exists()
    )


def event_filter(user: Any) -> Q:
    today = clock.today()
    granted = RoleGrant.objects.held_on(today).filter(user=user, role=RoleGrant.Role.AUDITOR)
    below = (
        Ancestry.objects.held_on(today).filter(ancestor__in=granted.values("unit")).values("unit")
    )
    return Q(unit_code__in=Unit.objects.filter(pk__in=below).values("code"))
