"""Who may do what with sittings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhibu.organization import policies as organization
from zhibu.organization.models import RoleGrant
from zhibu.shared import clock


def may_enter(user: Any, unit: Any) -> bool:
    return organization.may_record(user, unit)


def may_correct(user: Any, record: Any) -> bool:
    """The owner unit's recorders; a co-host asks the owner."""
    return organization.may_record(user, record.owner)


def units_enterable(user: Any, unit_ids: Iterable[int]) -> set[int]:
    """``may_enter`` of all units of a sheet at once."""
    return organization.units_with_role(user, unit_ids, organization.RECORDING)


def units_backdatable(user: Any, unit_ids: Iterable[int]) -> set[int]:
    """Units for which the reader's word counts for when an old ledger was written: the office above
    has it, the branch itself has not."""
    return organization.units_with_role(user, unit_ids, organization.JUDGING)


def may_import(user: Any) -> bool:
    """Whether importing makes sense at all; each row's unit is asked for on its own."""
    if isinstance(user, str):
        return True
    held = RoleGrant.objects.held_on(clock.today()).filter(
        user=user, role__in=organization.RECORDING
    )
    return held.exists()
