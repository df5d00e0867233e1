"""Whatever people do in whatever order: what must never happen, never does; what is stored is what recomputing says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhibu.documents.models import Publication
from zhibu.documents.services import publication_publish, publication_withdraw
from zhibu.procedures.models import Matter, MatterStep, Turn
from zhibu.procedures.selectors import matter_file
from zhibu.procedures.services import (
    matter_reopen,
    matter_return,
    matter_terminate,
    matter_update,
    step_act,
    step_correct,
    step_reason,
    step_void,
)
from zhibu.procedures.standing import matter_refresh
from zhibu.procedures.tests.factories import DAY, FORM, Village, matter_make, meet, village_make
from zhibu.records.models import RecordVersion
from zhibu.shared.errors import RuleBroken
from zhibu_engine.votes import VoteCount

pytestmark = pytest.mark.django_db

KINDS = {
    "propose": "committee_meeting",
    "consult": "joint_consultation",
    "examine": "branch_assembly",
    "resolve": "villager_representatives",
}
SEATS = (
    "secretary",
    "first_secretary",
    "village_head",
    "village_clerk",
    "township_leader",
    "village_team",
)
REASONS = {
    code: "有理由"
    for code in ("presider", "recorder", "turnout", "order:opened", "party:leader", "party:cadre", "party:team",
                 "party:village", *(f"order:{key}" for key in KINDS), "order:publish", "order:result",
                 "order:progress", "objections", "field:knew", "vote")
}  # fmt: skip

meeting = st.tuples(
    st.just("meet"), st.sampled_from(sorted(KINDS)), st.integers(0, 40), st.sampled_from(SEATS),
    st.sets(st.sampled_from(SEATS), min_size=1), st.integers(0, 7), st.booleans(),
)  # fmt: skip
publishing = st.tuples(
    st.just("publish"), st.sampled_from(["resolution", "progress", "result"]), st.integers(0, 40)
)
turning = st.tuples(
    st.sampled_from(["return", "reopen", "terminate", "void", "update", "withdraw", "aware", "reason", "correct"]),
    st.sampled_from(sorted(KINDS)), st.integers(0, 40),
)  # fmt: skip
ways = st.lists(st.one_of(meeting, meeting, publishing, turning), max_size=14)


def act(village: Village, matter: Matter, number: int, one: tuple) -> None:
    kind, key, after = one[0], one[1], DAY + timedelta(days=one[2])
    if kind == "meet":
        _kind, _key, _after, chair, there, votes, reasoned = one
        meet(
            village, matter, key, KINDS[key], after,
            presider_id=village.people[chair].pk,
            present=tuple(village.people[seat].pk for seat in there | {chair}),
            count=VoteCount(entitled=7, present=len(there | {chair}), votes_for=votes, due=7),
            reasons=REASONS if reasoned else {},
        )  # fmt: skip
    elif kind == "publish":
        publication_publish(
            unit=village.unit, kind=key, title=f"第{number}份", body="内容", channels=["portal"], from_on=after,
            about=matter.about, late_reason="补", actor=village.clerk,
        )  # fmt: skip
    elif kind == "aware":
        fields = {"way": "slip", "asked": 10, "knew": 9}
        step_act(matter=matter, step="aware", day=after, actor=village.clerk, fields=fields, reasons=REASONS,
                 late_reason="补")  # fmt: skip
    else:
        turn(village, matter, kind, key, number)


def turn(village: Village, matter: Matter, kind: str, key: str, number: int) -> None:
    said = {"matter": matter, "reason": f"第{number}次", "actor": village.secretary}
    made = matter.steps.filter(state="standing").order_by("pk").first()
    if kind == "return":
        matter_return(to=key, **said)
    elif kind == "reopen":
        matter_reopen(**said)
    elif kind == "terminate":
        matter_terminate(**said)
    elif kind == "update":
        matter_update(title=f"第{number}版", form=FORM, **said)
    elif kind == "withdraw" and (shown := Publication.objects.order_by("pk").first()):
        publication_withdraw(publication=shown, reason="更换", actor=village.clerk)
    elif kind == "void" and made:
        step_void(made=made, actor=village.clerk, reason="登记错了")
    elif kind == "correct" and (act := matter.steps.filter(step="aware").last()):
        step_correct(
            made=act, actor=village.clerk, reason=f"第{number}次", day=act.day, late_reason="补", reasons=REASONS,
            fields={"way": "slip", "asked": 10, "knew": number % 10},
        )  # fmt: skip
    elif kind == "reason" and made:
        step_reason(made=made, reasons={"presider": "补写"}, actor=village.clerk)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(way=ways)
def test_no_way_publishes_too_early_loses_anything_or_stores_what_recomputing_denies(db, way):
    MatterStep.objects.all().delete()
    Turn.objects.all().delete()
    Publication.objects.all().delete()
    Matter.objects.all().delete()
    village = _village()
    matter = matter_make(village)
    for number, one in enumerate(way):
        matter.refresh_from_db()
        before = (kept(matter), Publication.objects.count())
        stood = resolution_stands(matter)
        try:
            act(village, matter, number, one)
        except (RuleBroken, ValidationError, PermissionDenied):
            matter.refresh_from_db()
            assert (kept(matter), Publication.objects.count()) == before
        after = kept(matter)
        assert before[0] <= after, "a step or turn was lost"
        assert stood or Publication.objects.count() == before[1]
        check_stored(matter)


def resolution_stands(matter: Matter) -> bool:
    """By hand: the last standing resolution had two thirds there and more than half of those for it."""
    last = matter.steps.filter(step="resolve", state="standing").order_by("day", "pk").last()
    if last is None:
        return False
    count = last.evidence["count"]
    return count["present"] * 3 >= count["due"] * 2 and count["votes_for"] * 2 > count["present"]


def kept(matter: Matter) -> set[tuple]:
    """What may never be lost: each step with its record, what it said before a correction, and each turn."""
    steps = {("step", *row) for row in matter.steps.values_list("pk", "step", "record_id", "day")}
    records = matter.steps.values("record")
    said = RecordVersion.objects.filter(record__in=records).values_list("pk", "version", "reason")
    return (
        steps
        | {("said", *row) for row in said}
        | {("turn", *row) for row in matter.turns.values_list("pk", "kind", "reason")}
    )


def check_stored(matter: Matter) -> None:
    matter.refresh_from_db()
    stored = state_of(matter)
    matter_refresh(matter)
    assert state_of(Matter.objects.get(pk=matter.pk)) == stored
    file = matter_file(matter)
    assert not (file.open and not matter.is_running)


def state_of(matter: Matter) -> tuple:
    names = ("steps_due", "steps_missing", "breaches", "conforms", "due_on", "digest", "state")
    steps = matter.steps.order_by("pk").values_list(
        "pk", "findings", "conforms", "excused", "breaches"
    )
    return (tuple(getattr(matter, name) for name in names), [repr(row) for row in steps])


_made: dict[str, Village] = {}


def _village() -> Village:
    """One village for all examples: the database of the test is one, too."""
    from zhibu.organization.models import Unit

    known = _made.get("village")
    if known is None or not Unit.objects.filter(pk=known.unit.pk).exists():
        _made["village"] = known = village_make()
    return known
