"""Who may do what with ballots."""

from __future__ import annotations

from typing import Any

from zhibu.organization.models import RoleGrant, Unit
from zhibu.organization.policies import may_record, roles_on


def may_manage(user: Any, unit: Unit) -> bool:
    """Who may record for a unit prepares, opens, closes and counts its ballots."""
    return may_record(user, unit)


def works_for(user: Any, unit: Unit) -> bool:
    """Sees drafts, turnout and results that are not published; a mere member does not."""
    if isinstance(user, str):
        return True
    return user.is_installer or bool(roles_on(user, unit) - {RoleGrant.Role.MEMBER})
