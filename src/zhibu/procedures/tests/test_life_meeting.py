"""组织生活会 through the doors: who may read it, and a task for each measure of its problems."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.organization.models import RoleGrant
from zhibu.procedures.models import Matter
from zhibu.procedures.selectors import matter_file
from zhibu.procedures.services import StepRefused, step_act, step_fill
from zhibu.procedures.tests.factories import (
    FOUNDED,
    Village,
    matter_make,
    meet,
    post_give,
    village_make,
)
from zhibu.records.tests.factories import user_make
from zhibu.shared import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def village() -> Village:
    with clock.fixed(date(2025, 12, 31)):
        yield village_make()


@pytest.fixture
def matter(village) -> Matter:
    return matter_make(
        village,
        "life_meeting",
        title="2025年度组织生活会",
        form={"year": 2025},
        opened_on=date(2025, 11, 1),
    )


def act(village: Village, matter: Matter, step: str, day: date, **fields) -> None:
    step_act(
        matter=matter,
        step=step,
        day=day,
        fields=fields,
        actor=village.clerk,
        late_reason="一并登记",
    )


def until_meeting(village: Village, matter: Matter) -> None:
    first, second = village.people["secretary"].pk, village.people["village_clerk"].pk
    post_give(village.people["village_clerk"], village.unit, "org_member")
    third, fourth = village.people["village_head"].pk, village.people["village_team"].pk
    made = meet(
        village, matter, "theme", "committee_meeting", date(2025, 11, 3), count=None, ask=False
    )
    step_fill(made=made, fields={"theme": "对照检查"}, actor=village.clerk)
    meet(village, matter, "study", "branch_study", date(2025, 11, 10), count=None)
    for step, one, other in (
        ("talk_committee", first, second), ("talk_member", first, third), ("talk_peer", third, fourth),
    ):  # fmt: skip
        talks = [{"held_on": "2025-11-12", "one": one, "other": other}]
        act(village, matter, step, date(2025, 11, 20), talks=talks)
    act(village, matter, "opinions", date(2025, 11, 22), asked=20, summary="多下村组")


def met(village: Village, matter: Matter) -> None:
    until_meeting(village, matter)
    owners = (village.people["secretary"].pk, village.people["village_head"].pk)
    problems = [
        {
            "problem": "学习抓得不紧",
            "measure": "每月集中学习一次",
            "owner": owners[0],
            "due": "2026-03-31",
        },
        {
            "problem": "走访不够",
            "measure": "每季度走访一遍",
            "owner": owners[1],
            "due": "2026-06-30",
        },
    ]
    made = meet(village, matter, "meet", "life_meeting", date(2025, 12, 5), count=None, ask=False)
    said = {"self_criticism": 7, "criticism": 12, "problems": problems}
    step_fill(made=made, fields=said, actor=village.clerk)


def test_each_measure_becomes_a_task_of_who_answers_for_it(village, matter):
    met(village, matter)
    act(village, matter, "rectify", date(2025, 12, 15))

    tasks = matter.children.order_by("wanted_on")
    assert [(one.procedure, one.title, one.owner.name, one.wanted_on) for one in tasks] == [
        ("task", "每月集中学习一次", "示例书记", date(2026, 3, 31)),
        ("task", "每季度走访一遍", "示例主任", date(2026, 6, 30)),
    ]
    matter.refresh_from_db()
    assert matter.breaches == 0
    assert "rectify" not in [
        one.step.key for one in matter_file(matter).open if one.step.key == "meet"
    ]


def test_a_committee_talk_with_somebody_outside_it_is_found_by_the_posts_of_the_day(
    village, matter
):
    until_meeting(village, matter)
    talks = [
        {
            "held_on": "2025-11-12",
            "one": village.people["secretary"].pk,
            "other": village.people["village_team"].pk,
        }
    ]
    with pytest.raises(StepRefused, match="示例队员当日没有所要求的职务"):
        act(village, matter, "talk_committee", date(2025, 11, 25), talks=talks)


def test_a_plain_member_sees_neither_talks_nor_problems(client, village, matter):
    met(village, matter)
    member = user_make(username="member")
    RoleGrant.objects.create(
        user=member, unit=village.unit, role=RoleGrant.Role.MEMBER, from_on=FOUNDED
    )
    client.force_login(member)
    assert client.get(matter.get_absolute_url()).status_code == 404

    client.force_login(village.clerk)
    page = client.get(matter.get_absolute_url()).content.decode()
    assert "问题：走访不够" in page
    new = client.get(reverse("procedures:new", args=[village.unit.pk])).content.decode()
    assert "组织生活会和民主评议党员" in new
