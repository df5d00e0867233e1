"""Every page that opens by its address alone, in a real browser, on a desktop and on a phone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from zhibu.home.tests.factories import PASSWORD, world
from zhibu.shared import clock

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]

TABLE = Path(__file__).parents[1] / "url_roles.tsv"
NOT_PAGES = {"healthz", "accounts:login"}


def _opens_for(role: str) -> list[str]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    return [
        row["url"]
        for row in rows
        if row["method"] == "get" and row[role] == "200" and row["url"] not in NOT_PAGES
    ]


def _address(name: str, unit: int) -> str:
    for arguments in ({}, {"unit_pk": unit}, {"pk": unit}):
        try:
            return reverse(name, kwargs=arguments)
        except Exception:
            continue
    return ""


def _log_in(page, base: str, username: str) -> None:
    """With the keyboard alone."""
    page.goto(f"{base}/account/login")
    page.locator("input[name=username]").focus()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


@pytest.mark.parametrize("width", [pytest.param(1280, id="desktop"), pytest.param(390, id="phone")])
@pytest.mark.parametrize(
    ("reader", "role", "at"),
    [("clerk", "recorder", "branch"), ("staff", "township", "committee")],
    ids=["clerk", "staff"],
)
def test_pages_are_accessible_and_break_no_csp(
    page, live_server, picture, violations, reader, role, at, width
):
    here = world(clock.today())
    said = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.set_viewport_size({"width": width, "height": 900})
    _log_in(page, live_server.url, reader)

    faults = []
    for name in _opens_for(role):
        address = _address(name, getattr(here, at).pk)
        if not address:
            continue
        try:
            answer = page.goto(live_server.url + address)
        except Error as error:
            if "Download is starting" in error.message:
                continue
            raise
        if answer.status != 200:
            # The table's reader stands on a branch; not every page is for every unit.
            assert answer.status in {403, 404}, f"{name}: {answer.status}"
            continue
        picture(f"{name.replace(':', '-')}-{reader}-{width}")
        faults += [f"{name}: {fault}" for fault in violations()]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name}: wider than the screen")
        if page.locator("h1").count() != 1:
            faults.append(f"{name}: {page.locator('h1').count()} main headings")
    faults += [text for text in said if "Content Security Policy" in text]
    assert not faults, "\n".join(faults)
