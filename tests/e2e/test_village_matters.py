"""Three village matters by four people, each in a browser of their own, from the proposal to the villager's phone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.e2e.village import (
    REPRESENTATIVES,
    People,
    acting,
    make_known,
    matter_open,
    meet,
    meeting_begin,
    meeting_save,
    publish,
    tab_to,
    village_make,
    votes_write,
)
from zhibu.shared.clock import fixed

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
SIX = "三议一会一公开一知晓"
ROAD = {
    "事项名称": "硬化三组入户道路",
    "事项类别": "工程项目和公益事业",
    "轻重": "重大事项",
    "提议内容": "三组至河坝的土路改为水泥路，长四百米。占用马秀英家菜地三分，另给补偿。",
    "涉及金额": "86000",
}
SCHOOL = {
    "事项名称": "出租旧小学校舍",
    "事项类别": "集体资产、资源和土地",
    "提议内容": "闲置校舍对外出租三年，租金归村集体。",
    "涉及金额": "36000",
}
PARK = {
    "事项名称": "修建歇脚亭",
    "事项类别": "工程项目和公益事业",
    "提议内容": "在老水塘边修一处歇脚亭，供村民歇脚。",
}
CONSULTED = ("罗正明", "秦朗", "孟德才", "苏文静", "高远航", "丁一鸣", "白驹")
RESOLVED = "占用马秀英家菜地三分，补偿三百元；钟桂香家让出屋檐下一米。"


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.fixture
def people(browser, live_server):
    with fixed(march(2)):
        made = People(browser, live_server.url, village_make())
    yield made
    made.leave()


def test_a_road_is_proposed_resolved_published_objected_to_answered_and_made_known(people):
    clerk = people.with_account("clerk")
    with fixed(march(2)):
        matter = matter_open(clerk, SIX, ROAD, march(2), parties=("马秀英",))
        clerk.look("road-begun")
    with fixed(march(3)):
        page = meet(clerk, matter, "支部委员会", look="road-propose")
        page.get_by_role("link", name="回到这件事").click()
        expect(page.get_by_role("heading", name="下一步：商议")).to_be_visible()
    with fixed(march(5)):
        meet(clerk, matter, "商议会", presider="高远航", due=CONSULTED, look="road-consult")
    with fixed(march(7)):
        page = meet(clerk, matter, "党员大会", votes=(11, 1, 0), look="road-examine")
        expect(page.locator("main")).to_contain_text("实得 11 票，通过")
    with fixed(march(10)):
        meet(
            clerk,
            matter,
            "村民代表会议",
            votes=(5, 1, 0),
            due=REPRESENTATIVES,
        )
    with fixed(march(12)):
        notice = publish(clerk, matter, "决议公开", RESOLVED, private="钟桂香", look="road-publish")
    villager = people.villager()
    with fixed(march(14)):
        objects(villager, notice)
    secretary = people.with_account("secretary", 390)
    with fixed(march(16)):
        answers(secretary, "硬化三组入户道路")
    with fixed(march(20)):
        publish(clerk, matter, "进展公开", "路基已经完成，正在浇筑路面。", look="road-publish")
    with fixed(march(28)):
        publish(
            clerk, matter, "结果公开", "工程完工，验收合格，花费八万五千元。", look="road-publish"
        )
    with fixed(march(30)):
        make_known(clerk, matter, look="road-aware")
        clerk.look("road-done")
    township = people.with_account("township")
    with fixed(march(31)):
        looks_from_above(township, matter)
        reads_result(villager)
    assert people.faults == []


def test_a_wrong_presider_is_warned_of_and_the_matter_is_sent_back_and_goes_on(people):
    clerk = people.with_account("clerk")
    with fixed(march(2)):
        blanks = {**SCHOOL, "轻重": "一般事项"}
        matter = matter_open(clerk, SIX, blanks, march(2))
        presided_by_the_wrong_man(clerk, matter)
    with fixed(march(4)):
        consulted_by_keyboard(clerk, matter)
    with fixed(march(5)):
        sent_back(people.with_account("secretary", 390), matter)
    with fixed(march(6)):
        proposed_without_script(people.with_account("clerk", java_script_enabled=False), matter)
        page = clerk.goes(matter)
        page.get_by_text("不再算数的记录").click()
        expect(page.locator(".pr-gone")).to_contain_text("书记住院")
        clerk.look("school-returned")
    for day, kind, votes in ((7, "商议会", None), (9, "党员大会", (12, 0, 0))):
        with fixed(march(day)):
            meet(clerk, matter, kind, votes=votes)
    with fixed(march(11)):
        meet(clerk, matter, "村民代表会议", votes=(6, 0, 0), due=REPRESENTATIVES)
        publish(clerk, matter, "决议公开", "租期三年，租金归村集体。")
    with fixed(march(20)):
        publish(clerk, matter, "进展公开", "已经签订合同。")
        publish(clerk, matter, "结果公开", "租金已经到账，共三万六千元。")
        make_known(clerk, matter)
        villager = people.villager()
        page = villager.goes("/open/LIUXI/")
        page.get_by_role("link", name=re.compile("出租旧小学校舍：结果公开")).click()
        expect(page.locator("main")).to_contain_text("租金已经到账")
    assert people.faults == []


def presided_by_the_wrong_man(clerk, matter):
    page = meeting_begin(clerk, matter, "支部委员会")
    acting(page, "主持人", "高远航")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_text("还没有保存。")).to_be_visible()
    clerk.look("school-warned")
    page.get_by_label("由其主持的原因").fill("书记住院，包村领导临时代为主持")
    meeting_save(page)
    page = clerk.goes(matter)
    fault = page.locator(".pr-fault")
    expect(fault).to_contain_text("不符合")
    expect(fault).to_contain_text("包村领导")
    expect(fault).to_contain_text("已说明理由：书记住院，包村领导临时代为主持")
    clerk.look("school-breach")


def consulted_by_keyboard(clerk, matter):
    """From the matter's page to the saved meeting without a mouse."""
    page = clerk.goes(matter)
    tab_to(page, "录入商议会")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="录入会议")).to_be_visible()
    tab_to(page, "地点")
    page.keyboard.type("村委会会议室")
    tab_to(page, "讨论情况")
    page.keyboard.type("租期三年为宜。")
    tab_to(page, "保存")
    page.keyboard.press("Enter")
    expect(page.get_by_text("会议已保存。")).to_be_visible()
    tab_to(page, "回到这件事，看下一步")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="下一步：审议")).to_be_visible()


