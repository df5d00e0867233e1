"""The sheets of organisation and posts, taken in through the pages, from the empty sheets handed out there."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.organization.models import Person, Post, Unit
from zhibu.organization.tests.factories import County, make_user
from zhibu.packs.services import builtin_packs, pack_install

pytestmark = pytest.mark.django_db
UNITS = [("C", "某县委", "党委", "2015-01-01"), ("C1", "某支部", "党支部", "2016-03-01")]


@pytest.fixture
def packs():
    for folder in builtin_packs():
        pack_install(path=folder, actor="测试")


@pytest.fixture
def root(client):
    user = make_user("root", is_installer=True)
    client.force_login(user)
    return user


def blank(client, kind):
    answer = client.get(reverse(f"organization:{kind}_template"))
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def filled(book, lines):
    """The empty sheet with these lines, each by heading."""
    page = book.worksheets[0]
    places = {cell.value: cell.column for cell in page[1]}
    for number, line in enumerate(lines, 2):
        for heading, value in line.items():
            page.cell(number, places[heading], value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(client, kind, data, name="表.xlsx"):
    return client.post(
        reverse(f"organization:{kind}_new"), {"file": SimpleUploadedFile(name, data)}
    )


def unit_lines(*extra):
    headings = ("代码", "名称", "类别", "成立日期", "上级")
    lines = [
        dict(zip(headings, (*line, "C" if line[0] != "C" else ""), strict=True)) for line in UNITS
    ]
    return [*lines, *extra]


def test_the_empty_sheet_filled_in_brings_the_whole_organisation(client, root):
    book = blank(client, "units")
    lists = {
        str(one.sqref).split(":")[0][:1]
        for one in book.worksheets[0].data_validations.dataValidation
    }
    assert lists == {"C", "G", "K"}
    answer = send(client, "units", filled(book, unit_lines()))

    assert answer.status_code == 302
    assert set(Unit.objects.values_list("code", "kind")) == {("C", "committee"), ("C1", "branch")}
    assert Event.objects.filter(action="organization.units_imported", actor="root").count() == 1
    again = send(client, "units", filled(blank(client, "units"), unit_lines()))
    assert again.status_code == 302
    assert Unit.objects.count() == 2


def test_mistakes_are_listed_by_cell_and_nothing_is_written(client, root):
    wrong = {"代码": "C2", "名称": "乙支部", "类别": "支委会", "成立日期": "去年", "上级": "没有的"}
    answer = send(client, "units", filled(blank(client, "units"), unit_lines(wrong)))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "没有导入任何一行" in page
    assert "C4（类别）：不认识“支委会”" in page
    assert "D4（成立日期）：“去年”不是日期" in page
    assert not Unit.objects.exists()
    assert not Event.objects.filter(action="organization.units_imported").exists()


def test_a_file_that_is_no_sheet_is_refused_with_a_sentence(client, root):
    for data in (b"name,code\n", b"PK\x03\x04broken"):
        answer = send(client, "units", data)
        assert answer.status_code == 422
        assert "另存" in answer.content.decode()
    assert send(client, "units", b"").status_code == 422
    assert client.post(reverse("organization:units_new")).status_code == 422


def test_posts_come_from_the_sheet_with_their_titles_to_choose_from(client, root, packs, county):
    book = blank(client, "posts")
    choices = [cell.value for cell in book["可选项"]["B"]]
    assert "党支部书记" in choices
    line = {
        "组织": county.one.name,
        "姓名": "周小文",
        "职务": "党支部书记",
        "任职日期": "2024-05-01",
    }
    assert send(client, "posts", filled(book, [line])).status_code == 302

    post = Post.objects.get()
    assert (post.person.name, post.unit, post.code) == ("周小文", county.one, "secretary")
    bad = send(
        client, "posts", filled(blank(client, "posts"), [{**line, "姓名": "新人", "职务": "站长"}])
    )
    assert bad.status_code == 422
    assert "C2（职务）" in bad.content.decode()
    assert not Person.objects.filter(name="新人").exists()


def test_who_manages_one_township_brings_nothing_into_another(client, packs, county):
    client.force_login(make_user("clerk", ("administrator", county.east)))
    inside = {
        "代码": "E9",
        "名称": "新支部",
        "类别": "党支部",
        "成立日期": "2025-01-01",
        "上级": "E",
    }
    names = {cell.value for cell in blank(client, "posts")["可选项"]["A"]}
    assert county.one.name in names
    assert county.far.name not in names
    assert send(client, "units", filled(blank(client, "units"), [inside])).status_code == 302
    outside = {**inside, "代码": "W9", "上级": "W"}
    refused = send(client, "units", filled(blank(client, "units"), [outside]))
    assert refused.status_code == 422
    assert "不归您管理" in refused.content.decode()
    away = {
        "组织": county.far.name,
        "姓名": "周小文",
        "职务": "党支部书记",
        "任职日期": "2024-05-01",
    }
    assert send(client, "posts", filled(blank(client, "posts"), [away])).status_code == 422
    assert set(Unit.objects.filter(code__endswith="9").values_list("code", flat=True)) == {"E9"}
    assert not Person.objects.exists()


@pytest.mark.parametrize("name", ["units_new", "units_template", "posts_new", "posts_template"])
def test_others_do_not_find_the_page_nor_its_link(client, county, name):
    client.force_login(make_user("secretary", ("secretary", county.one)))
    address = reverse(f"organization:{name}")
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("organization:tree")).content.decode()


def test_a_large_tree_is_folded_and_searched(client, root, county, monkeypatch):
    monkeypatch.setattr("zhibu.organization.pages.UNFOLDED", 3)
    page = client.get(reverse("organization:tree")).content.decode()
    assert page.count("<details open>") == 1
    assert page.count("<details>") == 1 + 1  # 甲镇 and 乙镇; 工委 has nothing below it
    found = client.get(reverse("organization:tree"), {"q": "一村"}).content.decode()
    assert county.one.name in found
    assert county.two.name not in found
    assert "某县委 / 甲镇党委" in found
    assert "没有找到" in client.get(reverse("organization:tree"), {"q": "没有的"}).content.decode()


def test_a_group_is_not_in_the_tree_and_its_branch_counts_once(client, root):
    from zhibu.organization import selectors

    county = County()
    (top,) = selectors.tree_roots(root, date(2026, 6, 1))
    nodes = list(top.walk())
    assert top.branches == 3
    assert county.group not in [node.unit for node in nodes]
