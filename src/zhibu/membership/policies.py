"""Who may do what with members. Roles themselves are the organization's business."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.organization import policies
from zhibu.organization.models import Ancestry, Person, RoleGrant, Unit
from zhibu.shared import clock


def may_manage(user: Any, unit: Unit) -> bool:
    return policies.may_manage_members(user, unit)


def may_see_sensitive(user: Any, unit: Unit) -> bool:
    return policies.may_see_sensitive(user, unit)


def may_import(user: Any) -> bool:
    """Whether importing makes sense at all; each row's branch is looked up in :func:`managed_unit_ids`."""
    return managed_unit_ids(user, clock.today()) != set()


def managed_unit_ids(user: Any, day: date) -> set[int] | None:
    """All units whose members this user manages, in one query; ``None`` means every unit.

    The set form of :func:`may_manage`, for sheets and lists that name many branches.
    """
    if isinstance(user, str):
        return None
    if not user.is_authenticated or not user.is_active:
        return set()
    grants = RoleGrant.objects.held_on(day).filter(user=user, role__in=policies.MANAGING_MEMBERS)
    below = Ancestry.objects.held_on(day).filter(ancestor__in=grants.values("unit"))
    return set(below.values_list("unit_id", flat=True)) | set(
        grants.values_list("unit_id", flat=True)
    )


def may_see_person(user: Any, person: Person) -> bool:
    return policies.may_see_person_sensitive(user, person)


def may_list(user: Any, unit: Unit) -> bool:
    """Lists of members are for those who work for the unit; a plain member sees only himself."""
    return bool(policies.roles_on(user, unit) - {RoleGrant.Role.MEMBER}) or user.is_installer
