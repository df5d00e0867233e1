"""What acts do to one unit's findings: the rows they add or change, and what each adds to each clause's numbers.

Nothing is judged twice over: the clauses' numbers are moved by what an act adds to them, and ``judge`` says
what they come to (many states of one clause in one call).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhibu_engine.assess import subjects_of
from zhibu_engine.calendar import Calendar
from zhibu_engine.columns import ColumnsOf
from zhibu_engine.compile import Compiled
from zhibu_engine.evidence import names_of
from zhibu_engine.facts import RELATIONS
from zhibu_engine.gap.acts import Act, Scene
from zhibu_engine.gap.doing import acts_apply, plain, renumbered, rows_table, whole_row
from zhibu_engine.gap.helping import acts_for
from zhibu_engine.gap.moves import Effect, Move, alike, together
from zhibu_engine.judge import applies_mask, clause_judge
from zhibu_engine.kinds import RuleKind, Subjects
from zhibu_engine.packs import Clause
from zhibu_engine.plan import Read
from zhibu_engine.prepare import facts_prepare, judging_form
from zhibu_engine.tallies import JOIN
from zhibu_engine.tally import Tallies

Tables = Mapping[str, pa.Table]
#: The numbers of one clause.
Numbers = dict[str, int]
#: How tallies add up; others (latest, bits) join.
_ADDS = frozenset({"count", "sum", "distinct"})
_ALWAYS_ARRAYS = 10**9


@dataclass(frozen=True)
class Outcome:
    verdict: int
    earned: int


class WhatIf:
    """One unit as it will be judged on the last day if nothing more is recorded, and what acts would change."""

    def __init__(
        self,
        compiled: Compiled,
        own: Tables,
        unit_id: int,
        *,
        today: date,
        by: date,
        exempt: Collection[str] = (),
        by_hand: Mapping[str, int],
    ) -> None:
        self.compiled, self.unit_id = compiled, unit_id
        self.own = {
            name: plain(name, _until(name, table, today))
            for name, table in own.items()
            if name in RELATIONS and "unit_id" in table.column_names
        }
        self.calendar, self.today = Calendar(by), today
        self.exempt, self.by_hand = frozenset(exempt), by_hand
        self.facts = facts_prepare(self.own, by)
        units = np.array([unit_id], dtype=np.int64)
        tallies = Tallies(compiled, self.facts.tables, units, columns=self.facts.columns)
        self.subjects = subjects_of(compiled, self.facts.tables["unit"], units, tallies)
        self.numbers: list[Numbers] = [
            {name: int(tallies.column(reads)[0]) for name, reads in one.items()}
            for one in compiled.plan.clauses
        ]
        everywhere = applies_mask(compiled.standard.applies, self.subjects)
        self._applies = [
            bool((everywhere & applies_mask(clause.applies, self.subjects))[0])
            for clause in compiled.standard.clauses
        ]
        self._known: dict[tuple[int, tuple[int, ...]], Outcome] = {}
        self._readings: dict[frozenset[str], list[tuple[int, str, tuple[Read, ...]]]] = {}

    @cached_property
    def scene(self) -> Scene:
        columns = self.facts.columns
        for name, table in self.facts.tables.items():
            if name not in columns:
                columns[name] = ColumnsOf(table)
        persons: dict[int, str] = {}
        for relation in ("post", "part", "member"):
            persons |= names_of(self.own, relation, "person_id", "person")
        groups = names_of(self.own, "group", "group_id", "name")
        return Scene(self.calendar, self.today, self.compiled.words, dict(columns), persons, groups)

    def outcome(self, place: int, numbers: Numbers) -> Outcome:
        return self.outcomes(place, [numbers])[0]

    def outcomes(self, place: int, states: Sequence[Numbers]) -> list[Outcome]:
        """What the clause comes to with these numbers, by the judge."""
        keys = [(place, tuple(state.values())) for state in states]
        fresh = {
            key: state for key, state in zip(keys, states, strict=True) if key not in self._known
        }
        if fresh:
            self._known.update(zip(fresh, self._judged(place, list(fresh.values())), strict=True))
        return [self._known[key] for key in keys]

    def _judged(self, place: int, states: Sequence[Numbers]) -> list[Outcome]:
        clause = self.compiled.standard.clauses[place]
        length = len(states)
        tallied = {
            name: np.array([state[name] for state in states], dtype=np.int64)
            for name in self.numbers[place]
        }
        column = clause_judge(
            clause,
            np.full(length, self._applies[place]),
            tallied,
            _repeated(self.subjects, length),
            self.calendar,
            exempt=np.full(length, clause.key in self.exempt),
            by_hand=dict.fromkeys(range(length), self.by_hand[clause.key])
            if clause.key in self.by_hand
            else {},
        )
        pairs = zip(column.verdict.tolist(), column.earned.tolist(), strict=True)
        return [Outcome(verdict, earned) for verdict, earned in pairs]

    @cached_property
    def base(self) -> list[Outcome]:
        """What every clause comes to if nothing more is recorded."""
        return [self.outcome(place, numbers) for place, numbers in enumerate(self.numbers)]

    def moves(self, wanted: Iterable[int]) -> list[Move]:
        """The acts that would help the clauses at these places, with everything else that they change."""
        asked: dict[Act, dict[int, int]] = {}
        for place in wanted:
            for act in self._acts(self.compiled.standard.clauses[place], place):
                asked.setdefault(act, {})[place] = act.times
        acts = [replace(act, times=max(often.values())) for act, often in asked.items()]
        effects = self._effects(acts)
        moves = [
            Move(act, effect, asked[act])
            for act, effect in zip(acts, effects, strict=True)
            if effect
        ]
        return together(alike(moves))

    def _acts(self, clause: Clause, place: int) -> Iterable[Act]:
        if not isinstance(clause.rule, RuleKind) or clause.method != "record":
            return ()
        tallied = {
            name: np.array([number], dtype=np.int64) for name, number in self.numbers[place].items()
        }
        return acts_for(clause.rule, tallied, replace(self.scene, form=clause.form))

    def _effects(self, acts: Sequence[Act]) -> list[dict[int, Effect] | None]:
        """For each act what it adds to the numbers of each clause; None where the program cannot foresee it."""
        added = self._added(acts)
        others = [act for act in acts if not self._is_simple(act)]
        near = self._near(others)
        copied = self._copied(others, near)
        found = []
        for number, act in enumerate(acts):
            if self._is_simple(act):
                reads = self._reading({relation for relation, _ in act.adds})
                found.append(self._effects_of(added, number, reads, simple=True))
            else:
                found.append(self._effects_of(*copied[act], self._reading(near), simple=False))
        return found

    def _near(self, acts: Sequence[Act]) -> set[str]:
        """The relations that the acts touch, with those that are counted together with them."""
        found = {relation for act in acts for relation, _ in act.adds}
        found |= {change.relation for act in acts for change in act.changes}
        for statement in self.compiled.plan.statements:
            if statement.covered is not None:
                pair = {statement.relation, statement.covered.base}
                found |= pair if pair & found else set()
        return found

    def _reading(self, relations: set[str]) -> list[tuple[int, str, tuple[Read, ...]]]:
        """The numbers of judged clauses that are counted from one of the relations."""
        key = frozenset(relations)
        if key not in self._readings:
            statements, clauses = self.compiled.plan.statements, self.compiled.standard.clauses
            self._readings[key] = [
                (place, name, parts)
                for place, reads in enumerate(self.compiled.plan.clauses)
                if clauses[place].class_ != "statistic"
                for name, parts in reads.items()
                if any(statements[part.statement].relation in key for part in parts)
            ]
        return self._readings[key]

    def _effects_of(
        self,
        tallies: Tallies,
        row: int,
        reading: list[tuple[int, str, tuple[Read, ...]]],
        *,
        simple: bool,
    ) -> dict[int, Effect] | None:
        found: dict[int, Effect] = {}
        for place, name, parts in reading:
            how, base = parts[0].how, self.numbers[place][name]
            number = int(_column(tallies, parts)[row])
            if how in _ADDS:
                change = number if simple else number - base
            elif how in ("bits", "code_bits"):
                if not simple and base & ~number:
                    return None
                change = number & ~base
            else:
                joined = int(JOIN[how](np.int64(base), np.int64(number)))
                change = number if joined != base else 0
            if change:
                found[place] = (*found.get(place, ()), (name, how, change))
        return found

    def _is_simple(self, act: Act) -> bool:
        """It only adds rows, and what is counted of their relations adds up row by row."""
        touched = {relation for relation, _ in act.adds}
        return not act.changes and not touched & self._whole

    @cached_property
    def _whole(self) -> set[str]:
        """Relations of which something is counted that does not add up row by row."""
        found: set[str] = set()
        for statement in self.compiled.plan.statements:
            if statement.covered is not None:
                found |= {statement.relation, statement.covered.base}
            elif (
                statement.median is not None
                or statement.window != "year"
                or any(tally.how == "distinct" for tally in statement.aggregates)
            ):
                found.add(statement.relation)
        return found

    def _added(self, acts: Sequence[Act]) -> Tallies:
        """The numbers of the added rows alone, one unit for each act."""
        rows: dict[str, list[dict[str, Any]]] = {}
        for number, act in enumerate(acts):
            for place, (relation, row) in enumerate(act.adds):
                rows.setdefault(relation, []).append(whole_row(relation, row, number, place))
        tables = {
            source: judging_form(source, rows_table(source, rows[source]), self.calendar.as_of)
            if source in rows
            else table.slice(0, 0)
            for source, table in self._sources().items()
        }
        return self._tallies(tables, len(acts))

    def _sources(self) -> dict[str, pa.Table]:
        tables = self.facts.tables
        names = {statement.source for statement in self.compiled.plan.statements}
        return {name: tables[name] for name in {*names, *self.compiled.plan.relations}}

    def _tallies(self, tables: Tables, length: int) -> Tallies:
        units = np.arange(length, dtype=np.int64)
        return Tallies(self.compiled, tables, units, columns={}, few=_ALWAYS_ARRAYS)

    def _copied(self, acts: Sequence[Act], near: set[str]) -> dict[Act, tuple[Tallies, int]]:
        """The numbers of a copy of the unit for each act, with the act done."""
        if not acts:
            return {}
        kept = {*near, "unit", "member", "group"}
        own = {name: table for name, table in self.own.items() if name in kept}
        whole = [
            renumbered(acts_apply(own, self.unit_id, [act]), place)
            for place, act in enumerate(acts)
        ]
        joined = {
            name: pa.concat_tables(
                [one[name] for one in whole if name in one], promote_options="default"
            )
            for name in dict.fromkeys(name for one in whole for name in one)
        }
        facts = facts_prepare(joined, self.calendar.as_of)
        tallies = Tallies(
            self.compiled,
            facts.tables,
            np.arange(len(acts), dtype=np.int64),
            columns=facts.columns,
            few=_ALWAYS_ARRAYS,
        )
        return {act: (tallies, place) for place, act in enumerate(acts)}


def _until(name: str, table: pa.Table, today: date) -> pa.Table:
    """What has happened by today: a record of a later day is a plan, and nobody's merit yet."""
    relation = RELATIONS.get(name)
    if relation is None or not relation.event or relation.event not in table.column_names:
        return table
    days = table.column(relation.event)
    if pa.types.is_null(days.type) or not table.num_rows:
        return table
    return table.filter(pc.fill_null(pc.less_equal(days, pa.scalar(today, days.type)), True))


def moved(numbers: Numbers, effect: Effect, times: int = 1) -> Numbers:
    """The numbers after an act, done so many times."""
    found = dict(numbers)
    for name, how, change in effect:
        if how in _ADDS:
            found[name] += change * times
        elif how in ("bits", "code_bits"):
            found[name] |= change
        else:
            found[name] = int(JOIN[how](np.int64(found[name]), np.int64(change)))
    return found


def _column(tallies: Tallies, parts: tuple[Read, ...]) -> Any:
    kept: dict[tuple[Read, ...], Any] = tallies.__dict__.setdefault("_what_if", {})
    if parts not in kept:
        kept[parts] = tallies.column(parts)
    return kept[parts]


def _repeated(one: Subjects, length: int) -> Subjects:
    def of(values: Any) -> Any:
        return np.repeat(values, length)

    return Subjects(
        of(one.unit_id),
        of(one.kind),
        of(one.sector),
        of(one.founded),
        of(one.withdrawn),
        of(one.temporary),
        members=of(one.members),
        full_members=of(one.full_members),
        groups=of(one.groups),
    )
