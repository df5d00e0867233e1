"""发展党员 through the doors: from the application to the roster."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.membership.models import Member
from zhibu.organization.models import Person
from zhibu.organization.tests.factories import make_person
from zhibu.procedures.models import Matter, MatterStep, Outcome
from zhibu.procedures.selectors import matter_file
from zhibu.procedures.services import Evidence, StepRefused, matter_return, step_act
from zhibu.procedures.tests.factories import Village, matter_make, meet, village_make
from zhibu.shared.errors import RuleBroken
from zhibu_engine.votes import VoteCount

pytestmark = pytest.mark.django_db
APPLIED = date(2022, 1, 10)
ALL_FOR = VoteCount(entitled=7, present=6, written=1, votes_for=7, due=7)


@pytest.fixture
def village() -> Village:
    return village_make()


@pytest.fixture
def person() -> Person:
    return make_person("示例新人", born_on=date(1995, 5, 4))


@pytest.fixture
def matter(village, person) -> Matter:
    return matter_make(
        village,
        "member_development",
        title="发展示例新人",
        form={},
        person=person,
        opened_on=APPLIED,
    )


def act(village: Village, matter: Matter, step: str, day: date, **more) -> MatterStep:
    papers = more.pop("papers", ())
    more = {"actor": village.clerk, "late_reason": "补录以前的材料", **more}
    given = Evidence(papers=tuple((key, 0) for key in papers))
    return step_act(matter=matter, step=step, day=day, evidence=given, **more)


def until_pre_examination(village: Village, matter: Matter) -> None:
    secretary, other = village.people["secretary"].pk, village.people["village_team"].pk
    upper = {"actor": village.staff}
    act(village, matter, "apply", APPLIED, fields={"citizen": True}, papers=["p1_1"])
    act(village, matter, "talk", date(2022, 1, 20), fields={"talker": secretary}, papers=["p1_2"])
    met = date(2022, 3, 1)
    asked = {"count": None, "decision": "agreed"}
    meet(village, matter, "activist", "committee_meeting", met, fields={"way": "members"}, **asked)
    act(village, matter, "activist_file", met, decision="filed", **upper)
    act(village, matter, "contacts", met, fields={"contacts": [secretary]})
    for day in (date(2022, 9, 1), date(2023, 2, 28)):
        act(village, matter, "observe", day, fields={"found": "表现良好"})
    met = date(2023, 3, 1)
    meet(village, matter, "target", "committee_meeting", met, fields={"heard": True}, **asked)
    act(village, matter, "target_file", met, decision="agreed", **upper)
    act(village, matter, "introducers", met, fields={"introducers": [secretary, other]})
    act(village, matter, "political", met, decision="passed", papers=["p3_9"])
    act(
        village, matter, "training", met, fields={"days": 2, "hours": 24}, papers=["p3_11"], **upper
    )
    meet(village, matter, "screen", "committee_meeting", met, count=None)


def until_admission(village: Village, matter: Matter) -> None:
    until_pre_examination(village, matter)
    act(
        village,
        matter,
        "pre_examine",
        date(2023, 3, 5),
        decision="passed",
        papers=["p4_2"],
        actor=village.staff,
    )
    act(village, matter, "volunteer", date(2023, 3, 6), papers=["p4_3"])
    meet(
        village, matter, "admit", "branch_assembly", date(2023, 3, 10), count=ALL_FOR, secret=True,
    )  # fmt: skip
    act(
        village,
        matter,
        "upper_talk",
        date(2023, 4, 1),
        fields={"talker": "示例组织员"},
        actor=village.staff,
    )


def approved(village: Village, matter: Matter, day: date = date(2023, 4, 2)) -> None:
    fields = {"collective": True, "joined_on": "2023-03-10"}
    act(
        village, matter, "approve", day, decision="approved", fields=fields, papers=["p4_6"], actor=village.staff
    )  # fmt: skip


def until_conversion(village: Village, matter: Matter) -> None:
    act(village, matter, "record_up", date(2023, 4, 20), actor=village.staff)
    act(village, matter, "assign", date(2023, 4, 3))
    act(village, matter, "oath", date(2023, 7, 1))
    act(village, matter, "probation", date(2023, 9, 1), fields={"found": "表现良好"})
    act(village, matter, "convert_apply", date(2024, 3, 10), papers=["p5_2"])


def test_from_the_application_to_a_full_member_on_the_roster(village, person, matter):
    until_admission(village, matter)
    assert not Member.objects.filter(person=person).exists()
    approved(village, matter)
    member = Member.objects.get(person=person)
    assert (member.category, member.joined_on) == ("probationary", date(2023, 3, 10))

    until_conversion(village, matter)
    meet(
        village, matter, "convert", "branch_assembly", date(2024, 3, 20), count=ALL_FOR, decision="full",
    )  # fmt: skip
    act(
        village, matter, "convert_approve", date(2024, 4, 8), decision="approved", papers=["p5_10"],
        fields={"full_on": "2024-03-10"}, actor=village.staff,
    )  # fmt: skip
    member.refresh_from_db()
    assert (member.category, member.full_on) == ("full", date(2024, 3, 10))
    kept = {
        f"kept_{one}": True
        for one in ("volunteer", "application", "political", "convert", "observation")
    }
    act(village, matter, "archive", date(2024, 5, 1), fields={"place": "committee", **kept})

    matter.refresh_from_db()
    assert (matter.state, matter.breaches, matter.steps_due, matter.conforms) == (
        "done",
        0,
        25,
        True,
    )
    given = Outcome.objects.filter(matter=matter).order_by("from_on")
    assert [(one.value, one.from_on, one.to_on) for one in given] == [
        ("入党积极分子", date(2022, 3, 1), date(2023, 2, 28)),
        ("发展对象", date(2023, 3, 1), date(2023, 3, 9)),
        ("预备党员", date(2023, 3, 10), date(2024, 3, 9)),
        ("正式党员", date(2024, 3, 10), None),
    ]


def test_the_birth_day_of_the_person_is_looked_at_where_the_form_has_none(village, matter, person):
    person.born_on = date(2004, 1, 11)
    person.save(update_fields=["born_on"])

    with pytest.raises(StepRefused, match="年满十八周岁"):
        act(village, matter, "apply", APPLIED, fields={"citizen": True}, papers=["p1_1"])


def test_a_probationary_introducer_is_found_by_the_roster_of_the_day(village, matter):
    until_pre_examination(village, matter)
    team = Member.objects.get(person=village.people["village_team"])
    team.category, team.joined_on, team.full_on = "probationary", date(2022, 6, 1), None
    team.save()
    named = [village.people["secretary"].pk, team.pk]
    matter_return(matter=matter, to="introducers", reason="换介绍人", actor=village.secretary)

    with pytest.raises(StepRefused, match="当日不是所要求的党员类别"):
        act(village, matter, "introducers", date(2023, 3, 2), fields={"introducers": named})


def test_the_assembly_before_the_pre_examination_needs_a_reason_and_is_counted(village, matter):
    until_pre_examination(village, matter)
    vote = {"count": ALL_FOR}
    day = date(2023, 3, 10)
    with pytest.raises(StepRefused) as refused:
        meet(village, matter, "admit", "branch_assembly", day, **vote)
    assert [one.code for one in refused.value.breaches] == ["order:pre_examine", "order:volunteer"]

    reasons = {"order:pre_examine": "镇党委先口头同意", "order:volunteer": "志愿书后补"}
    made = meet(village, matter, "admit", "branch_assembly", day, reasons=reasons, **vote)
    made.refresh_from_db()
    assert (made.breaches, made.excused, made.conforms) == (2, True, False)


def test_what_went_to_the_roster_is_put_right_there_and_not_by_going_back(village, matter):
    until_admission(village, matter)
    approved(village, matter)

    with pytest.raises(RuleBroken, match="已经写入名册"):
        matter_return(matter=matter, to="approve", reason="日期有误", actor=village.secretary)


def test_an_approval_after_three_months_says_by_how_much_it_is_late(village, matter):
    until_admission(village, matter)

    with pytest.raises(StepRefused, match="超过 6 天（三个月内审批）"):
        approved(village, matter, date(2023, 6, 16))
    assert "approve" in [one.step.key for one in matter_file(matter).open]


def opened(client, village: Village, **data) -> str:
    url = reverse("procedures:open", args=[village.unit.pk]) + "?procedure=member_development"
    form = {"title": "发展示例甲", "opened_on": "2025-03-10", "person_name": "示例甲", **data}
    return client.post(url, form).content.decode()


def test_an_applicant_whom_nobody_knows_yet_is_registered_with_the_matter(client, village):
    client.force_login(village.secretary)
    assert "请填写“出生日期”" in opened(client, village)
    assert not Person.objects.filter(name="示例甲").exists()

    opened(client, village, **{"f-born_on": "2000-01-31"})
    person = Person.objects.get(name="示例甲")
    assert person.born_on == date(2000, 1, 31)
    assert Matter.objects.get(person=person).form == {"born_on": "2000-01-31"}
    page = client.get(
        reverse("procedures:new", args=[village.unit.pk]) + "?procedure=member_development"
    )
    assert f'<option value="{person.pk}">示例甲</option>' in page.content.decode()


def test_a_recorder_registers_nobody_new(client, village):
    client.force_login(village.clerk)

    assert "新登记人员要由本组织的书记" in opened(client, village, **{"f-born_on": "2000-01-31"})
    assert not Matter.objects.exists() and not Person.objects.filter(name="示例甲").exists()


def test_the_branch_sees_its_applicant_and_another_branch_does_not(village, matter, person):
    assert Person.objects.visible_to(village.secretary).filter(pk=person.pk).exists()
    assert not Person.objects.visible_to(village.stranger).filter(pk=person.pk).exists()
