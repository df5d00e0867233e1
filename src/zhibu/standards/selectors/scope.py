"""Which standards have been judged below a scope, and which years are worth looking at."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Min

from zhibu.organization.models import Adoption, Ancestry, Unit
from zhibu.records.models import Record
from zhibu.standards.adopted import Version, compiled_load
from zhibu.standards.models import Score
from zhibu.standards.selectors.heat import scope_units

#: This year and the two before.
YEARS = 3


def years_offered(unit: Unit, day: date, asked: int) -> tuple[int, ...]:
    """Newest first; no year before the first record of the unit or of those below it. One query."""
    owners = Ancestry.objects.held_on(day).filter(line="tree", ancestor=unit).values("unit")
    records = Record.objects.filter(owner__in=owners, event_on__year__gt=day.year - YEARS)
    first = records.aggregate(first=Min("event_on"))["first"]
    begun = min(first.year if first else day.year, asked)
    return tuple(year for year in range(day.year, day.year - YEARS, -1) if year >= begun)


def scope_standards(scope: Unit, year: int, as_of: date, viewer: Any) -> list[tuple[str, str]]:
    """(key, title) of the standards judged below the scope, in force before on trial, with points first."""
    visible = scope_units(scope, year, as_of, viewer)
    rows = (
        Score.objects.filter(unit__in=visible, year=year)
        .order_by("standard")
        .values_list("standard", "mode", "pack", "pack__key", "pack__version", "pack__digest")
        .distinct()
    )
    found: dict[str, tuple[bool, int, str]] = {}
    for key, mode, *version in rows:
        standard = compiled_load(Version(*version), key).standard
        points = sum(clause.points for clause in standard.clauses)
        ranked = (mode == Adoption.Mode.OBSERVE, -points, standard.title)
        found[key] = min(ranked, found.get(key, ranked))
    return [
        (key, title)
        for key, (_trial, _points, title) in sorted(
            found.items(), key=lambda pair: (pair[1], pair[0])
        )
    ]
