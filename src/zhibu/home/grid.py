"""The year × month grid as the page shows it: a mark that reads without colour, and a way on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.standards.selectors import GridCell, GridRow, unit_grid


@dataclass(frozen=True, slots=True)
class Cell:
    """``look`` is the class of the shared style; ``label`` says in words what the mark means."""

    look: str
    mark: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class GridLine:
    title: str
    often: str
    cells: tuple[Cell, ...]
    #: Of a document: its code and the period that the standard asks for.
    document: str = ""
    per: str = ""


def grid_lines(unit: Unit, year: int, day: date, *, may_write: bool) -> list[GridLine]:
    often = {"month": _("每月"), "quarter": _("每季"), "half": _("每半年"), "year": _("每年")}
    rows = unit_grid(unit, year, day)
    return [
        GridLine(
            _title(row),
            _("%(often)s %(number)s") % {"often": often[row.per], "number": row.at_least},
            tuple(_cell(unit, row, cell, year, day, may_write=may_write) for cell in row.cells),
            row.codes[0] if row.head == "document" else "",
            row.per,
        )
        for row in rows
    ]


def _title(row: GridRow) -> str:
    """Where any of many kinds will do, the first stands for them."""
    if len(row.codes) <= 2:
        return row.title
    first = row.title.split("、")[0]
    return _("%(first)s等 %(number)s 类任一") % {"first": first, "number": len(row.codes)}


def _cell(
    unit: Unit, row: GridRow, cell: GridCell, year: int, day: date, *, may_write: bool
) -> Cell:
    said = {"kind": row.title, "month": cell.month, "number": cell.count, "late": cell.late}
    if cell.state == "recorded":
        if cell.late:
            label = _("%(month)s月 %(kind)s：已录入 %(number)s 次，其中补录 %(late)s 次") % said
            return Cell("late", _("%(number)s补") % said, label, cell.url)
        return Cell(
            "recorded",
            str(cell.count),
            _("%(month)s月 %(kind)s：已录入 %(number)s 次") % said,
            cell.url,
        )
    if cell.state == "uncounted":
        label = _("%(month)s月 %(kind)s：已录入 %(number)s 次，没有计入，看原因") % said
        return Cell("uncounted", _("%(number)s不计") % said, label, cell.url)
    url = _new_url(unit, row, cell, year, day) if may_write else ""
    if cell.state == "due":
        return Cell("due", _("缺"), _("%(month)s月 %(kind)s：系统内未见记录，去录入") % said, url)
    if cell.state == "not_yet":
        begun = (year, cell.month) <= (day.year, day.month)
        return Cell(
            "not_due", _("待"), _("%(month)s月 %(kind)s：未到期") % said, url if begun else ""
        )
    return Cell("not_required", "—", _("%(month)s月 %(kind)s：不要求") % said, "")


def _new_url(unit: Unit, row: GridRow, cell: GridCell, year: int, day: date) -> str:
    """A document's form is begun with figures, so it goes by way of the draft."""
    if row.head != "document":
        return cell.url
    months = {"quarter": 3, "half": 6}.get(row.per, 12)
    period = f"{row.per}-{(cell.month - 1) // months + 1}"
    query = urlencode({"kind": row.codes[0], "year": year, "period": period})
    return f"{reverse('home:draft', args=[unit.pk])}?{query}"
