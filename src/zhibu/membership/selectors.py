"""Who belongs to a branch, on a day. Other apps ask here, never the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, Value, When

from zhibu.membership.models import Member, Membership
from zhibu.organization.models import Unit
from zhibu.organization.selectors import HeldPost, posts_held

_FULL, _PROBATIONARY = Member.Category.FULL, Member.Category.PROBATIONARY


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A member of the branch on the day. Entitled: may vote, so neither probationary nor suspended."""

    person_id: int
    name: str
    entitled: bool
    category: str
    group_id: int | None
    posts: tuple[HeldPost, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterCounts:
    members: int = 0
    full: int = 0
    probationary: int = 0
    lost: int = 0
    floating: int = 0
    ungrouped: int = 0


@dataclass(frozen=True, slots=True)
class _Belonging:
    """A membership as plain values; ``full_on`` tells since when the member may vote."""

    person_id: int
    name: str
    note: str
    stroke_key: str
    category: str
    full_on: date | None
    unit_id: int
    group_id: int | None
    from_on: date
    to_on: date | None

    def on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or self.to_on >= day)

    def category_on(self, day: date) -> str:
        """A full member was probationary until the day he became one."""
        if self.category == _FULL and self.full_on is not None and self.full_on > day:
            return _PROBATIONARY
        return self.category


_FIELDS = (
    "member_id", "member__person__name", "member__person__name_note", "member__person__stroke_key",
    "member__category", "member__full_on", "unit_id", "group_id", "from_on", "to_on",
)  # fmt: skip


def roster_on(unit_id: int, day: date, group_id: int | None = None) -> list[RosterEntry]:
    """The members of the unit (or of one group of it) that day: post holders first, then by surname strokes.

    ``unit_id`` may itself be a group. Who is suspended takes no part and is left out.
    """
    rows = _belongings(Membership.objects.held_on(day).filter(Q(unit=unit_id) | Q(group=unit_id)))
    posts = _by_person(posts_held([unit_id], day).get(unit_id, []))
    return _entries(rows, posts, day, group_id)


def _belongings(memberships: Any) -> list[_Belonging]:
    whole = memberships.exclude(member__status=Member.Status.SUSPENDED)
    return [_Belonging(*row) for row in whole.order_by().values_list(*_FIELDS)]


def _by_person(held: Iterable[HeldPost]) -> dict[int, list[HeldPost]]:
    posts: dict[int, list[HeldPost]] = defaultdict(list)
    for one in held:
        posts[one.person_id].append(one)
    return posts


def _entries(
    rows: Iterable[_Belonging], posts: dict[int, list[HeldPost]], day: date, group_id: int | None
) -> list[RosterEntry]:
    rank = {person_id: place for place, person_id in enumerate(posts)}
    chosen = [row for row in rows if group_id is None or row.group_id == group_id]
    chosen.sort(key=lambda row: (rank.get(row.person_id, len(rank)), row.stroke_key, row.person_id))
    return [
        RosterEntry(
            person_id=row.person_id,
            name=f"{row.name}（{row.note}）" if row.note else row.name,
            entitled=row.category_on(day) == _FULL,
            category=row.category_on(day),
            group_id=row.group_id,
            posts=tuple(posts.get(row.person_id, ())),
        )
        for row in chosen
    ]


class Rosters:
    """Rosters of many units over a span, from one query. For imports; knows no posts."""

    def __init__(self, rows: Iterable[_Belonging]) -> None:
        self._rows: dict[int, list[_Belonging]] = defaultdict(list)
        for row in rows:
            self._rows[row.unit_id].append(row)
            if row.group_id:
                self._rows[row.group_id].append(row)

    def on(self, unit_id: int, day: date, group_id: int | None = None) -> list[RosterEntry]:
        return _entries([row for row in self._rows.get(unit_id, ()) if row.on(day)], {}, day, group_id)


def rosters_bulk(unit_ids: Iterable[int], first: date, last: date) -> Rosters:
    """All rosters these units (branches or groups) had on any day from first to last."""
    ids = list(unit_ids)
    spans = Membership.objects.filter(from_on__lte=last).filter(Q(to_on__isnull=True) | Q(to_on__gte=first))
    return Rosters(_belongings(spans.filter(Q(unit__in=ids) | Q(group__in=ids))))


def roster_counts_on(unit_ids: Iterable[int], day: date) -> dict[int, RosterCounts]:
    """Members per unit that day, in one query; a unit without any has zeros."""
    ids = list(unit_ids)
    counted = dict.fromkeys(ids, RosterCounts())
    probationary = Q(member__category=_PROBATIONARY) | Q(member__full_on__gt=day)
    rows = (
        Membership.objects.held_on(day).filter(unit__in=ids).order_by().values("unit")
        .annotate(
            members=Count("pk"),
            probationary=Count("pk", filter=probationary),
            lost=Count("pk", filter=Q(member__is_lost=True)),
            floating=Count("pk", filter=Q(member__is_floating=True)),
            ungrouped=Count("pk", filter=Q(group__isnull=True)),
        )
    )  # fmt: skip
    for row in rows:
        unit_id = row.pop("unit")
        counted[unit_id] = RosterCounts(full=row["members"] - row["probationary"], **row)
    return counted


def members_list(*, unit: Unit, day: date, below: Iterable[int]) -> Any:
    """Current memberships of the unit and all below it, those of this unit's post holders first."""
    holders = [held.person_id for held in posts_held([unit.pk], day).get(unit.pk, [])]
    rank = Case(
        *[When(member=person_id, then=Value(place)) for place, person_id in enumerate(dict.fromkeys(holders))],
        default=Value(9999),
    )
    return (
        Membership.objects.held_on(day).filter(unit__in=list(below))
        .select_related("member__person", "unit", "group")
        .annotate(post_rank=rank, stroke=F("member__person__stroke_key"))
        .order_by("unit__order", "unit__code", "post_rank", "stroke", "pk")
    )  # fmt: skip


def members_exported(*, memberships: Any) -> Sequence[Membership]:
    """All that the official sheet needs of these memberships, in one query."""
    return list(memberships.select_related("member__person", "unit"))
