"""The portal as a villager meets it on a phone: readable, accessible, without a script or a cookie."""

from __future__ import annotations

import pytest

from zhibu.portal.tests.factories import DAY, villages
from zhibu.shared.clock import fixed

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
WIDTHS = [pytest.param(1280, id="desktop"), pytest.param(390, id="phone")]


@pytest.fixture
def world(live_server):
    with fixed(DAY):
        yield villages()


@pytest.mark.parametrize("width", WIDTHS)
def test_open_pages_are_accessible_and_fit(
    page, live_server, world, picture, violations, complaints, width
):
    page.set_viewport_size({"width": width, "height": 900})
    wrong = []
    for name, path in {
        "index": "/open/",
        "unit": "/open/E1/",
        "archive": "/open/E2/",
        "notice": f"/open/n/{world.resolution.token}/",
        "corrected": f"/open/n/{world.progress.token}/",
        "withdrawn": f"/open/n/{world.withdrawn.token}/",
        "objection": f"/open/n/{world.resolution.token}/objection/",
    }.items():
        assert page.goto(f"{live_server.url}{path}").status == 200
        if name == "archive":
            page.locator("summary").first.click()
        picture(f"open-{name}-{width}")
        wrong += [f"{name}: {fault}" for fault in violations()]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{name}: wider than {width}")
    assert wrong + complaints == []
    assert page.context.cookies() == []


def test_a_villager_hands_in_an_objection_without_a_script(browser, live_server, world):
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, locale="zh-CN", java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/open/")
    page.get_by_role("link", name="甲镇一村党支部").click()
    page.get_by_role("link", name="修路的决议").click()
    page.get_by_role("link", name="我有意见").click()
    page.get_by_label("您的意见").fill("路面比说好的窄。")
    page.get_by_role("button", name="提交").click()
    assert page.get_by_text("第 4 号").is_visible()
    page.get_by_role("link", name="回到公开内容").click()
    assert page.locator("#objection-4").is_visible()
    context.close()
