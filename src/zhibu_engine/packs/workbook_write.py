"""A pack as one workbook that an officer can fill in: headings, notes and drop-downs in Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from zhibu_engine.cells import column_letters
from zhibu_engine.kinds import kinds
from zhibu_engine.packs.naming import kind_usage, word_note
from zhibu_engine.packs.notation import Names, NotationError
from zhibu_engine.packs.notation_write import cell_write
from zhibu_engine.packs.shape import Shape, rule_shape, rule_shapes
from zhibu_engine.packs.sheets import (
    FILE,
    LISTS_SHEET,
    NOTES,
    PROCEDURE,
    RULE_KIND,
    RULES_SHEET,
    STANDARD,
    ColumnOf,
    SheetOf,
    flat,
    names_of,
    rule_kinds,
    sheets,
)
from zhibu_engine.packs.source import ENTRIES, PackError
from zhibu_engine.packs.word_names import FIXED_LISTS

#: Drop-downs reach this far down.
_ROWS = 1_000
_MOST_TEXT = 32_767
_GUIDE = (
    (
        "怎样填写",
        "每张工作表是一类内容，第一行是列名，不要改动；从第二行起每行一条，用不到的工作表整表留空。橙色列必填。"
        "没有写的就是不要求，不要编一个数填上。",
    ),
    (
        "代号",
        "“代号”“代码”由您自定，用小写英文字母、数字和下划线，以字母开头，如 assembly、c01；定了就不再改，各表靠它对应。",
    ),
    (
        "一格里写几个值",
        "几个值之间用“、”隔开，如：党员大会、支部委员会。可以写名称，也可以写代码，《可用的词》中列出了全部名称和代码。",
    ),
    (
        "一格里写几个词",
        "写成“词：值”，几个词之间用“；”或换行隔开，如：会议类别：党员大会；期间：每季度；不少于：1。"
        "值里还有词的，用括号括起来，如：正式党员数：（起：7）。",
    ),
    (
        "有特殊符号的文字",
        "“词：值”里的文字如果含有；、（）等符号，用『』括起来，如：整句：『到会 {measured} 人，占 {share}。』",
    ),
    ("是与否", "写“是”或者“否”。空列表写（空）。"),
    (
        "规则",
        "《规则写法》列出了每一类规则的用法、可用的词和例子。先在“规则类别”列选一类，再在“规则写法”列写它的词。",
    ),
    (
        "公式和合并单元格",
        "请填数值，不要用公式，不要合并单元格。从别的表复制时，用“选择性粘贴—数值”。",
    ),
    (
        "检查",
        "zhibu pack check 本文件.xlsx 检查写法和分值，zhibu pack test 本文件.xlsx 逐个运行用例，"
        "zhibu pack show 本文件.xlsx 印出整个标准。",
    ),
)


def book_write(
    path: Path,
    source: Mapping[str, Any],
    cases: Iterable[tuple[str, Any]],
    below: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write a pack's data and cases. ``below`` is the data of the packs it depends on, for names and drop-downs.

    Raises:
        PackError: a text is longer than a cell may be, or a value that no cell can say.
    """
    names = names_of(*below, source)
    listed = list(cases)
    rows = {sheet.name: list(_entries(sheet, source, listed)) for sheet in sheets()}
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    # A fixed date: the same pack is the same file.
    book.set_properties({"title": "制度包", "created": datetime(2025, 1, 1)})  # noqa: DTZ001  # a property, not a moment
    _Book(book, names).write(rows)
    book.close()


