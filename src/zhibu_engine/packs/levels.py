"""What is wrong with the levels of a standard, with the clauses that bound them, and with whom and how it judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from zhibu_engine.kinds.base import Problem, unknown_words
from zhibu_engine.packs.schema import Level, Standard
from zhibu_engine.points import points_zh


def level_problems(standard: Standard) -> Iterator[Problem]:
    """Levels that contradict each other, clauses that do not exist, bounds without levels."""
    keys = [level.key for level in standard.levels]
    clauses = [clause.key for clause in standard.clauses]
    for place, clause in enumerate(standard.clauses):
        if clause.caps_level:
            for problem in unknown_words([clause.caps_level], keys, "caps_level", "等次"):
                yield Problem(("clauses", place, "caps_level"), problem.message)
        if clause.zeroes == "group" and not standard.group_of(clause):
            yield Problem(("clauses", place, "zeroes"), "zeroes: group 的条款要属于一个分组。")
    for place, level in enumerate(standard.levels):
        if level.key in keys[:place]:
            yield Problem(("levels", place, "key"), f"“{level.key}”在 levels 中写了两次。")
        for problem in _must_problems(standard, level, clauses):
            yield Problem(("levels", place, *problem.path), problem.message)
    if standard.levels:
        yield from _ladder(standard)


def _must_problems(standard: Standard, level: Level, clauses: list[str]) -> Iterator[Problem]:
    yield from unknown_words(level.must, clauses, "must", "条款")
    for number, key in enumerate(level.must):
        if key in clauses and standard.clause(key).class_ == "statistic":
            said = f"“{key}”只统计，没有满足不满足，不能写进 must。"
            yield Problem(("must", number), said)


def _ladder(standard: Standard) -> Iterator[Problem]:
    for place, (better, worse) in enumerate(pairwise(standard.levels), start=1):
        if worse.from_ > better.from_:
            said = f"等次从高到低写：“{worse.title}”的 from 不能高于“{better.title}”。"
            yield Problem(("levels", place), said)
    last = standard.levels[-1]
    if last.from_ or last.must:
        said = f"最后一个等次“{last.title}”要兜底：from 写 0，不写 must。"
        yield Problem(("levels", len(standard.levels) - 1), said)
    if standard.not_applicable is None:
        said = "写了 levels 的标准还要写 not_applicable：rescale 按其余分值折算、full 按满分、lost 按零分。"
        yield Problem(("levels",), said)
    total = sum(clause.points for clause in standard.clauses if clause.class_ == "scored")
    best = standard.levels[0]
    if best.from_ > total:
        said = f"“{best.title}”的 from 超过了各条款合计的 {points_zh(total)} 分，永远达不到。"
        yield Problem(("levels", 0), said)


def subject_problems(
    standard: Standard, codes: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    for name, listed, what in (
        ("posts", "post", "职务"),
        ("procedures", "procedure", "程序"),
        ("registers", "register", "登记册"),
    ):
        found = getattr(standard.subject, name)
        for problem in unknown_words(found, codes.get(listed, {}), name, what):
            yield Problem(("subject", *problem.path), problem.message)


_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def average_problems(standard: Standard) -> Iterator[Problem]:
    """A period longer than the one that is judged by itself never ends within it."""
    if standard.average is None:
        return
    length = _MONTHS[standard.average]
    title = {"month": "月", "quarter": "季度"}[standard.average]
    for place, clause in enumerate(standard.clauses):
        per = getattr(clause.rule, "per", "year" if getattr(clause.rule, "yearly", False) else "")
        if per and _MONTHS.get(per, 0) > length:
            said = (
                f"本标准按{title}评判后取平均，而这一条按更长的期间评判，永远不会到期；请改 per。"
            )
            yield Problem(("clauses", place, "rule"), said)
