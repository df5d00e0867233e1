"""The invented prefecture as workbooks, laid out and filled in the ways offices do it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from random import Random

import xlsxwriter

from zhibu.demo.people import Person
from zhibu.demo.prefecture import Branch, Prefecture
from zhibu.demo.sittings import Row

#: Headings of the official 党员基本信息汇总表; a pair shares one merged upper heading. The last is an
#: extra column that the program also takes.
MEMBER_HEADINGS = (
    "序号", "姓名", "所在党支部", "公民身份证号", "性别", "民族", "出生日期", "学历", "人员类别", " 加入党组织日期",
    "转为正式党员日期", "工作岗位", ("联系电话", "手机号"), ("联系电话", "固定电话"), "党籍状态", "是否为\n失联党员",
    "失去联系日期", "是否为\n流动党员", "外出流向", "党员领导干部",
)  # fmt: skip
UNIT_HEADINGS = (
    "代码", "名称", "简称", "类别", "领域", "上级", "归口", "成立日期", "撤销日期", "本届起", "本届届满",
)  # fmt: skip
POST_HEADINGS = ("组织", "姓名", "身份证号", "职务", "分工", "任职日期", "离任日期")
SITTING_HEADINGS = (
    "党组织", "日期", "开始时间", "结束时间", "地点", "会议类别", "联合召开", "召集主体", "党小组", "主题", "主持人",
    "记录人", "授课人", "应到", "实到", "缺席人员及原因", "列席非党员人数", "议题", "决议", "活动形式", "学习材料",
    "录入日期", "补录原因",
)  # fmt: skip
#: Posts as the sheets and the national pack name them.
POST_TITLES = {"书记": "党支部书记", "副书记": "党支部副书记"}


def table_write(
    path: Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """One sheet with a heading row; days as real Excel dates."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True})
    sheet.write_row(0, 0, headings, bold)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings), 14)
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, ["" if cell is None else cell for cell in row])
    book.close()


def units_write(path: Path, prefecture: Prefecture) -> None:
    """All units, the branches with their terms, and the party groups under their branches."""
    terms = {branch.unit.code: branch.term for branch in prefecture.branches if branch.term}
    groups = [
        (group_code(branch, order), f"{branch.unit.short}{title}", title, "党小组", branch.unit.sector,
         branch.unit.code, "", branch.unit.founded, None, None, None)
        for branch in prefecture.branches
        for order, (title, _members) in enumerate(branch.groups, start=1)
    ]  # fmt: skip
    units = (
        (unit.code, unit.name, unit.short, unit.kind, unit.sector, unit.parent, unit.guidance, unit.founded,
         None, *terms.get(unit.code, (None, None)))
        for unit in prefecture.units
    )  # fmt: skip
    table_write(path, "组织架构", UNIT_HEADINGS, [*units, *groups])


def group_code(branch: Branch, order: int) -> str:
    return f"{branch.unit.code}-G{order}"


def posts_write(path: Path, branches: Iterable[Branch]) -> None:
    """Posts in branches, and the leaders of party groups."""
    branches = list(branches)
    held = (
        (branch.unit.code, post.person.name, post.person.id_number, POST_TITLES.get(post.post, post.post),
         post.duty, post.from_on, post.to_on)
        for branch in branches
        for post in branch.posts
    )  # fmt: skip
    leaders = (
        (
            group_code(branch, order),
            members[0].name,
            members[0].id_number,
            "党小组长",
            "",
            branch.unit.founded,
            None,
        )
        for branch in branches
        for order, (_title, members) in enumerate(branch.groups, start=1)
        if members and branch.quality > 0.3
    )
    table_write(path, "任职", POST_HEADINGS, [*held, *leaders])


def sittings_write(path: Path, rows: Iterable[Row]) -> None:
    table_write(
        path,
        "会议台账",
        SITTING_HEADINGS,
        ([row.cells.get(name, "") for name in SITTING_HEADINGS] for row in rows),
    )


def members_write(
    path: Path, branches: Iterable[Branch], random: Random, day: date, *, spoiled: bool = False
) -> None:
    """The official sheet: a title, a line below it, two merged heading rows, a note under the last row.

    ``spoiled``: with the changes and slips that a second hand-in has.
    """
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("党员基本信息汇总表")
    head = book.add_format({"bold": True, "align": "center", "text_wrap": True})
    last = len(MEMBER_HEADINGS) - 1
    sheet.merge_range(0, 0, 0, last, "党员基本信息汇总表", head)
    sheet.write(1, 0, "基层党委：")
    sheet.write(1, 16, "汇总日期：")
    sheet.write(1, 17, f"{day:%Y} 年 {day:%m} 月 {day:%d} 日")
    for column, heading in enumerate(MEMBER_HEADINGS):
        if isinstance(heading, tuple):
            sheet.write(3, column, heading[1], head)
        else:
            sheet.merge_range(2, column, 3, column, heading, head)
    sheet.merge_range(2, 12, 2, 13, "联系电话", head)
    row = 4
    for branch in branches:
        for person in branch.members:
            cells = _member_cells(row - 3, branch, person, random)
            if spoiled:
                _spoil(row, cells)
            sheet.write_row(row, 0, cells)
            row += 1
    sheet.merge_range(row, 0, row, last, "注：此表可从系统导出，不可自行制作。")
    sheet.set_column(0, last, 14)
    book.close()


def _member_cells(number: int, branch: Branch, person: Person, random: Random) -> list[object]:
    """A row as a person would type it: dates and codes written in several ways."""
    style = random.random()
    return [
        str(number),
        person.name if style > 0.03 else f"{person.name} ",
        branch.unit.name,
        person.id_number.lower() if style < 0.2 else person.id_number,
        person.sex,
        person.ethnicity if style < 0.8 else person.ethnicity.replace(" ", ""),
        _day_cell(person.born, style),
        person.education,
        "正式党员" if person.full_on else "预备党员",
        _day_cell(person.joined, style),
        _day_cell(person.full_on, style) if person.full_on else "",
        person.job,
        (int(person.phone) if style < 0.5 else person.phone) if person.phone else "",
        "",
        "正常",
        "否",
        "",
        "是" if person.floating else "否",
        "省外" if person.floating else "",
        "是" if person.leader else "否",
    ]


def _spoil(row: int, cells: list[object]) -> None:
    """Every few rows one slip or one honest change."""
    if row % 9 == 0:
        cells[7] = "21 大学"
    elif row % 23 == 0:
        cells[12] = 13800009999
    elif row % 31 == 0:
        cells[3] = f"{str(cells[3])[:17]}0"
    elif row % 37 == 0:
        cells[2] = "市统计局业务一支部"
    elif row % 41 == 0:
        cells[9] = "2031-07-01"


def _day_cell(day: date, style: float) -> object:
    if style < 0.6:
        return day
    if style < 0.8:
        return f"{day:%Y-%m-%d}"
    if style < 0.9:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day:%Y.%m.%d}"
