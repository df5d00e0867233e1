"""The form of a sitting as one thing: it grows by its own buttons and loses nothing typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.meetings import absences
from zhibu.meetings.dayfacts import Seat
from zhibu.meetings.forms import HeadForm, HostForm, RollForm, SegmentForm
from zhibu.meetings.frame import Frame, Panel
from zhibu.meetings.inputs import (
    Absence,
    HostInput,
    Problem,
    RoleInput,
    SegmentInput,
)
from zhibu.meetings.itemforms import AgendaForm
from zhibu.meetings.terms import kind_find
from zhibu.organization.models import Person
from zhibu.records.selectors import is_late, late_after_days
from zhibu.shared import clock
from zhibu.shared.numbers import whole

#: At most so many parts of a form: a broken or hostile page must not ask for a million.
MOST = {"segments": 8, "agenda": 40, "hosts": 20, "carried": 1000}
REASON_MOST = 100
GUESTS = frozenset({"guest", "guide"})
PRESENT = "present"
LEFT_OUT = "none"

Data = Mapping[str, Any]


@dataclass(slots=True)
class SeatRow:
    """A person of the roll and what is chosen for him: ``present``, ``leave:生病``, ``absent:`` …"""

    field: str
    name: str
    value: str
    choices: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class GuestRow:
    """Somebody who may sit in or guide, and what is chosen for him: nothing, guest or guide."""

    field: str
    person_id: int
    name: str
    value: str


@dataclass(slots=True)
class Roll:
    panel: Panel
    form: RollForm
    rows: list[SeatRow]
    errors: list[str]

    @property
    def opens_more(self) -> bool:
        return bool(self.errors or self.form.errors) or any(
            self.form[name].value() not in (None, "") for name in self.form.fields
        )

    @property
    def by_numbers(self) -> bool:
        """Nobody due is in the system."""
        return self.panel.numbers and not self.rows

    @property
    def due(self) -> int:
        return sum(1 for row in self.rows if row.value != LEFT_OUT)

    @property
    def here(self) -> int:
        return sum(1 for row in self.rows if row.value == PRESENT)


@dataclass(slots=True)
class SegmentPart:
    index: int
    form: SegmentForm
    agenda: list[AgendaForm]
    shows_reason: bool
    guests: list[GuestRow]

    @property
    def names_guests(self) -> bool:
        """Somebody is named, or a step asks who came from where: then it is not folded away."""
        asked = any(item.chosen and item.chosen.step.parties for item in self.agenda)
        return asked or any(row.value for row in self.guests)

    @property
    def wants_form(self) -> bool:
        return "form" in self.form.wanted

    @property
    def opens_more(self) -> bool:
        """What is filled in, wanted or wrong is not folded away."""
        names = [name for name in ("material", "content", "convener") if name in self.form.fields]
        wanted = {"material", "content"} & self.form.wanted
        filled = any(self.form[name].value() for name in ("material", "content"))
        return bool(wanted or filled or any(self.form[name].errors for name in names))


class Entry:
    """``data`` is what was posted or a beginning made up in its form; ``check`` when it shall be saved."""

    def __init__(
        self,
        frame: Frame,
        data: Data,
        *,
        check: bool = False,
        correcting: bool = False,
        entered_on: date | None = None,
    ) -> None:
        self.frame, self.data, self.check, self.correcting = frame, data, check, correcting
        entered = entered_on or clock.today()
        limit = late_after_days(frame.words)
        self.is_late = is_late(frame.day, entered, limit)
        self.late_days = (entered - frame.day).days
        #: The version a correction was made from; it travels with the form.
        self.version = whole(self.data.get("version"), most=10**6)
        self.head: HeadForm = self._make(
            HeadForm, "", frame=frame, correcting=correcting, late=self.is_late
        )
        self.segments = [self._segment(i) for i in range(self._count("segments", least=1))]
        self.hosts: list[HostForm] = [
            self._make(HostForm, f"h{i}", frame=frame) for i in range(self._count("hosts"))
        ]
        self.rolls = [self._roll(panel) for panel in frame.panels(self._kinds())]

    def _count(self, name: str, least: int = 0, most: str = "") -> int:
        wanted = whole(self.data.get(name)) or least
        return max(least, min(wanted, MOST[most or name]))

    def _make(self, cls: Any, prefix: str, **kw: Any) -> Any:
        """Bound when it is to be judged; else the same values as a beginning, without reproach."""
        if self.check:
            return cls(self.data, prefix=prefix or None, **kw)
        start = f"{prefix}-" if prefix else ""
        blank = cls(prefix=prefix or None, **kw)
        initial = {
            name: self.data.get(start + name) for name in blank.fields if start + name in self.data
        }
        return cls(prefix=prefix or None, initial=initial, **kw)

    def _segment(self, index: int) -> SegmentPart:
        prefix = f"s{index}"
        kind = str(self.data.get(f"{prefix}-kind", ""))
        form = self._make(SegmentForm, prefix, frame=self.frame, kind_code=kind)
        count = self._count(f"{prefix}-agenda", most="agenda")
        known = {"frame": self.frame, "kind_code": kind, "said": self.data}
        agenda = [self._make(AgendaForm, f"{prefix}a{i}", **known) for i in range(count)]
        reason = bool(self.data.get(f"{prefix}-presider_reason"))
        return SegmentPart(index, form, agenda, reason, self._guests(index, kind))

    def _guests(self, index: int, kind: str) -> list[GuestRow]:
        known = self.frame.guests(self.frame.seats_of(kind, self._group(index))) if kind else {}
        rows = []
        for who, name in known.items():
            field = f"guest-s{index}-{who}"
            value = str(self.data.get(field) or "")
            rows.append(GuestRow(field, who, name, value if value in GUESTS else ""))
        return rows

    def _kinds(self) -> list[tuple[str, int | None]]:
        return [(self._kind(i), self._group(i)) for i in range(len(self.segments))]

    def _kind(self, index: int) -> str:
        return str(self.data.get(f"s{index}-kind", ""))

    def _group(self, index: int) -> int | None:
        said = str(self.data.get(f"s{index}-group", "") or "")
        return int(said) if said in {pk for pk, _name in self.frame.groups if pk} else None

    def _roll(self, panel: Panel) -> Roll:
        form = self._make(
            RollForm,
            f"roll-{panel.key}",
            numbers=panel.numbers,
            votes=panel.votes,
            seated=bool(panel.seats) or not panel.numbers,
        )
        rows = [self._row(panel, seat) for seat in panel.seats]
        return Roll(panel, form, rows, [])

    def _row(self, panel: Panel, seat: Seat) -> SeatRow:
        name = f"seat-{panel.key}-{seat.person_id}"
        value = str(self.data.get(name, PRESENT) or PRESENT)
        state, _colon, reason = value.partition(":")
        if state not in {PRESENT, "leave", "absent", LEFT_OUT}:
            value, reason = PRESENT, ""
        choices = seat_choices(panel.open_list)
        if value not in {code for code, _label in choices}:
            label = absences.absence_words("", state, reason).strip("（）")
            choices.insert(-1, (value, label[:60]))
        return SeatRow(name, seat.name, value, choices)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Rolls not on show now (another kind or day is chosen) are kept: it may be changed back."""
        shown = {row.field for roll in self.rolls for row in roll.rows}
        shown |= {roll.form.add_prefix(name) for roll in self.rolls for name in roll.form.fields}
        kept = [
            (key, str(value))
            for key, value in self.data.items()
            if key.startswith(("seat-", "roll-"))
            and key not in shown
            and value not in ("", PRESENT, None)
        ]
        return kept[: MOST["carried"]]

    def has_item(self, title: str) -> bool:
        return any(item["title"].value() == title for part in self.segments for item in part.agenda)

    @property
    def is_single(self) -> bool:
        return len(self.segments) == 1

    @property
    def has_errors(self) -> bool:
        forms = [part.form for part in self.segments] + [
            one for part in self.segments for one in part.agenda
        ]
        forms += [*self.hosts, *(roll.form for roll in self.rolls)]
        return any(roll.errors for roll in self.rolls) or any(form.errors for form in forms)

    # What is handed to the service

    def is_valid(self) -> bool:
        forms = [self.head, *self.hosts, *(roll.form for roll in self.rolls)]
        for part in self.segments:
            forms += [part.form, *part.agenda]
        return all([form.is_valid() for form in forms])

    def values(self) -> dict[str, Any]:
        """Arguments of ``sitting_enter``; fills the rolls' errors where a name is not understood."""
        head = self.head.cleaned_data
        away = {roll.panel.key: self._absences(roll) for roll in self.rolls}
        return {
            **self._behalf(),
            "day": head["day"],
            "starts_at": head["starts_at"],
            "ends_at": head["ends_at"],
            "place": head["place"],
            "late_reason": head["late_reason"],
            "segments": [self._segment_input(part, away) for part in self.segments],
        }

    def _behalf(self) -> dict[str, Person]:
        said = self.head.cleaned_data.get("on_behalf_of")
        return {"on_behalf_of": Person.objects.get(pk=int(said))} if said else {}

    @property
    def has_roll_errors(self) -> bool:
        return any(roll.errors for roll in self.rolls) or any(host.errors for host in self.hosts)

    def _absences(self, roll: Roll) -> tuple[Absence, ...]:
        found = {}
        for seat, row in zip(roll.panel.seats, roll.rows, strict=True):
            state, _colon, reason = row.value.partition(":")
            if len(reason) > REASON_MOST:
                said = _("%(name)s的请假原因太长，请缩短到 %(most)s 字以内。")
                roll.errors.append(said % {"name": row.name, "most": REASON_MOST})
            if state in {"leave", "absent"}:
                found[seat.person_id] = Absence(seat.person_id, state, reason)
        for one in self._typed(
            roll.form.cleaned_data.get("absences", ""), roll.panel.seats, roll.errors
        ):
            found[one.person_id] = one
        return tuple(found.values())

    def _typed(
        self, text: str, seats: tuple[Seat, ...] | list[Seat], errors: list[str]
    ) -> list[Absence]:
        try:
            named = absences.absences_parse(text)
        except absences.NotUnderstood as error:
            errors.append(str(error))
            return []
        found, problems = absences.absences_match(named, absences.names_index(seats))
        errors.extend(problems)
        return found

    def _segment_input(
        self, part: SegmentPart, away: dict[str, tuple[Absence, ...]]
    ) -> SegmentInput:
        data, group = part.form.cleaned_data, self._group(part.index)
        return SegmentInput(
            kind=data["kind"],
            convener=data["convener"],
            theme=data["theme"],
            form=data["form"],
            material=data["material"],
            content=data["content"],
            hosts=tuple(self._hosts(data["kind"], group, away)),
            roles=(
                *_roles(data),
                *(RoleInput(g.value, g.person_id) for g in part.guests if g.value),
            ),
            agenda=tuple(form.given() for form in part.agenda if not form.is_blank),
        )

    def _hosts(
        self, kind_code: str, group: int | None, away: dict[str, tuple[Absence, ...]]
    ) -> Iterator[HostInput]:
        key = self.frame.panel_key(kind_code, group)
        roll = next((one for one in self.rolls if one.panel.key == key), None)
        if roll is None:
            yield HostInput(self.frame.unit.pk, group)
            return
        data = roll.form.cleaned_data
        listed = None
        if roll.panel.open_list:
            pairs = zip(roll.panel.seats, roll.rows, strict=True)
            listed = tuple(seat.person_id for seat, row in pairs if row.value != LEFT_OUT)
        yield HostInput(
            self.frame.unit.pk,
            group if key.startswith("group") else None,
            away.get(key, ()),
            data["nonmembers"] or 0,
            data["present"],
            listed,
            data.get("due"),
            data.get("entitled"),
        )
        for form in self.hosts:
            if form.cleaned_data["unit"]:
                yield self._joint(form, kind_code)

    def _joint(self, form: HostForm, kind_code: str) -> HostInput:
        data = form.cleaned_data
        unit_id = int(data["unit"])
        seats = self.frame.seats_beside(unit_id, kind_code)
        errors: list[str] = []
        found = self._typed(data["absences"], seats, errors)
        for text in errors:
            form.add_error("absences", text)
        return HostInput(unit_id, None, tuple(found), 0, data["present"])

    def blame(self, problems: list[Problem]) -> None:
        """Put each refusal where its cause was typed."""
        for problem in problems:
            if problem.segment is not None and problem.item is not None:
                filled = [one for one in self.segments[problem.segment].agenda if not one.is_blank]
                filled[problem.item].blame(problem.field, problem.text)
            elif problem.field in self.head.fields:
                self.head.add_error(problem.field, problem.text)
            elif problem.segment is not None and problem.field in {"present", "absences", "hosts"}:
                self._blame_roll(problem)
            elif problem.segment is not None:
                part = self.segments[problem.segment]
                part.shows_reason = part.shows_reason or problem.field == "presider"
                field = problem.field if problem.field in part.form.fields else None
                part.form.add_error(field, problem.text)
            else:
                self.head.add_error(None, problem.text)
        if any(problem.field == "late_reason" for problem in problems):
            self.head.shows_late = True

    def _blame_roll(self, problem: Problem) -> None:
        index = problem.segment or 0
        key = self.frame.panel_key(self._kind(index), self._group(index))
        for roll in self.rolls:
            if roll.panel.key == key and problem.text not in roll.errors:
                roll.errors.append(problem.text)


def _roles(data: dict[str, Any]) -> Iterator[RoleInput]:
    for role in ("presider", "recorder", "lecturer"):
        if data.get(role):
            reason = data["presider_reason"] if role == "presider" else ""
            yield RoleInput(role, int(data[role]), reason)


def seat_choices(open_list: bool) -> list[tuple[str, str]]:
    """One choice says state and reason together: two taps a person, with or without script."""
    found = [(PRESENT, _("到会"))]
    found += [
        (f"leave:{reason}", _("请假：%(reason)s") % {"reason": reason})
        for reason in absences.REASONS
    ]
    found += [("leave:", _("请假（未写原因）")), ("absent:", _("缺席"))]
    if open_list:
        found.append((LEFT_OUT, _("不列入应到")))
    return found


def wanted_kind(frame: Frame, code: str) -> str:
    return code if kind_find(frame.words, code) else ""
