"""Who may do what with judgements. Seeing them is seeing the unit (``Unit.objects.visible_to``)."""

from __future__ import annotations

from typing import Any

from zhibu.organization import policies as organization


def may_exempt(user: Any, unit: Any) -> bool:
    """Only those who judge the unit from above."""
    return bool(organization.may_judge(user, unit))


def may_run(user: Any, scope: Any) -> bool:
    """Make and publish a run over a scope."""
    return bool(organization.may_judge(user, scope))
