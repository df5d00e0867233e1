"""What the list's page shows beside the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.procedures import listing, policies
from zhibu.procedures.models import Matter
from zhibu.procedures.selectors import matters_seen, procedures_offered

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    unit: Unit
    asked: listing.Wanted
    procedures: Choices
    states: Choices
    kinds: Choices
    years: tuple[int, ...]
    marks: Choices
    may_open: bool
    #: Several units stand below: there is an overview.
    has_overview: bool
    export_query: str


def list_page(user: Any, scope: listing.Scope, asked: listing.Wanted) -> ListPage:
    unit = scope.unit
    rows = Matter.objects.visible_to(user).filter(unit__in=scope.unit_ids)
    seen = matters_seen(user, rows, scope.words)
    used = set(seen.order_by().values_list("procedure", flat=True).distinct())
    offered = {one.key for one in procedures_offered(unit, scope.day)}
    procedures = tuple(
        (key, one.title) for key, one in scope.procedures.items() if key in used | offered
    )
    asks = {"procedure": asked.procedure, "state": asked.state, "kind": asked.kind,
            "year": asked.year or "", "mark": asked.mark, "text": asked.text, "export": "xlsx"}  # fmt: skip
    return ListPage(
        unit=unit,
        asked=asked,
        procedures=procedures,
        states=((listing.RUNNING, _("没有办结的")), *Matter.State.choices),
        kinds=tuple(listing.kind_choices(scope, asked.procedure).items()),
        years=tuple(listing.years_of(seen, scope.day)),
        marks=tuple(listing.MARKS.items()),
        may_open=bool(offered) and policies.may_open(user, unit),
        has_overview=len(scope.unit_ids) > 1,
        export_query=urlencode({key: value for key, value in asks.items() if value}),
    )
