"""The log is read by auditors, each within the own subtree; to others it is not there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.urls import reverse

from zhibu.accounts.models import User
from zhibu.accounts.services import account_create
from zhibu.audit.services import event_record

pytestmark = pytest.mark.django_db
URL = "/audit/"


@dataclass
class Coded:
    code: str


@pytest.fixture
def installer():
    return User.objects.create_user("root", "x", is_installer=True, must_change_password=False)


@pytest.fixture
def events(installer):
    for name in ("甲", "乙"):
        account_create(username=name, display_name=name, actor="经办人")
    event_record(
        actor=installer,
        action="accounts.disabled",
        target="accounts.user:9",
        unit=Coded("E1"),
        username="丙",
    )


def page(client, user, query=""):
    client.force_login(user)
    return client.get(reverse("audit:list") + query)


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("", ["建立账号 甲", "停用账号 丙"], []),
        ("?action=accounts.disabled", ["停用账号 丙"], ["建立账号 甲"]),
        ("?actor=经办", ["建立账号 甲"], ["停用账号 丙"]),
        ("?unit=E1", ["停用账号 丙"], ["建立账号 甲"]),
        ("?first=2000-01-01", ["建立账号 甲"], []),
        ("?last=2000-01-01", [], ["建立账号 甲", "停用账号 丙"]),
        ("?first=nonsense", ["建立账号 甲"], []),
    ],
)
def test_it_is_narrowed_by_who_what_where_and_when(client, installer, events, query, seen, unseen):
    text = page(client, installer, query).content.decode()

    assert all(sentence + "。" in text for sentence in seen)
    assert not any(sentence + "。" in text for sentence in unseen)


def test_it_is_exported_as_a_sheet(client, installer, events):
    response = page(client, installer, "?export=xlsx")

    assert "spreadsheetml" in response["Content-Type"]


def test_to_others_it_is_not_there(client, events):
    other = User.objects.create_user("other", "x", must_change_password=False)

    assert page(client, other).status_code == 404


def test_a_page_costs_few_queries(client, installer, events, django_assert_max_num_queries):
    page(client, installer)
    with django_assert_max_num_queries(12):
        client.get(reverse("audit:list"))
