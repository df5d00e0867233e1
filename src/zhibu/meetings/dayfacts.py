"""What was so on a day: who was due, who held which post, which words applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from zhibu.membership.selectors import roster_on
from zhibu.organization.models import Person, Post, Unit
from zhibu.organization.selectors import unit_words
from zhibu.procedures.selectors import step_named
from zhibu_engine.packs.procedure import StepOf


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who is due."""

    person_id: int
    name: str
    entitled: bool


class DayFacts(Protocol):
    """What a plan may ask of a day."""

    #: Due lists already worked out, by kind, unit, group and day.
    due_memo: dict[Any, list[Seat]]

    def words(self, unit_id: int, day: date) -> Any: ...

    def spell(self, unit_id: int, day: date) -> date:
        """A day that stands for all days with the same members and posts in the unit."""
        ...

    def roster(self, unit_id: int, day: date, group_id: int | None) -> list[Seat]: ...

    def posts(self, unit_id: int, day: date) -> list[tuple[int, str, str]]:
        """(person, his name, post code) of everybody who held a post in the unit."""
        ...

    def person_posts(self, person_id: int, day: date) -> list[str]: ...

    def unit_name(self, unit_id: int) -> str: ...

    def person_name(self, person_id: int) -> str: ...

    def step(self, matter_id: int, step: str) -> StepOf | None:
        """A step of a matter, as the packs have it today."""
        ...


class LiveFacts:
    """Asks the database, each thing once. For one sitting."""

    def __init__(self, units: Iterable[Unit] = ()) -> None:
        self._units: dict[int, Unit] = {unit.pk: unit for unit in units}
        self._names: dict[int, str] = {}
        self._rosters: dict[tuple[int, date, int | None], list[Seat]] = {}
        self._posts: dict[tuple[int, date], list[tuple[int, str, str]]] = {}
        self._words: dict[tuple[int, date], Any] = {}
        self.due_memo: dict[Any, list[Seat]] = {}

    def unit(self, unit_id: int) -> Unit:
        if unit_id not in self._units:
            self._units[unit_id] = Unit.objects.get(pk=unit_id)
        return self._units[unit_id]

    def words(self, unit_id: int, day: date) -> Any:
        key = (unit_id, day)
        if key not in self._words:
            self._words[key] = unit_words(self.unit(unit_id), day)
        return self._words[key]

    def spell(self, unit_id: int, day: date) -> date:
        return day

    def roster(self, unit_id: int, day: date, group_id: int | None) -> list[Seat]:
        key = (unit_id, day, group_id)
        if key not in self._rosters:
            entries = roster_on(unit_id, day, group_id)
            self._rosters[key] = [Seat(e.person_id, e.name, e.entitled) for e in entries]
            self._names.update({e.person_id: e.name for e in entries})
        return self._rosters[key]

    def posts(self, unit_id: int, day: date) -> list[tuple[int, str, str]]:
        key = (unit_id, day)
        if key not in self._posts:
            held = Post.objects.held_on(day).filter(unit_id=unit_id).select_related("person")
            self._posts[key] = [(post.person_id, str(post.person), post.code) for post in held]
            self._names.update({who: name for who, name, _code in self._posts[key]})
        return self._posts[key]

    def person_posts(self, person_id: int, day: date) -> list[str]:
        return list(
            Post.objects.held_on(day)
            .filter(person_id=person_id)
            .order_by("pk")
            .values_list("code", flat=True)
        )

    def unit_name(self, unit_id: int) -> str:
        return str(self.unit(unit_id))

    def person_name(self, person_id: int) -> str:
        if person_id not in self._names:
            self._names[person_id] = str(Person.objects.get(pk=person_id))
        return self._names[person_id]

    def step(self, matter_id: int, step: str) -> StepOf | None:
        found = step_named(matter_id, step)
        return found.step if found and found.step.evidence == "segment" else None
