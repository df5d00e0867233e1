"""Agenda items that do steps of matters: chosen in the form, judged, corrected, voided with the sitting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from zhibu.meetings.models import AgendaItem, Sitting
from zhibu.meetings.services import (
    Absence,
    AgendaInput,
    HostInput,
    RoleInput,
    SegmentInput,
    SittingRefused,
    sitting_correct,
    sitting_enter,
    sitting_void,
)
from zhibu.meetings.tests.factories import unit_make
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.selectors import matter_file
from zhibu.procedures.services import matter_terminate
from zhibu.procedures.tests.factories import DAY, Village, matter_make, meet, village_make
from zhibu.records.models import Record
from zhibu.shared import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    with clock.fixed(DAY + timedelta(days=3)):
        yield village_make()


@pytest.fixture
def clerk(client, village):
    client.force_login(village.clerk)
    return client


def segment(village: Village, kind: str, *agenda: AgendaInput, **fields) -> SegmentInput:
    values = {
        "kind": kind,
        "convener": "branch",
        "theme": "村里的事",
        "roles": (
            RoleInput("presider", village.people["secretary"].pk),
            RoleInput("recorder", village.people["village_clerk"].pk),
        ),
        "agenda": agenda,
    }
    return SegmentInput(**{**values, **fields})


def doing(matter: Matter, step: str, title: str = "修建入户道路", **fields) -> AgendaInput:
    return AgendaInput(title, matter_id=matter.pk, step=step, **fields)


def enter(village: Village, *segments: SegmentInput, **fields) -> Sitting:
    values = {"owner": village.unit, "actor": village.clerk, "day": DAY, "segments": segments}
    return sitting_enter(**{**values, **fields})


def correct(village: Village, sitting: Sitting, *segments: SegmentInput, **fields) -> Sitting:
    values = {"reason": "写错了", "actor": village.clerk, "day": DAY, "segments": segments}
    return sitting_correct(sitting=sitting, **{**values, **fields})


def open_keys(matter: Matter) -> list[str]:
    return [one.step.key for one in matter_file(matter).open]


def consulted(village: Village, **fields) -> Matter:
    matter = matter_make(village, **fields)
    meet(village, matter, "propose", "committee_meeting", DAY)
    meet(village, matter, "consult", "joint_consultation", DAY)
    return matter


def test_one_sitting_does_the_steps_of_two_matters_beside_its_ordinary_business(village):
    road, school = consulted(village), matter_make(village, title="修缮学校")
    votes = {"votes_for": 7, "votes_against": 0, "secret": True}
    sitting = enter(
        village,
        segment(
            village, "branch_assembly", AgendaInput("学习文件"), doing(road, "examine", **votes)
        ),
        segment(village, "committee_meeting", doing(school, "propose", "修缮学校")),
    )

    made = {one.matter_id: one for one in MatterStep.objects.filter(record=sitting.pk)}
    examined, proposed = made[road.pk], made[school.pk]
    assert (examined.step, examined.part, examined.item) == ("examine", 1, 2)
    assert (proposed.step, proposed.part, proposed.item) == ("propose", 2, 1)
    assert (examined.conforms, proposed.conforms) == (True, True)
    said = examined.evidence
    assert said["presider_id"] == village.people["secretary"].pk
    assert (len(said["present"]), len(said["due"]), said["secret"]) == (7, 7, True)
    assert (said["count"]["votes_for"], said["count"]["entitled"]) == (7, 7)
    assert (open_keys(road), open_keys(school)) == (["resolve"], ["consult"])


def test_what_does_not_conform_is_refused_at_its_item_and_passes_with_its_reason(village):
    matter = matter_make(village)
    roles = (
        RoleInput("presider", village.people["secretary"].pk),
        RoleInput("recorder", village.people["township_cadre"].pk),
    )
    wrong = segment(
        village, "committee_meeting", AgendaInput("学习"), doing(matter, "propose"), roles=roles
    )
    with pytest.raises(SittingRefused, match="原则上由村文书记录") as refused:
        enter(village, wrong)
    assert [(p.field, p.segment, p.item) for p in refused.value.problems] == [
        ("reason:recorder", 0, 1)
    ]
    assert not Record.objects.exists() and not MatterStep.objects.exists()

    why = doing(matter, "propose", reasons={"recorder": "文书住院"})
    enter(village, segment(village, "committee_meeting", why, roles=roles))
    # With its reason a stand-in for the village clerk is one whom the procedure accepts.
    made = MatterStep.objects.get()
    assert (made.conforms, made.reasons) == (True, {"recorder": "文书住院"})


def test_who_is_on_leave_is_not_there_so_that_another_may_stand_in(village):
    secretary, first = village.people["secretary"], village.people["first_secretary"]
    matter = matter_make(village)
    roles = (
        RoleInput("presider", first.pk),
        RoleInput("recorder", village.people["village_clerk"].pk),
    )
    proposing = segment(village, "branch_assembly", doing(matter, "propose"), roles=roles)
    with pytest.raises(SittingRefused, match="党支部书记在场"):
        enter(village, proposing)
    away = (HostInput(village.unit.pk, absences=(Absence(secretary.pk, "leave", "生病"),)),)
    enter(village, replace(proposing, hosts=away))
    made = MatterStep.objects.get()
    assert (made.conforms, secretary.pk in made.evidence["present"]) == (True, False)
    assert secretary.pk in made.evidence["due"]


def test_two_steps_of_one_matter_at_one_sitting_are_judged_together(village):
    matter = matter_make(village, procedure="four_two")
    sitting = enter(
        village,
        segment(village, "committee_meeting", doing(matter, "propose")),
        segment(village, "two_committees", doing(matter, "consult")),
    )
    assert MatterStep.objects.filter(record=sitting.pk, conforms=True).count() == 2
    assert open_keys(matter) == ["examine"]


@pytest.mark.parametrize(
    ("kind", "agenda", "said"),
    [
        pytest.param("theme_day", ["propose"], "“提议”不能由主题党日办理", id="kind"),
        pytest.param("committee_meeting", ["propose", "propose"], "已经选过一次", id="twice"),
        pytest.param("committee_meeting", ["publish"], "系统内没有这件事的这一步", id="no sitting"),
    ],
)  # fmt: skip
def test_a_step_that_the_sitting_cannot_do_is_refused(village, kind, agenda, said):
    matter = matter_make(village)
    with pytest.raises(SittingRefused, match=said) as refused:
        enter(village, segment(village, kind, *(doing(matter, key) for key in agenda)))
    assert refused.value.problems[-1].item == len(agenda) - 1
    assert not Record.objects.exists()


def test_a_closed_matter_and_one_of_another_village_take_no_step(village):
    matter = matter_make(village)
    matter_terminate(matter=matter, reason="不办了", actor=village.secretary)
    with pytest.raises(SittingRefused, match="已经办结或者终止"):
        enter(village, segment(village, "committee_meeting", doing(matter, "propose")))
    other = matter_beside(village)
    with pytest.raises(SittingRefused, match="您不能办理"):
        enter(village, segment(village, "committee_meeting", doing(other, "propose")))
    assert not MatterStep.objects.exists()


def test_a_correction_says_the_step_anew_and_one_without_it_takes_the_step_back(village):
    matter = consulted(village)
    lost = doing(matter, "examine", votes_for=2, votes_against=5)
    sitting = enter(village, segment(village, "branch_assembly", lost))
    assert open_keys(matter) == ["examine"]

    won = doing(matter, "examine", votes_for=6, votes_against=1)
    correct(village, sitting, segment(village, "branch_assembly", AgendaInput("先学习"), won))
    made = MatterStep.objects.get(record=sitting.pk)
    assert (made.item, made.evidence["count"]["votes_for"], made.state) == (2, 6, "standing")
    assert open_keys(matter) == ["resolve"]

    correct(village, sitting, segment(village, "branch_assembly", AgendaInput("先学习")))
    made.refresh_from_db()
    assert (made.state, open_keys(matter)) == ("voided", ["examine"])

    correct(village, sitting, segment(village, "branch_assembly", won))
    assert open_keys(matter) == ["resolve"]


def test_a_sheet_that_corrects_a_sitting_leaves_its_steps_alone(village):
    matter = consulted(village)
    won = doing(matter, "examine", votes_for=6, votes_against=1)
    sitting = enter(village, segment(village, "branch_assembly", AgendaInput("学习"), won))

    plain = [AgendaInput("学习"), AgendaInput("修建入户道路", votes_for=6, votes_against=1)]
    correct(
        village,
        sitting,
        segment(village, "branch_assembly", *plain),
        keep_steps=True,
        place="村委会",
    )
    correct(
        village, sitting, segment(village, "branch_assembly", AgendaInput("学习")), keep_steps=True
    )

    made = MatterStep.objects.get(record=sitting.pk)
    assert (made.state, made.item, made.conforms) == ("standing", 2, True)
    assert [one.title for one in AgendaItem.objects.all()] == ["学习", "修建入户道路"]


def test_voiding_the_sitting_opens_the_step_again(village):
    matter = matter_make(village)
    sitting = enter(village, segment(village, "committee_meeting", doing(matter, "propose")))
    assert open_keys(matter) == ["consult"]
    sitting_void(sitting=sitting, actor=village.clerk, reason="重复录入")
    assert open_keys(matter) == ["propose"]
    assert MatterStep.objects.get().state == "voided"


# The pages


def new_url(village: Village, **query) -> str:
    return reverse("meetings:new", args=[village.unit.pk], query=query or None)


def filled(village: Village, **fields):
    values = {
        "act": "save",
        "day": DAY.isoformat(),
        "segments": "1",
        "hosts": "0",
        "s0-kind": "branch_assembly",
        "s0-convener": "branch",
        "s0-theme": "村里的事",
        "s0-presider": village.people["secretary"].pk,
        "s0-recorder": village.people["village_clerk"].pk,
        "s0-agenda": "1",
        "s0a0-title": "修建入户道路",
    }
    return {**values, **fields}


def test_a_unit_without_matters_sees_no_choice_of_them(clerk, village):
    plain = clerk.get(new_url(village, kind="branch_assembly")).content.decode()
    assert "对应事项" not in plain
    matter_make(village)
    assert "对应事项" in clerk.get(new_url(village, kind="committee_meeting")).content.decode()
    assert "对应事项" not in clerk.get(new_url(village, kind="theme_day")).content.decode()


def test_the_page_of_a_matter_leads_to_a_form_that_is_filled_in(clerk, village):
    matter = consulted(village)
    entry = clerk.get(new_url(village, matter=matter.pk, step="examine")).context["entry"]
    item = entry.segments[0].agenda[0]
    assert entry.segments[0].form["kind"].value() == "branch_assembly"
    assert (item["title"].value(), item["step"].value()) == ("修建入户道路", f"{matter.pk}:examine")
    assert f"{matter} — 审议" in dict(item.fields["step"].choices).values()
    # Nonsense in the address is as if not given.
    for query in ({"matter": "x"}, {"matter": "99999", "step": "examine"}, {"matter": matter.pk}):
        assert clerk.get(new_url(village, **query)).status_code == 200


def test_the_form_asks_for_the_reason_keeps_everything_and_shows_the_step_on_the_page(
    clerk, village
):
    matter = consulted(village)
    data = filled(village, **{
        "s0-recorder": village.people["township_cadre"].pk,
        "s0a0-step": f"{matter.pk}:examine",
        "s0a0-votes_for": "6", "s0a0-votes_against": "1", "s0a0-secret": "secret",
        "s0a0-discussion": "大家都赞成",
    })  # fmt: skip
    response = clerk.post(new_url(village), data)
    text = response.content.decode()
    assert response.status_code == 422
    assert (
        "由示例包干记录请说明原因" in text
        and "大家都赞成" in text
        and not Record.objects.filter(kind="sitting", title__contains="村里").exists()
    )
    item = response.context["entry"].segments[0].agenda[0]
    (box,) = list(item.asked())
    assert (item["votes_for"].value(), item["secret"].value()) == ("6", "secret")

    again = {**data, box[0]: box[1], box[2].html_name: "文书住院"}
    grown = clerk.post(new_url(village), {**again, "act": "add_agenda-0"})
    assert next(grown.context["entry"].segments[0].agenda[0].asked())[2].value() == "文书住院"

    page = clerk.post(new_url(village), again, follow=True).content.decode()
    assert "已用于" in page and "修建入户道路 — 审议" in page and "无记名表决" in page
    made = MatterStep.objects.get(step="examine")
    assert (made.conforms, made.reasons) == (True, {"recorder": "文书住院"})


def test_the_vote_is_told_by_the_rule_of_the_step(clerk, village):
    matter = consulted(village)
    meet(village, matter, "examine", "branch_assembly", DAY)
    data = filled(village, **{
        "s0-kind": "villager_representatives", "s0a0-step": f"{matter.pk}:resolve",
        "s0a0-votes_for": "20", "s0a0-votes_against": "3",
        "roll-listed-villager_representatives-due": "30",
        "roll-listed-villager_representatives-present": "25",
    })  # fmt: skip
    text = clerk.post(new_url(village), data, follow=True).content.decode()
    assert "人数须不少于应到的 30 人的" in text and "超过实到有表决权的 25 人" in text
    assert MatterStep.objects.get(step="resolve").conforms


def test_a_correction_begins_with_the_step_and_may_give_the_reason_later(clerk, village):
    matter = consulted(village)
    roles = (RoleInput("presider", village.people["secretary"].pk),)
    won = doing(matter, "examine", votes_for=6, votes_against=1, reasons={"recorder": "没有写"})
    sitting = enter(village, segment(village, "branch_assembly", won, roles=roles))
    entry = clerk.get(reverse("meetings:correct", args=[sitting.pk])).context["entry"]
    item = entry.segments[0].agenda[0]
    assert item["step"].value() == f"{matter.pk}:examine"
    ((_hidden, text, box),) = list(item.asked())
    assert ("没有写明记录人" in text, box.value()) == (True, "没有写")


def matter_beside(village: Village) -> Matter:
    beside = unit_make(village.township, sector="village")
    return matter_make(replace(village, unit=beside), actor="测试")


def test_matters_of_another_village_cannot_be_chosen(clerk, village):
    other = matter_beside(village)
    code = f"{other.pk}:propose"
    asked = clerk.get(new_url(village, matter=other.pk, step="propose"))
    assert str(other) not in asked.content.decode()
    matter_make(village, title="本村的事")
    data = filled(village, **{"s0a0-step": code, "s0-kind": "committee_meeting"})
    refused = clerk.post(new_url(village), data)
    assert refused.status_code == 422 and "现在不能选" in refused.content.decode()
    assert not MatterStep.objects.exists()
