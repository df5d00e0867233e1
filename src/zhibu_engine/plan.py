"""Which numbers a standard needs, gathered into as few statements as possible. No Ibis here.

A statement reads one relation grouped by unit and the relation's group code. Tallies that only differ in
the codes they read share one aggregate. The plan is a pure function of the clauses, so that a stored
statement can be checked against it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from zhibu_engine.conditions import ACTIVE, COUNTED_MEMBER
from zhibu_engine.facts import RELATIONS
from zhibu_engine.kinds import RuleKind
from zhibu_engine.packs import Clause, Standard, Words
from zhibu_engine.tallies import AnyTally, CoveredTally, MedianTally, Tally, Window

#: In which relation the subjects of a standard are found.
FOUND_IN = {"person": "post", "matter": "matter", "entry": "entry"}
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
    covered: CoveredTally | None = None
    median: MedianTally | None = None
    window: Window = "year"

    @property
    def name(self) -> str:
        """For people: what it counts."""
        if self.covered is not None:
            return f"{self.covered.base}_{self.relation}"
        if self.median is not None:
            return f"{self.relation}_median"
        whole = "" if self.group or not RELATIONS[self.relation].group else "_whole"
        return f"{self.relation}{whole}{'_past' if self.window == 'past' else ''}"

    @property
    def source(self) -> str:
        """The table of ``Facts`` that it reads."""
        return self.relation if self.window == "year" else f"{self.relation}@{self.window}"

    @property
    def columns(self) -> int:
        """How many numbers it gives for each unit and group."""
        return 1 if self.covered or self.median else len(self.aggregates)


@dataclass(slots=True)
class Plan:
    """The statements of a standard and, for each clause (and the subjects first), where its numbers lie."""

    statements: list[Statement]
    subjects: dict[str, tuple[Read, ...]]
    clauses: list[dict[str, tuple[Read, ...]]]
    #: The relation in which persons, matters or entries are found; empty where units are judged.
    found_in: str = ""

    @property
    def relations(self) -> set[str]:
        """The relations that some statement reads."""
        based = {one.covered.base for one in self.statements if one.covered is not None}
        about = {self.found_in} if self.found_in else set()
        return about | based | {one.relation for one in self.statements}

    def relations_of(self, clause: int) -> set[str]:
        """The relations that one clause reads."""
        read = [
            self.statements[one.statement]
            for parts in self.clauses[clause].values()
            for one in parts
        ]
        based = {one.covered.base for one in read if one.covered is not None}
        return based | {one.relation for one in read}

    @property
    def looks_back(self) -> bool:
        """Some statement reads rows from before the judged year."""
        return any(one.window == "past" for one in self.statements)

    @property
    def digest(self) -> str:
        return hashlib.sha256(
            repr(
                [(s.source, s.group, s.aggregates, s.covered, s.median) for s in self.statements]
            ).encode()
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
    found_in = FOUND_IN.get(standard.subject.kind, "")
    return Plan(planner.statements, subjects, clauses, found_in)


def _wanted(clause: Clause, words: Words) -> list[tuple[str, tuple[AnyTally, ...]]]:
    if not isinstance(clause.rule, RuleKind) or clause.method != "record":
        return []
    return list(clause.rule.tallies(words).items())


class _Planner:
    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self._grouped: dict[tuple[str, str, str], int] = {}
        self._aggregates: dict[tuple[int, object], int] = {}
        self._owned: dict[CoveredTally | MedianTally, int] = {}

    def read(self, tally: AnyTally) -> Read:
        if not isinstance(tally, Tally):
            return self._own(tally)
        group = "" if tally.how == "distinct" else RELATIONS[tally.relation].group
        if tally.groups is not None and not group:
            raise ValueError(
                f"{tally.relation} is compiled without a group: put the codes into the condition"
            )
        place = self._statement(tally.relation, group, tally.window)
        spec = (place, (tally.how, tally.column, tally.where, tally.codes))
        if spec not in self._aggregates:
            self._aggregates[spec] = len(self.statements[place].aggregates)
            self.statements[place].aggregates.append(replace(tally, groups=None))
        return Read(place, self._aggregates[spec], tally.how, tally.groups)

    def _statement(self, relation: str, group: str, window: Window) -> int:
        key = (relation, group, window)
        if key not in self._grouped:
            self._grouped[key] = len(self.statements)
            self.statements.append(Statement(relation, group, window=window))
        return self._grouped[key]

    def _own(self, tally: CoveredTally | MedianTally) -> Read:
        """A tally that takes a statement for itself."""
        if tally not in self._owned:
            self._owned[tally] = len(self.statements)
            covered, median = (tally, None) if isinstance(tally, CoveredTally) else (None, tally)
            self.statements.append(Statement(tally.relation, "", covered=covered, median=median))
        return Read(self._owned[tally], 0, "count", None)
