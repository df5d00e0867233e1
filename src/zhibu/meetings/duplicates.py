"""Two records of one unit, kind, day, start and text are one meeting written twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from zhibu.meetings.inputs import Caution
from zhibu.meetings.models import SegmentHost, Sitting
from zhibu.meetings.planning import SittingPlan
from zhibu.records.models import Record
from zhibu.shared import clock


def duplicates_find(plan: SittingPlan, *, besides: int | None = None) -> list[int]:
    """Record ids of what the plan repeats; marks the plan's hosts that repeat something."""
    hosts = _same_text(plan.host_ids, plan.given.day, plan.digest, plan.given.starts_at)
    found = []
    for host in hosts:
        if host.segment.sitting_id == besides:
            continue
        for segment in plan.segments:
            for seating in segment.hosts:
                if _repeats(host, segment.given.kind, seating.unit_id, seating.group_id):
                    seating.duplicate = True
                    found.append(host.segment.sitting_id)
    return list(dict.fromkeys(found))


def _repeats(host: SegmentHost, kind: str, unit_id: int, group_id: int | None) -> bool:
    return (host.segment.kind, host.unit_id, host.group_id) == (kind, unit_id, group_id)


def _same_text(
    units: Iterable[int], day: date, digest: str, starts_at: object
) -> list[SegmentHost]:
    return list(
        SegmentHost.objects.filter(
            unit__in=list(units),
            segment__sitting__record__event_on=day,
            segment__sitting__record__content_digest=digest,
            segment__sitting__starts_at=starts_at,
        )
        .exclude(segment__sitting__record__state__in=[Record.State.VOIDED, Record.State.DRAFT])
        .select_related("segment")
        .order_by("segment__sitting_id", "pk")
    )


def duplicates_refresh(units: Iterable[int], day: date, digest: str, starts_at: object) -> None:
    """After a correction or a void: of the same, the first counts and the others are marked."""
    seen: set[tuple[str, int, int | None]] = set()
    changed = []
    for host in _same_text(units, day, digest, starts_at):
        key = (host.segment.kind, host.unit_id, host.group_id)
        if host.duplicate != (key in seen):
            host.duplicate = key in seen
            changed.append(host)
        seen.add(key)
    SegmentHost.objects.bulk_update(changed, ["duplicate"])


def just_made(repeated: Iterable[int], plan: SittingPlan, actor: Any) -> Sitting | None:
    """What the same account entered a moment ago with the same content at the same hour and place."""
    since = clock.now() - timedelta(minutes=1)
    given = plan.given
    same = Sitting.objects.filter(
        pk__in=repeated,
        record__entered_by=actor,
        record__entered_at__gte=since,
        record__version=1,
        ends_at=given.ends_at,
        place=given.place.strip()[:100],
    ).select_related("record")
    counts = sorted(
        (host.unit_id, host.due, host.present, host.nonmembers or 0)
        for segment in plan.segments
        for host in segment.hosts
    )
    for sitting in same:
        hosts = SegmentHost.objects.filter(segment__sitting=sitting)
        rows = hosts.values_list("unit_id", "due", "present", "nonmembers")
        if counts == sorted((unit, due, here, guests or 0) for unit, due, here, guests in rows):
            return sitting
    return None


def duplicates_warn(plan: SittingPlan, repeated: Iterable[int]) -> None:
    if list(repeated):
        text = _(
            "同一天、同一时间、同样内容的会议已经录过一次。已保存并标为重复，评判时只计一次；录错的请作废。"
        )
        plan.cautions.append(Caution("duplicate", text))
