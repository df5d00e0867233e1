"""What of a stored sitting will not count or looks wrong, in the words of its day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from zhibu.meetings import terms
from zhibu.meetings.seating import has_quorum
from zhibu.meetings.selectors import HostView, SegmentView, SittingView
from zhibu.organization.selectors import unit_words


def cautions_of(view: SittingView) -> list[str]:
    """Read from what was frozen with the record, so it says what the standards judge."""
    words = unit_words(view.owner, view.record.event_on)
    found: list[str] = []
    for segment in view.segments:
        kind = terms.kind_find(words, segment.kind)
        if kind is not None:
            found.extend(_of_segment(segment, kind))
            for host in segment.hosts:
                found.extend(_of_host(host, kind))
    return list(dict.fromkeys(found))


def _of_segment(segment: SegmentView, kind: Any) -> Iterator[str]:
    accepted = terms.accepted_presiders(kind)
    if accepted and segment.presider_post not in accepted:
        yield _("主持人当日没有可以主持%(kind)s的职务，评判时不计数。") % {"kind": kind.title}
    if kind.conveners and segment.convener_code not in kind.conveners:
        yield _("召集主体不符，评判时不计为%(kind)s。") % {"kind": kind.title}


def _of_host(host: HostView, kind: Any) -> Iterator[str]:
    said = {
        "unit": host.unit,
        "kind": kind.title,
        "missing": host.missing_fields,
        "unnamed": host.unnamed,
    }
    if host.due == 0:
        yield _("系统内没有%(unit)s当日应到%(kind)s的人员，应到记为 0 人。") % said
    elif kind.quorum is not None and not has_quorum(kind.quorum, host):
        yield _("%(unit)s的%(kind)s未达到法定人数，评判时不计数。") % said
    if host.missing_fields:
        yield _("%(kind)s还有 %(missing)s 个必填项没有填写。") % said
    if host.unnamed:
        yield _("%(unit)s有 %(unnamed)s 人未到而没有写明姓名。") % said
    if host.duplicate:
        yield _("与%(unit)s的另一条记录内容相同，已标为重复，评判时只计一次。") % said
