"""An empty installation says what to do first, and stops saying it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhibu.membership.tests.factories import make_member
from zhibu.organization.models import Adoption
from zhibu.organization.tests.factories import County, make_user

pytestmark = pytest.mark.django_db


def test_the_installer_is_led_through_the_first_steps(client):
    client.force_login(make_user("root", is_installer=True))
    page = client.get("/").content.decode()
    assert reverse("organization:units_new") in page
    assert "已办" not in page

    county = County()
    page = client.get("/").content.decode()
    assert page.count("已办") == 1
    assert reverse("organization:grants", args=[county.top.pk]) in page
    make_user("staff", ("county", county.top))
    make_member(county.one)
    assert client.get("/").content.decode().count("已办") == 3
    Adoption.objects.create(unit=county.top, pack_key="national", from_on="2025-01-01")
    assert client.get("/").url == reverse("home:unit", args=[county.top.pk])


def test_nobody_else_sees_the_first_steps(client):
    client.force_login(make_user("other"))
    assert reverse("organization:units_new") not in client.get("/").content.decode()
