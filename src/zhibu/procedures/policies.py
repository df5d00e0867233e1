"""Who may do what with matters."""

from __future__ import annotations

from typing import Any

from zhibu.organization.models import Person, Unit
from zhibu.organization.policies import has_role, may_confirm, may_record, may_see
from zhibu.organization.selectors import unit_guidance, unit_parent
from zhibu.procedures.models import Matter
from zhibu.procedures.selectors import READING
from zhibu.shared import clock
from zhibu_engine.packs.procedure import Procedure, StepOf


def may_open(user: Any, unit: Unit) -> bool:
    return may_record(user, unit)


def may_see_matter(user: Any, matter: Matter, procedure: Procedure | None) -> bool:
    """A private matter only those who hold a role on the unit, and the person it is about."""
    if not may_see(user, matter.unit):
        return False
    if procedure is None or not procedure.private or isinstance(user, str):
        return True
    return is_about(user, matter) or has_role(user, matter.unit, READING)


def may_act(user: Any, matter: Matter, step: StepOf) -> bool:
    """The unit's own recorders, its superior's where the step is theirs, the subject himself where it is his."""
    if step.by == "upper":
        return any(may_record(user, unit) for unit in above(matter.unit))
    if step.by == "subject" and is_about(user, matter):
        return True
    if isinstance(user, str) or may_record(user, matter.unit):
        return True
    # A task is proved by whoever answers for it.
    return matter.owner is not None and matter.owner.user_id == user.pk and step.by == "owner"


def may_turn(user: Any, matter: Matter) -> bool:
    """Send back, end or take up again: the unit's secretary and those above."""
    return may_confirm(user, matter.unit)


def is_about(user: Any, matter: Matter) -> bool:
    person: Person | None = matter.person
    return person is not None and not isinstance(user, str) and person.user_id == user.pk


def above(unit: Unit) -> list[Unit]:
    """The bodies directly over a unit on either line; the unit itself where there is none."""
    today = clock.today()
    found = [body for body in (unit_parent(unit, today), unit_guidance(unit, today)) if body]
    return found or [unit]
