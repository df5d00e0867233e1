"""试算: what a standard, not published yet, would have come to, and against which other one. It only reads.

Every difference of a total is accounted for: by clause, and what is left by the rules that compose the total
(caps, zeroing, the bounds of bonus and deductions). For a level that changes, the smallest set of clauses is found
whose old findings would bring the old level back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhibu_engine.assess import Findings, Score
from zhibu_engine.compose import compose
from zhibu_engine.packs import Standard
from zhibu_engine.prepare import FactsError
from zhibu_engine.tallies import Int64
from zhibu_engine.verdicts import CODES, VERDICTS, Verdict

BANDS = 10
#: So many clauses at most are tried as the cause of a level; more is no explanation any more.
MOST_DECISIVE = 4
_JUDGED = (Verdict.MET, Verdict.PARTIAL, Verdict.UNMET)


@dataclass(frozen=True, slots=True)
class Spread:
    """Shares earned of what was judged, in 0.01 %. ``bands`` counts units per tenth; the last holds 100 %."""

    units: int = 0
    lowest: int | None = None
    tenth: int | None = None
    quarter: int | None = None
    median: int | None = None
    three_quarters: int | None = None
    highest: int | None = None
    mean: int | None = None
    bands: tuple[int, ...] = (0,) * BANDS


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """One clause over all units. ``says``: nobody, everybody, unjudged, undue, nowhere or empty."""

    clause: str
    title: str
    class_: str
    points: int
    judged: int
    losing: int
    lost: int
    not_assessed: int
    not_due: int
    not_applicable: int
    #: Why it was not judged: the engine's word → number of units.
    reasons: tuple[tuple[str, int], ...]
    says: str


@dataclass(frozen=True, slots=True)
class Side:
    """One standard over the units."""

    key: str
    title: str
    units: int
    spread: Spread
    clauses: tuple[ClauseCount, ...]
    #: (key, title, number of units), the best first; "" for those still open.
    levels: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """What one clause did to a unit's total, in 0.01 points. An empty verdict: the standard has no such clause."""

    clause: str
    title: str
    was: str
    now: str
    difference: int


@dataclass(frozen=True, slots=True)
class Move:
    """A unit whose total, coverage or level is another one under the draft."""

    unit_id: int
    before: Score
    after: Score
    causes: tuple[Cause, ...]
    #: What caps, zeroing and bounds add to the clauses' differences.
    rest: int
    #: Clauses whose old findings would bring the old level back; empty if the level stays or thresholds moved.
    decisive: tuple[str, ...] = ()

    @property
    def difference(self) -> int:
        return self.after.earned - self.before.earned

    @property
    def level_changes(self) -> bool:
        """Also from open to decided and back; a standard without levels changes none."""
        return bool(self.before.level_high and self.after.level_high) and (
            (self.before.level_low, self.before.level_high)
            != (self.after.level_low, self.after.level_high)
        )


@dataclass(frozen=True, slots=True)
class BackTest:
    """``before`` is None where the draft was tried alone. Moves: levels first, then the largest differences."""

    after: Side
    before: Side | None
    moves: tuple[Move, ...]
    #: Units that only one of the two standards judges.
    entered: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


def backtest(after: Findings, before: Findings | None = None) -> BackTest:
    """Compare the findings of two standards over the same facts and day; ``before`` is the one in force.

    Raises:
        FactsError: a standard that judges persons, matters or entries.
    """
    if any(one and one.standard.subject.kind != "unit" for one in (after, before)):
        raise FactsError("试算只用于评判组织的标准；评判人员、事项的标准请用 zhibu assess。")
    after = _concerned(after)
    if before is None:
        return BackTest(_side(after), None, ())
    before = _concerned(before)
    both = np.intersect1d(after.unit_ids, before.unit_ids)
    moves = list(_moves(_of_units(after, both), _of_units(before, both)))
    moves.sort(key=lambda m: (not m.level_changes, -abs(m.difference), m.unit_id))
    return BackTest(
        _side(after),
        _side(before),
        tuple(moves),
        tuple(np.setdiff1d(after.unit_ids, both).tolist()),
        tuple(np.setdiff1d(before.unit_ids, both).tolist()),
    )


def findings_join(parts: Sequence[Findings]) -> Findings:
    """The findings of one standard and day, judged in several portions of units."""
    first = parts[0]
    joined: dict[str, Any] = {"standard": first.standard, "as_of": first.as_of}
    for one in fields(Findings):
        if one.name not in joined:
            joined[one.name] = np.concatenate([getattr(part, one.name) for part in parts])
    return Findings(**joined)


