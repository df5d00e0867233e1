"""From units and a day to findings and scores, in memory. Writing them is ``store``'s business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from zhibu.standards.adopted import Applied, UnitRow, standards_applied
from zhibu.standards.live import Facts, facts_fetch
from zhibu.standards.models import Exemption, HandScore
from zhibu_engine.assess import Findings, assess
from zhibu_engine.assess import Score as EngineScore
from zhibu_engine.compile import Compiled
from zhibu_engine.facts import NEVER
from zhibu_engine.prepare import facts_prepare
from zhibu_engine.verdicts import CODES, VERDICTS

#: What of the engine's score is stored, in this order; then the mode.
OF_SCORE = tuple(
    one.name for one in fields(EngineScore) if one.name not in ("unit_id", "subject_id")
)
SCORE_VALUES = (*OF_SCORE, "mode")
score_values = attrgetter(*OF_SCORE)


@dataclass(slots=True)
class Judgement:
    """What a day's judging came to, as plain rows ready to be compared with the stored ones.

    ``findings``: (unit, standard, clause) → (verdict, possible, earned, measured, required, detail, code, until).
    ``scores``: (unit, standard) → the values of ``SCORE_VALUES``.
    """

    as_of: date
    findings: dict[tuple[int, str, str], tuple[Any, ...]] = field(default_factory=dict)
    scores: dict[tuple[int, str], tuple[Any, ...]] = field(default_factory=dict)
    versions: dict[tuple[int, str], int] = field(default_factory=dict)


def year_end(year: int, day: date) -> date:
    """The judging day of a year: today in this year, its last day in a past one."""
    return day if year == day.year else date(year, 12, 31)


def facts_of(unit_ids: Iterable[int], as_of: date, compiled: Iterable[Compiled]) -> Facts:
    """The live facts that the standards read, as far back as they look."""
    plans = [one.plan for one in compiled]
    back = 1 if any(plan.looks_back for plan in plans) else 0
    return facts_fetch(
        unit_ids=unit_ids,
        as_of=as_of,
        relations=set().union(*(plan.relations for plan in plans)),
        since=date(as_of.year - back, 1, 1),
    )


def units_assess(units: Iterable[UnitRow], as_of: date) -> Judgement:
    """Judge all standards of the units together: facts are read once for all of them."""
    first = as_of.replace(month=1, day=1)
    living = [
        unit
        for unit in units
        if unit.founded_on <= as_of and (unit.withdrawn_on is None or unit.withdrawn_on >= first)
    ]
    judgement = Judgement(as_of)
    by_standard: dict[Applied, list[int]] = {}
    for unit, applied in standards_applied(living, as_of).items():
        for one in applied:
            by_standard.setdefault(one, []).append(unit)
    if not by_standard:
        return judgement
    wanted = {unit for group in by_standard.values() for unit in group}
    raw = facts_of(wanted, as_of, [one.compiled for one in by_standard])
    facts = facts_prepare(raw, as_of)
    known = set(raw["unit"].column("unit_id").to_pylist())
    exempt, given = exemptions_on(wanted, as_of), hand_points(wanted, as_of.year)
    for applied, unit_ids in by_standard.items():
        present = [pk for pk in unit_ids if pk in known]
        if present:
            found = assess(
                applied.compiled,
                facts,
                present,
                as_of=as_of,
                exemptions=exempt.get(applied.key, ()),
                manual=given.get(applied.key),
            )
            _add(judgement, applied, found)
    return judgement


def exemptions_on(unit_ids: Iterable[int], day: date) -> dict[str, list[tuple[int, str]]]:
    rows = Exemption.objects.held_on(day).filter(unit__in=list(unit_ids))
    found: dict[str, list[tuple[int, str]]] = {}
    for unit, standard, clause in rows.values_list("unit", "standard", "clause"):
        found.setdefault(standard, []).append((unit, clause))
    return found


def hand_points(unit_ids: Iterable[int], year: int) -> dict[str, dict[tuple[int, str], int]]:
    """standard → (unit, clause) → points that people gave for that year, whenever they gave them."""
    rows = HandScore.objects.current().filter(unit__in=list(unit_ids), year=year)
    found: dict[str, dict[tuple[int, str], int]] = {}
    for unit, standard, clause, points in rows.values_list("unit", "standard", "clause", "points"):
        found.setdefault(standard, {})[unit, clause] = points
    return found


def finding_rows(found: Findings) -> Iterable[tuple[int, str, tuple[Any, ...]]]:
    """(unit, clause, values) with words instead of codes and days instead of distances."""
    keys = [clause.key for clause in found.standard.clauses]
    columns = (
        found.unit_id,
        found.clause,
        found.verdict,
        found.possible,
        found.earned,
        found.measured,
        found.required,
        found.detail,
        found.code,
        found.until,
    )
    for unit, clause, verdict, *numbers, code, until in zip(
        *(c.tolist() for c in columns), strict=True
    ):
        word = CODES[code] if code else ""
        last = None if until >= NEVER else found.as_of + timedelta(days=until)
        yield unit, keys[clause], (VERDICTS[verdict], *numbers, word, last)


def _add(judgement: Judgement, applied: Applied, found: Findings) -> None:
    for unit, clause, values in finding_rows(found):
        judgement.findings[unit, applied.key, clause] = values
    for score in found.scores():
        key = score.unit_id, applied.key
        judgement.scores[key] = (*score_values(score), applied.mode)
        judgement.versions[key] = applied.version.pk


def unit_facts(unit_id: int, as_of: date, compiled: Compiled) -> Facts:
    """All that explaining one unit's finding needs: names too, which judging never reads."""
    return facts_of([unit_id], as_of, [compiled])