def _entries(
    sheet: SheetOf, source: Mapping[str, Any], cases: list[tuple[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The rows of a sheet, as words and values."""
    if sheet.part == "pack":
        yield flat(source["pack"])
    elif sheet.part in ENTRIES:
        for code, entry in source.get(sheet.part, {}).items():
            yield {"code": code, **flat(entry)}
    elif sheet.part == "codes":
        for key, listed in source["codes"].items():
            yield from _code_rows(key, listed)
    elif sheet.part == "cases":
        yield from _case_rows(sheet, cases)
    else:
        yield from _whole_rows(sheet, source.get(sheet.part, {}))


def _whole_rows(sheet: SheetOf, wholes: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of standards or procedures, or of a list that they hold."""
    for key, whole in wholes.items():
        if not sheet.many:
            known = {column.word for column in sheet.columns}
            yield {word: value for word, value in whole.items() if word in known}
        elif sheet.many in whole:
            # A list that is written but empty is a row with nothing but the key of the whole.
            for entry in whole[sheet.many] or [{}]:
                yield {sheet.owner: key, **flat(entry)}


def _code_rows(key: str, listed: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    first = {"list": key, **({"list.title": listed["title"]} if "title" in listed else {})}
    for code, name in listed["codes"].items():
        yield {**first, "code": code, "name": name}
        first = {"list": key}
    if not listed["codes"]:
        yield first


def _case_rows(sheet: SheetOf, cases: list[tuple[str, Any]]) -> Iterator[dict[str, Any]]:
    for name, value in cases:
        if sheet.many:
            for case in value["cases"]:
                yield {FILE: name, **flat(case)}
        else:
            yield {FILE: name, **{word: one for word, one in value.items() if word != "cases"}}


class _Book:
    """The workbook being written."""

    def __init__(self, book: Any, names: Names) -> None:
        self.book = book
        self.names = names
        head = {"bold": True, "border": 1, "text_wrap": True, "valign": "top"}
        self.head = book.add_format({**head, "bg_color": "#DDE7F0"})
        self.need = book.add_format({**head, "bg_color": "#F6D9B8"})
        self.text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.number = book.add_format({"valign": "top"})
        self.ranges: dict[str, str] = {}

    def write(self, rows: Mapping[str, list[dict[str, Any]]]) -> None:
        self._guide()
        made = [(sheet, self.book.add_worksheet(sheet.name)) for sheet in sheets()]
        self._rules()
        self._lists()
        for sheet, page in made:
            self._sheet(sheet, page, rows[sheet.name])

    def _guide(self) -> None:
        page = self.book.add_worksheet(NOTES)
        page.set_column(0, 0, 22)
        page.set_column(1, 1, 100)
        for row, (title, text) in enumerate(_GUIDE):
            page.write_string(row, 0, title, self.head)
            page.write_string(row, 1, text, self.text)

    def _lists(self) -> None:
        """All code lists, one below the other, so that each is a range for a drop-down."""
        page = self.book.add_worksheet(LISTS_SHEET)
        page.set_column(0, 1, 20)
        page.set_column(2, 2, 40)
        for place, heading in enumerate(("代码表", "代码", "名称")):
            page.write_string(0, place, heading, self.head)
        row = 1
        for name, codes in sorted({**self.names.lists, "rule_kind": rule_kinds().names}.items()):
            for code, zh in codes.items():
                for place, text in enumerate((name, code, zh)):
                    page.write_string(row, place, text, self.text)
                row += 1
            if codes:
                self.ranges[name] = f"={LISTS_SHEET}!$C${row - len(codes) + 1}:$C${row}"

    def _rules(self) -> None:
        """What each rule kind asks, and its words."""
        page = self.book.add_worksheet(RULES_SHEET)
        for place, (heading, width) in enumerate(
            (("规则类别", 28), ("代码", 20), ("用法", 60), ("可用的词（橙色必填的写在前面）", 90))
        ):
            page.set_column(place, place, width)
            page.write_string(0, place, heading, self.head)
        for row, (name, title) in enumerate(rule_kinds().names.items(), start=1):
            texts = (title, name, kind_usage(kinds()[name]) or title, rule_words(name))
            for place, text in enumerate(texts):
                page.write_string(row, place, text, self.text)

    def _sheet(self, sheet: SheetOf, page: Any, rows: list[dict[str, Any]]) -> None:
        page.freeze_panes(1, 3 if sheet.many else 1)
        for place, column in enumerate(sheet.columns):
            numeric = column.shape.form == "number"
            page.set_column(place, place, _width(column), self.number if numeric else self.text)
            page.write_string(0, place, column.zh, self.need if column.required else self.head)
            note = _note(column)
            if note:
                page.write_comment(0, place, note, {"author": "zhibu", "x_scale": 2})
            choices = self._choices(column)
            if choices:
                page.data_validation(1, place, _ROWS, place, choices)
        for row, entry in enumerate(rows, start=1):
            for place, column in enumerate(sheet.columns):
                if column.word in entry:
                    self._cell(page, row, place, sheet, column, entry)

    def _cell(
        self,
        page: Any,
        row: int,
        place: int,
        sheet: SheetOf,
        column: ColumnOf,
        entry: dict[str, Any],
    ) -> None:
        value = entry[column.word]
        shape = column.shape
        if column.word == "rule":
            loose = value if isinstance(value, dict) else {}
            shape = rule_shapes({"kind": entry.get(RULE_KIND), **loose})
        where = f"工作表“{sheet.name}”的 {column_letters(place)}{row + 1}（{column.zh}）"
        try:
            said = cell_write(value, shape, self.names)
        except NotationError as error:
            raise PackError(f"{where}：{error}") from None
        if isinstance(said, int | float):
            page.write_number(row, place, said, self.number)
        elif len(said) > _MOST_TEXT:
            raise PackError(f"{where}：一格最多写 {_MOST_TEXT} 个字，现有 {len(said)} 个。")
        else:
            page.write_string(row, place, said, self.text)

    def _choices(self, column: ColumnOf) -> dict[str, Any] | None:
        shape = column.shape
        if shape.form == "flag":
            return {"validate": "list", "source": ["是", "否"]}
        if shape.form != "text":
            return None
        source: Any = list(shape.names.values())
        if column.word == RULE_KIND:
            source = self.ranges["rule_kind"]
        elif shape.codes:
            source = self.ranges.get(shape.codes)
        if not source:
            return None
        return {
            "validate": "list",
            "source": source,
            "error_type": "warning",
            "error_title": column.zh,
            "error_message": "请从下拉列表中选择，或填写代码。",
        }


def rule_words(name: str) -> str:
    """The words of a rule kind, those that must be written first: 会议类别（必填）；期间（每月、每季度）…"""
    shape = rule_shape(name, "segment")
    ordered = sorted(shape.words, key=lambda word: word not in shape.required)
    return "；".join(_word(word, shape) for word in ordered)


def _word(word: str, shape: Shape) -> str:
    under = shape.words[word]
    if under.form == "list" and under.item is not None:
        under = under.item
    about = ["必填"] if word in shape.required else []
    if under.form == "text" and under.names:
        about.append("、".join(under.names.values()))
    elif under.codes in FIXED_LISTS and under.codes != "column":
        about.append("、".join(FIXED_LISTS[under.codes].values()))
    elif under.form == "flag":
        about.append("是、否")
    elif under.share:
        about.append("如 80%")
    return f"{shape.names[word]}（{'；'.join(about)}）" if about else shape.names[word]


def _note(column: ColumnOf) -> str:
    shape = column.shape
    said = ["必填。"] if column.required else []
    said.append(word_note(column.word))
    item = shape.item if shape.form == "list" and shape.item else shape
    if shape.form == "words":
        said.append(f"可用的词：{'、'.join(shape.names.values())}。")
    elif item.names and column.word != RULE_KIND:
        said.append(f"可写：{'、'.join(item.names.values())}。")
    elif item.codes:
        said.append(f"写名称或代码，见《{LISTS_SHEET}》中的 {item.codes}。")
    return "".join(said)


#: Columns with keys, and columns with whole sentences or several words.
_KEYS = (STANDARD, PROCEDURE, FILE, "key", "code", "list", "clause", "standard", "form")
_WIDE = ("rule", "facts", "message", "fix", "defaults")


def _width(column: ColumnOf) -> int:
    if column.word in _WIDE:
        return 44
    if column.shape.form in ("words", "list") or column.word in (
        "title",
        "basis",
        RULE_KIND,
        "name",
    ):
        return 28
    return max(24 if column.word in _KEYS else 10, 2 * len(column.zh) + 2)
