"""What of a stored sitting will not count or looks wrong, in the words of its day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from zhibu.meetings import terms
from zhibu.meetings.planning import REQUIRED
from zhibu.meetings.seating import has_quorum
from zhibu.meetings.selectors import HostView, SegmentView, SittingView
from zhibu.organization.selectors import unit_words
from zhibu.records.models import Participant

#: Whether a stored segment has a required field; planning asks the same of what was handed in.
_STORED: dict[str, Any] = {
    "title": lambda view, s: s.theme,
    "theme": lambda view, s: s.theme,
    "convener": lambda view, s: s.convener_code,
    "agenda": lambda view, s: s.agenda,
    "resolution": lambda view, s: any(a.resolution.strip() for a in s.agenda),
    "discussion": lambda view, s: any(a.discussion.strip() for a in s.agenda),
    "form": lambda view, s: s.form,
    "material": lambda view, s: s.material.strip(),
    "content": lambda view, s: s.content.strip(),
    "place": lambda view, s: view.sitting.place.strip(),
    "starts_at": lambda view, s: view.sitting.starts_at,
    "ends_at": lambda view, s: view.sitting.ends_at,
    **{
        role.value: lambda view, s, label=str(role.label): any(r[0] == label for r in s.roles)
        for role in Participant.Role
    },
}


def missing_of(view: SittingView, segment: SegmentView, kind: Any) -> list[str]:
    """Titles of required fields left empty, where the record was frozen as lacking some."""
    if not any(host.missing_fields for host in segment.hosts):
        return []
    empty = [name for name in kind.required if name in _STORED and not _STORED[name](view, segment)]
    return list(dict.fromkeys(REQUIRED[name][0] for name in empty if name in REQUIRED))


def cautions_of(view: SittingView) -> list[str]:
    """Read from what was frozen with the record, so it says what the standards judge."""
    words = unit_words(view.owner, view.record.event_on)
    found: list[str] = []
    for segment in view.segments:
        kind = terms.kind_find(words, segment.kind)
        if kind is not None:
            found.extend(_of_segment(segment, kind))
            missing = missing_of(view, segment, kind)
            if missing:
                said = {"kind": kind.title, "fields": "、".join(missing)}
                found.append(_("%(kind)s还缺：%(fields)s。补上以后才计入。") % said)
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
        "unnamed": host.unnamed,
    }
    if host.due == 0:
        yield _("系统内没有%(unit)s当日应到%(kind)s的人员，应到记为 0 人。") % said
    elif kind.quorum is not None and not has_quorum(kind.quorum, host):
        yield _("%(unit)s的%(kind)s未达到法定人数，评判时不计数。") % said
    if host.unnamed and not terms.takes_numbers(kind):
        yield _("%(unit)s有 %(unnamed)s 人未到而没有写明姓名。") % said
    if host.duplicate:
        yield _("与%(unit)s的另一条记录内容相同，已标为重复，评判时只计一次。") % said
