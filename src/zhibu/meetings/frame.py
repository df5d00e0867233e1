"""What the form of one unit on one day offers: kinds, people, groups, other units, rosters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from zhibu.meetings import terms
from zhibu.meetings.dayfacts import LiveFacts, Seat
from zhibu.meetings.inputs import HostInput
from zhibu.meetings.seating import due_seats
from zhibu.organization.models import Ancestry, Placement, Post, Unit
from zhibu.organization.selectors import unit_ancestors
from zhibu.procedures.selectors import OpenStep, step_named, steps_waiting
from zhibu.shared.numbers import whole

Choices = list[tuple[str, str]]


def step_code(one: OpenStep) -> str:
    """A step of a matter as the form names it."""
    return f"{one.matter_id}:{one.step.key}"


@dataclass(frozen=True, slots=True)
class Panel:
    """One roll: segments with the same people due share it, so it is called once."""

    key: str
    title: str
    seats: tuple[Seat, ...]
    #: The kind lists its people by hand: anybody may be left out.
    open_list: bool = False
    #: Some or all of those due are not in the system: their number may be written.
    numbers: bool = False
    votes: bool = False

    @property
    def entitled(self) -> int:
        return sum(1 for one in self.seats if one.entitled)


@dataclass
class Frame:
    unit: Unit
    day: date
    user: Any
    frozen: dict[tuple[int, int | None, str], list[Seat]] = field(default_factory=dict)
    #: Those whom the record that is corrected names already.
    guests_before: dict[int, str] = field(default_factory=dict)
    #: Tasks that the items of the corrected record ordered, in words, by the item's place in the form.
    ordered: dict[str, list[str]] = field(default_factory=dict)
    _named: dict[str, OpenStep | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.facts = LiveFacts([self.unit])

    @cached_property
    def words(self) -> Any:
        return self.facts.words(self.unit.pk, self.day)

    @cached_property
    def kinds(self) -> Choices:
        return [("", _("请选择")), *terms.kinds_offered(self.words)]

    def forms_of(self, kind_code: str) -> Choices:
        kind = terms.kind_find(self.words, kind_code)
        known = terms.codes_of(self.words, "activity_form")
        offered = (kind.forms if kind else ()) or known
        return [("", "—"), *((code, known.get(code, code)) for code in offered)]

    @cached_property
    def conveners(self) -> Choices:
        return [("", "—"), *terms.codes_of(self.words, "convener").items()]

    @cached_property
    def _posted(self) -> dict[int, str]:
        """Holders of posts here and in the groups, with their posts."""
        posts = terms.codes_of(self.words, "post")
        groups = [pk for pk in (int(pk) for pk, _name in self.groups if pk)]
        held: dict[int, tuple[str, list[str]]] = {}
        for unit_id in (self.unit.pk, *groups):
            for who, name, code in self.facts.posts(unit_id, self.day):
                held.setdefault(who, (name, []))[1].append(posts.get(code, code))
        return {
            who: f"{name}（{'、'.join(dict.fromkeys(codes))}）"
            for who, (name, codes) in held.items()
        }

    @cached_property
    def _above(self) -> dict[int, str]:
        """Holders of posts above, with their posts, the nearest unit first."""
        posts = terms.codes_of(self.words, "post")
        near = {one.pk: n for n, one in enumerate(unit_ancestors(self.unit, self.day))}
        held = Post.objects.held_on(self.day).filter(unit__in=list(near))
        found: dict[int, str] = {}
        for post in sorted(
            held.select_related("person", "unit"), key=lambda p: (near[p.unit_id], p.pk)
        ):
            title = f"{post.unit}{posts.get(post.code, post.code)}"
            found.setdefault(post.person_id, f"{post.person}（{title}）")
        return found

    @cached_property
    def people(self) -> Choices:
        """Members and holders of posts here, then those who hold a post above: lecturers come from there."""
        named = dict(self._posted)
        for seat in self.facts.roster(self.unit.pk, self.day, None):
            named.setdefault(seat.person_id, seat.name)
        for who, name in self._above.items():
            named.setdefault(who, name)
        return [("", "—"), *((str(who), name) for who, name in named.items())]

    def guests(self, seats: Sequence[Seat]) -> dict[int, str]:
        """Who may sit in or guide: holders of posts here and above who are not due, and who did before."""
        due = {one.person_id for one in seats}
        known = {**self.guests_before, **self._posted, **self._above}
        return {who: name for who, name in known.items() if who not in due}

    @cached_property
    def own_people(self) -> Choices:
        """Of the branch itself: for whom somebody may be entering this."""
        found = {who: name for who, name, _code in self.facts.posts(self.unit.pk, self.day)}
        for seat in self.facts.roster(self.unit.pk, self.day, None):
            found.setdefault(seat.person_id, seat.name)
        return [("", _("不是，由本人录入")), *((str(who), name) for who, name in found.items())]

    @cached_property
    def groups(self) -> Choices:
        below = Placement.objects.held_on(self.day).filter(
            parent=self.unit, line="tree", unit__kind=Unit.Kind.GROUP
        )
        return [("", "—"), *((str(p.unit_id), str(p.unit)) for p in below.select_related("unit"))]

    @cached_property
    def neighbours(self) -> Choices:
        """Units with whom this one may sit together: those under the same parent."""
        parents = (
            Placement.objects.held_on(self.day).filter(unit=self.unit, line="tree").values("parent")
        )
        beside = Placement.objects.held_on(self.day).filter(parent__in=parents, line="tree")
        units = (
            Unit.objects.alive_on(self.day)
            .filter(pk__in=beside.values("unit"))
            .exclude(pk=self.unit.pk)
        )
        return [("", "—"), *((str(unit.pk), str(unit)) for unit in units)]

    @cached_property
    def secretary_id(self) -> int | None:
        held = self.facts.posts(self.unit.pk, self.day)
        return next((who for who, _name, code in held if code in terms.SECRETARIES), None)

    def holder_of(self, posts: Sequence[str]) -> int | None:
        """Who holds one of the posts here, where it is one person only."""
        held = self.facts.posts(self.unit.pk, self.day)
        found = {who for who, _name, code in held if code in posts}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def waiting(self) -> dict[str, OpenStep]:
        """Steps of the unit's matters that a sitting could do, by their code in the form."""
        waiting = steps_waiting(self.unit, evidence="segment")
        return {step_code(one): one for one in waiting}

    def step_of(self, code: str) -> OpenStep | None:
        """One that waits; else one that the address or the record itself names, of this unit or one below it."""
        if code not in self.waiting and code not in self._named:
            matter, _colon, key = code.partition(":")
            pk = whole(matter)
            found = step_named(pk, key) if pk and key else None
            mine = found is not None and found.step.evidence == "segment" and self._over(found)
            self._named[code] = found if mine else None
        return self.waiting.get(code) or self._named.get(code)

    def _over(self, found: OpenStep) -> bool:
        above = Ancestry.objects.held_on(self.day).filter(unit=found.unit_id, ancestor=self.unit)
        return found.unit_id == self.unit.pk or above.exists()

    def steps_for(self, kind_code: str, code: str) -> Choices:
        """What an item of a segment of this kind may do, with what it does already."""
        chosen = self.step_of(code) if code else None
        offered = {**self.waiting, **({code: chosen} if chosen else {})}
        fit = {
            one_code: _("%(matter)s — %(step)s") % {"matter": one.matter, "step": one.step.title}
            for one_code, one in offered.items()
            if kind_code and (not one.step.kinds or kind_code in one.step.kinds)
        }
        return [("", _("不对应事项")), *fit.items()]

    def seats_of(self, kind_code: str, group_id: int | None) -> list[Seat]:
        kind = terms.kind_find(self.words, kind_code)
        if kind is None or (kind.due == "group" and group_id is None):
            return []
        key = (self.unit.pk, group_id if kind.due == "group" else None, kind_code)
        if key in self.frozen:
            return self.frozen[key]
        return due_seats(kind, HostInput(self.unit.pk, group_id), self.day, self.facts)

    def panel_key(self, kind_code: str, group_id: int | None) -> str:
        kind = terms.kind_find(self.words, kind_code)
        if kind is None:
            return ""
        if kind.due == "group":
            return f"group{group_id or ''}"
        own = kind.due == "counted" or kind.due_posts
        return f"{kind.due}-{kind_code}" if own else str(kind.due)

    def panels(self, segments: Sequence[tuple[str, int | None]]) -> list[Panel]:
        """One for each set of people due, in the order of the segments."""
        found: dict[str, Panel] = {}
        for kind_code, group_id in segments:
            key = self.panel_key(kind_code, group_id)
            if not key or key in found:
                continue
            kind = terms.kind_find(self.words, kind_code)
            seats = tuple(self.seats_of(kind_code, group_id))
            numbers = terms.takes_numbers(kind)
            found[key] = Panel(
                key, kind.title, seats, kind.due == "listed", numbers, kind.entitled != "none"
            )
        return list(found.values())

    def seats_beside(self, unit_id: int, kind_code: str) -> list[Seat]:
        """Who is due of another unit in a joint sitting."""
        kind = terms.kind_find(self.words, kind_code)
        if kind is None:
            return []
        if (unit_id, None, kind_code) in self.frozen:
            return self.frozen[(unit_id, None, kind_code)]
        return due_seats(kind, HostInput(unit_id), self.day, self.facts)
