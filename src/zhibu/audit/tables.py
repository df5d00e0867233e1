"""The log as a list."""

from __future__ import annotations

import django_tables2 as tables
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhibu.audit.models import Event
from zhibu.audit.words import sentence
from zhibu.shared.tables import Table


class EventTable(Table):
    at = tables.Column(verbose_name=_("时间"), attrs={"td": {"class": "zb-nowrap"}})
    actor = tables.Column(verbose_name=_("操作人"))
    what = tables.Column(verbose_name=_("做了什么"), accessor="action", orderable=False)
    unit_code = tables.Column(verbose_name=_("组织代码"))
    target = tables.Column(verbose_name=_("对象"), attrs={"td": {"class": "text-secondary"}})

    class Meta(Table.Meta):
        model = Event
        fields = ("at", "actor", "what", "unit_code", "target")
        order_by = "-at"
        empty_text = _("没有符合条件的事件。")

    def render_at(self, value):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"

    def value_at(self, value):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"

    def render_what(self, record):
        return sentence(record.action, record.data)
