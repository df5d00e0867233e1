"""达标还差什么: the least effort that reaches the next level (or so many points) before a last day.

The unit is judged as it will stand on the last day if nothing more is recorded; ``search`` chooses acts that make
up the difference. What is promised is what the judge finds once the acts are done (``tests/engine/test_gap.py``
does them). Clauses that people score, or that wait for records, are never counted on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from zhibu_engine.assess import Findings, Score
from zhibu_engine.compile import Compiled
from zhibu_engine.compose import NO_LEVEL
from zhibu_engine.explain import points_zh
from zhibu_engine.gap.acts import DOES, Act
from zhibu_engine.gap.moves import Move
from zhibu_engine.gap.search import Goal, Search
from zhibu_engine.gap.states import TooManyStates
from zhibu_engine.gap.whatif import WhatIf, moved
from zhibu_engine.packs import Clause, Standard
from zhibu_engine.prepare import FactsError
from zhibu_engine.verdicts import Verdict

Costs = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, with what the total gains by it after those before it."""

    act: Act
    times: int
    points: int


@dataclass(frozen=True, slots=True)
class Left:
    """Points that no act of the branch can bring: who has to, or why not."""

    clause: str
    title: str
    points: int
    why: str


@dataclass(frozen=True)
class Gap:
    """``idle`` is the score on the last day if nothing more is recorded, ``after`` once the steps are done."""

    standard: Standard
    by: date
    goal: Goal
    idle: Score
    after: Score
    steps: tuple[Step, ...]
    reached: bool
    #: Not counted on: 未评, and what no act mends.
    open: tuple[Left, ...]
    stuck: tuple[Left, ...]
    #: The search was given up: nothing can be said.
    given_up: bool = False
    effort: int = 0

    @property
    def goal_zh(self) -> str:
        if self.goal.level != NO_LEVEL:
            return self.standard.levels[self.goal.level].title
        return f"{points_zh(self.goal.points)} 分"


def gap(
    compiled: Compiled,
    own: Mapping[str, pa.Table],
    unit_id: int,
    *,
    today: date,
    by: date | None = None,
    level: str | None = None,
    points: int | None = None,
    costs: Costs | None = None,
    exempt: Collection[str] = (),
    by_hand: Mapping[str, int] | None = None,
) -> Gap | None:
    """What one unit still has to do. ``own`` are its facts in file form; None: it is at the best level already.

    Without ``level`` and ``points`` the goal is the level above the one it will have. ``costs`` gives the effort
    of an act by what it does (``acts.DOES``); an act without one costs 1. ``exempt`` are clauses that the unit is
    exempt from, ``by_hand`` the points that people gave.

    Raises:
        FactsError: a goal or a cost that does not exist, a last day outside the year, another subject than units.
    """
    standard = compiled.standard
    last = by or date(today.year, 12, 31)
    _refuse(standard, today, last, costs or {})
    whatif, moves = whatif_and_moves(
        compiled, own, unit_id, today=today, by=last, exempt=exempt, by_hand=by_hand
    )
    idle = _along(whatif, (), ())[0]
    goal = _goal(standard, idle, level, points)
    if goal is None:
        return None
    open_, stuck = _left(whatif, moves)
    given = costs or {}
    effort = [given.get(move.act.do, 1) * move.act.units for move in moves]
    try:
        way = Search(whatif, moves, goal, effort).run()
    except TooManyStates:
        return Gap(standard, last, goal, idle, idle, (), False, open_, stuck, given_up=True)
    if way is None:
        return Gap(standard, last, goal, idle, idle, (), False, open_, stuck)
    scores = _along(whatif, moves, way)
    steps = tuple(
        Step(moves[number].act, times, later.earned - earlier.earned)
        for (number, times), earlier, later in zip(way, scores, scores[1:], strict=False)
    )
    spent = sum(effort[number] * times for number, times in way)
    return Gap(standard, last, goal, idle, scores[-1], steps, True, open_, stuck, effort=spent)


def _refuse(standard: Standard, today: date, last: date, costs: Costs) -> None:
    if not today <= last or last.year != today.year:
        raise FactsError(f"最后一日要在 {today} 至 {today.year}-12-31 之间。")
    if standard.subject.kind != "unit":
        raise FactsError(f"标准“{standard.title}”评判的不是组织，不能计算还差什么。")
    if standard.average is not None:
        raise FactsError(f"标准“{standard.title}”按月或者按季平均计分，不能计算还差什么。")
    for do, cost in costs.items():
        if do not in DOES:
            raise FactsError(f"费力程度不认识“{do}”；可用的有：{'、'.join(DOES)}。")
        if type(cost) is not int or cost < 1:
            raise FactsError(f"“{do}”的费力程度要写 1 以上的整数。")


