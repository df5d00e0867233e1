"""One subject's total and level from its findings, clause by clause, as the handbook of packs orders it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tests.engine.oracle.found import JUDGED, Judgement
from zhibu_engine.packs import Clause, Standard

OPEN = ("not_assessed", "not_due")
Found = Mapping[str, Judgement]


@dataclass(frozen=True)
class Total:
    possible: int
    assessed: int
    earned: int
    not_assessed: int
    not_due: int
    not_applicable: int
    met: int
    failed: int
    bonus: int
    penalty: int
    zeroed: int
    level: str
    level_low: str
    level_high: str


@dataclass
class _Stand:
    """What each clause brings, takes away, and which fail: as things are, or as the open ones may come."""

    brings: dict[str, int] = field(default_factory=dict)
    takes: dict[str, int] = field(default_factory=dict)
    fails: set[str] = field(default_factory=set)


def total(standard: Standard, found: Found) -> Total:
    scored = [clause for clause in standard.clauses if clause.class_ == "scored"]

    def points(*verdicts: str) -> int:
        return sum(clause.points for clause in scored if found[clause.key][0] in verdicts)

    verdicts = [found[one.key][0] for one in standard.clauses if one.class_ != "bonus"]
    sums = _sum(standard, _stand(standard, found, open_as=None))
    low = _level(standard, found, _stand(standard, found, open_as="worst"))
    high = _level(standard, found, _stand(standard, found, open_as="best"))
    return Total(
        possible=points(*JUDGED, *OPEN, "not_applicable"),
        assessed=points(*JUDGED),
        not_assessed=points("not_assessed"),
        not_due=points("not_due"),
        not_applicable=points("not_applicable"),
        met=verdicts.count("met"),
        failed=verdicts.count("partial") + verdicts.count("unmet"),
        level=low if low == high else "",
        level_low=low,
        level_high=high,
        **sums,
    )


def _stand(standard: Standard, found: Found, *, open_as: str | None) -> _Stand:
    stand = _Stand()
    for clause in standard.clauses:
        verdict, earned = found[clause.key][:2]
        counts = clause.class_ in ("scored", "bonus", "penalty")
        if verdict == "unmet":
            stand.fails.add(clause.key)
        if verdict in OPEN and clause.class_ != "statistic" and open_as:
            earned = clause.points if open_as == "best" else 0
            if open_as == "worst":
                stand.fails.add(clause.key)
        elif verdict not in JUDGED:
            continue
        if clause.class_ == "penalty":
            stand.takes[clause.key] = clause.points - earned
        elif counts:
            stand.brings[clause.key] = earned
    return stand


def _group(standard: Standard, clause: Clause) -> str:
    items = {item.key: item.group for item in standard.items}
    return clause.group or items.get(clause.item, "")


def _beside(standard: Standard, clause: Clause) -> set[str]:
    """The clauses whose points go when this one is not met."""
    scored = [one for one in standard.clauses if one.class_ == "scored"]
    if clause.zeroes == "item":
        scored = [one for one in scored if one.item == clause.item]
    elif clause.zeroes == "group":
        own = _group(standard, clause)
        scored = [one for one in scored if _group(standard, one) == own]
    return {one.key for one in scored}


def _sum(standard: Standard, stand: _Stand) -> dict[str, int]:
    brings = dict(stand.brings)
    zeroed = 0
    for clause in standard.clauses:
        if clause.zeroes and clause.key in stand.fails:
            for key in _beside(standard, clause) & set(brings):
                zeroed += brings[key]
                brings[key] = 0
    whole, bonus, penalty = _groups(standard, brings, stand.takes)
    most = standard.caps
    if most.bonus is not None:
        bonus = min(bonus, most.bonus)
    own = sum(
        stand.takes.get(one.key, 0)
        for one in standard.clauses
        if not one.item and not _group(standard, one)
    )
    if most.penalty is not None:
        own = min(own, most.penalty - penalty)
    own = min(own, whole)
    earned = whole - own + bonus
    if most.total is not None:
        earned = min(earned, most.total)
    for clause in standard.clauses:
        if clause.caps_score is not None and clause.key in stand.fails:
            earned = min(earned, clause.caps_score)
    if any(one.zeroes == "total" and one.key in stand.fails for one in standard.clauses):
        return {"earned": 0, "bonus": 0, "penalty": 0, "zeroed": zeroed}
    return {"earned": earned, "bonus": bonus, "penalty": penalty + own, "zeroed": zeroed}


def _groups(
    standard: Standard, brings: Mapping[str, int], takes: Mapping[str, int]
) -> tuple[int, int, int]:
    """Points of all groups after their deductions and caps, what their bonus adds, what was taken."""
    caps = {group.key: group.cap for group in standard.groups}
    whole = bonus = penalty = 0
    for group in dict.fromkeys(_group(standard, one) for one in standard.clauses):
        inside = [one for one in standard.clauses if _group(standard, one) == group]
        before = left = sum(brings.get(one.key, 0) for one in inside if one.class_ == "scored")
        for item in dict.fromkeys(one.item for one in inside if one.item):
            of_item = [one for one in inside if one.item == item]
            has = sum(brings.get(one.key, 0) for one in of_item if one.class_ == "scored")
            left -= min(sum(takes.get(one.key, 0) for one in of_item), has)
        if group:
            rest = sum(takes.get(one.key, 0) for one in inside if not one.item)
            left = max(left - rest, 0)
        # All deductions together come to no more than their cap.
        taken = before - left
        if standard.caps.penalty is not None:
            taken = min(taken, standard.caps.penalty - penalty)
        penalty += taken
        left = before - taken
        added = sum(brings.get(one.key, 0) for one in inside if one.class_ == "bonus")
        cap = caps.get(group)
        if cap is not None:
            left = min(left, cap)
            added = min(added, cap - left)
        whole += left
        bonus += added
    return whole, bonus, penalty


def _level(standard: Standard, found: Found, stand: _Stand) -> str:
    """The best level whose points are reached and whose clauses hold, bounded by vetoes; none where nothing applies."""
    clauses = {clause.key: clause for clause in standard.clauses}
    scored = [one for one in standard.clauses if one.class_ == "scored"]
    apply = [one for one in scored if found[one.key][0] != "not_applicable"]
    if not standard.levels or _nothing(found, scored, apply):
        return ""
    possible, applicable = (sum(one.points for one in some) for some in (scored, apply))
    earned = _sum(standard, stand)["earned"]
    points = Fraction(earned)
    if standard.not_applicable == "rescale" and applicable:
        points = Fraction(earned * possible, applicable)
    elif standard.not_applicable == "full":
        points = Fraction(earned + possible - applicable)
    reached = None
    for place, level in enumerate(standard.levels):
        holds = all(_holds(found, stand, key) for key in level.must)
        if points >= level.from_ and holds:
            reached = place
            break
    assert reached is not None, "the last level catches all"
    keys = [level.key for level in standard.levels]
    for key in stand.fails:
        if clauses[key].caps_level:
            reached = max(reached, keys.index(clauses[key].caps_level))
    return keys[reached]


def _nothing(found: Found, scored: list[Clause], apply: list[Clause]) -> bool:
    if sum(one.points for one in scored):
        return not sum(one.points for one in apply)
    return all(judgement[0] == "not_applicable" for judgement in found.values())


def _holds(found: Found, stand: _Stand, key: str) -> bool:
    """A clause that a level asks for is met, or asks nothing of this subject, or may still be met."""
    verdict = found[key][0]
    return verdict in ("met", "not_applicable") or (verdict in OPEN and key not in stand.fails)
