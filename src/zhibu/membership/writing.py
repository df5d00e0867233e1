"""Writing the official 党员基本信息汇总表: the same layout that is read, ready for Excel and WPS."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from zhibu.jobs.cells import CodeList, cell_text
from zhibu.jobs.importers import Table
from zhibu.membership import codes
from zhibu.shared.excel import SAFE

#: (key, heading, width); 手机号 and 固定电话 share the merged heading 联系电话. 家庭住址 stands in the
#: paper form only, so it is a column of ours after the official ones, and only when asked for.
LAYOUT = (
    ("number", "序号", 6), ("name", "姓名", 10), ("unit", "所在党支部", 26), ("identity", "公民身份证号", 22),
    ("sex", "性别", 6), ("ethnicity", "民族", 11), ("born_on", "出生日期", 13), ("education", "学历", 16),
    ("category", "人员类别", 11), ("joined_on", "加入党组织日期", 15), ("full_on", "转为正式党员日期", 17),
    ("job", "工作岗位", 22), ("mobile", "手机号", 14), ("landline", "固定电话", 14), ("status", "党籍状态", 10),
    ("is_lost", "是否为\n失联党员", 10), ("lost_on", "失去联系日期", 13), ("is_floating", "是否为\n流动党员", 10),
    ("destination", "外出流向", 16),
)  # fmt: skip
#: Ours, right of the official columns, only when asked for.
LEADER = ("is_leader", "党员领导干部", 12)
TITLE = "党员基本信息汇总表"
NOTE = "注：本表由系统按统一格式导出，表头和代码请勿改动，改好后可以原样导入。"
_PAIR = {"mobile": "联系电话"}
_FIRST_DATA, _LAST_ROW = 4, 65535
_SHEETS = (("民族", codes.ethnicity), ("学历", codes.education), ("工作岗位", codes.job))


class Writer:
    """One workbook in the making."""

    def __init__(self, extra: Sequence[tuple[str, str, int]] = ()) -> None:
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, SAFE)
        self.columns = (*LAYOUT, *extra)
        self.page = self.book.add_worksheet(TITLE)
        base = {"font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter"}
        self.text = self.book.add_format({**base, "num_format": "@"})
        self.bad = self.book.add_format(
            {**base, "num_format": "@", "font_color": "#B3261E", "text_wrap": True}
        )
        self.head = self.book.add_format(
            {**base, "bold": True, "align": "center", "text_wrap": True}
        )
        self.row = _FIRST_DATA
        self._places = {key: place for place, (key, _heading, _width) in enumerate(self.columns)}

    def top(self, unit: str, day: date | None) -> None:
        last = len(self.columns) - 1
        plain = {"font_name": "宋体", "font_size": 10}
        title = self.book.add_format(
            {"font_name": "宋体", "font_size": 18, "bold": True, "align": "center"}
        )
        self.page.merge_range(0, 0, 0, last, TITLE, title)
        line = self.book.add_format(plain)
        self.page.merge_range(1, 1, 1, 4, f"基层党委：{unit}", line)
        self.page.write_string(1, 16, "汇总日期：", line)
        stamp = f"{day.year} 年 {day.month:>2} 月 {day.day:>2} 日" if day else "      年    月   日"
        self.page.merge_range(1, 17, 1, 18, stamp, line)
        for place, (key, heading, width) in enumerate(self.columns):
            self.page.set_column(place, place, width)
            if key == "mobile":
                self.page.merge_range(2, place, 2, place + 1, _PAIR[key], self.head)
            if key in ("mobile", "landline"):
                self.page.write_string(3, place, heading, self.head)
            else:
                self.page.merge_range(2, place, 3, place, heading, self.head)
        self.page.freeze_panes(_FIRST_DATA, 3)
        self.page.repeat_rows(2, 3)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)

    def line(self, cells: Sequence[str], bad: frozenset[int] = frozenset()) -> None:
        for place, value in enumerate(cells):
            self.page.write_string(self.row, place, value, self.bad if place in bad else self.text)
        self.row += 1

    def end(self, note: str = NOTE) -> bytes:
        last = len(self.columns) - 1
        line = self.book.add_format({"font_name": "宋体", "font_size": 10})
        self.page.merge_range(self.row, 0, self.row, last, note, line)
        for name, codelist in _SHEETS:
            self._code_sheet(name, codelist())
        self._drop_downs()
        self.book.close()
        return self.buffer.getvalue()

    def _code_sheet(self, name: str, codelist: CodeList) -> None:
        page = self.book.add_worksheet(name)
        page.set_column(0, 0, 44)
        for row, code in enumerate(codelist.codes):
            page.write_string(row, 0, codelist.show(code))

    def _drop_downs(self) -> None:
        lists: dict[str, Any] = {
            "sex": ["男", "女"], "category": ["正式党员", "预备党员"], "status": ["正常", "停止党籍"],
            "is_lost": ["是", "否"], "is_floating": ["是", "否"],
        }  # fmt: skip
        for key, (name, codelist) in zip(("ethnicity", "education", "job"), _SHEETS, strict=True):
            lists[key] = f"={name}!$A$1:$A${len(codelist().codes)}"
        if "is_leader" in self._places:
            lists["is_leader"] = ["是", "否"]
        for key, source in lists.items():
            self._validate(
                key, {"validate": "list", "source": source, "error_message": "请从下拉项中选择"}
            )
        rule = {"validate": "length", "criteria": "between", "minimum": 16, "maximum": 18}
        self._validate("identity", {**rule, "error_message": "请填写 18 位身份证号码"})

    def _validate(self, key: str, rule: dict[str, Any]) -> None:
        place = self._places[key]
        self.page.data_validation(
            _FIRST_DATA, place, _LAST_ROW, place, {**rule, "ignore_blank": True}
        )


def members_sheet(
    rows: Iterable[Mapping[str, str]], unit: str, day: date, *, leaders: bool = False
) -> bytes:
    """The sheet with these rows, each a text by column key; ``leaders`` adds the column of ours."""
    writer = Writer([LEADER] if leaders else ())
    writer.top(unit, day)
    for number, row in enumerate(rows, 1):
        cells = {**row, "number": str(number)}
        writer.line([cells.get(key, "") for key, _heading, _width in writer.columns])
    return writer.end()


def template_sheet() -> bytes:
    """An empty sheet with the code lists and drop-downs."""
    writer = Writer()
    writer.top("", None)
    return writer.end(_("注：从第 5 行起填写，一人一行；身份证号按文本填写。填好后可以直接导入。"))


def mend_sheet(table: Table, bad: Mapping[int, str]) -> bytes:
    """The bad rows as they were written, each with what is wrong, in the official layout."""
    extra = [one for one in (("address", "家庭住址", 24), LEADER) if table.has(one[0])]
    writer = Writer([*extra, ("problem", "错误说明", 60)])
    writer.top("", None)
    last = len(writer.columns) - 1
    for row in table.rows():
        if row.number in bad:
            cells = [_as_written(row[key]) for key, _heading, _width in writer.columns[:-1]]
            writer.line([*cells, bad[row.number]], frozenset({last}))
    return writer.end(_("注：改好标红说明的内容后，可以直接再次导入本表；“错误说明”一列不用删。"))


def _as_written(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    return cell_text(value) if isinstance(value, int | float) else str(value)
