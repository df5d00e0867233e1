"""A pack from one workbook: the same data as from a folder, and for every value the cell it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhibu_engine.books import BookError, SheetRows, book_faults, book_read
from zhibu_engine.cells import plain
from zhibu_engine.packs.notation import Names, NotationError, cell_value
from zhibu_engine.packs.shape import ANY, Shape, rule_shape, rule_shapes
from zhibu_engine.packs.sheets import (
    EXPECT,
    FILE,
    LISTS_SHEET,
    NOTES,
    PROCEDURE,
    RULE_KIND,
    RULES_SHEET,
    STANDARD,
    WHOLES,
    ColumnOf,
    SheetOf,
    folded,
    names_of,
    sheets,
    step_kinds,
)
from zhibu_engine.packs.source import ENTRIES, Located, PackError, Place, Places, without_empty

_REMARK = "备注"
_MOST_ERRORS = 20
_BLANK = ("", None)


@dataclass
class Row:
    """One row: its values by word, and the cell of each word."""

    values: dict[str, Any]
    cells: dict[str, str]
    place: str

    def cell(self, word: str) -> str:
        return self.cells.get(word, self.place)


@dataclass
class Book:
    """What a workbook holds, before anything is checked."""

    source: dict[str, Any]
    places: Places
    #: (name, content, where its values stand) as of the files under cases/.
    cases: list[tuple[str, Any, Located]]


@dataclass
class _Reading:
    path: Path
    errors: list[str] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, sentence: str) -> None:
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(f"{self.path.name}：{sentence}")

    def stop_if_wrong(self) -> None:
        if self.errors:
            raise PackError("\n".join(self.errors))


def book_pack(path: Path) -> Book:
    """Read a workbook.

    Raises:
        PackError: naming the cell, the unknown word and the words that exist.
    """
    reading = _Reading(path)
    found = _sheets(reading)
    reading.stop_if_wrong()
    codes = _raw(reading, found)
    names = _names(found, codes)
    for sheet in sheets():
        if sheet.name in found:
            reading.rows[sheet.name] = list(_rows(sheet, found[sheet.name], names, reading))
    reading.stop_if_wrong()
    book = _Assembled(reading)
    reading.stop_if_wrong()
    return book.made


def _sheets(reading: _Reading) -> dict[str, SheetRows]:
    known = {sheet.name: sheet for sheet in sheets()}
    aside = (NOTES, RULES_SHEET, LISTS_SHEET)
    found: dict[str, SheetRows] = {}
    try:
        faults = book_faults(reading.path)
        for sheet in book_read(reading.path):
            name = plain(sheet.name)
            if name in known or name == LISTS_SHEET:
                found[name] = sheet
                for sentence in faults.get(sheet.name, ()) if name in known else ():
                    reading.add(sentence)
            elif name not in aside and not name.startswith(_REMARK):
                reading.add(f"不认识的工作表“{sheet.name}”；可用的有：{'、'.join(known)}。")
    except BookError as error:
        raise PackError(str(error)) from None
    if "制度包" not in found:
        reading.add("没有工作表“制度包”；可用“zhibu pack new 文件.xlsx”生成一份。")
    return found


def _raw(reading: _Reading, found: Mapping[str, SheetRows]) -> dict[str, Any]:
    """Code lists and the titles of kinds, read before anything else: other cells speak of them."""
    source: dict[str, Any] = {}
    for sheet in sheets():
        if sheet.part in ("codes", *ENTRIES) and sheet.name in found:
            quiet = _Reading(reading.path)
            rows = list(_rows(sheet, found[sheet.name], Names(), quiet))
            source[sheet.part] = _code_lists(rows) if sheet.part == "codes" else _titles(rows)
    return source


def _titles(rows: list[Row]) -> dict[str, Any]:
    return {str(row.values.get("code")): {"title": row.values.get("title")} for row in rows}


def _code_lists(rows: list[Row]) -> dict[str, Any]:
    lists: dict[str, Any] = {}
    for row in rows:
        entry = lists.setdefault(str(row.values.get("list", "")), {"codes": {}})
        if "list.title" in row.values:
            entry["title"] = row.values["list.title"]
        if "code" in row.values:
            entry["codes"][row.values["code"]] = row.values.get("name", "")
    return lists


def _names(found: Mapping[str, SheetRows], own: dict[str, Any]) -> Names:
    """The pack's own code lists over those that the workbook was given of other packs."""
    lists: dict[str, dict[str, str]] = {}
    sheet = found.get(LISTS_SHEET)
    for row in sheet.rows[1:] if sheet else ():
        cells = [str(cell).strip() for cell in [*row, "", "", ""][:3]]
        if cells[0] and cells[1]:
            lists.setdefault(cells[0], {})[cells[1]] = cells[2]
    for name, listed in names_of(own).lists.items():
        lists.setdefault(name, {}).update(listed)
    return Names({name: codes for name, codes in {**lists, **step_kinds(lists)}.items() if codes})


