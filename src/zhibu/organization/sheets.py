"""Reading a plain sheet: which row holds the headings, and what stands in which cell."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from re import fullmatch
from typing import Any
from unicodedata import normalize

import python_calamine
from django.utils.translation import gettext as _

from zhibu.jobs.guards import file_check
from zhibu.jobs.headings import SheetWrong
from zhibu.shared.errors import RuleBroken

#: Title rows may stand above the headings.
HEADINGS_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet: values by heading, and the address of each."""

    number: int
    values: Mapping[str, Any]
    columns: Mapping[str, str]

    def address(self, heading: str) -> str:
        return f"{self.columns.get(heading, '')}{self.number}"

    def text(self, heading: str) -> str:
        """The cell as clean text; a whole number loses its ".0"."""
        value = self.values.get(heading)
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return normalize("NFKC", str(value)).strip()


class SheetRefused(RuleBroken):
    """A sheet with mistakes; nothing of it was written. ``errors`` lists them all, each with its cell."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = list(errors)
        shown = "\n".join(self.errors[:50])
        more = (
            _("\n……共 %(count)s 处。") % {"count": len(self.errors)}
            if len(self.errors) > 50
            else ""
        )
        super().__init__(
            _("表中有 %(count)s 处需要更正，没有导入任何一行：\n") % {"count": len(self.errors)}
            + shown
            + more
        )


def column_letters(index: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_read(source: Path | bytes, required: Sequence[str]) -> list[Row]:
    """The lines of the first sheet that has the required headings; of a file here, or of one sent to us."""
    try:
        if isinstance(source, bytes):
            file_check(source, _("表格"))
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source))
        else:
            book = python_calamine.CalamineWorkbook.from_path(str(source))
    except SheetWrong as error:
        raise SheetRefused([str(error)]) from None
    except FileNotFoundError:
        raise SheetRefused([_("找不到文件 %(path)s。") % {"path": source}]) from None
    except Exception:
        raise SheetRefused([_("这个文件不是能读的 Excel 表格，请另存为 .xlsx 后再试。")]) from None
    for name in book.sheet_names:
        table = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        rows = rows_read(table, required)
        if rows is not None:
            return rows
    raise SheetRefused(
        [_("没有找到表头。表头行应包含：%(names)s。") % {"names": "、".join(required)}]
    )


def rows_read(table: Sequence[Sequence[Any]], required: Sequence[str]) -> list[Row] | None:
    for top, cells in enumerate(table[:HEADINGS_WITHIN]):
        headings = ["".join(normalize("NFKC", str(cell)).split()) for cell in cells]
        if set(required) <= set(headings):
            columns = {heading: column_letters(i) for i, heading in enumerate(headings) if heading}
            return [
                Row(
                    number,
                    {
                        h: v
                        for h, v in zip(headings, line, strict=False)
                        if h and v not in ("", None)
                    },
                    columns,
                )
                for number, line in enumerate(table[top + 1 :], start=top + 2)
                if any(str(v).strip() for v in line if v is not None)
            ]
    return None


def day_read(value: Any) -> date | None:
    """A day as people write it; None if it is none. Months without a day are the first of the month."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and 15_000 < value < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(value))
    text = normalize("NFKC", str(value)).strip()
    text = text.removesuffix(".0") if fullmatch(r"\d{8}\.0", text) else text
    match = fullmatch(r"(\d{4})(\d{2})(\d{2})", text) or fullmatch(
        r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})?日?)?(?: 00:00:00)?", text
    )
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        return date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
