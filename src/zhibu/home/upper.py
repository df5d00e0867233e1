"""What the home of a township, working committee or county shows: whom to help first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from zhibu.accounts.models import User
from zhibu.documents.selectors import Waiting, publications_waiting
from zhibu.home.owed import LateUnit, units_late
from zhibu.meetings.models import SegmentHost
from zhibu.membership.models import Membership
from zhibu.organization.models import Placement, Term, Unit
from zhibu.organization.selectors import TERM_NEAR_DAYS, unit_descendant_ids
from zhibu.records.models import Record
from zhibu.standards.models import Score
from zhibu.standards.selectors import HeatMap, StandardRef, heat_map, years_offered
from zhibu.standards.selectors.findings import ScoreView, standard_ref
from zhibu.standards.selectors.scope import scope_standards

#: A branch without any record for so many days is named among those to help.
SILENT_DAYS = 60
HELP_FIRST = 5


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch as its upper unit sees it. Points in 0.01; ``rate`` is earned ÷ assessed."""

    unit_id: int
    name: str
    parent: str
    earned: int | None
    assessed: int
    not_assessed: int
    rate: float | None
    failed: int
    last_on: date | None
    silent_days: int | None
    term: str
    term_until: date | None


@dataclass(frozen=True, slots=True)
class UpperHome:
    unit: Unit
    day: date
    year: int
    years: tuple[int, ...]
    #: (key, title) of the standards judged below.
    standards: tuple[tuple[str, str], ...]
    standard: StandardRef | None
    branches: int
    members: int
    judged: int
    heat: HeatMap | None
    help_first: tuple[BranchRow, ...]
    silent: tuple[BranchRow, ...]
    terms: tuple[BranchRow, ...]
    rows: tuple[BranchRow, ...]
    waiting: tuple[Waiting, ...]
    late: tuple[LateUnit, ...]
    judged_at: Any


def upper_home(unit: Unit, user: User, *, day: date, year: int, standard: str = "") -> UpperHome:
    """A fixed number of queries, however many branches stand below."""
    below = unit_descendant_ids(unit, day)
    visible = Unit.objects.filter(pk__in=below).visible_to(user).alive_on(day).branches()
    branches = {branch.pk: branch for branch in visible}
    known = tuple(scope_standards(unit, year, min(day, date(year, 12, 31)), user))
    key = standard if standard in dict(known) else next(iter(dict(known)), "")
    heat = heat_map(unit, key, year, user, day=day) if key else None
    scores = {row.unit_id: row.score for row in heat.rows} if heat else {}
    rows = _rows(branches, scores, day)
    silent = [row for row in rows if row.silent_days is None or row.silent_days > SILENT_DAYS]
    return UpperHome(
        unit=unit,
        day=day,
        year=year,
        years=years_offered(unit, day, year),
        standards=known,
        standard=_ref(heat, scores),
        branches=len(branches),
        members=Membership.objects.held_on(day).filter(unit__in=branches).count(),
        judged=len([row for row in rows if row.rate is not None]),
        heat=heat,
        help_first=tuple(sorted(rows, key=_neediest)[:HELP_FIRST]),
        silent=tuple(sorted(silent, key=_longest_silent)),
        terms=tuple(
            sorted((row for row in rows if row.term), key=lambda row: row.term_until or date.min)
        ),
        rows=tuple(rows),
        waiting=tuple(publications_waiting([unit.pk, *branches])),
        late=units_late([unit.pk, *branches], day),
        judged_at=_judged_at(branches, year, key),
    )


def _ref(heat: HeatMap | None, scores: dict[int, ScoreView]) -> StandardRef | None:
    return (
        standard_ref(heat.standard, next(iter(scores.values())).version)
        if heat and scores
        else None
    )


def _judged_at(branches: dict[int, Unit], year: int, key: str) -> Any:
    found = Score.objects.filter(unit__in=branches, year=year, standard=key).aggregate(
        last=Max("judged_at")
    )
    return found["last"]


def _rows(branches: dict[int, Unit], scores: dict[int, ScoreView], day: date) -> list[BranchRow]:
    last = dict(
        SegmentHost.objects.filter(unit__in=branches, segment__sitting__record__event_on__lte=day)
        .exclude(segment__sitting__record__state__in=[Record.State.DRAFT, Record.State.VOIDED])
        .values_list("unit_id")
        .annotate(last=Max("segment__sitting__record__event_on"))
    )
    parents = _parents(branches, day)
    ends = _term_ends(branches, day)
    return [
        _row(branch, scores.get(pk), last.get(pk), parents.get(pk, ""), ends.get(pk), day)
        for pk, branch in branches.items()
    ]


def _row(
    branch: Unit,
    score: ScoreView | None,
    last: date | None,
    parent: str,
    term_end: date | None,
    day: date,
) -> BranchRow:
    left = (term_end - day).days if term_end else None
    term = "" if left is None or left > TERM_NEAR_DAYS else ("overdue" if left < 0 else "soon")
    return BranchRow(
        unit_id=branch.pk,
        name=str(branch),
        parent=parent,
        earned=score.earned if score else None,
        assessed=score.assessed if score else 0,
        not_assessed=score.not_assessed if score else 0,
        rate=score.rate if score else None,
        failed=score.failed if score else 0,
        last_on=last,
        silent_days=(day - last).days if last else None,
        term=term,
        term_until=term_end,
    )


def _parents(branches: dict[int, Unit], day: date) -> dict[int, str]:
    rows = (
        Placement.objects.held_on(day)
        .filter(unit__in=branches, line="tree")
        .select_related("parent")
    )
    return {row.unit_id: str(row.parent) for row in rows}


def _term_ends(branches: dict[int, Unit], day: date) -> dict[int, date]:
    """End of the newest term of each branch, extensions counted."""
    ends: dict[int, date] = {}
    rows = Term.objects.filter(unit__in=branches, from_on__lte=day).order_by("from_on")
    for term in rows:
        ends[term.unit_id] = max(filter(None, (term.to_on, term.extended_to)))
    return ends


def _neediest(row: BranchRow) -> tuple[float, int]:
    # Not judged at all comes after those known to be low, and before none.
    return (row.rate if row.rate is not None else 2.0, -(row.silent_days or 0))


def _longest_silent(row: BranchRow) -> int:
    return -(row.silent_days if row.silent_days is not None else 10**6)
