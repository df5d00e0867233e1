"""The main job in a real browser: log in, see why, record, see the score move."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from zhibu.home.tests.factories import PASSWORD
from zhibu.meetings.models import Sitting
from zhibu.standards.models import Score

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]

NEW = "kuaizi fen ming 26"
#: Absent people in the roll that must take ten taps at most.
AWAY = 4


def earned(unit) -> int:
    return Score.objects.get(unit=unit, standard="liuhua", year=2026).earned


def known(user) -> None:
    """As after the first log-in."""
    user.must_change_password = False
    user.save(update_fields=["must_change_password"])


def test_a_clerk_logs_in_records_from_the_next_action_and_sees_the_score_move(
    page, live_server, world, sign_in, complaints, picture
):
    sign_in(page, "clerk")
    assert page.get_by_role("heading", name="请先设置新密码").is_visible()
    page.goto(f"{live_server.url}/home/{world.branch.pk}/")
    assert page.get_by_role("heading", name="请先设置新密码").is_visible()
    passwords = page.locator("input[type=password]")
    for field, text in zip(passwords.all(), [PASSWORD, NEW, NEW], strict=True):
        field.fill(text)
    page.get_by_role("button", name="保存新密码").click()
    page.goto(live_server.url)

    assert page.get_by_role("heading", name="下一步三件事").is_visible()
    picture("journey-home")
    before, shown = earned(world.branch), page.locator(".zb-score").inner_text()
    page.locator(".home-next li", has_text="主题党日").locator("a.btn").click()
    assert page.get_by_label("日期", exact=True).input_value() == "2026-03-31"
    page.get_by_label("补录原因").fill("电脑维修")
    page.get_by_label("主题", exact=True).fill("清洁家园志愿服务")
    page.get_by_label("主持人", exact=True).select_option(str(world.people[0].pk))
    page.get_by_label("活动形式").select_option("volunteering")
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.wait_for_url(re.compile(r"/meetings/\d+/"))

    assert earned(world.branch) > before
    page.goto(live_server.url)
    assert page.locator(".zb-score").inner_text() != shown
    assert complaints == []


def test_forty_two_people_with_four_exceptions_take_at_most_ten_taps(
    page, live_server, world, sign_in, complaints
):
    known(world.clerk)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "clerk")
    page.goto(
        f"{live_server.url}/meetings/units/{world.branch.pk}/new/?kind=theme_day&day=2026-09-14"
    )
    page.get_by_label("主题", exact=True).fill("参观档案馆")
    page.get_by_label("主持人", exact=True).select_option(str(world.people[0].pk))
    page.get_by_label("活动形式").select_option("visit")
    names = page.locator(".mt-roll .mt-name")
    assert names.count() == 42

    taps = 0
    for number in range(AWAY):
        names.nth(10 + number).click()
        page.locator(".mt-chips .btn").nth(1).click()
        taps += 2
    page.get_by_role("button", name="保存", exact=True).last.click()
    taps += 1
    page.wait_for_url(re.compile(r"/meetings/\d+/"))

    assert taps <= 10
    host = Sitting.objects.latest("pk").segments.get().hosts.get()
    assert (host.due, host.present) == (42, 38)
    assert complaints == []


def test_a_sitting_is_recorded_with_the_keyboard_alone(page, live_server, world, sign_in):
    known(world.clerk)
    sign_in(page, "clerk")
    page.goto(f"{live_server.url}/home/{world.branch.pk}/")

    _tab_to(page, "a", "待", label="9月 支部委员会")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/**")
    _tab_to_field(page, "主题")
    page.keyboard.type("九月份工作安排")
    _tab_to_field(page, "主持人")
    _arrow_to(page, "林知远")
    _tab_to(page, "button", "保存")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/meetings/\d+/"))

    segment = Sitting.objects.latest("pk").segments.get()
    assert (segment.kind, segment.theme) == ("committee_meeting", "九月份工作安排")
    assert segment.presider_post == "secretary"


def _arrow_to(page, words: str, most: int = 60) -> None:
    """Walk down the options of the select that has the focus."""
    page.keyboard.press("Home")
    for _ in range(most):
        if words in page.evaluate("document.activeElement.selectedOptions[0].textContent"):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{words} is not among the options")


def _tab_to(page, tag: str, words: str, *, label: str = "", most: int = 200) -> None:
    """Press Tab until the element with these words has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => ({tag: document.activeElement.tagName.toLowerCase(),"
            " text: document.activeElement.textContent.trim(),"
            " label: document.activeElement.getAttribute('aria-label') || '',"
            " seen: document.activeElement.getBoundingClientRect().width > 1})"
        )
        if here["tag"] == tag and words in here["text"] and label in here["label"] and here["seen"]:
            return
    raise AssertionError(f"{words} is not reached by Tab")


def _tab_to_field(page, label: str, most: int = 120) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "() => [...(document.activeElement.labels || [])].map(l => l.textContent.trim()).join()"
        )
        if said == label:
            return
    raise AssertionError(f"the field {label} is not reached by Tab")


