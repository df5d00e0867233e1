"""Standard × facts × judging day → one narrow finding per unit and clause."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhibu_engine.averages import columns_averaged
from zhibu_engine.calendar import Calendar
from zhibu_engine.compile import Compiled
from zhibu_engine.compose import Totals, compose
from zhibu_engine.judge import Column, applies_mask, clause_judge
from zhibu_engine.kinds import Subjects
from zhibu_engine.packs import Standard
from zhibu_engine.plan import Read
from zhibu_engine.prepare import Facts, FactsError
from zhibu_engine.subjects import facts_owned, shifted, subjects_find
from zhibu_engine.tallies import Int64
from zhibu_engine.tally import Tallies
from zhibu_engine.verdicts import CODES, VERDICTS, Verdict

_NUMBERS = (
    *("possible", "assessed", "earned", "not_assessed", "not_due", "not_applicable"),
    *("met", "failed", "bonus", "penalty", "zeroed"),
)
_ByRow = Mapping[str, Mapping[int, int]]
_PER_FINDING = ("verdict", "code", "measured", "required", "possible", "earned", "detail", "until")


class Counted(Protocol):
    """Where the numbers of clauses come from: ``Tallies`` in memory, or a partition of a large folder."""

    def column(self, reads: tuple[Read, ...]) -> Int64: ...


@dataclass(frozen=True)
class Score:
    """A subject's total with its coverage, in 0.01 points (see ``compose``)."""

    unit_id: int
    possible: int
    assessed: int
    earned: int
    not_assessed: int
    not_due: int
    not_applicable: int
    met: int
    failed: int
    #: Parts of ``earned``: added, taken away, and zeroed by another clause.
    bonus: int = 0
    penalty: int = 0
    zeroed: int = 0
    #: The key of the level; empty while open points leave more than one possible, and without levels.
    level: str = ""
    level_low: str = ""
    #: The person, matter or entry; 0 where the unit itself is judged.
    subject_id: int = 0
    level_high: str = ""


@dataclass(frozen=True)
class Findings:
    """One row per unit and clause, unit by unit, clauses in the order of the standard.

    ``until`` is the distance in days of the last day to mend (``facts.NEVER``: none); ``detail`` holds the
    bits of the periods that lack something; points are in 0.01.
    """

    standard: Standard
    as_of: date
    unit_ids: Int64
    #: Whom each row of ``unit_ids`` stands for: person, matter or entry; 0 for the unit itself.
    subject_ids: Int64
    unit_id: Int64
    clause: NDArray[np.int32]
    verdict: NDArray[np.int8]
    code: NDArray[np.int8]
    measured: Int64
    required: Int64
    possible: Int64
    earned: Int64
    detail: Int64
    until: Int64

    def __len__(self) -> int:
        return len(self.unit_id)

    @property
    def lost(self) -> Int64:
        """Points lost or taken away: only where a verdict was reached. A bonus not earned is no loss."""
        bonus = np.array([clause.class_ == "bonus" for clause in self.standard.clauses], np.bool_)
        lost = (self.verdict <= Verdict.UNMET) & ~bonus[self.clause]
        return np.where(lost, self.possible - self.earned, 0)

    def matrix(self, name: str) -> NDArray[Any]:
        """A column as units × clauses."""
        values: NDArray[Any] = getattr(self, name)
        return values.reshape(len(self.unit_ids), len(self.standard.clauses))

    def rows(self) -> list[dict[str, Any]]:
        """Plain dictionaries, with words instead of codes."""
        keys = [clause.key for clause in self.standard.clauses]
        lost = self.lost
        return [
            {
                "unit_id": int(self.unit_id[row]),
                "clause": keys[self.clause[row]],
                "verdict": VERDICTS[self.verdict[row]],
                "code": CODES[self.code[row]],
                "measured": int(self.measured[row]),
                "required": int(self.required[row]),
                "possible": int(self.possible[row]),
                "earned": int(self.earned[row]),
                "lost": int(lost[row]),
                "detail": int(self.detail[row]),
                "until": int(self.until[row]),
            }
            for row in range(len(self))
        ]

    def totals(self) -> Totals:
        """The composed totals as arrays, one entry per subject."""
        return compose(
            self.standard,
            self.matrix("verdict").astype(np.int64),
            self.matrix("possible"),
            self.matrix("earned"),
        )

    def scores(self) -> list[Score]:
        totals = self.totals()
        keys = [*(level.key for level in self.standard.levels), ""]
        parts = [getattr(totals, name).tolist() for name in _NUMBERS]
        bounds = zip(totals.low.tolist(), totals.high.tolist(), strict=True)
        subjects = zip(self.unit_ids.tolist(), self.subject_ids.tolist(), strict=True)
        rows = zip(subjects, zip(*parts, strict=True), bounds, strict=True)
        return [
            Score(
                unit_id=unit,
                subject_id=subject,
                **dict(zip(_NUMBERS, numbers, strict=True)),
                level=keys[low] if low == high else "",
                level_low=keys[low],
                level_high=keys[high],
            )
            for (unit, subject), numbers, (low, high) in rows
        ]


