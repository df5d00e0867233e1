"""Sittings that are recorded already, as a ledger sheet would say them, for comparing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from zhibu.meetings.absences import absence_words
from zhibu.meetings.dayfacts import DayFacts
from zhibu.meetings.inputs import SittingInput
from zhibu.meetings.models import Attendance, Segment, SegmentHost, Sitting
from zhibu.meetings.planning import SittingPlan
from zhibu.records.models import Participant, Record

Said = dict[str, str]


@dataclass(slots=True)
class Old:
    """One recorded sitting."""

    record_id: int
    sitting: Sitting
    segments: list[Segment]

    def said(self) -> Said:
        sitting, record = self.sitting, self.sitting.record
        people: dict[str, list[str]] = defaultdict(list)
        for part in record.participants.all():
            people[part.role].append(str(part.person))
        return {
            "ends_at": f"{sitting.ends_at:%H:%M}" if sitting.ends_at else "",
            "place": sitting.place,
            **{
                role: "、".join(dict.fromkeys(people[role]))
                for role in ("presider", "recorder", "lecturer")
            },
            **_texts(self.segments),
            "agenda": "；".join(a.title for s in self.segments for a in s.agenda.all()),
            "resolution": "；".join(
                a.resolution for s in self.segments for a in s.agenda.all() if a.resolution
            ),
            "away": "；".join(self._away(host) for s in self.segments for host in s.hosts.all()),
            "nonmembers": str(
                max((h.nonmembers for s in self.segments for h in s.hosts.all()), default=0)
            ),
        }

    @staticmethod
    def _away(host: SegmentHost) -> str:
        rows = list(host.roster.all())
        names = sorted(absence_words(str(a.person), a.state, a.reason) for a in rows)
        unnamed = host.due - host.present - len(rows)
        return "、".join(
            [*names, *([_("另 %(count)s 人") % {"count": unnamed}] if unnamed else [])]
        )

    def differences(self, plan: SittingPlan, facts: DayFacts) -> list[tuple[str, str, str]]:
        """(field, as recorded, as on the sheet) of each field that differs."""
        was, now = self.said(), plan_said(plan, facts)
        return [
            (str(_TITLES[key]), was[key] or "—", now[key] or "—")
            for key in _TITLES
            if was[key] != now[key]
        ]

    def merged(self, given: SittingInput) -> SittingInput:
        """The sheet's words over the record's: what the sheet has no column for is kept."""
        segments = []
        for one, old in zip(given.segments, self.segments, strict=True):
            items = {item.title: item for item in old.agenda.all()}
            agenda = tuple(
                replace(
                    item,
                    discussion=items[item.title].discussion,
                    is_study=items[item.title].is_study,
                    votes_for=items[item.title].votes_for,
                    votes_against=items[item.title].votes_against,
                    votes_abstain=items[item.title].votes_abstain,
                )
                if item.title in items
                else item
                for item in one.agenda
            )
            segments.append(replace(one, agenda=agenda, content=one.content or old.content))
        return replace(given, segments=tuple(segments))


_TITLES = {
    "ends_at": "结束时间", "place": "地点", "presider": "主持人", "recorder": "记录人", "lecturer": "授课人",
    "convener": "召集主体", "theme": "主题", "form": "活动形式", "material": "学习材料",
    "agenda": "议题", "resolution": "决议", "away": "缺席人员及原因", "nonmembers": "列席非党员人数",
}  # fmt: skip


def _texts(segments: Iterable[Any]) -> Said:
    return {
        name: "、".join(dict.fromkeys(getattr(s, name) for s in segments if getattr(s, name)))
        for name in ("convener", "theme", "form", "material")
    }


def plan_said(plan: SittingPlan, facts: DayFacts) -> Said:
    """The same of a plan."""
    given = plan.given
    people: dict[str, list[str]] = defaultdict(list)
    for segment in plan.segments:
        for part in segment.parts:
            people[part.role].append(facts.person_name(part.person_id))
    inputs = [segment.given for segment in plan.segments]
    texts = _texts(inputs)
    texts["theme"] = "、".join(dict.fromkeys(s.theme for s in plan.segments if s.theme))
    return {
        "ends_at": f"{given.ends_at:%H:%M}" if given.ends_at else "",
        "place": given.place,
        **{
            role: "、".join(dict.fromkeys(people[role]))
            for role in ("presider", "recorder", "lecturer")
        },
        **texts,
        "agenda": "；".join(a.title for s in inputs for a in s.agenda),
        "resolution": "；".join(a.resolution for s in inputs for a in s.agenda if a.resolution),
        "away": "；".join(_seating_away(h) for s in plan.segments for h in s.hosts),
        "nonmembers": str(max((h.nonmembers for s in plan.segments for h in s.hosts), default=0)),
    }


def _seating_away(host: Any) -> str:
    names = {one.person_id: one.name for one in host.seats}
    said = sorted(
        absence_words(names[who], state, why) for who, (state, why) in host.exceptions.items()
    )
    unnamed = host.due - host.present - len(host.exceptions)
    return "、".join([*said, *([_("另 %(count)s 人") % {"count": unnamed}] if unnamed else [])])


class Known:
    """Recorded sittings by what makes them the same sitting; each answers one row only."""

    def __init__(self, found: Iterable[Old]) -> None:
        self._by_key: dict[Any, list[Old]] = defaultdict(list)
        for old in found:
            self._by_key[self._key(old)].append(old)

    @staticmethod
    def _key(old: Old) -> Any:
        record = old.sitting.record
        group = next((h.group_id for s in old.segments for h in s.hosts.all() if h.group_id), None)
        kinds = tuple(segment.kind for segment in old.segments)
        return (record.owner_id, group, record.event_on, old.sitting.starts_at, kinds)

    def take(self, key: Any, digest: str) -> Old | None:
        """The one of the same text; else, where the key fits only one, that one."""
        held = self._by_key.get(key, [])
        same = [old for old in held if old.sitting.record.content_digest == digest]
        chosen = same[0] if same else (held[0] if len(held) == 1 else None)
        if chosen:
            held.remove(chosen)
        return chosen


def known_load(unit_ids: Iterable[int], first: date, last: date) -> Known:
    away = Attendance.objects.exclude(state=Attendance.State.PRESENT).select_related("person")
    hosts = SegmentHost.objects.order_by("pk").prefetch_related(Prefetch("roster", away))
    segments = Segment.objects.order_by("order").prefetch_related(
        "agenda", Prefetch("hosts", hosts)
    )
    people = Participant.objects.select_related("person").order_by("part", "pk")
    sittings = (
        Sitting.objects.filter(
            record__owner__in=list(unit_ids),
            record__event_on__range=(first, last),
            record__state__in=[Record.State.ENTERED, Record.State.CONFIRMED],
        )
        .select_related("record")
        .prefetch_related(Prefetch("segments", segments), Prefetch("record__participants", people))
        .order_by("pk")
    )
    return Known(Old(s.pk, s, list(s.segments.all())) for s in sittings)
