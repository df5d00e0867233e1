"""The same clauses judged row by row in plain Python: slow, obvious, and only a test's measure.

It reads facts in *file form* (dates, nulls) and shares with the engine only the packs' own data.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from zhibu_engine.facts import RELATIONS
from zhibu_engine.packs import Clause, Standard, Words

Row = dict[str, Any]
PERIODS = {"month": 12, "quarter": 4, "half": 2, "year": 1}


@dataclass
class Found:
    """What a rule came to; None where it has nothing to say."""

    measured: int = 0
    required: int = 0
    met: bool = False
    applies: bool = True
    due: bool = True
    assessed: bool = True
    missing: int | None = None
    share: Fraction | None = None


class Oracle:
    def __init__(
        self, words: Words, standard: Standard, rows: dict[str, list[Row]], as_of: date
    ) -> None:
        self.words, self.standard, self.as_of = words, standard, as_of
        self.rows = {name: [_filled(name, row) for row in listed] for name, listed in rows.items()}

    def findings(self, unit_id: int) -> list[tuple[str, str, int, int, int]]:
        """(clause, verdict, earned, measured, required) for one unit."""
        unit = next(row for row in self.rows["unit"] if row["unit_id"] == unit_id)
        own = {
            name: [row for row in listed if row["unit_id"] == unit_id]
            for name, listed in self.rows.items()
        }
        judge = _Unit(self, unit, own)
        return [(clause.key, *judge.clause(clause)) for clause in self.standard.clauses]


def _filled(name: str, row: Row) -> Row:
    filled = {}
    for column in RELATIONS[name].columns:
        value = row.get(column.name)
        if value is None and column.type != "day":
            value = (
                column.empty
                if column.empty is not None
                else {"code": "", "bool": False}.get(column.type, 0)
            )
        filled[column.name] = value
    return filled


class _Unit:
    def __init__(self, oracle: Oracle, unit: Row, own: dict[str, list[Row]]) -> None:
        self.oracle, self.unit, self.today = oracle, unit, oracle.as_of
        self.words = oracle.words
        self.own = own
        self.born = unit["founded"] or date.min
        self.died = unit["withdrawn"] or date.max
        self.alive = self.born <= self.today <= self.died
        self.members = [
            row for row in own.get("member", []) if self.active(row) and not row["suspended"]
        ]
        self.full = [row for row in self.members if row["category"] == "full"]
        self.groups = [row for row in own.get("group", []) if self.active(row)]

    # rows

    def active(self, row: Row) -> bool:
        return (row["from_day"] or date.min) <= self.today <= (row["to_day"] or date.max)

    def events(self, name: str) -> list[Row]:
        found = []
        for row in self.own.get(name, []):
            if row["day"] is None or row["day"] > self.today:
                continue
            if name == "document":
                if row["year"] in (self.today.year, self.today.year - 1):
                    found.append(row)
            elif row["day"].year == self.today.year:
                found.append(row)
        return found

    def broken(self, row: Row) -> set[str]:
        kind = self.words.segment_kinds[row["kind"]]
        broken = set()
        for name, column, allowed in (
            ("convener", "convener", kind.conveners),
            ("presider", "presider_post", kind.presiders and kind.presiders + kind.substitutes),
            ("recorder", "recorder_post", kind.recorders),
            ("lecturer", "lecturer_post", kind.lecturers),
        ):
            if allowed and row[column] not in allowed:
                broken.add(name)
        if kind.quorum:
            of = row[kind.quorum.of]
            present = row["present_entitled" if kind.quorum.of == "entitled" else "present"]
            rate = Fraction(present, of) if of else Fraction(-1)
            asked = Fraction(*kind.quorum.share)
            if rate <= asked if kind.quorum.strict else rate < asked:
                broken.add("quorum")
        if kind.min_present is not None and row["present"] < kind.min_present:
            broken.add("present")
        room = row["present"] + row["nonmembers"]
        share = Fraction(row["nonmembers"], room or 1)
        if kind.max_nonmember_share and share > Fraction(*kind.max_nonmember_share):
            broken.add("nonmembers")
        if row["missing_fields"] > 0:
            broken.add("fields")
        if row["duplicate"]:
            broken.add("duplicate")
        return broken

    def segments(self, kinds: tuple[str, ...], valid: bool = True) -> list[Row]:
        return [
            row
            for row in self.events("segment")
            if row["kind"] in kinds and not (valid and self.broken(row))
        ]

    # periods

    def spans(self, per: str) -> list[tuple[date, date]]:
        length = 12 // PERIODS[per]
        year = self.today.year
        return [
            (
                date(year, place * length + 1, 1),
                date(year, (place + 1) * length, monthrange(year, (place + 1) * length)[1]),
            )
            for place in range(PERIODS[per])
        ]

    def by_period(
        self,
        per: str,
        number: int,
        count: Callable[[int], int],
        over: Callable[[date], bool] | None = None,
    ) -> tuple[Found, list[int], list[bool]]:
        over = over or (lambda last: last <= self.today)
        spans = self.spans(per)
        owed = [
            place
            for place, (first, last) in enumerate(spans)
            if self.born <= first and last <= self.died
        ]
        due = [place for place in owed if over(spans[place][1])]
        now = [place for place in owed if spans[place][0] <= self.today <= spans[place][1]]
        asked = due or now
        measured = sum(min(count(place), number) for place in asked)
        met = bool(asked) and measured >= number * len(asked)
        found = Found(measured, number * len(asked), met, applies=bool(owed), due=bool(due) or met)
        return found, asked, [count(place) < number for place in asked]

    def in_span(self, rows: list[Row], per: str) -> Callable[[int], int]:
        spans = self.spans(per)
        return lambda place: sum(spans[place][0] <= row["day"] <= spans[place][1] for row in rows)

    @property
    def year_owed(self) -> bool:
        return self.by_period("year", 1, lambda _: 0)[0].applies

    @property
    def year_over(self) -> bool:
        return self.today == date(self.today.year, 12, 31)

    # clauses

    def clause(self, clause: Clause) -> tuple[str, int, int, int]:
        if clause.method != "record":
            applies = self.to_whom(clause)
            return ("not_assessed" if applies else "not_applicable"), 0, 0, 0
        found: Found = getattr(self, clause.rule.name)(clause.rule)
        numbers = (found.measured, found.required)
        if not (self.to_whom(clause) and found.applies):
            return "not_applicable", 0, *numbers
        if clause.class_ == "statistic":
            return "not_assessed", 0, *numbers
        if not found.due:
            return "not_due", 0, *numbers
        if not found.assessed:
            return "not_assessed", 0, *numbers
        if found.met:
            return "met", clause.points, *numbers
        earned = clause.points - min(max(self.lost(clause, found), 0), clause.points)
        return ("partial" if earned and clause.class_ == "scored" else "unmet"), earned, *numbers

    def lost(self, clause: Clause, found: Found) -> int:
        loss, points = clause.loss, clause.points
        missing = (
            found.missing if found.missing is not None else max(found.required - found.measured, 0)
        )
        if loss.per_missing is not None:
            lost = missing * loss.per_missing
            return lost if loss.at_most is None else min(lost, loss.at_most)
        if loss.steps:
            return max((step for number, step in loss.steps if missing >= number), default=0)
        if loss.tiers:
            reached = [(number, earns) for number, earns in loss.tiers if found.measured >= number]
            return points - (max(reached)[1] if reached else 0)
        if loss.rate:
            rate = Fraction(found.measured, max(found.required, 1))
            under = floor(max(100 * ((found.share or Fraction(1)) - rate), 0))
            return under // loss.rate[0] * loss.rate[1]
        if loss.proportional:
            needed = max(found.required, 1)
            return points - floor(
                Fraction(min(found.measured, needed) * points, needed) + Fraction(1, 2)
            )
        return points if loss.flag is None else loss.flag

    def to_whom(self, clause: Clause) -> bool:
        for applies in (self.oracle.standard.applies, clause.applies):
            kind, sector = self.unit["kind"], self.unit["sector"]
            if (applies.kinds and kind not in applies.kinds) or kind in applies.except_kinds:
                return False
            if (
                applies.sectors and sector not in applies.sectors
            ) or sector in applies.except_sectors:
                return False
            if applies.temporary is not None and self.unit["temporary"] != applies.temporary:
                return False
            for bounds, count in (
                (applies.full_members, len(self.full)),
                (applies.members, len(self.members)),
                (applies.groups, len(self.groups)),
            ):
                if bounds and not (bounds.from_ or 0) <= count <= (
                    10**9 if bounds.to is None else bounds.to
                ):
                    return False
        return True

    def passes(self, row: Row, where: dict[str, Any]) -> bool:
        for name, value in where.items():
            if isinstance(value, dict):
                if not value.get("from", -(10**9)) <= row[name] <= value.get("to", 10**9):
                    return False
            elif isinstance(value, list | tuple):
                if row[name] not in value:
                    return False
            elif row[name] != value:
                return False
        return True

    # rule kinds

    def minimum_count(self, rule: Any) -> Found:
        rows = [
            row for row in self.segments(rule.segments, rule.valid) if self.passes(row, rule.where)
        ]
        return self.by_period(rule.per, rule.at_least, self.in_span(rows, rule.per))[0]

    def document_present(self, rule: Any) -> Found:
        year = self.today.year
        rows = [
            row
            for row in self.events("document")
            if row["kind"] == rule.document
            and row["period"] == rule.per
            and row["year"] == year + rule.of_year
            and (row["adopted"] or not rule.adopted)
            and row["items"] >= rule.items_from
            and not (rule.assigned and row["items_unassigned"])
            and not (rule.answered and row["items_unanswered"])
        ]
        deadline = None
        if rule.deadline:
            month, day = map(int, rule.deadline.split("-"))
            deadline = date(year, month, min(day, monthrange(year, month)[1]))
            if rule.strict:
                rows = [row for row in rows if row["day"] <= deadline]

        def over(last: date) -> bool:
            if deadline:
                return deadline <= self.today
            return rule.of_year == -1 or last + timedelta(days=rule.grace_days) <= self.today

        found = self.by_period(
            rule.per, 1, lambda place: sum(row["index"] == place + 1 for row in rows), over
        )[0]
        if rule.of_year == -1:
            found.applies = self.born <= date(year - 1, 1, 1) and self.died >= date(
                year - 1, 12, 31
            )
            found.due = found.applies and (over(date(year, 12, 31)) or found.met)
        return found

    def term_current(self, rule: Any) -> Found:
        runs = [
            row
            for row in self.own.get("term", [])
            if (row["from_day"] or date.min) <= self.today
            and max(row["to_day"] or date.min, row["extended_to"] or date.min) >= self.today
        ]
        return Found(int(bool(runs)), 1, bool(runs), applies=self.alive)

    def committee_size(self, rule: Any) -> Found:
        persons = len({row["person_id"] for row in self.holders(rule.posts)})
        band = max(
            (one for one in rule.bands if len(self.full) >= one.members_from),
            key=lambda one: one.members_from,
            default=None,
        )
        if band is None:
            return Found(persons, -1, False, applies=False)
        bound = band.size_to if persons > band.size_to else band.size_from
        met = band.size_from <= persons <= band.size_to
        return Found(
            persons, bound, met, applies=self.alive, missing=abs(persons - bound) if not met else 0
        )

    def holders(self, posts: tuple[str, ...]) -> list[Row]:
        return [
            row for row in self.own.get("post", []) if row["post"] in posts and self.active(row)
        ]

    def post_held(self, rule: Any) -> Found:
        held = len(self.holders(rule.posts))
        met, due = held >= rule.at_least, True
        left = [
            row["to_day"]
            for row in self.own.get("post", [])
            if row["post"] in rule.posts and row["to_day"] and row["to_day"] < self.today
        ]
        if not met and left and rule.max_vacancy_days is not None:
            due = (self.today - max(left)).days > rule.max_vacancy_days
        return Found(held, rule.at_least, met, applies=self.alive, due=due)

    def groups_complete(self, rule: Any) -> Found:
        whole = [
            row
            for row in self.groups
            if row["members"] >= rule.members_from and (row["leaders"] >= 1 or not rule.leader)
        ]
        outside = (
            [row for row in self.members if row["group_id"] == 0]
            if rule.all_members_grouped
            else []
        )
        required = len(self.groups) or 1
        met = bool(self.groups) and len(whole) == len(self.groups) and not outside
        needed = rule.needed_from is not None and len(self.members) >= rule.needed_from
        missing = max(required - len(whole), int(bool(outside)))
        return Found(
            len(whole),
            required,
            met,
            applies=self.alive and (bool(self.groups) or needed),
            missing=missing,
        )

    def member_count_between(self, rule: Any) -> Found:
        count = len(self.full if rule.of == "full" else self.members)
        low = rule.at_least if rule.at_least is not None else 0
        over = rule.at_most is not None and count > rule.at_most
        bound = rule.at_most if over or rule.at_least is None else low
        return Found(
            count, bound, count >= low and not over, applies=self.alive, missing=abs(count - bound)
        )

    def share(self, part: int, rows: int, least: tuple[int, int], when_none: str) -> Found:
        share = Fraction(*least)
        return Found(
            part,
            rows,
            bool(rows) and Fraction(part, rows or 1) >= share,
            applies=bool(rows) or when_none != "not_applicable",
            assessed=bool(rows) or when_none != "not_assessed",
            missing=rows - part if rows else 1,
            share=share,
        )

    def ratio(self, rule: Any) -> Found:
        if rule.relation == "member":
            rows = self.members
        elif rule.relation == "post":
            rows = [row for row in self.own.get("post", []) if self.active(row)]
        else:
            rows = self.events(rule.relation)
        if rule.relation == "document":
            rows = [row for row in rows if row["year"] == self.today.year]
        if rule.segments:
            rows = [row for row in rows if row["kind"] in rule.segments]
        rows = [row for row in rows if self.passes(row, rule.where)]
        part = sum(self.passes(row, rule.part) for row in rows)
        return self.share(part, len(rows), rule.at_least, rule.when_none)

    def attendance_floor(self, rule: Any) -> Found:
        rows = self.segments(rule.segments)
        present = "present" if rule.of == "due" else "present_entitled"
        enough = [
            row
            for row in rows
            if row[rule.of] and Fraction(row[present], row[rule.of]) >= Fraction(*rule.floor)
        ]
        return self.share(len(enough), len(rows), rule.at_least, rule.when_none)

    def completeness(self, rule: Any) -> Found:
        rows = self.segments(rule.segments, valid=False)
        return self.share(
            sum(not row["missing_fields"] for row in rows), len(rows), rule.at_least, rule.when_none
        )

    def timeliness(self, rule: Any) -> Found:
        rows = self.segments(rule.segments, valid=False)
        soon = [
            row
            for row in rows
            if (
                not row["late"]
                if rule.within_days is None
                else row["entry_delay"] <= rule.within_days
            )
        ]
        return self.share(len(soon), len(rows), rule.at_least, rule.when_none)

    def regularity(self, rule: Any) -> Found:
        rows = self.segments(rule.segments)
        found, asked, lacks = self.by_period(rule.per, 1, self.in_span(rows, rule.per))
        met = found.measured > 0
        if rule.at_least is not None:
            met = met and Fraction(found.measured, found.required or 1) >= Fraction(*rule.at_least)
            found.share = Fraction(*rule.at_least)
        if rule.max_gap is not None:
            run = longest = 0
            lacking = {place for place, lack in zip(asked, lacks, strict=True) if lack}
            for place in range(PERIODS[rule.per]):
                run = run + 1 if place in lacking else 0
                longest = max(longest, run)
            met = met and longest <= rule.max_gap
        if rule.max_last_share is not None:
            last = sum(row["day"].month == 12 for row in rows)
            met = met and (not rows or Fraction(last, len(rows)) <= Fraction(*rule.max_last_share))
        found.met = met
        return found

    def variety(self, rule: Any) -> Found:
        listed = self.words.codes[RELATIONS["segment"].by_name[rule.column].codes]
        forms = {row[rule.column] for row in self.segments(rule.segments)} & set(listed)
        met = len(forms) >= rule.at_least
        return Found(
            len(forms), rule.at_least, met, applies=self.year_owed, due=met or self.year_over
        )

    def coverage(self, rule: Any) -> Found:
        if rule.posts:
            people = {row["person_id"] for row in self.holders(rule.posts)}
        else:
            rows = {
                "members": self.members,
                "full_members": self.full,
                "leaders": [row for row in self.members if row["leader"]],
            }[rule.who]
            people = {row["person_id"] for row in rows}
        rows = self.events(rule.relation)
        if rule.segments:
            rows = [row for row in rows if row["kind"] in rule.segments]
        if rule.relation == "attendance":
            rows = [row for row in rows if row["state"] in rule.states]
        elif rule.roles:
            rows = [row for row in rows if row["role"] in rule.roles]
        covered = sum(
            sum(row["person_id"] == one for row in rows) >= rule.at_least for one in people
        )
        met = covered >= len(people)
        return Found(
            covered,
            len(people),
            met,
            applies=self.year_owed and self.alive and bool(people),
            due=met or self.year_over,
        )

    def kinds_present(self, rule: Any) -> Found:
        has = [bool(self.segments((code,), valid=False)) for code in rule.segments]
        has += [
            any(
                row["kind"] == code and row["year"] == self.today.year
                for row in self.events("document")
            )
            for code in rule.documents
        ]
        return Found(
            sum(has), len(has), all(has), applies=self.year_owed, due=all(has) or self.year_over
        )

    def breach_count(self, rule: Any) -> Found:
        rows = self.segments(rule.segments, valid=False)
        broken = sum(bool(self.broken(row) & set(rule.breaches)) for row in rows)
        return Found(
            broken,
            rule.at_most,
            bool(rows) and broken <= rule.at_most,
            applies=bool(rows) or rule.when_none != "not_applicable",
            assessed=bool(rows) or rule.when_none != "not_assessed",
            missing=max(broken - rule.at_most, 0) if rows else 1,
        )
