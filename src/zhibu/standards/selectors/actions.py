"""What to do next: the clauses with most points at stake, then the nearest last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.standards.adopted import compiled_load
from zhibu.standards.models import Finding
from zhibu.standards.selectors.findings import FindingView, ScoreView, finding_view, unit_scores
from zhibu.standards.selectors.mending import Days, Mending, mending, sitting_days

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
    """Failed clauses that somebody can mend, and those whose last day is near. Three queries.

    Nothing is asked by a standard that is only on trial.
    """
    scores = {
        score.standard.key: score
        for score in unit_scores(unit, day.year)
        if not score.standard.is_trial
    }
    rows = Finding.objects.filter(
        unit=unit, year=day.year, standard__in=scores, verdict__in=("partial", "unmet", "not_due")
    )
    days = sitting_days(unit.pk, day) if scores else {}
    found = [
        action
        for row in rows.values()
        if (action := _row_action(scores[row["standard"]], row, days, day))
    ]
    found.sort(key=lambda action: (-action.points_at_stake, action.until or date.max, action.title))
    return _without_repeats(found)[:limit]


def _row_action(score: ScoreView, row: dict, days: Days, day: date) -> Action | None:
    compiled = compiled_load(score.version, score.standard.key)
    place = compiled.standard.clause_index.get(row["clause"])
    if place is None:
        return None
    clause = compiled.standard.clauses[place]
    view = finding_view(compiled, clause, row, score.as_of)
    if not _is_near(view, score, day):
        return None
    act = mending(
        clause,
        compiled.words,
        view.unit_id,
        verdict=view.verdict,
        detail=row["detail"],
        until=view.until,
        days=days,
        as_of=score.as_of,
        finding_url=view.url,
    )
    return _action(view, act, score) if act else None


def _is_near(view: FindingView, score: ScoreView, day: date) -> bool:
    """Something is at stake, and now is the time."""
    if view.verdict == "not_due" and (view.until is None or view.until > day + AHEAD):
        return False
    return bool(_stake(view) or not score.standard.points)


def _stake(view: FindingView) -> int:
    return view.possible if view.verdict == "not_due" else view.lost


def _action(view: FindingView, act: Mending, score: ScoreView) -> Action:
    said = _("还没有到期，现在办最省事。") if view.verdict == "not_due" else view.sentence
    return Action(
        title=act.title or view.title,
        why=f"{said}{act.why}",
        points_at_stake=_stake(view),
        until=act.until,
        url=act.link.url,
        button=act.link.label,
        finding_url=view.url,
        verdict=view.verdict,
        standard=score.standard.title,
    )


def _without_repeats(actions: list[Action]) -> list[Action]:
    """Two standards asking for the same meeting are one thing to do."""
    seen: set[str] = set()
    kept = []
    for action in actions:
        act = action.title if action.url == action.finding_url else action.url
        if act not in seen:
            seen.add(act)
            kept.append(action)
    return kept
