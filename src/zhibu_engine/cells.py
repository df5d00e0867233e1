"""One cell as people write it: full-width digits, 是/否, dates in five shapes, codes in Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from zhibu_engine.facts import Column

_YES = {"是", "有", "true", "1", "y", "yes", "√", "✓"}
_NO = {"否", "无", "false", "0", "n", "no", "×"}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d.*)?")
_EXCEL_EPOCH = date(1899, 12, 30)


class CellError(ValueError):
    """A value that cannot be read; the message says what to write."""


def plain(value: Any) -> str:
    """Text without full-width forms, spaces and line breaks."""
    return re.sub(
        r"\s+", "", unicodedata.normalize("NFKC", str(value if value is not None else ""))
    )


def column_letters(place: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_read(column: Column, cell: Any, names: Mapping[str, str]) -> Any:
    """The cell as the column's type; blank is None. ``names`` maps Chinese words to codes."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if column.type == "day":
        return _day(cell)
    if column.type in ("id", "int"):
        return _whole(cell)
    if column.type == "bool":
        return _yes_no(cell)
    if column.type == "code":
        return _code(cell, names)
    return _text(cell)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _whole(cell: Any) -> int:
    if isinstance(cell, int | float) and float(cell).is_integer():
        return int(cell)
    text = plain(cell)
    if re.fullmatch(r"-?\d+(\.0+)?", text):
        return int(float(text)) if "." in text else int(text)
    raise CellError(f"“{cell}”不是整数。")


def _yes_no(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    text = plain(_text(cell)).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise CellError(f"“{cell}”请写“是”或“否”。")


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and 20_000 < cell < 80_000:
        return _EXCEL_EPOCH + timedelta(days=int(cell))
    text = unicodedata.normalize("NFKC", _text(cell)).strip()
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise CellError(f"“{cell}”不是日期，请写成 2025-03-31。")


def _code(cell: Any, names: Mapping[str, str]) -> str:
    text = _text(cell)
    if not names or text in names.values():
        return text
    short = plain(text)
    for name, code in names.items():
        if short in (plain(name), plain(f"{code}{name}")):
            return code
    raise CellError(f"不认识“{text}”；可用的有：{'、'.join(names)}。")
