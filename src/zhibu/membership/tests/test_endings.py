"""Members of a branch that is merged or withdrawn: none is left behind, none is written twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.membership import selectors
from zhibu.membership.models import Membership
from zhibu.membership.tests.factories import make_member
from zhibu.organization.models import Unit
from zhibu.organization.services import unit_merge, unit_withdraw
from zhibu.organization.tests.factories import make_unit, make_user
from zhibu.shared.errors import RuleBroken

LAST, NEXT = date(2026, 3, 31), date(2026, 4, 1)


def names(unit, day):
    return {row.name for row in selectors.roster_on(unit, day)}


def merge(county, day=LAST, into=None):
    return unit_merge(unit=county.one, into=into or county.two, day=day, actor="测试")


def test_members_of_a_merged_branch_belong_to_the_new_one_from_the_next_day(county):
    member = make_member(county.one, "李大为", group=county.group)
    make_member(county.two, "赵有文")
    merge(county)

    old, new = Membership.objects.filter(member=member).order_by("from_on")
    assert (old.unit, old.group, old.to_on, old.end_reason) == (
        county.one,
        county.group,
        LAST,
        "merged",
    )
    assert (new.unit, new.group, new.from_on, new.to_on, new.end_reason) == (
        county.two,
        None,
        NEXT,
        None,
        "",
    )
    assert (names(county.one, LAST), names(county.two, LAST)) == ({"李大为"}, {"赵有文"})
    assert (names(county.one, NEXT), names(county.two, NEXT)) == (set(), {"李大为", "赵有文"})
    county.group.refresh_from_db()
    assert county.group.withdrawn_on == LAST
    assert (
        Event.objects.filter(
            action="membership.transferred", target=f"organization.person:{member.pk}"
        ).count()
        == 1
    )


def test_a_merger_entered_late_keeps_what_was_entered_since(county):
    gone = make_member(county.one, "李大为")
    Membership.objects.filter(member=gone).update(to_on=date(2026, 5, 1), end_reason="died")
    before = make_member(county.one, "赵有文")
    Membership.objects.filter(member=before).update(to_on=date(2026, 2, 1), end_reason="left")
    coming = make_member(county.one, "钱小来", from_on=date(2026, 6, 1))
    merge(county)

    said = set(Membership.objects.values_list("member", "unit", "from_on", "to_on", "end_reason"))
    start = date(2016, 1, 1)
    assert said == {
        (gone.pk, county.one.pk, start, LAST, "merged"),
        (gone.pk, county.two.pk, NEXT, date(2026, 5, 1), "died"),
        (before.pk, county.one.pk, start, date(2026, 2, 1), "left"),
        (coming.pk, county.two.pk, date(2026, 6, 1), None, ""),
    }


def test_a_branch_with_members_is_not_merged_into_what_is_no_branch(county):
    make_member(county.one)
    with pytest.raises(RuleBroken, match="只能并入另一个党支部"):
        merge(county, into=county.east)

    county.one.refresh_from_db()
    assert county.one.withdrawn_on is None
    assert Membership.objects.get().to_on is None


def test_a_branch_with_members_is_not_withdrawn_and_the_page_says_what_to_do(county, client):
    make_member(county.one)
    client.force_login(make_user("staff", ("township", county.east)))
    answer = client.post(
        reverse("organization:withdraw", args=[county.one.pk]), {"day": "2026-03-31"}
    )

    assert answer.status_code == 422
    assert "还有 1 名党员。请先办理党员的组织关系转接，或改办“并入”" in answer.content.decode()
    county.one.refresh_from_db()
    assert county.one.withdrawn_on is None


def test_a_branch_whose_members_have_gone_is_withdrawn(county):
    member = make_member(county.one)
    Membership.objects.filter(member=member).update(to_on=LAST, end_reason="transferred")
    with pytest.raises(RuleBroken, match="还有 1 名党员"):
        unit_withdraw(unit=county.one, day=date(2026, 3, 30), actor="测试")
    unit_withdraw(unit=county.one, day=LAST, actor="测试")

    assert Unit.objects.get(pk=county.one.pk).withdrawn_on == LAST


def test_a_group_with_members_is_not_withdrawn_but_merged_into_another_of_its_branch(county):
    second = make_unit("E1-2", county.one, "group", name="第二党小组")
    stranger = make_unit("E2-1", county.two, "group", name="二村党小组")
    make_member(county.one, group=county.group)
    with pytest.raises(RuleBroken, match="1 名组员"):
        unit_withdraw(unit=county.group, day=LAST, actor="测试")
    with pytest.raises(RuleBroken, match="同一党支部"):
        unit_merge(unit=county.group, into=stranger, day=LAST, actor="测试")
    unit_merge(unit=county.group, into=second, day=LAST, actor="测试")

    belonging = Membership.objects.get()
    assert (belonging.unit, belonging.group, belonging.to_on) == (county.one, second, None)
