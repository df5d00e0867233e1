"""A sitting as plain data: what a version keeps, and the rosters a correction keeps."""

from __future__ import annotations

from typing import Any

from zhibu.meetings.dayfacts import Seat
from zhibu.meetings.inputs import ITEM_FIELDS
from zhibu.meetings.models import Attendance, Segment, SegmentHost, Sitting
from zhibu.meetings.terms import kind_find, takes_numbers


def sitting_content(sitting: Sitting) -> dict[str, Any]:
    """Everything the sitting says now, readable without the rows it came from."""
    record = sitting.record
    parts = [
        {
            "part": p.part,
            "role": p.role,
            "person": p.person_id,
            "name": str(p.person),
            "post": p.post,
            "reason": p.reason,
        }
        for p in record.participants.select_related("person").order_by("part", "pk")
    ]
    return {
        "day": str(record.event_on),
        "title": record.title,
        "starts_at": str(sitting.starts_at or ""),
        "ends_at": str(sitting.ends_at or ""),
        "place": sitting.place,
        "late_reason": record.late_reason,
        "participants": parts,
        "segments": [_segment(one) for one in _segments(sitting)],
    }


def _segments(sitting: Sitting) -> Any:
    return sitting.segments.prefetch_related("agenda", "hosts__unit", "hosts__roster__person")


def _segment(one: Segment) -> dict[str, Any]:
    fields = ("order", "kind", "convener", "form", "theme", "material", "content")
    item = ("order", *ITEM_FIELDS)
    return {
        **{name: getattr(one, name) for name in fields},
        "agenda": [{name: getattr(line, name) for name in item} for line in one.agenda.all()],
        "hosts": [_host(host) for host in one.hosts.all()],
    }


def _host(host: SegmentHost) -> dict[str, Any]:
    counts = (
        "due",
        "entitled",
        "present",
        "present_entitled",
        "nonmembers",
        "absent_unexplained",
        "missing_fields",
        "duplicate",
        "secretary_present",
    )
    return {
        "unit": host.unit_id,
        "unit_name": str(host.unit),
        "group": host.group_id,
        **{name: getattr(host, name) for name in counts},
        "exceptions": [
            {"person": a.person_id, "name": str(a.person), "state": a.state, "reason": a.reason}
            for a in host.roster.all()
            if a.state != Attendance.State.PRESENT
        ],
        "roster": [[a.person_id, str(a.person), a.entitled] for a in host.roster.all()],
    }


def frozen_rosters(sitting: Sitting, words: Any) -> dict[tuple[int, int | None, str], list[Seat]]:
    """Who was due as it was frozen, per unit, group and kind. Only whole rosters are given, and what is known of
    those that also count people who are not in the system."""
    found = {}
    for segment in _segments(sitting):
        kind = kind_find(words, segment.kind)
        for host in segment.hosts.all():
            rows = sorted(host.roster.all(), key=lambda a: a.pk)
            if len(rows) == host.due or (kind and takes_numbers(kind)):
                seats = [Seat(a.person_id, str(a.person), a.entitled) for a in rows]
                found[(host.unit_id, host.group_id, segment.kind)] = seats
    return found
