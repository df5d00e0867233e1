"""A standard about persons: judged when somebody looks, and of others only for those who may."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.organization.models import Person, Post, RoleGrant
from zhibu.records.models import Participant
from zhibu.standards import services
from zhibu.standards.models import Finding
from zhibu.standards.selectors import subjects_judged
from zhibu.standards.tests.factories import (
    committee_make,
    pack_make,
    sitting_row,
    unit_make,
    user_make,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 7, 10)


@pytest.fixture
def branch():
    pack_make("P1")
    return unit_make(committee_make())


def secretary_make(unit, name):
    person = Person.objects.create(name=name)
    Post.objects.create(person=person, unit=unit, code="secretary", from_on=date(2024, 1, 1))
    return person


def presided(unit, person, day):
    record = sitting_row(unit, "branch_assembly", day)
    Participant.objects.create(
        record=record, part=1, person=person, role="presider", post="secretary"
    )


def test_each_holder_of_the_post_is_judged_by_what_he_did_himself(branch):
    busy, idle = secretary_make(branch, "示例甲"), secretary_make(branch, "示例乙")
    presided(branch, busy, date(2025, 3, 1))
    judge = user_make(branch, RoleGrant.Role.SECRETARY)

    page = subjects_judged(branch, "secretaries", DAY, judge)

    found = {one.subject_id: one for one in page.subjects}
    assert {one.name for one in page.subjects} == {"示例甲", "示例乙"}
    assert found[busy.pk].result.explanations[0].verdict == "met"
    assert found[idle.pk].result.explanations[0].verdict == "partial"
    assert "系统内未见" in found[idle.pk].result.explanations[0].sentence


def test_a_member_sees_of_persons_only_himself(branch):
    own, other = secretary_make(branch, "示例甲"), secretary_make(branch, "示例乙")
    member = user_make(branch, RoleGrant.Role.MEMBER)
    own.user = member
    own.save(update_fields=["user"])

    page = subjects_judged(branch, "secretaries", DAY, member)

    assert [one.subject_id for one in page.subjects] == [own.pk]
    assert other.pk not in {one.subject_id for one in page.subjects}


def test_the_unit_page_leads_to_it_and_no_finding_of_a_person_is_kept(branch, client):
    secretary_make(branch, "示例甲")
    services.units_judge(unit_ids=[branch.pk], day=DAY)
    client.force_login(user_make(branch, RoleGrant.Role.SECRETARY))

    page = client.get(reverse("standards:unit", args=[branch.pk])).content.decode()
    address = reverse("standards:subjects", args=[branch.pk, "secretaries"])
    shown = client.get(address)

    assert address in page
    assert shown.status_code == 200
    assert "示例甲" in shown.content.decode() and "亲自主持" in shown.content.decode()
    assert not Finding.objects.filter(standard="secretaries").exists()
    assert client.get(reverse("standards:subjects", args=[branch.pk, "no"])).status_code == 404
