"""``zhibu pack backtest``: try a draft on a folder or workbook of facts, alone or against another version."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import Any

from zhibu_engine.backtest_said import Table, backtest_tables, move_sentence, result_sentence
from zhibu_engine.packs import PackError, Words
from zhibu_engine.packs.find import packs_find
from zhibu_engine.prepare import FactsError

#: So many moves are printed; the file holds all.
PRINTED = 20


def backtest_command(pack: Any) -> None:
    """Add ``backtest`` to the actions of ``zhibu pack``."""
    action = pack.add_parser(
        "backtest", help="用一组事实试算稿子：哪些组织会变、为什么；不改动任何东西"
    )
    action.add_argument("draft", metavar="DRAFT", help="稿子：文件夹、.xlsx 工作簿，或制度包的代号")
    action.add_argument(
        "--facts", required=True, type=Path, help="CSV/Parquet 文件夹，或一个工作簿"
    )
    action.add_argument("--as-of", required=True, type=_day, metavar="YYYY-MM-DD", help="评判日")
    action.add_argument(
        "--against",
        metavar="KEY@VERSION",
        help="与哪一版比较，也可以是文件夹或工作簿；不写则只看稿子",
    )
    action.add_argument("--standard", metavar="KEY", help="只试算其中一个标准")
    action.add_argument("--out", type=Path, metavar="FILE.xlsx", help="全部结果写到这个工作簿")
    action.set_defaults(run=_backtest)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2025-12-31") from None


def _backtest(arguments: argparse.Namespace) -> int:
    from zhibu_engine.sources import facts_read

    if arguments.out is not None and arguments.out.suffix.lower() != ".xlsx":
        raise FactsError(f"结果文件“{arguments.out.name}”的名字要以 .xlsx 结尾。")
    pack, words = packs_find(arguments.draft)
    against = packs_find(arguments.against)[1] if arguments.against else None
    keys = [arguments.standard] if arguments.standard else list(pack.standards)
    raw = facts_read(arguments.facts, words)
    tables: list[Table] = []
    for key in keys:
        tables += _one(arguments, words, against, key, raw)
    if not keys:
        raise PackError(f"制度包“{pack.key}”没有标准可供试算。")
    if arguments.out is not None:
        _write(arguments.out, tables, arguments.as_of)
        print(f"已写入 {arguments.out}")
    return 0


def _one(
    arguments: argparse.Namespace, words: Words, against: Words | None, key: str, raw: Any
) -> list[Table]:
    """Judge by both, print the main things and give the tables."""
    from zhibu_engine.assess import assess
    from zhibu_engine.backtest import backtest
    from zhibu_engine.compile import standard_compile
    from zhibu_engine.prepare import facts_prepare
    from zhibu_engine.report import unit_names

    for known, said in ((words, arguments.draft), (against, arguments.against)):
        if known is not None and key not in known.standards:
            there = "、".join(known.standards) or "（无）"
            raise PackError(f"“{said}”没有标准“{key}”；有：{there}。")
    facts = facts_prepare(raw, arguments.as_of)
    after = assess(standard_compile(words, key), facts)
    before = assess(standard_compile(against, key), facts) if against else None
    result = backtest(after, before)
    names = unit_names(raw)
    print(f"{after.standard.title}：{result_sentence(result)}")
    for one in result.after.clauses:
        if one.says:
            print(f"  {one.title}：{_SHORT[one.says]}")
    if before is not None:
        for move in result.moves[:PRINTED]:
            said = move_sentence(move, before.standard, after.standard)
            print(f"  {' '.join(names[move.unit_id])}：{move.difference / 100:+g} 分。{said}")
        if len(result.moves) > PRINTED:
            print(f"  ……其余 {len(result.moves) - PRINTED} 个见结果文件（--out）。")
    return backtest_tables(result, names, after.standard, before.standard if before else None)


_SHORT = {
    "nobody": "没有组织失分",
    "everybody": "评到的组织都失分",
    "unjudged": "一个组织也没有评到",
    "undue": "评判日还没有到期",
    "nowhere": "对哪个组织都不适用",
}


def _write(path: Path, tables: list[Table], as_of: date) -> None:
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    # The day of judging, not the moment of writing: the same results give the same bytes.
    moment = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001  # a property, not a moment
    book.set_properties({"title": "试算结果", "created": moment})
    head = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True})
    used: dict[str, int] = {}
    for table in tables:
        used[table.title] = number = used.get(table.title, 0) + 1
        sheet = book.add_worksheet(table.title if number == 1 else f"{table.title}{number}")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, table.headings, head)
        sheet.set_column(0, len(table.headings) - 1, 16)
        for place, row in enumerate(table.rows, start=1):
            sheet.write_row(place, 0, row)
    book.close()
