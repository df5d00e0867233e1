"""A sheet that leaves the product is safe to open and keeps text as text."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import django_tables2 as tables
import openpyxl

from zhibu.shared import excel
from zhibu.shared.tables import Table, configure, excel_response


def _read(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets


def test_nothing_becomes_a_formula_and_identity_numbers_stay_text():
    rows = [["=1+1", "130402190001010017"], ["@x", "+86"], ["http://x", ""]]

    (page,) = _read(
        excel.workbook([excel.Sheet("名册", [excel.Column("甲"), excel.Column("乙")], rows)])
    )

    assert [[c.value for c in row] for row in page.iter_rows(min_row=2)] == [
        ["=1+1", "130402190001010017"],
        ["@x", "+86"],
        ["http://x", None],
    ]
    assert {c.data_type for row in page.iter_rows(min_row=2) for c in row} <= {"s", "n"}
    assert page["A2"].data_type == "s"
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B4"


def test_days_and_instants_are_dates_in_local_time():
    columns = [excel.Column("日", kind="day"), excel.Column("时", kind="instant")]
    rows = [[date(2026, 3, 31), datetime(2026, 3, 31, 16, 30, tzinfo=UTC)]]

    (page,) = _read(excel.workbook([excel.Sheet("a/b", columns, rows)]))

    assert page["A2"].value.isoformat() == "2026-03-31T00:00:00"
    assert page["B2"].value.isoformat() == "2026-04-01T00:30:00"
    assert page.title == "a·b"


class Names(Table):
    name = tables.Column("姓名")


def test_export_holds_all_pages_in_the_order_shown(rf):
    request = rf.get("/?sort=-name&per_page=25")
    table = configure(request, Names([{"name": f"{n:02}"} for n in range(60)]))

    response = excel_response(table, "名册")

    (page,) = _read(response.content)
    assert [c.value for c in page["A"]][1:4] == ["姓名", "59", "58"]
    assert page.max_row == 62
    assert "filename*=UTF-8''%E5%90%8D" in response["Content-Disposition"]


def test_a_page_that_no_longer_exists_shows_the_last_one(rf):
    table = configure(rf.get("/?page=99"), Names([{"name": str(n)} for n in range(30)]))

    assert table.page.number == 2
