"""The ledger sheet: its columns and cells, and the empty one to fill in."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from zhibu.jobs.importers import CellWrong, Column
from zhibu.shared.excel import SAFE

COLUMNS = (
    Column("unit", ("党组织", "党支部", "组织名称", "召开组织"), required=True),
    Column("group", ("党小组",)),
    Column("day", ("日期", "会议日期", "召开日期"), required=True),
    Column("starts_at", ("开始时间",)),
    Column("ends_at", ("结束时间",)),
    Column("place", ("地点", "会议地点")),
    Column("kinds", ("会议类别", "会议类型", "类别"), required=True),
    Column("joint", ("联合召开", "联合召开组织")),
    Column("convener", ("召集主体",)),
    Column("theme", ("主题", "会议主题", "会议名称")),
    Column("presider", ("主持人",)),
    Column("recorder", ("记录人",)),
    Column("lecturer", ("授课人", "主讲人")),
    Column("due", ("应到", "应到人数")),
    Column("present", ("实到", "实到人数")),
    Column("away", ("缺席人员及原因", "缺席人员", "请假缺席人员")),
    Column("nonmembers", ("列席非党员人数", "非党员人数")),
    Column("agenda", ("议题",)),
    Column("resolution", ("决议",)),
    Column("form", ("活动形式",)),
    Column("material", ("学习材料", "学习内容")),
    Column("entered_on", ("录入日期",)),
    Column("late_reason", ("补录原因",)),
)  # fmt: skip

#: Short names that everybody uses.
SYNONYMS = {
    "支委会": "支部委员会",
    "党支部委员会": "支部委员会",
    "党员活动日": "主题党日",
    "民主评议": "民主评议党员",
}

_LIST = re.compile(r"[、，,；;\n]+")
_ITEMS = re.compile(r"[；;\n]+")
_TIME = re.compile(r"^(\d{1,2})[:：时点](\d{1,2})?分?(?:[:：]\d{1,2})?$")


def words_split(text: str) -> list[str]:
    return [word.strip() for word in _LIST.split(text) if word.strip()]


def items_split(text: str) -> list[str]:
    return [word.strip() for word in _ITEMS.split(text) if word.strip()]


def cell_time(value: Any) -> time | None:
    """A time of the day as Excel or people write it."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.time().replace(second=0, microsecond=0)
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, timedelta):
        value = value.total_seconds() / 86400
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1:
        minutes = round(value * 1440)
        return time(minutes // 60 % 24, minutes % 60)
    match = _TIME.match(str(value).strip())
    if match and int(match[1]) < 24 and int(match[2] or 0) < 60:
        return time(int(match[1]), int(match[2] or 0))
    raise CellWrong(_("“%(text)s”不是时间。请写成 14:30 的样子。") % {"text": str(value)[:20]})


def cell_number(value: Any) -> int | None:
    """A whole number of people."""
    if value is None or value == "":
        return None
    text = str(value).strip().removesuffix("人").removesuffix(".0")
    if text.isascii() and text.isdigit() and len(text) < 6:
        return int(text)
    raise CellWrong(_("“%(text)s”不是人数。请填整数，例如 12。") % {"text": str(value)[:20]})


def template_sheet(lists: dict[str, list[str]], units: list[str], today: date) -> bytes:
    """An empty ledger with drop-downs and one worked example on its own sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#F2E3E1", "text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    clock = book.add_format({"num_format": "hh:mm"})
    page, guide, codes = (book.add_worksheet(name) for name in ("会议台账", "填写说明", "代码"))
    places = {column.key: index for index, column in enumerate(COLUMNS)}
    for index, column in enumerate(COLUMNS):
        page.write_string(0, index, column.title, head)
        page.set_column(
            index, index, 14, {"day": day, "starts_at": clock, "ends_at": clock}.get(column.key)
        )
    page.freeze_panes(1, 0)
    choices = {**lists, "unit": units}
    for index, (key, values) in enumerate(choices.items()):
        codes.write_string(0, index, COLUMNS[places[key]].title, head)
        codes.write_column(1, index, values)
        if values:
            letter = chr(65 + index)
            page.data_validation(1, places[key], 5000, places[key], {
                "validate": "list", "source": f"=代码!${letter}$2:${letter}${len(values) + 1}",
                # Several kinds may be joined and a unit may be known by another name.
                "error_type": "warning" if key in {"kinds", "unit"} else "stop",
                "error_title": "不在列表中", "error_message": "请从列表中选择；会议类别可用、连写。",
            })  # fmt: skip
    guide.set_column(0, 0, 16)
    guide.set_column(1, 1, 80)
    for number, (title, text) in enumerate(GUIDE):
        guide.write_string(number, 0, title, head)
        guide.write_string(number, 1, text)
    book.close()
    return buffer.getvalue()


GUIDE = (
    ("一行", "一次会议。一次会上连着开的几类会，会议类别用、连写：党员大会、党课、主题党日。"),
    ("党组织", "系统里的全称、简称或代码。"),
    ("联合召开", "一起开会的其他党组织，用、连写；只录一次，各组织都计数。"),
    ("召集主体", "谁召集的会。单位行政召集的集体学习填“行政”，不计为党支部学习会。"),
    (
        "应到、实到",
        "应到按当日名册计算，这里的数只用来核对；实到多于应到的不能导入。村民会议等名册上没有的会，按这里的数。",
    ),
    ("缺席人员及原因", "张三（请假：生病）、李四（缺席）。全到的不填。"),
    ("议题、决议", "多项用；隔开，决议与议题按顺序对应。"),
    ("录入日期", "上级统一导入历史台账时填写原来的录入日期；平时不填。"),
    ("补录原因", "超过规定天数才录入的，写一句原因。"),
)
