"""明白账: what is owed stands in one list, the most overdue first, and nothing of it is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhibu.home.branch import record_url
from zhibu.organization.models import RoleGrant
from zhibu.procedures.models import Matter
from zhibu.procedures.services import step_act
from zhibu.procedures.tests.factories import DAY, matter_make, village_make
from zhibu.records.models import Record
from zhibu.records.tests.factories import user_make
from zhibu.shared.clock import fixed

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return village_make()


def task(village, title: str, after: int | None, owner=None) -> Matter:
    wanted = DAY + timedelta(days=after) if after is not None else None
    return matter_make(
        village, procedure="task", title=title, form={}, owner=owner, wanted_on=wanted
    )


def page(client, user, url: str, day) -> str:
    client.force_login(user)
    with fixed(day):
        return client.get(url).content.decode()


def test_the_most_overdue_stands_first_and_what_is_done_is_gone(client, village):
    first = task(village, "清理水渠", 5)
    task(village, "更换门牌", None)
    task(village, "核对名册", 40)
    url = reverse("home:owed", args=[village.unit.pk])
    day = DAY + timedelta(days=20)
    text = page(client, village.clerk, url, day)
    assert text.index("清理水渠") < text.index("核对名册") < text.index("更换门牌")
    assert "超期 15 天" in text and "还有 20 天" in text and "没有写期限" in text
    step_act(
        matter=first, step="finish", day=DAY, actor=village.clerk, fields={"done": "已清"},
        files=[("proof", "照片.pdf", b"%PDF-1.4\n%%EOF\n")], late_reason="补",
    )  # fmt: skip
    assert "清理水渠" not in page(client, village.clerk, url, day)


def test_one_person_sees_what_he_answers_for_wherever_it_is(client, village):
    clerk = village.people["village_clerk"]
    task(village, "归档会议材料", 5, owner=clerk)
    task(village, "别人的事", 5, owner=village.people["secretary"])
    mine = page(client, village.clerk, reverse("home:my_owed"), DAY)
    assert "归档会议材料" in mine and "别人的事" not in mine
    url = reverse("home:owed", args=[village.unit.pk])
    asked = page(client, village.secretary, f"{url}?person={clerk.pk}", DAY)
    assert "归档会议材料" in asked and "别人的事" not in asked


def test_who_stands_above_sees_overdue_matters_and_a_stranger_nothing(client, village):
    task(village, "清理水渠", 5)
    above = reverse("home:unit", args=[village.township.pk])
    assert "1 件，最久超期 15 天" in page(client, village.staff, above, DAY + timedelta(days=20))
    client.force_login(village.stranger)
    assert client.get(reverse("home:owed", args=[village.unit.pk])).status_code == 404


@pytest.mark.parametrize("number", ["²", "9" * 40, "-1", "x"])
def test_a_person_nobody_can_mean_shows_the_whole_list(client, village, number):
    task(village, "清理水渠", 5)
    url = reverse("home:owed", args=[village.unit.pk])
    assert "清理水渠" in page(client, village.clerk, f"{url}?person={number}", DAY)


def test_the_list_asks_as_many_questions_for_twelve_matters_as_for_two(client, village):
    url = reverse("home:owed", args=[village.unit.pk])
    asked = []
    for number in (2, 10):
        for n in range(number):
            task(village, f"第{n}件", n, owner=village.people["secretary"])
        page(client, village.clerk, url, DAY)
        with CaptureQueriesContext(connection) as queries:
            page(client, village.clerk, url, DAY)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_twelve_tasks_of_one_matter_ask_for_it_once(client, village):
    url = reverse("home:owed", args=[village.unit.pk])
    above = matter_make(village)
    asked = []
    for number in (2, 10):
        for n in range(number):
            matter_make(village, procedure="task", title=f"第{n}件", form={}, parent=above)
        page(client, village.clerk, url, DAY)
        with CaptureQueriesContext(connection) as queries:
            page(client, village.clerk, url, DAY)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_an_act_of_a_matter_among_the_latest_records_leads_to_its_matter(client, village):
    made = task(village, "清理水渠", 5)
    step_act(
        matter=made, step="finish", day=DAY, actor=village.clerk, fields={"done": "已清"},
        files=[("proof", "照片.pdf", b"%PDF-1.4\n%%EOF\n")], late_reason="补",
    )  # fmt: skip
    record = made.steps.get().record_id
    link = reverse("procedures:record", args=[record])
    assert link in page(client, village.clerk, reverse("home:unit", args=[village.unit.pk]), DAY)
    assert client.get(link).url == reverse("procedures:detail", args=[made.pk])
    client.force_login(village.stranger)
    assert client.get(link).status_code == 404


def test_every_kind_of_record_has_its_page():
    assert all(record_url(kind, 1) for kind in Record.Kind.values)


def test_a_plain_member_reads_nothing_of_a_private_matter_on_the_pages_of_his_branch(
    client, village
):
    member = user_make(username="member")
    RoleGrant.objects.create(user=member, unit=village.unit, role="member", from_on=DAY)
    form = {"kind": "dispute", "field": "petition", "summary": "为排水沟争执"}
    made = matter_make(village, procedure="dispute", title="甲乙两家争水", form=form)
    step_act(
        matter=made, step="accept", day=DAY, actor=village.clerk, late_reason="补",
        fields={"handler": village.people["secretary"].pk},
    )  # fmt: skip
    for name in ("home:unit", "home:owed"):
        url = reverse(name, args=[village.unit.pk])
        assert "甲乙两家争水" not in page(client, member, url, DAY)
    assert "受理" in page(client, member, reverse("home:unit", args=[village.unit.pk]), DAY)
    owed = page(client, village.clerk, reverse("home:owed", args=[village.unit.pk]), DAY)
    assert "甲乙两家争水" in owed
