"""Sittings that are recorded already, as a ledger sheet would say them, for comparing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from zhibu.meetings import terms
from zhibu.meetings.absences import absence_words
from zhibu.meetings.dayfacts import DayFacts
from zhibu.meetings.inputs import (
    ITEM_FIELDS,
    Absence,
    AgendaInput,
    HostInput,
    RoleInput,
    SittingInput,
)
from zhibu.meetings.models import AgendaItem, Attendance, Segment, SegmentHost, Sitting
from zhibu.meetings.planning import SittingPlan
from zhibu.meetings.selectors import COUNTED
from zhibu.meetings.sheet import items_split
from zhibu.records.models import Participant, Record

Said = dict[str, str]

#: Roles that the sheet has a column for.
SHEET_ROLES = ("presider", "recorder", "lecturer")


@dataclass(slots=True)
class Old:
    """One recorded sitting."""

    record_id: int
    sitting: Sitting
    segments: list[Segment]

    @property
    def hosts(self) -> list[SegmentHost]:
        return [host for segment in self.segments for host in segment.hosts.all()]

    def said(self) -> Said:
        sitting, record = self.sitting, self.sitting.record
        people: dict[str, list[str]] = defaultdict(list)
        for part in record.participants.all():
            people[part.role].append(str(part.person))
        items = [item for segment in self.segments for item in segment.agenda.all()]
        return {
            "ends_at": f"{sitting.ends_at:%H:%M}" if sitting.ends_at else "",
            "place": sitting.place,
            "joint": _units(str(host.unit) for host in self.hosts),
            **{role: "、".join(dict.fromkeys(people[role])) for role in SHEET_ROLES},
            **_texts(self.segments),
            "agenda": _items(item.title for item in items),
            "resolution": _items(item.resolution for item in items),
            "away": _away(word for host in self.hosts for word in _host_away(host)),
            "nonmembers": str(max((host.nonmembers for host in self.hosts), default=0)),
        }

    def differences(self, plan: SittingPlan, facts: DayFacts) -> list[tuple[str, str, str]]:
        """(field, as recorded, as on the sheet) of each field that differs."""
        was, now = self.said(), plan_said(plan, facts)
        return [
            (str(_TITLES[key]), was[key] or "—", now[key] or "—")
            for key in _TITLES
            if was[key] != now[key]
        ]

    def merged(self, given: SittingInput, plan: SittingPlan, facts: DayFacts) -> SittingInput:
        """The sheet's words over the record's. What the sheet has no column for is kept, and so is
        which of several kinds an item or an absence belongs to, where the sheet changes none."""
        was, now = self.said(), plan_said(plan, facts)
        same_items = all(was[key] == now[key] for key in ("agenda", "resolution"))
        same_people = all(was[key] == now[key] for key in ("joint", "away", "nonmembers"))
        segments = []
        for one, old, planned in zip(given.segments, self.segments, plan.segments, strict=True):
            known = {item.title: item for item in old.agenda.all()}
            if same_items:
                agenda = tuple(AgendaInput(**_kept(item)) for item in known.values())
            else:
                agenda = tuple(_over(item, known.get(item.title)) for item in one.agenda)
            kind = planned.kind
            hosts = (
                tuple(_old_host(host, kind) for host in old.hosts.all())
                if same_people
                else one.hosts
            )
            content = one.content or old.content
            roles = (*one.roles, *self._guests(old.order))
            segments.append(replace(one, agenda=agenda, hosts=hosts, content=content, roles=roles))
        return replace(given, segments=tuple(segments))

    def _guests(self, part: int) -> list[RoleInput]:
        """Whom the sheet has no column for."""
        rows = self.sitting.record.participants.all()
        return [
            RoleInput(row.role, row.person_id, row.reason)
            for row in rows
            if row.part == part and row.role not in SHEET_ROLES
        ]


def named_away(host: SegmentHost) -> list[str]:
    return [absence_words(str(a.person), a.state, a.reason) for a in host.roster.all()]


def _host_away(host: SegmentHost) -> list[str]:
    named = named_away(host)
    return [*named, *_unnamed(host.due - host.present - len(named))]


def _kept(item: AgendaItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ITEM_FIELDS}


def _over(item: AgendaInput, old: AgendaItem | None) -> AgendaInput:
    return (
        item
        if old is None
        else AgendaInput(**{**_kept(old), "title": item.title, "resolution": item.resolution})
    )


def _old_host(host: SegmentHost, kind: Any) -> HostInput:
    rows = list(host.roster.all())
    if terms.takes_numbers(kind):
        away = tuple(Absence(a.person_id, a.state, a.reason) for a in rows)
        return HostInput(
            host.unit_id, host.group_id, away, host.nonmembers, host.present, None, host.due,
            host.entitled if kind.entitled != "none" else None,
        )  # fmt: skip
    away = tuple(Absence(a.person_id, a.state, a.reason) for a in rows)
    present = host.present if host.due - host.present > len(rows) else None
    return HostInput(host.unit_id, host.group_id, away, host.nonmembers, present)


def _units(names: Iterable[str]) -> str:
    """Those who met together; nothing where one met alone."""
    together = sorted(set(names))
    return "、".join(together) if len(together) > 1 else ""


def _items(texts: Iterable[str]) -> str:
    """Each item once: a sheet has one cell for the items of several kinds."""
    return "；".join(dict.fromkeys(word for text in texts for word in items_split(text)))


def _away(words: Iterable[str]) -> str:
    return "、".join(sorted(set(words)))


def _unnamed(count: int) -> list[str]:
    return [_("另 %(count)s 人") % {"count": count}] if count else []


_TITLES = {
    "ends_at": "结束时间", "place": "地点", "joint": "联合召开", "presider": "主持人", "recorder": "记录人", "lecturer": "授课人",
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
    hosts = [host for segment in plan.segments for host in segment.hosts]
    texts = _texts(inputs)
    texts["theme"] = "、".join(dict.fromkeys(s.theme for s in plan.segments if s.theme))
    return {
        "ends_at": f"{given.ends_at:%H:%M}" if given.ends_at else "",
        "place": given.place,
        "joint": _units(facts.unit_name(host.unit_id) for host in hosts),
        **{role: "、".join(dict.fromkeys(people[role])) for role in SHEET_ROLES},
        **texts,
        "agenda": _items(a.title for s in inputs for a in s.agenda),
        "resolution": _items(a.resolution for s in inputs for a in s.agenda),
        "away": _away(word for host in hosts for word in _seating_away(host)),
        "nonmembers": str(max((host.nonmembers for host in hosts), default=0)),
    }


def _seating_away(host: Any) -> list[str]:
    names = {one.person_id: one.name for one in host.seats} if host.exceptions else {}
    said = [absence_words(names[who], state, why) for who, (state, why) in host.exceptions.items()]
    return [*said, *_unnamed(host.due - host.present - len(host.exceptions))]


class Known:
    """Recorded sittings by what makes them the same sitting; each answers one row only."""

    def __init__(self, found: Iterable[Old]) -> None:
        self._by_key: dict[Any, list[Old]] = defaultdict(list)
        self._taken: set[int] = set()
        for old in found:
            for key in self._keys(old):
                self._by_key[key].append(old)

    @staticmethod
    def _keys(old: Old) -> list[Any]:
        """One for the unit that entered it, and one for each it met with: their ledgers have it too."""
        record, start = old.sitting.record, old.sitting.starts_at
        group = next((host.group_id for host in old.hosts if host.group_id), None)
        kinds = tuple(segment.kind for segment in old.segments)
        units = dict.fromkeys([record.owner_id, *(host.unit_id for host in old.hosts)])
        return [(unit_id, group, record.event_on, start, kinds) for unit_id in units]

    def take(self, key: Any, digest: str) -> Old | None:
        """The one of the same text; else, where the key fits only one, that one."""
        held = [old for old in self._by_key.get(key, ()) if old.record_id not in self._taken]
        own = [old for old in held if old.sitting.record.owner_id == key[0]]
        for some in (own, held):
            same = [old for old in some if old.sitting.record.content_digest == digest]
            chosen = same[0] if same else (some[0] if len(some) == 1 else None)
            if chosen:
                self._taken.add(chosen.record_id)
                return chosen
        return None


def known_load(unit_ids: Iterable[int], first: date, last: date) -> Known:
    ids = list(unit_ids)
    mine = Q(record__owner__in=ids) | Q(record__hosts__unit__in=ids)
    held = Record.objects.filter(event_on__range=(first, last), state__in=COUNTED)
    wanted = Sitting.objects.filter(mine, record__in=held).distinct()
    return Known(olds_load(wanted.order_by("pk")))


def olds_load(sittings: Any) -> list[Old]:
    """Whole sittings in a handful of queries."""
    away = Attendance.objects.exclude(state=Attendance.State.PRESENT).select_related("person")
    hosts = SegmentHost.objects.select_related("unit", "group").order_by("pk")
    segments = Segment.objects.order_by("order").prefetch_related(
        "agenda", Prefetch("hosts", hosts.prefetch_related(Prefetch("roster", away)))
    )
    people = Participant.objects.select_related("person").order_by("part", "pk")
    found = sittings.select_related("record__owner").prefetch_related(
        Prefetch("segments", segments), Prefetch("record__participants", people)
    )
    return [Old(one.pk, one, list(one.segments.all())) for one in found]
