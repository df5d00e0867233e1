"""Who may do what with sittings."""

from __future__ import annotations

from typing import Any

from zhibu.organization import policies as organization
from zhibu.organization.models import RoleGrant
from zhibu.shared import clock


def may_enter(user: Any, unit: Any) -> bool:
    return organization.may_record(user, unit)


def may_correct(user: Any, record: Any) -> bool:
    """The owner unit's recorders; a co-host asks the owner."""
    return organization.may_record(user, record.owner)


def may_backdate(user: Any, unit: Any) -> bool:
    """Whose word counts for when an old ledger was written: the office above, not the branch itself."""
    return isinstance(user, str) or organization.may_judge(user, unit)


def may_import(user: Any) -> bool:
    """Whether importing makes sense at all; each row's unit is asked for on its own."""
    if isinstance(user, str):
        return True
    held = RoleGrant.objects.held_on(clock.today()).filter(
        user=user, role__in=organization.RECORDING
    )
    return held.exists()
