"""A meeting does a step of 换届选举 or 发展党员: what it says, what it leaves to the matter, what must be chosen."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.meetings.services import (
    AgendaInput,
    RoleInput,
    SegmentInput,
    SittingRefused,
    sitting_enter,
)
from zhibu.organization.tests.factories import make_person
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.selectors import matter_file
from zhibu.procedures.services import step_fill
from zhibu.procedures.tests.factories import Village, matter_make, village_make
from zhibu.procedures.tests.test_election import ELECTED, FORM, counts, until_election
from zhibu.procedures.tests.test_member_development import (
    APPLIED,
    approved,
    until_admission,
    until_conversion,
)
from zhibu.shared import clock

pytestmark = pytest.mark.django_db
CONVERTED = date(2024, 3, 20)


def hold(village: Village, day: date, matter: Matter, step: str, **item) -> MatterStep:
    roles = (
        RoleInput("presider", village.people["secretary"].pk), RoleInput("recorder", village.people["village_clerk"].pk),
    )  # fmt: skip
    agenda = (AgendaInput("议题", matter_id=matter.pk, step=step, **item),)
    segment = SegmentInput(
        kind="branch_assembly", convener="branch", theme="党员大会", roles=roles, agenda=agenda
    )
    sitting = sitting_enter(
        owner=village.unit, actor=village.clerk, day=day, segments=(segment,), late_reason="补录"
    )  # fmt: skip
    return MatterStep.objects.get(record=sitting.pk)


def item_form(client, village: Village, matter: Matter, step: str):
    client.force_login(village.clerk)
    query = {"matter": matter.pk, "step": step}
    page = client.get(reverse("meetings:new", args=[village.unit.pk], query=query))
    return page.context["entry"].segments[0].agenda[0]


def test_a_meeting_says_who_came_and_the_matter_how_they_voted(client):
    with clock.fixed(date(2026, 7, 10)):
        village = village_make()
        matter = matter_make(
            village, "election", title="换届", form=FORM, opened_on=date(2026, 5, 1)
        )
        four = until_election(village, matter)
        assert "decision" not in item_form(client, village, matter, "elect").fields
        made = hold(village, ELECTED, matter, "elect")
        assert (
            made.decision,
            made.evidence["count"]["entitled"],
            made.evidence["count"]["present"],
        ) == ("", 7, 7)

        made = step_fill(made=made, fields=counts(four, [7, 6, 4, 3], 3), actor=village.clerk)

        assert (made.decision, made.breaches) == ("carried", 0)
        assert [one.step.key for one in matter_file(matter).open] == ["elect_secretary"]


def test_an_assembly_on_conversion_chooses_what_it_votes_on(client):
    with clock.fixed(date(2024, 4, 1)):
        village = village_make()
        person = make_person("示例新人", born_on=date(1995, 5, 4))
        matter = matter_make(
            village, "member_development", title="发展示例新人", form={}, person=person, opened_on=APPLIED
        )  # fmt: skip
        until_admission(village, matter)
        approved(village, matter)
        until_conversion(village, matter)
        offered = item_form(client, village, matter, "convert").fields["decision"].choices
        assert [key for key, _title in offered] == ["", "full", "extend", "cancel"]
        votes = {"votes_for": 4, "votes_against": 3, "secret": True}
        with pytest.raises(SittingRefused, match="请选择这一步的结果"):
            hold(village, CONVERTED, matter, "convert", **votes)

        made = hold(village, CONVERTED, matter, "convert", decision="extend", **votes)

        assert (made.decision, made.breaches) == ("extend", 0)
        assert [one.step.key for one in matter_file(matter).open] == ["extend_approve"]
