"""Who may bring and publish packs; the packs app finds this module by discovery."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from zhibu.organization.models import Adoption, RoleGrant
from zhibu.organization.policies import MANAGING_UNITS, units_with_role
from zhibu.organization.selectors import BASE_PACK
from zhibu.shared import clock


def drafts(user: Any) -> bool:
    """Whoever adopts packs for some unit may try a new one."""
    if not user.is_authenticated or not user.is_active:
        return False
    granted = RoleGrant.objects.held_on(clock.today()).filter(user=user, role__in=MANAGING_UNITS)
    return granted.exists()


def publishes(user: Any, keys: Collection[str]) -> bool:
    """Only who adopts packs for every unit that has adopted one of these.

    The base pack binds all who adopted nothing, so nobody but the installer publishes it.
    """
    if BASE_PACK in keys or not drafts(user):
        return False
    bound = Adoption.objects.filter(pack_key__in=keys).exclude(to_on__lt=clock.today())
    units = set(bound.values_list("unit", flat=True))
    return units_with_role(user, units, MANAGING_UNITS) == units
