"""Lists of matters: what the address asks for, what each reader sees, and the view from above."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import docx
import openpyxl
import pytest
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.organization.models import Unit
from zhibu.procedures.models import Matter
from zhibu.procedures.tests.factories import (
    DAY,
    FORM,
    matter_make,
    meet,
    post_give,
    procedure_install,
    village_make,
    village_make_beside,
)
from zhibu.shared.clock import fixed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with fixed(DAY + timedelta(days=60)):
        yield


@pytest.fixture
def village():
    return village_make()


@pytest.fixture
def web(client, village):
    client.force_login(village.staff)
    return client


def page(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def day(n: int) -> date:
    return DAY + timedelta(days=n)


def four(village) -> dict[str, Matter]:
    """A late one, one that jumped a step, one of village rules, and one of another village."""
    late = matter_make(village, title="修桥", wanted_on=day(10))
    jumped = matter_make(village, title="修渠")
    meet(village, jumped, "resolve", "villager_representatives", day(1),
         reasons={"order:examine": "急办"})  # fmt: skip
    rules = matter_make(village, title="修订村规民约", form={**FORM, "kind": "village_rules"})
    other = matter_make(
        village, title="装路灯", unit=village_make_beside(village), actor=village.staff
    )
    return {"late": late, "jumped": jumped, "rules": rules, "other": other}


def titles(answer) -> set[str]:
    found = re.findall(r'<a href="/matters/\d+/">([^<]+)</a>', answer.content.decode())
    return set(found)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        pytest.param({}, {"修桥", "修渠", "修订村规民约", "装路灯"}, id="all below"),
        pytest.param({"mark": "overdue"}, {"修桥"}, id="overdue"),
        pytest.param({"mark": "skipped"}, {"修渠"}, id="skipped"),
        pytest.param({"mark": "breach"}, {"修渠"}, id="breach"),
        pytest.param({"kind": "village_rules"}, {"修订村规民约"}, id="kind"),
        pytest.param({"text": "路灯"}, {"装路灯"}, id="title"),
        pytest.param({"state": "done"}, set(), id="state"),
        pytest.param({"state": "open", "year": "2025", "procedure": "six_steps"},
                     {"修桥", "修渠", "修订村规民约", "装路灯"}, id="several"),
        pytest.param({"year": "2024"}, set(), id="year"),
        pytest.param({"year": "²", "state": "x", "mark": "'", "text": "\x00"},
                     {"修桥", "修渠", "修订村规民约", "装路灯"}, id="nonsense"),
    ],
)  # fmt: skip
def test_the_address_narrows_the_list(web, village, query, wanted):
    four(village)
    assert titles(web.get(reverse("procedures:list", args=[village.township.pk]), query)) == wanted


def test_a_village_sees_its_own_and_a_stranger_nothing(client, village):
    four(village)
    url = reverse("procedures:list", args=[village.unit.pk])
    client.force_login(village.clerk)
    assert titles(client.get(url)) == {"修桥", "修渠", "修订村规民约"}
    assert client.get(reverse("procedures:start")).url == url
    client.force_login(village.stranger)
    assert client.get(url).status_code == 404


def test_a_longer_list_costs_no_more_queries(web, village, django_assert_num_queries):
    url = reverse("procedures:list", args=[village.township.pk])
    four(village)
    web.get(url)
    with django_assert_num_queries(LIST_QUERIES):
        web.get(url)
    for n in range(5):
        matter_make(village, title=f"第{n}件", unit=village_make_beside(village, f"示例{n}村党支部"),
                    actor=village.staff)  # fmt: skip
    with django_assert_num_queries(LIST_QUERIES):
        web.get(url)


LIST_QUERIES = 20


def test_a_file_with_more_steps_costs_no_more_queries(web, village, django_assert_num_queries):
    matter = matter_make(village)
    meet(village, matter, "propose", "committee_meeting", day(0))
    url = matter.get_absolute_url()
    web.get(url)
    with django_assert_num_queries(FILE_QUERIES):
        web.get(url)
    meet(village, matter, "consult", "joint_consultation", day(1))
    meet(village, matter, "examine", "branch_assembly", day(2))
    with django_assert_num_queries(FILE_QUERIES):
        web.get(url)


FILE_QUERIES = 29


def test_the_list_is_exported_as_it_is_narrowed(web, village):
    four(village)
    url = reverse("procedures:list", args=[village.township.pk])
    answer = web.get(url, {"mark": "overdue", "export": "xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[1] for row in rows[2:]] == ["修桥"]


@pytest.mark.parametrize(
    ("form", "said"), [("", "理由：急办"), ("sheet", "经办人签字")], ids=["file", "sheet"]
)
def test_a_matter_is_taken_out_as_word_and_that_is_logged(web, village, form, said):
    matter = four(village)["jumped"]
    answer = web.get(reverse("procedures:word", args=[matter.pk]), {"form": form})
    paper = docx.Document(io.BytesIO(answer.content))
    texts = [one.text for one in paper.paragraphs]
    texts += [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert any("修渠" in text for text in texts)
    assert any(said in text for text in texts)
    assert Event.objects.filter(action="procedures.exported").count() == 1


def overview(web, village, **query) -> str:
    return page(web.get(reverse("procedures:overview", args=[village.township.pk]), query))


def test_from_above_idle_villages_stand_in_the_list_with_nothing(web, village):
    four(village)
    village_make_beside(village, "示例空村党支部")
    said = overview(web, village)
    assert "2<small>/3</small>" in said
    assert "系统内未见记录" in said
    assert "请在上面填写几个月" in said
    watched = overview(web, village, months="1")
    assert "有 3 个组织 1 个月没有启动事项" in watched
    assert "示例空村党支部" in watched
    assert "有 1 个组织 6 个月没有启动事项" in overview(web, village, months="6")


def test_the_county_s_own_number_of_idle_months_is_used_where_the_address_says_none(web, village):
    own = {"key": "six_steps", "extends": True, "settings": [{"key": "idle_months", "value": 6}]}
    procedure_install(village, own, depends=["county-rural"])
    four(village)
    assert "没有 6 个月不启动事项的组织" in overview(web, village)


def test_the_cadre_s_share_of_the_minutes_is_followed_over_the_years(web, village):
    cadre = village.people["township_cadre"].pk
    old = matter_make(village, opened_on=date(2024, 3, 1))
    meet(village, old, "propose", "committee_meeting", date(2024, 3, 2), recorder_id=cadre,
         reasons={"recorder": "文书生病"})  # fmt: skip
    new = matter_make(village, title="修渠")
    meet(village, new, "propose", "committee_meeting", day(1))
    said = overview(web, village)
    assert "1 次中 1 次（100%）" in said
    assert "1 次中 0 次（0%）" in said
    assert "下降" in said


def test_a_leader_has_guided_the_whole_only_when_at_every_meeting(web, village):
    leader = village.people["village_team"]
    post_give(leader, village.township, "linked_leader")
    assert "1 名联系县级干部，0 名已全程指导" in overview(web, village)
    matter = matter_make(village)
    without = tuple(p.pk for key, p in village.people.items() if key != "village_team")
    for n, (step, kind) in enumerate(
        (("propose", "committee_meeting"), ("consult", "joint_consultation"),
         ("examine", "branch_assembly"))
    ):  # fmt: skip
        meet(village, matter, step, kind, day(n))
    assert "参加了 3 次会议，已开 3 次" in overview(web, village)
    last = meet(village, matter, "resolve", "villager_representatives", day(4), present=without,
                guides=(leader.pk,))  # fmt: skip
    assert "已全程指导</span>" in overview(web, village)
    kept = {**last.evidence, "guides": []}
    type(last).objects.filter(pk=last.pk).update(evidence=kept)
    assert "参加了 3 次会议，已开 4 次" in overview(web, village)


def test_who_holds_both_posts_today_is_listed(web, village):
    assert "没有一人同时担任" in overview(web, village)
    post_give(village.people["secretary"], village.unit, "village_head")
    said = overview(web, village)
    assert "今天有 1 个" in said
    assert "示例书记" in said


def test_from_above_more_villages_cost_no_more_queries(web, village, django_assert_num_queries):
    url = reverse("procedures:overview", args=[village.township.pk])
    four(village)
    web.get(url)
    with django_assert_num_queries(OVERVIEW_QUERIES):
        web.get(url)
    for n in range(5):
        village_make_beside(village, f"示例{n}村党支部")
    assert Unit.objects.count() > 7
    with django_assert_num_queries(OVERVIEW_QUERIES):
        web.get(url)


OVERVIEW_QUERIES = 21
