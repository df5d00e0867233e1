"""Three shares side by side, each with its two numbers: done, in time, complete."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from zhibu.meetings.models import SegmentHost
from zhibu.records.models import Record
from zhibu.standards.selectors.grid import VALID_STATES
from zhibu_engine.kinds.document_present import DocumentPresent
from zhibu_engine.kinds.minimum_count import MinimumCount
from zhibu_engine.packs import Standard


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; None as a rate where there is nothing to rate."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Indicators:
    """The three shares of a scope and year.

    - ``done`` 完成率: of the records that the due periods of the standard ask for, how many valid ones
      there are (more in one period never makes up for another);
    - ``in_time`` 及时率: records entered within the limit ÷ records entered (a late one is welcome, and marked);
    - ``complete`` 内容完整率: meeting records with no required field empty ÷ meeting records.
    """

    done: Share
    in_time: Share
    complete: Share


def indicators(unit_ids: Collection[int], year: int, as_of: date, done: Share) -> Indicators:
    """``done`` comes from the findings at hand; the other two are counted here, in two queries."""
    records = Record.objects.filter(
        owner__in=unit_ids, state__in=VALID_STATES, event_on__year=year, event_on__lte=as_of
    ).aggregate(whole=Count("pk"), part=Count("pk", filter=Q(is_late=False)))
    hosts = SegmentHost.objects.filter(
        unit__in=unit_ids,
        segment__sitting__record__state__in=VALID_STATES,
        segment__sitting__record__event_on__year=year,
        segment__sitting__record__event_on__lte=as_of,
    ).aggregate(whole=Count("pk"), part=Count("pk", filter=Q(missing_fields=0)))
    return Indicators(done, Share(**records), Share(**hosts))


def period_clauses(standard: Standard) -> set[str]:
    """Clauses that ask for a record in each period: their numbers make the 完成率."""
    return {
        clause.key
        for clause in standard.clauses
        if isinstance(clause.rule, MinimumCount | DocumentPresent)
    }
