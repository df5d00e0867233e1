"""What guards are told: what happened at a step, and what stood before it. Plain values, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhibu_engine.votes import VoteCount


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at a step, with the posts he held on that day in the unit or above it."""

    person_id: int
    posts: frozenset[str] = frozenset()
    name: str = ""
    #: What he is as a member that day (codes: member_category); empty: not known.
    category: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """What a record says of a step. ``actors`` are those who acted, accounts and persons, as opaque keys."""

    step: str
    day: date
    #: Kind of the evidence: a segment, publication, document or ballot kind; empty for an act.
    kind: str = ""
    presider: Seat | None = None
    recorder: Seat | None = None
    present: tuple[Seat, ...] = ()
    #: Whom the blanks of the step name.
    named: tuple[Seat, ...] = ()
    #: Who was due, where that is known: so that absence is told from not having been asked.
    due: tuple[Seat, ...] = ()
    count: VoteCount | None = None
    secret: bool | None = None
    papers: frozenset[str] = frozenset()
    fields: Mapping[str, Any] = field(default_factory=dict)
    decision: str = ""
    actors: frozenset[str] = frozenset()
    #: Days from first to last of a publication; None where it stands without end.
    shown: int | None = None
    #: Objections to the matter's publications that nobody had answered when the step was entered.
    objections_open: int = 0
    #: Outcomes (kind, value) that the subject held that day.
    held: frozenset[tuple[str, str]] = frozenset()
    #: Child matters that are still open today.
    children_open: int = 0
    #: Reasons written for breaches, by their code.
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """A matter as it stood: when it was opened, its form, and what stands of its steps, in the order of their days."""

    opened: date
    form: Mapping[str, Any] = field(default_factory=dict)
    done: tuple[Happening, ...] = ()
    parent: Standing | None = None

    def at(self, step: str) -> tuple[Happening, ...]:
        return tuple(one for one in self.done if one.step == step)

    def day(self, step: str, until: date | None = None) -> date | None:
        """The last day on which the step was done, as seen from a day: the last by then, else the first after."""
        days = sorted(one.day for one in self.at(step))
        by_then = [day for day in days if until is None or day <= until]
        return by_then[-1] if by_then else next(iter(days), None)

    def until(self, day: date) -> Standing:
        """As it stood at the end of that day."""
        rest = tuple(one for one in self.done if one.day <= day)
        return Standing(self.opened, self.form, rest, self.parent)

    def without(self, step: str) -> Standing:
        rest = tuple(one for one in self.done if one.step != step)
        return Standing(self.opened, self.form, rest, self.parent)


@dataclass(frozen=True, slots=True)
class Breach:
    """What does not conform. A hard one is refused; the others pass with a reason and stay counted."""

    code: str
    text: str
    hard: bool = False
    basis: str = ""
    #: The reason that was written for it.
    reason: str = ""
    #: Days over a deadline.
    days: int = 0
