"""What the home of a township, working committee or county shows: whom to help first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max

from zhibu.accounts.models import User
from zhibu.home.rates import Rates, rates_of
from zhibu.meetings.models import SegmentHost
from zhibu.membership.models import Membership
from zhibu.organization.models import Placement, Term, Unit
from zhibu.organization.selectors import unit_descendant_ids
from zhibu.records.models import Record
from zhibu.standards import selectors as standards
from zhibu.standards.models import Score

#: A branch without any record for so many days is named among those to help.
SILENT_DAYS = 60
TERM_WARN_DAYS = 90
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
class Spread:
    """Score rates of the branches: the weakest counts as much as the mean (A23)."""

    mean: float | None
    lowest: float | None
    tenth: float | None
    judged: int


@dataclass(frozen=True, slots=True)
class UpperHome:
    unit: Unit
    day: date
    year: int
    years: tuple[int, ...]
    standards: tuple[Any, ...]
    standard: Any | None
    branches: int
    members: int
    spread: Spread
    rates: Rates
    help_first: tuple[BranchRow, ...]
    silent: tuple[BranchRow, ...]
    terms: tuple[BranchRow, ...]
    rows: tuple[BranchRow, ...]
    judged_at: Any


def upper_home(unit: Unit, user: User, *, day: date, year: int, standard: str = "") -> UpperHome:
    """A fixed number of queries, however many branches stand below."""
    below = Unit.objects.visible_to(user).alive_on(day).branches()
    branches = {
        branch.pk: branch for branch in below.filter(pk__in=unit_descendant_ids(unit, day))
    }
    known = _standards_below(branches, year, day)
    chosen = next((one for one in known if one.key == standard), known[0] if known else None)
    scores = _scores(branches, chosen.key if chosen else "", year)
    rows = _rows(branches, scores, day, year)
    silent = [row for row in rows if row.silent_days is None or row.silent_days > SILENT_DAYS]
    terms = [row for row in rows if row.term]
    return UpperHome(
        unit=unit,
        day=day,
        year=year,
        years=(day.year - 1, day.year),
        standards=known,
        standard=chosen,
        branches=len(branches),
        members=Membership.objects.held_on(day).filter(unit__in=branches).count(),
        spread=spread([row.rate for row in rows if row.rate is not None]),
        rates=rates_of(branches, year, day, scores.values()),
        help_first=tuple(sorted(rows, key=_neediest)[:HELP_FIRST]),
        silent=tuple(sorted(silent, key=_longest_silent)),
        terms=tuple(sorted(terms, key=lambda row: row.term_until or date.min)),
        rows=tuple(rows),
        judged_at=max((score.judged_at for score in scores.values()), default=None),
    )


def _standards_below(branches: dict[int, Unit], year: int, day: date) -> tuple[Any, ...]:
    """Standards by which these branches are judged, the commonest first."""
    used = (
        Score.objects.filter(unit__in=branches, year=year)
        .values("standard")
        .annotate(number=Count("pk"), example=Max("unit_id"))
        .order_by("-number", "standard")
    )
    found = []
    for row in used:
        refs = standards.standards_for(branches[row["example"]], day)
        found += [ref for ref in refs if ref.key == row["standard"]]
    return tuple(found)


def _scores(branches: dict[int, Unit], standard: str, year: int) -> dict[int, Score]:
    rows = Score.objects.filter(unit__in=branches, standard=standard, year=year)
    return {score.unit_id: score for score in rows}


def _rows(branches: dict[int, Unit], scores: dict[int, Score], day: date, year: int) -> list[BranchRow]:
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
    branch: Unit, score: Score | None, last: date | None, parent: str, term_end: date | None, day: date
) -> BranchRow:
    left = (term_end - day).days if term_end else None
    term = "" if left is None or left > TERM_WARN_DAYS else ("overdue" if left < 0 else "soon")
    return BranchRow(
        unit_id=branch.pk,
        name=str(branch),
        parent=parent,
        earned=score.earned if score else None,
        assessed=score.assessed if score else 0,
        not_assessed=score.not_assessed if score else 0,
        rate=score.earned / score.assessed if score and score.assessed else None,
        failed=score.failed if score else 0,
        last_on=last,
        silent_days=(day - last).days if last else None,
        term=term,
        term_until=term_end,
    )


def _parents(branches: dict[int, Unit], day: date) -> dict[int, str]:
    rows = Placement.objects.held_on(day).filter(unit__in=branches, line="tree").select_related("parent")
    return {row.unit_id: str(row.parent) for row in rows}


def _term_ends(branches: dict[int, Unit], day: date) -> dict[int, date]:
    """End of the newest term of each branch, extensions counted."""
    ends: dict[int, date] = {}
    rows = Term.objects.filter(unit__in=branches, from_on__lte=day).order_by("from_on")
    for term in rows:
        ends[term.unit_id] = max(filter(None, (term.to_on, term.extended_to)))
    return ends


def spread(rates: list[float]) -> Spread:
    """Mean, lowest and tenth percentile (nearest rank) of the judged branches."""
    if not rates:
        return Spread(None, None, None, 0)
    ordered = sorted(rates)
    rank = -(-len(ordered) // 10)
    return Spread(sum(ordered) / len(ordered), ordered[0], ordered[rank - 1], len(ordered))


def _neediest(row: BranchRow) -> tuple[float, int]:
    # Not judged at all comes after those known to be low, and before none.
    return (row.rate if row.rate is not None else 2.0, -(row.silent_days or 0))


def _longest_silent(row: BranchRow) -> int:
    return -(row.silent_days if row.silent_days is not None else 10**6)
