from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from zhibu.shared.clock import fixed

PICTURES = os.environ.get("ZHIBU_PICTURES")
#: The day on which the journeys happen; the live server runs in this process and keeps it too.
DAY = date(2026, 9, 15)


@pytest.fixture
def picture(page):
    """Keep a picture of the whole page in the folder named by ZHIBU_PICTURES, if any."""

    def keep(name: str) -> None:
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)

    return keep


@pytest.fixture
def violations(page):
    """What breaks WCAG 2.2 AA on the page as it stands, by axe."""
    return lambda: violations_on(page)


def violations_on(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


@pytest.fixture
def world(live_server):
    """The small world of the homes, and a clerk who logs in for the first time."""
    from zhibu.home.tests.factories import world as make

    with fixed(DAY):
        yield make(DAY, first_login=True)


@pytest.fixture
def complaints(page):
    """Everything the browser complained of: console errors, broken scripts, the strict CSP."""
    said: list[str] = []
    complained(page, said)
    return said


def complained(page, said: list[str]) -> None:
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            said.append(f"{page.url}: {message.text}")
            if message.type in {"error", "warning"} and " 422 " not in message.text
            else None
        ),
    )


@pytest.fixture
def sign_in(live_server):
    """Log in through the form, in any page."""
    from zhibu.home.tests.factories import PASSWORD

    def enter(page, name: str, password: str = PASSWORD) -> None:
        page.goto(f"{live_server.url}/account/login")
        page.get_by_label("用户名或手机号").fill(name)
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()

    return enter
