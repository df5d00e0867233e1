"""评判说明 in Word and Excel, and 还差什么 on the page: the same reasons, the forms, who may see them."""

from __future__ import annotations

import io
from datetime import date

import docx
import openpyxl
import pytest
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.shared import clock
from zhibu.standards import services
from zhibu.standards.models import Score
from zhibu.standards.selectors.gap import unit_gap
from zhibu.standards.tests.factories import (
    committee_make,
    pack_make,
    sitting_row,
    unit_make,
    user_make,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 10)


@pytest.fixture(autouse=True)
def today():
    with clock.fixed(DAY):
        yield


def branch_make(version: str):
    pack_make(version)
    branch = unit_make(committee_make())
    for month in (2, 8):
        sitting_row(branch, "branch_assembly", date(2025, month, 10), title="学习贯彻")
    sitting_row(branch, "branch_assembly", date(2025, 5, 10), convener="administration")
    services.units_judge(unit_ids=[branch.pk], day=DAY)
    return branch


@pytest.fixture
def branch():
    """A standard without levels."""
    return branch_make("1")


@pytest.fixture
def levelled():
    """A standard with 示范 and 达标."""
    return branch_make("L1")


def paper(client, unit, form, clause=None):
    args = [unit.pk] if clause is None else [unit.pk, "sample", clause]
    url = reverse("standards:unit" if clause is None else "standards:finding", args=args)
    return client.get(url, {"export": form})


def words(response) -> str:
    found = docx.Document(io.BytesIO(response.content))
    cells = [c.text for table in found.tables for row in table.rows for c in row.cells]
    return "\n".join([*(one.text for one in found.paragraphs), *cells])


def test_the_word_file_of_a_unit_says_what_the_page_says(client, branch):
    client.force_login(user_make(branch))

    response = paper(client, branch, "docx")

    text = words(response)
    assert (
        "评判说明.docx" in response["Content-Disposition"]
        or "%E8%AF%84" in response["Content-Disposition"]
    )
    assert Score.objects.get().as_of == DAY and "2025年10月10日" in text
    assert "已评 14 分，得 4.5 分；4 分未评，2 分未到期。" in text
    assert "召集主体不符" in text and "接下来做什么" in text and "示例" in text


def test_the_workbook_of_a_unit_has_points_as_numbers_and_the_records_with_reasons(client, branch):
    client.force_login(user_make(branch))

    book = openpyxl.load_workbook(io.BytesIO(paper(client, branch, "xlsx").content))

    line = next(row for row in book["逐项"].values if row[4] == "党员大会每季度一次")
    assert line[5:9] == ("部分满足", 4, 3, 1)
    refused = [row for row in book["依据"].values if row[4] == "没有计入"]
    assert any("召集主体不符" in row[9] for row in refused)


def test_one_finding_as_a_file_holds_that_clause_alone(client, branch):
    client.force_login(user_make(branch))

    text = words(paper(client, branch, "docx", "assembly_quarterly"))
    book = openpyxl.load_workbook(
        io.BytesIO(paper(client, branch, "xlsx", "assembly_quarterly").content)
    )

    assert "党员大会每季度一次" in text and "2025-05-10" in text and "年度计划" not in text
    assert len(list(book["逐项"].values)) == 2


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_the_same_findings_give_the_same_bytes_and_every_download_is_in_the_log(
    client, branch, form
):
    client.force_login(user_make(branch))

    first, second = paper(client, branch, form), paper(client, branch, form)

    assert first.content == second.content
    assert Event.objects.filter(action="standards.exported").count() == 2


def test_whoever_may_not_see_the_unit_gets_no_file_and_leaves_no_trace(client, branch):
    client.force_login(user_make(unit_make()))

    for form, clause in (("docx", None), ("xlsx", "assembly_quarterly")):
        assert paper(client, branch, form, clause).status_code == 404
    client.force_login(user_make(branch))
    assert paper(client, branch, "docx", "no_such_clause").status_code == 404
    assert not Event.objects.filter(action="standards.exported").exists()


def gap_html(client, unit, **asked) -> str:
    text = client.get(reverse("standards:unit", args=[unit.pk]), asked).content.decode()
    _before, _id, rest = text.partition('id="gap"')
    return rest.partition('id="clauses"')[0]


def test_the_page_says_what_is_lacking_for_the_next_level_with_the_form_and_the_last_day(
    client, levelled
):
    client.force_login(user_make(levelled))

    text = gap_html(client, levelled)

    assert "达标还差什么" in text and "这是费力最少的办法" in text
    assert "形成年度工作计划并录入" in text and "/new/?kind=year_plan" in text
    assert "年内召开一次组织生活会；已召开的请补录" in text and "12 月 31 日以前" in text
    assert "kind=life_meeting&amp;day=2025-10-10" in text
    assert "4 分未评，没有算在内：群众评价。" in text


def test_the_promised_level_is_the_level_once_the_acts_are_done(levelled):
    """The acts that the page names are done in the database; the unit is judged on the last day."""
    secretary = user_make(levelled)
    found = unit_gap(levelled, "sample", DAY, secretary)
    assert found is not None and "达到“达标”" in found.summary

    for month in range(1, 13):
        sitting_row(levelled, "committee_meeting", date(2025, month, 3))
    for month in (4, 11):
        sitting_row(levelled, "branch_assembly", date(2025, month, 3))
    services.units_judge(unit_ids=[levelled.pk], day=date(2025, 12, 31))

    later = unit_gap(levelled, "sample", date(2025, 12, 31), secretary)
    assert later is not None and "达到“达标”" not in later.summary


def test_only_who_may_write_gets_buttons(client, levelled):
    client.force_login(user_make(levelled, role="member"))
    text = gap_html(client, levelled)
    assert "请补录" in text and "/new/" not in text


def test_a_standard_without_levels_asks_for_points_first(client, branch):
    client.force_login(user_make(branch))

    text = gap_html(client, branch)
    assert "想达到多少分" in text and "费力最少" not in text
    text = gap_html(client, branch, target="10")
    assert "达到 10 分。这是费力最少的办法。" in text and 'value="10"' in text
    text = gap_html(client, branch, target="19")
    assert "达不到 19 分" in text
    assert "想达到多少分" in gap_html(client, branch, target="甲")


def test_the_past_and_fragments_ask_nothing_of_the_gap(client, branch):
    client.force_login(user_make(branch))
    assert gap_html(client, branch, year=2024) == ""
    url = reverse("standards:unit", args=[branch.pk])
    assert 'id="gap"' not in client.get(url, HTTP_HX_REQUEST="true").content.decode()


def test_the_gap_asks_few_questions_of_the_database(levelled, django_assert_max_num_queries):
    secretary = user_make(levelled)
    unit_gap(levelled, "sample", DAY, secretary)
    with django_assert_max_num_queries(16):
        unit_gap(levelled, "sample", DAY, secretary)
