"""发展党员, 换届选举 and 组织生活会 in a real browser: their longest pages fit a phone and a desktop and break no rule."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.organization.tests.factories import make_person
from zhibu.procedures.services import step_fill
from zhibu.procedures.tests.factories import matter_make, village_make
from zhibu.procedures.tests.test_election import FORM, counts, meet_to_elect, until_election
from zhibu.procedures.tests.test_life_meeting import met
from zhibu.procedures.tests.test_member_development import until_admission
from zhibu.shared.clock import fixed

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
DAY, PASSWORD = date(2026, 7, 10), "correct horse staple"


@pytest.fixture
def village(live_server):
    with fixed(DAY):
        made = village_make()
        made.secretary.set_password(PASSWORD)
        made.secretary.save()
        yield made


def pages(village):
    person = make_person("示例新人", born_on=date(1995, 5, 4))
    first = matter_make(
        village, "member_development", title="发展示例新人", form={}, person=person, opened_on=date(2022, 1, 10)
    )  # fmt: skip
    until_admission(village, first)
    second = matter_make(
        village, "election", title="2026年换届选举", form=FORM, opened_on=date(2026, 5, 1)
    )
    four = until_election(village, second)
    made = meet_to_elect(village, second)
    step_fill(made=made, fields=counts(four, [7, 6, 4, 3], 3), actor=village.clerk)
    third = matter_make(
        village, "life_meeting", title="2025年度组织生活会", form={"year": 2025}, opened_on=date(2025, 11, 1)
    )  # fmt: skip
    met(village, third)
    new = reverse("procedures:new", args=[village.unit.pk]) + "?procedure=member_development"
    return {
        "development_new": new, "development": first.get_absolute_url(), "election": second.get_absolute_url(),
        "election_fill": reverse("procedures:step_fill", args=[second.pk, made.pk]),
        "election_duties": f"{second.get_absolute_url()}?step=duties", "life": third.get_absolute_url(),
        "life_talks": f"{third.get_absolute_url()}?step=talk_peer",
    }  # fmt: skip


@pytest.mark.parametrize("width", [pytest.param(1280, id="desktop"), pytest.param(390, id="phone")])
def test_pages_of_the_longer_ways_fit_and_are_accessible(
    page, live_server, picture, violations, complaints, sign_in, village, width
):
    addresses = pages(village)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "secretary", PASSWORD)
    faults: list[str] = []
    for name, url in addresses.items():
        assert page.goto(live_server.url + url).status == 200, name
        picture(f"cadre-{name}-{width}")
        faults += [f"{name}: {one}" for one in violations()]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name}: wider than the screen")
    assert not faults + complaints, "\n".join(faults + complaints)
