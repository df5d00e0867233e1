"""A village for the journeys: its people, four of them with a browser of their own, and what they do on the pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import PICTURES, complained, violations_on
from zhibu.accounts.models import User
from zhibu.meetings.tests.factories import FOUNDED, member_make, post_make, unit_make, words_make
from zhibu.organization.models import Adoption, Person, RoleGrant, Unit

PASSWORD = "correct horse staple"
WIDTHS = {"desktop": 1280, "phone": 390}
POSTS = {
    "secretary": "罗正明",
    "org_member": "汤小满",
    "publicity_member": "伍春生",
    "first_secretary": "秦朗",
    "village_head": "孟德才",
    "village_clerk": "苏文静",
    "township_leader": "高远航",
    "township_cadre": "丁一鸣",
    "village_team": "白驹",
}
MEMBERS = ("马秀英", "龚有田", "祝长庚")
REPRESENTATIVES = ("简大有", "岳喜来", "覃月娥", "米有福", "樊二柱", "池小荷")


@dataclass(frozen=True)
class Village:
    township: Unit
    unit: Unit
    accounts: Mapping[str, User]


def village_make() -> Village:
    """A village under its township: a committee of three, nine posts, three plain members, six representatives."""
    for key in ("national", "county-rural"):
        words_make(key)
    township = unit_make(kind=Unit.Kind.COMMITTEE, sector="", name="青石镇党委")
    unit = unit_make(township, sector=Unit.Sector.VILLAGE, name="柳溪村党支部", code="LIUXI")
    for key in ("national", "county-rural"):
        Adoption.objects.create(unit=township, pack_key=key, from_on=FOUNDED)
    held = {post: member_make(unit, name, post=post) for post, name in POSTS.items()}
    for name in MEMBERS:
        member_make(unit, name)
    for number, name in enumerate(REPRESENTATIVES):
        person = Person.objects.create(name=name, stroke_key=f"9{number:04}")
        post_make(unit, person, "villager_representative")
    accounts = {
        "clerk": _account("wenshu", RoleGrant.Role.RECORDER, unit, held["village_clerk"]),
        "secretary": _account("shuji", RoleGrant.Role.SECRETARY, unit, held["secretary"]),
        "township": _account("baocun", RoleGrant.Role.TOWNSHIP, township, held["township_leader"]),
    }
    return Village(township, unit, accounts)


def _account(name: str, role: str, unit: Unit, person: Person) -> User:
    user = User.objects.create_user(
        name, PASSWORD, display_name=person.name, must_change_password=False
    )
    RoleGrant.objects.create(user=user, unit=unit, role=role, from_on=FOUNDED)
    person.user = user
    person.save(update_fields=["user"])
    return user


@dataclass
class Someone:
    """One person with a browser of their own. ``look`` keeps pictures and faults of a page."""

    page: Page
    context: BrowserContext
    base: str
    width: int
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def goes(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.base + path)
        return self.page

    def look(self, name: str, widths: Iterable[str] = tuple(WIDTHS)) -> None:
        """Accessible, and no wider than the screen at both widths. Each page once."""
        if name in self.seen:
            return
        self.seen.add(name)
        self.faults += [f"{name}: {one}" for one in violations_on(self.page)]
        for said in widths:
            width = WIDTHS[said]
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.page.evaluate("document.documentElement.scrollWidth") > width:
                self.faults.append(f"{name}: wider than {width}")
            if PICTURES:
                Path(PICTURES).mkdir(parents=True, exist_ok=True)
                self.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
        self.page.set_viewport_size({"width": self.width, "height": 900})


class People:
    """Opens a browser for each of the four and sees them out."""

    def __init__(self, browser: Browser, base: str, village: Village) -> None:
        self.browser, self.base, self.village = browser, base, village
        self.all: list[Someone] = []

    def _come(self, width: int, **options: Any) -> Someone:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", **options
        )
        page = context.new_page()
        page.set_default_timeout(6_000)
        made = Someone(page, context, self.base, width)
        complained(page, made.faults)
        self.all.append(made)
        return made

    def with_account(self, role: str, width: int = 1280, **options: Any) -> Someone:
        made = self._come(width, **options)
        page = made.goes("/account/login")
        page.get_by_label("用户名或手机号").fill(self.village.accounts[role].username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.locator(".zb-account")).to_be_visible()
        return made

    def villager(self) -> Someone:
        return self._come(390, is_mobile=True, has_touch=True)

    @property
    def faults(self) -> list[str]:
        return [fault for one in self.all for fault in one.faults]

    def leave(self) -> None:
        for one in self.all:
            one.context.close()


# What they do


def matter_open(
    who: Someone, procedure: str, blanks: Mapping[str, str], day: date, parties: Iterable[str] = ()
) -> str:
    """From the menu to the new matter; gives its address."""
    page = who.page
    page.locator(".zb-nav").get_by_role("link", name="事项").click()
    page.get_by_role("link", name="启动事项").click()
    who.look("matter-choose")
    page.get_by_role("link", name=procedure, exact=True).click()
    for label, said in blanks.items():
        fill(page.get_by_label(label).first, said)
    for name in parties:
        page.get_by_role("checkbox", name=name).check()
    page.get_by_label("启动日期").fill(str(day))
    who.look(f"matter-new-{len(procedure)}")
    page.get_by_role("button", name="启动", exact=True).click()
    expect(page.locator("#timeline")).to_be_visible()
    return page.url.partition("?")[0]


def fill(field: Locator, said: str) -> None:
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(label=said)
    else:
        field.fill(said)


def meeting_begin(who: Someone, matter: str, kind: str) -> Page:
    """By the matter's own button."""
    page = who.goes(matter)
    page.locator("#next").get_by_role("link", name=f"录入{kind}").click()
    expect(page.get_by_role("heading", name="录入会议")).to_be_visible()
    return page


