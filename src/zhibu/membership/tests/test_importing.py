"""The official sheet, unchanged, in the ways offices fill it in."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest

from zhibu.audit.models import Event
from zhibu.jobs import services
from zhibu.jobs.models import Import
from zhibu.membership.models import Member, Membership
from zhibu.membership.services import members_export
from zhibu.membership.tests.factories import (
    id_number,
    make_member,
    official,
    problems_of,
    read,
    row,
    rows_of,
    take,
    write,
)
from zhibu.organization.models import Person, SensitiveView
from zhibu.organization.services.people import ID_PURPOSE
from zhibu.shared.secrets import blind_index

pytestmark = pytest.mark.django_db


def test_the_official_layout_goes_in_as_it_is(county, clerk, day):
    made = read(official([row(1), row(2, name="李 梅", unit="E2")]), clerk)

    assert (made.state, made.counts["new"], made.counts["error"]) == ("previewed", 2, 0)
    assert made.counts["ignored"] == []
    assert not Person.objects.filter(name="王小明").exists()

    made = write(made, clerk)

    assert made.state == "committed"
    man, woman = Member.objects.order_by("pk")
    assert (man.person.name, man.ethnicity, man.education, man.job) == ("王小明", "01", "21", "011")
    assert (man.joined_on, man.full_on, man.person.sex) == (
        date(2005, 7, 1),
        date(2006, 7, 1),
        "male",
    )
    assert man.person.id_index == blind_index(id_number(serial=1), ID_PURPOSE)
    assert woman.person.name == "李梅"
    assert [m.unit.code for m in Membership.objects.order_by("pk")] == ["E1", "E2"]
    assert Event.objects.filter(action="jobs.imported").count() == 1


def test_private_numbers_lie_nowhere_in_plain(county, clerk, settings):
    take(
        official(
            [row(1, landline="0310-1234567")],
        ),
        clerk,
    )

    person = Person.objects.get(name="王小明")
    for plain in (id_number(serial=1), "13800000001", "0310-1234567"):
        assert plain.encode() not in bytes(person.id_cipher) + bytes(person.phone_cipher)
        assert plain.encode() not in bytes(person.member.landline_cipher)
        for path in (settings.DATA_DIR / "blobs").rglob("*"):
            assert path.is_dir() or plain.encode() not in path.read_bytes()
    assert id_number(serial=1) not in str(list(Event.objects.values_list("data", flat=True)))


@pytest.mark.parametrize(
    ("key", "value", "field", "kept"),
    [
        ("ethnicity", "01汉族", "ethnicity", "01"),
        ("ethnicity", "汉族", "ethnicity", "01"),
        ("ethnicity", "汉", "ethnicity", "01"),
        ("ethnicity", "01", "ethnicity", "01"),
        ("ethnicity", 1, "ethnicity", "01"),
        ("ethnicity", " ０１ 汉族 ", "ethnicity", "01"),
        ("education", "1A 中央党校研究生", "education", "1A"),
        ("education", "1a中央党校研究生", "education", "1A"),
        ("education", "中央党校研究生", "education", "1A"),
        ("education", 21, "education", "21"),
        ("job", 11, "job", "11"),
        ("job", "农牧渔业生产人员", "job", "11"),
        ("joined", "2005/7/1", "joined_on", date(2005, 7, 1)),
        ("joined", "2005年7月1日", "joined_on", date(2005, 7, 1)),
        ("joined", "２００５．０７．０１", "joined_on", date(2005, 7, 1)),
        ("joined", 20050701, "joined_on", date(2005, 7, 1)),
        ("joined", 38534, "joined_on", date(2005, 7, 1)),
        ("joined", datetime.fromisoformat("2005-07-01"), "joined_on", date(2005, 7, 1)),
        ("lost_on", 2020.07, "lost_on", "2020-07"),
        ("lost_on", "2020.07", "lost_on", "2020-07"),
        ("lost_on", "2020年7月", "lost_on", "2020-07"),
        ("category", "正式", "category", "full"),
        ("status", "", "status", "normal"),
        ("lost", "", "is_lost", False),
    ],
)
def test_cells_are_read_as_people_type_them(county, clerk, key, value, field, kept):
    made = take(official([row(1, **{key: value})]), clerk)

    assert made.state == "committed", problems_of(made)
    assert getattr(Member.objects.get(), field) == kept


def test_small_x_and_full_width_digits_are_one_number(county, clerk):
    serial = next(n for n in range(1, 999, 2) if id_number(serial=n).endswith("X"))
    number = id_number(serial=serial)
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in number.lower())
    take(official([row(1, identity=full_width)]), clerk)

    assert Person.objects.get(name="王小明").id_index == blind_index(number, ID_PURPOSE)


BAD = [
    (
        "identity",
        id_number(serial=1)[:-1] + ("0" if id_number(serial=1)[-1] != "0" else "1"),
        "D5",
        "校验位",
    ),
    ("identity", float(id_number(serial=1)[:17] + "0"), "D5", "被 Excel 改坏"),
    ("identity", "1.399011980010E+17", "D5", "科学计数"),
    ("identity", "139901800101001", "D5", "15 位旧身份证号"),
    ("identity", "13990119800101001", "D5", "17 位"),
    ("identity", "009901198001010017", "D5", "省级代码"),
    ("identity", "139901198013010017", "D5", "不是出生日期"),
    ("born", "1981-01-01", "G5", "与身份证号中的 1980-01-01 不一致"),
    ("sex", "女", "E5", "第 17 位不一致"),
    ("joined", "1997-12-31", "J5", "未满 18 周岁"),
    ("joined", "2030-01-01", "J5", "还没有到"),
    ("joined", "2005.07", "J5", "例如 2005-07-01"),
    ("joined", 2005.1, "J5", "可能是 1 月，也可能是 10 月"),
    ("joined", "2005-02-30", "J5", "日历上没有"),
    ("joined", "不详", "J5", "不是日期"),
    ("joined", "", "J5", "没有填加入党组织日期"),
    ("full", "2004-01-01", "K5", "早于"),
    ("full", "2005-07-01", "K5", "同一天"),
    ("category", "积极分子", "I5", "人员类别里没有"),
    ("category", "", "I5", "没有填人员类别"),
    ("education", "硕士研究", "H5", "是不是“硕士研究生”"),
    ("ethnicity", "03 汉族", "F5", "民族里没有"),
    ("mobile", "1380000", "M5", "11 位"),
    ("lost", "也许", "P5", "请填“是”或“否”"),
    ("unit", "甲镇一村支部", "C5", "是不是“甲镇一村党支部"),
    ("unit", "不存在的支部", "C5", "没有叫"),
    ("unit", "", "C5", "没有填所在党支部"),
    ("name", "", "B5", "没有填姓名"),
]


@pytest.mark.parametrize(("key", "value", "cell", "sentence"), BAD)
def test_a_bad_cell_is_named_with_its_address_and_what_to_do(
    county, clerk, key, value, cell, sentence
):
    made = read(official([row(1, **{key: value}), row(2, name="赵好")]), clerk)

    assert made.counts["error"] == 1
    assert sentence in problems_of(made)[cell]
    assert problems_of(made)[cell].endswith("。")

    write(made, clerk)
    assert [p.name for p in Person.objects.all()] == ["赵好"]


def test_the_years_without_probation_may_have_one_day_for_both(county, clerk):
    made = read(
        official([row(1, born_day=date(1950, 1, 1), joined="1972-05-01", full="1972-05-01")]), clerk
    )

    assert made.counts["new"] == 1


def test_a_joining_day_to_come_is_told_once(county, clerk):
    assert set(problems_of(read(official([row(1, joined="2031-07-01")]), clerk))) == {"J5"}


def test_two_people_with_one_number_are_both_refused(county, clerk):
    made = read(official([row(1), row(1, name="张三"), row(2)]), clerk)

    assert made.counts["error"] == 2
    assert "第 6 行相同" in problems_of(made)["D5"]
    assert "第 5 行相同" in problems_of(made)["D6"]


def test_a_known_number_under_another_name_is_asked(county, clerk):
    take(official([row(1)]), clerk)

    made = read(official([row(1, name="王晓明")]), clerk)
    (asked,) = rows_of(made)
    assert asked.state == "ask" and "王小明" in asked.question

    services.import_answer(import_id=made.pk, answers={5: asked.choices[0].key}, actor=clerk)
    made = services.import_read(import_id=made.pk)
    (renamed,) = rows_of(made)
    assert [(c.field, c.old, c.new) for c in renamed.changes] == [("姓名", "王小明", "王晓明")]


def test_without_a_number_a_namesake_is_asked_never_guessed(county, clerk):
    make_member(county.one, "王小明")
    far = make_member(county.far, "王小明")

    made = read(official([row(1, identity="")]), clerk)
    (asked,) = rows_of(made)

    assert asked.state == "ask"
    assert f"person:{far.pk}" not in {choice.key for choice in asked.choices}, (
        "乙镇 is not 甲镇's to see"
    )
    assert [choice.key for choice in asked.choices][1:] == ["new", "skip"]

    services.import_answer(import_id=made.pk, answers={5: "new"}, actor=clerk)
    made = write(services.import_read(import_id=made.pk), clerk)
    assert Person.objects.filter(name="王小明").count() == 3, "the new one is kept apart"


def test_namesakes_without_numbers_in_one_sheet_are_asked(county, clerk):
    made = read(official([row(1, identity=""), row(3, identity="")]), clerk)

    assert made.counts["ask"] == 2


def test_an_unanswered_question_is_not_written(county, clerk):
    make_member(county.one, "王小明")
    made = read(official([row(1, identity=""), row(2, name="赵好")]), clerk)
    write(made, clerk)

    assert Person.objects.filter(name="王小明").count() == 1
    assert Person.objects.filter(name="赵好").exists()


def test_people_without_a_phone_are_kept(county, clerk):
    take(official([row(1, mobile="")]), clerk)

    assert Person.objects.get(name="王小明").phone_cipher is None


def test_another_branch_is_a_transfer_from_the_day_of_the_import(county, clerk, day):
    take(official([row(1)]), clerk)

    made = read(official([row(1, unit="甲镇二村党支部")]), clerk)
    (moved,) = rows_of(made)
    assert [(c.field, c.new) for c in moved.changes] == [
        ("所在党支部", "甲镇二村党支部（自 2026-06-15 起）")
    ]
    write(made, clerk)

    old, new = Membership.objects.order_by("pk")
    assert (old.unit, old.to_on, old.end_reason) == (county.one, date(2026, 6, 14), "transferred")
    assert (new.unit, new.from_on, new.to_on) == (county.two, day, None)


def test_a_branch_outside_ones_own_is_unknown(county, clerk):
    made = read(official([row(1, unit="乙镇一村党支部")]), clerk)

    assert made.counts["error"] == 1


def test_a_member_of_others_cannot_be_pulled_over(county, clerk):
    make_member(county.far, "王小明", id_number=id_number(serial=1))

    made = read(official([row(1)]), clerk)

    assert "管理范围以外" in problems_of(made)["D5"]
    assert "乙镇" not in str(problems_of(made))


def test_the_same_sheet_again_changes_nothing(county, clerk):
    data = official([row(1), row(2, name="李梅", mobile="", landline="0310-1234567")])
    take(data, clerk)

    made = read(data, clerk)

    assert made.counts["unchanged"] == 2


def _export(clerk, unit, full):
    rows = list(
        Membership.objects.filter(to_on__isnull=True).select_related("member__person", "unit")
    )
    return members_export(
        unit=unit, memberships=rows, full=full, purpose="核对档案" if full else "", actor=clerk
    )


@pytest.mark.parametrize("full", [True, False])
def test_export_change_one_cell_import_shows_one_difference(county, clerk, full):
    take(
        official([row(1), row(2, name="李梅", landline="0310-1234567"), row(3, name="孙立")]), clerk
    )
    book = openpyxl.load_workbook(io.BytesIO(_export(clerk, county.east, full)))
    page = book["党员基本信息汇总表"]
    assert page["L6"].value.startswith("011")
    page["L6"] = "502 退休人员"
    changed = io.BytesIO()
    book.save(changed)

    made = read(changed.getvalue(), clerk)

    assert (made.counts["changed"], made.counts["unchanged"], made.counts["error"]) == (1, 2, 0)
    changes = [change for one in rows_of(made) for change in one.changes]
    assert [(c.field, c.old, c.new) for c in changes] == [
        ("工作岗位", "011 公务员", "502 退休人员")
    ]


def test_a_masked_sheet_never_overwrites_numbers(county, clerk):
    take(official([row(1)]), clerk)
    before = Person.objects.values_list("id_cipher", "phone_cipher").get()

    made = read(_export(clerk, county.east, False), clerk)

    assert made.counts["unchanged"] == 1
    assert Person.objects.values_list("id_cipher", "phone_cipher").get() == before


def test_a_masked_phone_that_fits_nobody_is_refused(county, clerk):
    take(official([row(1)]), clerk)

    made = read(official([row(1, mobile="139****9999")]), clerk)

    assert "打码" in problems_of(made)["M5"]


def test_a_full_export_needs_a_purpose_and_is_logged_for_each_member(county, clerk):
    take(official([row(1)]), clerk)
    data = _export(clerk, county.east, True)

    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert page["D5"].value == id_number(serial=1)
    assert page["C3"].value == "所在党支部" and page["M4"].value == "手机号"
    assert "M3:N3" in {str(r) for r in page.merged_cells.ranges}
    assert SensitiveView.objects.filter(purpose="核对档案").count() == 1
    assert Event.objects.filter(action="membership.exported").count() == 1


def test_rows_with_errors_come_back_as_a_sheet_that_can_be_mended(county, clerk):
    from zhibu.jobs.mending import mend_sheet

    made = read(official([row(1), row(2, name="李梅", born="1981-01-01")]), clerk)
    write(made, clerk)
    book = openpyxl.load_workbook(io.BytesIO(mend_sheet(made=made, actor=clerk)))
    page = book.worksheets[0]
    assert [page["B5"].value, page["T3"].value] == ["李梅", "错误说明"]
    assert "G6" in page["T5"].value
    page["G5"] = "1980-01-01"
    again = io.BytesIO()
    book.save(again)

    made = take(again.getvalue(), clerk)

    assert made.state == "committed"
    assert Person.objects.filter(name="李梅").exists()


def test_a_branchs_own_sheet_need_not_name_the_branch(county, clerk):
    made = read(official([row(1, unit="")]), clerk, unit="E1")

    assert made.counts["new"] == 1


def test_nothing_but_the_import_is_written_before_the_yes(county, clerk):
    read(official([row(1)]), clerk)

    assert Import.objects.count() == 1
    assert not Member.objects.exists() and not Membership.objects.exists()
