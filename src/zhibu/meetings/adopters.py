"""Sittings that may adopt a plan or summary (``documents.adoption``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.documents.selectors import Adopter
from zhibu.meetings import terms
from zhibu.meetings.models import SegmentHost
from zhibu.meetings.seating import has_quorum
from zhibu.organization.selectors import unit_words
from zhibu.records.models import Record

#: Sittings older than this many are not offered: a plan is adopted about when it is written.
MOST = 60


def adopters(*, unit: Any, kinds: tuple[str, ...], until: date) -> Iterable[Adopter]:
    """Segments of these kinds that the unit held, with what is wrong with those that do not count."""
    rows = (
        SegmentHost.objects.filter(
            unit=unit,
            segment__kind__in=kinds,
            segment__sitting__record__event_on__lte=until,
            segment__sitting__record__state__in=[Record.State.ENTERED, Record.State.CONFIRMED],
        )
        .select_related("segment__sitting__record")
        .order_by("-segment__sitting__record__event_on", "-pk")[:MOST]
    )
    words = unit_words(unit, until)
    found: dict[int, Adopter] = {}
    for host in rows:
        adopter = _adopter(host, words)
        known = found.get(adopter.record_id)
        # A sitting of several parts adopts by any one that counts.
        if known is None or (adopter.valid and not known.valid):
            found[adopter.record_id] = adopter
    return found.values()


def _adopter(host: SegmentHost, words: Any) -> Adopter:
    record = host.segment.sitting.record
    label = _("%(day)s %(kind)s：%(title)s") % {
        "day": record.event_on.isoformat(),
        "kind": terms.kind_title(words, host.segment.kind),
        "title": host.segment.theme or record.title,
    }
    why = _wrong(host, terms.kind_find(words, host.segment.kind))
    return Adopter(record.pk, label, record.event_on, not why, why)


def _wrong(host: SegmentHost, kind: Any) -> str:
    if kind is None:
        return _("采用的制度包里没有这个会议类别。")
    if kind.conveners and host.segment.convener not in kind.conveners:
        return _("召集主体不符。")
    if kind.presiders and host.segment.presider_post not in terms.accepted_presiders(kind):
        return _("主持人当日没有可以主持的职务。")
    if kind.quorum is not None and not has_quorum(kind.quorum, host):
        return _("未达到法定人数。")
    if host.missing_fields:
        return _("会议记录还有缺项。")
    return _("与另一次会议重复。") if host.duplicate else ""
