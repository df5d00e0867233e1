"""The rows that were not imported, in the form of the sheet they came from, each with the reason."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.jobs import services
from zhibu.jobs.cells import cell_text
from zhibu.jobs.headings import Table
from zhibu.jobs.importers import PreviewRow, importer_find
from zhibu.jobs.models import Import
from zhibu.shared.errors import RuleBroken
from zhibu.shared.excel import SAFE

HEADING = "错误说明"


def mend_sheet(*, made: Import, actor: Any) -> bytes:
    """A workbook of the rows with errors or open questions.

    Raises:
        RuleBroken: there are none.
    """
    preview = services.import_preview(made=made)
    places = [*preview.places("error"), *preview.places("ask")] if preview else []
    if not places:
        raise RuleBroken(_("这次导入没有需要改的行。"))
    bad = {row.number: _reason(row) for row in preview.rows(places)}
    table = services.import_table(made=made)
    event_record(
        actor=actor, action="jobs.mend_downloaded", target=f"jobs.import:{made.pk}",
        filename=made.filename, rows=len(bad),
    )  # fmt: skip
    importer = importer_find(made.kind)
    return (importer.mend(table, bad) if importer else None) or _plain_sheet(table, bad)


def _reason(row: PreviewRow) -> str:
    said = [f"{p.cell}：{p.message}" if p.cell else p.message for p in row.problems]
    return "\n".join(said or [row.question])


def _plain_sheet(table: Table, bad: Mapping[int, str]) -> bytes:
    """Everything down to the headings as it lay, then the bad rows, then one more column."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    page = book.add_worksheet(table.sheet[:31])
    text = book.add_format({"num_format": "@", "border": 1, "valign": "vcenter"})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
    red = book.add_format({"font_color": "#B3261E", "text_wrap": True, "border": 1})
    width = max(len(row) for row in table.grid)
    last = table.last_heading
    for (top, left), (bottom, right) in table.merges:
        if bottom <= last and (top, left) != (bottom, right):
            page.merge_range(top, left, bottom, right, "", head)
    for number, cells in enumerate(table.grid[: last + 1]):
        for place, value in enumerate(cells):
            if value != "":
                page.write_string(number, place, _as_written(value), head)
    page.write_string(table.first_heading, width, HEADING, head)
    for number, cells in enumerate((table.grid[n - 1] for n in sorted(bad)), last + 1):
        for place, value in enumerate(cells):
            page.write_string(number, place, _as_written(value), text)
    for number, reason in enumerate((bad[n] for n in sorted(bad)), last + 1):
        page.write_string(number, width, reason, red)
    page.set_column(0, width - 1, 14)
    page.set_column(width, width, 60)
    page.freeze_panes(last + 1, 0)
    book.close()
    return buffer.getvalue()


def _as_written(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return (
            f"{value:%Y-%m-%d %H:%M}"
            if value.time().isoformat() != "00:00:00"
            else f"{value:%Y-%m-%d}"
        )
    if isinstance(value, date):
        return value.isoformat()
    return cell_text(value) if isinstance(value, int | float) else str(value)
