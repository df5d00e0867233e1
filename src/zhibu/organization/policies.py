"""Who may do what. A role counts on its unit and on all below, on either line.

The program itself, on the server's command line, acts under a plain name (a string) and may do all.
An installer may set up (units, roles, packs, log) but neither writes records nor sees private numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from zhibu.organization.models import Ancestry, Person, RoleGrant, Unit
from zhibu.organization.selectors import person_unit_ids, unit_parent
from zhibu.shared import clock

Role = RoleGrant.Role

RECORDING = (Role.RECORDER, Role.SECRETARY, Role.TOWNSHIP, Role.COUNTY)
CONFIRMING = (Role.SECRETARY, Role.TOWNSHIP, Role.COUNTY)
MANAGING_MEMBERS = (Role.SECRETARY, Role.TOWNSHIP, Role.COUNTY)
MANAGING_POSTS = (Role.SECRETARY, Role.TOWNSHIP, Role.COUNTY, Role.ADMINISTRATOR)
MANAGING_UNITS = (Role.TOWNSHIP, Role.COUNTY, Role.ADMINISTRATOR)
GRANTING = (Role.ADMINISTRATOR,)
SENSITIVE = (Role.SECRETARY, Role.TOWNSHIP, Role.COUNTY)
JUDGING = (Role.TOWNSHIP, Role.COUNTY)
AUDITING = (Role.AUDITOR,)
#: Who sees all of a unit; a plain member sees only the common pages.
OVERSEEING = (Role.TOWNSHIP, Role.COUNTY, Role.INSPECTOR)


def roles_on(user: Any, unit: Unit) -> set[str]:
    """The roles a user has on a unit today, by grants there or above."""
    if isinstance(user, str) or not user.is_authenticated or not user.is_active:
        return set()
    today = clock.today()
    above = Ancestry.objects.held_on(today).filter(unit=unit).values("ancestor")
    granted = (
        RoleGrant.objects.held_on(today).filter(user=user).filter(Q(unit__in=above) | Q(unit=unit))
    )
    return set(granted.values_list("role", flat=True))


def has_role(user: Any, unit: Unit, roles: Iterable[str]) -> bool:
    if isinstance(user, str):
        return True
    return bool(roles_on(user, unit) & set(roles))


def units_with_role(user: Any, unit_ids: Iterable[int], roles: Iterable[str]) -> set[int]:
    """Those of the units where :func:`has_role` says yes, in two queries. For imports."""
    wanted = set(unit_ids)
    if isinstance(user, str):
        return wanted
    if not user.is_authenticated or not user.is_active:
        return set()
    today = clock.today()
    granted = RoleGrant.objects.held_on(today).filter(user=user, role__in=list(roles))
    own = set(granted.values_list("unit_id", flat=True))
    below = Ancestry.objects.held_on(today).filter(ancestor__in=own)
    return wanted & (own | set(below.values_list("unit_id", flat=True)))


def may_see(user: Any, unit: Unit) -> bool:
    return isinstance(user, str) or Unit.objects.visible_to(user).filter(pk=unit.pk).exists()


def may_record(user: Any, unit: Unit) -> bool:
    return has_role(user, unit, RECORDING)


def may_confirm(user: Any, unit: Unit) -> bool:
    return has_role(user, unit, CONFIRMING)


def may_manage_members(user: Any, unit: Unit) -> bool:
    return has_role(user, unit, MANAGING_MEMBERS)


def may_manage_posts(user: Any, unit: Unit) -> bool:
    """Posts, terms and groups: also by the unit's own secretary."""
    return _installer(user) or has_role(user, unit, MANAGING_POSTS)


def may_manage_groups(user: Any, unit: Unit) -> bool:
    return unit.is_branch and may_manage_posts(user, unit)


def may_see_grants(user: Any, unit: Unit) -> bool:
    """Who holds which role is open to those who answer for the unit."""
    return _installer(user) or has_role(user, unit, (*MANAGING_POSTS, *AUDITING, Role.INSPECTOR))


def may_manage_organization(user: Any, unit: Unit) -> bool:
    """Found, move, merge, withdraw and rename units, and adopt packs."""
    return _installer(user) or has_role(user, unit, MANAGING_UNITS)


def may_change_unit(user: Any, unit: Unit) -> bool:
    """Over a unit's own fate decides who manages the one above it."""
    return may_manage_organization(user, unit_parent(unit, clock.today()) or unit)


def may_import_sheets(user: Any) -> bool:
    """Bring the organisation and its posts from a sheet; whether each line may, is asked line by line."""
    if isinstance(user, str) or _installer(user):
        return True
    granted = RoleGrant.objects.held_on(clock.today()).filter(user=user, role__in=MANAGING_UNITS)
    return granted.exists()


def may_manage_account(user: Any, other: Any) -> bool:
    """Over somebody's log-in decides who grants roles in all places where he holds one.

    One who grants roles in a branch must not lock out, or take over, the county's staff.
    """
    if isinstance(user, str) or _installer(user):
        return True
    kept = RoleGrant.objects.filter(user=other).exclude(to_on__lt=clock.today())
    # A grant is easily made: an account without any is still its person's, who belongs somewhere.
    units = set(kept.values_list("unit_id", flat=True))
    person = Person.objects.filter(user=other).first()
    if not units or other.is_installer:
        return False
    units |= person_unit_ids(person, clock.today()) if person else set()
    return units_with_role(user, units, GRANTING) == units


def may_grant_roles(user: Any, unit: Unit) -> bool:
    return _installer(user) or has_role(user, unit, GRANTING)


def may_see_sensitive(user: Any, unit: Unit) -> bool:
    return has_role(user, unit, SENSITIVE)


def may_see_person_sensitive(user: Any, person: Person) -> bool:
    """The person, and whoever may on a unit he belongs to today: who left is out of sight."""
    if isinstance(user, str) or is_self(user, person):
        return True
    return bool(units_with_role(user, person_unit_ids(person, clock.today()), SENSITIVE))


def is_self(user: Any, person: Person) -> bool:
    return not isinstance(user, str) and person.user_id is not None and person.user_id == user.pk


def may_judge(user: Any, unit: Unit) -> bool:
    return has_role(user, unit, JUDGING)


def may_audit(user: Any, unit: Unit) -> bool:
    return _installer(user) or has_role(user, unit, AUDITING)


def _installer(user: Any) -> bool:
    return not isinstance(user, str) and user.is_authenticated and user.is_installer
