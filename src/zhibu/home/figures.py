"""Real figures of a period, as the first draft of a summary.

They are composed here because a document knows no sittings, and a clerk need not count by hand
what the records already say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhibu.documents.selectors import (
    PERIODS,
    Kind,
    document_kinds,
    documents_written,
    period_days,
    period_title,
)
from zhibu.meetings.models import SegmentHost
from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_words
from zhibu.records.models import Record


@dataclass(frozen=True, slots=True)
class Paper:
    """A plan or summary of the year: written or not yet seen, with the way to it."""

    title: str
    #: written, missing or not_due.
    state: str
    url: str


def segments_by_kind(unit: Unit, first: date, last: date) -> list[tuple[str, int]]:
    """(kind title, number held) in the period, most first. One query besides the words."""
    kinds = unit_words(unit, last).segment_kinds
    counted = (
        SegmentHost.objects.filter(
            unit=unit, segment__sitting__record__event_on__range=(first, last)
        )
        .exclude(segment__sitting__record__state__in=[Record.State.DRAFT, Record.State.VOIDED])
        .values_list("segment__kind")
        .annotate(number=Count("pk"))
        .order_by("-number", "segment__kind")
    )
    return [(kinds[code].title if code in kinds else code, number) for code, number in counted]


def summary_draft(unit: Unit, year: int, period: str, index: int, day: date) -> str:
    """A few true sentences to begin a summary with."""
    first, last = period_days(year, period, index)
    last = min(last, day)
    said = _("截至 %(day)s，%(period)s系统内共有会议活动记录") % {
        "day": last.isoformat(),
        "period": period_title(year, period, index),
    }
    counted = segments_by_kind(unit, first, last)
    if not counted:
        return _("%(said)s 0 次。") % {"said": said}
    lines = "，".join(
        _("%(kind)s %(number)s 次") % {"kind": kind, "number": number} for kind, number in counted
    )
    total = sum(number for _kind, number in counted)
    return _("%(said)s %(total)s 次，其中：%(lines)s。") % {
        "said": said,
        "total": total,
        "lines": lines,
    }


def papers(
    unit: Unit, year: int, day: date, *, asked: Mapping[str, str], may_write: bool
) -> list[Paper]:
    """Plans and summaries of the year whose period has begun, oldest first.

    ``asked`` says for which periods the standard wants a kind: nobody is shown four missing
    quarters who owes two half-years. A kind that may cover several sorts of periods, and that
    the standard does not ask for, is shown as the branch itself writes it.
    """
    written = documents_written(unit, year)
    rows = []
    for code, kind in document_kinds(unit, day).items():
        period = _period(kind, asked.get(code, ""), written)
        if not period:
            continue
        for index in range(1, PERIODS[period] + 1):
            first, last = period_days(year, period, index)
            if first > day:
                continue
            done = (code, period, index) in written
            state = "written" if done else "missing" if kind.is_plan or last < day else "not_due"
            title = (
                kind.title
                if PERIODS[period] == 1
                else f"{period_title(year, period, index)}{kind.title}"
            )
            rows.append(
                Paper(
                    title,
                    state,
                    _paper_url(unit, code, year, period, index, done=done or not may_write),
                )
            )
    return rows


def _period(kind: Kind, asked: str, written: Collection[tuple[str, str, int]]) -> str:
    """The sort of period to show: asked for, or the only one, or the one in use; else none."""
    if asked in kind.periods:
        return asked
    if len(kind.periods) == 1:
        return kind.periods[0]
    used = [period for code, period, _index in written if code == kind.code]
    return max(kind.periods, key=used.count) if used else ""


def _paper_url(unit: Unit, code: str, year: int, period: str, index: int, *, done: bool) -> str:
    if done:
        return (
            f"{reverse('documents:list', args=[unit.pk])}?{urlencode({'kind': code, 'year': year})}"
        )
    query = urlencode({"kind": code, "year": year, "period": f"{period}-{index}"})
    return f"{reverse('home:draft', args=[unit.pk])}?{query}"
