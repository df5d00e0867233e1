"""One sheet brings the whole organisation, or nothing and every mistake by its cell."""

from __future__ import annotations

from datetime import date

import pytest
import xlsxwriter
from django.core.management import call_command

from zhibu.audit.models import Event
from zhibu.organization import selectors
from zhibu.organization.models import Person, Post, Term, Unit
from zhibu.organization.services import posts_import, units_import
from zhibu.organization.sheets import SheetRefused, day_read
from zhibu.organization.tests.factories import make_person

TODAY = date(2026, 6, 1)
UNITS = (
    ("组织架构表",),
    ("代码", "名 称", "类别", "领域", "上级", "归口", "成立日期", "撤销日期", "本届起", "本届届满"),
    (
        "T1",
        "东山镇一村党支部",
        "党支部",
        "村",
        "东山镇党委",
        "G",
        "2016年3月1日",
        "",
        "2024-05-01",
        "2029-04-30",
    ),
    ("T", "东山镇党委", "611", "", "C", "", date(2015, 1, 1), "", "", ""),
    ("C", "某县委", "党委", "", "", "", 42005, "", "", ""),
    ("G", "某工委", "党工委", "", "C", "", "2015.01", "", "", ""),
)
POSTS = (
    ("组织", "姓名", "身份证号", "职务", "分工", "任职日期", "离任日期"),
    ("T1", "王小明", "", "secretary", "全面工作", "2024-05-01", ""),
    ("东山镇一村党支部", "李小红", "", "org_member", "", "2024-05-01", "2025-05-01"),
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path):
    def write(rows, name="表.xlsx"):
        path = tmp_path / name
        book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(number, column, cell)
        book.close()
        return path

    return write


@pytest.fixture(autouse=True)
def titles(monkeypatch):
    known = {"secretary": "secretary", "党支部书记": "secretary", "org_member": "org_member"}
    monkeypatch.setattr("zhibu.organization.services.imports._post_codes", lambda: known)


def with_line(rows, line):
    return (*rows, line)


def test_the_whole_tree_comes_in_whatever_the_order_of_lines(sheet):
    assert units_import(rows=sheet(UNITS), actor="测试") == 4

    unit = Unit.objects.get(code="T1")
    assert [u.code for u in selectors.unit_ancestors(unit, TODAY)] == ["T", "C"]
    assert [u.code for u in selectors.unit_ancestors(unit, TODAY, "guidance")] == ["G", "C"]
    assert (unit.sector, unit.founded_on) == ("village", date(2016, 3, 1))
    assert Term.objects.get().to_on == date(2029, 4, 30)
    assert Event.objects.get(action="organization.units_imported").data["count"] == 4


def test_the_same_sheet_again_changes_nothing(sheet):
    units_import(rows=sheet(UNITS), actor="测试")
    events = Event.objects.count()

    assert units_import(rows=sheet(UNITS), actor="测试") == 0
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        pytest.param(
            ("T1", "别的", "党支部", "", "T", "", "2016-01-01"), "A7（代码）", id="code twice"
        ),
        pytest.param(
            ("T2", "二村", "支委会", "", "T", "", "2016-01-01"), "C7（类别）", id="unknown kind"
        ),
        pytest.param(
            ("T2", "二村", "党支部", "", "无此党委", "", "2016-01-01"),
            "E7（上级）",
            id="unknown parent",
        ),
        pytest.param(("T2", "二村", "党支部", "", "T", "", "去年"), "G7（成立日期）", id="no date"),
        pytest.param(
            ("T2", "二村", "党支部", "", "T", "", ""), "G7（成立日期）", id="no founding day"
        ),
        pytest.param(
            ("T2", "二村", "党支部", "", "T", "", "2016-01-01", "2015-01-01"),
            "H7（撤销日期）",
            id="ends first",
        ),
        pytest.param(("T2", "", "党支部", "", "T", "", "2016-01-01"), "B7（名称）", id="no name"),
        pytest.param(("T2", "二村", "党支部", "", "T2", "", "2016-01-01"), "E7（上级）", id="ring"),
    ],
)
def test_one_wrong_cell_stops_the_sheet_and_is_named(sheet, line, cell):
    rows = with_line(UNITS, line)
    rows = (rows[0], tuple(str(h).replace(" ", "") for h in rows[1]), *rows[2:])
    with pytest.raises(SheetRefused) as refused:
        units_import(rows=sheet(rows), actor="测试")

    assert any(error.startswith(cell) for error in refused.value.errors), refused.value.errors
    assert not Unit.objects.exists()
    assert not Event.objects.exists()


def test_a_text_file_named_xlsx_is_refused_in_words(tmp_path):
    path = tmp_path / "假.xlsx"
    path.write_text("不是表格")
    with pytest.raises(SheetRefused, match="另存为"):
        units_import(rows=path, actor="测试")


def test_a_sheet_without_the_headings_names_them(sheet):
    with pytest.raises(SheetRefused, match="代码、名称"):
        units_import(rows=sheet((("甲", "乙"),)), actor="测试")


def test_posts_find_or_make_their_people(sheet):
    units_import(rows=sheet(UNITS), actor="测试")

    assert posts_import(rows=sheet(POSTS), actor="测试") == 2
    assert posts_import(rows=sheet(POSTS), actor="测试") == 0
    assert {p.person.name: p.code for p in Post.objects.all()} == {
        "王小明": "secretary",
        "李小红": "org_member",
    }
    assert Person.objects.count() == 2


def test_a_name_known_only_elsewhere_is_asked_about_not_guessed(sheet):
    units_import(rows=sheet(UNITS), actor="测试")
    make_person("王小明")
    with pytest.raises(SheetRefused, match=r"B2（姓名）.+身份证号"):
        posts_import(rows=sheet(POSTS), actor="测试")

    assert not Post.objects.exists()


def test_an_identity_number_of_another_name_is_refused(sheet):
    units_import(rows=sheet(UNITS), actor="测试")
    make_person("赵小刚", id_number="11010119900101123X")
    rows = (*POSTS, ("T1", "王小明", "11010119900101123x", "secretary", "", "2020-01-01", ""))
    with pytest.raises(SheetRefused, match="赵小刚"):
        posts_import(rows=sheet(rows), actor="测试")


def test_the_command_line_imports_too(sheet):
    call_command("import", "units", str(sheet(UNITS)))
    call_command("import", "posts", str(sheet(POSTS)))

    assert (Unit.objects.count(), Post.objects.count()) == (4, 2)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2020.07", date(2020, 7, 1)),
        ("2020年7月1日", date(2020, 7, 1)),
        ("２０２０－０７－０１", date(2020, 7, 1)),
        ("20200701", date(2020, 7, 1)),
        (20200701.0, date(2020, 7, 1)),
        (44013, date(2020, 7, 1)),
        ("2020-13-01", None),
        ("不详", None),
    ],
)
def test_days_as_people_write_them(written, day):
    assert day_read(written) == day
