"""How a matter stands: its steps as the engine reads them, and what follows, written back when something changed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import Count

from zhibu.organization.models import Person
from zhibu.organization.selectors import unit_words
from zhibu.procedures.evidence import happening_of
from zhibu.procedures.models import Matter, MatterStep
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs import Words
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures import Standing, conformance, due_day, steps_open


def procedure_of(matter: Matter, words: Words | None = None) -> Procedure:
    """The procedure as the unit's packs have it today.

    Raises:
        RuleBroken: no adopted pack has it any more.
    """
    words = words or unit_words(matter.unit, clock.today())
    found: Procedure | None = words.procedures.get(matter.procedure)
    if found is None:
        raise RuleBroken(
            f"现行制度包中没有程序“{matter.procedure}”。请联系上级管理员核对采用的制度包。"
        )
    return found


def steps_standing(matter: Matter) -> list[MatterStep]:
    """In the order of their days, then of entry."""
    return list(matter.steps.filter(state=MatterStep.State.STANDING).order_by("day", "pk"))


def standing_of(matter: Matter, steps: list[MatterStep] | None = None) -> Standing:
    """What stands of a matter and, for days counted from there, of the one above it."""
    steps = steps_standing(matter) if steps is None else steps
    open_children = dict(
        matter.children.filter(state__in=Matter.RUNNING)
        .values_list("parent_step")
        .annotate(n=Count("pk"))
    )
    done = tuple(happening_of(step, open_children.get(step.step, 0)) for step in steps)
    parent = standing_of(matter.parent) if matter.parent else None
    return Standing(matter.opened_on, {**person_said(matter.person), **matter.form}, done, parent)


#: Blanks that a person's own data fill.
PERSON_BLANKS = ("born_on",)


def person_said(person: Person | None) -> dict[str, Any]:
    """Blanks of a form that need not be filled, since the person's own data say them."""
    return {"born_on": person.born_on.isoformat()} if person and person.born_on else {}


def matter_refresh(matter: Matter) -> Standing:
    """Judge the whole matter anew and keep what follows, with the digest of the procedure that said so."""
    words = unit_words(matter.unit, clock.today())
    procedure = procedure_of(matter, words)
    titles = words.codes.get("post", {})
    steps = steps_standing(matter)
    standing = standing_of(matter, steps)
    found = conformance(procedure, standing, posts=lambda code: titles.get(code, code))
    for step, breaches in zip(steps, found.breaches, strict=True):
        step.findings = [asdict(one) for one in breaches]
        step.breaches = len(breaches)
        step.conforms = not breaches
        step.excused = bool(breaches) and all(one.reason for one in breaches)
        step.overdue_days = max((one.days for one in breaches), default=0)
        step.save(update_fields=["findings", "breaches", "conforms", "excused", "overdue_days"])
    matter.steps_due, matter.steps_missing = found.steps, len(found.missing)
    matter.breaches, matter.conforms = found.count, found.conforms
    matter.due_on = next_due(procedure, standing, matter, found.due)
    matter.digest = words.procedure_digest(matter.procedure)
    matter.save(
        update_fields=["steps_due", "steps_missing", "breaches", "conforms", "due_on", "digest"]
    )
    return standing


def next_due(
    procedure: Procedure, standing: Standing, matter: Matter, whole: date | None
) -> date | None:
    """The nearest last day: of the whole, as written for it, or of a step whose turn it is."""
    days: list[Any] = [whole, matter.wanted_on]
    if matter.is_running:
        days += [due_day(procedure, step, standing) for step in steps_open(procedure, standing)]
    return min(filter(None, days), default=None)
