"""The product's addresses and one page with every shared component."""

from __future__ import annotations

from datetime import date

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.shortcuts import render
from django.urls import path

from zhibu.config import urls as product
from zhibu.shared.htmx import render_page
from zhibu.shared.tables import Table, configure
from zhibu.shared.templatetags.zhibu import VERDICTS


class Members(Table):
    name = tables.Column("姓名", linkify=lambda record: "#")
    unit = tables.Column("所在支部")
    joined = tables.DateColumn(verbose_name="入党日期", format="Y-m-d")
    phone = tables.Column("手机号")

    class Meta(Table.Meta):
        pass


ROWS = [
    {
        "name": n,
        "unit": "示例局机关第一党支部",
        "joined": date(2001 + i, 7, 1),
        "phone": "138****0000",
    }
    for i, n in enumerate(["甲一", "乙二", "丙三", "丁四"] * 9)
]


class Example(forms.Form):
    title = forms.CharField(label="会议名称", help_text="写正式名称。")
    kind = forms.ChoiceField(label="会议类型", choices=[("a", "党员大会"), ("b", "支部委员会")])
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    late = forms.BooleanField(label="这是补录", required=False)


def gallery(request):
    messages.success(request, "会议记录已保存。")
    messages.error(request, "实到人数不能多于应到人数，请核对后再保存。")
    months = range(1, 13)
    states = ["recorded", "recorded", "late", "due", "not_due", "not_required"]
    grid = [
        (kind, [(states[(m * k) % 6], m) for m in months])
        for k, kind in enumerate(
            ["党员大会", "支部委员会", "党小组会", "党课", "主题党日"], start=1
        )
    ]
    context = {
        "verdicts": list(VERDICTS),
        "table": configure(request, Members(ROWS)),
        "form": Example(request.GET or None),
        "months": months,
        "grid": grid,
        "crumbs": [("示例县", "/"), ("示例镇", "/"), ("第一党支部", "")],
    }
    return render(request, "gallery/page.html", context)


def piece(request):
    return render_page(request, "gallery/piece.html", {}, fragment="piece")


urlpatterns = [
    path("gallery/", gallery, name="gallery"),
    path("piece/", piece),
    *product.urlpatterns,
]
handler404 = product.handler404
handler403 = product.handler403
handler400 = product.handler400
handler500 = product.handler500
