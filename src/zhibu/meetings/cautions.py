"""What of a stored sitting will not count or looks wrong, in the words of its day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from zhibu.meetings import terms
from zhibu.meetings.seating import has_quorum
from zhibu.meetings.selectors import HostView, SegmentView, SittingView
from zhibu.organization.selectors import unit_words
from zhibu.records.models import Participant

#: Required field → its title, and whether a stored segment has it (the counterpart, for what is
#: stored, of what planning asks of what was handed in).
_STORED: dict[str, tuple[Any, Any]] = {
    "title": (_l("主题"), lambda view, s: s.theme),
    "theme": (_l("主题"), lambda view, s: s.theme),
    "convener": (_l("召集主体"), lambda view, s: s.convener_code),
    "agenda": (_l("议题"), lambda view, s: s.agenda),
    "resolution": (_l("决议"), lambda view, s: any(a.resolution.strip() for a in s.agenda)),
    "discussion": (_l("讨论情况"), lambda view, s: any(a.discussion.strip() for a in s.agenda)),
    "form": (_l("活动形式"), lambda view, s: s.form),
    "material": (_l("学习材料"), lambda view, s: s.material.strip()),
    "content": (_l("内容"), lambda view, s: s.content.strip()),
    "place": (_l("地点"), lambda view, s: view.sitting.place.strip()),
    "starts_at": (_l("开始时间"), lambda view, s: view.sitting.starts_at),
    "ends_at": (_l("结束时间"), lambda view, s: view.sitting.ends_at),
    **{
        role: (title, lambda view, s, label=str(label): any(one[0] == label for one in s.roles))
        for role, title, label in (
            ("presider", _l("主持人"), Participant.Role.PRESIDER.label),
            ("recorder", _l("记录人"), Participant.Role.RECORDER.label),
            ("lecturer", _l("授课人"), Participant.Role.LECTURER.label),
            ("reader", _l("领学人"), Participant.Role.READER.label),
        )
    },
}


def missing_of(view: SittingView, segment: SegmentView, kind: Any) -> list[str]:
    """Titles of the kind's required fields that the stored segment leaves empty."""
    wanted = [_STORED[name] for name in kind.required if name in _STORED]
    return list(dict.fromkeys(str(title) for title, has in wanted if not has(view, segment)))


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
    if host.unnamed:
        yield _("%(unit)s有 %(unnamed)s 人未到而没有写明姓名。") % said
    if host.duplicate:
        yield _("与%(unit)s的另一条记录内容相同，已标为重复，评判时只计一次。") % said
