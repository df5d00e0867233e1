"""A back-test in plain Chinese: sentences, and tables that a workbook or a page prints as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhibu_engine.assess import Score
from zhibu_engine.backtest import BANDS, BackTest, Cause, ClauseCount, Move, Side, rate
from zhibu_engine.explain import points_zh
from zhibu_engine.packs import Standard
from zhibu_engine.report import level_sentence
from zhibu_engine.verdicts import CODE_ZH, VERDICT_ZH

SAYS = {
    "nobody": "没有组织失分：这一条可能分不出高下，请看要求是否太低。",
    "everybody": "评到的组织都失分：请看要求是否过高，或者记录还没有补录。",
    "unjudged": "一个组织也没有评到：现有数据评不了这一条。",
    "undue": "评判日还没有到期：要看这一条，请换一个评判日再试。",
    "nowhere": "对哪个组织都不适用：请看适用条件是否写对。",
}
_CLASS = {
    "bonus": "加分",
    "penalty": "扣分",
    "base": "基础规范",
    "veto": "否决",
    "statistic": "只统计",
}
#: So many causes stand in one sentence.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows; numbers stay numbers."""

    title: str
    headings: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def percent_zh(share: int | None) -> str:
    """0.01 % as people write it: 8725 → 87.25%."""
    return "未评" if share is None else f"{points_zh(share)}%"


def signed(points: int) -> str:
    """0.01 points with their sign: -150 → －1.5."""
    return f"{'＋' if points > 0 else '－' if points < 0 else ''}{points_zh(abs(points)) or '0'}"


def cause_sentence(cause: Cause) -> str:
    """党员大会每季度一次－2 分（由满足变为部分满足）"""
    if not cause.was:
        why = f"新增条款，{VERDICT_ZH[cause.now]}"
    elif not cause.now:
        why = f"取消的条款，原为{VERDICT_ZH[cause.was]}"
    elif cause.was != cause.now:
        why = f"由{VERDICT_ZH[cause.was]}变为{VERDICT_ZH[cause.now]}"
    else:
        why = f"结论仍为{VERDICT_ZH[cause.now]}，分值或扣法有变化"
    points = f"{signed(cause.difference)} 分" if cause.difference else ""
    return f"{cause.title}{points}（{why}）"


def move_sentence(move: Move, before: Standard, after: Standard) -> str:
    """Why a unit moves: its level first, then the clauses that weigh most."""
    parts = []
    if move.level_changes:
        parts.append(
            f"{_level(before, move.before)} → {_level(after, move.after)}{_by(move, after)}"
        )
    causes = [cause for cause in move.causes if cause.difference][:SHOWN]
    if causes:
        parts.append("主要因为：" + "；".join(cause_sentence(cause) for cause in causes))
    if move.rest:
        parts.append(f"封顶、归零等合计规则 {signed(move.rest)} 分")
    if not causes and not move.rest and not move.level_changes:
        parts.append("只是已评的分值有变化")
    return "。".join(parts) + "。"


def _level(standard: Standard, score: Score) -> str:
    return level_sentence(standard, score).removeprefix("等次：")


def _by(move: Move, after: Standard) -> str:
    titles = {clause.key: clause.title for clause in after.clauses}
    if move.decisive:
        return f"，决定于：{'、'.join(titles[key] for key in move.decisive)}"
    return "" if move.causes else "，因为等次的分数线或者必须满足的条款有变化"


def reasons_sentence(count: ClauseCount) -> str:
    """Why units were not judged, with their number."""
    return "；".join(
        f"{CODE_ZH.get(word) or '尚无结论'}：{number} 个" for word, number in count.reasons
    )


def result_sentence(result: BackTest) -> str:
    """The whole in two sentences."""
    after, before = result.after, result.before
    said = f"试算了 {after.units} 个组织，得分率中位数 {percent_zh(after.spread.median)}"
    if before is None:
        return f"{said}。"
    levels = sum(move.level_changes for move in result.moves)
    up = sum(move.difference > 0 for move in result.moves)
    down = sum(move.difference < 0 for move in result.moves)
    changed = f"；{levels} 个组织的等次有变化" if levels or after.levels else ""
    return (
        f"{said}，现行标准为 {percent_zh(before.spread.median)}。"
        f"{up} 个组织得分升高，{down} 个降低{changed}。"
    )