def _goal(standard: Standard, idle: Score, level: str | None, points: int | None) -> Goal | None:
    if points is not None:
        return Goal(points=points)
    keys = [one.key for one in standard.levels]
    if level is not None:
        if level not in keys:
            known = "、".join(keys) or "（无）"
            raise FactsError(f"标准“{standard.title}”没有等次“{level}”；有：{known}。")
        return Goal(keys.index(level))
    if not keys:
        raise FactsError(f"标准“{standard.title}”没有设定等次，请写明要达到多少分。")
    above = keys.index(idle.level_low) - 1 if idle.level_low else len(keys) - 1
    return Goal(above) if above >= 0 else None


def whatif_and_moves(
    compiled: Compiled,
    own: Mapping[str, pa.Table],
    unit_id: int,
    *,
    today: date,
    by: date,
    exempt: Collection[str] = (),
    by_hand: Mapping[str, int] | None = None,
) -> tuple[WhatIf, list[Move]]:
    """The unit on the last day, and the acts that help what will not be whole."""
    whatif = WhatIf(
        compiled, own, unit_id, today=today, by=by, exempt=exempt, by_hand=by_hand or {}
    )
    wanted = []
    for place, clause in enumerate(whatif.compiled.standard.clauses):
        outcome = whatif.base[place]
        lacking = outcome.verdict != Verdict.MET and outcome.verdict != Verdict.NOT_APPLICABLE
        if clause.class_ == "bonus":
            lacking = outcome.earned < clause.points
        if clause.class_ != "statistic" and lacking:
            wanted.append(place)
    return whatif, whatif.moves(wanted)


def _along(whatif: WhatIf, moves: Sequence[Move], way: Sequence[tuple[int, int]]) -> list[Score]:
    """The score as it is and after each step, composed as ever."""
    numbers = list(whatif.numbers)
    rows = [list(whatif.base)]
    for number, times in way:
        row = list(rows[-1])
        for place, effect in moves[number].effects.items():
            numbers[place] = moved(numbers[place], effect, times)
            row[place] = whatif.outcome(place, numbers[place])
        rows.append(row)
    standard = whatif.compiled.standard
    length, clauses = len(rows), len(standard.clauses)
    none = np.zeros(length * clauses, dtype=np.int64)
    units = np.arange(length, dtype=np.int64)
    found = Findings(
        standard,
        whatif.calendar.as_of,
        unit_ids=units,
        subject_ids=np.zeros(length, dtype=np.int64),
        unit_id=np.repeat(units, clauses),
        clause=np.tile(np.arange(clauses, dtype=np.int32), length),
        verdict=np.array([one.verdict for row in rows for one in row], dtype=np.int8),
        code=none.astype(np.int8),
        measured=none,
        required=none,
        possible=np.tile(
            np.array([one.points for one in standard.clauses], dtype=np.int64), length
        ),
        earned=np.array([one.earned for row in rows for one in row], dtype=np.int64),
        detail=none,
        until=none,
    )
    return found.scores()


def _left(whatif: WhatIf, moves: Sequence[Move]) -> tuple[tuple[Left, ...], tuple[Left, ...]]:
    """Points that stay open whatever is done, and points that no foreseen act brings."""
    helped = {place for move in moves for place in move.effects}
    open_: list[Left] = []
    stuck: list[Left] = []
    for place, clause in enumerate(whatif.compiled.standard.clauses):
        outcome = whatif.base[place]
        if clause.class_ not in ("scored", "veto", "base") or outcome.verdict in _FINE:
            continue
        if outcome.verdict == Verdict.NOT_ASSESSED and place not in helped:
            open_.append(Left(clause.key, clause.title, clause.points, _why_open(clause)))
        elif place not in helped:
            lost = clause.points - outcome.earned
            stuck.append(Left(clause.key, clause.title, lost, clause.fix))
    return tuple(open_), tuple(stuck)


_FINE = (Verdict.MET, Verdict.NOT_APPLICABLE)


def _why_open(clause: Clause) -> str:
    if clause.method == "manual":
        return "由人评分"
    if clause.waits_for:
        return f"等待：{clause.waits_for}"
    return "系统内未见可供计算的记录"
