"""Role × act: the table of who may do what, in the place and elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from zhibu.organization import policies
from zhibu.organization.models import RoleGrant, Unit
from zhibu.organization.services import role_revoke
from zhibu.organization.tests.factories import make_user
from zhibu.shared import clock

pytestmark = pytest.mark.django_db

ACTS = {
    "may_record": "recorder secretary township county",
    "may_confirm": "secretary township county",
    "may_manage_members": "secretary township county",
    "may_manage_posts": "secretary township county administrator",
    "may_manage_organization": "township county administrator",
    "may_grant_roles": "administrator",
    "may_see_sensitive": "secretary township county",
    "may_judge": "township county",
    "may_audit": "auditor",
    "may_see": "member recorder secretary township county inspector auditor administrator",
}


@pytest.mark.parametrize("role", RoleGrant.Role.values)
def test_each_role_may_what_the_table_says_here_and_below_and_nothing_elsewhere(county, role):
    user = make_user("somebody", (role, county.east))
    for name, roles in ACTS.items():
        policy = getattr(policies, name)
        expected = role in roles.split()
        assert policy(user, county.east) is expected, name
        assert policy(user, county.one) is expected, name
        assert policy(user, county.far) is False, name
        assert policy(user, county.top) is False, name


def test_the_installer_sets_up_but_writes_no_records_and_sees_no_private_numbers(county):
    root = make_user("root", is_installer=True)

    may = {name for name in ACTS if getattr(policies, name)(root, county.one)}
    assert may == {
        "may_manage_posts",
        "may_manage_organization",
        "may_grant_roles",
        "may_audit",
        "may_see",
    }


def test_a_role_holds_from_its_day_to_its_day(county):
    today = clock.today()
    user = make_user("somebody")
    for start, end, held in [(1, None, False), (-9, -1, False), (-9, 0, True), (0, None, True)]:
        RoleGrant.objects.all().delete()
        RoleGrant.objects.create(
            user=user,
            unit=county.one,
            role="secretary",
            from_on=today + timedelta(days=start),
            to_on=None if end is None else today + timedelta(days=end),
        )
        assert policies.may_record(user, county.one) is held
        assert Unit.objects.visible_to(user).exists() is held


def test_a_role_taken_back_ends_at_once(county):
    user = make_user("somebody", ("secretary", county.one))
    role_revoke(grant=RoleGrant.objects.get(), actor="测试")

    assert not policies.may_record(user, county.one)
    assert RoleGrant.objects.get().to_on == clock.today() - timedelta(days=1)


def test_a_disabled_account_may_nothing(county):
    user = make_user("somebody", ("secretary", county.one), is_active=False)

    assert not policies.may_record(user, county.one)
