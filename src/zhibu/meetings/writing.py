"""Plans become rows, by the thousand or one at a time, in the same few statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zhibu.meetings.inputs import ITEM_FIELDS, AgendaInput
from zhibu.meetings.inserting import rows_insert, time_value
from zhibu.meetings.models import AgendaItem, Attendance, Segment, SegmentHost, Sitting
from zhibu.meetings.planning import SittingPlan
from zhibu.meetings.seating import Seating

#: Keys asked for at once.
BATCH = 800

Row = tuple[int, int, str, bool, str]


def batched(values: Iterable[int], size: int) -> Iterator[list[int]]:
    whole = list(values)
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def content_write(pairs: Sequence[tuple[Any, SittingPlan]]) -> None:
    """Write the content of records that exist: sitting, segments, hosts, rosters, agenda."""
    rows_insert(
        Sitting,
        ("record", "starts_at", "ends_at", "place"),
        (
            (
                record.pk,
                time_value(plan.given.starts_at),
                time_value(plan.given.ends_at),
                plan.given.place.strip()[:100],
            )
            for record, plan in pairs
        ),
    )
    segments_write([(record.pk, plan) for record, plan in pairs])


def segments_write(pairs: Sequence[tuple[int, SittingPlan]]) -> None:
    plans = [(sitting_id, one) for sitting_id, plan in pairs for one in plan.segments]
    rows_insert(Segment, SEGMENT, (_segment(sitting_id, one) for sitting_id, one in plans))
    ids = _segment_ids(sitting_id for sitting_id, _plan in pairs)
    written = [(ids[sitting_id, one.order], one) for sitting_id, one in plans]
    hosts = [(segment_id, seating) for segment_id, one in written for seating in one.hosts]
    rows_insert(SegmentHost, HOST, (_host(segment_id, seating) for segment_id, seating in hosts))
    host_ids = _host_ids(ids.values())
    rows_insert(
        Attendance,
        ("host", "person", "state", "entitled", "reason"),
        (
            row
            for segment_id, seating in hosts
            for row in _roll(host_ids[segment_id, seating.unit_id], seating)
        ),
    )
    rows_insert(
        AgendaItem,
        AGENDA,
        (row for segment_id, one in written for row in _agenda(segment_id, one.given.agenda)),
    )


def _segment_ids(sitting_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """The keys the database gave, by what makes a segment the only one."""
    found: dict[tuple[int, int], int] = {}
    for some in batched(sitting_ids, BATCH):
        rows = Segment.objects.filter(sitting__in=some).order_by()
        found.update({(one, n): pk for one, n, pk in rows.values_list("sitting_id", "order", "pk")})
    return found


def _host_ids(segment_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for some in batched(segment_ids, BATCH):
        rows = SegmentHost.objects.filter(segment__in=some).order_by()
        found.update(
            {(one, u): pk for one, u, pk in rows.values_list("segment_id", "unit_id", "pk")}
        )
    return found


SEGMENT = (
    "sitting", "order", "kind", "convener", "form", "theme", "material", "content", "presider_post",
    "recorder_post", "lecturer_post", "agenda_items", "resolutions", "first_item_study",
)  # fmt: skip


def _segment(sitting_id: int, one: Any) -> tuple[Any, ...]:
    given = one.given
    return (
        sitting_id,
        one.order,
        given.kind,
        given.convener,
        given.form,
        one.theme,
        given.material.strip()[:200],
        given.content.strip(),
        one.posts.get("presider", ""),
        one.posts.get("recorder", ""),
        one.posts.get("lecturer", ""),
        len(given.agenda),
        one.resolutions,
        bool(given.agenda and given.agenda[0].is_study),
    )


HOST = (
    "segment", "unit", "group", "due", "entitled", "present", "present_entitled", "nonmembers",
    "absent_unexplained", "missing_fields", "duplicate", "secretary_present",
)  # fmt: skip


def _host(segment_id: int, seating: Seating) -> tuple[Any, ...]:
    return (
        segment_id,
        seating.unit_id,
        seating.group_id,
        seating.due,
        seating.entitled,
        seating.present,
        seating.present_entitled,
        seating.nonmembers,
        seating.absent_unexplained,
        seating.missing_fields,
        seating.duplicate,
        seating.secretary_present,
    )


AGENDA = ("segment", "order", *ITEM_FIELDS)


def _agenda(segment_id: int, items: Iterable[AgendaInput]) -> Iterator[tuple[Any, ...]]:
    for number, item in enumerate(items, start=1):
        yield (
            segment_id,
            number,
            item.title.strip()[:200],
            item.is_study,
            item.discussion.strip(),
            item.resolution.strip(),
            item.votes_for,
            item.votes_against,
            item.votes_abstain,
            item.secret,
            item.written,
        )


def _roll(host_id: int, seating: Seating) -> Iterator[Row]:
    """Where only numbers are known, those named as away are written and nobody else."""
    present = str(Attendance.State.PRESENT)
    for one in seating.seats:
        state, reason = seating.exceptions.get(one.person_id, (present, ""))
        if not (seating.numbers_only and state == present):
            yield host_id, one.person_id, str(state), one.entitled, reason
