"""Which numbers a standard needs, gathered into as few statements as possible. No Ibis here.

A statement reads one relation grouped by unit and the relation's group code. Tallies that only differ in
the codes they read share one aggregate. The plan is a pure function of the clauses, so that a stored
statement can be checked against it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from zhibu_engine.conditions import ACTIVE, COUNTED_MEMBER
from zhibu_engine.facts import RELATIONS
from zhibu_engine.kinds import RuleKind
from zhibu_engine.packs import Clause, Standard, Words
from zhibu_engine.tallies import PersonTally, Tally

#: Counted for every standard: to whom clauses apply.
SUBJECT_TALLIES: dict[str, Tally] = {
    "members": Tally("member", where=COUNTED_MEMBER),
    "full_members": Tally("member", where=COUNTED_MEMBER, groups=("full",)),
    "groups": Tally("group", where=ACTIVE),
}


@dataclass(frozen=True, slots=True)
class Read:
    """Where a tally's number lies: a column of a statement, and the group codes to join (None: all)."""

    statement: int
    column: int
    how: str
    groups: tuple[str, ...] | None


@dataclass(slots=True)
class Statement:
    """One small statement. ``group`` is empty where the unit alone is the key."""

    relation: str
    group: str
    aggregates: list[Tally] = field(default_factory=list)
    person: PersonTally | None = None

    @property
    def name(self) -> str:
        if self.person is not None:
            return f"{self.person.people}_{self.relation}"
        return (
            self.relation
            if self.group or not RELATIONS[self.relation].group
            else f"{self.relation}_whole"
        )


@dataclass(slots=True)
class Plan:
    """The statements of a standard and, for each clause (and the subjects first), where its numbers lie."""

    statements: list[Statement]
    subjects: dict[str, tuple[Read, ...]]
    clauses: list[dict[str, tuple[Read, ...]]]

    @property
    def digest(self) -> str:
        return hashlib.sha256(
            repr([(s.relation, s.group, s.aggregates, s.person) for s in self.statements]).encode()
        ).hexdigest()


def plan(words: Words, standard: Standard) -> Plan:
    planner = _Planner()
    subjects: dict[str, tuple[Read, ...]] = {
        name: (planner.read(tally),) for name, tally in SUBJECT_TALLIES.items()
    }
    clauses = [
        {
            name: tuple(planner.read(tally) for tally in tallies)
            for name, tallies in _wanted(clause, words)
        }
        for clause in standard.clauses
    ]
    return Plan(planner.statements, subjects, clauses)


def _wanted(clause: Clause, words: Words) -> list[tuple[str, tuple[Tally | PersonTally, ...]]]:
    if not isinstance(clause.rule, RuleKind) or clause.method != "record":
        return []
    return list(clause.rule.tallies(words).items())


class _Planner:
    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self._grouped: dict[tuple[str, str], int] = {}
        self._aggregates: dict[tuple[int, object], int] = {}

    def read(self, tally: Tally | PersonTally) -> Read:
        if isinstance(tally, PersonTally):
            return self._person(tally)
        group = "" if tally.how == "distinct" else RELATIONS[tally.relation].group
        where = tally
        if tally.groups is not None and not group:
            raise ValueError(
                f"{tally.relation} is compiled without a group: put the codes into the condition"
            )
        place = self._statement(tally.relation, group)
        spec = (place, (tally.how, tally.column, tally.where, tally.codes))
        if spec not in self._aggregates:
            self._aggregates[spec] = len(self.statements[place].aggregates)
            self.statements[place].aggregates.append(
                Tally(where.relation, where.how, where.column, where.where, None, where.codes)
            )
        return Read(place, self._aggregates[spec], tally.how, tally.groups)

    def _statement(self, relation: str, group: str) -> int:
        key = (relation, group)
        if key not in self._grouped:
            self._grouped[key] = len(self.statements)
            self.statements.append(Statement(relation, group))
        return self._grouped[key]

    def _person(self, tally: PersonTally) -> Read:
        for place, statement in enumerate(self.statements):
            if statement.person == tally:
                return Read(place, 0, "count", None)
        self.statements.append(Statement(tally.relation, "", person=tally))
        return Read(len(self.statements) - 1, 0, "count", None)
