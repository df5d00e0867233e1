"""From the findings of a standard to one total and its level. Whole numbers in 0.01 points, one row per subject.

The order is fixed: what is zeroed, deductions inside an item and a group (扣完为止), caps of groups, deductions of
the whole, bonus, its ceiling, vetoes, then the level. It is done three times: as things stand, at the
worst and at the best that the open points (未评, 未到期) may still come to. A level is only given where the
worst and the best agree: what is open is never counted as earned and never as lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhibu_engine.packs import Clause, Standard
from zhibu_engine.tallies import Bools, Int64
from zhibu_engine.verdicts import Verdict

Matrix = NDArray[np.int64]
#: Below every level.
NO_LEVEL = -1


@dataclass(frozen=True)
class Totals:
    """One entry per subject. ``possible`` = assessed + not_assessed + not_due + not_applicable.

    ``earned`` is the composed total; ``bonus``, ``penalty`` and ``zeroed`` are parts of it. ``low`` and ``high``
    are places in ``standard.levels`` (0 is the best) that the open points leave possible, or ``NO_LEVEL``: there
    are no levels, or nothing applies to the subject.
    """

    possible: Int64
    assessed: Int64
    earned: Int64
    not_assessed: Int64
    not_due: Int64
    not_applicable: Int64
    met: Int64
    failed: Int64
    bonus: Int64
    penalty: Int64
    zeroed: Int64
    low: Int64
    high: Int64


@dataclass(frozen=True)
class _State:
    """What every clause comes to, as things stand or as they may come: columns of subjects × clauses."""

    earned: Matrix
    deducted: Matrix
    failing: NDArray[np.bool_]


@dataclass(frozen=True)
class _Total:
    earned: Int64
    bonus: Int64
    penalty: Int64
    zeroed: Int64


def compose(standard: Standard, verdict: Matrix, possible: Matrix, earned: Matrix) -> Totals:
    """Totals from matrices of subjects × clauses."""
    columns = _columns(standard, "scored")
    judged = verdict <= Verdict.UNMET
    now = _state(standard, judged, judged, verdict, possible, earned, best=None)
    total = _total(standard, now)

    def points(mask: NDArray[np.bool_]) -> Int64:
        return np.asarray(np.where(mask, possible, 0)[:, columns].sum(axis=1), dtype=np.int64)

    counted = [place for place, one in enumerate(standard.clauses) if one.class_ != "bonus"]
    failed = (verdict == Verdict.UNMET) | (verdict == Verdict.PARTIAL)
    not_applicable = points(verdict == Verdict.NOT_APPLICABLE)
    possibles = possible[:, columns].sum(axis=1).astype(np.int64)
    # Where nothing applies there is nothing to give a level for.
    nothing = np.where(
        possibles > 0, possibles == not_applicable, (verdict == Verdict.NOT_APPLICABLE).all(axis=1)
    )
    bounds = []
    open_ = (verdict == Verdict.NOT_ASSESSED) | (verdict == Verdict.NOT_DUE)
    for best in (False, True):
        if not standard.levels:
            bounds.append(np.full(len(verdict), NO_LEVEL, dtype=np.int64))
            continue
        state = _state(standard, judged, judged | open_, verdict, possible, earned, best=best)
        level = _level(
            standard, state, _total(standard, state).earned, possibles, not_applicable, verdict
        )
        bounds.append(np.where(nothing, NO_LEVEL, level))
    return Totals(
        possible=possibles,
        assessed=points(judged),
        earned=total.earned,
        not_assessed=points(verdict == Verdict.NOT_ASSESSED),
        not_due=points(verdict == Verdict.NOT_DUE),
        not_applicable=not_applicable,
        met=(verdict[:, counted] == Verdict.MET).sum(axis=1).astype(np.int64),
        failed=failed[:, counted].sum(axis=1).astype(np.int64),
        bonus=total.bonus,
        penalty=total.penalty,
        zeroed=total.zeroed,
        low=bounds[0],
        high=bounds[1],
    )


def _columns(standard: Standard, class_: str) -> list[int]:
    return [place for place, clause in enumerate(standard.clauses) if clause.class_ == class_]


def _state(
    standard: Standard,
    judged: NDArray[np.bool_],
    counted: NDArray[np.bool_],
    verdict: Matrix,
    possible: Matrix,
    earned: Matrix,
    *,
    best: bool | None,
) -> _State:
    """``best`` None: open clauses count nothing; True and False: as well and as badly as may be."""
    penalty = np.array([clause.class_ == "penalty" for clause in standard.clauses], dtype=np.bool_)
    statistic = np.array(
        [clause.class_ == "statistic" for clause in standard.clauses], dtype=np.bool_
    )
    open_ = counted & ~judged & ~statistic
    got = np.where(judged, earned, 0)
    if best:
        got = np.where(open_, possible, got)
    deducted = np.where(judged & penalty, possible - earned, 0)
    failing = verdict == Verdict.UNMET
    if best is False:
        deducted = np.where(open_ & penalty, possible, deducted)
        failing = failing | open_
    return _State(np.where(penalty, 0, got), deducted, failing)


def _total(standard: Standard, state: _State) -> _Total:
    earned, zeroed, gone = _zeroed(standard, state)
    total = np.zeros(len(earned), dtype=np.int64)
    bonus, penalty = total.copy(), total.copy()
    most = standard.caps.penalty
    for inside, cap in _sections(standard):
        section, taken = _less(earned, state.deducted, standard, inside)
        if most is not None:
            back = np.maximum(penalty + taken - most, 0)
            section, taken = section + back, taken - back
        added = earned[:, [p for p in inside if standard.clauses[p].class_ == "bonus"]].sum(axis=1)
        if cap is not None:
            added = np.clip(cap - section, 0, added)
            section = np.minimum(section, cap)
        total += section
        bonus += added
        penalty += taken
    whole = [p for p, one in enumerate(standard.clauses) if not standard.group_of(one)]
    deducted = state.deducted[:, [p for p in whole if not standard.clauses[p].item]].sum(axis=1)
    if most is not None:
        deducted = np.minimum(deducted, most - penalty)
    deducted = np.minimum(deducted, total)
    if standard.caps.bonus is not None:
        bonus = np.minimum(bonus, standard.caps.bonus)
    earned_all = total + bonus - deducted
    if standard.caps.total is not None:
        earned_all = np.minimum(earned_all, standard.caps.total)
    for place, clause in enumerate(standard.clauses):
        if clause.caps_score is not None:
            capped = np.minimum(earned_all, clause.caps_score)
            earned_all = np.where(state.failing[:, place], capped, earned_all)
    taken = penalty + deducted
    left = [np.where(gone, 0, part) for part in (earned_all, bonus, taken)]
    return _Total(left[0], left[1], left[2], zeroed)


def _zeroed(standard: Standard, state: _State) -> tuple[Matrix, Int64, Bools]:
    """What is left of the clauses, the points that went, and where the whole total went with them."""
    earned = state.earned.copy()
    zeroed = np.zeros(len(earned), dtype=np.int64)
    gone = np.zeros(len(earned), dtype=np.bool_)
    scored = _columns(standard, "scored")
    for place, clause in enumerate(standard.clauses):
        if clause.zeroes:
            failing = state.failing[:, place]
            gone |= failing & (clause.zeroes == "total")
            inside = [
                other for other in scored if _beside(standard, clause, standard.clauses[other])
            ]
            zeroed += np.where(failing[:, None], earned[:, inside], 0).sum(axis=1)
            earned[:, inside] = np.where(failing[:, None], 0, earned[:, inside])
    return earned, zeroed, gone


def _beside(standard: Standard, clause: Clause, other: Clause) -> bool:
    """Whether the clause, not met, takes the points of the other."""
    if clause.zeroes == "total":
        return True
    if clause.zeroes == "item":
        return bool(clause.item) and clause.item == other.item
    group = standard.group_of(clause)
    return bool(group) and group == standard.group_of(other)


def _sections(standard: Standard) -> Iterator[tuple[list[int], int | None]]:
    """The clauses of each group, and those of none, with what a group may bring at most."""
    caps = {group.key: group.cap for group in standard.groups}
    of = [standard.group_of(clause) for clause in standard.clauses]
    for key in dict.fromkeys(of):
        yield [place for place, group in enumerate(of) if group == key], caps.get(key)


def _less(
    earned: Matrix, deducted: Matrix, standard: Standard, inside: list[int]
) -> tuple[Int64, Int64]:
    """Points of a group after the deductions inside its items and then inside itself; never below zero."""
    items: dict[str, list[int]] = {}
    for place in inside:
        items.setdefault(standard.clauses[place].item, []).append(place)
    section = np.zeros(len(earned), dtype=np.int64)
    taken = section.copy()
    own = section.copy()
    for item, places in items.items():
        scored = [place for place in places if standard.clauses[place].class_ == "scored"]
        points = earned[:, scored].sum(axis=1)
        less = deducted[:, places].sum(axis=1)
        if item:
            less = np.minimum(less, points)
            points, taken = points - less, taken + less
        elif standard.group_of(standard.clauses[places[0]]):
            own = own + less
        section = section + points
    own = np.minimum(own, section)
    return section - own, taken + own


def _level(
    standard: Standard,
    state: _State,
    earned: Int64,
    possible: Int64,
    not_applicable: Int64,
    verdict: Matrix,
) -> Int64:
    """The place of the level that a total and the clauses that must hold give."""
    place_of = standard.clause_index
    found = np.full(len(earned), NO_LEVEL, dtype=np.int64)
    applicable = possible - not_applicable
    for place in reversed(range(len(standard.levels))):
        level = standard.levels[place]
        reached: Bools = _reached(standard, earned, level.from_, possible, applicable)
        for key in level.must:
            column = verdict[:, place_of[key]]
            held = (column == Verdict.MET) | (column == Verdict.NOT_APPLICABLE)
            # Open: at the worst it fails.
            is_open = (column == Verdict.NOT_ASSESSED) | (column == Verdict.NOT_DUE)
            reached = reached & (held | (is_open & ~state.failing[:, place_of[key]]))
        found = np.where(reached, place, found)
    for place, clause in enumerate(standard.clauses):
        if clause.caps_level:
            worst = [level.key for level in standard.levels].index(clause.caps_level)
            found = np.where(state.failing[:, place], np.maximum(found, worst), found)
    return found.astype(np.int64)


def _reached(
    standard: Standard, earned: Int64, wanted: int, possible: Int64, applicable: Int64
) -> Bools:
    if standard.not_applicable == "rescale":
        return earned * possible >= wanted * applicable
    if standard.not_applicable == "full":
        return earned + possible - applicable >= wanted
    return earned >= wanted
