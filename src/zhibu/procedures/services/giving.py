"""What a step's decision leads to: outcomes of the subject, changes elsewhere, child matters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from zhibu.organization.models import Person, Unit
from zhibu.organization.selectors import unit_descendant_ids, unit_words
from zhibu.procedures.applying import EffectCall, effect_apply
from zhibu.procedures.models import Matter, MatterStep, Outcome
from zhibu.procedures.services.matters import matter_open
from zhibu.procedures.standing import standing_of
from zhibu.shared import clock
from zhibu_engine.packs.procedure import Decision, Procedure, Spawns, StepOf
from zhibu_engine.procedures import as_day, months_later, since_day, value_said


def outcomes_give(
    matter: Matter, decision: Decision, known: Procedure, made: MatterStep, actor: Any
) -> None:
    """An outcome takes the place of the former one of its kind that the matter gave."""
    for gift in decision.gives:
        months = known.number(gift.months)
        named = since_day(gift.since, standing_of(matter)) if gift.since else None
        from_on = named or made.day
        former = Outcome.objects.filter(
            matter=matter, kind=gift.kind, to_on=None, from_on__lt=from_on
        )
        former.update(to_on=from_on - timedelta(days=1))
        Outcome.objects.create(
            matter=matter, unit=matter.about_unit or matter.unit, person=matter.person, kind=gift.kind,
            value=gift.value, basis=gift.basis or known.basis, from_on=from_on,
            to_on=months_later(from_on, months) if months else None,
        )  # fmt: skip
    for name in decision.effects:
        said = {**matter.form, **made.fields}
        effect_apply(
            name, EffectCall(matter.unit, matter.person, made.day, matter.title, actor, said)
        )


def children_spawn(matter: Matter, found: StepOf, made: MatterStep, actor: Any) -> None:
    """One child per unit, person or row that the step names, or per unit below that may have one; a person's child
    stands at the matter's unit.
    """
    asked = found.spawns
    if asked is None or matter.children.filter(parent_step=found.key).exists():
        return
    by_scope = asked.per == "scope"
    named = _in_scope(matter, asked, made.day) if by_scope else _named(matter, asked, made)
    common = {"procedure": asked.procedure, "actor": actor, "parent": matter,
              "parent_step": found.key, "opened_on": made.day}  # fmt: skip
    if asked.per == "rows":
        for row in named:
            _spawn_row(matter, asked, row, common)
        return
    ids = [int(one) for one in named]
    common |= {"title": matter.title, "form": matter.form}
    if asked.per == "persons":
        for person in Person.objects.filter(pk__in=ids):
            matter_open(unit=matter.unit, person=person, owner=person, **common)
        return
    for unit in Unit.objects.filter(pk__in=ids).order_by("order", "code"):
        matter_open(unit=unit, about_unit=unit, **common)


def _in_scope(matter: Matter, asked: Spawns, day: date) -> list[Any]:
    """The units below the matter's that day which the child's procedure is for."""
    known = unit_words(matter.unit, clock.today()).procedures.get(asked.procedure)
    below = unit_descendant_ids(matter.unit, day) - {matter.unit_id}
    units = Unit.objects.filter(pk__in=below)
    if known is not None and known.scope.kinds:
        units = units.filter(kind__in=known.scope.kinds)
    if known is not None and known.scope.sectors:
        units = units.filter(sector__in=known.scope.sectors)
    return list(units.values_list("pk", flat=True))


def _named(matter: Matter, asked: Spawns, made: MatterStep) -> list[Any]:
    named = {**matter.form, **made.fields}.get(asked.field)
    if named is None and "." in asked.field:
        named = value_said(standing_of(matter), asked.field)
    return named if isinstance(named, list) else [named] if named else []


def _spawn_row(
    matter: Matter, asked: Spawns, row: Mapping[str, Any], common: dict[str, Any]
) -> None:
    last: date | None = as_day(row.get(asked.due))
    matter_open(
        unit=matter.unit,
        title=str(row.get(asked.title) or matter.title),
        owner=Person.objects.filter(pk=row.get(asked.owner) or 0).first(),
        wanted_on=last if last and last >= common["opened_on"] else None,
        **common,
    )