def _concerned(found: Findings) -> Findings:
    """Only the units to which something of the standard applies."""
    applies = (found.matrix("verdict") != Verdict.NOT_APPLICABLE).any(axis=1)
    return _of_units(found, found.unit_ids[applies])


def _of_units(found: Findings, units: Int64) -> Findings:
    """The findings of these units, in ascending order of units."""
    wanted = np.flatnonzero(np.isin(found.unit_ids, units))
    wanted = wanted[np.argsort(found.unit_ids[wanted], kind="stable")]
    width = len(found.standard.clauses)
    rows = (wanted[:, None] * width + np.arange(width)).reshape(-1)
    picked: dict[str, Any] = {"standard": found.standard, "as_of": found.as_of}
    for one in fields(Findings):
        if one.name not in picked:
            place = wanted if one.name in ("unit_ids", "subject_ids") else rows
            picked[one.name] = getattr(found, one.name)[place]
    return Findings(**picked)


# One standard


def _side(found: Findings) -> Side:
    scores = found.scores()
    counts: dict[str, int] = {}
    for score in scores:
        counts[score.level] = counts.get(score.level, 0) + 1
    levels = [(one.key, one.title) for one in found.standard.levels]
    if levels:
        levels.append(("", "等次待定"))
    return Side(
        key=found.standard.key,
        title=found.standard.title,
        units=len(scores),
        spread=_spread(scores),
        clauses=tuple(_clause_counts(found)),
        levels=tuple((key, title, counts.get(key, 0)) for key, title in levels),
    )


def rate(score: Score) -> int | None:
    """Earned of what was judged in 0.01 %, half up; without points, clauses met of those judged. None: nothing judged."""
    if score.possible:
        part, whole = score.earned, score.assessed
    else:
        part, whole = score.met, score.met + score.failed
    return (part * 20_000 + whole) // (2 * whole) if whole else None


