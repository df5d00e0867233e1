"""The rules about how a subject stands: posts, terms, members, people who take part, outcomes, earlier results."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any

from tests.engine.oracle.found import Found, half_up
from tests.engine.oracle.ledger import Ledger
from tests.engine.oracle.rows import Row


class Standing(Ledger):
    def term_current(self, rule: Any) -> Found:
        begun = [row for row in self.rows("term") if (row["from_day"] or date.min) <= self.today]
        ends = [max(row["to_day"] or date.min, row["extended_to"] or date.min) for row in begun]
        met = any(end >= self.today for end in ends)
        missing = None
        if rule.per_month and not met:
            missing = self._months_since(max([*ends, date.min]))
        return Found(int(met), 1, met, applies=self.alive, missing=missing)

    def _months_since(self, end: date) -> int:
        """Months begun since the term ran out; nobody knows when: one."""
        if end == date.min:
            return 1
        months = 12 * (self.today.year - end.year) + self.today.month - end.month
        return max(months + (self.today.day > end.day), 1)

    def committee_size(self, rule: Any) -> Found:
        persons = len({row["person_id"] for row in self.holders(rule.posts)})
        fitting = [one for one in rule.bands if len(self.full) >= one.members_from]
        if not fitting:
            return Found(persons, -1, applies=False)
        band = max(fitting, key=lambda one: one.members_from)
        bound = band.size_to if persons > band.size_to else band.size_from
        met = band.size_from <= persons <= band.size_to
        missing = 0 if met else abs(persons - bound)
        return Found(persons, bound, met, applies=self.alive, missing=missing)

    def post_held(self, rule: Any) -> Found:
        held = len(self.holders(rule.posts))
        met, due = held >= rule.at_least, True
        left = [
            row["to_day"]
            for row in self.rows("post")
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
        outside = rule.all_members_grouped and any(row["group_id"] == 0 for row in self.members)
        required = len(self.groups) or 1
        met = bool(self.groups) and len(whole) == len(self.groups) and not outside
        needed = rule.needed_from is not None and len(self.members) >= rule.needed_from
        return Found(
            len(whole),
            required,
            met,
            applies=self.alive and (bool(self.groups) or needed),
            missing=max(required - len(whole), int(outside)),
        )

    def member_count_between(self, rule: Any) -> Found:
        count = len(self.full if rule.of == "full" else self.members)
        low = rule.at_least if rule.at_least is not None else 0
        over = rule.at_most is not None and count > rule.at_most
        bound = rule.at_most if over or rule.at_least is None else low
        met = count >= low and not over
        return Found(count, bound, met, applies=self.alive, missing=abs(count - bound))

    def coverage(self, rule: Any) -> Found:
        if rule.posts:
            people = {row["person_id"] for row in self.holders(rule.posts)}
        else:
            leaders = [row for row in self.members if row["leader"]]
            who = {"members": self.members, "full_members": self.full, "leaders": leaders}
            people = {row["person_id"] for row in who[rule.who]}
        rows = [row for row in self.events(rule.relation) if self._took_part(rule, row)]
        asked, owes, due = self.asked(rule.per)
        covered = 0
        for first, last in asked:
            inside = [row["person_id"] for row in rows if first <= row["day"] <= last]
            covered += sum(inside.count(person) >= rule.at_least for person in people)
        required = len(people) * len(asked)
        met = bool(asked) and covered >= required
        applies = owes and self.alive and bool(people)
        return Found(covered, required, met, applies=applies, due=due or met)

    def _took_part(self, rule: Any, row: Row) -> bool:
        if rule.relation == "entry":
            return row["kind"] in rule.registers
        if rule.segments and row["kind"] not in rule.segments:
            return False
        if rule.relation == "attendance":
            return row["state"] in rule.states
        return not rule.roles or row["role"] in rule.roles

    def outcome_held(self, rule: Any) -> Found:
        held = sum(
            row["kind"] in rule.kinds and (not rule.values or row["value"] in rule.values)
            for row in self.active("outcome")
        )
        if rule.expect == "absent":
            return Found(held, 0, held == 0, applies=self.alive, missing=held)
        return Found(held, 1, held > 0, applies=self.alive, missing=int(held == 0))

    def earlier_result(self, rule: Any) -> Found:
        totals = [
            row
            for row in self.rows("result")
            if row["standard"] == rule.standard and row["clause"] == ""
        ]
        good = known = 0
        for year in range(self.today.year - rule.years, self.today.year):
            of_year = [row for row in totals if row["year"] == year]
            known += bool(of_year)
            good += any(
                row["level"] in rule.levels
                if rule.levels
                else row["permille"] >= rule.at_least_permille
                for row in of_year
            )
        wanted = rule.years if rule.expect == "all" else 0
        return Found(
            good,
            wanted,
            good == wanted,
            applies=self.alive,
            assessed=known == rule.years,
            missing=abs(good - wanted),
        )

    def below(self, rule: Any) -> Found:
        rows = [
            row
            for row in self.rows("below")
            if row["standard"] == rule.standard
            and row["clause"] == rule.clause
            and row["year"] == self.today.year
            and row["judged"]
            and (row["depth"] <= 1 or not rule.children)
            and (not rule.unit_kinds or row["kind"] in rule.unit_kinds)
        ]
        if rule.measure == "share":
            good = sum(
                row["verdict"] == "met" if rule.clause else row["level"] in rule.levels
                for row in rows
            )
            return self.share(good, len(rows), rule.at_least, rule.when_none, some=bool(rows))
        numbers = [row["permille"] for row in rows]
        value = 0
        if numbers and rule.measure == "median":
            value = half_up(Fraction(median(map(Fraction, numbers))))
        elif numbers and rule.measure == "mean":
            value = half_up(Fraction(sum(numbers), len(numbers)))
        elif numbers:
            value = min(numbers)
        return Found(
            value,
            rule.at_least_permille or 0,
            bool(rows) and value >= (rule.at_least_permille or 0),
            applies=bool(rows) or rule.when_none != "not_applicable",
            assessed=bool(rows) or rule.when_none != "not_assessed",
        )
