"""What the decisions of 发展党员 do to the roster, and what they refuse."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.audit.models import Event
from zhibu.membership.effects import EFFECTS
from zhibu.membership.models import Member, Membership
from zhibu.membership.selectors import roster_on
from zhibu.membership.tests.factories import make_member
from zhibu.organization.tests.factories import make_person, make_user
from zhibu.shared.errors import RuleBroken

pytestmark = pytest.mark.django_db
ADMITTED, APPROVED = date(2025, 3, 10), date(2025, 5, 20)


@pytest.fixture
def person(county):
    return make_person("示例新人", born_on=None)


@pytest.fixture
def do(county, clerk, person):
    def effect(name, *, day=APPROVED, who=person, actor=clerk, **fields):
        common = {"unit": county.one, "title": "发展示例新人", "actor": actor}
        EFFECTS[name](person=who, day=day, fields=fields, **common)

    return effect


def entry(county, day):
    return [(one.name, one.category, one.entitled) for one in roster_on(county.one.pk, day)]


def test_approval_admits_from_the_day_of_the_assembly(county, person, do):
    do("member_admit_probationary", joined_on="2025-03-10", born_on="1990-02-28", ethnicity="01")

    assert entry(county, date(2025, 3, 9)) == []
    assert entry(county, ADMITTED) == [("示例新人", "probationary", False)]
    member = Member.objects.get(person=person)
    assert (member.joined_on, member.full_on, member.ethnicity) == (ADMITTED, None, "01")
    person.refresh_from_db()
    assert person.born_on == date(1990, 2, 28)
    assert Event.objects.filter(action="membership.admitted").count() == 1


def test_a_full_member_counts_from_the_end_of_probation_not_from_the_approval(county, person, do):
    do("member_admit_probationary", joined_on="2025-03-10")
    do("member_make_full", day=date(2026, 5, 1), full_on="2026-03-10")

    assert entry(county, date(2026, 3, 9)) == [("示例新人", "probationary", False)]
    assert entry(county, date(2026, 3, 10)) == [("示例新人", "full", True)]


def test_an_extended_probation_is_kept_until_it_is_over(county, person, do):
    do("member_admit_probationary", joined_on="2025-03-10")
    do("member_extend_probation", probation_until="2026-09-10")
    member = Member.objects.get(person=person)
    assert (member.category, member.probation_until) == ("probationary", date(2026, 9, 10))
    with pytest.raises(RuleBroken, match="应晚于"):
        do("member_extend_probation", probation_until="2026-09-10")

    do("member_make_full", full_on="2026-09-10")
    member.refresh_from_db()
    assert (member.category, member.full_on, member.probation_until) == (
        "full",
        date(2026, 9, 10),
        None,
    )


def test_a_cancelled_member_leaves_the_branch_with_the_approval(county, person, do):
    do("member_admit_probationary", joined_on="2025-03-10")
    do("member_cancel_probation", day=date(2026, 4, 1))

    assert Membership.objects.get(member=person.pk).end_reason == "left"
    assert len(entry(county, date(2026, 4, 1))) == 1
    assert entry(county, date(2026, 4, 2)) == []


def test_somebody_on_the_roster_already_is_not_written_twice(county, person, do):
    do("member_admit_probationary", joined_on="2025-03-11")
    do("member_admit_probationary", joined_on="2025-03-10")

    assert Membership.objects.filter(member=person.pk).count() == 1
    assert Member.objects.get(person=person).joined_on == ADMITTED


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("member_admit_probationary", {}, "请填写“入党日期”"),
        ("member_make_full", {"full_on": "2026-03-10"}, "党员名册中没有“示例新人”"),
        ("member_extend_probation", {"probation_until": "2026-09-10"}, "党员名册中没有“示例新人”"),
        ("member_cancel_probation", {}, "党员名册中没有“示例新人”"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(county, person, do, name, fields, said):
    with pytest.raises(RuleBroken, match=said):
        do(name, **fields)

    assert not Member.objects.exists()


def test_a_full_member_is_neither_admitted_nor_converted_again(county, do):
    full = make_member(county.one, "示例正式").person

    with pytest.raises(RuleBroken, match="已经是正式党员"):
        do("member_admit_probationary", who=full, joined_on="2025-03-10")
    with pytest.raises(RuleBroken, match="不是预备党员"):
        do("member_make_full", who=full, full_on="2026-03-10")
    with pytest.raises(RuleBroken, match="没有写明对象"):
        do("member_make_full", who=None, full_on="2026-03-10")


def test_a_day_of_full_membership_before_joining_is_refused(do):
    do("member_admit_probationary", joined_on="2025-03-10")

    with pytest.raises(RuleBroken, match="应晚于入党日期 2025-03-10"):
        do("member_make_full", full_on="2025-03-10")


def test_only_who_manages_the_members_of_the_branch_may(county, do):
    recorder = make_user("writer", ("recorder", county.one))

    with pytest.raises(RuleBroken, match="有权管理党员"):
        do("member_admit_probationary", actor=recorder, joined_on="2025-03-10")
    assert not Member.objects.exists()


def test_the_page_of_a_member_says_until_when_probation_was_extended(
    client, county, clerk, person, do
):
    do("member_admit_probationary", joined_on="2025-03-10")
    do("member_extend_probation", probation_until="2026-09-10")
    client.force_login(clerk)

    page = client.get(f"/members/{person.pk}/").content.decode()

    assert "预备期延长至" in page and "2026-09-10" in page
