"""Plans become rows, by the thousand or one at a time, in the same few statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhibu.meetings.models import AgendaItem, Attendance, Segment, SegmentHost, Sitting
from zhibu.meetings.planning import SittingPlan
from zhibu.meetings.seating import Seating

BATCH = 2000


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
    Attendance.objects.bulk_create(
        (row for host, seating in hosts for row in _roster(host, seating)), batch_size=BATCH
    )
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


def _roster(host: SegmentHost, seating: Seating) -> list[Attendance]:
    """Where only numbers are known, those named as away are written and nobody else."""
    rows = []
    for one in seating.seats:
        state, reason = seating.exceptions.get(one.person_id, (Attendance.State.PRESENT, ""))
        if seating.numbers_only and state == Attendance.State.PRESENT:
            continue
        rows.append(
            Attendance(
                host=host, person_id=one.person_id, state=state, entitled=one.entitled, reason=reason
            )
        )
    return rows
