"""What a clerk, an importer or an interface hands in: plain values, no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from django.core.exceptions import ValidationError


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
    kind has no roster of its own (null: those who hold a post in the unit). There ``due`` and ``entitled`` count
    also those who are not in the system; without ``entitled`` all who are due may vote.
    """

    unit_id: int
    group_id: int | None = None
    absences: tuple[Absence, ...] = ()
    nonmembers: int = 0
    present: int | None = None
    listed: tuple[int, ...] | None = None
    due: int | None = None
    entitled: int | None = None


@dataclass(frozen=True, slots=True)
class RoleInput:
    """``reason`` says why somebody presides who holds no accepted post that day."""

    role: str
    person_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskInput:
    """What a resolution orders: who does it, until when, and how well. Without a title the resolution is the title."""

    owner_id: int
    wanted_on: date
    title: str = ""
    standard: str = ""


@dataclass(frozen=True, slots=True)
class AgendaInput:
    """``written`` of the votes came in writing. With ``matter_id`` the item does ``step`` of that matter;
    ``reasons`` say why what does not conform was done all the same, by its code."""

    title: str
    is_study: bool = False
    discussion: str = ""
    resolution: str = ""
    votes_for: int | None = None
    votes_against: int | None = None
    votes_abstain: int | None = None
    #: Secret or open; None where it was not said.
    secret: bool | None = None
    written: int | None = None
    matter_id: int | None = None
    step: str = ""
    decision: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    #: New ones; those ordered before stay as they are.
    tasks: tuple[TaskInput, ...] = ()

    @property
    def is_voted(self) -> bool:
        return any(v is not None for v in (self.votes_for, self.votes_against, self.votes_abstain))


#: What of an item is kept with the sitting itself, under the same names.
ITEM_FIELDS = (
    "title", "is_study", "discussion", "resolution", "votes_for", "votes_against", "votes_abstain",
    "secret", "written",
)  # fmt: skip


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
    """Why a sitting can not be entered. ``segment`` and ``item`` count from 0; None means the whole.

    The field ``reason:<code>`` asks why something does not conform to the procedure of the item's matter.
    """

    field: str
    text: str
    segment: int | None = None
    item: int | None = None


class SittingRefused(ValidationError):
    """All reasons at once; ``problems`` names field and segment of each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__([problem.text for problem in problems])


@dataclass(frozen=True, slots=True)
class Caution:
    """What is kept as it was said, but will not count, or looks wrong."""

    code: str
    text: str
    segment: int | None = None
