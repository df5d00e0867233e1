"""Invented members, and the official sheet re-made in its own layout."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
from openpyxl.worksheet.datavalidation import DataValidation

from zhibu.jobs import services
from zhibu.jobs.importers import PreviewRow
from zhibu.jobs.models import Import
from zhibu.membership import codes
from zhibu.membership.identity import check_digit
from zhibu.membership.models import Member, Membership
from zhibu.organization.models import Person, Unit
from zhibu.organization.services import PersonFields, person_columns

#: Column → heading exactly as the official sheet writes it, line breaks and stray blanks included.
OFFICIAL = {
    "number": "序号", "name": "姓名", "unit": "所在党支部", "identity": "公民身份证号", "sex": "性别",
    "ethnicity": "民族", "born": "出生日期", "education": "学历", "category": "人员类别",
    "joined": " 加入党组织日期", "full": "转为正式党员日期", "job": "工作岗位", "mobile": "手机号",
    "landline": "固定电话", "status": "党籍状态", "lost": "是否为\n失联党员", "lost_on": "失去联系日期",
    "floating": "是否为\n流动党员", "destination": "外出流向",
}  # fmt: skip
KEYS = tuple(OFFICIAL)


def id_number(born: date = date(1980, 1, 1), serial: int = 1) -> str:
    """A right number in a county that does not exist; odd serials are men."""
    body = f"139901{born:%Y%m%d}{serial:03d}"
    return body + check_digit(body)


def row(serial: int = 1, **changes: Any) -> dict[str, Any]:
    """One good row, for a man when ``serial`` is odd."""
    born = changes.get("born_day", date(1980, 1, 1))
    changes.pop("born_day", None)
    return {
        "number": str(serial), "name": "王小明", "unit": "甲镇一村党支部", "identity": id_number(born, serial),
        "sex": "男" if serial % 2 else "女", "ethnicity": "01 汉族", "born": born.isoformat(), "education": "21 大学",
        "category": "正式党员", "joined": "2005-07-01", "full": "2006-07-01", "job": "011 公务员",
        "mobile": 13800000000 + serial, "landline": "", "status": "正常", "lost": "否", "lost_on": "",
        "floating": "否", "destination": "", **changes,
    }  # fmt: skip


def official(rows: Sequence[Mapping[str, Any]], extra: Mapping[str, str] | None = None) -> bytes:
    """The sheet as offices have it: title, place and date line, merged headings, code sheets, a note last."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "党员基本信息汇总表"
    page["A1"] = "党员基本信息汇总表"
    page.merge_cells("A1:S1")
    page["A2"], page["Q2"], page["R2"] = "基层党委：", "汇总日期：", "2017 年    月   日"
    headings = {**OFFICIAL, **(extra or {})}
    for place, (key, heading) in enumerate(headings.items(), 1):
        if key in ("mobile", "landline"):
            page.cell(4, place, heading)
        else:
            page.cell(3, place, heading)
            page.merge_cells(start_row=3, end_row=4, start_column=place, end_column=place)
    page["M3"] = "联系电话"
    page.merge_cells("M3:N3")
    for number, one in enumerate(rows, 5):
        for place, key in enumerate(headings, 1):
            page.cell(number, place, one.get(key, ""))
    note = 5 + len(rows)
    page.cell(note, 1, "注：此表按统一格式填写，不可自行制作。")
    page.merge_cells(start_row=note, end_row=note, start_column=1, end_column=19)
    page.add_data_validation(DataValidation(type="list", formula1='"男,女"', sqref="E5:E100"))
    for name, codelist in (
        ("民族", codes.ethnicity()),
        ("学历", codes.education()),
        ("工作岗位", codes.job()),
    ):
        sheet = book.create_sheet(name)
        for code in codelist.codes:
            sheet.append([f" {codelist.show(code)}  "])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(data: bytes, actor: Any, filename: str = "党员.xlsx", **options: str) -> Import:
    made = services.import_begin(
        kind="members", filename=filename, data=data, actor=actor, options=options
    )
    return services.import_read(import_id=made.pk)


def rows_of(made: Import) -> list[PreviewRow]:
    preview = services.import_preview(made=made)
    return preview.rows(preview.places()) if preview else []


def problems_of(made: Import) -> dict[str, str]:
    """Cell → what is wrong."""
    return {problem.cell: problem.message for one in rows_of(made) for problem in one.problems}


def write(made: Import, actor: Any) -> Import:
    services.import_confirm(import_id=made.pk, actor=actor)
    return services.import_write(import_id=made.pk)


def take(data: bytes, actor: Any, **options: str) -> Import:
    return write(read(data, actor, **options), actor)


def make_member(
    unit: Unit, name: str = "李大为", *, from_on: date = date(2016, 1, 1), **fields: Any
) -> Member:
    person_fields = {
        k: fields.pop(k)
        for k in ("id_number", "phone", "sex", "born_on", "name_note")
        if k in fields
    }
    group = fields.pop("group", None)
    person = Person.objects.create(**person_columns(PersonFields(name=name, **person_fields)))
    defaults = {"category": "full", "joined_on": date(2005, 7, 1), "full_on": date(2006, 7, 1)}
    member = Member.objects.create(person=person, **{**defaults, **fields})
    Membership.objects.create(member=member, unit=unit, group=group, from_on=from_on)
    return member


def day_before(day: date) -> date:
    return day - timedelta(days=1)