def _rows(sheet: SheetOf, cells: SheetRows, names: Names, reading: _Reading) -> Iterator[Row]:
    if not cells.rows:
        return
    columns = _headings(sheet, cells, reading)
    for number, line in enumerate(cells.rows[1:], start=1):
        if all(cell in _BLANK or not str(cell).strip() for cell in line):
            continue
        row = Row({}, {}, cells.cell(number, 0))
        for place, column in columns:
            row.cells[column.word] = cells.cell(number, place)
            cell = line[place]
            if cell in _BLANK or not str(cell).strip():
                continue
            try:
                row.values[column.word] = cell_value(cell, _shape(column, row, cell), names)
            except NotationError as error:
                reading.add(f"{row.cells[column.word]}（{column.zh}）：{error}")
        yield row


def _shape(column: ColumnOf, row: Row, cell: Any) -> Shape:
    """The words of a rule depend on its kind, and its conditions on the relation it names."""
    if column.word != "rule":
        return column.shape
    rule = {"kind": row.values.get(RULE_KIND)}
    if rule_shapes(rule) is ANY:
        return ANY
    loose = cell_value(cell, rule_shape(rule["kind"]), Names())
    return rule_shapes({**rule, **loose}) if isinstance(loose, dict) else ANY


def _headings(sheet: SheetOf, cells: SheetRows, reading: _Reading) -> list[tuple[int, ColumnOf]]:
    found: dict[str, tuple[int, ColumnOf]] = {}
    for place, cell in enumerate(cells.rows[0]):
        heading = plain(cell)
        if not heading or heading.startswith(_REMARK):
            continue
        column = sheet.column(heading)
        if column is None:
            known = "、".join(one.zh for one in sheet.columns)
            reading.add(f"{cells.cell(0, place)}：不认识的列“{cell}”；可用的有：{known}。")
        elif column.word in found:
            reading.add(f"{cells.cell(0, place)}：列“{cell}”写了两次。")
        else:
            found[column.word] = place, column
    for column in sheet.columns:
        if column.required and column.word not in found and sheet.part not in WHOLES:
            reading.add(f"{cells.cell(0, 0)}：工作表“{cells.name}”缺少列“{column.zh}”。")
    # The kind of a rule is read before its words.
    return sorted(found.values(), key=lambda one: (one[1].word == "rule", one[0]))


