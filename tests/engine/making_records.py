"""Random rows of registers, publications, matters and earlier results, for ``making``."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from zhibu_engine.packs import Words

Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Vocabulary:
    """Words that only the clauses of the standards name: fields, steps, values, other standards."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    levels: list[str] = field(default_factory=lambda: [""])
    steps: list[str] = field(default_factory=lambda: ["other"])
    values: list[str] = field(default_factory=lambda: ["other"])
    standards: list[str] = field(default_factory=lambda: ["strange"])
    clauses: list[str] = field(default_factory=lambda: ["", "", "other"])
    then: list[str] = field(default_factory=lambda: ["strange"])


def vocabulary(words: Words) -> Vocabulary:
    found = Vocabulary()
    rules = [clause.rule for one in words.standards.values() for clause in one.clauses]
    for rule in rules:
        own = getattr(rule, "required_from", None) or rule
        if getattr(own, "field", ""):
            found.fields.append((own.register, own.field))
        where = getattr(rule, "where", {})
        if isinstance(where.get("field"), str):
            found.fields += [(kind, where["field"]) for kind in rule.kinds]
        for name, listed in (
            ("levels", found.levels),
            ("steps", found.steps),
            ("values", found.values),
            ("then", found.then),
        ):
            listed.extend(getattr(rule, name, ()))
        if getattr(rule, "standard", ""):
            found.standards.append(rule.standard)
            found.clauses.append(getattr(rule, "clause", ""))
    return found


def odd_day(dice: random.Random, as_of: date, before: int, after: int) -> date:
    """Any day around the judging day; often one on which a mistake would show."""
    if dice.random() >= 0.2:
        return as_of + timedelta(days=dice.randint(-before, after))
    year = as_of.year - (dice.random() < 0.2)
    month = dice.randint(1, 12)
    first = date(year, month, 1)
    starts = [first, date(year, 1, 1), date(year, 3, 1), date(year, 7, 1), date(year + 1, 1, 1)]
    ends = [start - timedelta(days=1) for start in starts]
    return dice.choice(
        [*starts, *ends, as_of, as_of + timedelta(days=1), as_of - timedelta(days=365)]
    )


