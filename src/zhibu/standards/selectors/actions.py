"""What to do next: the clauses with most points at stake, then the nearest last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.standards.adopted import compiled_load
from zhibu.standards.models import Finding
from zhibu.standards.selectors.findings import FindingView, ScoreView, finding_view, unit_scores

#: A clause not due yet becomes an action so many days before its last one.
AHEAD = timedelta(days=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do. ``points_at_stake`` in 0.01; ``url`` and ``button`` lead to the right form."""

    title: str
    why: str
    points_at_stake: int
    until: date | None
    url: str
    button: str
    finding_url: str
    verdict: str
    standard: str


def next_actions(unit: Unit, day: date, limit: int = 3) -> list[Action]:
    """Failed clauses that a form can mend, and those whose last day is near. Two queries."""
    scores = {score.standard.key: score for score in unit_scores(unit, day.year)}
    rows = Finding.objects.filter(
        unit=unit, year=day.year, standard__in=scores, verdict__in=("partial", "unmet", "not_due")
    )
    found = [
        action
        for row in rows.values()
        if (action := _action(_view(scores[row["standard"]], row), scores[row["standard"]], day))
    ]
    found.sort(key=lambda action: (-action.points_at_stake, action.until or date.max, action.title))
    return _without_repeats(found)[:limit]


def _view(score: ScoreView, row: dict) -> FindingView | None:
    compiled = compiled_load(score.version, score.standard.key)
    place = compiled.standard.clause_index.get(row["clause"])
    return (
        None
        if place is None
        else finding_view(compiled, compiled.standard.clauses[place], row, score.as_of)
    )


def _action(view: FindingView | None, score: ScoreView, day: date) -> Action | None:
    if view is None or view.link is None:
        return None
    if view.verdict == "not_due" and (view.until is None or view.until > day + AHEAD):
        return None
    stake = view.possible if view.verdict == "not_due" else view.lost
    if score.standard.points and not stake:
        return None
    return Action(
        title=view.title,
        why=view.sentence
        if view.verdict != "not_due"
        else _("还没有到期，现在办最省事。") + view.sentence,
        points_at_stake=stake,
        until=view.until,
        url=view.link.url,
        button=view.link.label,
        finding_url=view.url,
        verdict=view.verdict,
        standard=score.standard.title,
    )


def _without_repeats(actions: list[Action]) -> list[Action]:
    """Two standards asking for the same meeting are one thing to do."""
    seen: set[str] = set()
    kept = []
    for action in actions:
        if action.url not in seen:
            seen.add(action.url)
            kept.append(action)
    return kept
