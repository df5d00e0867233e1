"""Who may do what with sittings."""

from __future__ import annotations

from typing import Any

from zhibu.organization import policies as organization


def may_enter(user: Any, unit: Any) -> bool:
    return organization.may_record(user, unit)


def may_correct(user: Any, record: Any) -> bool:
    """The owner unit's recorders; a co-host asks the owner."""
    return organization.may_record(user, record.owner)
