"""Accounts closed and opened again by those who grant roles, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from zhibu.accounts.models import User
from zhibu.audit.models import Event
from zhibu.organization.models import Person, RoleGrant
from zhibu.organization.services import post_begin
from zhibu.organization.tests.factories import LONG_AGO, make_person, make_user
from zhibu.shared import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client, county):
    user = make_user("boss", ("administrator", county.east))
    client.force_login(user)
    return user


def grant_of(user):
    return RoleGrant.objects.get(user=user)


def post(client, name, grant):
    return client.post(reverse(f"organization:{name}", args=[grant.pk]))


def test_a_closed_account_is_out_at_once_and_comes_back_with_its_roles(client, county, boss):
    user = make_user("writer", ("recorder", county.one))
    theirs = Client()
    theirs.force_login(user)
    assert theirs.get("/account/").status_code == 200
    grant = grant_of(user)
    asked = client.get(reverse("organization:account_disable", args=[grant.pk]))
    assert "停用后不能登录" in asked.content.decode()
    assert User.objects.get(pk=user.pk).is_active
    assert post(client, "account_disable", grant).status_code == 302

    assert theirs.get("/account/").status_code == 302
    login = {"username": "writer", "password": "Mima-12345"}
    assert theirs.post("/account/login", login).status_code == 422
    page = client.get(reverse("organization:grants", args=[county.one.pk])).content.decode()
    assert "已停用" in page
    assert reverse("organization:account_enable", args=[grant.pk]) in page
    assert post(client, "account_enable", grant).status_code == 302
    assert theirs.post("/account/login", login).status_code == 302
    assert grant_of(user) == grant
    actions = Event.objects.filter(actor="boss").values_list("action", flat=True).order_by("pk")
    assert list(actions) == ["accounts.disabled", "accounts.enabled"]


def test_nobody_closes_his_own_account(client, county, boss):
    answer = post(client, "account_disable", grant_of(boss))

    assert answer.status_code == 422
    assert "不能停用自己的账号" in answer.content.decode()
    assert User.objects.get(pk=boss.pk).is_active


def test_who_has_a_role_elsewhere_is_not_closed_nor_taken_over_from_here(client, county, boss):
    staff = make_user("staff", ("county", county.top))
    here = RoleGrant.objects.create(
        user=staff, unit=county.one, role="member", from_on="2020-01-01"
    )
    password = staff.password
    answer = post(client, "account_disable", here)
    assert answer.status_code == 422
    assert "请由上级管理员办理" in answer.content.decode()
    assert post(client, "account_reset", here).status_code == 302

    staff.refresh_from_db()
    assert staff.is_active
    assert staff.password == password


def test_a_role_made_for_somebody_gives_no_power_over_whose_post_or_coming_role_is_elsewhere(
    client, county, boss
):
    """The administrator's own grant must not open the way to another place's log-in."""
    later = clock.today() + timedelta(days=9)
    coming, posted = make_user("coming"), make_user("posted")
    RoleGrant.objects.create(user=coming, unit=county.top, role="county", from_on=later)
    person = make_person()
    Person.objects.filter(pk=person.pk).update(user=posted)
    post_begin(person=person, unit=county.far, code="secretary", from_on=LONG_AGO, actor="测试")
    for user in (coming, posted):
        form = {"username": user.username, "role": "member"}
        new = reverse("organization:grant_new", args=[county.one.pk])
        assert client.post(new, form).status_code == 302
        grant = RoleGrant.objects.get(user=user, unit=county.one)
        password = user.password
        assert "初始密码" not in post(client, "account_reset", grant).content.decode()
        assert post(client, "account_disable", grant).status_code == 422
        user.refresh_from_db()
        assert (user.password, user.is_active) == (password, True)


def test_nobody_grants_himself_a_role(client, county):
    root = make_user("root", is_installer=True)
    client.force_login(root)
    form = {"username": "root", "role": "county"}
    answer = client.post(reverse("organization:grant_new", args=[county.top.pk]), form)

    assert answer.status_code == 422
    assert "不能给自己授权，请由另一名管理员办理。" in answer.content.decode()
    assert not RoleGrant.objects.filter(user=root).exists()
    assert not Event.objects.filter(action="organization.role_granted").exists()


def test_others_do_not_find_the_act(client, county):
    grant = grant_of(make_user("writer", ("recorder", county.one)))
    for role, unit in (
        ("county", county.top),
        ("secretary", county.one),
        ("administrator", county.west),
    ):
        client.force_login(make_user(f"{role}-x", (role, unit)))
        assert post(client, "account_disable", grant).status_code == 404
        assert post(client, "account_enable", grant).status_code == 404
    assert grant_of(grant.user).user.is_active


def test_office_staff_on_no_list_get_an_account_by_name(client, county, boss):
    form = {"new_name": "郑新来", "username": "zhengxinlai", "role": "township"}
    answer = client.post(reverse("organization:account_new", args=[county.east.pk]), form)

    assert answer.status_code == 200
    user = User.objects.get(username="zhengxinlai")
    assert (user.display_name, grant_of(user).role) == ("郑新来", "township")
    assert not Person.objects.filter(user=user).exists()
    nobody = client.post(
        reverse("organization:account_new", args=[county.east.pk]),
        {"username": "x1", "role": "member"},
    )
    assert nobody.status_code == 422
