"""Reading the organisation. Every question carries its day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

from django.db.models import Q, QuerySet

from zhibu.organization.models import Adoption, Ancestry, Person, Placement, Post, Term, Unit
from zhibu.packs.selectors import pack_words
from zhibu.shared.discovery import discover
from zhibu_engine.packs import Words

#: Judged by where nobody adopted anything.
BASE_PACK = "national"


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post as held on a day."""

    person_id: int
    name: str
    code: str
    title: str
    unit_id: int = 0
    unit_name: str = ""
    from_on: date | None = None
    to_on: date | None = None
    post_id: int = 0
    duty: str = ""


# Tree


def unit_ancestors(unit: Unit, day: date, line: str = "tree") -> list[Unit]:
    """All above the unit that day, nearest first."""
    rows = Ancestry.objects.held_on(day).filter(unit=unit, line=line, depth__gt=0)
    found: dict[int, Unit] = {}
    for row in rows.select_related("ancestor").order_by("depth", "pk"):
        found.setdefault(row.ancestor_id, row.ancestor)
    return list(found.values())


def unit_parent(unit: Unit, day: date, line: str = "tree") -> Unit | None:
    above = unit_ancestors(unit, day, line)
    return above[0] if above else None


def unit_children(unit: Unit, day: date, line: str = "tree") -> list[Unit]:
    """Units placed directly below that day and alive, in order."""
    placed = unit_children_placed(unit, day, line)
    return list(Unit.objects.filter(pk__in=placed).alive_on(day))


def unit_children_placed(unit: Unit, day: date, line: str = "tree"):
    return Placement.objects.held_on(day).filter(parent=unit, line=line).values("unit")


def unit_guidance(unit: Unit, day: date) -> Unit | None:
    """The body the unit itself is placed below on the guidance line that day."""
    placed = (
        Placement.objects.held_on(day)
        .filter(unit=unit, line="guidance")
        .select_related("parent")
        .first()
    )
    return placed.parent if placed else None


def unit_descendant_ids(
    unit: Unit, day: date, lines: Iterable[str] = ("tree", "guidance"), since: date | None = None
) -> set[int]:
    """The unit and all below it that day; those withdrawn before ``since`` (else that day) are left out."""
    rows = (
        Ancestry.objects.held_on(day)
        .filter(ancestor=unit)
        .filter(Q(line__in=tuple(lines)) | Q(depth=0))
    )
    alive = Unit.objects.filter(founded_on__lte=day, pk__in=rows.values("unit"))
    alive = alive.filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=since or day))
    return set(alive.values_list("pk", flat=True))


def unit_find(name: str, day: date, within: Unit | None = None) -> list[Unit]:
    """Units alive that day known by this name, short name, code or alias; an exact name beats an alias."""
    wanted = name_plain(name)
    if not wanted:
        return []
    units = Unit.objects.alive_on(day)
    if within is not None:
        units = units.filter(pk__in=unit_descendant_ids(within, day))
    named = Q(name=wanted) | Q(short_name=wanted) | Q(code=wanted) | Q(aliases__contains=wanted)
    raw = str(name).strip()
    if raw != wanted:
        named |= Q(name=raw) | Q(short_name=raw) | Q(aliases__contains=raw)
    found = [unit for unit in units.filter(named) if wanted in unit_names(unit)]
    exact = [unit for unit in found if wanted in {name_plain(unit.name), unit.code}]
    return exact or found


def unit_names(unit: Unit) -> set[str]:
    """All names, plainly written, under which sheets may know the unit."""
    names = [unit.code, unit.name, unit.short_name, *unit.aliases.splitlines()]
    return {name_plain(name) for name in names if name.strip()}


def name_plain(name: str) -> str:
    """Full-width letters narrow, no blanks: how names are compared."""
    return "".join(normalize("NFKC", str(name)).split())


# Packs


def unit_adoptions(unit: Unit, day: date) -> list[Adoption]:
    """What the unit or one above it adopted, as of the day, nearest first."""
    return units_adoptions([unit.pk], day)[unit.pk]


def units_adoptions(unit_ids: Iterable[int], day: date) -> dict[int, list[Adoption]]:
    """:func:`unit_adoptions` of many units in two queries."""
    ids = list(unit_ids)
    by_unit: dict[int, list[Adoption]] = defaultdict(list)
    for adoption in Adoption.objects.held_on(day).select_related("unit").order_by("pack_key"):
        by_unit[adoption.unit_id].append(adoption)
    found: dict[int, list[Adoption]] = {pk: [] for pk in ids}
    if not by_unit:
        return found
    rows = Ancestry.objects.held_on(day).filter(ancestor__in=by_unit, line="tree")
    if len(ids) <= 500:
        rows = rows.filter(unit__in=ids)
    for unit_id, ancestor_id in rows.order_by("depth", "pk").values_list("unit_id", "ancestor_id"):
        if unit_id in found:
            found[unit_id] += [a for a in by_unit[ancestor_id] if a not in found[unit_id]]
    return found


def adoption_versions(adoptions: Iterable[Adoption]) -> tuple[tuple[str, str], ...]:
    """Of adoptions nearest first: one version of each pack, the nearest; farthest first, so that near overrides far."""
    nearest: dict[str, str] = {}
    for adoption in adoptions:
        nearest.setdefault(adoption.pack_key, adoption.pack_version)
    return tuple(reversed(nearest.items())) or ((BASE_PACK, ""),)


