"""Pages of matters in a real browser, on a desktop and on a phone, with and without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from zhibu.procedures.services import matter_return, step_act
from zhibu.procedures.tests.factories import (
    DAY,
    matter_make,
    meet,
    post_give,
    sitting_record,
    village_make,
    village_make_beside,
)
from zhibu.shared.clock import fixed

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
WIDTHS = [pytest.param(1280, id="desktop"), pytest.param(390, id="phone")]
PASSWORD = "correct horse staple"


@pytest.fixture
def village(live_server):
    with fixed(DAY + timedelta(days=9)):
        made = village_make()
        for user in (made.clerk, made.secretary, made.staff):
            user.set_password(PASSWORD)
            user.save()
        yield made


def some_matters(village):
    """One at its beginning, one half-way with a breach and a return, a task, and a done one."""
    first = matter_make(village, title="购买一台水泵")
    second = matter_make(village, title="修建入户道路")
    leader = village.people["township_leader"].pk
    meet(village, second, "propose", "committee_meeting", DAY, presider_id=leader,
         reasons={"presider": "书记住院"})  # fmt: skip
    meet(village, second, "consult", "joint_consultation", DAY + timedelta(days=1))
    meet(village, second, "examine", "branch_assembly", DAY + timedelta(days=2))
    matter_return(matter=second, to="consult", reason="金额有变", actor=village.secretary)
    meet(village, second, "consult", "joint_consultation", DAY + timedelta(days=4))
    task = matter_make(village, procedure="task", title="清理水渠", form={"standard": "不留淤泥"},
                       owner=village.people["village_team"], wanted_on=DAY + timedelta(days=7))  # fmt: skip
    done = matter_make(village, procedure="task", title="张贴通知", form={})
    step_act(matter=done, step="finish", day=DAY + timedelta(days=5), actor=village.clerk,
             fields={"done": "已张贴"}, files=[("proof", "照片.pdf", b"%PDF-1.4\n%%EOF\n")])  # fmt: skip
    return {"first": first, "second": second, "task": task, "done": done}


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_matters_fit_and_are_accessible(
    page, live_server, picture, violations, complaints, sign_in, village, width
):
    made = some_matters(village)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "clerk", PASSWORD)
    unit = village.unit.pk
    addresses = {
        "list": reverse("procedures:list", args=[unit]),
        "new": reverse("procedures:new", args=[unit]),
        "form": reverse("procedures:new", args=[unit]) + "?procedure=six_steps",
        "first": made["first"].get_absolute_url(),
        "ahead": made["first"].get_absolute_url() + "?step=resolve",
        "second": made["second"].get_absolute_url(),
        "task": made["task"].get_absolute_url(),
        "done": made["done"].get_absolute_url(),
        "edit": reverse("procedures:edit", args=[made["first"].pk]),
    }
    faults = []
    for name, address in addresses.items():
        assert page.goto(live_server.url + address).status == 200, name
        faults += seen(page, picture, violations, f"matter-{name}-{width}", width)
    assert not faults + complaints, "\n".join(faults + complaints)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_view_from_above_fits_and_is_accessible(
    page, live_server, picture, violations, complaints, sign_in, village, width
):
    some_matters(village)
    village_make_beside(village)
    post_give(village.people["secretary"], village.unit, "village_head")
    post_give(village.people["village_team"], village.township, "linked_leader")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "staff", PASSWORD)
    address = reverse("procedures:overview", args=[village.township.pk])
    page.goto(f"{live_server.url}{address}?months=3")
    faults = seen(page, picture, violations, f"matter-overview-{width}", width)
    assert not faults + complaints, "\n".join(faults + complaints)


def seen(page, picture, violations, name, width) -> list[str]:
    picture(name)
    found = [f"{name}: {one}" for one in violations()]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{name}: wider than the screen")
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_a_refused_step_asks_for_its_reasons_where_they_are_written(
    page, live_server, picture, violations, sign_in, village, width
):
    task = some_matters(village)["task"]
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "clerk", PASSWORD)
    page.goto(live_server.url + task.get_absolute_url())
    page.get_by_label("完成情况").fill("清了一半")
    page.get_by_role("button", name="登记这一步").click()
    page.get_by_text("还没有保存").wait_for()
    faults = seen(page, picture, violations, f"matter-refused-{width}", width)
    page.get_by_label("还缺“凭据”").fill("相机坏了")
    page.get_by_role("button", name="登记这一步").click()
    page.get_by_text("已说明理由：相机坏了").wait_for()
    assert not faults, "\n".join(faults)


def test_a_matter_is_proposed_and_the_branch_meeting_that_takes_it_up_opens_the_next_step(
    page, live_server, picture, violations, complaints, sign_in, village
):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "clerk", PASSWORD)
    page.goto(
        live_server.url + reverse("procedures:new", args=[village.unit.pk]) + "?procedure=six_steps"
    )
    page.get_by_label("事项名称").fill("修建入户道路")
    page.get_by_label("事项类别").select_option("project")
    page.get_by_label("轻重").select_option("major")
    page.get_by_label("提议内容").fill("修一条通往示例组的水泥路")
    page.get_by_role("button", name="启动").click()
    page.get_by_role("link", name="录入支部委员会").click()

    assert (
        page.get_by_label("对应事项").locator("option:checked").inner_text()
        == "修建入户道路 — 提议"
    )
    faults = seen(page, picture, violations, "sitting-step-390", 390)
    page.get_by_label("主题", exact=True).fill("研究修路")
    page.get_by_label("记录人").select_option(str(village.people["township_cadre"].pk))
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.get_by_text("还没有保存").wait_for()
    faults += seen(page, picture, violations, "sitting-reason-390", 390)
    page.get_by_label("请说明理由").fill("文书住院")
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.get_by_text("会议已保存").wait_for()
    faults += seen(page, picture, violations, "sitting-done-390", 390)

    page.get_by_role("link", name="修建入户道路 — 提议").click()
    page.get_by_role("link", name="录入商议会").wait_for()
    page.get_by_role("link", name="录入商议会").click()
    assert (
        page.get_by_label("对应事项").locator("option:checked").inner_text()
        == "修建入户道路 — 商议"
    )
    assert not faults + complaints, "\n".join(faults + complaints)


@pytest.mark.parametrize("width", WIDTHS)
def test_forms_of_sittings_that_order_tasks_or_count_villagers_fit_and_are_accessible(
    page, live_server, picture, violations, complaints, sign_in, village, width
):
    late = matter_make(village, procedure="task", title="清理水渠", form={}, wanted_on=DAY,
                       origin=sitting_record(village, DAY), owner=village.people["village_team"])  # fmt: skip
    post_give(village.people["village_team"], village.township, "county_leader")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "clerk", PASSWORD)
    address = live_server.url + reverse("meetings:new", args=[village.unit.pk])
    page.goto(f"{address}?kind=villager_assembly")
    faults = seen(page, picture, violations, f"sitting-villagers-{width}", width)

    page.goto(f"{address}?kind=committee_meeting")
    assert page.get_by_text("已超过 9 天").is_visible()
    page.get_by_role("button", name="列入本次议题").click()
    page.get_by_role("button", name="列入本次议题").wait_for(state="detached")
    page.locator("summary", has_text="列席人员").click()
    page.locator("summary", has_text="列为任务").click()
    page.get_by_role("button", name="列为任务", exact=True).click()
    page.get_by_label("完成标准").wait_for()
    assert late.title in page.get_by_label("讨论情况").input_value()
    faults += seen(page, picture, violations, f"sitting-tasks-{width}", width)
    assert not faults + complaints, "\n".join(faults + complaints)
