"""What is written in words that all exist and still makes no sense: a clause that can never fire, points beyond the total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zhibu_engine.kinds.base import Problem
from zhibu_engine.losses import Loss
from zhibu_engine.packs.schema import POINTED, Applies, Clause, Range, SegmentKind, Standard
from zhibu_engine.points import points_zh

#: A standard of more clauses than this is refused: nobody reads it, and judging one branch gets slow.
MOST_CLAUSES = 1_000
_RANGES = {
    "full_members": "正式党员数",
    "members": "党员数",
    "groups": "党小组数",
    "age_days": "成立天数",
}
_PERIODS = {"month": 12, "quarter": 4, "half": 2, "year": 1}
#: Words of a rule that say how much is required.
_REQUIRED = ("at_least", "floor", "at_least_permille", "at_least_percent")


def sense_problems(standard: Standard) -> Iterator[Problem]:
    """Clauses that can never fire, and points that can never be reached."""
    if len(standard.clauses) > MOST_CLAUSES:
        said = (
            f"一个标准最多写 {MOST_CLAUSES} 条，现有 {len(standard.clauses)} 条；"
            "请拆成几个标准，或者把同一类要求并成一条。"
        )
        yield Problem(("clauses",), said)
        return
    for problem in _empty(standard.applies):
        yield Problem(("applies", *problem.path), problem.message)
    pointed = any(clause.points for clause in standard.clauses)
    for place, clause in enumerate(standard.clauses):
        for problem in _clause(clause, standard, pointed):
            yield Problem(("clauses", place, *problem.path), problem.message)


def _clause(clause: Clause, standard: Standard, pointed: bool) -> Iterator[Problem]:
    own = list(_empty(clause.applies))
    for problem in own or _apart(standard.applies, clause.applies):
        yield Problem(("applies", *problem.path), problem.message)
    yield from _points(clause, standard, pointed)
    if clause.rule is not None and clause.method == "record":
        for problem in _rule(clause):
            yield Problem(("rule", *problem.path), problem.message)
        if clause.points and isinstance(clause.loss, Loss):
            for message in _loss(clause, clause.loss):
                yield Problem(("loss",), message)


# ---------------------------------------------------------------- to whom


def _empty(applies: Applies) -> Iterator[Problem]:
    """Conditions of one ``applies`` that exclude each other."""
    for name, other in (("kinds", "except_kinds"), ("sectors", "except_sectors")):
        wanted, without = set(getattr(applies, name)), set(getattr(applies, other))
        if wanted and wanted <= without:
            said = f"{name} 中的都被 {other} 除外了，这一条对谁都不适用，永远不会用到。"
            yield Problem((other,), said)
    for name, zh in _RANGES.items():
        bounds = getattr(applies, name)
        if bounds is not None and _none_between(bounds):
            said = f"{zh}从 {bounds.from_} 起、到 {bounds.to} 止，没有这样的数；from 不能大于 to。"
            yield Problem((name,), said)
    if _from(applies.full_members) > _to(applies.members):
        said = "正式党员数不会多于党员数，这一条对谁都不适用，永远不会用到。"
        yield Problem(("full_members",), said)


def _apart(whole: Applies, own: Applies) -> Iterator[Problem]:
    """What a clause asks that its standard excludes: both must hold."""
    for name, other in (("kinds", "except_kinds"), ("sectors", "except_sectors")):
        wanted, asked = set(getattr(whole, name)), set(getattr(own, name))
        left = (asked or wanted) - set(getattr(whole, other)) - set(getattr(own, other))
        if asked and wanted:
            left &= wanted
        if (asked or wanted) and not left:
            said = f"与标准的适用范围没有交集（{name}），这一条永远不会用到。"
            yield Problem((name if asked else other,), said)
    if None not in (whole.temporary, own.temporary) and whole.temporary != own.temporary:
        yield Problem(("temporary",), "与标准的适用范围相反（temporary），这一条永远不会用到。")
    for name, zh in _RANGES.items():
        mine, theirs = getattr(own, name), getattr(whole, name)
        if mine is not None and max(_from(mine), _from(theirs)) > min(_to(mine), _to(theirs)):
            yield Problem((name,), f"{zh}与标准的适用范围没有交集，这一条永远不会用到。")


def _from(bounds: Range | None) -> float:
    return float("-inf") if bounds is None or bounds.from_ is None else bounds.from_


def _to(bounds: Range | None) -> float:
    return float("inf") if bounds is None or bounds.to is None else bounds.to


def _none_between(bounds: Range) -> bool:
    return _from(bounds) > _to(bounds) or _to(bounds) < 0


# ---------------------------------------------------------------- what is required


def _rule(clause: Clause) -> Iterator[Problem]:
    rule = clause.rule
    # A bonus may count from nothing on, and a statistic asks for nothing.
    if clause.class_ not in ("bonus", "statistic"):
        for word in _REQUIRED:
            if _nothing(getattr(rule, word, None)):
                said = f"{word} 要求的是 0，谁都满足，这一条永远不会扣分；不作要求的请写成只统计。"
                yield Problem((word,), said)
    where, part = getattr(rule, "where", None) or {}, getattr(rule, "part", None)
    for name, conditions in (("where", where), ("part", part or {})):
        for column, value in conditions.items():
            if _never(value):
                yield Problem((name, column), f"“{column}”的条件没有一条记录能满足。")
    segments = getattr(rule, "segments", ()) or getattr(rule, "kinds", ())
    given = {**where, **({"kind": list(segments)} if segments and "kind" not in where else {})}
    for column in given.keys() & (part or {}).keys():
        if _disjoint(given[column], (part or {})[column]):
            said = f"“{column}”的条件与前面筛选的条件没有交集，没有一条记录能达到。"
            yield Problem(("part", column), said)
    if segments and _disjoint(list(segments), where.get("kind")):
        yield Problem(("where", "kind"), "“kind”的条件与所列类别没有交集，没有一条记录能满足。")


def _nothing(required: Any) -> bool:
    if isinstance(required, tuple):
        return bool(required) and required[0] == 0
    return type(required) is int and required == 0


def _never(value: Any) -> bool:
    """A condition on a column that no row can meet."""
    if isinstance(value, dict):
        low, high = value.get("from"), value.get("to")
        return bool(type(low) is int and type(high) is int and low > high)
    return isinstance(value, list) and not value


def _disjoint(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool) and one != other
    if isinstance(one, dict) and isinstance(other, dict):
        lows = [bounds["from"] for bounds in (one, other) if type(bounds.get("from")) is int]
        highs = [bounds["to"] for bounds in (one, other) if type(bounds.get("to")) is int]
        return bool(lows and highs and max(lows) > min(highs))
    first, second = _codes(one), _codes(other)
    return bool(first) and bool(second) and not first & second


def _codes(value: Any) -> set[str]:
    listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return {code for code in listed if isinstance(code, str)}


# ---------------------------------------------------------------- points


def _points(clause: Clause, standard: Standard, pointed: bool) -> Iterator[Problem]:
    total = standard.total_points
    if clause.class_ == "scored" and total is not None and clause.points > total:
        said = f"这一条 {points_zh(clause.points)} 分，比标准的总分 {points_zh(total)} 分还多。"
        yield Problem(("points",), said)
    scored = clause.class_ == "scored" and clause.method != "later"
    if pointed and scored and not clause.points:
        said = (
            "这一条计分却没有写分值，永远不会扣分；请写 points，或者把性质改成 base 或 statistic。"
        )
        yield Problem(("points",), said)
    for place, grade in enumerate(getattr(clause.rule, "scale", ())):
        if grade.earns > clause.points:
            said = f"“{grade.title}”得 {points_zh(grade.earns)} 分，比这一条的 {points_zh(clause.points)} 分还多。"
            yield Problem(("rule", "scale", place), said)


def _loss(clause: Clause, loss: Loss) -> Iterator[str]:
    if clause.class_ not in POINTED:
        return
    points = points_zh(clause.points)
    for word, most in _mosts(loss).items():
        if most > clause.points:
            yield f"{word} 写了 {points_zh(most)} 分，比这一条的 {points} 分还多。"
    if _loses_nothing(clause, loss):
        yield "这样写永远不会扣一分，也不会加一分；请改 loss 或者 points。"
    reach = _reach(clause.rule)
    if reach is None:
        return
    for start, _ in loss.tiers:
        if start > reach:
            yield f"tiers 从 {start} 起的一档永远达不到：最多计到 {reach}。"
    for missing in [*(step for step, _ in loss.steps), loss.zero_from or 0]:
        if missing > reach:
            yield f"缺 {missing} 个的情形永远不会有：最多缺 {reach} 个。"


def _mosts(loss: Loss) -> dict[str, int]:
    """The most points that a loss names in each of its words."""
    return {
        "flag": loss.flag or 0,
        "at_most": loss.at_most or 0,
        "steps": max((lost for _, lost in loss.steps), default=0),
        "tiers": max((earns for _, earns in loss.tiers), default=0),
    }


def _loses_nothing(clause: Clause, loss: Loss) -> bool:
    if 0 in (loss.flag, loss.per_missing, loss.per_extra, loss.at_most):
        return True
    if loss.rate is not None and loss.rate[1] == 0:
        return True
    if loss.steps:
        return all(lost == 0 for _, lost in loss.steps) and loss.zero_from is None
    lowest = loss.tiers[0] if loss.tiers else None
    return lowest is not None and lowest[0] <= 0 and lowest[1] >= clause.points


def _reach(rule: Any) -> int | None:
    """The most that a rule can count in a year, and so the most that can be missing; None where it is open."""
    if rule.name == "minimum_count" and rule.required_from is None:
        return int(rule.at_least) * _PERIODS[rule.per]
    if rule.name == "kinds_present":
        return len(rule.segments) + len(rule.documents)
    return None


# ---------------------------------------------------------------- segment kinds


def kind_sense(entry: SegmentKind) -> Iterator[Problem]:
    """Conditions of a segment kind that no sitting can meet."""
    quorum = entry.quorum
    if quorum is not None and quorum.strict and quorum.share[0] == quorum.share[1]:
        said = "到会的人不会超过全部，这一类会议永远不会有效；全部到会请写 at_least。"
        yield Problem(("quorum", "more_than"), said)
