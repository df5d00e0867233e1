"""Reads that cross tables: lists, the page of one sitting, what a new form begins with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.db.models import F, Min, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from zhibu.meetings import terms
from zhibu.meetings.absences import absence_words
from zhibu.meetings.models import AgendaItem, Attendance, Segment, SegmentHost, Sitting
from zhibu.meetings.planning import vote_of
from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_descendant_ids, unit_words
from zhibu.procedures.models import Matter
from zhibu.procedures.selectors import StepDone, TaskLine, steps_shown, task_line, tasks_of_record
from zhibu.records.models import Participant, Record
from zhibu.shared import clock
from zhibu_engine.votes import VoteResult

COUNTED = (Record.State.ENTERED, Record.State.CONFIRMED)


def unit_month_counts(unit_id: int, year: int) -> dict[str, list[int]]:
    """Kind → twelve numbers of recorded segments, whatever they are worth."""
    rows = SegmentHost.objects.filter(
        unit=unit_id,
        segment__sitting__record__event_on__year=year,
        segment__sitting__record__state__in=COUNTED,
    ).values_list("segment__kind", "segment__sitting__record__event_on")
    counted = Counter((kind, day.month) for kind, day in rows)
    kinds = dict.fromkeys(kind for kind, _month in counted)
    return {kind: [counted[(kind, month)] for month in range(1, 13)] for kind in kinds}


def segment_rows(
    unit: Unit,
    day: date,
    *,
    kind: str = "",
    year: int | None = None,
    month: int | None = None,
    late: bool = False,
    doubtful: bool = False,
    text: str = "",
) -> QuerySet[SegmentHost]:
    """Segments held by the unit and, above branches, by all units below it."""
    units = {unit.pk, *unit_descendant_ids(unit, day)}
    record = "segment__sitting__record__"
    rows = SegmentHost.objects.filter(**{"unit__in": units, f"{record}state__in": COUNTED})
    wanted = {
        "segment__kind": kind,
        f"{record}event_on__year": year,
        f"{record}event_on__month": month,
        f"{record}search_text__icontains": text.strip(),
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if late:
        rows = rows.filter(**{f"{record}is_late": True})
    if doubtful:
        rows = rows.filter(
            Q(duplicate=True) | Q(missing_fields__gt=0) | Q(absent_unexplained__gt=0)
        )
    presiders = Participant.objects.select_related("person").order_by("part", "pk")
    return (
        rows.select_related("unit", "group", "segment__sitting__record")
        .annotate(day=F(f"{record}event_on"), kind=F("segment__kind"))
        .prefetch_related(Prefetch(f"{record}participants", queryset=presiders))
        .order_by(f"-{record}event_on", "-segment__sitting_id", "segment__order", "pk")
    )


@dataclass(frozen=True, slots=True)
class FormDefaults:
    """What the last sitting was like: most are held at the same place and hour."""

    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    recorder_id: int | None = None
    convener: str = ""


def form_defaults(unit_id: int, kind: str, day: date) -> FormDefaults:
    """The preceding sitting of this kind, else of any kind, as a beginning."""
    before = Sitting.objects.filter(
        segments__hosts__unit=unit_id, record__state__in=COUNTED, record__event_on__lte=day
    ).order_by("-record__event_on", "-pk")
    last = before.filter(segments__kind=kind).first() if kind else None
    last = last or before.first()
    if last is None:
        return FormDefaults()
    recorder = (
        Participant.objects.filter(record=last.pk, role=Participant.Role.RECORDER)
        .values_list("person_id", flat=True)
        .first()
    )
    return FormDefaults(last.starts_at, last.ends_at, last.place, recorder)


@dataclass(frozen=True, slots=True)
class HostView:
    unit: Unit
    group: Unit | None
    due: int
    entitled: int
    present: int
    present_entitled: int
    nonmembers: int
    missing_fields: int
    duplicate: bool
    present_names: tuple[str, ...]
    away: tuple[str, ...]
    #: Away without a name: only their number is known.
    unnamed: int


@dataclass(frozen=True, slots=True)
class AgendaView:
    order: int
    title: str
    is_study: bool
    discussion: str
    resolution: str
    vote: VoteResult | None
    secret: bool | None = None
    #: The steps of matters that it did.
    steps: tuple[StepDone, ...] = ()
    #: What its resolution ordered.
    tasks: tuple[TaskLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentView:
    order: int
    kind: str
    title: str
    convener_code: str
    convener: str
    presider_post: str
    theme: str
    form: str
    material: str
    content: str
    roles: tuple[tuple[str, str, str], ...]
    hosts: tuple[HostView, ...]
    agenda: tuple[AgendaView, ...]


@dataclass(frozen=True, slots=True)
class SittingView:
    sitting: Sitting
    record: Record
    owner: Unit
    segments: tuple[SegmentView, ...]
    hosts: tuple[Unit, ...] = field(default=())
    #: Ordered by an item that a correction took out.
    tasks: tuple[TaskLine, ...] = ()

    @property
    def is_joint(self) -> bool:
        return len(self.hosts) > 1


@dataclass(frozen=True, slots=True)
class Led:
    """What a sitting led to: steps that it did, tasks that it ordered."""

    steps: list[StepDone]
    tasks: list[Matter]

    def steps_at(self, part: int, item: int) -> tuple[StepDone, ...]:
        return tuple(one for one in self.steps if (one.row.part, one.row.item) == (part, item))

    def tasks_at(self, part: int, item: int) -> tuple[TaskLine, ...]:
        found = [one for one in self.tasks if (one.origin_part, one.origin_item) == (part, item)]
        return tuple(task_line(one, clock.today()) for one in found)


def sitting_view(sitting_id: int) -> SittingView:
    """The whole sitting as its page shows it, in a handful of queries."""
    rosters = Attendance.objects.select_related("person").order_by("pk")
    hosts = SegmentHost.objects.select_related("unit", "group").order_by("pk")
    segments = Segment.objects.prefetch_related(
        "agenda", Prefetch("hosts", hosts.prefetch_related(Prefetch("roster", rosters)))
    )
    sitting = (
        Sitting.objects.select_related(
            "record__owner", "record__entered_by", "record__on_behalf_of"
        )
        .prefetch_related(Prefetch("segments", segments))
        .get(pk=sitting_id)
    )
    record = sitting.record
    words = unit_words(record.owner, record.event_on)
    people = list(record.participants.select_related("person").order_by("part", "pk"))
    led = Led(steps_shown(record.pk), tasks_of_record(record.pk))
    views = tuple(_segment_view(one, words, people, led) for one in sitting.segments.all())
    units = {h.unit.pk: h.unit for view in views for h in view.hosts}
    return SittingView(
        sitting, record, record.owner, views, tuple(units.values()), led.tasks_at(0, 0)
    )


def _segment_view(one: Segment, words: Any, people: Iterable[Participant], led: Led) -> SegmentView:
    hosts = list(one.hosts.all())
    roles = tuple(
        (p.get_role_display(), _with_post(p, words), p.reason)
        for p in people
        if p.part in (0, one.order)
    )
    kind = terms.kind_find(words, one.kind)
    agenda = tuple(
        _agenda_view(
            a, hosts, kind, led.steps_at(one.order, a.order), led.tasks_at(one.order, a.order)
        )
        for a in one.agenda.all()
    )
    return SegmentView(
        one.order,
        one.kind,
        terms.kind_title(words, one.kind),
        one.convener,
        terms.code_title(words, "convener", one.convener),
        one.presider_post,
        one.theme,
        terms.code_title(words, "activity_form", one.form),
        one.material,
        one.content,
        roles,
        tuple(_host_view(host) for host in hosts),
        agenda,
    )


def _agenda_view(
    item: AgendaItem,
    hosts: list[SegmentHost],
    kind: Any,
    done: tuple[StepDone, ...],
    tasks: tuple[TaskLine, ...],
) -> AgendaView:
    """The vote by the rule of the step that the item did, where it did one."""
    ruled = [one.step.asked(one.row.evidence.get("kind", "")) for one in done if one.step]
    vote = vote_of(item, hosts, kind, ruled[0] if ruled else None)
    return AgendaView(
        item.order, item.title, item.is_study, item.discussion, item.resolution, vote, item.secret, done, tasks
    )  # fmt: skip


def _with_post(one: Participant, words: Any) -> str:
    post = terms.code_title(words, "post", one.post)
    return f"{one.person}（{post}）" if post else str(one.person)


def _host_view(host: SegmentHost) -> HostView:
    roster = list(host.roster.all())
    present = tuple(str(a.person) for a in roster if a.state == Attendance.State.PRESENT)
    away = tuple(
        absence_words(str(a.person), a.state, a.reason)
        for a in roster
        if a.state != Attendance.State.PRESENT
    )
    return HostView(
        host.unit,
        host.group,
        host.due,
        host.entitled,
        host.present,
        host.present_entitled,
        host.nonmembers,
        host.missing_fields,
        host.duplicate,
        present,
        away,
        host.due - host.present - len(away),
    )


def guests_of(record: Record) -> dict[int, str]:
    """Who sat in or guided, by name."""
    roles = (Participant.Role.GUEST, Participant.Role.GUIDE)
    rows = record.participants.filter(role__in=roles).select_related("person")
    return {row.person_id: str(row.person) for row in rows}


def main_unit(user: Any) -> Unit | None:
    """The branch a user keeps records for, else the first unit he may see."""
    granted = Unit.objects.visible_to(user)
    own = granted.filter(pk__in=user.grants.values("unit"))
    return own.branches().first() or own.first() or granted.first()


def years_recorded(unit: Unit, day: date) -> list[int]:
    """Years with a record, and this one, the newest first."""
    units = {unit.pk, *unit_descendant_ids(unit, day)}
    days = Record.objects.filter(kind=Record.Kind.SITTING, hosts__unit__in=units).aggregate(
        first=Min("event_on")
    )
    first = days["first"].year if days["first"] else day.year
    return list(range(day.year, min(first, day.year) - 1, -1))


def version_lines(content: dict[str, Any], words: Any) -> list[tuple[str, str]]:
    """An old version as label and text, in the order of the page."""
    lines = [
        (_("日期"), content.get("day", "")),
        (
            _("时间"),
            f"{content.get('starts_at', '')[:5]}–{content.get('ends_at', '')[:5]}".strip("–"),
        ),
        (_("地点"), content.get("place", "")),
    ]
    lines += [
        (str(Participant.Role(one["role"]).label), one["name"])
        for one in content.get("participants", [])
    ]
    for segment in content.get("segments", []):
        lines.append((_("会议类别"), terms.kind_title(words, segment["kind"])))
        lines += [(_("主题"), segment["theme"]), (_("内容摘要"), segment["content"])]
        for host in segment["hosts"]:
            away = "、".join(
                absence_words(a["name"], a["state"], a["reason"]) for a in host["exceptions"]
            )
            said = _("应到 %(due)s 人，实到 %(present)s 人") % host
            lines.append((host["unit_name"], f"{said}；{away}" if away else said))
        for item in segment["agenda"]:
            lines.append((_("议题"), item["title"]))
            lines += [(_("讨论情况"), item["discussion"]), (_("决议"), item["resolution"])]
    return [(label, text) for label, text in lines if text]
