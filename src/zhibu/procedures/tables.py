"""The list of matters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.procedures.explaining import days_said
from zhibu.procedures.models import Matter
from zhibu.shared.tables import Table


class UnitTable(Table):
    """Units below with what they have of one procedure."""

    unit = tables.Column(verbose_name=gettext_lazy("组织"), order_by=("unit__order", "unit__code"))
    opened = tables.Column(verbose_name=gettext_lazy("本年启动"))
    done = tables.Column(verbose_name=gettext_lazy("其中办结"))
    running = tables.Column(verbose_name=gettext_lazy("正在办"))
    skipped = tables.Column(verbose_name=gettext_lazy("跳过或颠倒步骤"))
    breaches = tables.Column(verbose_name=gettext_lazy("不符合处数"))
    overdue = tables.Column(verbose_name=gettext_lazy("超过限期"))
    last = tables.Column(verbose_name=gettext_lazy("最近启动"), empty_values=())

    class Meta(Table.Meta):
        empty_text = gettext_lazy("没有适用这个程序的组织。")

    def __init__(self, rows: Any, *, procedure: str, **options: Any) -> None:
        self.procedure = procedure
        super().__init__(rows, **options)

    def render_unit(self, value: Any) -> SafeString:
        url = reverse("procedures:list", args=[value.pk])
        return format_html('<a href="{}?procedure={}">{}</a>', url, self.procedure, value)

    def value_unit(self, value: Any) -> str:
        return str(value)

    def render_last(self, value: date | None) -> str:
        return str(value) if value else _("系统内未见记录")


class MatterTable(Table):
    number = tables.Column(verbose_name=gettext_lazy("编号"), order_by=("year", "index"))
    title = tables.Column(verbose_name=gettext_lazy("事项"))
    unit = tables.Column(verbose_name=gettext_lazy("组织"), order_by=("unit__order", "unit__code"))
    procedure = tables.Column(verbose_name=gettext_lazy("程序"))
    state = tables.Column(verbose_name=gettext_lazy("状态"))
    progress = tables.Column(
        verbose_name=gettext_lazy("已办步骤"), empty_values=(), orderable=False
    )
    due_on = tables.Column(verbose_name=gettext_lazy("限期"))
    breaches = tables.Column(verbose_name=gettext_lazy("不符合"))
    owner = tables.Column(verbose_name=gettext_lazy("责任人"), order_by=("owner__stroke_key",))
    opened_on = tables.DateColumn(verbose_name=gettext_lazy("启动日期"), format="Y-m-d")

    class Meta(Table.Meta):
        empty_text = gettext_lazy("没有符合条件的事项。")

    def __init__(
        self, rows: Any, *, day: date, titles: Mapping[str, str], several: bool, **options: Any
    ) -> None:
        self.day, self.titles = day, titles
        super().__init__(rows, exclude=() if several else ("unit",), **options)

    def render_title(self, value: str, record: Matter) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), value)

    def value_title(self, value: str) -> str:
        return value

    def render_procedure(self, value: str) -> str:
        return self.titles.get(value, value)

    def render_state(self, record: Matter) -> str:
        return record.get_state_display()

    def render_progress(self, record: Matter) -> str:
        done = record.steps_due - record.steps_missing
        return _("%(done)s/%(all)s") % {"done": done, "all": record.steps_due}

    def render_due_on(self, value: date, record: Matter) -> str:
        if not record.is_running:
            return str(value)
        return f"{value}，{days_said((value - self.day).days)}"

    def render_breaches(self, value: int) -> str:
        return _("%(n)s 处") % {"n": value} if value else _("没有")
