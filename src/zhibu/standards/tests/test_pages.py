"""Pages: why each point was lost, who sees whom, and that everything works without JavaScript."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.shared import clock
from zhibu.standards import services
from zhibu.standards.models import Exemption, Finding
from zhibu.standards.selectors import next_actions, unit_findings, unit_grid, unit_score
from zhibu.standards.selectors.heat import HeatColumn, heat_cell
from zhibu.standards.tests.factories import (
    committee_make,
    pack_make,
    sitting_row,
    unit_make,
    unit_place,
    user_make,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 10)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def today():
    with clock.fixed(DAY):
        yield


@pytest.fixture
def committee():
    pack_make()
    return committee_make()


@pytest.fixture
def branch(committee):
    branch = unit_make(committee)
    for month in (2, 8):
        sitting_row(branch, "branch_assembly", date(2025, month, 10), title="学习贯彻")
    sitting_row(
        branch, "branch_assembly", date(2025, 5, 10), convener="administration", is_late=True
    )
    services.units_judge(unit_ids=[branch.pk], day=DAY)
    return branch


@pytest.fixture
def secretary(branch):
    return user_make(branch)


def page(client, name, *args, **asked):
    response = client.get(reverse(f"standards:{name}", args=args), asked)
    return response, response.content.decode()


def test_the_finding_page_names_rule_numbers_records_reasons_and_the_form(
    client, branch, secretary
):
    client.force_login(secretary)

    response, text = page(client, "finding", branch.pk, "sample", "assembly_quarterly")

    assert response.status_code == 200
    assert "部分满足" in text and "失 1 分（共 4 分）" in text
    assert "第十一条" in text
    assert "2季度" in text
    assert "召集主体不符" in text
    assert "看原因并更正" in text
    assert "未开展" not in text


def test_a_record_of_the_branch_is_linked_to_its_page(client, branch, secretary):
    client.force_login(secretary)

    _response, text = page(client, "finding", branch.pk, "sample", "assembly_quarterly")

    for sitting in range(3):
        assert "/meetings/" in text, sitting


@pytest.mark.parametrize("name", ["unit", "heatmap", "runs"])
def test_a_branch_user_finds_nothing_of_another_branch_or_of_the_committee(
    client, branch, committee, secretary, name
):
    other = unit_make(committee)
    client.force_login(secretary)

    assert page(client, name, other.pk)[0].status_code == 404
    assert page(client, name, committee.pk)[0].status_code == 404
    assert page(client, "finding", other.pk, "sample", "assembly_quarterly")[0].status_code == 404


@pytest.mark.parametrize("clause", ["no_such_clause", "plan-by-march"])
def test_a_clause_that_does_not_exist_is_not_found(client, branch, secretary, clause):
    client.force_login(secretary)
    assert page(client, "finding", branch.pk, "sample", clause)[0].status_code == 404
    assert (
        page(client, "finding", branch.pk, "no-standard", "assembly_quarterly")[0].status_code
        == 404
    )


def test_the_unit_page_prints_the_total_with_its_coverage_and_three_views(
    client, branch, secretary
):
    client.force_login(secretary)

    _response, text = page(client, "unit", branch.pk)

    assert "已评 14 分，得 4.5 分；4 分未评，2 分未到期。" in text
    assert "抓什么" in text and "建哪些" in text and "改哪里" in text
    assert "示例" in text
    _response, failed = page(client, "unit", branch.pk, show="failed")
    assert "党员大会每季度一次" in failed and "群众评价" not in failed
    _response, still = page(client, "unit", branch.pk, show="open")
    assert "群众评价" in still and "党员大会每季度一次" not in still


def test_a_filter_gives_the_fragment_to_htmx_and_the_page_to_a_plain_link(
    client, branch, secretary
):
    client.force_login(secretary)
    url = reverse("standards:unit", args=[branch.pk])

    assert "<html" in client.get(url).content.decode()
    assert "<html" not in client.get(url, **HTMX).content.decode()
    assert (
        "<html" in client.get(url, **HTMX, HTTP_HX_HISTORY_RESTORE_REQUEST="true").content.decode()
    )


def test_the_panorama_shows_branch_by_item_and_can_be_read_without_colour(
    client, branch, committee
):
    client.force_login(user_make(committee, role="township"))

    response, text = page(client, "heatmap", committee.pk)

    assert response.status_code == 200
    assert branch.name in text
    assert "4.5/10" in text and "0/4*" in text
    assert "完成率" in text and "及时率" in text and "内容完整率" in text
    assert "第10百分位" in text
    _response, clauses = page(client, "heatmap", committee.pk, by="clause")
    assert ">?<" in clauses and ">…<" in clauses


def test_what_is_only_counted_has_its_own_mark_and_is_not_called_unjudged():
    column = HeatColumn("i", "统计", "", 0, ("a", "b"))
    counted = ("not_assessed", 0, 0, 3, 4, "statistic")
    cell = heat_cell(column, {"a": counted})
    assert (cell.level, cell.text) == ("statistic", "计")
    met = ("met", 100, 100, 1, 1, "")
    assert heat_cell(column, {"a": counted, "b": met}).text == "1"


def test_the_panorama_is_filtered_sorted_and_exported(client, branch, committee):
    village = unit_make(committee, sector="village", name="示例村党支部")
    services.units_judge(unit_ids=[village.pk], day=DAY)
    client.force_login(user_make(committee, role="county"))

    _response, text = page(client, "heatmap", committee.pk, sector="village")
    assert village.name in text and branch.name not in text
    _response, text = page(client, "heatmap", committee.pk, sort="score")
    assert text.index(f"/unit/{village.pk}/?") < text.index(f"/unit/{branch.pk}/?")
    _response, text = page(client, "heatmap", committee.pk, sort="-score")
    assert text.index(f"/unit/{branch.pk}/?") < text.index(f"/unit/{village.pk}/?")

    response = client.get(reverse("standards:heatmap", args=[committee.pk]), {"export": "xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    assert [row[1] for row in rows[2:]] == [branch.name, village.name]


def test_last_year_is_shown_with_last_years_tree(client, committee):
    other = committee_make(code="OTHER")
    moved = unit_make(name="示例迁移党支部")
    unit_place(moved, other, date(2015, 1, 1), date(2024, 12, 31))
    unit_place(moved, committee, date(2025, 1, 1))
    services.units_judge(unit_ids=[moved.pk], day=DAY)
    user = user_make(committee, role="county")
    user.grants.create(unit=other, role="county", from_on=date(2015, 1, 1))
    client.force_login(user)

    assert moved.name in page(client, "heatmap", committee.pk)[1]
    assert moved.name in page(client, "heatmap", other.pk, year=2024)[1]
    assert moved.name not in page(client, "heatmap", committee.pk, year=2024)[1]


def test_the_same_page_asks_the_same_number_of_questions_for_one_branch_or_ten(
    client, branch, committee, django_assert_max_num_queries
):
    units = [unit_make(committee) for _ in range(10)]
    services.units_judge(unit_ids=[unit.pk for unit in units], day=DAY)
    client.force_login(user_make(committee, role="county"))

    with django_assert_max_num_queries(25):
        page(client, "heatmap", committee.pk)


def test_the_selectors_ask_few_questions(branch, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        score = unit_score(branch, "sample", 2025)
    with django_assert_max_num_queries(2):
        unit_findings(branch, "sample", 2025)
    with django_assert_max_num_queries(3):
        next_actions(branch, DAY)
    with django_assert_max_num_queries(4):
        unit_grid(branch, 2025, DAY)
    assert score.coverage_sentence == "已评 14 分，得 4.5 分；4 分未评，2 分未到期"


def test_the_next_actions_have_most_points_at_stake_first_and_lead_to_the_form(branch):
    actions = next_actions(branch, DAY)

    assert [(a.title, a.points_at_stake) for a in actions] == [
        ("补录1月、2月、3月等 9 个期间的支委会", 450),
        ("年度计划", 400),
        ("更正 1 条没有计入的党员大会", 100),
    ]
    assert all(a.url and a.button and a.why for a in actions)
    assert "kind=committee_meeting" in actions[0].url


def test_a_missing_month_opens_the_form_on_a_day_of_it_and_an_uncounted_record_leads_to_its_reason(
    branch,
):
    monthly, _plan, quarterly = next_actions(branch, DAY)

    assert "day=2025-01-31" in monthly.url and monthly.button == "补录1月这一次"
    assert "最迟 10 月 31 日" in monthly.why and monthly.until is None
    assert quarterly.url == quarterly.finding_url and quarterly.button == "看原因并更正"


def test_only_who_may_write_is_offered_the_forms(client, branch, committee, secretary):
    args = "finding", branch.pk, "sample", "assembly_quarterly"
    client.force_login(secretary)
    _response, text = page(client, *args)
    assert 'href="#rejected"' in text and "/correct/" in text

    client.force_login(user_make(branch, role="member"))
    _response, text = page(client, *args)
    assert "由书记或记录员录入" in text
    assert "/new/" not in text and "/correct/" not in text


def test_the_finding_page_says_how_many_periods_are_over_and_what_waits(client, branch, secretary):
    sitting_row(branch, "branch_assembly", date(2025, 10, 9))
    client.force_login(secretary)

    _response, text = page(client, "finding", branch.pk, "sample", "assembly_quarterly")

    assert "已到期 3 个季度。" in text and "没有到期的期间已有 1 次，到期后计入。" in text


def test_what_is_not_due_becomes_an_action_when_its_last_day_is_near(branch):
    services.units_judge(unit_ids=[branch.pk], day=date(2025, 12, 1))

    titles = {a.title: a for a in next_actions(branch, date(2025, 12, 1), limit=9)}

    assert titles["组织生活会每年一次"].until == date(2025, 12, 31)


def test_the_grid_tells_recorded_due_not_yet_and_not_required_apart(branch):
    rows = {row.title: row for row in unit_grid(branch, 2025, DAY)}

    states = [cell.state for cell in rows["党员大会"].cells]
    assert [states[month - 1] for month in (1, 2, 5, 8, 12)] == [
        "not_required",
        "recorded",
        "uncounted",
        "recorded",
        "not_yet",
    ]
    assert [cell.state for cell in rows["支委会"].cells] == ["due"] * 9 + ["not_yet"] * 3
    assert rows["年度工作计划"].cells[2].state == "due"
    assert rows["党员大会"].cells[4].late == 1


def test_the_grid_says_of_a_recorded_sitting_that_it_was_not_counted_and_leads_to_the_reason(
    branch,
):
    sitting_row(branch, "committee_meeting", date(2025, 3, 5), convener="administration")
    services.units_judge(unit_ids=[branch.pk], day=DAY)

    row = next(row for row in unit_grid(branch, 2025, DAY) if row.title == "支委会")

    assert (row.cells[2].state, row.cells[2].count) == ("uncounted", 1)
    assert "/sample/" in row.cells[2].url
    assert row.cells[3].state == "due"


def test_who_judges_from_above_may_exempt_and_it_is_in_the_log(
    client, branch, committee, secretary
):
    url = reverse("standards:exempt", args=[branch.pk, "sample", "plan_by_march"])
    asked = {"reason": "机构改革", "from_on": "2025-01-01", "to_on": "2025-12-31"}
    client.force_login(secretary)
    assert client.post(url, asked).status_code == 403
    assert not Exemption.objects.exists()

    client.force_login(user_make(committee, role="township"))
    assert client.post(url, {**asked, "reason": ""}).status_code == 422
    assert client.post(url, asked).status_code == 302

    assert Finding.objects.get(unit=branch, clause="plan_by_march").verdict == "not_applicable"
    assert Event.objects.filter(action="standards.exempted").count() == 1
    assert "机构改革" in page(client, "finding", branch.pk, "sample", "plan_by_march")[1]
