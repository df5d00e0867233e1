"""Which standards have been judged below a scope."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.organization.models import Unit
from zhibu.standards.adopted import Version, compiled_load
from zhibu.standards.models import Score
from zhibu.standards.selectors.heat import scope_units


def scope_standards(scope: Unit, year: int, as_of: date, viewer: Any) -> list[tuple[str, str]]:
    """(key, title) of the standards judged below the scope, those with points first."""
    visible = scope_units(scope, year, as_of, viewer)
    rows = (
        Score.objects.filter(unit__in=visible, year=year)
        .order_by("standard")
        .values_list("standard", "pack", "pack__key", "pack__version", "pack__digest")
        .distinct()
    )
    found: dict[str, tuple[int, str]] = {}
    for key, *version in rows:
        standard = compiled_load(Version(*version), key).standard
        found[key] = (-sum(clause.points for clause in standard.clauses), standard.title)
    return [
        (key, title)
        for key, (_points, title) in sorted(found.items(), key=lambda pair: (pair[1], pair[0]))
    ]
