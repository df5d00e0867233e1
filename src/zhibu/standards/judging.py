"""From units and a day to findings and scores, in memory. Writing them is ``store``'s business."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

import numpy as np

from zhibu.standards.adopted import Applied, UnitRow, standards_applied
from zhibu.standards.live import BULK, Facts, Wanted, facts_bulk, facts_fetch
from zhibu.standards.models import Exemption, HandScore
from zhibu_engine.assess import Findings, assess
from zhibu_engine.assess import Score as EngineScore
from zhibu_engine.compile import Compiled
from zhibu_engine.facts import NEVER
from zhibu_engine.prepare import facts_prepare
from zhibu_engine.reads import columns_read
from zhibu_engine.tallies import Int64
from zhibu_engine.verdicts import CODES, VERDICTS

#: What of the engine's score is stored, in this order; then the mode.
OF_SCORE = tuple(
    one.name for one in fields(EngineScore) if one.name not in ("unit_id", "subject_id")
)
SCORE_VALUES = (*OF_SCORE, "mode")
score_values = attrgetter(*OF_SCORE)


@dataclass(slots=True)
class Judgement:
    """What a day's judging came to, standard by standard, as the engine's arrays."""

    as_of: date
    judged: list[tuple[Applied, Findings]] = field(default_factory=list)


def year_end(year: int, day: date) -> date:
    """The judging day of a year: today in this year, its last day in a past one."""
    return day if year == day.year else date(year, 12, 31)


def facts_of(unit_ids: Iterable[int], as_of: date, compiled: Iterable[Compiled]) -> Facts:
    """The live facts that the standards read, as far back as they look, with all that explaining reads."""
    compiled = list(compiled)
    return facts_fetch(
        unit_ids=unit_ids,
        as_of=as_of,
        relations=set().union(*(one.plan.relations for one in compiled)),
        since=_since(compiled, as_of),
    )


def facts_judged(by_standard: Mapping[Any, tuple[Compiled, Collection[int]]], as_of: date) -> Facts:
    """The live facts that judging reads of many units, each by its own standards."""
    compiled = [one for one, _units in by_standard.values()]
    units = set().union(*(units for _one, units in by_standard.values()))
    if len(units) < BULK:
        return facts_of(units, as_of, compiled)
    wanted = [Wanted(units, columns_read([one])) for one, units in by_standard.values()]
    return facts_bulk(wanted, as_of=as_of, since=_since(compiled, as_of))


def _since(compiled: Iterable[Compiled], as_of: date) -> date:
    back = 1 if any(one.plan.looks_back for one in compiled) else 0
    return date(as_of.year - back, 1, 1)


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
    raw = facts_judged({one: (one.compiled, group) for one, group in by_standard.items()}, as_of)
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
            judgement.judged.append((applied, found))
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


#: What of a finding is stored beside its keys, in this order.
FINDING_VALUES = (
    *("verdict", "possible", "earned", "measured", "required", "detail"),
    *("code", "until_on"),
)
_VERDICTS = np.array(VERDICTS, dtype=object)
_CODES = np.array(["", *CODES[1:]], dtype=object)


def finding_rows(
    found: Findings, rows: Int64 | slice = slice(None)
) -> Iterator[tuple[int, str, tuple[Any, ...]]]:
    """(unit, clause, values) with words instead of codes and days instead of distances."""
    keys = np.array([clause.key for clause in found.standard.clauses], dtype=object)
    numbers = (found.possible, found.earned, found.measured, found.required, found.detail)
    values = zip(
        _VERDICTS[found.verdict[rows]].tolist(),
        *(column[rows].tolist() for column in numbers),
        _CODES[found.code[rows]].tolist(),
        _days(found.until[rows], found.as_of),
        strict=True,
    )
    units, clauses = found.unit_id[rows].tolist(), keys[found.clause[rows]].tolist()
    return zip(units, clauses, values, strict=True)


def _days(distances: Int64, as_of: date) -> list[date | None]:
    """Few days stand in many rows, so each is made once."""
    values, places = np.unique(distances, return_inverse=True)
    days = [None if one >= NEVER else as_of + timedelta(days=one) for one in values.tolist()]
    return list(np.array(days, dtype=object)[places].tolist()) if len(days) else []


def findings_digests(found: Findings) -> list[str]:
    """For each unit: what tells whether any of its stored findings would be another one."""
    numbers = ("verdict", "code", "possible", "earned", "measured", "required", "detail", "until")
    columns = [found.matrix(name).astype(np.int64) for name in numbers]
    # The last day itself, which does not move from one judging day to the next.
    columns[-1] = np.where(columns[-1] >= NEVER, NEVER, columns[-1] + found.as_of.toordinal())
    rows = np.ascontiguousarray(np.stack(columns, axis=1))
    head = "\n".join((*FINDING_VALUES, *(clause.key for clause in found.standard.clauses)))
    start = hashlib.blake2b(head.encode(), digest_size=16)
    digests = []
    for row in rows:
        one = start.copy()
        one.update(row.tobytes())
        digests.append(one.hexdigest())
    return digests


def unit_facts(unit_id: int, as_of: date, compiled: Compiled) -> Facts:
    """All that explaining one unit's finding needs: names too, which judging never reads."""
    return facts_of([unit_id], as_of, [compiled])
