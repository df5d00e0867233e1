"""What a rule came to for one subject, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from zhibu_engine.packs import Clause

JUDGED = ("met", "partial", "unmet")
#: Verdict, points earned, measured, required.
Judgement = tuple[str, int, int, int]


@dataclass
class Found:
    """None where the rule has nothing to say."""

    measured: int = 0
    required: int = 0
    met: bool = False
    applies: bool = True
    due: bool = True
    assessed: bool = True
    missing: int | None = None
    share: Fraction | None = None
    #: Points that the rule itself gives.
    earned: int | None = None

    @property
    def shortfall(self) -> int:
        return max(self.required - self.measured, 0) if self.missing is None else self.missing


def judged(clause: Clause, found: Found, applies: bool) -> Judgement:
    numbers = (found.measured, found.required)
    if not (applies and found.applies):
        return "not_applicable", 0, *numbers
    if clause.class_ == "statistic":
        return "not_assessed", 0, *numbers
    if not found.due:
        return "not_due", 0, *numbers
    if not found.assessed:
        return "not_assessed", 0, *numbers
    earned = _earned(clause, found)
    # A bonus is met when all of it is added.
    met = earned == clause.points if clause.class_ == "bonus" else found.met
    if met:
        return "met", earned, *numbers
    some = earned > 0 and clause.class_ in ("scored", "bonus", "penalty")
    return ("partial" if some else "unmet"), earned, *numbers


def by_hand(clause: Clause, points: int) -> Judgement:
    earned = min(max(points, 0), clause.points)
    verdict = "met" if earned == clause.points else "partial" if earned else "unmet"
    return verdict, earned, 0, 0


def _within(points: int, most: int) -> int:
    return min(max(points, 0), most)


def _earned(clause: Clause, found: Found) -> int:
    points, loss = clause.points, clause.loss
    if found.earned is not None:
        return _within(found.earned, points)
    if loss.per_extra is not None:
        return _within((found.measured - found.required) * loss.per_extra, points)
    if found.met:
        return points
    if loss.zero_from is not None and found.shortfall >= loss.zero_from:
        return 0
    lost = _lost(clause, found)
    if loss.at_most is not None:
        lost = min(lost, loss.at_most)
    return points - _within(lost, points)


def _lost(clause: Clause, found: Found) -> int:
    points, loss, missing = clause.points, clause.loss, found.shortfall
    if loss.per_missing is not None:
        return missing * loss.per_missing
    if loss.steps:
        return max((step for number, step in loss.steps if missing >= number), default=0)
    if loss.tiers:
        reached = [(number, earns) for number, earns in loss.tiers if found.measured >= number]
        return points - (max(reached)[1] if reached else 0)
    if loss.rate:
        per, loses = loss.rate
        rate = Fraction(found.measured, max(found.required, 1))
        wanted = Fraction(1) if found.share is None else found.share
        return floor(max(100 * (wanted - rate), 0)) // per * loses
    if loss.proportional:
        needed = max(found.required, 1)
        part = min(max(found.measured, 0), needed)
        return points - half_up(Fraction(part * points, needed))
    return points if loss.flag is None else loss.flag


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))
