"""``zhibu gap``: what a unit still has to do to reach a level."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zhibu_engine.prepare import FactsError


def gap_register(
    commands: Any, day: Callable[[str], Any], find: Callable[[str, Path | None], Any]
) -> None:
    """Add the command. ``day`` reads a day, ``find`` a pack with its words, as the other commands do."""
    gap = commands.add_parser("gap", help="达标还差什么：费力最少的办法")
    gap.add_argument("--facts", required=True, type=Path, help="CSV/Parquet 文件夹，或一个工作簿")
    gap.add_argument("--pack", required=True, metavar="KEY[@VERSION]", help="制度包")
    gap.add_argument("--packs-dir", type=Path, help="制度包所在的文件夹")
    gap.add_argument("--standard", required=True, help="标准")
    gap.add_argument("--as-of", required=True, type=day, metavar="YYYY-MM-DD", help="今天")
    gap.add_argument("--unit", required=True, metavar="CODE", help="组织代码")
    gap.add_argument("--by", type=day, metavar="YYYY-MM-DD", help="最后一日，不写的到年底")
    goal = gap.add_mutually_exclusive_group()
    goal.add_argument("--level", metavar="KEY", help="要达到的等次；不写的为上一等次")
    goal.add_argument("--points", metavar="N", help="要达到的分数，用于没有设定等次的标准")
    gap.add_argument("--costs", type=Path, help="每种办法的费力程度（YAML），不写的都算 1")
    gap.set_defaults(run=lambda arguments: _gap(arguments, find))


def _gap(arguments: argparse.Namespace, find: Callable[[str, Path | None], Any]) -> int:
    from zhibu_engine.compile import Compiled
    from zhibu_engine.explain import unit_rows
    from zhibu_engine.gap.least import gap
    from zhibu_engine.packs import PackError
    from zhibu_engine.report import unit_names
    from zhibu_engine.sources import facts_read

    _pack, words = find(arguments.pack, arguments.packs_dir)
    if arguments.standard not in words.standards:
        known = "、".join(words.standards)
        raise PackError(f"没有标准“{arguments.standard}”；有：{known}。")
    raw = facts_read(arguments.facts, words)
    units = [unit for unit, (code, _) in unit_names(raw).items() if code == arguments.unit]
    if not units:
        raise FactsError(f"《组织》表中没有组织代码“{arguments.unit}”。")
    found = gap(
        # One unit is counted without a statement.
        Compiled(words, arguments.standard, ()),
        unit_rows(raw, units[0]),
        units[0],
        today=arguments.as_of,
        by=arguments.by,
        level=arguments.level,
        points=_points(arguments.points),
        costs=_costs(arguments.costs),
    )
    _print(found)
    return 0


def _points(text: str | None) -> int | None:
    from zhibu_engine.points import hundredths

    try:
        return None if text is None else hundredths(text)
    except ValueError as error:
        raise FactsError(str(error)) from None


def _costs(path: Path | None) -> dict[str, int]:
    import yaml

    from zhibu_engine.gap.acts import DOES

    if path is None:
        return {}
    try:
        costs = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        costs = None
    if not isinstance(costs, dict):
        listed = "、".join(f"{key}（{title}）" for key, title in DOES.items())
        raise FactsError(f"费力程度文件要写成“办法: 整数”；办法有：{listed}。")
    return costs


def _print(found: Any) -> None:
    from zhibu_engine.explain import points_zh
    from zhibu_engine.gap.said import acts_told, not_counted, summary

    if found is None:
        print("已在最高等次。")
        return
    print(f"{found.standard.title}{f'（{found.standard.label}）' if found.standard.label else ''}")
    print(summary(found))
    for number, told in enumerate(acts_told(found), start=1):
        print(
            f"  {number}. {told.title}（{told.until_zh}；得 {points_zh(max(told.points, 0))} 分）"
        )
    for said in not_counted(found):
        print(said)
