"""What resolutions order: tasks opened with the sitting, kept through its corrections."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhibu.meetings.agendasteps import item_find
from zhibu.meetings.inputs import AgendaInput, Problem, SittingRefused, TaskInput
from zhibu.meetings.planning import SittingPlan
from zhibu.organization.models import Person
from zhibu.procedures.selectors import tasks_of_record
from zhibu.procedures.services import matter_open, matter_origin_move
from zhibu.records.models import Record

#: The procedure of one step that the packs call a task.
TASK = "task"


def tasks_write(record: Record, plan: SittingPlan, actor: Any) -> None:
    """Open the tasks that the items order, each under its item.

    Raises:
        SittingRefused: a task is due before the sitting, or says nothing.
    """
    problems = []
    for segment in plan.segments:
        for number, item in enumerate(segment.given.agenda):
            for task in item.tasks:
                try:
                    _task_open(record, (segment.order, number + 1), item, task, actor)
                except ValidationError as error:
                    text = "".join(error.messages)
                    problems.append(Problem("task", text, segment.order - 1, number))
    if problems:
        raise SittingRefused(problems)


def _task_open(
    record: Record, place: tuple[int, int], item: AgendaInput, task: TaskInput, actor: Any
) -> None:
    if task.wanted_on < record.event_on:
        raise ValidationError(_("任务的完成日期不能早于会议日期。请核对。"))
    title = task.title.strip() or item.resolution.strip() or item.title.strip()
    matter_open(
        unit=record.owner, procedure=TASK, title=title.splitlines()[0] if title else "", actor=actor,
        form={"standard": task.standard.strip()} if task.standard.strip() else {}, opened_on=record.event_on,
        owner=Person.objects.get(pk=task.owner_id), wanted_on=task.wanted_on, origin=record, origin_place=place,
    )  # fmt: skip


def tasks_move(record: Record, before: dict[str, Any], plan: SittingPlan) -> None:
    """After a correction: each task stands under the item that ordered it, wherever that is now; else under none."""
    old = {one["order"]: [item["title"] for item in one["agenda"]] for one in before["segments"]}
    now = {one.order: [item.title.strip() for item in one.given.agenda] for one in plan.segments}
    for task in tasks_of_record(record.pk):
        titles = old.get(task.origin_part, [])
        number = task.origin_item - 1
        if not 0 <= number < len(titles):
            continue
        found = item_find(titles[number], number, now.get(task.origin_part, []))
        place = (task.origin_part, found + 1) if found is not None else (0, 0)
        if place != (task.origin_part, task.origin_item):
            matter_origin_move(matter=task, place=place)
