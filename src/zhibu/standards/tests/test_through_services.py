"""A branch built through the real services and the shipped packs is judged as its records say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zhibu.meetings.inputs import AgendaInput, RoleInput, SegmentInput
from zhibu.meetings.services import sitting_enter
from zhibu.membership.models import Member, Membership
from zhibu.organization import services as organization
from zhibu.organization.models import Person, Unit
from zhibu.packs.services import builtin_packs, pack_install
from zhibu.shared import clock
from zhibu.standards.live import facts_fetch
from zhibu.standards.models import Finding
from zhibu.standards.selectors import clause_explanation, standards_for

pytestmark = pytest.mark.django_db
ACTOR = "测试"
DAY = date(2025, 3, 20)


@pytest.fixture
def branch():
    for path in builtin_packs():
        pack_install(path=Path(path), actor=ACTOR)
    with clock.fixed(DAY):
        founded = date(2015, 1, 1)
        committee = organization.unit_found(
            code="C",
            name="示例机关工委",
            kind=Unit.Kind.WORKING_COMMITTEE,
            founded_on=founded,
            actor=ACTOR,
        )
        organization.pack_adopt(
            unit=committee, pack_key="city-organs", from_on=founded, actor=ACTOR
        )
        branch = organization.unit_found(
            code="C1", name="示例第一党支部", kind=Unit.Kind.BRANCH, sector=Unit.Sector.ORGAN,
            parent=committee, founded_on=founded, actor=ACTOR,
        )  # fmt: skip
        for number in range(10):
            person = Person.objects.create(name=f"示例{number}")
            member = Member.objects.create(
                person=person, category="full", joined_on=date(2001, 1, 1), full_on=date(2002, 1, 1)
            )
            Membership.objects.create(member=member, unit=branch, from_on=founded)
            if number == 0:
                organization.post_begin(
                    person=person, unit=branch, code="secretary", from_on=founded, actor=ACTOR
                )
        yield branch


def test_saving_a_meeting_through_the_service_judges_the_branch_at_once(branch):
    secretary = branch.posts.get().person
    with clock.fixed(DAY):
        sitting_enter(
            owner=branch,
            actor=user_of(branch),
            day=date(2025, 3, 18),
            segments=(
                SegmentInput(
                    kind="branch_assembly",
                    convener="branch",
                    theme="示例主题",
                    roles=(
                        RoleInput("presider", secretary.pk),
                        RoleInput("recorder", secretary.pk),
                    ),
                    agenda=(AgendaInput("示例议题", discussion="讨论", resolution="同意"),),
                ),
            ),
        )

        found = clause_explanation(branch, "branch-regulation", "assembly_quarterly", DAY)

    assert [row.reasons for row in (*found.counted, *found.rejected)] == [()]
    stored = Finding.objects.get(
        unit=branch, standard="branch-regulation", clause="assembly_quarterly"
    )
    assert (stored.verdict, stored.measured, stored.required) == (
        found.verdict,
        found.measured,
        found.required,
    )
    held = Finding.objects.get(
        unit=branch, standard="branch-regulation", clause="secretary_in_office"
    )
    assert held.verdict == "met"


def test_a_chair_without_the_post_passes_with_a_reason_and_becomes_a_finding(branch):
    member = (
        Membership.objects.filter(unit=branch)
        .exclude(member__person__posts__unit=branch)[0]
        .member.person
    )
    with clock.fixed(DAY):
        sitting_enter(
            owner=branch,
            actor=user_of(branch),
            day=date(2025, 3, 18),
            segments=(
                SegmentInput(
                    kind="branch_assembly",
                    convener="branch",
                    theme="示例主题",
                    roles=(
                        RoleInput("presider", member.pk, "书记外出，受委托主持"),
                        RoleInput("recorder", member.pk),
                    ),
                    agenda=(AgendaInput("示例议题"),),
                ),
            ),
        )
        found = clause_explanation(branch, "branch-regulation", "assembly_quarterly", DAY)

    assert found.counted == ()
    assert [reason for row in found.rejected for reason in row.reasons if "主持" in reason]
    judged = Finding.objects.get(unit=branch, standard="branch-regulation", clause="right_presider")
    assert (judged.verdict, judged.measured) == ("unmet", 1)


def test_every_relation_of_a_real_branch_has_the_contracts_columns(branch):
    facts = facts_fetch(unit_ids=[branch.pk], as_of=DAY)

    assert facts["unit"].to_pylist()[0]["founded"] == date(2015, 1, 1)
    assert facts["member"].num_rows == 10
    assert facts["post"].to_pylist()[0]["post"] == "secretary"
    assert [ref.key for ref in standards_for(branch, DAY)] == ["liuhua", "branch-regulation"]


def user_of(branch):
    from zhibu.standards.tests.factories import user_make

    return user_make(branch)
