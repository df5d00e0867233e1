"""Standards that judge each month or quarter by itself and take the mean (月考核按月平均).

A clause earns the mean of the periods in which it was judged, half up; so the total of the year is the sum of its
clauses like any other, and a period without a verdict neither helps nor hurts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zhibu_engine.facts import NEVER
from zhibu_engine.judge import Column
from zhibu_engine.packs import Clause
from zhibu_engine.verdicts import Code, Verdict


def columns_averaged(
    clauses: Sequence[Clause], periods: Sequence[Sequence[Column]]
) -> list[Column]:
    """One column for each clause from its columns of every period that is over (at least one)."""
    return [
        _averaged(clause, [period[place] for period in periods])
        for place, clause in enumerate(clauses)
    ]


def _averaged(clause: Clause, columns: Sequence[Column]) -> Column:
    verdicts = np.stack([column.verdict for column in columns])
    judged = verdicts <= Verdict.UNMET
    times = judged.sum(axis=0, dtype=np.int64)
    earned = np.where(judged, np.stack([column.earned for column in columns]), 0).sum(axis=0)
    mean = (2 * earned + times) // np.maximum(2 * times, 1)
    all_met = (~judged | (verdicts == Verdict.MET)).all(axis=0)
    verdict = np.where(all_met, Verdict.MET, np.where(mean > 0, Verdict.PARTIAL, Verdict.UNMET))
    code = np.zeros(len(times), dtype=np.int8)
    for open_ in (Verdict.NOT_APPLICABLE, Verdict.NOT_DUE, Verdict.NOT_ASSESSED):
        some = (times == 0) & (verdicts == open_).any(axis=0)
        verdict = np.where(some, open_, verdict)
        for column in columns:
            code = np.where(some & (column.verdict == open_), column.code, code)
    by_hand = (np.stack([c.code for c in columns]) == Code.SCORED_BY_HAND).any(axis=0)
    detail = np.bitwise_or.reduce(
        np.where(judged, np.stack([column.detail for column in columns]), 0), axis=0
    )

    def total(name: str) -> np.ndarray:
        values = np.where(judged, np.stack([getattr(c, name) for c in columns]), 0)
        return np.asarray(values.sum(axis=0), dtype=np.int64)

    return Column(
        verdict=verdict.astype(np.int8),
        code=np.where(by_hand & (times > 0), Code.SCORED_BY_HAND, code).astype(np.int8),
        measured=total("measured"),
        required=total("required"),
        possible=np.full(len(times), clause.points, dtype=np.int64),
        earned=mean.astype(np.int64),
        detail=detail,
        until=np.full(len(times), NEVER, dtype=np.int64),
    )
