"""会议台账 as rows: one for each sitting, in the words in which the import reads them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from zhibu.meetings import terms
from zhibu.meetings.models import Segment, SegmentHost, Sitting
from zhibu.meetings.recorded import Old, named_away, olds_load
from zhibu.meetings.selectors import segment_rows
from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_words


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One sitting with everything a paper ledger has; the counts are those of its first kind."""

    unit: str
    group: str
    day: date
    starts_at: str
    ends_at: str
    place: str
    kind: str
    joint: str
    convener: str
    theme: str
    presider: str
    recorder: str
    lecturer: str
    due: int
    #: Nothing where the kinds differ in who stayed away: the sheet has one cell for all.
    present: int | None
    away: str
    nonmembers: int
    agenda: str
    resolution: str
    form: str
    material: str
    entered_on: date
    late: str


def ledger_rows(unit: Unit, day: date, **filters: Any) -> list[LedgerRow]:
    """Sittings of the filtered segments, whole, the oldest first."""
    held: dict[int, list[int]] = {}
    rows = segment_rows(unit, day, **filters).prefetch_related(None).select_related(None)
    for sitting_id, unit_id in rows.values_list("segment__sitting_id", "unit_id"):
        held.setdefault(sitting_id, []).append(unit_id)
    words = unit_words(unit, day)
    sittings = Sitting.objects.filter(pk__in=rows.order_by().values("segment__sitting_id"))
    olds = olds_load(sittings.order_by("record__event_on", "pk"))
    return [_row(old, held[old.record_id], words) for old in olds]


def _row(old: Old, units: Sequence[int], words: Any) -> LedgerRow:
    """Written for the unit that entered it; for one it met with where that is not asked for."""
    sitting, record, said = old.sitting, old.sitting.record, old.said()
    unit_id = record.owner_id if record.owner_id in units else units[0]
    face = next((host for host in old.hosts if host.unit_id == unit_id), old.hosts[0])
    others = {host.unit_id: host.unit.name for host in old.hosts if host.unit_id != unit_id}
    group = next((host.group for host in old.hosts if host.group), None)
    return LedgerRow(
        unit=face.unit.name,
        group=group.name if group else "",
        day=record.event_on,
        starts_at=_clock(sitting.starts_at),
        ends_at=said["ends_at"],
        place=sitting.place,
        kind="、".join(_kind(words, segment.kind) for segment in old.segments),
        joint="、".join(others.values()),
        convener=_each(old, lambda one: terms.code_title(words, "convener", one.convener)),
        theme=said["theme"],
        presider=_role(old, "presider"),
        recorder=_role(old, "recorder"),
        lecturer=said["lecturer"],
        due=face.due,
        present=face.present if _is_one_roll(old, unit_id) else None,
        away=_away(old.hosts),
        nonmembers=int(said["nonmembers"]),
        agenda=said["agenda"],
        resolution=said["resolution"],
        form=_once(terms.code_title(words, "activity_form", one.form) for one in old.segments),
        material=said["material"],
        entered_on=record.event_on + timedelta(days=record.entry_delay),
        late=record.late_reason if record.is_late else "",
    )


def _is_one_roll(old: Old, unit_id: int) -> bool:
    mine = [host for host in old.hosts if host.unit_id == unit_id]
    return len({(host.due, host.present, frozenset(named_away(host))) for host in mine}) == 1


def _kind(words: Any, code: str) -> str:
    return terms.codes_of(words, "segment_kind").get(code) or terms.kind_title(words, code)


def _each(old: Old, word: Callable[[Segment], str]) -> str:
    """One word where all kinds have the same; else one for each, in their order."""
    found = [word(segment) for segment in old.segments]
    return found[0] if len(set(found)) == 1 else "、".join(one for one in found if one)


def _role(old: Old, role: str) -> str:
    parts = [one for one in old.sitting.record.participants.all() if one.role == role]
    return _each(old, lambda s: next((str(p.person) for p in parts if p.part in (0, s.order)), ""))


def _away(hosts: Iterable[SegmentHost]) -> str:
    return _once(word for host in hosts for word in named_away(host))


def _once(words: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(word for word in words if word))


def _clock(value: time | None) -> str:
    return f"{value:%H:%M}" if value else ""
