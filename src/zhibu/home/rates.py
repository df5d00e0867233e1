"""完成率, 及时率, 内容完整率: side by side, never multiplied into one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from zhibu.meetings.models import SegmentHost
from zhibu.records.models import Record


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares between 0 and 1; None where there is nothing to rate."""

    done: float | None
    in_time: float | None
    complete: float | None
    records: int


def rates_of(unit_ids: Iterable[int], year: int, day: date, scores: Iterable[Any]) -> Rates:
    """Done: assessed clauses that are met. In time, complete: of the year's entered segments."""
    met = failed = 0
    for score in scores:
        met += score.met
        failed += score.failed
    counted = (
        SegmentHost.objects.filter(
            unit__in=unit_ids,
            segment__sitting__record__event_on__range=(date(year, 1, 1), min(day, date(year, 12, 31))),
        )
        .exclude(segment__sitting__record__state__in=[Record.State.DRAFT, Record.State.VOIDED])
        .aggregate(
            records=Count("pk"),
            in_time=Count("pk", filter=Q(segment__sitting__record__is_late=False)),
            complete=Count("pk", filter=Q(missing_fields=0)),
        )
    )
    records = counted["records"]
    return Rates(
        done=met / (met + failed) if met + failed else None,
        in_time=counted["in_time"] / records if records else None,
        complete=counted["complete"] / records if records else None,
        records=records,
    )
