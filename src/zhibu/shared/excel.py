"""Lists as Excel sheets that stay what they were: text is text, nothing becomes a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: A string that begins with "=" or looks like a number must stay the string it is:
#: a formula in an exported name would run on the reader's machine, and an identity
#: number read as a number loses its last three digits.
SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    width: int = 14
    kind: Literal["text", "number", "day", "instant"] = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    #: A line above the headings: what was filtered, and from when the data is.
    note: str = ""


def workbook(sheets: Iterable[Sheet], *, created: datetime | None = None) -> bytes:
    """Write the sheets; each has a frozen, filterable heading row.

    With ``created`` the same sheets give the same bytes, whenever they are written.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    if created is not None:
        book.set_properties({"created": created.replace(tzinfo=None)})
    formats = _formats(book)
    for sheet in sheets:
        _write_sheet(book.add_worksheet(_sheet_name(sheet.name)), sheet, formats)
    book.close()
    return buffer.getvalue()


def response(filename: str, sheets: Iterable[Sheet]) -> HttpResponse:
    return file_response(filename, workbook(sheets))


def file_response(filename: str, content: bytes, content_type: str = XLSX) -> HttpResponse:
    """A download whose Chinese name every browser shows rightly."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    answer["Cache-Control"] = "no-store"
    return answer


def _sheet_name(name: str) -> str:
    cleaned = "".join("·" if c in r"[]:*?/\'" else c for c in name)
    return cleaned[:31] or "表1"


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "border": 1}
    return {
        "note": book.add_format({"font_name": "宋体", "font_size": 10, "font_color": "#555555"}),
        "head": book.add_format({**base, "bold": True, "bg_color": "#F2E3E1", "text_wrap": True}),
        "text": book.add_format({**base, "num_format": "@"}),
        "number": book.add_format(base),
        "day": book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"}),
        "instant": book.add_format({**base, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
    }


def _write_sheet(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    top = 0
    if sheet.note:
        page.write_string(0, 0, sheet.note, formats["note"])
        top = 1
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
        page.write_string(top, index, column.heading, formats["head"])
    last = top
    for last, row in enumerate(sheet.rows, start=top + 1):
        for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, last, index, value, column, formats)
    page.freeze_panes(top + 1, 0)
    if sheet.columns:
        page.autofilter(top, 0, max(last, top + 1), len(sheet.columns) - 1)


def _write_cell(
    page: Any, row: int, index: int, value: Any, column: Column, formats: dict[str, Any]
) -> None:
    if value is None or value == "":
        page.write_blank(row, index, None, formats[column.kind])
    elif isinstance(value, bool):
        page.write_string(row, index, "是" if value else "否", formats["text"])
    elif isinstance(value, datetime):
        # Excel knows no zones: what is written is the local wall clock.
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        page.write_datetime(row, index, local.replace(tzinfo=None), formats["instant"])
    elif isinstance(value, date):
        page.write_datetime(row, index, value, formats["day"])
    elif isinstance(value, int | float) and column.kind == "number":
        page.write_number(row, index, value, formats["number"])
    else:
        page.write_string(row, index, str(value), formats["text"])
