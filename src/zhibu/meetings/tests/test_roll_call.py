"""「全到，除了…」 in a browser: few taps by hand, none by keyboard, and without script."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.meetings.models import SegmentHost
from zhibu.meetings.tests.factories import Branch
from zhibu.shared import clock

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
DAY = date(2025, 3, 10)


@pytest.fixture
def branch():
    with clock.fixed(DAY):
        yield Branch(extra=38)


def opened(page, live_server, client, branch):
    client.force_login(branch.clerk)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.goto(
        live_server.url
        + reverse("meetings:new", args=[branch.unit.pk], query={"kind": "branch_assembly"})
    )
    return page


def away() -> dict[str, str]:
    roster = SegmentHost.objects.get().roster.exclude(state="present").select_related("person")
    return {a.person.name: f"{a.state}:{a.reason}" for a in roster}


def test_42_people_with_four_exceptions_take_nine_taps_on_a_phone(
    page, live_server, client, branch
):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, live_server, client, branch)
    page.fill("#id_s0-theme", "季度大会")
    taps = 0
    chosen = {
        "群众党员01": "请假：生病",
        "群众党员07": "请假：公出",
        "群众党员20": "缺席",
        "群众党员38": "请假：外出务工",
    }
    for name, reason in chosen.items():
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(".mt-chips").get_by_role("button", name=reason, exact=True).click()
        taps += 2
    assert "除了 4 人" in page.locator("[data-roll-said]").inner_text()
    page.get_by_role("button", name="保存", exact=True).last.click()
    taps += 1
    page.wait_for_url("**/meetings/*/")

    assert taps <= 10
    host = SegmentHost.objects.get()
    assert (host.due, host.present) == (42, 38)
    assert away()["群众党员20"] == "absent:"


def test_the_keyboard_alone_enters_four_exceptions(page, live_server, client, branch):
    opened(page, live_server, client, branch)
    page.locator(".mt-name").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("用文字写、列席人数").focus()
    page.keyboard.press("Enter")
    page.locator("#id_roll-all_members-absences").focus()
    page.keyboard.type("群众党员02（请假：生病）、群众党员03（缺席）、群众党员04（值班）")
    page.keyboard.press("Enter")
    page.wait_for_url("**/meetings/*/")

    assert len(away()) == 4
    assert away()["群众党员04"] == "leave:值班"


def test_without_script_every_name_is_a_plain_choice(browser, live_server, client, branch):
    context = browser.new_context(java_script_enabled=False)
    page = opened(context.new_page(), live_server, client, branch)
    page.get_by_label("群众党员01", exact=True).select_option(label="请假：生病")
    page.get_by_role("button", name="再加一项议题").click()
    assert page.get_by_label("群众党员01", exact=True).input_value() == "leave:生病"
    page.get_by_role("button", name="保存", exact=True).last.click()

    assert SegmentHost.objects.get().present == 41
    context.close()


def test_choosing_another_kind_brings_its_roll_and_keeps_what_was_typed(
    page, live_server, client, branch
):
    opened(page, live_server, client, branch)
    page.fill("#id_place", "二楼")
    page.select_option("#id_s0-kind", label="支部委员会")
    page.locator("h2", has_text="应到 3 人").wait_for()

    assert page.input_value("#id_place") == "二楼"
    assert page.locator(".mt-name").count() == 3