def test_everything_of_the_main_job_works_without_javascript(browser, live_server, world, sign_in):
    known(world.clerk)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "clerk")
    page.goto(live_server.url)
    assert page.locator(".zb-score").is_visible()
    before = earned(world.branch)

    page.goto(
        f"{live_server.url}/meetings/units/{world.branch.pk}/new/?kind=committee_meeting&day=2026-09-10"
    )
    page.get_by_label("主题", exact=True).fill("研究发展对象")
    page.get_by_label("主持人", exact=True).select_option(str(world.people[0].pk))
    page.get_by_label("记录人", exact=True).select_option(str(world.people[1].pk))
    page.get_by_label("议题", exact=True).first.fill("研究发展对象名单")
    page.get_by_role("button", name="再加一项议题").click()
    expect(page.get_by_label("议题", exact=True)).to_have_count(2)
    page.get_by_role("button", name="保存", exact=True).last.click()
    assert Sitting.objects.latest("pk").segments.get().agenda.get().title == "研究发展对象名单"

    page.goto(f"{live_server.url}/documents/unit/{world.branch.pk}/new/?kind=year_plan")
    page.get_by_label("内容").first.fill("每月开展主题党日")
    page.get_by_role("button", name="再加三条").click()
    expect(page.get_by_label("内容")).to_have_count(6)
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_label("会议", exact=True).select_option(index=1)
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("已登记通过本文档的会议。")).to_be_visible()
    assert earned(world.branch) > before
    context.close()


def test_a_working_committee_goes_from_the_panorama_down_to_the_reason(
    page, live_server, world, sign_in, complaints, picture
):
    sign_in(page, "staff")
    assert page.get_by_text("第10百分位").is_visible()
    page.get_by_role("link", name="全景图").first.click()
    page.wait_for_url("**/heatmap/**")
    picture("journey-heatmap")
    assert page.get_by_text(str(world.second)).first.is_visible()
    page.locator(".std-heat tbody td a[href]").first.click()
    page.wait_for_url(
        re.compile(rf"/standards/unit/({world.branch.pk}|{world.second.pk}|{world.empty.pk})/")
    )
    assert page.locator("h1").inner_text()
    assert complaints == []


def test_an_official_sheet_is_previewed_and_nothing_is_written_before_it_is_confirmed(
    page, live_server, world, sign_in, complaints, picture, tmp_path
):
    from zhibu.membership.models import Member
    from zhibu.membership.tests.factories import official, row

    rows = [
        row(n, unit=str(world.second), name=name) for n, name in ((901, "葛明远"), (902, "范清越"))
    ]
    sheet = tmp_path / "党员基本信息汇总表.xlsx"
    sheet.write_bytes(official(rows))
    before = Member.objects.count()
    sign_in(page, "staff")
    page.goto(f"{live_server.url}/jobs/new/members/")
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="上传并预览").click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    picture("journey-import")
    assert Member.objects.count() == before
    page.get_by_role("button", name=re.compile("确认")).first.click()
    page.wait_for_load_state("networkidle")
    assert Member.objects.count() == before + 2
    assert complaints == []
