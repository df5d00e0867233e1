"""Who may do what with documents."""

from __future__ import annotations

from zhibu.accounts.models import User
from zhibu.organization.models import Unit
from zhibu.organization.policies import may_record


def may_write(user: User, unit: Unit) -> bool:
    """Who may record for a unit may write its plans and summaries."""
    return may_record(user, unit)
