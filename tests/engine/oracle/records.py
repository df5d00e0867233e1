"""The rules about records of any relation: registers, publications, matters, acts of a post."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.engine.oracle.found import Found
from tests.engine.oracle.ledger import day_of
from tests.engine.oracle.meetings import Meetings
from tests.engine.oracle.rows import Row


def _amount(rule: Any, rows: list[Row]) -> int:
    return sum(row[rule.sum_of] for row in rows) if rule.sum_of else len(rows)


class Records(Meetings):
    def row_count(self, rule: Any) -> Found:
        if rule.days:
            recent = [
                row for row in self.past(rule.relation) if row["day"] > self.days_ago(rule.days)
            ]
            count = _amount(rule, self.records(rule, recent, valid=rule.valid))
            # Who has not lived through these days owes nothing.
            lived = self.alive and self.born <= self.days_ago(rule.days - 1)
        else:
            rows = self.records(rule, self.events(rule.relation), valid=rule.valid)
            if rule.per != "year":
                return self.by_period(rule.per, rule.at_least, rows)
            if rule.relation == "document":
                rows = [row for row in rows if row["year"] == self.today.year]
            count, lived = _amount(rule, rows), self.year_owed
        if rule.at_most is not None:
            over = max(count - rule.at_most, 0)
            return Found(count, rule.at_most, not over, applies=self.alive, missing=over)
        if rule.required_from is not None:
            found = self.own_number(rule.required_from, count, capped=False)
            if rule.days:
                found.applies, found.due = lived, True
            return found
        met = count >= rule.at_least
        due = met or bool(rule.days) or self.year_over
        return Found(count, rule.at_least, met, applies=lived, due=due)

    def deadline(self, rule: Any) -> Found:
        first, last = day_of(self.today.year, rule.since), day_of(self.today.year, rule.by)
        rows = self.records(rule, self.events(rule.relation))
        done = min(sum(first <= row["day"] <= last for row in rows), rule.at_least)
        met = done >= rule.at_least
        return Found(
            done,
            rule.at_least,
            met,
            applies=self.born <= first and last <= self.died,
            due=met or self.is_over(last),
        )

    def followed_by(self, rule: Any) -> Found:
        rows = self.records(rule, self.formed(self.events(rule.relation)))
        days = timedelta(days=rule.within_days)
        records = {row["record_id"] for row in rows}
        over = {row["record_id"] for row in rows if row["day"] + days <= self.today}
        followed = records & {
            row["record_id"]
            for row in self.events("link")
            if row["target_kind"] in rule.then
            and 0 <= row["after_days"] <= rule.within_days
            # What is dated after the judging day has not happened yet.
            and row["day"] + timedelta(days=row["after_days"]) <= self.today
            and (not rule.by_link or row["relation"] in rule.by_link)
        }
        rated = over | followed
        found = self.share(
            len(followed), len(rated), rule.at_least, rule.when_none, some=bool(rated)
        )
        if records and not rated:
            found.due, found.applies = False, True
        return found

    def post_acts(self, rule: Any) -> Found:
        each = [self.by_period(rule.per, act.at_least, self._done(rule, act)) for act in rule.acts]
        measured = required = 0
        for act in rule.acts:
            asked, owes, due = self.asked(rule.per)
            rows = self._done(rule, act)
            required += len(asked)
            for first, last in asked:
                measured += sum(first <= row["day"] <= last for row in rows) >= act.at_least
        met = all(found.met for found in each)
        return Found(measured, required, met, applies=owes, due=due or met)

    def _done(self, rule: Any, act: Any) -> list[Row]:
        """What was done by who then held one of the posts."""
        if act.registers:
            rows = [row for row in self.events("entry") if row["kind"] in act.registers]
        else:
            rows = [
                row
                for row in self.events("part")
                if (not act.roles or row["role"] in act.roles)
                and (not act.segments or row["kind"] in act.segments)
            ]
        return [row for row in rows if row["post"] in rule.posts]

    def year_on_year(self, rule: Any) -> Found:
        year, to = self.today.year, (self.today.month, self.today.day)
        past = self.records(rule, self.past(rule.relation))
        now = _amount(rule, [row for row in past if row["day"].year == year])
        before = _amount(
            rule,
            [
                row
                for row in past
                if row["day"].year == year - 1 and (row["day"].month, row["day"].day) <= to
            ],
        )
        required = -(-before * rule.at_least_percent // 100)
        return Found(
            now,
            required,
            now >= required,
            applies=self.alive and self.born <= date(year - 1, 1, 1),
            assessed=before > 0,
        )

    def _values(self, rule: Any, rows: list[Row]) -> list[Row]:
        return [row for row in rows if row["kind"] == rule.register and row["field"] == rule.field]

    def highest_level(self, rule: Any) -> Found:
        earned = [
            rule.levels[row["code"]]
            for row in self._values(rule, self.events("entry_value"))
            if row["code"] in rule.levels
        ]
        points = sum(earned) if rule.take == "all" else max([*earned, 0])
        return Found(len(earned), 1, bool(earned), applies=self.alive, earned=points)

    def entry_number(self, rule: Any) -> Found:
        rows = self.events("entry_value") if rule.this_year else self.past("entry_value")
        numbers = [row["number"] for row in self._values(rule, rows)]
        take = {"largest": max, "smallest": min, "sum": sum}[rule.take]
        value = take(numbers) if numbers else 0
        low, high = rule.at_least, rule.at_most
        missing = 0
        if low is not None:
            missing = max(low - value, 0)
        elif high is not None:
            missing = max(value - high, 0)
        return Found(
            value,
            high if high is not None else low or 0,
            bool(numbers) and not missing,
            applies=self.alive,
            assessed=bool(numbers),
            missing=missing,
        )

    def procedure_conforms(self, rule: Any) -> Found:
        if rule.steps:
            rows = [row for row in self.events("matter_step") if row["step"] in rule.steps]
        else:
            rows = [row for row in self.events("matter") if row["state"] == "closed"]
        rows = [row for row in rows if row["kind"] in rule.procedures]
        good = sum(row["conforms"] or (rule.excused and row["excused"]) for row in rows)
        return self.share(good, len(rows), rule.at_least, rule.when_none, some=bool(rows))
