"""Judging period by period: shared by the kinds that ask for something in every month, quarter, half or year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from zhibu_engine.calendar import Calendar, halves
from zhibu_engine.conditions import Condition, at_least, at_most, both
from zhibu_engine.facts import NEVER
from zhibu_engine.kinds.base import Judged, Subjects, segment_tallies
from zhibu_engine.tallies import Int64, Tallied, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words

COUNT = {"month": 12, "quarter": 4, "half": 2, "year": 1}
PER_ZH = {"month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年"}


def period_tallies(
    words: Words, segments: Iterable[str], per: str, number: int, where: Condition, valid: bool
) -> Wanted:
    """Bits where one is enough; otherwise a count for each period."""
    codes = tuple(segments)
    if per == "year":
        return {"p0": segment_tallies(words, codes, where=where, valid=valid)}
    if number == 1:
        column = "month" if per == "month" else "quarter"
        return {
            "bits": segment_tallies(
                words, codes, how="bits", column=column, where=where, valid=valid
            )
        }
    wanted = {}
    months = 12 // COUNT[per]
    for place in range(COUNT[per]):
        inside = both(
            where, at_least("month", place * months + 1), at_most("month", (place + 1) * months)
        )
        wanted[f"p{place}"] = segment_tallies(words, codes, where=inside, valid=valid)
    return wanted


def period_counts(tallied: Tallied, per: str) -> list[Int64]:
    """How many in each period (with bits: one or none)."""
    if "bits" not in tallied:
        return [tallied[f"p{place}"] for place in range(COUNT[per])]
    bits = halves(tallied["bits"]) if per == "half" else tallied["bits"]
    return [bits >> place & 1 for place in range(COUNT[per])]


def period_judged(
    counts: list[Int64],
    number: int,
    per: str,
    subjects: Subjects,
    calendar: Calendar,
    *,
    over: int,
    last_days: list[date],
) -> Judged:
    """Judge the periods that are due; with none due, the open one, which may already be satisfied."""
    owed = calendar.owed(per, subjects.founded, subjects.withdrawn)
    due = owed & over
    today = calendar.as_of
    open_bits = sum(
        1 << place
        for place, span in enumerate(calendar.spans(per))
        if span.first <= today <= span.last
    )
    considered = np.where(due != 0, due, owed & open_bits)
    measured = np.zeros(len(subjects), dtype=np.int64)
    required = np.zeros(len(subjects), dtype=np.int64)
    detail = np.zeros(len(subjects), dtype=np.int64)
    until = np.full(len(subjects), NEVER, dtype=np.int64)
    for place, count in enumerate(counts):
        counted = considered >> place & 1
        measured += counted * np.minimum(count, number)
        required += counted * number
        lacks = count < number
        detail |= (counted.astype(np.bool_) & lacks).astype(np.int64) << place
        distance = calendar.distance(last_days[place])
        if distance >= 0 and calendar.spans(per)[place].first <= today:
            open_lack = (owed >> place & 1).astype(np.bool_) & lacks
            until = np.where(open_lack, np.minimum(until, distance), until)
    met = (measured >= required) & (considered != 0)
    return Judged(
        measured, required, met, applies=owed != 0, due=(due != 0) | met, detail=detail, until=until
    )
