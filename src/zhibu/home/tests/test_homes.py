"""Homes at the door: what each reader sees, and what nobody sees of others."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.documents.services import document_create
from zhibu.home import figures
from zhibu.home.tests import factories
from zhibu.organization.models import RoleGrant, SensitiveView
from zhibu.organization.services import role_grant
from zhibu.shared.clock import fixed

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def today():
    with fixed(DAY):
        yield


@pytest.fixture
def world():
    return factories.world(DAY, members=12)


def page(client, user, name, *args, **query):
    client.force_login(user)
    response = client.get(reverse(name, args=args), query)
    return response, response.content.decode()


def test_the_first_page_leads_straight_to_where_one_works(client, world):
    assert page(client, world.clerk, "home:index")[0].url == reverse(
        "home:unit", args=[world.branch.pk]
    )
    assert page(client, world.staff, "home:index")[0].url == reverse(
        "home:unit", args=[world.committee.pk]
    )
    assert page(client, world.member, "home:index")[0].url == reverse("home:me")


def test_who_works_for_two_units_chooses(client, world):
    role_grant(
        user=world.clerk, unit=world.second, role=RoleGrant.Role.RECORDER, actor="测试", from_on=DAY
    )
    response, text = page(client, world.clerk, "home:index")
    assert response.status_code == 200
    assert str(world.branch) in text
    assert str(world.second) in text


def test_an_account_without_a_role_is_told_whom_to_ask(client, world):
    stranger = factories.account("stranger", "路人", None, "")
    response, text = page(client, stranger, "home:index")
    assert response.status_code == 200
    assert "请联系本单位的管理员" in text


def test_a_branch_sees_its_score_with_coverage_standard_and_three_next_things(client, world):
    response, text = page(client, world.clerk, "home:unit", world.branch.pk)
    assert response.status_code == 200
    shown = response.context["page"]
    assert shown.score.coverage_sentence in text
    assert shown.standard.label == "示例"
    assert "示例" in text
    assert "评判时间" in text
    assert 1 <= len(shown.actions) <= 3
    assert all(action.url in text.replace("&amp;", "&") for action in shown.actions)
    assert "未开展" not in text


def test_a_branch_page_names_no_other_branch(client, world):
    _response, text = page(client, world.clerk, "home:unit", world.branch.pk)
    for other in (world.second, world.empty):
        assert str(other) not in text
        assert other.name not in text


@pytest.mark.parametrize("which", ["second", "committee"])
def test_what_a_clerk_may_not_see_is_not_found(client, world, which):
    assert page(client, world.clerk, "home:unit", getattr(world, which).pk)[0].status_code == 404


def test_the_grid_says_in_words_what_its_marks_mean(client, world):
    response, text = page(client, world.clerk, "home:unit", world.branch.pk)
    rows = {line.title: line for line in response.context["page"].grid}
    marks = [cell.mark for cell in rows["支部委员会"].cells]
    assert marks[:8] == ["1补", "1补", "缺", "1补", "1补", "1补", "缺", "1补"]
    assert marks[8] == "待"
    assert "3月 支部委员会：系统内未见记录，去录入" in text


def test_a_new_record_moves_the_score_and_the_grid(client, world):
    before = page(client, world.clerk, "home:unit", world.branch.pk)[0].context["page"].score.earned
    factories.sitting(
        world.branch,
        world.people,
        date(2026, 7, 8),
        "committee_meeting",
        "七月工作",
        late="外出学习",
    )
    after = page(client, world.clerk, "home:unit", world.branch.pk)[0].context["page"]
    assert after.score.earned > before
    assert {line.title: line for line in after.grid}["支部委员会"].cells[6].look == "late"


def test_who_may_not_record_sees_what_is_next_without_a_button_to_press(client, world):
    response, text = page(client, world.member, "home:unit", world.branch.pk)
    assert response.context["page"].actions
    assert "由书记或记录员录入" in text and "看原因" in text
    assert reverse("meetings:new", args=[world.branch.pk]) not in text


def test_years_are_newest_first_and_none_before_the_first_record(client, world):
    response, _text = page(client, world.clerk, "home:unit", world.branch.pk)
    assert response.context["page"].years == (2026,)
    factories.sitting(
        world.branch, world.people, date(2025, 11, 8), "committee_meeting", "旧事", late="漏录"
    )
    response, text = page(client, world.clerk, "home:unit", world.branch.pk)
    assert response.context["page"].years == (2026, 2025)
    assert "分（已评）" in text


def test_a_summary_of_many_sorts_of_periods_is_shown_as_the_branch_writes_it(world):
    shown = figures.papers(world.branch, 2026, DAY, asked={}, may_write=True)
    assert not [paper for paper in shown if "小结" in paper.title]
    document_create(
        owner=world.branch,
        actor=world.clerk,
        kind="stage_summary",
        year=2026,
        period="half",
        day=date(2026, 7, 1),
        body="上半年工作。",
        late_reason="漏录",
    )
    shown = figures.papers(world.branch, 2026, DAY, asked={}, may_write=True)
    assert [(paper.title, paper.state) for paper in shown if "小结" in paper.title] == [
        ("2026 年上半年阶段小结", "written"),
        ("2026 年下半年阶段小结", "not_due"),
    ]


def test_a_summary_begins_with_the_figures_of_its_period(client, world):
    response, _text = page(
        client,
        world.clerk,
        "home:draft",
        world.branch.pk,
        kind="stage_summary",
        period="quarter-1",
        year="2026",
    )
    assert response.status_code == 302
    form = client.get(response.url).content.decode()
    assert "支部委员会 2 次" in form
    assert figures.summary_draft(world.empty, 2026, "quarter", 1, DAY).endswith("0 次。")


def test_a_committee_sees_mean_tenth_and_lowest_and_whom_to_help(client, world):
    response, text = page(client, world.staff, "home:unit", world.committee.pk)
    assert response.status_code == 200
    shown = response.context["page"]
    assert shown.branches == 3
    assert shown.members == 20
    assert shown.help_first[0].unit_id == world.empty.pk
    assert {row.unit_id for row in shown.silent} == {world.second.pk, world.empty.pk}
    for words in ("平均得分率", "第10百分位", "最低", "完成率", "及时率", "内容完整率"):
        assert words in text


def test_the_list_of_branches_filters_and_exports(client, world):
    response, _text = page(
        client, world.staff, "home:unit", world.committee.pk, show="silent", q="第二"
    )
    assert [row.record.unit_id for row in response.context["table"].rows] == [world.second.pk]
    response = client.get(reverse("home:unit", args=[world.committee.pk]), {"export": "xlsx"})
    assert response["Content-Disposition"].startswith("attachment")
    assert response.content[:2] == b"PK"


def test_a_larger_committee_costs_no_more_queries(client, world, django_assert_max_num_queries):
    client.force_login(world.staff)
    with django_assert_max_num_queries(45):
        assert client.get(reverse("home:unit", args=[world.committee.pk])).status_code == 200


def test_a_member_reads_what_is_held_and_whom_to_ask(client, world):
    response, text = page(client, world.member, "home:me")
    shown = response.context["page"]
    assert shown.branch == str(world.branch)
    assert "党支部书记" in text
    assert [row.year for row in shown.attendance] == [2026]
    assert shown.attendance[0].due == shown.attendance[0].present > 0


def test_looking_at_ones_own_numbers_is_written_down(client, world):
    page(client, world.member, "home:me")
    assert not SensitiveView.objects.exists()
    response = client.post(reverse("home:me_full"))
    assert response.status_code == 200
    assert SensitiveView.objects.get().person_id == world.people[6].pk
    assert "本人查看" in response.content.decode()


def test_who_looked_and_why_is_shown_to_the_person(client, world):
    SensitiveView.objects.create(
        person=world.people[6], viewer="赵核对", fields="id_number", purpose="核对名册"
    )
    _response, text = page(client, world.member, "home:me")
    assert "赵核对" in text
    assert "核对名册" in text


def test_an_account_of_nobody_is_told_so(client, world):
    response, text = page(client, world.staff, "home:me")
    assert response.status_code == 200
    assert "还没有对应到人员" in text