class _Assembled:
    """Rows put together as the source of a pack."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        self.name = reading.path.name
        self.source: dict[str, Any] = {
            "pack": {},
            "codes": {},
            "kinds": {},
            "documents": {},
            "ballots": {},
            "standards": {},
            "procedures": {},
        }
        self.places: Places = {}
        for sheet in sheets():
            rows = reading.rows.get(sheet.name, [])
            if sheet.part == "pack":
                self._pack(sheet, rows)
            elif sheet.part in ENTRIES:
                self._entries(sheet, rows)
            elif sheet.part == "codes":
                self._codes(rows)
            elif sheet.part in WHOLES and sheet.many:
                self._list(sheet, rows)
            elif sheet.part in WHOLES:
                self._wholes(sheet.part, rows)
        self.source = without_empty(self.source)
        self.made = Book(self.source, self.places, _cases(reading))

    def _located(self, lines: dict[Place, str], first: str) -> Located:
        return Located(self.name, {**lines, (): first})

    def _pack(self, sheet: SheetOf, rows: list[Row]) -> None:
        if len(rows) != 1:
            self.reading.add(f"工作表“{sheet.name}”要写且只写一行，现有 {len(rows)} 行。")
            return
        [row] = rows
        self.source["pack"] = folded(row.values)
        self.places["pack", ""] = self._located(_under((), row), row.place), ()

    def _entries(self, sheet: SheetOf, rows: list[Row]) -> None:
        for row in rows:
            code = str(row.values.pop("code", ""))
            if not code or code in self.source[sheet.part]:
                said = f"“{code}”写了两次。" if code else "缺少代码。"
                self.reading.add(f"{row.cell('code')}：{said}")
            self.source[sheet.part][code] = folded(row.values)
            lines = _under((code,), row)
            self.places[sheet.part, code] = self._located(lines, row.place), (code,)

    def _codes(self, rows: list[Row]) -> None:
        for row in rows:
            key = str(row.values.get("list", ""))
            if not key:
                self.reading.add(f"{row.cell('list')}：缺少代码表。")
            code = row.values.get("code")
            known = self.source["codes"].get(key, {}).get("codes", {})
            if code in known:
                self.reading.add(f"{row.cell('code')}：“{code}”在“{key}”中写了两次。")
            self.source["codes"].setdefault(key, {"codes": {}})
            if "list.title" in row.values:
                self.source["codes"][key]["title"] = row.values["list.title"]
            if code is not None:
                self.source["codes"][key]["codes"][code] = row.values.get("name", "")
            located, _ = self.places.setdefault(("codes", key), (self._located({}, row.place), ()))
            located.lines[("codes", str(code))] = row.cell("code")

    def _wholes(self, part: str, rows: list[Row]) -> None:
        for row in rows:
            key = str(row.values.get("key", ""))
            if not key or key in self.source[part]:
                said = f"“{key}”写了两次。" if key else "缺少代号。"
                self.reading.add(f"{row.cell('key')}：{said}")
            self.source[part][key] = folded(row.values)
            self.places[part, key] = self._located(_under((), row), row.place), ()

    def _list(self, sheet: SheetOf, rows: list[Row]) -> None:
        for row in rows:
            key = self._whole_of(sheet, row)
            if key is None:
                continue
            entries = self.source[sheet.part][key].setdefault(sheet.many, [])
            row.values.pop(sheet.owner, None)
            if row.values:
                path: Place = (sheet.many, len(entries))
                entries.append(folded(row.values))
                located, _ = self.places[sheet.part, key]
                located.lines.update({**_under(path, row), path: row.place})

    def _whole_of(self, sheet: SheetOf, row: Row) -> str | None:
        """The standard or procedure of a row: by its key or title; not written where there is only one."""
        known = self.source[sheet.part]
        said = row.values.get(sheet.owner)
        if said is None and len(known) == 1:
            return str(next(iter(known)))
        titled = [key for key, one in known.items() if one.get("title") == said]
        if said in known or len(titled) == 1:
            return str(said if said in known else titled[0])
        names = "、".join(known) or "（无）"
        called = WHOLES[sheet.part][1]
        self.reading.add(f"{row.cell(sheet.owner)}：没有{called}“{said or ''}”；有：{names}。")
        return None


def _under(path: Place, row: Row) -> dict[Place, str]:
    """The path of every word of a row, with its cell."""
    found: dict[Place, str] = {}
    for word, cell in row.cells.items():
        if word == RULE_KIND:
            found[(*path, "rule", "kind")] = cell
            found.setdefault((*path, "rule"), cell)
        elif word.startswith(EXPECT):
            found[(*path, "expect", word.removeprefix(EXPECT))] = cell
        elif word not in (STANDARD, PROCEDURE, FILE):
            found[(*path, word)] = cell
    return found


def _cases(reading: _Reading) -> list[tuple[str, Any, Located]]:
    found: dict[str, tuple[dict[str, Any], Located]] = {}
    for sheet in (one for one in sheets() if one.part == "cases"):
        for row in reading.rows.get(sheet.name, []):
            name = str(row.values.pop(FILE, "cases"))
            start: dict[Place, str] = {(): row.place}
            value, located = found.setdefault(name, ({}, Located(reading.path.name, start)))
            if not sheet.many:
                value.update(row.values)
                located.lines.update(_under((), row))
                continue
            listed = value.setdefault("cases", [])
            path: Place = ("cases", len(listed))
            located.lines.update({**_under(path, row), path: row.place})
            case = folded(row.values)
            listed.append({**case, "expect": case.pop("expect", {})})
    return [(name, value, located) for name, (value, located) in found.items()]
