"""Plans become rows, by the thousand or one at a time, in the same few statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from zhibu.meetings.models import AgendaItem, Attendance, Segment, SegmentHost, Sitting
from zhibu.meetings.planning import SittingPlan
from zhibu.meetings.seating import Seating

BATCH = 2000

Row = tuple[int, int, str, bool, str]


def content_write(pairs: Sequence[tuple[Any, SittingPlan]]) -> None:
    """Write the content of records that exist: sitting, segments, hosts, rosters, agenda."""
    Sitting.objects.bulk_create(
        [
            Sitting(
                record=record,
                starts_at=plan.given.starts_at,
                ends_at=plan.given.ends_at,
                place=plan.given.place.strip()[:100],
            )
            for record, plan in pairs
        ],
        batch_size=BATCH,
    )
    segments_write([(record.pk, plan) for record, plan in pairs])


def segments_write(pairs: Sequence[tuple[int, SittingPlan]]) -> None:
    made = [_segment(sitting_id, one) for sitting_id, plan in pairs for one in plan.segments]
    Segment.objects.bulk_create(made, batch_size=BATCH)
    plans = [one for _sitting_id, plan in pairs for one in plan.segments]
    hosts = [
        (_host(segment, seating), seating)
        for segment, one in zip(made, plans, strict=True)
        for seating in one.hosts
    ]
    SegmentHost.objects.bulk_create([host for host, _seating in hosts], batch_size=BATCH)
    _rolls_write(row for host, seating in hosts for row in _roll(host.pk, seating))
    AgendaItem.objects.bulk_create(
        [
            AgendaItem(
                segment=segment,
                order=number,
                title=item.title.strip()[:200],
                is_study=item.is_study,
                discussion=item.discussion.strip(),
                resolution=item.resolution.strip(),
                votes_for=item.votes_for,
                votes_against=item.votes_against,
                votes_abstain=item.votes_abstain,
            )
            for segment, one in zip(made, plans, strict=True)
            for number, item in enumerate(one.given.agenda, start=1)
        ],
        batch_size=BATCH,
    )


def _segment(sitting_id: int, one: Any) -> Segment:
    given = one.given
    return Segment(
        sitting_id=sitting_id,
        order=one.order,
        kind=given.kind,
        convener=given.convener,
        form=given.form,
        theme=one.theme,
        material=given.material.strip()[:200],
        content=given.content.strip(),
        presider_post=one.posts.get("presider", ""),
        recorder_post=one.posts.get("recorder", ""),
        lecturer_post=one.posts.get("lecturer", ""),
        agenda_items=len(given.agenda),
        resolutions=one.resolutions,
        first_item_study=bool(given.agenda and given.agenda[0].is_study),
    )


def _host(segment: Segment, seating: Seating) -> SegmentHost:
    return SegmentHost(
        segment=segment,
        unit_id=seating.unit_id,
        group_id=seating.group_id,
        due=seating.due,
        entitled=seating.entitled,
        present=seating.present,
        present_entitled=seating.present_entitled,
        nonmembers=seating.nonmembers,
        absent_unexplained=seating.absent_unexplained,
        missing_fields=seating.missing_fields,
        duplicate=seating.duplicate,
        secretary_present=seating.secretary_present,
    )


def _rolls_write(rows: Iterable[Row]) -> None:
    """By far the most rows of all: written without making an object of each."""
    table, quote = Attendance._meta.db_table, connection.ops.quote_name
    names = [
        Attendance._meta.get_field(name).column
        for name in ("host", "person", "state", "entitled", "reason")
    ]
    columns = ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(table)} ({columns}) VALUES (%s, %s, %s, %s, %s)", list(rows)
        )


def _roll(host_id: int, seating: Seating) -> Iterator[Row]:
    """Where only numbers are known, those named as away are written and nobody else."""
    present = str(Attendance.State.PRESENT)
    for one in seating.seats:
        state, reason = seating.exceptions.get(one.person_id, (present, ""))
        if not (seating.numbers_only and state == present):
            yield host_id, one.person_id, str(state), one.entitled, reason
