"""Entering a sitting: what is counted, what is refused, what is warned of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied

from zhibu.audit.models import Event
from zhibu.meetings.models import Attendance, Segment, SegmentHost, Sitting
from zhibu.meetings.services import (
    Absence,
    AgendaInput,
    HostInput,
    RoleInput,
    SegmentInput,
    SittingRefused,
    sitting_enter,
)
from zhibu.meetings.tests.factories import (
    DAY,
    Branch,
    clerk_make,
    member_make,
    post_make,
    unit_make,
    words_make,
)
from zhibu.organization.models import Adoption
from zhibu.records.models import Record
from zhibu.shared import changes, clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    with clock.fixed(DAY):
        yield Branch()


def assembly(branch, **fields):
    values = {
        "kind": "branch_assembly",
        "convener": "branch",
        "theme": "季度党员大会",
        "roles": (
            RoleInput("presider", branch.secretary.pk),
            RoleInput("recorder", branch.organizer.pk),
        ),
        "agenda": (AgendaInput("讨论年度计划"),),
    }
    return SegmentInput(**{**values, **fields})


def enter(branch, *segments, **fields):
    values = {
        "owner": branch.unit,
        "actor": branch.clerk,
        "day": DAY,
        "segments": segments or (assembly(branch),),
    }
    return sitting_enter(**{**values, **fields})


def nothing_written():
    return not (Record.objects.exists() or Sitting.objects.exists() or Event.objects.exists())


def absent(branch, *people):
    return (
        HostInput(branch.unit.pk, absences=tuple(Absence(p.pk, "leave", "生病") for p in people)),
    )


def test_everybody_of_the_roster_of_that_day_is_present_but_the_exceptions(branch, monkeypatch):
    told = []
    monkeypatch.setattr(changes, "_listeners", [told.append])
    segment = assembly(branch, hosts=absent(branch, branch.others[0], branch.newcomer))

    sitting = enter(branch, segment, starts_at=time(9), place="三楼会议室")

    host = SegmentHost.objects.get()
    assert (host.due, host.entitled, host.present, host.present_entitled) == (11, 10, 9, 9)
    assert host.roster.filter(state=Attendance.State.LEAVE).count() == 2
    assert (host.missing_fields, host.absent_unexplained, host.secretary_present) == (0, 0, True)
    assert Segment.objects.get().presider_post == "secretary"
    assert sitting.cautions == []
    assert Event.objects.get().action == "meetings.entered"
    assert told == [{branch.unit.pk}]


def test_the_committee_is_due_to_a_committee_meeting(branch):
    enter(
        branch, assembly(branch, kind="committee_meeting", hosts=absent(branch, branch.publicist))
    )

    host = SegmentHost.objects.get()
    assert (host.due, host.entitled, host.present) == (3, 3, 2)


def test_who_may_preside_over_the_committee_but_sits_in_no_seat_of_it_is_not_due(branch):
    words_make("county-rural")
    Adoption.objects.create(unit=branch.unit, pack_key="county-rural", from_on=DAY)
    sent = member_make(branch.unit, "钱第一", post="first_secretary")
    roles = (RoleInput("presider", sent.pk), RoleInput("recorder", branch.organizer.pk))

    sitting = enter(branch, assembly(branch, kind="committee_meeting", roles=roles))

    host = SegmentHost.objects.get()
    assert (host.segment.presider_post, host.due, host.entitled) == ("first_secretary", 3, 3)
    assert not host.roster.filter(person=sent).exists()
    assert [caution.code for caution in sitting.cautions] == []


def test_one_sitting_of_three_kinds_is_entered_once(branch):
    lecture = SegmentInput(
        kind="party_lecture",
        convener="branch",
        theme="一堂党课",
        roles=(RoleInput("lecturer", branch.secretary.pk),),
    )
    theme_day = assembly(branch, kind="theme_day", form="volunteering", agenda=())

    sitting = enter(branch, assembly(branch), lecture, theme_day)

    assert Record.objects.count() == 1
    assert [s.kind for s in sitting.segments.all()] == [
        "branch_assembly",
        "party_lecture",
        "theme_day",
    ]
    assert sitting.segments.get(kind="party_lecture").lecturer_post == "secretary"
    assert sitting.cautions == []


def test_a_group_meeting_is_due_to_its_group_and_needs_one(branch):
    group = unit_make(branch.unit, kind="group")
    leader = member_make(branch.unit, "钱组长", group=group)
    member_make(branch.unit, group=group)
    post_make(group, leader, "group_leader")
    meeting = SegmentInput(
        kind="group_meeting",
        convener="party_group",
        theme="小组学习",
        roles=(RoleInput("presider", leader.pk), RoleInput("recorder", leader.pk)),
        hosts=(HostInput(branch.unit.pk, group_id=group.pk),),
    )

    sitting = enter(branch, meeting)

    assert (SegmentHost.objects.get().due, Segment.objects.get().presider_post) == (
        2,
        "group_leader",
    )
    assert sitting.cautions == []
    with pytest.raises(SittingRefused, match="党小组"):
        enter(branch, replace(meeting, hosts=()))


def test_a_joint_sitting_is_entered_once_and_counts_for_three_units(branch):
    others = [Branch(), Branch()]
    hosts = tuple(HostInput(one.unit.pk) for one in (branch, *others))

    sitting = enter(branch, assembly(branch, hosts=hosts))

    assert Record.objects.count() == 1
    assert {h.unit_id for h in sitting.record.hosts.all()} == {b.unit.pk for b in (branch, *others)}
    assert SegmentHost.objects.filter(due=11, present=11).count() == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"hosts": 12}, "多于.*应到 11 人", id="more present than due"),
        pytest.param(
            {"agenda": (AgendaInput("表决", votes_for=9, votes_against=2),)},
            "弃权共 11 票",
            id="votes",
        ),
        pytest.param({"kind": "tea_party"}, "没有名为", id="unknown kind"),
    ],
)
def test_the_impossible_is_refused_and_nothing_is_written(branch, fields, said):
    if "hosts" in fields:
        fields = {"hosts": (HostInput(branch.unit.pk, present=fields["hosts"]),)}

    with pytest.raises(SittingRefused, match=said):
        enter(branch, assembly(branch, **fields))

    assert nothing_written()


def test_a_day_to_come_is_refused_and_nothing_is_written(branch):
    with pytest.raises(SittingRefused, match="不能晚于今天"):
        enter(branch, day=date(2025, 3, 11))

    assert nothing_written()


def test_somebody_who_is_not_due_can_not_be_absent(branch):
    stranger = member_make(unit_make(), "外人甲")

    with pytest.raises(SittingRefused, match="外人甲当日不在"):
        enter(branch, assembly(branch, hosts=absent(branch, stranger)))

    assert nothing_written()


def test_who_may_not_record_for_the_unit_is_refused(branch):
    with pytest.raises(PermissionDenied):
        enter(branch, actor=clerk_make(unit_make()))

    assert nothing_written()


def test_a_chair_without_the_post_passes_only_with_a_reason_and_keeps_what_he_really_held(branch):
    roles = (RoleInput("presider", branch.others[0].pk),)
    with pytest.raises(SittingRefused, match="没有可以主持党员大会的职务"):
        enter(branch, assembly(branch, roles=roles))
    assert nothing_written()

    sitting = enter(
        branch, assembly(branch, roles=(replace(roles[0], reason="书记外出，委托主持"),))
    )

    assert Segment.objects.get().presider_post == ""
    assert sitting.record.participants.get().reason == "书记外出，委托主持"
    assert any(c.code == "presider" for c in sitting.cautions)


def test_the_secretary_of_another_branch_holds_no_post_here(branch):
    roles = (RoleInput("presider", Branch().secretary.pk, "受邀主持"),)

    enter(branch, assembly(branch, roles=roles))

    assert Segment.objects.get().presider_post == ""


def test_below_quorum_is_warned_of_and_kept(branch):
    sitting = enter(branch, assembly(branch, hosts=absent(branch, *branch.others[:6])))

    assert SegmentHost.objects.get().present_entitled == 4
    assert any(
        c.code == "quorum" and "应到有表决权的 10 人，实到 4 人" in c.text for c in sitting.cautions
    )


def test_the_quorum_of_half_is_reached_by_half(branch):
    sitting = enter(branch, assembly(branch, hosts=absent(branch, *branch.others[:5])))

    assert sitting.cautions == []


def test_a_wrong_convener_is_kept_as_said(branch):
    sitting = enter(branch, assembly(branch, kind="branch_study", convener="administration"))

    assert Segment.objects.get().convener == "administration"
    assert any(c.code == "convener" for c in sitting.cautions)


def test_only_a_number_known_leaves_names_open_and_counts_voters_carefully(branch):
    enter(branch, assembly(branch, hosts=(HostInput(branch.unit.pk, present=8, nonmembers=3),)))

    host = SegmentHost.objects.get()
    assert (host.present, host.absent_unexplained, host.present_entitled, host.nonmembers) == (
        8,
        3,
        7,
        3,
    )
    assert not host.roster.exists()


def test_missing_fields_are_counted_from_what_the_kind_requires(branch):
    sitting = enter(branch, assembly(branch, theme="", agenda=(), roles=()))

    assert SegmentHost.objects.get().missing_fields == 4
    assert any("主题、主持人、记录人、议题" in c.text for c in sitting.cautions)


def test_two_committee_meetings_on_one_day_are_possible_a_copy_is_marked(branch):
    meeting = assembly(branch, kind="committee_meeting")
    enter(branch, meeting, starts_at=time(9))
    other = enter(branch, meeting, starts_at=time(15))
    assert other.cautions == []

    copy = enter(branch, replace(meeting, theme="季度 党员大会。"), starts_at=time(9))

    assert [h.duplicate for h in SegmentHost.objects.order_by("pk")] == [False, False, True]
    assert any(c.code == "duplicate" for c in copy.cautions)


def test_a_late_entry_needs_a_reason_and_is_marked(branch):
    with clock.fixed(date(2025, 5, 1)):
        with pytest.raises(SittingRefused, match="补录"):
            enter(branch)
        assert nothing_written()
        sitting = enter(branch, late_reason="书记换人，补录纸质记录")

    assert sitting.record.is_late
    assert sitting.record.entry_delay == 52
