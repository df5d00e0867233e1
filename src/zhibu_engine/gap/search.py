"""The least effort that reaches a total: an exact search over acts that each move the numbers of several clauses.

Acts are taken one after the other. What has been done so far is known by the state of every clause that later
acts still touch; of two ways to the same state at the same cost the one with more points is kept. A bound on what
the remaining acts can bring drops hopeless ways; the effort allowed grows until the goal is reached, so the first
way found is a cheapest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhibu_engine.compose import NO_LEVEL, compose
from zhibu_engine.gap.moves import Move
from zhibu_engine.gap.states import States, TooManyStates, states_of
from zhibu_engine.gap.whatif import Outcome, WhatIf
from zhibu_engine.packs import Clause, Standard
from zhibu_engine.verdicts import Verdict

#: A way: the number of an act and how often, and the way before it.
Chain = tuple[int, int, Any] | None
#: cost → points of the plain clauses, the same with what was begun, the way.
Ways = dict[int, tuple[int, float, Chain]]
Key = tuple[Any, ...]
#: So many states at once, and the search is given up.
MOST_STATES = 60_000
_NEAR = 1e-6
PLAIN, SPECIAL = "plain", "special"
#: Plain, special, or the group and item whose points are added up before something is taken away.
Role = str | tuple[str, str]
_PARTIAL = int(Verdict.PARTIAL)
_HOLDS = (Verdict.MET, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True)
class Goal:
    """A level by its place in the standard (0 is the best), or so many points (0.01)."""

    level: int = NO_LEVEL
    points: int = 0


@dataclass(frozen=True, slots=True)
class _After:
    key: Key
    #: Points of plain clauses, and what the bound came nearer by.
    gain: int
    credit: float


class Search:
    """One unit, one goal. ``costs`` gives each move's cost: a whole number, 1 or more."""

    def __init__(
        self, whatif: WhatIf, moves: Sequence[Move], goal: Goal, costs: Sequence[int]
    ) -> None:
        standard = self.standard = whatif.compiled.standard
        self.goal, self.costs = goal, costs
        self.verdicts = np.array([one.verdict for one in whatif.base], dtype=np.int64)
        self.earned = np.array([one.earned for one in whatif.base], dtype=np.int64)
        self.possible = np.array([one.points for one in standard.clauses], dtype=np.int64)
        roles = Roles(standard, goal, self.verdicts == Verdict.NOT_APPLICABLE)
        touched = sorted({place for move in moves for place in move.effects})
        found = [states_of(whatif, place, moves) for place in touched if roles.counts(place)]
        self.states: list[States] = [one for one in found if not one.is_idle]
        self.roles = [roles.of(one.place) for one in self.states]
        self.buckets = sorted({role for role in self.roles if isinstance(role, tuple)})
        self.critical = [roles.is_critical(one.place) for one in self.states]
        self.moves = [
            {at: one.effect_of(number) for at, one in enumerate(self.states) if one.touches(number)}
            for number in range(len(moves))
        ]
        self.times = [
            min(
                move.act.times,
                max((one.most(number) for one in self.states if one.touches(number)), default=0),
            )
            for number, move in enumerate(moves)
        ]
        brings = [roles.brings(one.place) for one in self.states]
        self.brings = brings
        self.slopes = [
            sum(self.states[at].slope for at in effects if brings[at]) for effects in self.moves
        ]

    def run(self) -> list[tuple[int, int]] | None:
        """(act, times) of a cheapest way; None where no way reaches the goal."""
        if self._reached([self._start()], [0])[0]:
            return []
        best = tuple(
            one.start if role == PLAIN else one.best
            for one, role in zip(self.states, self.roles, strict=True)
        )
        plain = [one for one, role in zip(self.states, self.roles, strict=True) if role == PLAIN]
        most = sum(one.best_points - one.outcome(one.start).earned for one in plain)
        if not self._reached([(*best, *self._no_sums())], [most])[0]:
            return None
        whole = sum(cost * times for cost, times in zip(self.costs, self.times, strict=True))
        slack = self._slack(whole)
        needed = self._wanted() - self._raw()
        low = next((b for b in range(whole + 1) if slack[0][b] + _NEAR >= needed), whole)
        step = 0
        while True:
            # A wider budget drops fewer ways, a narrow one may have to be widened often.
            low = min(low + step, whole)
            found = self._within(low, needed, slack)
            if found is not None or low == whole:
                return found
            step += 1

    def _start(self) -> Key:
        return (*(one.start for one in self.states), *self._no_sums())

    def _no_sums(self) -> tuple[int, ...]:
        return (0,) * len(self.buckets)

    def _raw(self) -> int:
        """The points of scored clauses and bonus, before anything is taken away: never less than the total."""
        classes = [one.class_ in ("scored", "bonus") for one in self.standard.clauses]
        judged = self.verdicts <= Verdict.UNMET
        return int(self.earned[np.array(classes) & judged].sum())

    def _wanted(self) -> float:
        """Fewer points than these never reach the goal. What does not apply now is the most that never will."""
        if self.goal.level == NO_LEVEL:
            return float(self.goal.points)
        wanted = min(level.from_ for level in self.standard.levels[: self.goal.level + 1])
        scored = np.array([one.class_ == "scored" for one in self.standard.clauses])
        whole = int(self.possible[scored].sum())
        outside = int(self.possible[scored & (self.verdicts == Verdict.NOT_APPLICABLE)].sum())
        if self.standard.not_applicable == "full":
            return float(wanted - outside)
        if self.standard.not_applicable == "rescale" and whole:
            return wanted * (whole - outside) / whole
        return float(wanted)

    def _slack(self, whole: int) -> list[list[float]]:
        """The most points that the acts from each number on can bring within a cost."""
        rows = [[0.0] * (whole + 1)]
        for number in reversed(range(len(self.moves))):
            row = rows[-1]
            cost, slope = self.costs[number], self.slopes[number]
            for _ in range(self.times[number] if slope else 0):
                row = [
                    max(row[b], row[b - cost] + slope) if b >= cost else row[b]
                    for b in range(whole + 1)
                ]
            rows.append(row)
        return rows[::-1]

    def _within(
        self, budget: int, needed: float, slack: list[list[float]]
    ) -> list[tuple[int, int]] | None:
        table: dict[Key, Ways] = {self._start(): {0: (0, 0.0, None)}}
        for number in range(len(self.moves)):
            table = self._step(number, table, budget, needed, slack[number + 1])
        ends = [
            (key, cost, way[0], way[2]) for key, ways in table.items() for cost, way in ways.items()
        ]
        if not ends:
            return None
        reached = self._reached([end[0] for end in ends], [end[2] for end in ends])
        good = [end for end, is_good in zip(ends, reached, strict=True) if is_good]
        if not good:
            return None
        best = min(good, key=lambda end: (end[1], -end[2], _listed(end[3])))
        return _listed(best[3])

    def _step(
        self,
        number: int,
        table: dict[Key, Ways],
        budget: int,
        needed: float,
        slack: list[float],
    ) -> dict[Key, Ways]:
        """One more act: not done, or done once or more."""
        found: dict[Key, Ways] = {}
        cost = self.costs[number]
        for key, ways in table.items():
            for times in range(min(self.times[number], budget // cost) + 1):
                after = self._moved(key, number, times)
                if after is None:
                    continue
                new = found.setdefault(after.key, {})
                for spent, (points, begun, chain) in ways.items():
                    total, hoped = spent + times * cost, begun + after.credit
                    if total > budget or hoped + slack[budget - total] + _NEAR < needed:
                        continue
                    known = new.get(total)
                    if known is None or points + after.gain > known[0]:
                        way = (number, times, chain) if times else chain
                        new[total] = (points + after.gain, hoped, way)
                if not new:
                    del found[after.key]
        if len(found) > MOST_STATES:
            raise TooManyStates
        return found

    def _moved(self, key: Key, number: int, times: int) -> _After | None:
        """The state after an act; None where a clause that has to hold is past mending."""
        after = list(key)
        gain, credit = 0, 0.0
        for at, effect in self.moves[number].items():
            one, role = self.states[at], self.roles[at]
            state = one.after(key[at], effect, times) if times else key[at]
            outcome = one.outcome(state)
            closing = one.last == number
            if role == PLAIN:
                gain += outcome.earned - one.outcome(key[at]).earned
            if self.brings[at]:
                now = outcome.earned if closing else one.credit(state)
                credit += now - one.credit(key[at])
            if not closing:
                after[at] = one.settled(state, number)
                continue
            if self.critical[at] and outcome.verdict not in _HOLDS:
                return None
            after[at] = outcome if role == SPECIAL else None
            if isinstance(role, tuple):
                place = len(self.states) + self.buckets.index(role)
                after[place] += outcome.earned - one.outcome(one.start).earned
        return _After(tuple(after), gain, credit)

    def _reached(self, keys: Sequence[Key], points: Sequence[int]) -> list[bool]:
        """Whether totals reach the goal: composed as ever. Points of closed clauses lie on the first of their kind."""
        rows = len(keys)
        verdict = np.tile(self.verdicts, (rows, 1))
        earned = np.tile(self.earned, (rows, 1))
        added: dict[Role, Any] = {PLAIN: np.array(points)}
        for place, bucket in enumerate(self.buckets):
            added[bucket] = np.array([key[len(self.states) + place] for key in keys])
        for at, (one, role) in enumerate(zip(self.states, self.roles, strict=True)):
            verdict[:, one.place], earned[:, one.place] = _PARTIAL, one.outcome(one.start).earned
            if role != PLAIN:
                for row, key in enumerate(keys):
                    if key[at] is not None:
                        is_closed = isinstance(key[at], Outcome)
                        outcome = key[at] if is_closed else one.outcome(key[at])
                        verdict[row, one.place] = outcome.verdict
                        earned[row, one.place] = outcome.earned
            if role in added:
                # A sum may pass the clause's own points: only the total is read.
                earned[:, one.place] += added.pop(role)
        totals = compose(self.standard, verdict, np.tile(self.possible, (rows, 1)), earned)
        if self.goal.level == NO_LEVEL:
            return [found >= self.goal.points for found in totals.earned.tolist()]
        return [NO_LEVEL < low <= self.goal.level for low in totals.low.tolist()]


def _listed(chain: Chain) -> list[tuple[int, int]]:
    found = []
    while chain is not None:
        number, times, chain = chain
        found.append((number, times))
    return found[::-1]


class Roles:
    """How each clause enters the total: simply added, added within an item or a group, or by itself."""

    def __init__(self, standard: Standard, goal: Goal, outside: Any) -> None:
        self._standard = standard
        self._rescaled = standard.not_applicable in ("rescale", "full")
        self._outside = outside
        clauses = standard.clauses
        taking = [one for one in clauses if one.class_ == "penalty"]
        self._items = {one.item for one in taking if one.item}
        self._items |= {one.item for one in clauses if one.zeroes == "item" and one.item}
        self._groups = {standard.group_of(one) for one in taking if not one.item}
        self._groups |= {standard.group_of(one) for one in clauses if one.zeroes == "group"}
        self._groups |= {group.key for group in standard.groups if group.cap is not None}
        self._groups.discard("")
        levels = standard.levels[: goal.level + 1] if goal.level != NO_LEVEL else ()
        self._must = {key for level in levels for key in level.must}
        self._always = set.intersection(*(set(level.must) for level in levels)) if levels else set()

    def of(self, place: int) -> Role:
        one = self._standard.clauses[place]
        own = one.class_ != "scored" or one.zeroes or one.caps_score is not None or one.caps_level
        # The scale itself moves when a clause that did not apply begins to.
        moves_scale = self._rescaled and bool(self._outside[place])
        if own or one.key in self._must or moves_scale:
            return SPECIAL
        if one.item in self._items or self._standard.group_of(one) in self._groups:
            return (self._standard.group_of(one), one.item)
        return PLAIN

    def counts(self, place: int) -> bool:
        """Whether the clause makes any difference to the total or the level."""
        one = self._standard.clauses[place]
        return one.class_ == "scored" or (one.class_ != "statistic" and self._matters(one))

    def _matters(self, one: Clause) -> bool:
        if one.class_ in ("bonus", "penalty", "veto") or one.zeroes or one.caps_level:
            return True
        return one.caps_score is not None or one.key in self._must

    def brings(self, place: int) -> bool:
        return self._standard.clauses[place].class_ in ("scored", "bonus")

    def is_critical(self, place: int) -> bool:
        return self._standard.clauses[place].key in self._always
