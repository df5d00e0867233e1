"""What a clerk, an importer or an interface hands in: plain values, no rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Absence:
    """One exception from 「全到，除了…」. ``state`` is leave or absent."""

    person_id: int
    state: str = "leave"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HostInput:
    """One unit for which a segment is held.

    ``present`` is stated where only the number is known; ``listed`` names who is due where the
    kind has no roster of its own (null: those who hold a post in the unit).
    """

    unit_id: int
    group_id: int | None = None
    absences: tuple[Absence, ...] = ()
    nonmembers: int = 0
    present: int | None = None
    listed: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class RoleInput:
    """``reason`` says why somebody presides who holds no accepted post that day."""

    role: str
    person_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgendaInput:
    title: str
    is_study: bool = False
    discussion: str = ""
    resolution: str = ""
    votes_for: int | None = None
    votes_against: int | None = None
    votes_abstain: int | None = None

    @property
    def is_voted(self) -> bool:
        return any(v is not None for v in (self.votes_for, self.votes_against, self.votes_abstain))


@dataclass(frozen=True, slots=True)
class SegmentInput:
    """A part of one kind. Without ``hosts`` it is held for the sitting's owner alone."""

    kind: str
    convener: str = ""
    theme: str = ""
    form: str = ""
    material: str = ""
    content: str = ""
    hosts: tuple[HostInput, ...] = ()
    roles: tuple[RoleInput, ...] = ()
    agenda: tuple[AgendaInput, ...] = ()


@dataclass(frozen=True, slots=True)
class SittingInput:
    owner_id: int
    day: date
    segments: tuple[SegmentInput, ...]
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a sitting can not be entered. ``segment`` counts from 0; None means the whole sitting."""

    field: str
    text: str
    segment: int | None = None


@dataclass(frozen=True, slots=True)
class Caution:
    """What is kept as it was said, but will not count, or looks wrong."""

    code: str
    text: str
    segment: int | None = None
