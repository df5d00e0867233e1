"""What was so on the days of a whole sheet, loaded once: ``DayFacts`` for eighteen thousand rows."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from zhibu.meetings.absences import names_index
from zhibu.meetings.dayfacts import Seat
from zhibu.meetings.terms import codes_of
from zhibu.membership.selectors import rosters_bulk
from zhibu.organization.models import Adoption, Ancestry, Person, Placement, Post, Unit
from zhibu.organization.selectors import adoption_versions, units_adoptions
from zhibu.packs.selectors import pack_words

Held = tuple[int, str, str]


class BulkFacts:
    """The same answers as ``LiveFacts``, from memory."""

    def __init__(self, unit_ids: Iterable[int], first: date, last: date) -> None:
        self.first, self.last = first, last
        self.unit_ids = set(unit_ids)
        self._load_units()
        self._load_posts()
        self._rosters = rosters_bulk(self.unit_ids, first, last)
        self._seats: dict[tuple[int, date, int | None], list[Seat]] = {}
        self._held: dict[tuple[int, date], list[Held]] = {}
        self._words: dict[tuple[int, int], Any] = {}
        self._spells: dict[int, list[date]] = {}
        self._titles: dict[tuple[int, str], dict[str, str]] = {}
        self._turns = self._turning_days()
        self._adoptions: dict[int, dict[int, Any]] = {}
        self._names: dict[int, str] = {}
        self.due_memo: dict[Any, list[Seat]] = {}
        self._indexes: dict[Any, dict[str, list[int]]] = {}

    def _within(self, rows: Any) -> Any:
        return rows.filter(Q(from_on__isnull=True) | Q(from_on__lte=self.last)).filter(
            Q(to_on__isnull=True) | Q(to_on__gte=self.first)
        )

    def _load_units(self) -> None:
        below = Placement.objects.filter(
            parent__in=self.unit_ids, line="tree", unit__kind=Unit.Kind.GROUP
        ).select_related("unit")
        self.groups: dict[int, list[Unit]] = defaultdict(list)
        for row in self._within(below):
            self.groups[row.parent_id].append(row.unit)
        above = self._within(
            Ancestry.objects.filter(unit__in=self.unit_ids, line="tree", depth__gt=0)
        )
        self._above: dict[int, list[int]] = defaultdict(list)
        for unit_id, ancestor_id in above.order_by("depth", "pk").values_list(
            "unit_id", "ancestor_id"
        ):
            self._above[unit_id].append(ancestor_id)
        known = self.unit_ids | {pk for ids in self._above.values() for pk in ids}
        self.units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=known)}
        self.units.update({unit.pk: unit for units in self.groups.values() for unit in units})

    def _load_posts(self) -> None:
        """Posts in these units, their groups and above; and whatever else their people hold."""
        here = Q(unit__in=list(self.units))
        members = Q(person__member__memberships__unit__in=self.unit_ids)
        elsewhere = Q(person__posts__unit__in=list(self.units))
        posts = self._within(Post.objects.filter(here | members | elsewhere)).distinct()
        self._by_unit: dict[int, list[Post]] = defaultdict(list)
        self._by_person: dict[int, list[Post]] = defaultdict(list)
        for post in posts.select_related("person"):
            self._by_unit[post.unit_id].append(post)
            self._by_person[post.person_id].append(post)

    def _turning_days(self) -> list[date]:
        """Between two of these days everywhere the same packs hold."""
        found = {self.first}
        for rows in (Adoption.objects.all(), Ancestry.objects.filter(unit__in=self.unit_ids)):
            for start, end in rows.values_list("from_on", "to_on").distinct():
                found |= {day for day in (start, end and end + timedelta(days=1)) if day}
        return sorted(day for day in found if self.first <= day <= self.last)

    def words(self, unit_id: int, day: date) -> Any:
        turn = max(bisect_right(self._turns, day) - 1, 0)
        key = (unit_id, turn)
        if key not in self._words:
            if turn not in self._adoptions:
                self._adoptions[turn] = units_adoptions(self.unit_ids, self._turns[turn])
            self._words[key] = pack_words(adoption_versions(self._adoptions[turn].get(unit_id, [])))
        return self._words[key]

    def titles(self, words: Any, name: str) -> dict[str, str]:
        """Title → code; the words live as long as these facts."""
        key = (id(words), name)
        if key not in self._titles:
            self._titles[key] = {title: code for code, title in codes_of(words, name).items()}
        return self._titles[key]

    def spell(self, unit_id: int, day: date) -> date:
        """A branch changes a few times a year and meets fifty times."""
        if unit_id not in self._spells:
            found = {self.first, *self._rosters.turning_days(unit_id)}
            for post in self._by_unit.get(unit_id, ()):
                found.add(post.from_on)
                found |= {post.to_on + timedelta(days=1)} if post.to_on else set()
            self._spells[unit_id] = sorted(one for one in found if one >= self.first)
        return self._spells[unit_id][max(bisect_right(self._spells[unit_id], day) - 1, 0)]

    def roster(self, unit_id: int, day: date, group_id: int | None) -> list[Seat]:
        day = self.spell(unit_id, day)
        key = (unit_id, day, group_id)
        if key not in self._seats:
            rank = {
                who: n for n, (who, _name, _code) in enumerate(reversed(self.posts(unit_id, day)))
            }
            entries = self._rosters.on(unit_id, day, group_id)
            entries.sort(key=lambda one: -rank.get(one.person_id, -1))
            self._seats[key] = [Seat(e.person_id, e.name, e.entitled) for e in entries]
            self._names.update({e.person_id: e.name for e in entries})
        return self._seats[key]

    def posts(self, unit_id: int, day: date) -> list[Held]:
        day = self.spell(unit_id, day)
        key = (unit_id, day)
        if key not in self._held:
            self._held[key] = [
                (post.person_id, str(post.person), post.code)
                for post in self._by_unit.get(unit_id, ())
                if _on(post, day)
            ]
            self._names.update({who: name for who, name, _code in self._held[key]})
        return self._held[key]

    def person_posts(self, person_id: int, day: date) -> list[str]:
        held = sorted(self._by_person.get(person_id, ()), key=lambda post: post.pk)
        return [post.code for post in held if _on(post, day)]

    def members_index(self, unit_id: int, day: date) -> dict[str, list[int]]:
        """Name → members that day."""
        key = (unit_id, self.spell(unit_id, day), "members")
        if key not in self._indexes:
            self._indexes[key] = names_index(self.roster(unit_id, day, None))
        return self._indexes[key]

    def posts_index(self, unit_id: int, day: date) -> dict[str, list[int]]:
        """Name → holders of posts that day, each once."""
        key = (unit_id, self.spell(unit_id, day), "posts")
        if key not in self._indexes:
            people = {who: name for who, name, _code in self.posts(unit_id, day)}
            self._indexes[key] = names_index(Seat(who, name, True) for who, name in people.items())
        return self._indexes[key]

    def seats_index(self, seats: list[Seat]) -> dict[str, list[int]]:
        """Name → people of a due list; the lists live in ``due_memo`` as long as these facts."""
        key = id(seats)
        if key not in self._indexes:
            self._indexes[key] = names_index(seats)
        return self._indexes[key]

    def above(self, unit_id: int) -> list[int]:
        return self._above.get(unit_id, [])

    def unit_name(self, unit_id: int) -> str:
        return str(self.units[unit_id])

    def person_name(self, person_id: int) -> str:
        if person_id not in self._names:
            self._names[person_id] = str(Person.objects.get(pk=person_id))
        return self._names[person_id]

    def step(self, matter_id: int, step: str) -> None:
        """A sheet has no column for it."""


def _on(post: Post, day: date) -> bool:
    return post.from_on <= day and (post.to_on is None or post.to_on >= day)
