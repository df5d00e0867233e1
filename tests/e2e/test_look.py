"""The shared components in a real browser: readable by all, and within the strict CSP."""

from __future__ import annotations

import pytest

from zhibu.shared import nav

pytestmark = [pytest.mark.e2e, pytest.mark.needs("chromium"), pytest.mark.django_db]

WIDTHS = [pytest.param(1280, id="desktop"), pytest.param(390, id="phone")]


@pytest.fixture
def menu(monkeypatch):
    """A menu of six, so that the phone has to leave one out."""
    labels = ["首页", "会议记录", "党员", "计划总结", "全景图", "组织"]
    icons = ["home", "calendar-event", "users", "file-text", "layout-grid", "sitemap"]
    shown = [
        nav.Entry(label, "/gallery/" if n == 0 else f"/{n}/", icon, n == 0, n < 5, False)
        for n, (label, icon) in enumerate(zip(labels, icons, strict=True))
    ]
    monkeypatch.setattr(nav, "entries", lambda request, area: shown if area == "main" else [])
    place = nav.Place("示例局机关第一党支部", "/", (("示例局机关第二党支部", "/2"),))
    monkeypatch.setattr(nav, "place", lambda request: place)


@pytest.mark.urls("tests.gallery.urls")
@pytest.mark.parametrize("width", WIDTHS)
def test_components_are_accessible_and_break_no_csp(
    page, live_server, menu, picture, violations, width
):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(f"{live_server.url}/gallery/?title=")

    picture(f"gallery-{width}")
    assert violations() == []
    assert not [text for text in said if "Content Security Policy" in text]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_that_does_not_exist_says_what_to_do(page, live_server, picture, violations, width):
    page.set_viewport_size({"width": width, "height": 700})

    page.goto(f"{live_server.url}/no-such-page/")

    picture(f"not-found-{width}")
    assert page.get_by_role("link", name="回到首页").is_visible()
    assert violations() == []
