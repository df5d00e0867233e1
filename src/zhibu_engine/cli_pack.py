"""``zhibu pack …``: commands for who writes packs; none needs a database. ``pack publish`` does and lives with it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from zhibu_engine.packs import Pack, PackError
from zhibu_engine.packs.find import pack_at, pack_places, packs_below, packs_find
from zhibu_engine.packs.json_schema import PARTS, part_schema
from zhibu_engine.packs.notation import Names
from zhibu_engine.packs.said import changes, standard_lines
from zhibu_engine.packs.said_procedure import procedure_lines
from zhibu_engine.packs.workbook import pack_convert, pack_new

_PACK = "制度包：文件夹、.xlsx 工作簿，或自带制度包的代号"


def pack_commands(commands: Any) -> Any:
    """Add ``pack`` with its actions; returns their parsers, for actions that live elsewhere."""
    pack = commands.add_parser("pack", help="制度包").add_subparsers(required=True, metavar="动作")

    new = pack.add_parser("new", help="新建一个能通过检查的小制度包，照着改")
    new.add_argument("target", type=Path, metavar="DIR|FILE.xlsx")
    new.add_argument(
        "--depends", nargs="+", default=["national"], metavar="KEY", help="写在哪些制度包之上"
    )
    new.set_defaults(run=_new)

    for name, run, text in (
        ("check", _check, "检查写法、用词、分值和步骤，并运行用例"),
        ("test", _test, "逐个运行用例，印出每一个的结果"),
        ("show", _show, "按阅读的样子印出标准和程序：要求、规则、扣分、依据，步骤、主持、时限"),
    ):
        action = pack.add_parser(name, help=text)
        action.add_argument("pack", metavar="PACK", help=_PACK)
        action.set_defaults(run=run)
        if name == "show":
            action.add_argument("--standard", metavar="KEY", help="只印一个标准")
            action.add_argument("--procedure", metavar="KEY", help="只印一个程序")

    diff = pack.add_parser("diff", help="两个版本之间改了什么；没有不同时退出码为 0，有则为 1")
    diff.add_argument("old", metavar="OLD", help=_PACK)
    diff.add_argument("new", metavar="NEW", help=_PACK)
    diff.set_defaults(run=_diff)

    convert = pack.add_parser("convert", help="文件夹与工作簿互相转换，内容不变")
    convert.add_argument("pack", metavar="PACK", help=_PACK)
    convert.add_argument("target", type=Path, metavar="DIR|FILE.xlsx")
    convert.set_defaults(run=_convert)

    schema = pack.add_parser("schema", help="写出供编辑器使用的 JSON Schema")
    schema.add_argument("--part", choices=list(PARTS), help="只写一种文件的")
    schema.add_argument(
        "--out", type=Path, metavar="FILE|DIR", help="写到文件；不写 --part 时写到文件夹"
    )
    schema.set_defaults(run=_schema)
    # Run by the whole program, which has a database; here only so that it is listed and told.
    publish = pack.add_parser("publish", help="用例相符后装入数据库，从此内容不再改变")
    publish.add_argument("pack", metavar="PACK", help=_PACK)
    publish.set_defaults(run=_publish)
    return pack


def _publish(arguments: argparse.Namespace) -> int:
    raise PackError(f"发布要有数据库，请用：zhibu pack publish {arguments.pack}")


def _path(named: str) -> Path:
    """Where a pack lies that was named by path or by key."""
    path = Path(named)
    if path.exists() or path.suffix.lower() == ".xlsx" or "/" in named:
        return path.resolve()
    for place in pack_places():
        if (place / named / "pack.yaml").is_file():
            return place / named
    packs_find(named)  # says which there are
    return path


def _below(pack: Pack, path: Path) -> list[Pack]:
    return packs_below(pack, [path.parent, *pack_places()]) or []


def _new(arguments: argparse.Namespace) -> int:
    target: Path = arguments.target
    below = [pack for key in arguments.depends for pack in _with_below(key)]
    pack = pack_new(target, arguments.depends, below)
    print(f"已写入 {target}。代号为“{pack.key}”，请照着改，改完用 zhibu pack check {target} 检查。")
    return 0


def _with_below(key: str) -> list[Pack]:
    path = _path(key)
    pack, _ = pack_at(path)
    return [*_below(pack, path), pack]


def _check(arguments: argparse.Namespace) -> int:
    from zhibu_engine.cases import cases_read, cases_run

    path = _path(arguments.pack)
    pack, words = pack_at(path)
    cases = cases_read(path)
    wrong = list(cases_run(cases, words))
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    tried = {(case.standard, case.clause) for case in cases}
    uncovered = [
        f"{standard.key}/{clause.key}"
        for standard in pack.standards.values()
        for clause in standard.clauses
        if clause.method == "record" and (standard.key, clause.key) not in tried
    ]
    clauses = sum(len(standard.clauses) for standard in pack.standards.values())
    procedures = f"程序 {len(pack.procedures)} 个，" if pack.procedures else ""
    print(
        f"{pack.key} {pack.version}：标准 {len(pack.standards)} 个，条款 {clauses} 条，{procedures}"
        f"用例 {len(cases)} 个，不符 {len(wrong)} 个；摘要 {pack.digest[:16]}。"
    )
    if uncovered:
        print(f"没有用例的条款：{'、'.join(uncovered)}。")
    walked = {case.matter.procedure for case in cases if case.matter is not None}
    unwalked = [one.title for key, one in pack.procedures.items() if key not in walked]
    if unwalked:
        print(f"没有用例的程序：{'、'.join(unwalked)}。")
    return 1 if wrong else 0


def _test(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from zhibu_engine.cases import cases_read, cases_run

    path = _path(arguments.pack)
    _, words = pack_at(path)
    table = Table("", "条款或程序", "用例", "结果", box=None, pad_edge=False)
    failed = 0
    cases = cases_read(path)
    for case in cases:
        wrong = list(cases_run([case], words))
        failed += bool(wrong)
        said = "\n".join(wrong) if wrong else "相符"
        table.add_row("✗" if wrong else "✓", case.clause, case.name, said)
    Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False).print(table)
    print(f"用例 {len(cases)} 个，相符 {len(cases) - failed} 个，不符 {failed} 个。")
    return 1 if failed else 0


def _show(arguments: argparse.Namespace) -> int:
    pack, words = pack_at(_path(arguments.pack))
    print(f"{pack.title} {pack.version}（{pack.key}）")
    asked = (arguments.standard, arguments.procedure)
    for wanted, called, own, known, lines in (
        (asked[0], "标准", pack.standards, words.standards, standard_lines),
        (asked[1], "程序", pack.procedures, words.procedures, procedure_lines),
    ):
        if wanted is not None and wanted not in known:
            raise PackError(f"没有{called}“{wanted}”；有：{'、'.join(known) or '（无）'}。")
        keys = [wanted] if wanted else [] if any(asked) else list(own)
        for key in keys:
            print()
            for line in lines(key, words):
                print(line)
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    old, new = _path(arguments.old), _path(arguments.new)
    before, _ = pack_at(old)
    after, words = pack_at(new)
    found = list(changes(before, after, Names(words.codes)))
    print(f"{before.key} {before.version} → {after.key} {after.version}")
    for sentence in found:
        print(f"  {sentence}")
    if not found:
        print("  没有不同。")
    return 1 if found else 0


def _convert(arguments: argparse.Namespace) -> int:
    path = _path(arguments.pack)
    pack, _ = pack_at(path)
    pack_convert(pack, path, arguments.target, _below(pack, path))
    print(f"已写入 {arguments.target}；内容不变，摘要 {pack.digest[:16]}。")
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    out: Path | None = arguments.out
    parts = [arguments.part] if arguments.part else list(PARTS)
    texts = {part: schema_text(part) for part in parts}
    if out is None:
        print("\n".join(texts.values()))
    elif arguments.part:
        out.write_text(texts[arguments.part], encoding="utf-8")
    else:
        out.mkdir(parents=True, exist_ok=True)
        for part, text in texts.items():
            (out / f"{part}.schema.json").write_text(text, encoding="utf-8")
    return 0


def schema_text(part: str) -> str:
    """The JSON Schema of one kind of file, as it is kept in docs/reference/pack-schema/."""
    return json.dumps(part_schema(part), ensure_ascii=False, indent=2) + "\n"
