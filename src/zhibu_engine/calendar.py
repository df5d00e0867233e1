"""The judged year seen from the judging day: periods as bits, days as distances."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np

from zhibu_engine.tallies import Bools, Int64

Per = Literal["month", "quarter", "half", "year"]
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_ZH = {
    "month": [f"{number}月" for number in range(1, 13)],
    "quarter": [f"第{number}季度" for number in range(1, 5)],
    "half": ["上半年", "下半年"],
    "year": ["全年"],
}


@dataclass(frozen=True, slots=True)
class Span:
    """One period of the year; both days belong to it."""

    label: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar year of the judging day, which itself counts as over: it is judged at its end."""

    as_of: date
    #: Periods that begin earlier are not judged (a month or quarter judged by itself).
    since: date = date.min

    @property
    def year(self) -> int:
        return self.as_of.year

    def spans(self, per: str) -> tuple[Span, ...]:
        return _spans(self.year, per)

    def distance(self, day: date) -> int:
        """Days from the judging day; the past is negative."""
        return (day - self.as_of).days

    def owed(self, per: str, founded: Int64, withdrawn: Int64) -> Int64:
        """Bits of the periods that lie wholly inside a unit's life, over or not."""
        bits = np.zeros(len(founded), dtype=np.int64)
        for place, span in enumerate(self.spans(per)):
            inside = (founded <= self.distance(span.first)) & (
                withdrawn >= self.distance(span.last)
            )
            if span.first < self.since:
                continue
            bits |= inside.astype(np.int64) << place
        return bits

    def over(self, per: str, grace_days: int = 0) -> int:
        """Bits of the periods that have ended by the judging day."""
        bits = 0
        for place, span in enumerate(self.spans(per)):
            if self.distance(span.last) + grace_days <= 0 and span.first >= self.since:
                bits |= 1 << place
        return bits

    def labels(self, per: str, bits: int) -> list[str]:
        return [span.label for place, span in enumerate(self.spans(per)) if bits >> place & 1]

    def open_until(self, per: str) -> date:
        """The last day of the period in which the judging day lies."""
        return next(span.last for span in self.spans(per) if span.first <= self.as_of <= span.last)

    def in_year(self, month_day: str) -> date:
        """``"03-31"`` of the judged year; 02-29 falls on the 28th in a common year."""
        month, day = (int(part) for part in month_day.split("-"))
        return date(self.year, month, min(day, monthrange(self.year, month)[1]))


@lru_cache(maxsize=64)
def _spans(year: int, per: str) -> tuple[Span, ...]:
    months = _MONTHS[per]
    spans = []
    for place, label in enumerate(_ZH[per]):
        first, last = place * months + 1, (place + 1) * months
        spans.append(Span(label, date(year, first, 1), date(year, last, monthrange(year, last)[1])))
    return tuple(spans)


def longest_run(bits: Int64, length: int) -> Int64:
    """The longest row of set bits in each whole number."""
    longest = np.zeros(len(bits), dtype=np.int64)
    run = np.zeros(len(bits), dtype=np.int64)
    for place in range(length):
        is_set: Bools = (bits >> place & 1).astype(np.bool_)
        run = np.where(is_set, run + 1, 0)
        longest = np.maximum(longest, run)
    return longest


def halves(quarters: Int64) -> Int64:
    """Bits of half-years from bits of quarters."""
    first: Int64 = ((quarters & 0b0011) != 0).astype(np.int64)
    second: Int64 = ((quarters & 0b1100) != 0).astype(np.int64)
    return first | (second << 1)