def assess(
    compiled: Compiled,
    facts: Facts,
    unit_ids: Sequence[int] | None = None,
    *,
    as_of: date | None = None,
    exemptions: Collection[tuple[int, str]] = (),
    manual: Mapping[tuple[int, str], int] | None = None,
) -> Findings:
    """Judge units (None: every unit of the facts).

    ``exemptions`` are (unit, clause key) pairs that hold on the judging day; ``manual`` gives points in
    0.01 for clauses that people score, by the same pair. A third part names the subject (person, matter or
    entry) where the standard judges those.

    Raises:
        FactsError: the facts were prepared for another day, or a unit is not among them.
    """
    if as_of is not None and as_of != facts.as_of:
        raise FactsError(f"事实是按 {facts.as_of} 准备的，不能用来评判 {as_of}。")
    standard, units = compiled.standard, _units(facts, unit_ids)
    keys = np.zeros(len(units), dtype=np.int64)
    numbers = units
    if standard.subject.kind != "unit":
        keyed = subjects_find(facts, standard.subject, units)
        facts, numbers, units, keys = (
            facts_owned(facts, keyed),
            keyed.numbers,
            keyed.units,
            keyed.keys,
        )
    exempt, by_hand = _rows(exemptions, units, keys), _rows(manual or {}, units, keys)
    columns = _columns(compiled, facts, numbers, exempt, by_hand)
    clauses = len(columns)
    return Findings(
        standard,
        facts.as_of,
        units,
        keys,
        np.repeat(units, clauses),
        np.tile(np.arange(clauses, dtype=np.int32), len(units)),
        **{
            name: np.array([getattr(column, name) for column in columns]).T.reshape(-1)
            for name in _PER_FINDING
        },
    )


def _columns(
    compiled: Compiled, facts: Facts, numbers: Int64, exempt: _ByRow, by_hand: _ByRow
) -> list[Column]:
    per, calendar = compiled.standard.average, Calendar(facts.as_of)
    over = calendar.over(per) if per else 0
    if per is None or not over:
        # Where no period is over yet, the open one says what is 未到期.
        return _judged(compiled, facts, numbers, calendar, exempt, by_hand)
    periods = []
    for place, span in enumerate(calendar.spans(per)):
        if over >> place & 1:
            within = Calendar(span.last, span.first)
            shifted_ = shifted(facts, span.first, span.last)
            periods.append(_judged(compiled, shifted_, numbers, within, exempt, by_hand))
    return columns_averaged(compiled.standard.clauses, periods)


