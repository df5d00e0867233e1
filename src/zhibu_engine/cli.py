"""Commands that need no database: assess, facts template; those of packs are in ``cli_pack``."""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from zhibu_engine.cli_backtest import backtest_command
from zhibu_engine.cli_bulk import bulk_register
from zhibu_engine.cli_gap import gap_register
from zhibu_engine.cli_pack import pack_commands
from zhibu_engine.packs import Pack, PackError, Words
from zhibu_engine.packs.find import packs_find
from zhibu_engine.prepare import FactsError

if TYPE_CHECKING:
    import pyarrow as pa

    from zhibu_engine.report import Sheet


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 0 done, 1 found problems, 2 could not be done."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (PackError, FactsError) as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader (head, less) has seen enough; nothing more can be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"不能读写“{error.filename}”：{error.strerror}。", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zhibu")
    commands = parser.add_subparsers(required=True, metavar="命令")

    assess = commands.add_parser("assess", help="用制度包评判一组事实")
    assess.add_argument(
        "--facts", required=True, type=Path, help="CSV/Parquet 文件夹，或一个工作簿"
    )
    assess.add_argument(
        "--pack",
        required=True,
        metavar="KEY[@VERSION]",
        help="制度包，如 city-organs，也可以是文件夹或工作簿",
    )
    assess.add_argument("--packs-dir", type=Path, help="制度包所在的文件夹")
    assess.add_argument("--standard", help="只评判其中一个标准")
    assess.add_argument("--as-of", required=True, type=_day, metavar="YYYY-MM-DD", help="评判日")
    assess.add_argument("--unit", metavar="CODE", help="只评判一个组织（组织代码）")
    assess.add_argument(
        "--out", required=True, type=Path, help="结果文件：.xlsx、.docx、.csv、.json 或 .parquet"
    )
    assess.set_defaults(run=_assess)

    bulk_register(commands, _day, packs_find)
    gap_register(commands, _day, packs_find)

    facts = commands.add_parser("facts", help="事实").add_subparsers(required=True, metavar="动作")
    template = facts.add_parser("template", help="生成空的事实工作簿")
    template.add_argument("file", type=Path)
    template.add_argument(
        "--pack", default="national", metavar="KEY[@VERSION]", help="下拉列表取自哪个制度包"
    )
    template.add_argument("--packs-dir", type=Path)
    template.set_defaults(run=_template)

    backtest_command(pack_commands(commands))
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2025-12-31") from None


def _assess(arguments: argparse.Namespace) -> int:
    from zhibu_engine.assess import assess
    from zhibu_engine.compile import standard_compile
    from zhibu_engine.prepare import facts_prepare
    from zhibu_engine.report import PackRef, Report, sheet_make
    from zhibu_engine.report_files import FORMATS, report_write
    from zhibu_engine.sources import facts_read

    if arguments.out.suffix.lower() not in FORMATS:
        raise FactsError(
            f"结果文件“{arguments.out.name}”的格式不认识；可用的有：{'、'.join(FORMATS)}。"
        )
    pack, words = packs_find(arguments.pack, arguments.packs_dir)
    keys = _standards(pack, words, arguments.standard)
    raw = facts_read(arguments.facts, words)
    facts = facts_prepare(raw, arguments.as_of)
    units = None if arguments.unit is None else [_unit(raw, arguments.unit)]
    sheets = []
    for key in keys:
        compiled = standard_compile(words, key)
        findings = assess(compiled, facts, units)
        sheets.append(
            sheet_make(compiled, findings, raw, progress=_progress(words.standards[key].title))
        )
    named = PackRef(pack.key, pack.version, pack.title, pack.digest)
    report_write(Report(named, arguments.as_of, tuple(sheets)), arguments.out)
    _print_scores(sheets)
    print(f"已写入 {arguments.out}")
    return 0


def _standards(pack: Pack, words: Words, wanted: str | None) -> list[str]:
    keys = list(pack.standards)
    if wanted is not None:
        if wanted not in words.standards:
            raise PackError(
                f"制度包“{pack.key}”没有标准“{wanted}”；有：{'、'.join(words.standards)}。"
            )
        return [wanted]
    if not keys:
        raise PackError(f"制度包“{pack.key}”没有标准可供评判。")
    return keys


def _unit(raw: Mapping[str, pa.Table], code: str) -> int:
    from zhibu_engine.report import unit_names

    found = [unit for unit, (known, _) in unit_names(raw).items() if known == code]
    if not found:
        raise FactsError(f"《组织》表中没有组织代码“{code}”。")
    return found[0]


def _template(arguments: argparse.Namespace) -> int:
    from zhibu_engine.template import template_write

    if arguments.file.suffix.lower() != ".xlsx":
        raise FactsError(f"模板文件“{arguments.file.name}”的名字要以 .xlsx 结尾。")
    _, words = packs_find(arguments.pack, arguments.packs_dir)
    template_write(arguments.file, words)
    print(f"已写入 {arguments.file}")
    return 0


def _progress(title: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{title}：{done}/{total}", end="\n" if done == total else "", file=sys.stderr)

    return show


def _print_scores(sheets: Sequence[Sheet]) -> None:
    from zhibu_engine.report import total_sentence

    for sheet in sheets:
        label = f"（{sheet.standard.label}）" if sheet.standard.label else ""
        print(f"{sheet.standard.title}{label}：{len(sheet.scores)} 个组织")
        for code, name, score in sheet.scores[:30]:
            print(
                f"  {_padded(code, 12)} {_padded(name, 28)} {total_sentence(sheet.standard, score)}"
            )
        if len(sheet.scores) > 30:
            print(f"  ……其余 {len(sheet.scores) - 30} 个见结果文件。")


def _padded(text: str, width: int) -> str:
    """Chinese characters take two columns."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(width - taken, 0)


if __name__ == "__main__":
    sys.exit(main())