def meet(
    who: Someone, matter: str, kind: str, *, presider: str = "", votes: tuple[int, int, int] | None = None,
    due: Sequence[str] = (), look: str = "",
) -> Page:  # fmt: skip
    """A whole step: theme, day, secretary and clerk stand in the form already."""
    page = meeting_begin(who, matter, kind)
    expect(page.get_by_label("主题", exact=True)).not_to_have_value("")
    recorder = page.get_by_label("记录人", exact=True)
    if kind == "村“两委”会议" or recorder.input_value() == "":
        acting(page, "记录人", "苏文静")
    if presider:
        acting(page, "主持人", presider)
    page.get_by_label("决议", exact=True).fill("同意。")
    if due:
        due_are(page, due)
    if votes:
        votes_write(page, votes)
    if look:
        who.look(f"{look}-meeting")
    meeting_save(page)
    if look:
        who.look("meeting-saved")
    return page


def acting(page: Page, label: str, name: str) -> None:
    field = page.get_by_label(label, exact=True).first
    shown = field.locator("option", has_text=re.compile(f"^{name}（")).first
    field.select_option(shown.get_attribute("value"))


def votes_write(page: Page, said: tuple[int, int, int], item: int = 0) -> None:
    for label, number in zip(("赞成票", "反对票", "弃权票"), said, strict=True):
        page.get_by_label(label).nth(item).fill(str(number))


def due_are(page: Page, names: Sequence[str]) -> None:
    """The kind says whose posts are due, so nobody has to be taken from the list."""
    shown = page.locator(".mt-roll .mt-name")
    expect(shown).to_have_count(len(names))
    for name in names:
        expect(shown.filter(has_text=name)).to_have_count(1)


def meeting_save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.wait_for_url(re.compile(r"/meetings/\d+/$"))


def make_known(who: Someone, matter: str, look: str = "") -> None:
    page = who.goes(matter)
    page.get_by_label("方式").select_option(label="走访询问")
    page.get_by_label("询问人数").fill("30")
    page.get_by_label("知晓人数").fill("28")
    page.get_by_label("村民提出的问题和答复").fill("问：何时办完？答：四月一日。")
    if look:
        who.look(look)
    page.get_by_role("button", name="登记这一步").click()
    expect(page.locator(".pr-state")).to_contain_text("已办结")


def tab_to(page: Page, words: str, most: int = 120) -> None:
    """Press Tab until the thing with these words or this label has the focus."""
    told = """() => {
      const one = document.activeElement, box = one.getBoundingClientRect();
      const said = [...(one.labels || [])].map(label => label.textContent.trim());
      return box.width > 1 ? [one.textContent.trim(), ...said] : [];
    }"""
    for _press in range(most):
        page.keyboard.press("Tab")
        if words in page.evaluate(told):
            return
    raise AssertionError(f"{words} is not reached by Tab")


def publish(
    who: Someone, matter: str, kind: str, text: str, *, private: str = "", look: str = ""
) -> str:
    """By the matter's own button; gives the address for everybody."""
    page = who.goes(matter)
    page.locator("#next").get_by_role("link", name=f"去公开：{kind}").click()
    body = page.get_by_label("正文")
    body.fill(f"{body.input_value()}\n{text}")
    if look:
        who.look(f"{look}-form")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="公开以前看一遍")).to_be_visible()
    if look:
        who.look(f"{look}-preview")
    if private:
        expect(page.locator("article")).to_contain_text(private)
        page.get_by_role("button", name="返回修改").click()
        names = page.get_by_label("还要遮盖的姓名")
        names.fill(f"{names.input_value()}\n{private}")
        page.get_by_role("button", name="下一步").click()
        expect(page.get_by_role("heading", name="公开以前看一遍")).to_be_visible()
        expect(page.locator("article")).not_to_contain_text(private)
    page.get_by_role("button", name="确认公开").click()
    expect(page.get_by_text("已公开。")).to_be_visible()
    if look:
        who.look(f"{look}-done")
    return who.base + page.get_by_role("link", name="公开网页").get_attribute("href")
