"""Empty sheets to fill in: the columns the imports read, with drop-downs for what can be chosen."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.organization.selectors import BASE_PACK
from zhibu.packs.selectors import pack_words, packs_installed
from zhibu.shared import clock
from zhibu.shared.excel import SAFE

#: Column → how to fill it in. The first four of each must be filled in.
UNIT_COLUMNS = {
    "代码": "必填，全系统唯一，建好后不再更改",
    "名称": "必填，全称",
    "类别": "必填，从下拉项中选",
    "成立日期": "必填，例如 2020-07-01",
    "简称": "选填",
    "别名": "选填，几个别名用分号隔开",
    "领域": "选填，从下拉项中选",
    "上级": "隶属的组织，写代码或名称；最上面的组织留空",
    "归口": "归口指导的组织，写代码或名称；没有的留空",
    "撤销日期": "已撤销的组织才填",
    "临时": "临时党组织选“是”",
    "排序": "选填，数字小的排在前面",
    "本届起": "与本届届满一起填",
    "本届届满": "与本届起一起填",
}
POST_COLUMNS = {
    "组织": "必填，代码或名称，也可从下拉项中选",
    "姓名": "必填",
    "职务": "必填，从下拉项中选",
    "任职日期": "必填，例如 2024-05-01",
    "身份证号": "选填，有同名的人时必填，按文本填写",
    "离任日期": "还在任的留空",
    "分工": "选填",
}
REQUIRED = 4
#: As many rows as get drop-downs.
ROWS = 5000


def units_blank() -> bytes:
    choices = {"类别": Unit.Kind.labels, "领域": Unit.Sector.labels, "临时": ["是", "否"]}
    return _blank(_("组织架构表"), UNIT_COLUMNS, choices)


def posts_blank(user: Any) -> bytes:
    """With the units the reader sees and the posts of all installed packs to choose from."""
    units = Unit.objects.visible_to(user).alive_on(clock.today())
    choices = {"组织": list(units.values_list("name", flat=True)), "职务": post_labels()}
    return _blank(_("任职表"), POST_COLUMNS, choices)


def post_labels() -> list[str]:
    """The national titles first."""
    keys = [BASE_PACK, *sorted({version.key for version in packs_installed()} - {BASE_PACK})]
    found = [
        title for key in keys for title in pack_words(((key, ""),)).codes.get("post", {}).values()
    ]
    return list(dict.fromkeys(found))


def _blank(title: str, columns: Mapping[str, str], choices: Mapping[str, Sequence[Any]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    page, lists, notes = (book.add_worksheet(name) for name in (title, _("可选项"), _("填写说明")))
    base = {"font_name": "宋体", "font_size": 11, "border": 1, "num_format": "@"}
    text = book.add_format(base)
    head = book.add_format({**base, "bold": True})
    must = book.add_format({**base, "bold": True, "bg_color": "#F2E3E1"})
    page.freeze_panes(1, 0)
    for place, (heading, note) in enumerate(columns.items()):
        page.set_column(place, place, 28 if heading in ("名称", "组织") else 14, text)
        page.write_string(0, place, heading, must if place < REQUIRED else head)
        notes.write_row(place, 0, [heading, note])
    notes.set_column(1, 1, 60)
    for place, (heading, values) in enumerate(choices.items()):
        lists.write_column(0, place, [heading, *(str(value) for value in values)])
        lists.set_column(place, place, 28)
        if values:
            column, last = chr(65 + place), len(values) + 1
            at = list(columns).index(heading)
            rule = {
                "validate": "list", "source": f"={_('可选项')}!${column}$2:${column}${last}",
                "error_type": "warning", "error_title": heading, "error_message": _("请从下拉项中选择。"),
            }  # fmt: skip
            page.data_validation(1, at, ROWS, at, rule)
    book.close()
    return buffer.getvalue()