def unit_words(unit: Unit, day: date) -> Words:
    """The words of the packs that hold for the unit that day; of the national pack if nobody adopted one."""
    return pack_words(adoption_versions(unit_adoptions(unit, day)))


def post_titles(unit: Unit, day: date) -> Mapping[str, str]:
    """Post code → Chinese, as the unit's packs say."""
    return unit_words(unit, day).codes.get("post", {})


# Posts


def posts_held(unit_ids: Iterable[int], day: date) -> dict[int, list[HeldPost]]:
    """Who held which posts in these units that day, in the order of the post list."""
    ids = list(unit_ids)
    adoptions = units_adoptions(ids, day)
    titles: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
    found: dict[int, list[HeldPost]] = {pk: [] for pk in ids}
    posts = Post.objects.held_on(day).filter(unit__in=ids).select_related("person", "unit")
    for post in posts.order_by("unit", "person__stroke_key", "pk"):
        versions = adoption_versions(adoptions[post.unit_id])
        if versions not in titles:
            titles[versions] = pack_words(versions).codes.get("post", {})
        found[post.unit_id].append(_held(post, titles[versions]))
    for unit_id, held in found.items():
        order = list(titles.get(adoption_versions(adoptions[unit_id]), {}))
        held.sort(key=lambda one: order.index(one.code) if one.code in order else len(order))
    return found


def person_posts(person_id: int, day: date | None = None) -> list[HeldPost]:
    """The posts of a person that day; without a day all of them, the newest first."""
    posts = Post.objects.filter(person=person_id).select_related("person", "unit")
    posts = posts.held_on(day) if day else posts.order_by("-from_on")
    return [_held(post, post_titles(post.unit, day or post.from_on)) for post in posts]


def _held(post: Post, titles: Mapping[str, str]) -> HeldPost:
    return HeldPost(
        person_id=post.person_id,
        name=post.person.name,
        code=post.code,
        title=titles.get(post.code, post.code),
        unit_id=post.unit_id,
        unit_name=str(post.unit),
        from_on=post.from_on,
        to_on=post.to_on,
        post_id=post.pk,
        duty=post.duty,
    )


# Persons


def person_unit_ids(person: Person, day: date | None = None) -> set[int]:
    """Units a person belongs to: those of posts, and what apps above say in ``person_units.py``.

    Without a day, posts that ended count too: that is for recognising people in sheets, not for rights.
    """
    posts = Post.objects.filter(person=person)
    posts = posts.held_on(day) if day else posts
    ids = set(posts.values_list("unit_id", flat=True))
    for module in discover("person_units"):
        ids |= set(module.person_units(person.pk))
    return ids


def persons_known(unit: Unit, day: date) -> QuerySet[Person]:
    """People who may be meant by a form of the unit: of posts here or above, and those apps above name."""
    above = Ancestry.objects.held_on(day).filter(unit=unit).values("ancestor")
    known = Q(posts__unit__in=above)
    for module in discover("person_units"):
        finder = getattr(module, "unit_person_ids", None)
        if finder is not None:
            known |= Q(pk__in=finder(unit.pk, day))
    return Person.objects.filter(known).distinct()


# Pages


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A unit in the tree, with what stands below it and how many of that are branches."""

    unit: Unit
    branches: int
    children: tuple[TreeNode, ...]
    #: Names of those above, for a list that is no tree.
    above: str = ""

    def walk(self) -> Iterator[TreeNode]:
        yield self
        for child in self.children:
            yield from child.walk()


def tree_roots(viewer: Any, day: date) -> list[TreeNode]:
    """The units the viewer sees, as they stood that day, each below its parent, groups left out; two queries."""
    units = {
        unit.pk: unit
        for unit in Unit.objects.visible_to(viewer).alive_on(day).exclude(kind=Unit.Kind.GROUP)
    }
    placed = Placement.objects.held_on(day).filter(line="tree").values_list("unit_id", "parent_id")
    children: dict[int | None, list[Unit]] = defaultdict(list)
    above = {unit_id: parent_id for unit_id, parent_id in placed if unit_id in units}
    for unit in units.values():
        parent = above.get(unit.pk)
        children[parent if parent in units else None].append(unit)

    def node(unit: Unit, path: tuple[str, ...]) -> TreeNode:
        below = tuple(node(child, (*path, str(unit))) for child in children[unit.pk])
        count = sum(child.branches + child.unit.is_branch for child in below)
        return TreeNode(unit, count, below, " / ".join(path))

    return [node(root, ()) for root in children[None]]


#: An election is prepared half a year ahead.
TERM_NEAR_DAYS = 183


@dataclass(frozen=True, slots=True)
class TermView:
    """A term with how long it still runs; negative days are overdue."""

    term: Term
    ends: date
    days_left: int

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def is_near(self) -> bool:
        return 0 <= self.days_left <= TERM_NEAR_DAYS


def term_current(unit: Unit, day: date) -> TermView | None:
    """The term that began last, with the days until the election is due."""
    term = Term.objects.filter(unit=unit, from_on__lte=day).order_by("-from_on").first()
    if term is None:
        return None
    ends = term.extended_to or term.to_on
    return TermView(term, ends, (ends - day).days)


def posts_before(unit: Unit, day: date, limit: int = 50) -> list[HeldPost]:
    """Posts that ended before the day, the latest first."""
    titles = post_titles(unit, day)
    ended = Post.objects.filter(unit=unit, to_on__lt=day).select_related("person", "unit")
    return [_held(post, titles) for post in ended.order_by("-to_on", "pk")[:limit]]
