"""A village matter from proposal to awareness, and what may go wrong on its way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from zhibu.audit.models import Event
from zhibu.documents.services import objection_receive, publication_publish
from zhibu.procedures.models import Matter, MatterStep, Turn
from zhibu.procedures.selectors import matter_file, steps_owed
from zhibu.procedures.services import (
    StepRefused,
    matter_reopen,
    matter_return,
    matter_terminate,
    step_act,
    step_void,
)
from zhibu.procedures.tests.factories import (
    DAY,
    FORM,
    Village,
    matter_make,
    meet,
    post_give,
    village_make,
)
from zhibu.shared.errors import RuleBroken
from zhibu_engine.votes import VoteCount

pytestmark = pytest.mark.django_db


@pytest.fixture
def village() -> Village:
    return village_make()


def day(n: int) -> date:
    return DAY + timedelta(days=n)


def open_keys(matter: Matter) -> list[str]:
    return [one.step.key for one in matter_file(matter).open]


def resolved(village: Village) -> Matter:
    matter = matter_make(village)
    meet(village, matter, "propose", "committee_meeting", day(0))
    meet(village, matter, "consult", "joint_consultation", day(1))
    meet(village, matter, "examine", "branch_assembly", day(2))
    meet(village, matter, "resolve", "villager_representatives", day(3))
    matter.refresh_from_db()
    return matter


def test_each_step_opens_the_next_and_a_clean_way_has_no_breach(village):
    matter = matter_make(village)
    assert (matter.number, open_keys(matter)) == ("2025-001", ["propose"])
    for key, kind in (("propose", "committee_meeting"), ("consult", "joint_consultation")):
        meet(village, matter, key, kind, day(1))
    assert open_keys(matter) == ["examine"]
    done = resolved(village)
    assert open_keys(done) == ["publish"]
    assert (done.breaches, done.steps_due, done.steps_missing, done.state) == (0, 8, 4, "running")
    assert Event.objects.filter(action="procedures.step").count() == 6


def test_who_presides_without_right_is_named_and_passes_only_with_a_reason(village):
    matter = matter_make(village)
    leader = village.people["township_leader"].pk
    with pytest.raises(StepRefused, match="示例包领的职务不能主持“提议”") as refused:
        meet(village, matter, "propose", "committee_meeting", day(0), presider_id=leader)
    assert [one.code for one in refused.value.breaches] == ["presider"]
    assert not MatterStep.objects.exists()

    said = {"presider": "书记住院，支部无其他委员"}
    made = meet(
        village, matter, "propose", "committee_meeting", day(0), presider_id=leader, reasons=said
    )
    made.refresh_from_db()
    assert (made.conforms, made.excused, made.breaches) == (False, True, 1)
    assert made.findings[0]["reason"] == "书记住院，支部无其他委员"


def test_the_first_secretary_stands_in_only_while_the_secretary_is_away(village):
    matter = matter_make(village)
    first = village.people["first_secretary"].pk
    with pytest.raises(StepRefused, match="党支部书记在场，不能由示例第一代为主持"):
        meet(village, matter, "propose", "committee_meeting", day(0), presider_id=first)
    away = tuple(p.pk for key, p in village.people.items() if key != "secretary")
    made = meet(
        village, matter, "propose", "committee_meeting", day(0), presider_id=first, present=away
    )
    assert made.state == "standing"
    made.refresh_from_db()
    assert made.conforms


def test_posts_count_as_held_that_day_not_as_they_are_now(village):
    matter = matter_make(village)
    made = meet(village, matter, "propose", "committee_meeting", day(0))
    village.people["secretary"].posts.all().delete()
    meet_again = matter_make(village, title="另一件事")
    made.refresh_from_db()
    assert made.conforms
    with pytest.raises(StepRefused, match="当日的职务不能主持"):
        meet(village, meet_again, "propose", "committee_meeting", day(0))


def test_a_vote_that_does_not_carry_leaves_the_step_open_and_an_impossible_one_is_refused(village):
    matter = matter_make(village)
    meet(village, matter, "propose", "committee_meeting", day(0))
    meet(village, matter, "consult", "joint_consultation", day(1))
    lost = VoteCount(entitled=7, present=7, votes_for=3, votes_against=4)
    made = meet(village, matter, "examine", "branch_assembly", day(2), count=lost)
    assert made.decision == "rejected"
    assert open_keys(matter) == ["examine"]
    with pytest.raises(StepRefused, match="多于"):
        impossible = VoteCount(entitled=7, present=7, votes_for=9)
        meet(village, matter, "examine", "branch_assembly", day(3), count=impossible)
    meet(village, matter, "examine", "branch_assembly", day(4))
    assert open_keys(matter) == ["resolve"]


def test_a_step_before_its_turn_needs_a_reason_and_the_missing_one_stays_missing(village):
    matter = matter_make(village)
    with pytest.raises(StepRefused, match="前一步“审议”系统内未见记录"):
        meet(village, matter, "resolve", "villager_representatives", day(0))
    meet(
        village, matter, "resolve", "villager_representatives", day(0),
        reasons={"order:examine": "补做"},
    )  # fmt: skip
    matter.refresh_from_db()
    assert {one.key for one in matter_file(matter).left} >= {"propose", "consult", "examine"}
    assert not matter.conforms


def test_a_meeting_that_lacks_a_group_says_which(village):
    matter = matter_make(village)
    meet(village, matter, "propose", "committee_meeting", day(0))
    without = tuple(p.pk for key, p in village.people.items() if key != "village_team")
    with pytest.raises(StepRefused, match="驻村工作队"):
        meet(village, matter, "consult", "joint_consultation", day(1), present=without)


def test_sending_back_keeps_what_was_done_and_opens_the_step_again(village):
    matter = resolved(village)
    with pytest.raises(PermissionDenied):
        matter_return(matter=matter, to="consult", reason="金额有变", actor=village.clerk)
    matter_return(matter=matter, to="consult", reason="金额有变", actor=village.secretary)
    matter.refresh_from_db()
    assert (matter.state, open_keys(matter)) == ("returned", ["consult"])
    states = dict(matter.steps.values_list("step", "state"))
    assert states == {
        "propose": "standing",
        "consult": "aside",
        "examine": "aside",
        "resolve": "aside",
    }
    assert matter.turns.filter(kind=Turn.Kind.RETURNED, reason="金额有变", to="consult").exists()
    assert len(matter_file(matter).aside) == 3
    meet(village, matter, "consult", "joint_consultation", day(5))
    matter.refresh_from_db()
    assert (matter.state, open_keys(matter)) == ("running", ["examine"])


def test_a_terminated_matter_takes_no_step_and_a_voided_step_opens_again(village):
    matter = resolved(village)
    made = matter.steps.get(step="resolve")
    step_void(made=made, actor=village.clerk, reason="登记错了会议")
    assert open_keys(matter) == ["resolve"]
    matter_terminate(matter=matter, reason="不办了", actor=village.secretary)
    with pytest.raises(RuleBroken, match="重新办理"):
        meet(village, matter, "resolve", "villager_representatives", day(5))
    matter_reopen(matter=matter, reason="又要办", actor=village.secretary)
    matter.refresh_from_db()
    assert (matter.state, matter.reopened, open_keys(matter)) == ("reopened", 1, ["resolve"])


def test_who_does_not_record_for_the_village_does_nothing(village):
    with pytest.raises(PermissionDenied):
        matter_make(village, actor=village.stranger)
    matter = matter_make(village)
    with pytest.raises(PermissionDenied):
        meet(village, matter, "propose", "committee_meeting", day(0), actor=village.stranger)


def test_a_form_with_an_empty_required_blank_is_refused_by_its_name(village):
    with pytest.raises(ValidationError, match="请填写“提议内容”"):
        matter_make(village, form={**FORM, "summary": ""})
    assert not Matter.objects.exists()


def test_one_person_in_both_posts_presides_and_counts_once(village):
    post_give(village.people["secretary"], village.unit, "village_head")
    made = meet(village, matter_make(village), "propose", "committee_meeting", day(0))
    made.refresh_from_db()
    assert made.conforms


def test_a_task_is_a_matter_of_one_step_with_its_proof(village):
    owner = village.people["village_team"]
    task = matter_make(
        village, procedure="task", title="清理水渠", form={}, owner=owner, wanted_on=day(5)
    )
    (owed,) = steps_owed([village.unit.pk])
    assert (owed.step.key, owed.due, owed.owner_id) == ("finish", day(5), owner.pk)
    with pytest.raises(StepRefused, match="还缺“凭据”"):
        step_act(matter=task, step="finish", day=day(3), actor=village.clerk, fields={"done": "已清完"},
                 late_reason="补")  # fmt: skip
    step_act(
        matter=task, step="finish", day=day(3), actor=village.clerk, fields={"done": "已清完"},
        files=[("proof", "照片.pdf", b"%PDF-1.4\n%%EOF\n")], late_reason="补",
    )  # fmt: skip
    task.refresh_from_db()
    assert (task.state, task.conforms, task.closed_on) == ("done", True, day(3))
    assert steps_owed([village.unit.pk]) == []


def publish(village: Village, matter: Matter, kind: str, from_on: date, **fields):
    values = {
        "title": f"{matter.title}公开",
        "body": "内容",
        "channels": ["portal"],
        "actor": village.clerk,
    }
    return publication_publish(
        unit=village.unit, kind=kind, from_on=from_on, about=matter.about, late_reason="补",
        **{**values, **fields},
    )  # fmt: skip


def test_nothing_is_published_before_its_resolution_stands_and_publishing_does_the_step(village):
    matter = matter_make(village)
    with pytest.raises(RuleBroken, match="“决议”系统内未见记录，不能公开"):
        publish(village, matter, "resolution", day(4))
    matter = resolved(village)
    publish(village, matter, "resolution", day(4), title="决议公开")
    assert open_keys(matter) == ["progress"]
    publish(village, matter, "progress", day(30), title="进展公开")
    publish(village, matter, "result", day(60), title="结果公开")
    aware = {"way": "interview", "asked": 20, "knew": 19}
    step_act(
        matter=matter,
        step="aware",
        day=day(70),
        actor=village.clerk,
        fields=aware,
        late_reason="补",
    )
    matter.refresh_from_db()
    assert (matter.state, matter.conforms, matter.breaches) == ("done", True, 0)


def test_more_people_know_than_were_asked_needs_mending(village):
    matter = resolved(village)
    for kind, n in (("resolution", 4), ("progress", 30), ("result", 60)):
        publish(village, matter, kind, day(n), title=kind)
    aware = {"way": "interview", "asked": 20, "knew": 21}
    with pytest.raises(StepRefused, match="“知晓人数”21，多于“询问人数”20"):
        step_act(
            matter=matter,
            step="aware",
            day=day(70),
            actor=village.clerk,
            fields=aware,
            late_reason="补",
        )


def test_an_open_objection_is_answered_before_awareness_is_recorded(village):
    matter = resolved(village)
    for kind, n in (("resolution", 4), ("progress", 30), ("result", 60)):
        made = publish(village, matter, kind, day(n), title=kind)
    objection_receive(
        publication=made, via="oral", text="数目不对", received_on=day(61), actor=village.clerk
    )
    aware = {"way": "interview", "asked": 20, "knew": 19}
    with pytest.raises(StepRefused, match="还有 1 条异议没有答复"):
        step_act(
            matter=matter,
            step="aware",
            day=day(70),
            actor=village.clerk,
            fields=aware,
            late_reason="补",
        )
