"""The branches below an upper unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_tables2 as tables
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from zhibu.home.upper import SILENT_DAYS, BranchRow
from zhibu.shared.tables import Table
from zhibu.shared.templatetags.zhibu import percent, points


class BranchTable(Table):
    name = tables.Column(verbose_name=_("党支部"))
    parent = tables.Column(verbose_name=_("上级"))
    earned = tables.Column(verbose_name=_("得分"), empty_values=())
    assessed = tables.Column(verbose_name=_("已评分值"))
    rate = tables.Column(verbose_name=_("得分率"), empty_values=())
    not_assessed = tables.Column(verbose_name=_("未评分值"))
    failed = tables.Column(verbose_name=_("失分条目"))
    last_on = tables.DateColumn(
        verbose_name=_("最近记录"), format="Y-m-d", default=_("系统内未见记录")
    )

    class Meta(Table.Meta):
        order_by = "rate"

    def __init__(self, rows: Iterable[BranchRow], *, year: int, **kwargs: Any) -> None:
        self.year = year
        super().__init__(list(rows), **kwargs)

    def render_name(self, value: str, record: BranchRow) -> SafeString:
        url = f"{reverse('home:unit', args=[record.unit_id])}?year={self.year}"
        return format_html('<a href="{}">{}</a>', url, value)

    def value_name(self, value: str) -> str:
        return value

    def render_earned(self, value: int | None) -> str:
        return str(_("未评")) if value is None else points(value)

    def render_assessed(self, value: int) -> str:
        return points(value)

    def render_not_assessed(self, value: int) -> str:
        return points(value)

    def render_rate(self, value: float | None) -> str:
        return str(_("未评")) if value is None else percent(value)

    def order_rate(
        self, rows: list[BranchRow], is_descending: bool
    ) -> tuple[list[BranchRow], bool]:
        """Not judged is neither low nor high: it stands last either way."""
        judged = sorted(
            (r for r in rows if r.rate is not None), key=lambda r: r.rate, reverse=is_descending
        )
        return judged + [r for r in rows if r.rate is None], True


def chosen_rows(rows: Iterable[BranchRow], query: QueryDict) -> list[BranchRow]:
    """Filter by a piece of the name or the parent's, and by what is overdue."""
    wanted, show = query.get("q", "").strip(), query.get("show", "")
    found = [row for row in rows if wanted in row.name or wanted in row.parent]
    if show == "silent":
        found = [row for row in found if row.silent_days is None or row.silent_days > SILENT_DAYS]
    elif show == "term":
        found = [row for row in found if row.term]
    elif show == "failed":
        found = [row for row in found if row.failed]
    return found
