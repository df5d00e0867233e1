"""Whose home is shown first: the units on which an account holds a role today."""

from __future__ import annotations

from dataclasses import dataclass

from zhibu.accounts.models import User
from zhibu.organization.models import Person, RoleGrant, Unit
from zhibu.shared import clock

#: Roles that work for a unit; a mere member looks at the own record first.
MEMBER = RoleGrant.Role.MEMBER


@dataclass(frozen=True, slots=True)
class Places:
    """Units of the account, most able first, and whether it stands for a person."""

    units: tuple[Unit, ...]
    is_person: bool

    @property
    def main(self) -> Unit | None:
        return self.units[0] if len(self.units) == 1 else None


def places(user: User) -> Places:
    """Two queries. An installer without grants starts at the top of the trees."""
    today = clock.today()
    grants = (
        RoleGrant.objects.held_on(today)
        .filter(user=user)
        .exclude(role=MEMBER)
        .select_related("unit")
        .order_by("unit__order", "unit__code")
    )
    units = tuple(dict.fromkeys(grant.unit for grant in grants))
    if not units and user.is_installer:
        units = tuple(_roots())
    return Places(units=units, is_person=Person.objects.filter(user=user).exists())


def _roots() -> list[Unit]:
    today = clock.today()
    return list(
        Unit.objects.alive_on(today).exclude(placements__line="tree").order_by("order", "code")[:20]
    )