def _judged(
    compiled: Compiled,
    facts: Facts,
    numbers: Int64,
    calendar: Calendar,
    exempt: _ByRow,
    by_hand: _ByRow,
) -> list[Column]:
    tallies = Tallies(compiled, facts.tables, numbers, columns=facts.columns)
    subjects = subjects_of(compiled, facts.tables["unit"], numbers, tallies)
    return columns_judged(
        compiled, tallies, subjects, calendar, exempt, by_hand, absent=facts.absent
    )


def columns_judged(
    compiled: Compiled,
    tallies: Counted,
    subjects: Subjects,
    calendar: Calendar,
    exempt_rows: Mapping[str, Mapping[int, int]],
    by_hand: Mapping[str, Mapping[int, int]],
    *,
    absent: Collection[str] = (),
) -> list[Column]:
    """One column for each clause, wherever the numbers were counted; ``absent`` relations cannot be judged."""
    standard = compiled.standard
    everywhere = applies_mask(standard.applies, subjects)
    nobody = np.zeros(len(subjects), dtype=np.bool_)
    columns = []
    for place, (clause, reads) in enumerate(
        zip(standard.clauses, compiled.plan.clauses, strict=True)
    ):
        exempt = nobody
        if clause.key in exempt_rows:
            exempt = nobody.copy()
            exempt[list(exempt_rows[clause.key])] = True
        columns.append(
            clause_judge(
                clause,
                everywhere & applies_mask(clause.applies, subjects),
                {name: tallies.column(parts) for name, parts in reads.items()},
                subjects,
                calendar,
                exempt=exempt,
                by_hand=by_hand.get(clause.key, {}),
                absent=bool(absent) and not compiled.plan.relations_of(place).isdisjoint(absent),
            )
        )
    return columns


def _rows(
    pairs: Collection[tuple[int, str]] | Mapping[tuple[int, str], int], units: Int64, keys: Int64
) -> dict[str, dict[int, int]]:
    """clause key → row → value (0 where only the pair matters). Without a third part: all of the unit."""
    found: dict[str, dict[int, int]] = {}
    if not pairs:
        return found
    places: dict[Any, list[int]] = {}
    for row, (unit, key) in enumerate(zip(units.tolist(), keys.tolist(), strict=True)):
        places.setdefault(unit, []).append(row)
        places.setdefault((unit, key), []).append(row)
    for pair in pairs:
        unit, clause, *key = pair
        value = pairs[pair] if isinstance(pairs, Mapping) else 0
        for row in places.get((unit, *key) if key else unit, ()):
            found.setdefault(clause, {})[row] = value
    return found


def _units(facts: Facts, unit_ids: Sequence[int] | None) -> Int64:
    present = facts.tables["unit"].column("unit_id").to_numpy()
    if unit_ids is None:
        return np.unique(present)
    wanted = np.array(list(unit_ids), dtype=np.int64)
    absent = wanted[~np.isin(wanted, present)]
    if len(absent):
        raise FactsError(
            f"《组织》表中没有编号为 {'、'.join(map(str, absent[:5].tolist()))} 的组织。"
        )
    return wanted


def subjects_of(compiled: Compiled, table: pa.Table, units: Int64, tallies: Counted) -> Subjects:
    """The units with what decides to whom a clause applies; ``table`` is the unit relation."""
    ids = table.column("unit_id").to_numpy()
    order = np.argsort(ids, kind="stable")
    rows = order[np.searchsorted(ids[order], units)] if len(units) else np.zeros(0, dtype=np.int64)

    def of(name: str) -> NDArray[Any]:
        return np.asarray(table.column(name).to_numpy())[rows]

    counted = {name: tallies.column(reads) for name, reads in compiled.plan.subjects.items()}
    return Subjects(
        units,
        of("kind"),
        of("sector"),
        of("founded"),
        of("withdrawn"),
        of("temporary").astype(np.bool_),
        members=counted["members"],
        full_members=counted["full_members"],
        groups=counted["groups"],
    )
