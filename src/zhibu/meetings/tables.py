"""The list of segments and the ledger."""

from __future__ import annotations

from typing import Any

import django_tables2 as columns
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from zhibu.meetings import terms
from zhibu.meetings.models import SegmentHost
from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_words
from zhibu.shared import clock
from zhibu.shared.tables import Table

RECORD = "segment__sitting__record__"


class SegmentTable(Table):
    """One row for each segment a unit held."""

    day = columns.Column(
        verbose_name=_("日期"), accessor="day", order_by=(f"{RECORD}event_on", "pk")
    )
    kind = columns.Column(verbose_name=_("会议类别"), accessor="segment__kind")
    unit = columns.Column(verbose_name=_("组织"), order_by=("unit__order", "unit__code"))
    theme = columns.Column(verbose_name=_("主题"), accessor="segment__theme")
    presider = columns.Column(verbose_name=_("主持人"), empty_values=(), orderable=False)
    present = columns.Column(verbose_name=_("实到/应到"), order_by=("present", "due"))
    marks = columns.Column(verbose_name=_("标记"), empty_values=(), orderable=False)

    class Meta(Table.Meta):
        empty_text = _("系统内未见会议记录。")

    def __init__(self, *args: Any, unit: Unit, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.words = unit_words(unit, clock.today())
        if unit.is_branch:
            self.columns.hide("unit")

    def render_day(self, record: SegmentHost) -> str:
        url = reverse("meetings:detail", args=[record.segment.sitting_id])
        return format_html('<a href="{}">{}</a>', url, f"{record.day:%Y-%m-%d}")

    def render_kind(self, record: SegmentHost) -> str:
        title = terms.kind_title(self.words, record.segment.kind)
        return f"{title}（{record.group}）" if record.group else title

    def render_presider(self, record: SegmentHost) -> str:
        order = record.segment.order
        people = record.segment.sitting.record.participants.all()
        names = [str(p.person) for p in people if p.role == "presider" and p.part in (0, order)]
        return "、".join(names) or "—"

    def render_present(self, record: SegmentHost) -> str:
        return f"{record.present}/{record.due}"

    def render_marks(self, record: SegmentHost) -> str:
        rec = record.segment.sitting.record
        said = []
        if rec.is_late:
            said.append(_("补录"))
        if record.duplicate:
            said.append(_("重复"))
        if record.missing_fields:
            said.append(_("缺 %(count)s 项") % {"count": record.missing_fields})
        if rec.version > 1:
            said.append(_("已更正"))
        return (
            format_html_join(" ", '<span class="mt-mark">{}</span>', ((one,) for one in said))
            or "—"
        )


class LedgerTable(Table):
    """会议台账, in the columns of the import sheet, so that it can be handed in again."""

    unit = columns.Column(verbose_name=_("党组织"))
    group = columns.Column(verbose_name=_("党小组"))
    day = columns.Column(verbose_name=_("日期"))
    starts_at = columns.Column(verbose_name=_("开始时间"))
    ends_at = columns.Column(verbose_name=_("结束时间"))
    place = columns.Column(verbose_name=_("地点"))
    kind = columns.Column(verbose_name=_("会议类别"))
    joint = columns.Column(verbose_name=_("联合召开"))
    convener = columns.Column(verbose_name=_("召集主体"))
    theme = columns.Column(verbose_name=_("主题"))
    presider = columns.Column(verbose_name=_("主持人"))
    recorder = columns.Column(verbose_name=_("记录人"))
    lecturer = columns.Column(verbose_name=_("授课人"))
    due = columns.Column(verbose_name=_("应到"))
    present = columns.Column(verbose_name=_("实到"))
    away = columns.Column(verbose_name=_("缺席人员及原因"))
    nonmembers = columns.Column(verbose_name=_("列席非党员人数"))
    agenda = columns.Column(verbose_name=_("议题"))
    resolution = columns.Column(verbose_name=_("决议"))
    form = columns.Column(verbose_name=_("活动形式"))
    material = columns.Column(verbose_name=_("学习材料"))
    entered_on = columns.Column(verbose_name=_("录入日期"))
    late = columns.Column(verbose_name=_("补录原因"))

    class Meta(Table.Meta):
        pass
