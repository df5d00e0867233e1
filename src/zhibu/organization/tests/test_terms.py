"""When a term runs out: said half a year before, and after the day until a new one is entered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from zhibu.organization import selectors
from zhibu.organization.services import term_begin, unit_withdraw
from zhibu.organization.tests.factories import make_user
from zhibu.shared import clock

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def today():
    with clock.fixed(TODAY):
        yield


def term(unit, days):
    return term_begin(
        unit=unit, from_on=date(2023, 1, 1), to_on=TODAY + timedelta(days=days), actor="测试"
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-1, "本届已于 2026-06-14 届满"),
        (0, "距换届还有 0 天"),
        (183, "距换届还有 183 天"),
        (184, None),
    ],
)
def test_the_unit_and_the_township_see_a_term_that_ends(client, county, days, said):
    term(county.one, days)
    client.force_login(make_user("staff", ("township", county.east)))
    page = client.get(reverse("organization:unit", args=[county.one.pk])).content.decode()
    above = client.get(reverse("home:unit", args=[county.east.pk])).content.decode()
    card = above.split('class="home-three"')[1].split('id="branches"')[0]
    named = card.split("已届满，或半年内届满")[1]

    assert ("zb-note" in page.split('id="term"')[1].split("</section>")[0]) is (said is not None)
    assert said is None or said in page
    assert (str(county.one) in named) is (said is not None)
    assert str(county.two) not in named


def test_an_approved_extension_counts(county):
    made = term(county.one, -10)
    made.extended_to, made.approval = TODAY + timedelta(days=20), "某批复"
    made.save(update_fields=["extended_to", "approval"])
    view = selectors.term_current(county.one, TODAY)

    assert (view.days_left, view.is_overdue, view.is_near) == (20, False, True)


def test_a_withdrawn_unit_is_not_asked_to_elect(client, county):
    term(county.two, -10)
    unit_withdraw(unit=county.two, day=date(2026, 6, 10), actor="测试")
    client.force_login(make_user("staff", ("township", county.east)))
    page = client.get(reverse("organization:unit", args=[county.two.pk])).content.decode()

    assert "请换届" not in page
    assert "最后一届原定" in page
