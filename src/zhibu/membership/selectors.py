"""Who belongs to a branch, on a day. Other apps ask here, never the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, Value, When

from zhibu.membership.models import Member, Membership
from zhibu.organization.models import Unit
from zhibu.organization.selectors import (
    HeldPost,
    posts_held,
    unit_children,
    unit_descendant_ids,
)

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


def categories_on(person_ids: Iterable[int], day: date) -> dict[int, str]:
    """What persons were as members that day, wherever they belonged; others are not in it."""
    rows = _belongings(Membership.objects.held_on(day).filter(member__in=list(person_ids)))
    return {row.person_id: row.category_on(day) for row in rows}


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
        return _entries(
            [row for row in self._rows.get(unit_id, ()) if row.on(day)], {}, day, group_id
        )

    def turning_days(self, unit_id: int) -> set[date]:
        """Days on which the roster may differ from that of the day before."""
        found: set[date] = set()
        for row in self._rows.get(unit_id, ()):
            gone = row.to_on and row.to_on + timedelta(days=1)
            found |= {day for day in (row.from_on, gone, row.full_on) if day}
        return found


def rosters_bulk(unit_ids: Iterable[int], first: date, last: date) -> Rosters:
    """All rosters these units (branches or groups) had on any day from first to last."""
    ids = list(unit_ids)
    spans = Membership.objects.filter(from_on__lte=last).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=first)
    )
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


def members_list(*, viewer: Any, unit: Unit, day: date, wanted: Mapping[str, str]) -> Any:
    """Belongings of the unit and all below it that day, as the viewer may see them, narrowed.

    Post holders of the unit come first, then surname strokes.
    """
    holders = [held.person_id for held in posts_held([unit.pk], day).get(unit.pk, [])]
    rank = Case(
        *[
            When(member=person_id, then=Value(place))
            for place, person_id in enumerate(dict.fromkeys(holders))
        ],
        default=Value(9999),
    )
    rows = (
        Membership.objects.visible_to(viewer).held_on(day)
        .filter(unit__in=unit_descendant_ids(unit, day))
        .select_related("member__person", "unit", "group")
        .annotate(post_rank=rank, stroke=F("member__person__stroke_key"))
        .order_by("unit__order", "unit__code", "post_rank", "stroke", "pk")
    )  # fmt: skip
    return _narrowed(rows, wanted)


def _narrowed(rows: Any, wanted: Mapping[str, str]) -> Any:
    text = "".join(wanted.get("q", "").split())
    if text:
        by_name = Q(member__person__name__contains=text)
        rows = rows.filter(by_name | Q(member__person__pinyin_initials__startswith=text.lower()))
    if wanted.get("category"):
        rows = rows.filter(member__category=wanted["category"])
    if wanted.get("group") == "none":
        rows = rows.filter(group__isnull=True)
    elif wanted.get("group"):
        rows = rows.filter(group=wanted["group"])
    state = wanted.get("state")
    if state == "suspended":
        rows = rows.filter(member__status=Member.Status.SUSPENDED)
    elif state in ("lost", "floating"):
        rows = rows.filter(**{f"member__is_{state}": True})
    return rows


def groups_of(unit: Unit, day: date) -> list[Unit]:
    """The party groups of a branch."""
    return [child for child in unit_children(unit, day) if child.kind == Unit.Kind.GROUP]


def main_unit(user: Any, day: date) -> Unit | None:
    """Where the list of members opens: the reader's own branch, else the highest unit he works for."""
    granted = Unit.objects.visible_to(user)
    own = granted.filter(pk__in=user.grants.exclude(role="member").values("unit"))
    return own.branches().first() or own.first() or (granted.first() if user.is_installer else None)


def current_belonging(member: Member) -> Membership | None:
    belongings = Membership.objects.select_related("unit", "group").filter(
        member=member, to_on__isnull=True
    )
    return belongings.first()


def branches_below(viewer: Any, day: date) -> Any:
    """Branches the viewer may move members to."""
    return Unit.objects.visible_to(viewer).alive_on(day).branches().order_by("order", "code")
