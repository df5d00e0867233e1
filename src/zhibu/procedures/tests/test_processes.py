"""Processes that a pack only writes, through the same services: rectification, self-checks, documents, demonstration."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from zhibu.procedures.models import Matter, Outcome
from zhibu.procedures.pages import stages
from zhibu.procedures.selectors import matter_file
from zhibu.procedures.services import StepRefused, matter_reopen, step_act
from zhibu.procedures.tests.factories import (
    DAY,
    Village,
    matter_make,
    meet,
    village_make,
    village_make_beside,
)

pytestmark = pytest.mark.django_db

PROBLEM = {"source": "inspection", "kind": "single", "problem": "台账不全"}
PAPER = [("proof", "佐证.pdf", b"%PDF-1.4 invented")]


@pytest.fixture
def village() -> Village:
    return village_make()


def day(n: int) -> date:
    return DAY + timedelta(days=n)


def open_keys(matter: Matter) -> list[str]:
    matter.refresh_from_db()
    return [one.step.key for one in matter_file(matter).open]


def act(matter: Matter, step: str, n: int, actor: object, **more):
    return step_act(
        matter=matter, step=step, day=day(n), actor=actor, late_reason="按纸质台账补录", **more
    )


def feedback(village: Village, **form: str) -> Matter:
    matter = matter_make(
        village, "rectification", unit=village.township, form={**PROBLEM, **form}, actor=village.staff,
        title="台账问题",
    )  # fmt: skip
    units = [village.unit.pk, village_make_beside(village).pk]
    act(matter, "feedback", 0, village.staff, fields={"units": units})
    return matter


def rectified(village: Village, child: Matter, doer: object) -> Matter:
    """Up to the request; the clerk writes all but the work itself."""
    person = village.people["village_clerk"].pk
    measure = {"measure": "定专人管理", "owner": person, "due": str(day(20))}
    act(child, "claim", 1, village.clerk, fields={"responsible": person})
    act(child, "cause", 2, village.clerk, fields={"cause": "换人时没有交接"})
    act(child, "measures", 3, village.clerk, fields={"measures": [measure]})
    act(child, "listed", 4, village.clerk)
    did = {"did": "补齐三本", "proof_on": str(day(5))}
    act(child, "rectify", 6, doer, fields=did, files=PAPER)
    act(child, "request", 7, village.clerk, fields={"result": "台账齐全"})
    return child


def test_each_unit_named_claims_its_own_child_and_the_whole_waits_for_all(village):
    matter = feedback(village)
    children = list(matter.children.order_by("pk"))

    assert [child.unit.name for child in children] == ["示例村党支部", "示例二村党支部"]
    assert [(child.procedure, child.form["problem"]) for child in children] == [
        ("rectification_party", "台账不全")
    ] * 2
    assert [str(child.due_on) for child in children] == [f"{DAY.year}-11-30"] * 2
    assert "conclude" not in open_keys(matter)
    mine = rectified(village, children[0], village.clerk)
    act(mine, "verify", 9, village.staff, fields={"opinion": "已看台账"}, decision="struck")
    mine.refresh_from_db()

    assert (mine.state, mine.breaches) == ("done", 0)
    assert Outcome.objects.get(matter=mine).value == "销号"
    assert "conclude" not in open_keys(matter)


def test_a_person_named_claims_a_child_of_his_own(village):
    matter = feedback(village)
    cadre = village.people["village_head"]
    act(matter, "feedback_persons", 1, village.staff, fields={"persons": [cadre.pk]})

    child = matter.children.get(parent_step="feedback_persons")

    assert (child.person, child.owner, open_keys(child)) == (cadre, cadre, ["claim"])


def test_nobody_strikes_off_what_he_rectified_himself(village):
    child = next(one for one in feedback(village).children.all() if one.unit == village.unit)
    rectified(village, child, village.staff)

    with pytest.raises(StepRefused, match="不能由办理“整改”的人自己做") as refused:
        act(child, "verify", 9, village.staff, fields={"opinion": "可以"}, decision="struck")

    assert refused.value.breaches[0].hard
    assert open_keys(child) == ["verify"]


def test_a_relapse_takes_the_matter_up_again_and_its_striking_off_no_longer_holds(village):
    child = next(one for one in feedback(village).children.all() if one.unit == village.unit)
    rectified(village, child, village.clerk)
    act(child, "verify", 9, village.staff, fields={"opinion": "已看台账"}, decision="struck")

    matter_reopen(matter=child, actor=village.staff, reason="又发现缺两个月")

    assert open_keys(child) == ["rectify"]
    assert (child.state, child.reopened) == ("reopened", 1)
    assert Outcome.objects.get(matter=child).withdrawn_on is not None


def test_a_common_problem_is_checked_by_every_branch_below_and_by_no_other_body(village):
    matter = feedback(village, kind="common")
    act(matter, "self_check", 1, village.staff)

    checks = matter.children.filter(procedure="self_check")
    assert {check.unit.name for check in checks} == {"示例村党支部", "示例二村党支部"}
    assert village.township not in {check.unit for check in checks}
    check = checks.get(unit=village.unit)
    looked = [{"item": "台账", "result": "found", "note": "缺两次记录"}]
    act(check, "check", 2, village.clerk, fields={"result": "found", "items": looked})
    assert open_keys(check) == ["mend"]


def test_a_document_becomes_tasks_and_is_reported_when_they_are_done(village):
    form = {
        "origin": "document",
        "from_body": "县委",
        "asks": "排查活动室",
        "report_by": str(day(60)),
    }
    matter = matter_make(village, "document_carrying", form=form, title="活动室排查")
    clerk, person = village.clerk, village.people["secretary"].pk
    act(matter, "receive", 0, clerk)
    act(matter, "relay", 1, clerk, fields={"units": [village.township.pk]})
    # Forwarded and nothing else: what must be done is still all there.
    assert open_keys(matter) == ["relay", "study"]
    assert matter_file(matter).left[0].key == "study"

    meet(village, matter, "study", "committee_meeting", day(2))
    act(matter, "plan", 3, clerk, fields={"plan": "先自查再补齐"})
    task = {"task": "核对五处活动室", "owner": person, "due": str(day(30))}
    act(matter, "assign", 4, clerk, fields={"tasks": [task]})
    child = matter.children.get()
    assert (child.procedure, child.title, child.wanted_on) == ("task", "核对五处活动室", day(30))
    assert open_keys(matter) == ["relay"]

    act(child, "finish", 20, clerk, fields={"done": "五处都看过"}, files=PAPER)
    assert open_keys(matter) == ["relay", "report"]
    act(matter, "report", 40, clerk, fields={"result": "补齐两处"})
    act(matter, "close", 41, clerk)
    matter.refresh_from_db()
    assert (matter.state, matter.breaches) == ("done", 0)


def test_what_must_wait_for_its_children_is_not_offered_again(village):
    matter = feedback(village)

    assert open_keys(matter) == ["feedback_persons"]
    marks = [mark for stage in stages(matter_file(matter)) for mark in stage.steps]
    assert [mark.said for mark in marks if mark.key == "feedback"] == ["已办，等分派的事项办结"]
