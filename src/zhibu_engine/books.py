"""Opening workbooks that people made: what is no workbook, unpacks to too much, or holds formulas is told apart first."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from zhibu_engine.cells import column_letters

#: A workbook may unpack to this many bytes, and to this many times its size.
_MOST_BYTES, _MOST_TIMES = 2_000_000_000, 300
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FORMULA = re.compile(rb'<c\s[^>]*?r="([A-Z]+\d+)"[^>]*>\s*<f[\s/>]')
_MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')


class BookError(ValueError):
    """A workbook that cannot be read; the message is Chinese."""


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The cells of one sheet, row by row from its first row and column on; blank cells are ""."""

    name: str
    rows: list[list[Any]]

    def cell(self, row: int, column: int) -> str:
        """How an error names a cell; both counted from 0."""
        return f"工作表“{self.name}”的 {column_letters(column)}{row + 1}"


def book_read(path: Path) -> Iterator[SheetRows]:
    """The sheets of a workbook, one after the other.

    Raises:
        BookError: there is no such file, it is no workbook, or it would unpack to too much.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.exists():
        raise BookError(f"找不到“{path}”。")
    _refuse_bomb(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError):
        raise BookError(
            f"“{path.name}”不是 Excel 工作簿，或已损坏；请用 Excel 打开后另存为 .xlsx。"
        ) from None
    for name in workbook.sheet_names:
        yield SheetRows(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))


def _refuse_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > _MOST_BYTES or (
        unpacked > 50_000_000 and unpacked > _MOST_TIMES * path.stat().st_size
    ):
        raise BookError(
            f"“{path.name}”解压后过大（{unpacked // 1_000_000} MB），为安全起见不予读取。"
        )


def book_faults(path: Path, *, merged: bool = True) -> dict[str, list[str]]:
    """Sheet → sentences about cells with formulas and (where asked) merged cells.

    A formula is refused because only Excel can work it out: another program may have saved an old value.
    Other formats than .xlsx are not looked into.
    """
    if not path.exists() or not zipfile.is_zipfile(path):
        return {}
    _refuse_bomb(path)
    found: dict[str, list[str]] = {}
    with zipfile.ZipFile(path) as archive:
        for name, part in _parts(archive):
            text = archive.read(part)
            cells = [cell.decode() for cell in _FORMULA.findall(text)]
            areas = [area.decode() for area in _MERGED.findall(text)] if merged else []
            said = [_formulas(name, cells)] if cells else []
            said += [
                f"工作表“{name}”的 {area} 是合并单元格，请取消合并，每格各填各的。"
                for area in areas[:5]
            ]
            if said:
                found[name] = said
    return found


def _formulas(sheet: str, cells: list[str]) -> str:
    more = f"等 {len(cells)} 格" if len(cells) > 5 else ""
    return (
        f"工作表“{sheet}”的 {'、'.join(cells[:5])}{more} 是公式，"
        "请复制后用“选择性粘贴—数值”贴回原处。"
    )


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Sheet name and its part of the archive."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_LINK), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            yield str(sheet.get("name")), part
