"""The rules about sittings and documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.engine.oracle.found import Found
from tests.engine.oracle.ledger import Ledger, day_of, spans
from tests.engine.oracle.rows import Row, passes
from zhibu_engine.facts import RELATIONS


class Meetings(Ledger):
    def minimum_count(self, rule: Any) -> Found:
        rows = self.segments(rule.segments, rule.valid)
        rows = [row for row in rows if passes(row, rule.where)]
        if rule.required_from is None:
            return self.by_period(rule.per, rule.at_least, rows)
        return self.own_number(rule.required_from, len(rows), capped=True)

    def own_number(self, wanted: Any, count: int, *, capped: bool) -> Found:
        """Against the number of the subject's own entry of this year, the largest of several; 未评 without."""
        numbers = [
            row["number"]
            for row in self.events("entry_value")
            if row["kind"] == wanted.register and row["field"] == wanted.field
        ]
        required = max([*numbers, 0])
        return Found(
            min(count, required) if capped else count,
            required,
            count >= required,
            applies=self.year_owed,
            assessed=required > 0,
            due=count >= required or self.year_over,
        )

    def document_present(self, rule: Any) -> Found:
        year, last_year = self.today.year, rule.of_year == -1
        rows = [row for row in self.events("document") if self._wanted(rule, row)]
        deadline = day_of(year, rule.deadline) if rule.deadline else None
        if deadline and rule.strict:
            rows = [row for row in rows if row["day"] <= deadline]

        def over(last: date) -> bool:
            if deadline:
                return deadline <= self.today
            return last_year or last + timedelta(days=rule.grace_days) <= self.today

        places = {span: place for place, span in enumerate(spans(year, rule.per), start=1)}
        inside: Callable[[Row, Any], bool] = lambda row, span: row["index"] == places[span]  # noqa: E731
        found = self.by_period(rule.per, 1, rows, over, inside)
        if last_year:
            found.applies = self.born <= date(year - 1, 1, 1) and self.died >= date(
                year - 1, 12, 31
            )
            found.due = found.applies and (over(date(year, 12, 31)) or found.met)
        return found

    def _wanted(self, rule: Any, row: Row) -> bool:
        return bool(
            row["kind"] == rule.document
            and row["period"] == rule.per
            and row["year"] == self.today.year + rule.of_year
            and (row["adopted"] or not rule.adopted)
            and row["items"] >= rule.items_from
            and not (rule.assigned and row["items_unassigned"] > 0)
            and not (rule.answered and row["items_unanswered"] > 0)
        )

    def ratio(self, rule: Any) -> Found:
        if rule.relation == "member":
            rows = self.members
        elif rule.relation == "post":
            rows = self.active("post")
        elif rule.relation in ("due", "below"):
            rows = [row for row in self.rows(rule.relation) if row["year"] == self.today.year]
        else:
            rows = self.events(rule.relation)
        if rule.relation == "document":
            rows = [row for row in rows if row["year"] == self.today.year]
        if rule.segments:
            rows = [row for row in rows if row["kind"] in rule.segments]
        rows = [row for row in rows if passes(row, rule.where)]
        part = sum(passes(row, rule.part) for row in rows)
        return self.share(part, len(rows), rule.at_least, rule.when_none, some=bool(rows))

    def attendance_floor(self, rule: Any) -> Found:
        rows = self.segments(rule.segments)
        present = "present" if rule.of == "due" else "present_entitled"
        enough = [
            row
            for row in rows
            if row[rule.of] and Fraction(row[present], row[rule.of]) >= Fraction(*rule.floor)
        ]
        return self.share(len(enough), len(rows), rule.at_least, rule.when_none, some=bool(rows))

    def completeness(self, rule: Any) -> Found:
        rows = self.segments(rule.segments, valid=False)
        whole = sum(row["missing_fields"] <= 0 for row in rows)
        return self.share(whole, len(rows), rule.at_least, rule.when_none, some=bool(rows))

    def timeliness(self, rule: Any) -> Found:
        rows = self.segments(rule.segments, valid=False)
        soon = sum(
            not row["late"] if rule.within_days is None else row["entry_delay"] <= rule.within_days
            for row in rows
        )
        return self.share(soon, len(rows), rule.at_least, rule.when_none, some=bool(rows))

    def regularity(self, rule: Any) -> Found:
        rows = self.segments(rule.segments)
        found = self.by_period(rule.per, 1, rows)
        met = found.measured > 0
        if rule.at_least is not None:
            met = met and Fraction(found.measured, found.required or 1) >= Fraction(*rule.at_least)
            found.share = Fraction(*rule.at_least)
        if rule.max_gap is not None:
            run = longest = 0
            asked = self.asked(rule.per)[0]
            for first, last in spans(self.today.year, rule.per):
                empty = not any(first <= row["day"] <= last for row in rows)
                run = run + 1 if (first, last) in asked and empty else 0
                longest = max(longest, run)
            met = met and longest <= rule.max_gap
        if rule.max_last_share is not None:
            last_month = sum(row["day"].month == 12 for row in rows)
            met = met and (
                not rows or Fraction(last_month, len(rows)) <= Fraction(*rule.max_last_share)
            )
        found.met = met
        return found

    def variety(self, rule: Any) -> Found:
        listed = self.words.codes[RELATIONS["segment"].by_name[rule.column].codes]
        forms = {row[rule.column] for row in self.segments(rule.segments)} & set(listed)
        # A statistic leaves the number open; one is shown as wanted.
        least = rule.at_least or 1
        met = len(forms) >= least
        return Found(len(forms), least, met, applies=self.year_owed, due=met or self.year_over)

    def kinds_present(self, rule: Any) -> Found:
        documents = {
            row["kind"] for row in self.events("document") if row["year"] == self.today.year
        }
        has = [bool(self.segments((code,), valid=False)) for code in rule.segments]
        has += [code in documents for code in rule.documents]
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