def backtest_tables(
    result: BackTest,
    names: Mapping[int, tuple[str, str]],
    after: Standard,
    before: Standard | None = None,
) -> list[Table]:
    """概况, 条款, and where two standards were compared 变化的组织 and 变化的条款."""
    tables = [_overview(result), _clauses(result)]
    if result.before is not None and before is not None:
        tables.append(_moved(result, names, after, before))
        tables.append(_caused(result, names))
        tables.append(_apart(result, names))
    return [table for table in tables if table.rows]


def _overview(result: BackTest) -> Table:
    sides = [side for side in (result.after, result.before) if side is not None]
    heads = ("项目", "试算的标准", "现行标准")[: 1 + len(sides)]

    def row(title: str, of: Any) -> tuple[Any, ...]:
        return (title, *(of(side) for side in sides))

    rows = [
        row("标准", lambda side: side.title),
        row("评到的组织", lambda side: side.units),
        *(
            row(title, lambda side, name=name: percent_zh(getattr(side.spread, name)))
            for title, name in (
                ("得分率：最低", "lowest"),
                ("得分率：第10百分位", "tenth"),
                ("得分率：第25百分位", "quarter"),
                ("得分率：中位数", "median"),
                ("得分率：第75百分位", "three_quarters"),
                ("得分率：最高", "highest"),
                ("得分率：平均", "mean"),
            )
        ),
        *(
            row(f"得分率 {label}", lambda side, place=place: side.spread.bands[place])
            for place, label in enumerate(band_labels())
        ),
    ]
    titles = list(dict.fromkeys(title for side in sides for _key, title, _n in side.levels))
    rows += [
        row(f"等次：{title}", lambda side, title=title: _counted(side, title)) for title in titles
    ]
    return Table(
        "概况", heads, [("说明", result_sentence(result), *[""] * (len(sides) - 1)), *rows]
    )


def band_labels() -> list[str]:
    return [f"{place * 10}%–{place * 10 + 10}%" for place in range(BANDS)]


def _counted(side: Side, title: str) -> Any:
    return next((number for _key, one, number in side.levels if one == title), "")


def _clauses(result: BackTest) -> Table:
    heads = (
        "条款", "类别", "满分", "评到", "失分的", "共失分", "未评", "未到期", "不适用", "提示", "没有评到的原因",
    )  # fmt: skip
    rows = [
        (
            one.title,
            _CLASS.get(one.class_, "基本任务"),
            one.points / 100,
            one.judged,
            one.losing,
            one.lost / 100,
            one.not_assessed,
            one.not_due,
            one.not_applicable,
            SAYS.get(one.says, ""),
            reasons_sentence(one),
        )
        for one in result.after.clauses
    ]
    return Table("条款", heads, rows)


def _moved(
    result: BackTest, names: Mapping[int, tuple[str, str]], after: Standard, before: Standard
) -> Table:
    heads = (
        "组织代码", "组织名称", "现行得分", "现行已评", "试算得分", "试算已评", "得分变化", "现行得分率", "试算得分率",
        "现行等次", "试算等次", "说明",
    )  # fmt: skip
    rows = [
        (
            *names[move.unit_id],
            move.before.earned / 100,
            move.before.assessed / 100,
            move.after.earned / 100,
            move.after.assessed / 100,
            move.difference / 100,
            percent_zh(rate(move.before)),
            percent_zh(rate(move.after)),
            _level(before, move.before),
            _level(after, move.after),
            move_sentence(move, before, after),
        )
        for move in result.moves
    ]
    return Table("变化的组织", heads, rows)


def _caused(result: BackTest, names: Mapping[int, tuple[str, str]]) -> Table:
    rows = list(_cause_rows(result.moves, names))
    heads = ("组织代码", "组织名称", "条款", "现行结论", "试算结论", "得分变化", "决定等次")
    return Table("变化的条款", heads, rows)


def _cause_rows(
    moves: Sequence[Move], names: Mapping[int, tuple[str, str]]
) -> Iterator[tuple[Any, ...]]:
    for move in moves:
        for cause in move.causes:
            yield (
                *names[move.unit_id],
                cause.title,
                VERDICT_ZH.get(cause.was, "没有这一条"),
                VERDICT_ZH.get(cause.now, "没有这一条"),
                cause.difference / 100,
                "是" if cause.clause in move.decisive else "",
            )
        if move.rest:
            yield (*names[move.unit_id], "封顶、归零等合计规则", "", "", move.rest / 100, "")


def _apart(result: BackTest, names: Mapping[int, tuple[str, str]]) -> Table:
    rows = [(*names[unit], "只有试算的标准适用") for unit in result.entered]
    rows += [(*names[unit], "只有现行标准适用") for unit in result.left]
    return Table("只适用其中一个标准的组织", ("组织代码", "组织名称", "说明"), rows)
