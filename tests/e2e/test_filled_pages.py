"""Pages that show a record, a lost point or a person, at both widths: readable, fitting, without complaint."""

from __future__ import annotations

import pytest

from tests.e2e.test_journeys import known
from zhibu.meetings.models import Sitting

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def addresses(world) -> dict[str, list[str]]:
    """Whose pages are looked at, and where they are."""
    branch = world.branch.pk
    sitting = Sitting.objects.order_by("pk").values_list("pk", flat=True).first()
    return {
        "clerk": [
            f"/home/{branch}/?year=2025",
            f"/meetings/units/{branch}/new/?kind=branch_assembly",
            f"/meetings/{sitting}/",
            f"/meetings/{sitting}/correct/",
            f"/documents/unit/{branch}/new/?kind=year_plan",
            f"/home/{branch}/draft/?kind=year_summary&period=year-1",
            f"/members/{world.people[0].pk}/",
            f"/standards/unit/{branch}/?target=45",
        ],
        "staff": [f"/home/{world.committee.pk}/?show=silent", "/jobs/new/members/"],
        "member": ["/me/"],
    }


@pytest.mark.parametrize("width", [pytest.param(1280, id="desktop"), pytest.param(390, id="phone")])
def test_filled_pages_are_accessible_and_fit(browser, live_server, world, sign_in, width):
    known(world.clerk)
    wrong: list[str] = []
    for who, paths in addresses(world).items():
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        page = context.new_page()
        _listen(page, wrong)
        sign_in(page, who)
        for path in [*paths, *_findings(page, live_server, who, world)]:
            answer = page.goto(f"{live_server.url}{path}")
            wrong += _wrong(page, path, answer.status, width)
        context.close()
    assert wrong == []


def _listen(page, wrong: list[str]) -> None:
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", lambda m: wrong.append(f"console: {m.text}") if m.type == "error" else None)


def _findings(page, live_server, who: str, world) -> list[str]:
    """Two pages of lost points, wherever they are."""
    if who != "clerk":
        return []
    page.goto(f"{live_server.url}/standards/unit/{world.branch.pk}/?standard=liuhua&show=failed")
    links = page.locator(f"a[href*='/standards/unit/{world.branch.pk}/liuhua/']")
    return [links.nth(n).get_attribute("href") for n in range(min(2, links.count()))]


def _wrong(page, path: str, status: int, width: int) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    if status != 200:
        return [f"{path}: {status}"]
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    broken = Axe().run(page, options={"runOnly": rules}).response["violations"]
    wrong = [
        f"{path}: {one['id']}: {node['html'][:140]}" for one in broken for node in one["nodes"][:2]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        wrong.append(f"{path}: wider than {width}")
    return wrong
