"""Files that are no sheet, too large, too wide, locked: one sentence, nothing kept half."""

from __future__ import annotations

import io
import zipfile
import zlib

import openpyxl
import pytest
import xlsxwriter

from zhibu.jobs import guards, services
from zhibu.jobs.models import Import
from zhibu.membership.models import Member
from zhibu.membership.tests.factories import OFFICIAL, official, read, row, saved, take, write
from zhibu.shared.errors import RuleBroken

pytestmark = pytest.mark.django_db


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def repacked(data: bytes, name: str, change) -> bytes:
    """The workbook with one part changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = change(parts[name])
    return zipped(parts)


def wide(columns: int) -> bytes:
    book = openpyxl.Workbook()
    book.active.append([*OFFICIAL.values(), *(f"列{n}" for n in range(columns - len(OFFICIAL)))])
    book.active.append([str(v) for v in row(1).values()] + ["x"] * (columns - len(OFFICIAL)))
    return saved(book)


def far_cell(cell: str) -> bytes:
    """A small file whose reader would lay out every empty cell before one far away."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    page.write("A1", "姓名")
    page.write(cell, "x")
    book.close()
    return buffer.getvalue()


def lying() -> bytes:
    """A directory that says 10 bytes where 20 MB come out."""
    data = bytearray(zipped({"xl/worksheets/sheet1.xml": b"0" * 20_000_000}))
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def other_headings() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["商品", "单价", "数量"])
    book.active.append(["笔", 1, 2])
    return saved(book)


def some_headings() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "性别", "民族"])
    book.active.append(["甲", "男", "汉族"])
    return saved(book)


BAD = {
    "empty file": (lambda: b"", "是空的"),
    "text named xlsx": (lambda: "姓名,性别\n甲,男\n".encode(), "不是 Excel 文件"),
    "a web page named xls": (lambda: b"<html><table></table></html>", "不是 Excel 文件"),
    "word document": (lambda: zipped({"word/document.xml": b"<w/>"}), "不是 Excel 工作簿"),
    "cut off": (lambda: official([row(1)])[:-2000], "已损坏"),
    "zip bomb": (lambda: zipped({"xl/worksheets/sheet1.xml": b"0" * 50_000_000}), "大得不正常"),
    "bomb with a lying directory": (lying, "已损坏"),
    "too many parts": (lambda: zipped({f"xl/{n}": b"" for n in range(3000)}), "大得不正常"),
    "password": (lambda: guards._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "300 columns": (lambda: wide(300), "超过 200 列"),
    "one cell far right": (lambda: far_cell("XFD1"), "超过 200 列"),
    "one cell far below": (lambda: far_cell("A1048576"), "行"),
    "wrong sheet": (other_headings, "没有找到这种表的表头"),
    "missing headings": (some_headings, "缺少这些列：人员类别、加入党组织日期。已认出的列：姓名、性别、民族"),
    "empty sheet": (lambda: saved(openpyxl.Workbook()), "没有找到"),
    "no rows": (lambda: official([]), "没有数据"),
    "not really xml": (
        lambda: repacked(official([row(1)]), "xl/workbook.xml", lambda part: b"<broken"), "打不开",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_a_sentence_and_leaves_nothing(county, clerk, name):
    make, sentence = BAD[name]

    made = read(make(), clerk)

    assert made.state == Import.State.REFUSED
    assert sentence in made.message and made.message.endswith(("。", "）", "无"))
    assert made.preview is None
    with pytest.raises(RuleBroken):
        services.import_confirm(import_id=made.pk, actor=clerk)
    assert not Member.objects.exists()


def test_a_bomb_is_refused_from_the_directory_alone(monkeypatch):
    data = zipped({"xl/worksheets/sheet1.xml": b"0" * 50_000_000})
    monkeypatch.setattr(zlib, "decompressobj", lambda *a: pytest.fail("it was inflated"))

    with pytest.raises(guards.SheetWrong):
        guards.file_check(data, "x.xlsx")


def test_what_changed_after_the_preview_is_not_overwritten(county, clerk):
    take(official([row(1)]), clerk)
    made = read(official([row(1, job="502 退休人员")]), clerk)
    Member.objects.update(job="2")

    made = write(made, clerk)

    assert made.state == Import.State.REFUSED and "重新读取" in made.message
    assert Member.objects.get().job == "2"

    services.import_reread(import_id=made.pk, actor=clerk)
    made = write(services.import_read(import_id=made.pk), clerk)
    assert made.state == Import.State.COMMITTED
    assert Member.objects.get().job == "502"


def test_a_confirmed_import_is_not_written_twice(county, clerk):
    made = take(official([row(1)]), clerk)

    with pytest.raises(RuleBroken):
        services.import_confirm(import_id=made.pk, actor=clerk)
    services.import_write(import_id=made.pk)

    assert Member.objects.count() == 1


def test_who_lost_his_right_after_the_preview_writes_nothing(county, clerk):
    made = read(official([row(1)]), clerk)
    services.import_confirm(import_id=made.pk, actor=clerk)
    clerk.grants.all().delete()

    made = services.import_write(import_id=made.pk)

    assert made.state == Import.State.REFUSED and "权限" in made.message
    assert not Member.objects.exists()
