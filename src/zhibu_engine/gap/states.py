"""The states of one clause as acts move it, what each comes to, and how much more may still come.

``ByPlaces``: only how many of the lacking places (months, kinds, forms) are filled makes a difference; which ones
is forgotten once no later act can fill them. ``ByNumbers``: every other clause, by the clause's numbers themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import product
from typing import Any

from zhibu_engine.gap.helping import counts_places
from zhibu_engine.gap.moves import Effect, Move
from zhibu_engine.gap.whatif import Numbers, Outcome, WhatIf, moved
from zhibu_engine.kinds import RuleKind

State = tuple[int, ...]


class TooManyStates(Exception):
    """The search would take too long; nothing is said rather than something that may be wrong."""


#: So many states are judged at once to learn the best and the worst; beyond, all points count as possible.
_SURVEYED = 6_000


class States:
    """What both ways have in common. ``start`` is the state before any act."""

    start: State

    def __init__(self, whatif: WhatIf, place: int, moves: Sequence[Move]) -> None:
        self.whatif, self.place = whatif, place
        self.points = whatif.compiled.standard.clauses[place].points
        touching = {n: move for n, move in enumerate(moves) if place in move.effects}
        self.effects: list[Effect] = list(
            dict.fromkeys(move.effects[place] for move in touching.values())
        )
        self._of_move = {
            number: self.effects.index(move.effects[place]) for number, move in touching.items()
        }
        self.supply = Counter[int]()
        for number, effect in self._of_move.items():
            self.supply[effect] += moves[number].act.times
        self.last = max(self._of_move)
        self._known: dict[State, Outcome] = {}

    def touches(self, number: int) -> bool:
        return number in self._of_move

    def effect_of(self, number: int) -> int:
        return self._of_move[number]

    def most(self, number: int) -> int:
        """How often an act can make a difference here."""
        return self.supply[self._of_move[number]]

    def outcome(self, state: State) -> Outcome:
        known = self._known.get(state)
        if known is None:
            known = self._known[state] = self.whatif.outcome(self.place, self.numbers(state))
        return known

    def numbers(self, state: State) -> Numbers:
        raise NotImplementedError

    def after(self, state: State, effect: int, times: int) -> State:
        raise NotImplementedError

    def settled(self, state: State, number: int) -> State:
        return state

    def credit(self, state: State) -> float:
        """At least what the state comes to, and what was begun in it."""
        return float(self.outcome(state).earned)

    @property
    def slope(self) -> float:
        """What one more act may bring at most, beyond the credit."""
        raise NotImplementedError

    @property
    def is_idle(self) -> bool:
        """Whatever the acts do, the clause comes to the same."""
        raise NotImplementedError

    @property
    def best(self) -> State:
        raise NotImplementedError

    @property
    def best_points(self) -> int:
        raise NotImplementedError


class ByNumbers(States):
    def __init__(self, whatif: WhatIf, place: int, moves: Sequence[Move]) -> None:
        super().__init__(whatif, place, moves)
        self._names = list(whatif.numbers[place])
        self.start = tuple(whatif.numbers[place].values())

    def numbers(self, state: State) -> Numbers:
        return dict(zip(self._names, state, strict=True))

    def after(self, state: State, effect: int, times: int) -> State:
        return tuple(moved(self.numbers(state), self.effects[effect], times).values())

    @property
    def is_idle(self) -> bool:
        self._survey  # noqa: B018  # it judges every state
        known = set(self._known.values())
        return len(known) == 1 and len(self._known) > 1

    @cached_property
    def _survey(self) -> tuple[State, int, int]:
        """The best state, its points and the fewest points, over all that the acts can do."""
        ranges = [range(self.supply[effect] + 1) for effect in range(len(self.effects))]
        size = 1
        for one in ranges:
            size *= len(one)
        if size > _SURVEYED:
            return self.start, self.points, 0
        states: dict[State, Numbers] = {}
        for often in product(*ranges):
            numbers = self.whatif.numbers[self.place]
            for effect, times in zip(self.effects, often, strict=True):
                if times:
                    numbers = moved(numbers, effect, times)
            states.setdefault(tuple(numbers.values()), numbers)
        outcomes = self.whatif.outcomes(self.place, list(states.values()))
        self._known.update(zip(states, outcomes, strict=True))
        best = min(
            states, key=lambda state: (-self._known[state].earned, self._known[state].verdict)
        )
        return best, self._known[best].earned, min(one.earned for one in outcomes)

    @property
    def slope(self) -> float:
        _best, most, least = self._survey
        return float(most - least)

    @property
    def best(self) -> State:
        best, points, _least = self._survey
        if self.outcome(best).earned < points:
            raise TooManyStates
        return best

    @property
    def best_points(self) -> int:
        return self._survey[1]


class ByPlaces(States):
    """The state: how many places are filled for good, then how often each place's effect was added."""

    def __init__(
        self, whatif: WhatIf, place: int, moves: Sequence[Move], needs: Sequence[int]
    ) -> None:
        super().__init__(whatif, place, moves)
        self._needs = needs
        self.start = (0,) * (len(self.effects) + 1)
        self._last_of = {effect: number for number, effect in sorted(self._of_move.items())}
        self._whole = sum(needs)

    def most(self, number: int) -> int:
        return self._needs[self._of_move[number]]

    def after(self, state: State, effect: int, times: int) -> State:
        filled = min(state[effect + 1] + times, self._needs[effect])
        return (*state[: effect + 1], filled, *state[effect + 2 :])

    def settled(self, state: State, number: int) -> State:
        effect = self._of_move[number]
        if self._last_of[effect] != number or not state[effect + 1]:
            return state
        done = state[0] + state[effect + 1]
        return (done, *state[1 : effect + 1], 0, *state[effect + 2 :])

    def outcome(self, state: State) -> Outcome:
        return self._by_filled[sum(state)]

    @cached_property
    def _by_filled(self) -> list[Outcome]:
        """Which places are filled makes no difference, so they are filled in their order."""
        numbers = self.whatif.numbers[self.place]
        states = [numbers]
        for effect, need in zip(self.effects, self._needs, strict=True):
            for _ in range(need):
                numbers = moved(numbers, effect)
                states.append(numbers)
        return self.whatif.outcomes(self.place, states)

    @cached_property
    def slope(self) -> float:
        """Of the line from the start that no number of filled places lies above."""
        base = self._by_filled[0].earned
        slopes = [
            (one.earned - base) / filled for filled, one in enumerate(self._by_filled) if filled
        ]
        return max(0.0, *slopes)

    def credit(self, state: State) -> float:
        return self._by_filled[0].earned + self.slope * sum(state)

    @property
    def is_idle(self) -> bool:
        return len(set(self._by_filled)) == 1

    @property
    def best(self) -> State:
        earned = [one.earned for one in self._by_filled]
        verdicts = [one.verdict for one in self._by_filled]
        filled = min(range(len(earned)), key=lambda n: (-earned[n], verdicts[n]))
        return (filled, *self.start[1:])

    @property
    def best_points(self) -> int:
        return max(one.earned for one in self._by_filled)


def states_of(whatif: WhatIf, place: int, moves: Sequence[Move]) -> States:
    rule: Any = whatif.compiled.standard.clauses[place].rule
    if isinstance(rule, RuleKind) and counts_places(rule):
        needs: dict[Effect, int] = {}
        for move in moves:
            effect = move.effects.get(place)
            if effect is not None:
                needs[effect] = max(needs.get(effect, 0), move.asked.get(place, 0))
        if all(needs.values()):
            return ByPlaces(whatif, place, moves, list(needs.values()))
    return ByNumbers(whatif, place, moves)
