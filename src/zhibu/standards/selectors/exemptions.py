"""Exemptions of a scope: which clauses need not be met, by whose word and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.organization.models import Unit
from zhibu.standards.adopted import Version, compiled_load
from zhibu.standards.models import Exemption, Score
from zhibu.standards.selectors.heat import scope_units
from zhibu_engine.packs import Standard


@dataclass(frozen=True, slots=True)
class ExemptionLine:
    """``clause`` and ``standard`` as they are called; their keys where the standard is gone."""

    exemption: Exemption
    unit: str
    standard: str
    clause: str
    is_held: bool


def exemptions_of(scope: Unit, day: date, viewer: Any) -> list[ExemptionLine]:
    """Those of the scope that hold on the day or later in its year, the first to end first."""
    units = {*scope_units(scope, day.year, day, viewer), scope.pk}
    rows = (
        Exemption.objects.visible_to(viewer)
        .filter(unit__in=units, to_on__gte=day.replace(month=1, day=1))
        .select_related("unit")
        .order_by("to_on", "unit", "clause")
    )
    known = scope_standards_written(units, day.year)
    return [
        ExemptionLine(
            row,
            str(row.unit),
            known[row.standard].title if row.standard in known else row.standard,
            _clause_title(known.get(row.standard), row.clause),
            row.from_on <= day <= row.to_on,
        )
        for row in rows
    ]


def scope_standards_written(units: set[int], year: int) -> dict[str, Standard]:
    """The standards by which these units were judged, as the newest pack version of each says."""
    rows = (
        Score.objects.filter(unit__in=units, year=year)
        .order_by("standard", "pack")
        .values_list("standard", "pack", "pack__key", "pack__version", "pack__digest")
        .distinct()
    )
    return {key: compiled_load(Version(*version), key).standard for key, *version in rows}


def exemption_choices(
    scope: Unit, day: date, viewer: Any
) -> tuple[list[tuple[int, str]], list[tuple[str, list[tuple[str, str]]]]]:
    """(unit, name) and (standard, [(standard/clause, title)]) to choose from."""
    units = scope_units(scope, day.year, day, viewer) or {scope.pk}
    judged = set(Score.objects.filter(unit__in=units, year=day.year).values_list("unit", flat=True))
    names = Unit.objects.filter(pk__in=judged).visible_to(viewer).order_by("order", "code")
    clauses = [
        (standard.title, [(f"{key}/{one.key}", one.title) for one in standard.clauses])
        for key, standard in scope_standards_written(judged, day.year).items()
    ]
    return [(unit.pk, str(unit)) for unit in names], clauses


def _clause_title(standard: Standard | None, key: str) -> str:
    if standard is None or key not in standard.clause_index:
        return key
    return standard.clause(key).title
