"""What a form begins with, in the form's own field names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from zhibu.meetings import terms
from zhibu.meetings.absences import absence_words
from zhibu.meetings.entry import GUESTS, MOST, PRESENT, wanted_kind
from zhibu.meetings.frame import Frame
from zhibu.meetings.inputs import ITEM_FIELDS
from zhibu.meetings.itemforms import ASKED, REASON, SECRET
from zhibu.meetings.models import Attendance, Segment, Sitting
from zhibu.meetings.selectors import form_defaults
from zhibu.organization.models import Unit
from zhibu.procedures.selectors import (
    TaskLine,
    resolutions_open,
    steps_of_record,
    task_line,
    tasks_of_record,
)
from zhibu.records.models import Record
from zhibu.shared import clock
from zhibu.shared.numbers import whole

Data = dict[str, Any]

FOLLOWUP = _("上次决议落实情况")


def posted_day(request: HttpRequest, fallback: date) -> date:
    """The day on the form, so that its roster is shown; nonsense waits for the form to say so."""
    try:
        return parse_date((request.POST or request.GET).get("day", "")) or fallback
    except ValueError:
        return fallback


def new_data(frame: Frame, kind_code: str) -> Data:
    """The place and hour of the last one, the secretary, the usual recorder."""
    before = form_defaults(frame.unit.pk, kind_code, frame.day)
    data: Data = {
        "day": frame.day,
        "starts_at": before.starts_at,
        "ends_at": before.ends_at,
        "place": before.place,
        "segments": "1",
        "hosts": "0",
    }
    data.update(segment_data(frame, 0, kind_code, before.recorder_id))
    return data


def asked_data(frame: Frame, query: Mapping[str, str]) -> Data:
    """As the address asks: a kind, or the step of a matter whose page led here."""
    code = f"{query.get('matter', '')}:{query.get('step', '')}"
    named = frame.step_of(code) if query.get("matter") else None
    kind = query.get("kind", "")
    if named is not None and named.step.kinds and kind not in named.step.kinds:
        known = [one for one in named.step.kinds if terms.kind_find(frame.words, one)]
        kind = known[0] if known else ""
    data = new_data(frame, wanted_kind(frame, kind))
    if named is not None:
        data.update({"s0-agenda": "1", "s0a0-title": named.matter, "s0a0-step": code})
        data["s0-theme"] = named.matter
        recorder = frame.holder_of(named.step.recording.posts if named.step.recording else ())
        data["s0-recorder"] = str(recorder or data["s0-recorder"])
    return data


def open_tasks(unit: Unit) -> list[TaskLine]:
    """What earlier resolutions ordered and nobody has finished."""
    return [task_line(one, clock.today()) for one in resolutions_open(unit)]


def task_said(one: TaskLine) -> str:
    said = [one.owner, f"限 {one.due:%Y-%m-%d}" if one.due else "", one.left]
    return f"{one.matter.title}（{'，'.join(word for word in said if word)}）"


def tasks_ordered(record: Record) -> dict[str, list[str]]:
    """Of a sitting that is corrected, by the item's place in the form."""
    found: dict[str, list[str]] = {}
    for task in tasks_of_record(record.pk):
        place = f"s{task.origin_part - 1}a{task.origin_item - 1}"
        found.setdefault(place, []).append(task_said(task_line(task, clock.today())))
    return found


def segment_data(frame: Frame, index: int, kind_code: str, recorder_id: int | None = None) -> Data:
    kind = terms.kind_find(frame.words, kind_code)
    start = f"s{index}-"
    return {
        f"{start}kind": kind_code if kind else "",
        f"{start}convener": kind.conveners[0] if kind and kind.conveners else "",
        f"{start}presider": str(frame.secretary_id or ""),
        f"{start}recorder": str(recorder_id or ""),
        f"{start}agenda": "1" if kind and "agenda" in kind.required else "0",
    }


def kind_changed(frame: Frame, data: Data) -> Data:
    """After another kind was chosen: its usual convener, its first agenda item."""
    for index in range(MOST["segments"]):
        kind = terms.kind_find(frame.words, str(data.get(f"s{index}-kind", "")))
        if kind is None:
            continue
        start = f"s{index}-"
        if kind.conveners and data.get(f"{start}convener", "") not in kind.conveners:
            data.setdefault(f"{start}convener", kind.conveners[0])
            data[f"{start}convener"] = data[f"{start}convener"] or kind.conveners[0]
        if "agenda" in kind.required and str(data.get(f"{start}agenda", "0") or "0") == "0":
            data[f"{start}agenda"] = "1"
    return data


