"""Who may do what with judgements. Seeing them is seeing the unit (``Unit.objects.visible_to``)."""

from __future__ import annotations

from typing import Any

from zhibu.organization import policies as organization
from zhibu.organization.models import Person
from zhibu.organization.selectors import person_unit_ids
from zhibu.shared import clock


def may_exempt(user: Any, unit: Any) -> bool:
    """Only those who judge the unit from above."""
    return bool(organization.may_judge(user, unit))


def may_score(user: Any, unit: Any) -> bool:
    """Give points by hand: who judges the unit from above and does not belong to it."""
    if not organization.may_judge(user, unit):
        return False
    person = None if isinstance(user, str) else Person.objects.filter(user=user).first()
    return person is None or unit.pk not in person_unit_ids(person, clock.today())


def may_run(user: Any, scope: Any) -> bool:
    """Make and publish a run over a scope."""
    return bool(organization.may_judge(user, scope))