def _spread(scores: Sequence[Score]) -> Spread:
    rates = sorted(one for score in scores if (one := rate(score)) is not None)
    if not rates:
        return Spread()
    bands = [0] * BANDS
    for one in rates:
        bands[min(max(one, 0) * BANDS // 10_000, BANDS - 1)] += 1

    def at(part: int) -> int:
        """The smallest rate that at least ``part`` hundredths of the units do not exceed."""
        return rates[max(-(-len(rates) * part // 100) - 1, 0)]

    total = sum(rates)
    mean = (2 * total + len(rates)) // (2 * len(rates))
    return Spread(
        len(rates), rates[0], at(10), at(25), at(50), at(75), rates[-1], mean, tuple(bands)
    )


def _clause_counts(found: Findings) -> list[ClauseCount]:
    verdicts, codes = found.matrix("verdict"), found.matrix("code")
    lost = np.asarray(found.lost).reshape(verdicts.shape)
    counted = []
    for place, clause in enumerate(found.standard.clauses):
        column = verdicts[:, place]
        of = [int((column == verdict).sum()) for verdict in Verdict]
        judged = sum(of[verdict] for verdict in _JUDGED)
        losing = 0 if clause.class_ == "bonus" else judged - of[Verdict.MET]
        open_ = (column == Verdict.NOT_ASSESSED) | (column == Verdict.NOT_DUE)
        counted.append(
            ClauseCount(
                clause=clause.key,
                title=clause.title,
                class_=clause.class_,
                points=clause.points,
                judged=judged,
                losing=losing,
                lost=int(lost[:, place].sum()),
                not_assessed=of[Verdict.NOT_ASSESSED],
                not_due=of[Verdict.NOT_DUE],
                not_applicable=of[Verdict.NOT_APPLICABLE],
                reasons=_reasons(codes[:, place][open_]),
                says=_says(judged, losing, of, clause.class_),
            )
        )
    return counted


def _reasons(codes: NDArray[np.int8]) -> tuple[tuple[str, int], ...]:
    values, counts = np.unique(codes, return_counts=True)
    return tuple(
        (CODES[code], int(count)) for code, count in zip(values.tolist(), counts, strict=True)
    )


def _says(judged: int, losing: int, of: Sequence[int], class_: str) -> str:
    """What is worth saying of a clause before it is published."""
    if class_ == "statistic" or not sum(of):
        return ""
    if judged:
        if class_ == "bonus":
            return ""
        return "nobody" if not losing else "everybody" if losing == judged else ""
    if of[Verdict.NOT_ASSESSED]:
        return "unjudged"
    return "undue" if of[Verdict.NOT_DUE] else "nowhere"


# Two standards


def _effects(found: Findings) -> dict[str, tuple[Int64, NDArray[np.int8]]]:
    """clause → (what it does to the total by itself, verdict) of each unit."""
    verdicts = found.matrix("verdict")
    earned, possible = found.matrix("earned"), found.matrix("possible")
    effects = {}
    for place, clause in enumerate(found.standard.clauses):
        judged = verdicts[:, place] <= Verdict.UNMET
        own = earned[:, place]
        if clause.class_ == "penalty":
            own = own - possible[:, place]
        effects[clause.key] = np.where(judged, own, 0), verdicts[:, place]
    return effects


def _moves(after: Findings, before: Findings) -> list[Move]:
    news, olds = after.scores(), before.scores()
    ours, theirs = _effects(after), _effects(before)
    order = [clause.key for clause in after.standard.clauses]
    order += [clause.key for clause in before.standard.clauses if clause.key not in ours]
    titles = {c.key: c.title for c in (*before.standard.clauses, *after.standard.clauses)}
    moves = []
    for row, (old, new) in enumerate(zip(olds, news, strict=True)):
        causes = tuple(
            sorted(
                (
                    cause
                    for key in order
                    if (cause := _cause(key, titles[key], ours.get(key), theirs.get(key), row))
                ),
                key=lambda cause: -abs(cause.difference),
            )
        )
        rest = new.earned - old.earned - sum(cause.difference for cause in causes)
        move = Move(old.unit_id, old, new, causes, rest)
        if move.level_changes:
            move = Move(old.unit_id, old, new, causes, rest, _decisive(after, before, row, move))
        if move.level_changes or (old.earned, old.assessed) != (new.earned, new.assessed):
            moves.append(move)
    return moves


def _cause(key: str, title: str, ours: Any, theirs: Any, row: int) -> Cause | None:
    now, was = ((side[0][row], side[1][row]) if side else None for side in (ours, theirs))
    difference = (int(now[0]) if now else 0) - (int(was[0]) if was else 0)
    words = [VERDICTS[side[1]] if side else "" for side in (was, now)]
    if not difference and (words[0] == words[1] or not all(words)):
        return None
    return Cause(key, title, words[0], words[1], difference)


def _decisive(after: Findings, before: Findings, row: int, move: Move) -> tuple[str, ...]:
    """The smallest set of clauses whose old findings give the old level back under the draft's own rules.

    The causes are tried in the order of their difference, so of sets of one size the weightiest is found.
    """
    standard = after.standard
    places, old = standard.clause_index, before.standard.clause_index
    shared = [
        cause.clause for cause in move.causes if cause.clause in places and cause.clause in old
    ]
    if not shared or move.before.level_high not in {level.key for level in standard.levels}:
        return ()
    for size in range(1, MOST_DECISIVE + 1):
        tried = list(combinations(shared[: 3 * MOST_DECISIVE], size))
        if not tried:
            break
        got = _levels_if(after, before, row, tried)
        for keys, bounds in zip(tried, got, strict=True):
            if bounds == (move.before.level_low, move.before.level_high):
                return keys
    return ()


def _levels_if(
    after: Findings, before: Findings, row: int, tried: Sequence[Sequence[str]]
) -> list[tuple[str, str]]:
    """The bounds of the level if these clauses had come out as under the other standard."""
    standard: Standard = after.standard
    places, old = standard.clause_index, before.standard.clause_index
    matrices: Mapping[str, NDArray[np.int64]] = {
        name: np.repeat(after.matrix(name)[row : row + 1].astype(np.int64), len(tried), axis=0)
        for name in ("verdict", "possible", "earned")
    }
    for number, keys in enumerate(tried):
        for key in keys:
            earned = int(before.matrix("earned")[row, old[key]])
            matrices["verdict"][number, places[key]] = before.matrix("verdict")[row, old[key]]
            most = matrices["possible"][number, places[key]]
            matrices["earned"][number, places[key]] = min(earned, most)
    totals = compose(standard, matrices["verdict"], matrices["possible"], matrices["earned"])
    keys_ = [*(level.key for level in standard.levels), ""]
    return [
        (keys_[low], keys_[high])
        for low, high in zip(totals.low.tolist(), totals.high.tolist(), strict=True)
    ]
