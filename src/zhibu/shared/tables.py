"""Lists of one look: sorted, paged, cards on a phone, and the same rows as an Excel sheet."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhibu.shared import clock, excel
from zhibu.shared.numbers import whole

PER_PAGE = 25
PER_PAGE_CHOICES = (25, 50, 100)


class Table(tables.Table):
    """Base of all list tables; ``shared/table.html`` draws it."""

    class Meta:
        template_name = "shared/table.html"
        empty_text = _("没有符合条件的记录。")
        attrs = {"class": "table table-vcenter card-table zb-cards"}


def configure(request: HttpRequest, table: tables.Table) -> tables.Table:
    """Sort and page the table from the address, forgiving a page that no longer exists."""
    wanted = whole(request.GET.get("per_page"))
    per_page = wanted if wanted in PER_PAGE_CHOICES else PER_PAGE
    tables.RequestConfig(request, paginate={"per_page": per_page, "silent": True}).configure(table)
    return table


def wants_excel(request: HttpRequest) -> bool:
    return request.GET.get("export") == "xlsx"


def excel_response(
    table: tables.Table, title: str, *, exclude: tuple[str, ...] = ()
) -> HttpResponse:
    """All rows of the table (not only this page), in the order shown."""
    values = table.as_values(exclude_columns=exclude)
    headings = next(values)
    columns = [excel.Column(str(heading), width=16) for heading in headings]
    stamp = clock.now()
    sheet = excel.Sheet(
        name=title,
        columns=columns,
        rows=([_plain(v) for v in row] for row in values),
        note=f"{title}　导出时间：{stamp:%Y-%m-%d %H:%M}",
    )
    return excel.response(f"{title}-{stamp:%Y%m%d}.xlsx", [sheet])


def _plain(value: Any) -> Any:
    return "" if value in (None, "—") else value
