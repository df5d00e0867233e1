"""Numbers nobody can mean, in every address and form that takes one: an answer, never a breakdown."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.home.tests import factories
from zhibu.organization.tests.factories import make_user
from zhibu.shared.clock import fixed

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 15)
HUGE = "9" * 23
ENDLESS = "9" * 5000


def test_numbers_nobody_can_mean_get_an_answer(client):
    with fixed(DAY):
        world = factories.world(DAY, members=8)
        broken = [asked for asked in _asked(client, world) if asked[1] >= 500]
    assert not broken


def _asked(client, world):
    unit, committee = world.branch.pk, world.committee.pk
    client.raise_request_exception = False
    client.force_login(world.staff)
    for number in ("²", "²²²²", HUGE):
        for path in (
            f"/meetings/units/{unit}/?per_page=",
            f"/members/unit/{unit}/?per_page=",
            f"/documents/unit/{unit}/?per_page=",
            f"/home/{committee}/?per_page=",
            f"/members/unit/{unit}/?group=",
            f"/standards/unit/{unit}/?year=",
            f"/standards/heatmap/{committee}/?year=",
            f"/standards/heatmap/{committee}/?parent=",
            f"/documents/unit/{unit}/?year=",
            f"/documents/unit/{unit}/new/?year=",
        ):
            yield path + number, client.get(path + number).status_code
    for user in (world.staff, world.clerk, world.member):
        client.force_login(user)
        for start in ("/members/", "/meetings/", "/documents/", "/units/", "/jobs/", "/home/"):
            for number in (HUGE, ENDLESS):
                path = f"{start}{number}/"
                yield path[:40], client.get(path).status_code
    yield from _sent(client, world, unit)


def _sent(client, world, unit):
    client.force_login(world.clerk)
    new = f"/meetings/units/{unit}/new/"
    acts = [
        {"act": f"{name}-{n}"} for name in ("add_agenda", "drop_agenda") for n in ("²", ENDLESS)
    ]
    for asked in (*acts, {"act": "refresh", "segments": ENDLESS}, {"act": "save", "hosts": "²"}):
        answer = client.post(new, {"s0-kind": "branch_assembly", "s0-recorder": HUGE, **asked})
        yield str(asked)[:40], answer.status_code
        assert answer.status_code in (200, 422)
    for path, asked in (
        (f"/members/unit/{unit}/group/", {"person": ["²", HUGE, ENDLESS]}),
        ("/jobs/1/answer/", {"row-²": "1", f"row-{ENDLESS}": "1"}),
    ):
        yield path, client.post(path, asked).status_code


def test_a_key_past_all_keys_is_not_found(client):
    client.force_login(make_user("root", is_installer=True))

    for number in (2**63, HUGE, ENDLESS):
        assert client.get(f"/meetings/{number}/").status_code == 404
