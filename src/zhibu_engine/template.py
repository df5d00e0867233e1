"""An empty workbook for facts: one sheet per relation, with drop-downs and notes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from zhibu_engine.cells import column_letters
from zhibu_engine.facts import RELATIONS, Column, Relation
from zhibu_engine.packs import Words

_ROWS = 2_000
_TYPE_ZH = {
    "id": "整数编号",
    "int": "整数",
    "bool": "是 或 否",
    "day": "日期，如 2025-03-31",
    "code": "代码，可写中文名称",
    "text": "文字",
}
_NOTES = (
    (
        "怎样填写",
        "每张工作表是一类记录，第一行是列名，不要改动；从第二行起每行一条。没有的记录可以整表留空。",
    ),
    (
        "编号",
        "“组织编号”把各表连在一起：《组织》表中每个组织一个编号，其他表的同名列填同一编号。"
        "人员、记录、环节、党小组的编号由您自定，在同一类中不重复即可。",
    ),
    ("一次会议几个环节", "同一次会议的几个环节写几行，“记录编号”相同，“环节编号”各不相同。"),
    (
        "日期",
        "写成 2025-03-31、2025/3/31 或 2025年3月31日都可以；不知道的留空。任职、届期、转入等的“止”留空表示至今。",
    ),
    ("没有列出的情况", "系统只按记录评判：没有填写的，一律说“系统内未见记录”，不说没有开展。"),
    (
        "怎样评判",
        "zhibu assess --facts 本文件.xlsx --pack 制度包 --as-of 2025-12-31 --out 结果.xlsx",
    ),
)


def template_write(path: Path, words: Words | None = None) -> None:
    """Write the workbook. Without words the code columns have no drop-downs."""
    book = xlsxwriter.Workbook(str(path))
    # A fixed date: the same template is the same file.
    book.set_properties({"title": "评判事实", "created": datetime(2025, 1, 1)})  # noqa: DTZ001  # a property, not a moment
    styles = {
        "head": book.add_format(
            {"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True}
        ),
        "need": book.add_format(
            {"bold": True, "bg_color": "#F6D9B8", "border": 1, "text_wrap": True}
        ),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    _notes(book, styles)
    sheets = {relation.name: book.add_worksheet(relation.zh) for relation in RELATIONS.values()}
    ranges = _codes(book, words, styles)
    for relation in RELATIONS.values():
        _relation(sheets[relation.name], relation, ranges, styles)
    book.close()


def _notes(book: Any, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    row = 0
    for title, text in _NOTES:
        sheet.write(row, 0, title, styles["head"])
        sheet.write(row, 1, text, styles["wrap"])
        row += 1
    for relation in RELATIONS.values():
        row += 1
        sheet.write(row, 0, f"《{relation.zh}》", styles["head"])
        sheet.write(row, 1, f"{relation.meaning}。", styles["wrap"])
        for column in relation.columns:
            row += 1
            sheet.write(row, 0, column.zh)
            sheet.write(row, 1, _note(column), styles["wrap"])


def _note(column: Column) -> str:
    need = "" if _optional(column) else "必填。"
    meaning = f"{column.meaning}。" if column.meaning else ""
    return f"{need}{meaning}{_TYPE_ZH[column.type]}。"


def _optional(column: Column) -> bool:
    return column.optional or column.empty is not None


def _codes(book: Any, words: Words | None, styles: dict[str, Any]) -> dict[str, str]:
    """Code lists on a sheet of their own; list name → the range for a drop-down."""
    if words is None:
        return {}
    sheet = book.add_worksheet("代码")
    ranges: dict[str, str] = {}
    used = {
        column.codes
        for relation in RELATIONS.values()
        for column in relation.columns
        if column.codes
    }
    for place, name in enumerate(sorted(used & set(words.codes))):
        names = list(dict.fromkeys(words.codes[name].values()))
        sheet.set_column(place, place, 20)
        sheet.write(0, place, name, styles["head"])
        for row, text in enumerate(names, start=1):
            sheet.write_string(row, place, text)
        letters = column_letters(place)
        if names:
            ranges[name] = f"=代码!${letters}$2:${letters}${len(names) + 1}"
    return ranges


def _relation(
    sheet: Any, relation: Relation, ranges: dict[str, str], styles: dict[str, Any]
) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(relation.columns):
        sheet.set_column(
            place,
            place,
            max(10, 2 * len(column.zh) + 2),
            styles["day"] if column.type == "day" else None,
        )
        sheet.write_string(0, place, column.zh, styles["head" if _optional(column) else "need"])
        sheet.write_comment(0, place, _note(column), {"author": "zhibu"})
        validation = _validation(column, ranges)
        if validation:
            sheet.data_validation(1, place, _ROWS, place, validation)


def _validation(column: Column, ranges: dict[str, str]) -> dict[str, Any] | None:
    if column.type == "bool":
        return {"validate": "list", "source": ["是", "否"]}
    if column.type == "code" and column.codes in ranges:
        return {
            "validate": "list",
            "source": ranges[column.codes],
            "error_type": "warning",
            "error_title": column.zh,
            "error_message": "请从下拉列表中选择，或填写代码。",
        }
    return None
