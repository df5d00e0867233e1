"""The list of members."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import django_tables2 as columns
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from zhibu.membership.members import plain
from zhibu.membership.models import Membership
from zhibu.organization.models import Unit
from zhibu.organization.selectors import posts_held
from zhibu.shared import clock
from zhibu.shared.masks import mask_phone
from zhibu.shared.tables import Table


class MemberTable(Table):
    """One row for each member; numbers stay masked."""

    pick = columns.Column(verbose_name=_("选"), empty_values=(), orderable=False)
    name = columns.Column(
        verbose_name=_("姓名"), accessor="member__person", order_by=("stroke", "pk")
    )
    posts = columns.Column(
        verbose_name=_("职务"), empty_values=(), order_by=("post_rank", "stroke")
    )
    unit = columns.Column(
        verbose_name=_("所在党支部"), order_by=("unit__order", "unit__code", "stroke")
    )
    group = columns.Column(
        verbose_name=_("党小组"), order_by=("group__order", "group__code", "stroke")
    )
    category = columns.Column(
        verbose_name=_("人员类别"),
        accessor="member__get_category_display",
        order_by="member__category",
    )
    joined = columns.Column(verbose_name=_("加入党组织日期"), accessor="member__joined_on")
    phone = columns.Column(verbose_name=_("手机号"), empty_values=(), orderable=False)
    marks = columns.Column(verbose_name=_("状态"), empty_values=(), orderable=False)

    class Meta(Table.Meta):
        empty_text = _("系统内未见符合条件的党员。可以从《党员基本信息汇总表》导入。")

    def __init__(self, *args: Any, unit: Unit, may_group: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: dict[int, list[str]] = defaultdict(list)
        for held in posts_held([unit.pk], clock.today()).get(unit.pk, []):
            self._held[held.person_id].append(held.title)
        self.columns.hide("unit" if unit.is_branch else "posts")
        if not may_group:
            self.columns.hide("pick")

    def render_pick(self, record: Membership) -> str:
        return format_html(
            '<input class="form-check-input" type="checkbox" name="person" value="{}" form="group-form" aria-label="{}">',
            record.member_id, f"选择{record.member}",
        )  # fmt: skip

    def render_name(self, record: Membership) -> str:
        url = reverse("membership:detail", args=[record.member_id])
        return format_html('<a href="{}">{}</a>', url, record.member)

    def render_posts(self, record: Membership) -> str:
        return "、".join(self._held.get(record.member_id, ())) or "—"

    def render_joined(self, value: Any) -> str:
        return f"{value:%Y-%m-%d}"

    def render_phone(self, record: Membership) -> str:
        return mask_phone(plain(record.member.person.phone_cipher)) or "—"

    def render_marks(self, record: Membership) -> str:
        member = record.member
        marks = [
            (member.is_lost, _("失联")),
            (member.is_floating, _("流动")),
            (member.status == "suspended", _("停止党籍")),
        ]
        return "、".join(str(label) for holds, label in marks if holds) or "—"
