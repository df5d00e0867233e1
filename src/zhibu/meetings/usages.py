"""The ledgers a sitting already fills."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.meetings import terms
from zhibu.meetings.models import SegmentHost
from zhibu.organization.selectors import unit_words
from zhibu.records.models import Record
from zhibu.records.selectors import Usage


def usages(record: Record) -> list[Usage]:
    """One ledger for each segment and each unit that held it."""
    if record.kind != Record.Kind.SITTING or record.state == Record.State.VOIDED:
        return []
    words = unit_words(record.owner, record.event_on)
    hosts = SegmentHost.objects.filter(segment__sitting_id=record.pk).select_related(
        "segment", "unit"
    )
    found = []
    for host in hosts.order_by("segment__order", "pk"):
        kind = terms.kind_find(words, host.segment.kind)
        ledger = (kind.ledger or kind.title) if kind else host.segment.kind
        query = urlencode({"kind": host.segment.kind, "year": record.event_on.year})
        label = _("%(unit)s · %(ledger)s") % {"unit": host.unit, "ledger": ledger}
        found.append(Usage(label, f"{reverse('meetings:list', args=[host.unit_id])}?{query}"))
    return found