def grown(frame: Frame, data: Data, act: str) -> Data:
    """The typed values after one of the form's own buttons."""
    name, _dash, which = act.partition("-")
    if name == "add_segment":
        index = _number(data, "segments")
        data.update(segment_data(frame, index, "", _first_recorder(data)))
        data["segments"] = str(index + 1)
    elif name == "add_agenda" and whole(which, most=MOST["segments"]) is not None:
        key = f"s{int(which)}-agenda"
        data[key] = str(_number(data, key) + 1)
    elif name in {"add_task", "drop_task"}:
        segment, _between, item = which.partition("-")
        key = f"s{whole(segment) or 0}a{whole(item) or 0}-tasks"
        data[key] = str(max(_number(data, key) + (1 if name == "add_task" else -1), 0))
    elif name == "add_followup":
        number = _number(data, "s0-agenda")
        if number and not data.get(f"s0a{number - 1}-title"):
            number -= 1
        data["s0-agenda"] = str(number + 1)
        data[f"s0a{number}-title"] = str(FOLLOWUP)
        lines = open_tasks(frame.unit)
        data[f"s0a{number}-discussion"] = "\n".join(task_said(one) for one in lines)
    elif name == "add_host":
        data["hosts"] = str(_number(data, "hosts") + 1)
    elif name == "drop_segment" and _number(data, "segments") > 1:
        data["segments"] = str(_number(data, "segments") - 1)
    elif name == "drop_host" and _number(data, "hosts") > 0:
        data["hosts"] = str(_number(data, "hosts") - 1)
    elif name == "drop_agenda" and whole(which, most=MOST["segments"]) is not None:
        key = f"s{int(which)}-agenda"
        data[key] = str(max(_number(data, key) - 1, 0))
    return kind_changed(frame, data)


def _number(data: Data, key: str) -> int:
    return min(whole(data.get(key)) or 0, 100)


def _first_recorder(data: Data) -> int | None:
    return whole(data.get("s0-recorder"))


def sitting_data(sitting: Sitting, frame: Frame) -> Data:
    """A sitting as the form would have posted it, for a correction."""
    record = sitting.record
    segments = list(sitting.segments.prefetch_related("agenda", "hosts__roster__person"))
    data: Data = {
        "day": record.event_on,
        "starts_at": sitting.starts_at,
        "ends_at": sitting.ends_at,
        "place": sitting.place,
        "late_reason": record.late_reason,
        "version": str(record.version),
        "segments": str(len(segments)),
    }
    parts = list(record.participants.order_by("pk"))
    for part in parts:
        if part.role in GUESTS:
            data[f"guest-s{part.part - 1}-{part.person_id}"] = part.role
    for index, segment in enumerate(segments):
        start = f"s{index}-"
        for name in ("kind", "convener", "theme", "form", "material", "content"):
            data[start + name] = getattr(segment, name)
        for part in parts:
            if part.part == segment.order:
                data.setdefault(start + part.role, str(part.person_id))
                if part.role == "presider":
                    data[start + "presider_reason"] = part.reason
        _agenda_data(data, index, segment)
        _rolls_data(data, start, segment, frame)
    _hosts_data(data, segments[0] if segments else None, record.owner_id)
    _steps_data(data, record.pk)
    return data


def _agenda_data(data: Data, index: int, segment: Segment) -> None:
    items = list(segment.agenda.all())
    data[f"s{index}-agenda"] = str(len(items))
    for number, item in enumerate(items):
        start = f"s{index}a{number}-"
        data.update({start + name: getattr(item, name) for name in ITEM_FIELDS})
        said = {value: word for word, value in SECRET.items()}
        data[f"{start}secret"] = said.get(item.secret, "")


def _steps_data(data: Data, record_id: int) -> None:
    """The steps that the items do, with the reasons written and the places for those that are not."""
    for made in steps_of_record(record_id):
        start = f"s{made.part - 1}a{made.item - 1}-"
        data[f"{start}step"] = f"{made.matter_id}:{made.step}"
        data[f"{start}decision"] = made.decision
        for one in made.findings:
            data[f"{start}{ASKED}{one['code']}"] = one["text"]
            data[f"{start}{REASON}{one['code']}"] = one["reason"]


def _rolls_data(data: Data, start: str, segment: Segment, frame: Frame) -> None:
    host = next((h for h in segment.hosts.all() if h.unit_id == frame.unit.pk), None)
    if host is None:
        return
    data[start + "group"] = str(host.group_id or "")
    key = frame.panel_key(segment.kind, host.group_id)
    rows = list(host.roster.all())
    for seat in rows:
        said = PRESENT if seat.state == PRESENT else f"{seat.state}:{seat.reason}"
        data[f"seat-{key}-{seat.person_id}"] = "absent" if said == "absent:" else said
    data[f"roll-{key}-nonmembers"] = host.nonmembers or ""
    if len(rows) != host.due:
        kind = terms.kind_find(frame.words, segment.kind)
        data[f"roll-{key}-present"] = host.present
        data[f"roll-{key}-due"] = host.due
        if kind and kind.entitled != "none" and host.entitled != host.due:
            data[f"roll-{key}-entitled"] = host.entitled


def _hosts_data(data: Data, segment: Segment | None, owner_id: int) -> None:
    others = [h for h in segment.hosts.all() if h.unit_id != owner_id] if segment else []
    data["hosts"] = str(len(others))
    for number, host in enumerate(others):
        rows = list(host.roster.all())
        away = [a for a in rows if a.state != Attendance.State.PRESENT]
        data[f"h{number}-unit"] = str(host.unit_id)
        data[f"h{number}-absences"] = "、".join(
            absence_words(str(a.person), a.state, a.reason) for a in away
        )
        if len(rows) != host.due:
            data[f"h{number}-present"] = host.present
