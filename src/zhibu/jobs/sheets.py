"""From the bytes of a file to the recognised table in it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from zhibu.jobs import guards
from zhibu.jobs.headings import Column, SheetWrong, Table, table_find, table_require


def table_read(data: bytes, filename: str, columns: Sequence[Column], max_rows: int) -> Table:
    """Guard, open and search the file for the sheet with these columns.

    Raises:
        SheetWrong: with a sentence for the user.
    """
    guards.file_check(data, filename)
    book = _open(data, filename)
    found, seen = [], []
    for meta in book.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible:
            continue
        seen.append(meta.name)
        grid, merges = _grid(book, meta.name)
        table = table_find(columns, meta.name, grid, merges)
        if table is not None:
            found.append(table)
    table = table_require(columns, found, seen)
    if not len(table):
        raise SheetWrong(
            _("工作表“%(sheet)s”的表头下面没有数据。请填好后再上传。") % {"sheet": table.sheet}
        )
    if len(table) > max_rows:
        raise SheetWrong(
            _("表中有 %(n)d 行，一次最多 %(max)d 行。请拆成几个文件，分次上传。")
            % {"n": len(table), "max": max_rows}
        )
    return table


def _open(data: bytes, filename: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise SheetWrong(_("这个文件加了打开密码，无法读取。请取消密码，另存后再上传。")) from error
    except (CalamineError, OSError, ValueError) as error:
        raise SheetWrong(
            _("文件“%(name)s”打不开，可能已损坏。请用 WPS 或 Excel 打开后另存为 .xlsx，再上传。")
            % {"name": filename}
        ) from error


def _grid(book: CalamineWorkbook, name: str) -> tuple[list[list[Any]], Sequence[Any]]:
    try:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_width > guards.MAX_COLUMNS:
            raise SheetWrong(guards.too_wide())
        if sheet.total_height > guards.MAX_ROWS:
            raise SheetWrong(guards.too_deep())
        return sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or ()
    except CalamineError as error:
        raise SheetWrong(
            _("工作表“%(sheet)s”读不出来。请用 WPS 或 Excel 打开后另存，再上传。") % {"sheet": name}
        ) from error
