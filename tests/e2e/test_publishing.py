"""A clerk publishes, a villager objects on a phone, the clerk answers: two people, two widths, no script needed."""

from __future__ import annotations

import pytest

from zhibu.home.tests.factories import PASSWORD
from zhibu.membership.models import Membership
from zhibu.shared.clock import fixed

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def world(live_server):
    from tests.e2e.conftest import DAY
    from zhibu.home.tests.factories import world as make

    with fixed(DAY):
        yield make(DAY)


@pytest.mark.parametrize("width", [pytest.param(1280, id="desktop"), pytest.param(390, id="phone")])
def test_from_the_text_to_the_answered_objection(
    browser, page, live_server, world, sign_in, picture, violations, complaints, width
):
    page.set_viewport_size({"width": width, "height": 900})
    held = world.branch.posts.values("person")
    private = (
        Membership.objects.filter(unit=world.branch).exclude(member__in=held).first().member.person
    )
    sign_in(page, "clerk", PASSWORD)
    page.goto(f"{live_server.url}/documents/publication/unit/{world.branch.pk}/new/")
    page.get_by_label("公开类别").select_option("resolution")
    page.get_by_label("标题").fill("修路决议")
    page.get_by_label("正文").fill(f"{private.name}家让地三分，电话 13812345678。")
    page.get_by_label("附表").fill("材料：12,000 元\n合计：20,000 元")
    wrong = _seen(page, width, violations, picture, "form")
    page.get_by_role("button", name="下一步").click()
    assert page.get_by_text("已遮盖的内容").is_visible()
    wrong += _seen(page, width, violations, picture, "preview")
    page.get_by_role("button", name="确认公开").click()
    assert page.get_by_text("已公开。").is_visible()

    link = page.get_by_role("link", name="公开网页").get_attribute("href")
    _objects(browser, live_server.url + link, private.name)

    page.reload()
    page.get_by_label("答复，或不予受理的原因").fill("已经量过，没有多占。")
    wrong += _seen(page, width, violations, picture, "detail")
    page.get_by_role("button", name="公开答复").click()
    assert page.get_by_text("已答复，答复会写在公开的页面上。").is_visible()
    page.goto(f"{live_server.url}/documents/publication/unit/{world.branch.pk}/")
    wrong += _seen(page, width, violations, picture, "list")
    assert wrong + complaints == []

    page.goto(live_server.url + link)
    text = page.locator("main").inner_text()
    assert "没有多占" in text and "占了我家的地" in text and private.name not in text


def _objects(browser, address: str, name: str) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    reader = phone.new_page()
    reader.goto(address)
    assert name not in reader.locator("main").inner_text()
    reader.get_by_role("link", name="我有意见").click()
    reader.get_by_label("您的意见").fill(f"{name}占了我家的地。")
    reader.get_by_role("button", name="提交").click()
    assert reader.get_by_text("第 1 号").is_visible()
    phone.close()


def _seen(page, width, violations, picture, name: str) -> list[str]:
    picture(f"publication-{name}-{width}")
    wrong = [f"{name}: {fault}" for fault in violations()]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        wrong.append(f"{name}: wider than {width}")
    return wrong