def sent_back(secretary, matter):
    page = secretary.goes(matter)
    page.get_by_role("link", name="退回").click()
    secretary.look("school-return")
    page.get_by_label("从哪一步重新办理").select_option(label="提议")
    page.get_by_label("原因").fill("由书记重新主持提议")
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_role("heading", name="下一步：提议")).to_be_visible()


def proposed_without_script(clerk, matter):
    page = clerk.goes(matter)
    page.locator("#next").get_by_role("link", name="录入支部委员会").click()
    page.get_by_label("讨论情况").fill("书记主持，重新研究。")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_text("会议已保存。")).to_be_visible()
    page.get_by_role("link", name="回到这件事").click()
    expect(page.get_by_role("heading", name="下一步：商议")).to_be_visible()


def test_one_sitting_does_two_things_a_lost_vote_waits_and_nothing_is_published_too_early(people):
    clerk = people.with_account("clerk")
    with fixed(march(2)):
        matter = matter_open(clerk, "四议两公开", PARK, march(2))
        meet(clerk, matter, "支部委员会")
    with fixed(march(3)):
        meet(clerk, matter, "村“两委”会议", due=("罗正明", "汤小满", "伍春生", "孟德才"))
    with fixed(march(6)):
        one_sitting_for_two_things(clerk)
        page = clerk.goes(matter)
        expect(page.get_by_role("heading", name="下一步：党员大会审议")).to_be_visible()
        expect(page.locator("#timeline")).to_contain_text("未通过")
        clerk.look("park-lost")
        published_too_early(clerk, matter)
    with fixed(march(13)):
        meet(clerk, matter, "党员大会", votes=(10, 2, 0))
    with fixed(march(15)):
        meet(clerk, matter, "村民代表会议", votes=(6, 0, 0), due=REPRESENTATIVES)
    with fixed(march(16)):
        publish(clerk, matter, "决议公开", "在老水塘边修一处歇脚亭。")
    with fixed(march(30)):
        publish(clerk, matter, "结果公开", "歇脚亭已经修好，花费一万二千元。")
        expect(clerk.goes(matter).locator(".pr-state")).to_contain_text("已办结")
        page = people.villager().goes("/open/LIUXI/")
        page.get_by_role("link", name=re.compile("修建歇脚亭：结果公开")).click()
        expect(page.locator("main")).to_contain_text("歇脚亭已经修好")
    assert people.faults == []


