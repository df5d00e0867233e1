"""Judging period by period: shared by the kinds that ask for something in every month, quarter, half or year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from zhibu_engine.calendar import Calendar, halves
from zhibu_engine.conditions import ALWAYS, Condition, at_least, at_most, both
from zhibu_engine.facts import NEVER
from zhibu_engine.kinds.base import Judged, Subjects
from zhibu_engine.tallies import How, Int64, Tallied, Tally, Wanted, popcount

#: How, column and a further condition → the tallies of a rule's rows.
Maker = Callable[[How, str, Condition], tuple[Tally, ...]]
COUNT = {"month": 12, "quarter": 4, "half": 2, "year": 1}
PER_UNIT_ZH = {"month": "个月", "quarter": "个季度", "half": "个半年", "year": "年"}
PER_ZH = {"month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年"}


def period_tallies(make: Maker, per: str, number: int) -> Wanted:
    """Bits where one is enough; otherwise a count for each period. ``make`` narrows the rows of a rule."""
    if per == "year":
        return {"p0": make("count", "", ALWAYS)}
    if number == 1:
        return {"bits": make("bits", "month" if per == "month" else "quarter", ALWAYS)}
    wanted = {}
    months = 12 // COUNT[per]
    for place in range(COUNT[per]):
        inside = both(at_least("month", place * months + 1), at_most("month", (place + 1) * months))
        wanted[f"p{place}"] = make("count", "", inside)
    return wanted


def period_counts(tallied: Tallied, per: str) -> list[Int64] | Int64:
    """How many in each period, or bits of the periods where one is enough."""
    if "bits" not in tallied:
        return [tallied[f"p{place}"] for place in range(COUNT[per])]
    bits: Int64 = tallied["bits"]
    return halves(bits) if per == "half" else bits


def period_judged(
    counts: list[Int64] | Int64,
    number: int,
    per: str,
    subjects: Subjects,
    calendar: Calendar,
    *,
    over: int,
    last_days: list[date],
) -> Judged:
    """Judge the periods that are due; with none due, the open one, which may already be satisfied.

    ``counts`` is a column for each period, or (where one is enough) one column of bits.
    """
    owed = subjects.owed(per, calendar)
    due = owed & over
    considered = np.where(due != 0, due, owed & open_bits(per, calendar))
    required = number * popcount(considered)
    if isinstance(counts, list):
        enough = np.zeros(len(subjects), dtype=np.int64)
        measured = np.zeros(len(subjects), dtype=np.int64)
        for place, count in enumerate(counts):
            enough |= (count >= number).astype(np.int64) << place
            measured += (considered >> place & 1) * np.minimum(count, number)
    else:
        enough, measured = counts, popcount(considered & counts)
    met = (measured >= required) & (considered != 0)
    return Judged(
        measured,
        required,
        met,
        applies=owed != 0,
        due=(due != 0) | met,
        detail=considered & ~enough,
        until=_until(owed & ~enough, per, calendar, last_days),
    )


def open_bits(per: str, calendar: Calendar) -> int:
    """Bits of the period in which the judging day lies."""
    today = calendar.as_of
    spans = enumerate(calendar.spans(per))
    return sum(1 << place for place, span in spans if span.first <= today <= span.last)


def _until(lacks: Int64, per: str, calendar: Calendar, last_days: list[date]) -> Int64:
    """The nearest last day of a period that has begun, is not over and still lacks something."""
    until = np.full(len(lacks), NEVER, dtype=np.int64)
    for place, (span, last) in enumerate(zip(calendar.spans(per), last_days, strict=True)):
        distance = calendar.distance(last)
        if distance >= 0 and span.first <= calendar.as_of:
            until = np.where(lacks >> place & 1 != 0, np.minimum(until, distance), until)
    return until
