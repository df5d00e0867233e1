"""The only place that knows met, unmet and a point. Arrays in, arrays out; one unit or five million."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.facts import NEVER
from zhibu_engine.kinds import Judged, RuleKind, Subjects
from zhibu_engine.packs import Applies, Clause
from zhibu_engine.packs.schema import POINTED, Range
from zhibu_engine.tallies import Bools, Int64, Tallied
from zhibu_engine.verdicts import Code, Verdict

# Reading a member of an enumeration costs more than an array of one unit.
_MET, _PARTIAL, _UNMET, _NOT_ASSESSED = (
    int(one) for one in (Verdict.MET, Verdict.PARTIAL, Verdict.UNMET, Verdict.NOT_ASSESSED)
)
_NOT_APPLICABLE, _NOT_DUE = int(Verdict.NOT_APPLICABLE), int(Verdict.NOT_DUE)
_OUTSIDE, _EXEMPT, _NO_ROWS = int(Code.OUTSIDE), int(Code.EXEMPT), int(Code.NO_ROWS)


@dataclass(slots=True)
class Column:
    """One clause for all units. Points in 0.01; ``until`` is a distance in days."""

    verdict: np.ndarray
    code: np.ndarray
    measured: Int64
    required: Int64
    possible: Int64
    earned: Int64
    detail: Int64
    until: Int64


def clause_judge(
    clause: Clause,
    applies: Bools,
    tallied: Tallied,
    subjects: Subjects,
    calendar: Calendar,
    *,
    exempt: Bools,
    by_hand: Mapping[int, int],
    absent: bool = False,
) -> Column:
    """Judge one clause. ``by_hand`` gives points by row for clauses that people score.

    ``absent``: the records it needs are kept nowhere yet, which is 未评 and no zero.
    """
    length = len(subjects)
    column = Column(
        verdict=np.full(length, _NOT_ASSESSED, dtype=np.int8),
        code=np.zeros(length, dtype=np.int8),
        measured=np.zeros(length, dtype=np.int64),
        required=np.zeros(length, dtype=np.int64),
        possible=np.full(length, clause.points, dtype=np.int64),
        earned=np.zeros(length, dtype=np.int64),
        detail=np.zeros(length, dtype=np.int64),
        until=np.full(length, NEVER, dtype=np.int64),
    )
    if clause.method == "later" or (absent and clause.method == "record"):
        column.code[:] = Code.LATER
    elif clause.method == "manual" or not isinstance(clause.rule, RuleKind):
        _by_hand(clause, column, by_hand)
    else:
        applies = _by_record(
            clause, clause.rule.judge(tallied, subjects, calendar), column, applies
        )
    _without(column, ~applies, _OUTSIDE)
    _without(column, exempt, _EXEMPT)
    return column


def _by_hand(clause: Clause, column: Column, by_hand: Mapping[int, int]) -> None:
    column.code[:] = Code.MANUAL
    for row, points in by_hand.items():
        earned = min(max(points, 0), clause.points)
        verdict = _MET if earned == clause.points else _PARTIAL if earned else _UNMET
        column.verdict[row], column.code[row], column.earned[row] = (
            verdict,
            Code.SCORED_BY_HAND,
            earned,
        )


def _by_record(clause: Clause, judged: Judged, column: Column, applies: Bools) -> Bools:
    column.measured, column.required = judged.measured, judged.required
    if judged.detail is not None:
        column.detail = judged.detail
    if judged.until is not None:
        column.until = judged.until
    earned = clause.loss.earned(clause.points, judged)
    failed = np.where((earned > 0) & (clause.class_ in POINTED), _PARTIAL, _UNMET)
    met = earned == clause.points if clause.class_ == "bonus" else judged.met
    verdict = np.where(met, _MET, failed).astype(np.int8)
    if judged.assessed is not None:
        _not_judged(verdict, column.code, ~judged.assessed, _NOT_ASSESSED, _NO_ROWS)
    if judged.due is not None:
        _not_judged(verdict, column.code, ~judged.due, _NOT_DUE, Code.NO_PERIOD)
    if clause.class_ == "statistic":
        verdict[:], column.code[:] = _NOT_ASSESSED, Code.STATISTIC
    column.verdict = verdict
    column.earned = np.where(verdict <= _UNMET, earned, 0).astype(np.int64)
    return applies if judged.applies is None else applies & judged.applies


def _not_judged(
    verdict: np.ndarray, code: np.ndarray, where: Bools, instead: int, why: int
) -> None:
    verdict[where] = instead
    code[where] = why


def _without(column: Column, where: Bools, why: int) -> None:
    if not where.any():
        return
    _not_judged(column.verdict, column.code, where, _NOT_APPLICABLE, why)
    column.earned[where] = 0
    column.until[where] = NEVER
    column.detail[where] = 0


def applies_mask(applies: Applies, subjects: Subjects) -> Bools:
    """To which units a clause applies."""
    mask = np.ones(len(subjects), dtype=np.bool_)
    if not applies.model_fields_set:
        return mask
    for codes, values, wanted in (
        (applies.kinds, subjects.kind, True),
        (applies.except_kinds, subjects.kind, False),
        (applies.sectors, subjects.sector, True),
        (applies.except_sectors, subjects.sector, False),
    ):
        if codes:
            mask &= np.isin(values, np.array(codes, dtype=object)) == wanted
    if applies.temporary is not None:
        mask &= subjects.temporary == applies.temporary
    for bounds, numbers in (
        (applies.full_members, subjects.full_members),
        (applies.members, subjects.members),
        (applies.groups, subjects.groups),
        (applies.age_days, -subjects.founded),
    ):
        if bounds is not None:
            mask &= _within(bounds, numbers)
    return mask


def _within(bounds: Range | None, numbers: Int64) -> Bools:
    mask = np.ones(len(numbers), dtype=np.bool_)
    if bounds is not None and bounds.from_ is not None:
        mask &= numbers >= bounds.from_
    if bounds is not None and bounds.to is not None:
        mask &= numbers <= bounds.to
    return mask