class Maker:
    """The rows of one unit after the other."""

    def __init__(self, rows: Rows, words: Words, dice: random.Random, as_of: date) -> None:
        self.rows, self.words, self.dice, self.as_of = rows, words, dice, as_of
        self.known = vocabulary(words)
        self.codes = {name: list(codes) for name, codes in words.codes.items()}

    def code(self, name: str) -> str:
        """One of the list; now and then none, or one that no pack knows."""
        if self.dice.random() < 0.04:
            return "strange" if self.dice.random() < 0.5 else ""
        return self.dice.choice(self.codes.get(name) or [""])

    def day(self, before: int = 420, after: int = 20) -> date | None:
        return None if self.dice.random() < 0.03 else odd_day(self.dice, self.as_of, before, after)

    def unit(self, unit: int, persons: list[int], busy: int) -> None:
        dice = self.dice
        first = unit * 1000
        for place in range(dice.choice([0, 2, busy])):
            self.entry(unit, first + 200 + place, persons)
        for place in range(dice.choice([0, 1, 6])):
            self.publication(unit, first + 400 + place)
        for place in range(dice.choice([0, 0, 1, 4])):
            self.matter(unit, first + 600 + place, persons)
        for _ in range(dice.choice([0, 0, 2])):
            self.outcome(unit, persons)
        for _ in range(dice.choice([0, 3, 8])):
            self.result(unit)
        for place in range(dice.choice([0, 0, 4, 9])):
            self.below(unit, place)
        for person in persons[: dice.choice([0, 2])]:
            self.due(unit, person)

    def link(self, unit: int, record: int, day: date | None) -> None:
        """To something else, in the number of days that a rule may ask for, one more or one less."""
        dice = self.dice
        self.rows["link"].append(
            {
                "unit_id": unit,
                "record_id": record,
                "day": day,
                "relation": self.code("link_relation"),
                "target_id": record + dice.choice([1, 200]),
                "target_kind": dice.choice(self.known.then),
                "after_days": dice.choice([-1, 0, 3, 14, 15, 16, 30, 31, 90]),
            }
        )

    def entry(self, unit: int, record: int, persons: list[int]) -> None:
        dice, kind, day = self.dice, self.code("register"), self.day()
        person = dice.choice([None, *persons[:4]])
        row = {
            "unit_id": unit,
            "record_id": record,
            "kind": kind,
            "day": day,
            "title": f"第{record}条",
            "person_id": person,
            "post": self.code("post"),
            "missing_fields": dice.choice([None, 0, 1]),
            "entry_delay": dice.choice([0, 9]),
            "late": dice.random() < 0.1,
        }
        self.rows["entry"] += [row] * (2 if dice.random() < 0.04 else 1)
        if dice.random() < 0.4:
            self.link(unit, record, day)
        for register, field_ in self.known.fields:
            if register == kind and dice.random() < 0.7:
                self.rows["entry_value"].append(
                    {
                        "unit_id": unit,
                        "record_id": record,
                        "kind": kind,
                        "day": day,
                        "field": field_,
                        "person_id": person,
                        "number": dice.choice([None, 0, 1, 3, 5, 6, 19, 20, 40]),
                        "code": dice.choice(self.known.levels),
                    }
                )

    def publication(self, unit: int, record: int) -> None:
        dice, day = self.dice, self.day()
        self.rows["publication"].append(
            {
                "unit_id": unit,
                "record_id": record,
                "kind": self.code("publication_kind"),
                "day": day,
                "days_shown": dice.choice([None, 0, 6, 7, 20]),
                "objections": dice.choice([0, 0, 2]),
                "unanswered": dice.choice([None, 0, 1]),
                "entry_delay": dice.choice([0, 3]),
            }
        )
        if dice.random() < 0.3:
            self.link(unit, record, day)
        if dice.random() < 0.3:
            self.rows["ballot_result"].append(
                {
                    "unit_id": unit,
                    "record_id": record + 100,
                    "kind": self.code("ballot_kind"),
                    "day": day,
                    "entitled": 10,
                    "cast": dice.randint(0, 10),
                    "in_favour": dice.choice([None, 0, 5]),
                    "passed": dice.choice([None, True, False]),
                }
            )

    def matter(self, unit: int, matter: int, persons: list[int]) -> None:
        dice, kind, day = self.dice, self.code("procedure"), self.day()
        self.rows["matter"].append(
            {
                "unit_id": unit,
                "matter_id": matter,
                "kind": kind,
                "day": day,
                "title": f"第{matter}件",
                "person_id": dice.choice([None, *persons[:2]]),
                "state": dice.choice(["closed", self.code("matter_state")]),
                "conforms": dice.choice([None, True, True, False]),
                "steps": 4,
                "steps_missing": dice.choice([0, 0, 1]),
                "breaches": dice.choice([0, 0, 2]),
                "overdue_days": dice.choice([None, 0, 9]),
            }
        )
        for _ in range(dice.choice([0, 2, 4])):
            self.rows["matter_step"].append(
                {
                    "unit_id": unit,
                    "matter_id": matter,
                    "kind": kind,
                    "step": dice.choice(self.known.steps),
                    "day": dice.choice([day, self.day()]),
                    "person_id": dice.choice([None, *persons[:2]]),
                    "conforms": dice.choice([None, True, True, False]),
                    "excused": dice.random() < 0.3,
                    "breaches": dice.choice([0, 1]),
                }
            )
        if dice.random() < 0.4:
            self.outcome(unit, persons, matter)

    def outcome(self, unit: int, persons: list[int], matter: int | None = None) -> None:
        dice = self.dice
        self.rows["outcome"].append(
            {
                "unit_id": unit,
                "matter_id": matter,
                "person_id": dice.choice([None, *persons[:2]]),
                "kind": self.code("outcome_kind"),
                "value": dice.choice(self.known.values),
                "from_day": dice.choice([None, odd_day(dice, self.as_of, 400, 10)]),
                "to_day": dice.choice([None, None, odd_day(dice, self.as_of, 200, 200)]),
            }
        )

    def _judged(self, unit: int) -> dict[str, Any]:
        dice = self.dice
        return {
            "unit_id": unit,
            "standard": dice.choice(self.known.standards),
            "verdict": dice.choice([None, "met", "partial", "unmet"]),
            "level": dice.choice(self.known.levels),
            "permille": dice.choice([None, 399, 400, 499, 500, 600, 650, 699, 700, 1000]),
        }

    def result(self, unit: int) -> None:
        dice = self.dice
        self.rows["result"].append(
            {
                **self._judged(unit),
                "clause": dice.choice([None, "", "", "other"]),
                "year": self.as_of.year - dice.choice([0, 1, 1, 1, 2, 2, 3]),
            }
        )

    def below(self, unit: int, place: int) -> None:
        dice = self.dice
        self.rows["below"].append(
            {
                **self._judged(unit),
                "below_id": unit * 100 + place,
                "kind": self.code("unit_kind"),
                "depth": dice.choice([None, 1, 1, 2, 3]),
                "clause": dice.choice(self.known.clauses),
                "year": self.as_of.year - dice.choice([0, 0, 0, 0, 1]),
                "judged": dice.choice([None, True, True, True, False]),
            }
        )

    def due(self, unit: int, person: int) -> None:
        dice = self.dice
        for month in range(1, dice.choice([1, 13])):
            self.rows["due"].append(
                {
                    "unit_id": unit,
                    "person_id": person,
                    "year": self.as_of.year - (month == 12),
                    "index": month,
                    "owed": dice.choice([None, 500]),
                    "paid": dice.choice([None, 0, 500]),
                    "paid_on": self.day(),
                    "late": dice.random() < 0.2,
                }
            )
