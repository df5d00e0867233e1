"""One subject's rows as they stand on a day: life, records, periods, and to whom a clause applies."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.engine.oracle.found import Found
from tests.engine.oracle.rows import Row, passes
from zhibu_engine.packs import Applies, Words

PERIODS = {"month": 12, "quarter": 4, "half": 2, "year": 1}
Span = tuple[date, date]


def day_of(year: int, month_day: str) -> date:
    """``"02-29"`` is the 28th in a common year."""
    month, day = map(int, month_day.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def spans(year: int, per: str) -> list[Span]:
    length = 12 // PERIODS[per]
    ends = [length * (place + 1) for place in range(PERIODS[per])]
    return [
        (date(year, end - length + 1, 1), date(year, end, monthrange(year, end)[1])) for end in ends
    ]


@dataclass
class Ledger:
    """``own`` are the rows of the subject; ``born`` and ``died`` bound the periods that it owes.

    ``since`` is the first judged day: 1 January, or the first day of a period judged by itself.
    """

    words: Words
    unit: Row
    own: dict[str, list[Row]]
    born: date
    died: date
    since: date
    today: date

    def __post_init__(self) -> None:
        self.alive = self.born <= self.today <= self.died
        self.members = [row for row in self.active("member") if not row["suspended"]]
        self.full = [row for row in self.members if row["category"] == "full"]
        self.groups = self.active("group")
        self._events: dict[str, list[Row]] = {}
        self._valid: dict[int, set[str]] = {}

    # rows

    def rows(self, name: str) -> list[Row]:
        return self.own.get(name, [])

    def active(self, name: str) -> list[Row]:
        """What holds on the judging day."""
        return [
            row
            for row in self.rows(name)
            if (row["from_day"] or date.min) <= self.today <= (row["to_day"] or date.max)
        ]

    def holders(self, posts: Iterable[str]) -> list[Row]:
        return [row for row in self.active("post") if row["post"] in posts]

    def past(self, name: str) -> list[Row]:
        """Everything up to the judging day, whatever its year."""
        return [row for row in self.rows(name) if row["day"] and row["day"] <= self.today]

    def events(self, name: str) -> list[Row]:
        """What happened in the judged days. A document counts by the year it is for: this one or the last."""
        if name not in self._events:
            rows = self.past(name)
            if name == "document":
                years = (self.today.year, self.today.year - 1)
                self._events[name] = [row for row in rows if row["year"] in years]
            else:
                self._events[name] = [row for row in rows if row["day"] >= self.since]
        return self._events[name]

    def broken(self, row: Row) -> set[str]:
        """What a sitting lacks to be one of its kind."""
        if id(row) not in self._valid:
            self._valid[id(row)] = set(self._breaches(row))
        return self._valid[id(row)]

    def _breaches(self, row: Row) -> Iterable[str]:
        kind = self.words.segment_kinds[row["kind"]]
        for name, column, allowed in (
            ("convener", "convener", kind.conveners),
            ("presider", "presider_post", kind.presiders and kind.presiders + kind.substitutes),
            ("recorder", "recorder_post", kind.recorders),
            ("lecturer", "lecturer_post", kind.lecturers),
        ):
            if allowed and row[column] not in allowed:
                yield name
        if kind.quorum:
            of = row[kind.quorum.of]
            present = row["present_entitled" if kind.quorum.of == "entitled" else "present"]
            rate = Fraction(present, of) if of else Fraction(-1)
            asked = Fraction(*kind.quorum.share)
            if rate <= asked if kind.quorum.strict else rate < asked:
                yield "quorum"
        if kind.min_present is not None and row["present"] < kind.min_present:
            yield "present"
        room = row["present"] + row["nonmembers"]
        share = Fraction(row["nonmembers"], room or 1)
        if kind.max_nonmember_share and share > Fraction(*kind.max_nonmember_share):
            yield "nonmembers"
        if row["missing_fields"] > 0:
            yield "fields"
        if row["duplicate"]:
            yield "duplicate"

    def segments(self, kinds: Iterable[str], valid: bool = True) -> list[Row]:
        return self.countable(self.events("segment"), kinds, valid)

    def countable(self, rows: list[Row], kinds: Iterable[str], valid: bool) -> list[Row]:
        return [row for row in rows if row["kind"] in kinds and not (valid and self.broken(row))]

    def records(
        self, rule: Any, rows: list[Row], *, valid: bool = True, kinds: Iterable[str] | None = None
    ) -> list[Row]:
        """Rows of a rule's relation, kinds and ``where``; of sittings only valid ones."""
        kinds = rule.kinds if kinds is None else kinds
        if rule.relation == "segment":
            rows = self.countable(rows, kinds or self.words.segment_kinds, valid)
        elif kinds:
            column = "role" if rule.relation == "part" else "kind"
            rows = [row for row in rows if row[column] in kinds]
        return [row for row in rows if passes(row, rule.where)]

    def formed(self, rows: list[Row]) -> list[Row]:
        """Those of the judged days; a document too by the day it was formed."""
        return [row for row in rows if row["day"] >= self.since]

    # periods

    def owed(self, per: str) -> list[Span]:
        """The judged periods that lie wholly inside the subject's life."""
        return [
            (first, last)
            for first, last in spans(self.today.year, per)
            if self.born <= first and last <= self.died and first >= self.since
        ]

    def asked(
        self, per: str, over: Callable[[date], bool] | None = None
    ) -> tuple[list[Span], bool, bool]:
        """The periods that are due, else the open one; whether any is owed; whether any is due."""
        owed = self.owed(per)
        due = [span for span in owed if (over or self.is_over)(span[1])]
        now = [span for span in owed if span[0] <= self.today <= span[1]]
        return due or now, bool(owed), bool(due)

    def is_over(self, last: date) -> bool:
        """The judging day itself counts as over."""
        return last <= self.today

    def by_period(
        self,
        per: str,
        number: int,
        rows: list[Row],
        over: Callable[[date], bool] | None = None,
        inside: Callable[[Row, Span], bool] | None = None,
    ) -> Found:
        """So many rows in every period; more in one never make up for another."""
        asked, owes, due = self.asked(per, over)
        inside = inside or (lambda row, span: bool(span[0] <= row["day"] <= span[1]))
        measured = sum(min(sum(inside(row, span) for row in rows), number) for span in asked)
        met = bool(asked) and measured >= number * len(asked)
        return Found(measured, number * len(asked), met, applies=owes, due=due or met)

    @property
    def year_owed(self) -> bool:
        return bool(self.owed("year"))

    @property
    def year_over(self) -> bool:
        return self.is_over(date(self.today.year, 12, 31))

    def days_ago(self, number: int) -> date:
        return self.today - timedelta(days=number)

    # clauses

    def applies(self, applies: Applies) -> bool:
        kind, sector = self.unit["kind"], self.unit["sector"]
        if (applies.kinds and kind not in applies.kinds) or kind in applies.except_kinds:
            return False
        if (applies.sectors and sector not in applies.sectors) or sector in applies.except_sectors:
            return False
        if applies.temporary is not None and self.unit["temporary"] != applies.temporary:
            return False
        # Founded on a day nobody knows: long ago.
        age = 10**6 if self.born == date.min else (self.today - self.born).days
        for bounds, count in (
            (applies.full_members, len(self.full)),
            (applies.members, len(self.members)),
            (applies.groups, len(self.groups)),
            (applies.age_days, age),
        ):
            if bounds and bounds.from_ is not None and count < bounds.from_:
                return False
            if bounds and bounds.to is not None and count > bounds.to:
                return False
        return True

    def share(
        self, part: int, rows: int, least: tuple[int, int] | None, when_none: str, *, some: bool
    ) -> Found:
        """A part of the rows against a share; without rows there is nothing to rate, and that is never met."""
        share = Fraction(*(least or (0, 1)))
        return Found(
            part,
            rows,
            some and Fraction(part, rows or 1) >= share,
            applies=some or when_none != "not_applicable",
            assessed=some or when_none != "not_assessed",
            missing=rows - part if some else 1,
            share=share,
        )