def one_sitting_for_two_things(clerk):
    """Ordinary business first, the matter second; entered from the menu of meetings, not from the matter."""
    page = clerk.goes("/")
    page.locator(".zb-nav").get_by_role("link", name="会议").click()
    page.get_by_role("link", name="录入会议").first.click()
    page.get_by_label("会议类别").select_option(label="党员大会")
    expect(page.get_by_label("议题", exact=True)).to_have_count(1)
    acting(page, "主持人", "罗正明")
    acting(page, "记录人", "苏文静")
    page.get_by_label("主题", exact=True).fill("三月党员大会")
    page.get_by_label("议题", exact=True).fill("学习一号文件")
    page.get_by_label("学习议题").check()
    page.get_by_role("button", name="再加一项议题").click()
    expect(page.get_by_label("议题", exact=True)).to_have_count(2)
    page.get_by_label("对应事项").nth(1).select_option(label="修建歇脚亭 — 党员大会审议")
    expect(page.get_by_label("赞成票").nth(1)).to_be_visible()
    votes_write(page, (5, 7, 0), item=1)
    clerk.look("park-two-things")
    meeting_save(page)
    clerk.look("park-two-things-saved")


def published_too_early(clerk, matter):
    page = clerk.goes(matter)
    page.get_by_text("要先登记后面的步骤").click()
    page.get_by_role("link", name="决议公开").click()
    page.locator("#next").get_by_role("link", name="去公开：决议公开").click()
    expect(page.get_by_role("alert")).to_contain_text("系统内未见记录，不能公开")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("还没有公开。")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("请先登记“村民（代表）会议决议”")
    clerk.look("park-too-early")


def objects(villager, notice):
    page = villager.goes(notice)
    expect(page.locator("main")).to_contain_text("硬化三组入户道路")
    for name in ("马秀英", "钟桂香"):
        expect(page.locator("main")).not_to_contain_text(name)
    villager.look("open-resolution", ["phone"])
    page.get_by_role("link", name="我有意见").click()
    villager.look("open-objection", ["phone"])
    page.get_by_label("您的意见").fill("马秀英家的三分地量多了，请重新量。")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("第 1 号")).to_be_visible()
    villager.look("open-sent", ["phone"])


def answers(secretary, title):
    page = secretary.goes("/")
    secretary.look("secretary-home")
    page.get_by_role("link", name=re.compile(f"{title}.*1 条未答复")).click()
    page.get_by_label("答复，或不予受理的原因").fill("已经重新丈量，马秀英家实占三分，没有多占。")
    secretary.look("objection-to-answer")
    page.get_by_role("button", name="公开答复").click()
    expect(page.get_by_text("已答复，答复会写在公开的页面上。")).to_be_visible()
    secretary.look("objection-answered")


def looks_from_above(township, matter):
    page = township.goes("/")
    township.look("township-home")
    page.locator(".zb-nav").get_by_role("link", name="事项").click()
    expect(page.get_by_role("link", name="硬化三组入户道路")).to_be_visible()
    page.get_by_role("link", name="各组织办理情况").click()
    page.get_by_label("程序").select_option(label=SIX)
    page.wait_for_url("**procedure=six_steps**")
    expect(page.locator(".zb-figure", has_text="其中办结")).to_contain_text("1")
    township.look("township-overview")
    page.get_by_role("link", name="青石镇党委的事项").click()
    page.get_by_label("状态").select_option(label="已办结")
    page.wait_for_url("**state=done**")
    page.get_by_role("link", name="硬化三组入户道路").click()
    expect(page.locator(".pr-state")).to_contain_text("已办结")
    with page.expect_download() as file:
        page.get_by_role("link", name="一事一档").click()
    assert file.value.suggested_filename.endswith(".docx")
    page.emulate_media(media="print")
    expect(page.locator("#timeline")).to_be_visible()
    expect(page.locator(".zb-nav")).to_be_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")


def reads_result(villager):
    page = villager.goes("/open/")
    villager.look("open-index", ["phone"])
    page.get_by_role("link", name="柳溪村党支部").click()
    villager.look("open-village", ["phone"])
    page.get_by_role("link", name=re.compile("结果公开")).click()
    expect(page.locator("main")).to_contain_text("验收合格")
    expect(page.locator("main")).not_to_contain_text("马秀英")
    villager.look("open-result", ["phone"])
    page.get_by_role("link", name=re.compile("的全部公开")).click()
    page.get_by_role("link", name=re.compile("决议公开")).click()
    objection = page.locator("#objection-1")
    expect(objection).to_contain_text("没有多占")
    expect(objection).not_to_contain_text("马秀英")
    villager.look("open-answered", ["phone"])
    assert villager.context.cookies() == []
