"""Resolutions that order tasks: opened with the sitting, kept, and asked after at the next one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from zhibu.meetings.models import Sitting
from zhibu.meetings.services import AgendaInput, SittingRefused, TaskInput, sitting_void
from zhibu.meetings.tests.test_steps import (
    clerk,  # noqa: F401
    correct,
    enter,
    filled,
    new_url,
    segment,
    village,  # noqa: F401
)
from zhibu.procedures.models import Matter
from zhibu.procedures.selectors import resolutions_open, steps_owed
from zhibu.procedures.services import step_act
from zhibu.procedures.tests.factories import DAY
from zhibu.records.models import Record
from zhibu.shared import clock

pytestmark = pytest.mark.django_db


def ordering(village, title="清理水渠", resolution="三日内清完水渠。", **fields) -> AgendaInput:
    owner = village.people["village_team"].pk
    task = TaskInput(owner, DAY + timedelta(days=5), **{"standard": "水流畅通", **fields})
    return AgendaInput(title, resolution=resolution, tasks=(task,))


def place(task: Matter) -> tuple[int, int]:
    task.refresh_from_db()
    return task.origin_part, task.origin_item


def test_a_resolution_orders_a_task_with_owner_day_and_standard(village):
    sitting = enter(
        village, segment(village, "branch_assembly", AgendaInput("学习"), ordering(village))
    )
    task = Matter.objects.get()
    assert (task.procedure, task.title, task.origin_id) == ("task", "三日内清完水渠。", sitting.pk)
    assert (task.owner, task.due_on) == (village.people["village_team"], DAY + timedelta(days=5))
    assert (place(task), task.form, task.opened_on) == ((1, 2), {"standard": "水流畅通"}, DAY)
    (owed,) = steps_owed([village.unit.pk])
    assert (owed.matter_id, owed.step.key) == (task.pk, "finish")


def test_a_task_due_before_the_sitting_is_refused_at_its_item_and_nothing_is_written(village):
    item = AgendaInput(
        "清理水渠", tasks=(TaskInput(village.people["secretary"].pk, DAY - timedelta(days=1)),)
    )
    with pytest.raises(SittingRefused, match="不能早于会议日期") as refused:
        enter(village, segment(village, "branch_assembly", item))
    assert [(p.field, p.segment, p.item) for p in refused.value.problems] == [("task", 0, 0)]
    assert not Matter.objects.exists() and not Record.objects.exists()


def test_a_correction_keeps_the_tasks_under_their_item(village):
    sitting = enter(village, segment(village, "branch_assembly", ordering(village)))
    task = Matter.objects.get()
    moved = segment(village, "branch_assembly", AgendaInput("学习"), AgendaInput("清理水渠"))
    correct(village, sitting, moved)
    assert (Matter.objects.count(), place(task)) == (1, (1, 2))
    correct(village, sitting, segment(village, "branch_assembly", AgendaInput("学习")))
    assert (Matter.objects.count(), place(task), task.state) == (1, (0, 0), "running")


def test_what_was_not_done_heads_the_next_form_and_becomes_its_item(clerk, village):
    enter(village, segment(village, "branch_assembly", ordering(village)))
    task = Matter.objects.get()
    assert "上次决议落实情况" in clerk.get(new_url(village)).content.decode()
    with clock.fixed(DAY + timedelta(days=8)):
        client_page = clerk.get(new_url(village, kind="theme_day")).content.decode()
        assert "示例队员" in client_page and "已超过 3 天" in client_page
        assert task.get_absolute_url() in client_page

        grown = clerk.post(new_url(village), filled(village, act="add_followup"))
        items = grown.context["entry"].segments[0].agenda
        assert [one["title"].value() for one in items] == ["修建入户道路", "上次决议落实情况"]
        assert "三日内清完水渠。（示例队员" in items[1]["discussion"].value()
        assert "列入本次议题" not in grown.content.decode()

        files = [("proof", "照片.pdf", b"%PDF-1.4\n%%EOF\n")]
        step_act(matter=task, step="finish", day=DAY + timedelta(days=7), actor=village.clerk,
                 fields={"done": "清完"}, files=files, reasons={"late:0": "下雨"})  # fmt: skip
        assert "上次决议落实情况" not in clerk.get(new_url(village)).content.decode()
    assert resolutions_open(village.unit) == []


def test_the_form_orders_tasks_shows_them_and_asks_for_owner_and_day(clerk, village):
    grown = clerk.post(new_url(village), filled(village, act="add_task-0-0"))
    (task,) = grown.context["entry"].segments[0].agenda[0].tasks
    assert task.prefix == "s0a0t0"

    data = filled(
        village, **{"s0a0-resolution": "同意修路", "s0a0-tasks": "1", "s0a0t0-standard": "通车"}
    )
    refused = clerk.post(new_url(village), data)
    text = refused.content.decode()
    assert refused.status_code == 422 and "请选择责任人" in text and "请填写完成日期" in text
    assert "通车" in text and not Matter.objects.exists()

    owner = village.people["village_head"]
    data |= {"s0a0t0-owner": owner.pk, "s0a0t0-wanted_on": (DAY + timedelta(days=9)).isoformat()}
    page = clerk.post(new_url(village), data, follow=True).content.decode()
    made = Matter.objects.get()
    assert (made.title, made.owner, made.form) == ("同意修路", owner, {"standard": "通车"})
    assert "任务：" in page and "限 3月19日" in page and "还有 6 天" in page

    sitting = Sitting.objects.get()
    form = clerk.get(reverse("meetings:correct", args=[sitting.pk])).content.decode()
    assert "已列为任务：同意修路（示例主任" in form

    sitting_void(sitting=sitting, actor=village.clerk, reason="重复")
    page = clerk.get(reverse("meetings:detail", args=[sitting.pk])).content.decode()
    assert "来源会议已作废" in page and Matter.objects.get().state == "running"
    assert "来源会议已作废" in clerk.get(new_url(village)).content.decode()


def test_an_empty_task_is_as_if_it_were_not_there(clerk, village):
    data = filled(village, **{"s0a0-tasks": "1", "s0a0t0-title": ""})
    assert clerk.post(new_url(village), data).status_code == 302
    assert not Matter.objects.exists()
