"""A judgement of a whole scope, pinned: by which pack, with which tree, from which facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhibu.organization.models import Ancestry, Unit
from zhibu.organization.selectors import unit_descendant_ids
from zhibu.shared.errors import RuleBroken
from zhibu.standards.adopted import Applied, standards_applied, unit_rows
from zhibu.standards.judging import (
    OF_SCORE,
    exemptions_on,
    facts_of,
    finding_rows,
    hand_points,
    score_values,
)
from zhibu.standards.live import Facts
from zhibu.standards.models import HandScore, Run, RunFinding, RunScore
from zhibu_engine.assess import Findings, assess
from zhibu_engine.explain import EvidenceRow, Explainer, Explanation
from zhibu_engine.prepare import facts_prepare


@dataclass(frozen=True, slots=True)
class Pinned:
    """What judging a scope came to, and what it rests on."""

    applied: Applied
    unit_ids: tuple[int, ...]
    as_of: date
    facts: Facts
    findings: Findings
    exempt: tuple[tuple[int, str], ...]
    #: Points given by hand, of (unit, clause).
    given: Mapping[tuple[int, str], int]
    #: Of each unit: on trial or in force that day.
    modes: Mapping[int, str]
    tree_digest: str
    facts_digest: str


def scope_judge(scope: Unit, standard: str, as_of: date) -> Pinned:
    """Judge the units that stood below the scope that day, withdrawn in that year or not."""
    below = unit_descendant_ids(scope, as_of, since=as_of.replace(month=1, day=1))
    applied, modes = _keepers(below, standard, as_of)
    unit_ids = sorted(modes)
    compiled = applied.compiled
    facts = facts_of(unit_ids, as_of, [compiled])
    exempt = tuple(sorted(exemptions_on(unit_ids, as_of).get(standard, ())))
    given = hand_points(unit_ids, as_of.year).get(standard, {})
    found = assess(
        compiled,
        facts_prepare(facts, as_of),
        unit_ids,
        as_of=as_of,
        exemptions=exempt,
        manual=given,
    )
    tree = tree_digest(unit_ids, as_of)
    return Pinned(
        applied,
        tuple(unit_ids),
        as_of,
        facts,
        found,
        exempt,
        given,
        modes,
        tree,
        facts_digest(facts, exempt, given),
    )


def _keepers(below: Iterable[int], standard: str, as_of: date) -> tuple[Applied, dict[int, str]]:
    """The standard as kept below, and the mode of each unit that keeps it."""
    by_applied: dict[Applied, list[int]] = {}
    for unit, kept in standards_applied(unit_rows(below), as_of).items():
        for one in kept:
            if one.key == standard:
                by_applied.setdefault(one, []).append(unit)
    if not by_applied:
        raise RuleBroken(_("评判日这个范围内没有组织采用该标准。请先为其采用制度包。"))
    if len({one.version for one in by_applied}) > 1:
        raise RuleBroken(_("这个范围内的组织采用了该标准的不同版本。请分别对各自的范围评判。"))
    modes = {unit: one.mode for one, units in by_applied.items() for unit in units}
    return next(iter(by_applied)), modes


def tree_digest(unit_ids: Iterable[int], as_of: date) -> str:
    rows = (
        Ancestry.objects.held_on(as_of)
        .filter(unit__in=list(unit_ids))
        .values_list("unit__code", "ancestor__code", "line", "depth")
    )
    return _digest(rows)


def facts_digest(
    facts: Facts, exempt: Iterable[tuple[int, str]], given: Mapping[tuple[int, str], int]
) -> str:
    """The same rows give the same digest, in whatever order the database hands them out."""
    total = hashlib.sha256()
    for name in sorted(facts):
        columns = [column.to_pylist() for column in facts[name].columns]
        total.update(f"{name}:{_digest(zip(*columns, strict=True))}".encode())
    total.update(_digest(exempt).encode())
    total.update(_digest((*pair, points) for pair, points in given.items()).encode())
    return total.hexdigest()


def _digest(rows: Iterable[Any]) -> str:
    return hashlib.sha256("\n".join(sorted(repr(tuple(row)) for row in rows)).encode()).hexdigest()


def pins(run: Run) -> tuple[str, str, str]:
    return run.pack_digest, run.tree_digest, run.facts_digest


def pins_of(found: Pinned) -> tuple[str, str, str]:
    return found.applied.version.digest, found.tree_digest, found.facts_digest


def finding_rows_of(run: Run, found: Pinned) -> Iterator[RunFinding]:
    for unit, clause, values in finding_rows(found.findings):
        verdict, possible, earned, measured, required, detail, code, until = values
        yield RunFinding(
            run=run,
            unit_id=unit,
            clause=clause,
            verdict=verdict,
            possible=possible,
            earned=earned,
            measured=measured,
            required=required,
            detail=detail,
            code=code,
            until_on=until,
        )


def score_rows_of(run: Run, found: Pinned) -> Iterator[RunScore]:
    names = dict(Unit.objects.filter(pk__in=found.unit_ids).values_list("pk", "name"))
    parents = dict(
        Ancestry.objects.held_on(run.as_of)
        .filter(unit__in=found.unit_ids, line="tree", depth=1)
        .values_list("unit", "ancestor__name")
    )
    for score in found.findings.scores():
        numbers = dict(zip(OF_SCORE, score_values(score), strict=True))
        unit = score.unit_id
        yield RunScore(
            run=run,
            unit_id=unit,
            unit_name=names[unit],
            parent_name=parents.get(unit, ""),
            mode=found.modes[unit],
            **numbers,
        )


def explanations(found: Pinned) -> dict[tuple[int, str], dict[str, Any]]:
    """The explanations of all clauses that are not fully met or were scored by hand, as JSON-able data."""
    said: dict[tuple[int, str], dict[str, Any]] = {}
    verdicts = found.findings.matrix("verdict")
    explainer = Explainer(found.findings, found.applied.compiled, found.facts)
    keys = [clause.key for clause in found.applied.compiled.standard.clauses]
    for place, unit in enumerate(found.unit_ids):
        # 0 is met and 3 not applicable: nothing to explain there.
        open_ = [
            key
            for key, verdict in zip(keys, verdicts[place].tolist(), strict=True)
            if verdict not in (0, 3) or (unit, key) in found.given
        ]
        if open_:
            for one in explainer.unit(unit, open_):
                said[unit, one.clause] = explanation_data(one)
    for row in _scored_by_hand(found):
        if (row.unit_id, row.clause) in said:
            said[row.unit_id, row.clause]["given"] = {
                "assessor": str(row.get_assessor_display()),
                "choice": row.choice,
                "reason": row.reason,
                "by": row.by,
                "at": row.at.isoformat(),
            }
    return said


def _scored_by_hand(found: Pinned) -> QuerySet[HandScore]:
    return HandScore.objects.current().filter(
        unit__in={unit for unit, _clause in found.given},
        standard=found.applied.key,
        year=found.as_of.year,
    )


def explanation_data(one: Explanation) -> dict[str, Any]:
    return {
        "title": one.title,
        "sentence": one.sentence,
        "basis": one.basis,
        "message": one.message,
        "fix": one.fix,
        "until": one.until.isoformat() if one.until else None,
        "missing": list(one.missing),
        "counted": [_row(row) for row in one.counted],
        "rejected": [_row(row) for row in one.rejected],
    }


def _row(row: EvidenceRow) -> dict[str, Any]:
    return {
        "relation": row.relation,
        "record": row.record_id,
        "day": row.date.isoformat() if row.date else None,
        "title": row.title,
        "reasons": list(row.reasons),
    }
