"""Who was there beside the roll: guests, guides, people who are only counted."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhibu.meetings.models import SegmentHost, Sitting
from zhibu.meetings.services import HostInput, RoleInput, SittingRefused
from zhibu.meetings.tests.factories import member_make
from zhibu.meetings.tests.test_steps import (
    clerk,  # noqa: F401
    correct,
    doing,
    enter,
    filled,
    new_url,
    segment,
    village,  # noqa: F401
)
from zhibu.organization.models import Person
from zhibu.procedures.models import MatterStep
from zhibu.procedures.tests.factories import DAY, matter_make, meet, post_give
from zhibu.records.models import Participant

pytestmark = pytest.mark.django_db


def leader_above(village) -> Person:
    leader = Person.objects.create(name="示例县领导", stroke_key="0")
    post_give(leader, village.township, "county_leader")
    return leader


def test_guests_and_guides_are_there_in_the_post_they_hold_above(clerk, village):
    leader, matter = leader_above(village), matter_make(village)
    page = clerk.get(new_url(village, matter=matter.pk, step="propose")).content.decode()
    assert f'name="guest-s0-{leader.pk}"' in page and "示例县领导（示例镇党委县级领导干部）" in page
    data = filled(village, **{
        "s0-kind": "committee_meeting", "s0a0-step": f"{matter.pk}:propose",
        f"guest-s0-{leader.pk}": "guide",
        f"guest-s0-{village.people['village_team'].pk}": "guest",
    })  # fmt: skip
    shown = clerk.post(new_url(village), data, follow=True).content.decode()
    assert "指导" in shown and "示例县领导（县级领导干部）" in shown

    parts = {one.role: one for one in Participant.objects.filter(role__in=["guest", "guide"])}
    assert (parts["guide"].person, parts["guide"].post) == (leader, "county_leader")
    said = MatterStep.objects.get(step="propose").evidence
    assert said["guides"] == [leader.pk]
    assert {leader.pk, village.people["village_team"].pk} <= set(said["present"])
    assert said["people"][str(leader.pk)] == {"name": "示例县领导", "posts": ["county_leader"]}

    url = reverse("meetings:correct", args=[Sitting.objects.latest("pk").pk])
    chosen = [row for row in clerk.get(url).context["entry"].segments[0].guests if row.value]
    assert {(row.person_id, row.value) for row in chosen} == {
        (leader.pk, "guide"), (village.people["village_team"].pk, "guest"),
    }  # fmt: skip


def test_a_group_that_only_sits_in_takes_part_in_the_consultation(village):
    matter = matter_make(village)
    meet(village, matter, "propose", "committee_meeting", DAY)
    for post in ("township_leader", "township_cadre", "village_team"):
        village.people[post].posts.all().delete()
        post_give(village.people[post], village.township, post)
    alone = segment(village, "joint_consultation", doing(matter, "consult"))
    with pytest.raises(SittingRefused, match="包村领导") as refused:
        enter(village, alone)
    assert [one.field for one in refused.value.problems] == [
        "reason:party:leader", "reason:party:cadre", "reason:party:team",
    ]  # fmt: skip
    guests = [
        RoleInput("guest", village.people[post].pk)
        for post in ("township_leader", "township_cadre", "village_team")
    ]
    enter(village, segment(village, "joint_consultation", doing(matter, "consult"),
                           roles=(*alone.roles, *guests)))  # fmt: skip
    assert MatterStep.objects.get(step="consult").conforms


def villagers(village, matter=None, **numbers):
    item = doing(matter, "resolve", votes_for=240, votes_against=10) if matter else None
    hosts = (HostInput(village.unit.pk, **numbers),)
    return segment(village, "villager_assembly", *([item] if item else []), hosts=hosts)


def test_all_villagers_are_counted_not_named(village):
    matter = matter_make(village)
    for key, kind in (("propose", "committee_meeting"), ("consult", "joint_consultation"),
                      ("examine", "branch_assembly")):  # fmt: skip
        meet(village, matter, key, kind, DAY)
    sitting = enter(village, villagers(village, matter, due=480, present=250))
    host = SegmentHost.objects.get()
    assert (host.due, host.entitled, host.present, host.present_entitled) == (480, 480, 250, 250)
    assert (host.absent_unexplained, host.roster.count()) == (0, 0)
    assert MatterStep.objects.get(step="resolve").conforms
    assert [caution.code for caution in sitting.cautions] == []

    correct(village, sitting, villagers(village, matter, due=600, present=250))
    made = MatterStep.objects.get(step="resolve")
    assert [one["code"] for one in made.findings] == ["turnout"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"due": 480}, "也要填实到人数"),
        ({"due": 480, "present": 481}, "多于应到 480 人"),
        ({"due": 480, "present": 300, "entitled": 481}, "不能多于应到"),
    ],
)
def test_numbers_that_cannot_be_are_refused(village, numbers, said):
    with pytest.raises(SittingRefused, match=said):
        enter(village, villagers(village, **numbers))


def test_where_some_may_not_vote_only_those_count_who_must_have_come(village):
    enter(village, villagers(village, due=100, present=60, entitled=90))
    host = SegmentHost.objects.get()
    assert (host.entitled, host.present, host.present_entitled) == (90, 60, 50)


def test_representatives_are_called_by_their_post_and_the_rest_is_counted(clerk, village):
    for n in range(3):
        post_give(
            member_make(village.unit, f"示例代表{n}"), village.unit, "villager_representative"
        )
    entry = clerk.get(new_url(village, kind="villager_representatives")).context["entry"]
    (roll,) = entry.rolls
    assert [row.name for row in roll.rows] == ["示例代表0", "示例代表1", "示例代表2"]

    key = roll.panel.key
    data = filled(village, **{
        "s0-kind": "villager_representatives", f"roll-{key}-due": "30", f"roll-{key}-present": "25",
        roll.rows[0].field: "leave:生病",
    })  # fmt: skip
    page = clerk.post(new_url(village), data, follow=True).content.decode()
    assert "应到 30 人，实到 25 人" in page and "示例代表0（请假：生病）" in page

    url = reverse("meetings:correct", args=[Sitting.objects.get().pk])
    entry = clerk.get(url).context["entry"]
    (roll,) = entry.rolls
    assert (roll.form["due"].value(), roll.form["present"].value()) == (30, 25)
    assert [row.value for row in roll.rows] == ["leave:生病", "present", "present"]


def test_a_form_for_all_villagers_shows_where_the_numbers_go(clerk, village):
    page = clerk.get(new_url(village, kind="villager_assembly")).content.decode()
    assert "直接填人数" in page and 'name="roll-counted-villager_assembly-due"' in page
    ordinary = clerk.get(new_url(village, kind="branch_assembly")).content.decode()
    assert "应到人数" not in ordinary
