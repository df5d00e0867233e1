"""The lists of documents and of publications."""

from __future__ import annotations

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from zhibu.documents.selectors import DocumentRow, PublicationRow
from zhibu.organization.models import Unit
from zhibu.shared.tables import Table


class DocumentTable(Table):
    period = tables.Column(verbose_name=_("期间"), order_by=("year", "period"))
    kind_title = tables.Column(verbose_name=_("类别"))
    title = tables.Column(verbose_name=_("标题"))
    day = tables.DateColumn(verbose_name=_("形成日期"), format="Y-m-d")
    items = tables.Column(verbose_name=_("条目"))
    state = tables.Column(verbose_name=_("状态"), empty_values=(), orderable=False)

    class Meta(Table.Meta):
        empty_text = _("没有符合条件的计划或总结。")

    def render_title(self, value: str, record: DocumentRow) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("documents:detail", args=[record.document_id]), value
        )

    def value_title(self, value: str) -> str:
        return value

    def render_state(self, record: DocumentRow) -> str:
        said = [_("已作废")] if record.voided else []
        if record.adopted:
            said.append(_("已经会议通过"))
        elif record.needs_adoption and not record.voided:
            said.append(_("未登记通过会议"))
        if record.is_late:
            said.append(_("补录"))
        return "、".join(str(word) for word in said) or str(_("已录入"))


def filtered(rows: list[DocumentRow], kind: str, year: int | None) -> list[DocumentRow]:
    return [
        row for row in rows if (not kind or row.kind == kind) and (not year or row.year == year)
    ]


class PublicationTable(Table):
    """Of ``unit`` and those below it; who published is said where it is not the unit itself."""

    unit = tables.Column(verbose_name=_("组织"))
    from_on = tables.DateColumn(verbose_name=_("公开起"), format="Y-m-d")
    to_on = tables.DateColumn(verbose_name=_("公开止"), format="Y-m-d", empty_values=())
    kind_title = tables.Column(verbose_name=_("类别"))
    title = tables.Column(verbose_name=_("标题"))
    about_title = tables.Column(verbose_name=_("所涉事项"))
    audience = tables.Column(verbose_name=_("范围"))
    objections = tables.Column(verbose_name=_("异议"))
    state = tables.Column(verbose_name=_("状态"), empty_values=(), orderable=False)

    class Meta(Table.Meta):
        empty_text = _("没有符合条件的公开。")
        sequence = ("from_on", "to_on", "unit", "...")

    def __init__(self, rows: list[PublicationRow], *, unit: Unit) -> None:
        others = any(row.unit != str(unit) for row in rows)
        super().__init__(rows, exclude=() if others else ("unit",))

    def render_title(self, value: str, record: PublicationRow) -> SafeString:
        address = reverse("documents:publication", args=[record.publication_id])
        return format_html('<a href="{}">{}</a>', address, value)

    def value_title(self, value: str) -> str:
        return value

    def render_to_on(self, value: object) -> str:
        return f"{value:%Y-%m-%d}" if value else str(_("长期"))

    def render_objections(self, record: PublicationRow) -> str:
        if record.waiting:
            text = _("%(all)s 条，%(open)s 条未答复")
            return text % {"all": record.objections, "open": record.waiting}
        return str(record.objections)

    def render_state(self, record: PublicationRow) -> str:
        if record.withdrawn:
            return str(_("已撤回"))
        said = [_("正在公开") if record.standing else _("公开期已满")]
        said += [_("已更正")] if record.corrected else []
        said += [_("补录")] if record.is_late else []
        return "、".join(str(word) for word in said)
