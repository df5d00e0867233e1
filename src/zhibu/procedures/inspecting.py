"""From above: how villages use a procedure, where nothing is done, who presided and recorded, who guided, who holds both posts.

Everything is counted from steps and posts; nothing here is entered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.organization.models import Ancestry, Person, Post, Unit
from zhibu.organization.selectors import posts_held
from zhibu.procedures.listing import Scope, kind_field, skipped
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.selectors import matter_file, matters_seen
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures import steps_left
from zhibu_engine.procedures.days import months_later

#: 包村干部: his share of the minutes should fall over time (D15).
SUBSTITUTES = ("township_cadre",)
#: County leaders linked to a township.
LEADERS = ("linked_leader", "county_leader")
SECRETARY, HEADS = "secretary", ("village_head", "community_head")
#: A village is to be guided through the whole by the end of December.
YEAR_END = (12, 31)


@dataclass(frozen=True, slots=True)
class UnitCount:
    """A unit's matters of one procedure; idle ones are listed too."""

    unit: Unit
    opened: int = 0
    running: int = 0
    done: int = 0
    skipped: int = 0
    breaches: int = 0
    overdue: int = 0
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """Who presided and recorded at a unit in one year: all steps with a person named, and those by 包村干部."""

    unit: Unit
    year: int
    presided: int
    presided_by_cadre: int
    recorded: int
    recorded_by_cadre: int
    #: The share of the year before, where there was one.
    before: float | None = None

    @property
    def share(self) -> float:
        return self.recorded_by_cadre / self.recorded if self.recorded else 0.0

    @property
    def trend(self) -> str:
        if self.before is None:
            return _("没有可比的")
        if self.share == self.before:
            return _("持平")
        return _("下降") if self.share < self.before else _("上升")


@dataclass(frozen=True, slots=True)
class Guided:
    """A county leader and the village matter that he saw through from step to step, or the one he came nearest to."""

    leader: str
    township: Unit
    matter: Matter | None
    attended: int = 0
    steps: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class BothPosts:
    """一肩挑: one person is secretary and head."""

    unit: Unit
    name: str
    since: date | None


@dataclass(slots=True)
class _Tally:
    opened: int = 0
    running: int = 0
    done: int = 0
    skipped: int = 0
    breaches: int = 0
    overdue: int = 0
    last: date | None = None
    kinds: Counter[str] = field(default_factory=Counter)


def units_asked(scope: Scope, procedure: Procedure) -> list[Unit]:
    """Units below for which the procedure is meant, idle ones too."""
    units = Unit.objects.filter(pk__in=scope.unit_ids).alive_on(scope.day)
    fits = procedure.scope
    if fits.kinds:
        units = units.filter(kind__in=fits.kinds)
    if fits.sectors:
        units = units.filter(sector__in=fits.sectors)
    return list(units)


def matters_counted(
    user: Any, scope: Scope, procedure: str, year: int, units: Iterable[Unit]
) -> tuple[list[UnitCount], Counter[str]]:
    """By unit, and by the codes of the kind; two queries. A unit without any stands there with zeros."""
    rows = matters_seen(user, Matter.objects.visible_to(user), scope.words)
    rows = rows.filter(unit__in=scope.unit_ids, procedure=procedure)
    early = set(rows.filter(skipped()).values_list("pk", flat=True))
    kind = kind_field(scope, procedure)
    by_unit: dict[int, _Tally] = defaultdict(_Tally)
    kinds: Counter[str] = Counter()
    fields = ("pk", "unit_id", "year", "state", "opened_on", "due_on", "breaches", "form")
    for pk, unit_id, opened_in, state, opened_on, due_on, breaches, form in rows.values_list(
        *fields
    ):
        tally = by_unit[unit_id]
        tally.last = max(filter(None, (tally.last, opened_on)))
        runs = state in Matter.RUNNING
        tally.running += runs
        tally.overdue += bool(runs and due_on and due_on < scope.day)
        if opened_in != year:
            continue
        tally.opened += 1
        tally.done += state == Matter.State.DONE
        tally.skipped += pk in early
        tally.breaches += breaches
        kinds[str(form.get(kind, ""))] += 1
    return [_count(unit, by_unit[unit.pk]) for unit in units], kinds


def _count(unit: Unit, tally: _Tally) -> UnitCount:
    return UnitCount(
        unit, tally.opened, tally.running, tally.done, tally.skipped, tally.breaches, tally.overdue, tally.last
    )  # fmt: skip


def units_idle(counts: Iterable[UnitCount], day: date, months: int) -> list[UnitCount]:
    """No matter was opened in so many months up to the day; those idle longest first (E17)."""
    since = months_later(day, -months)
    idle = [one for one in counts if one.last is None or one.last < since]
    return sorted(idle, key=lambda one: (one.last or date.min, one.unit.order, one.unit.code))


def acts_recorded(scope: Scope, procedure: str, units: Iterable[Unit]) -> list[Recorded]:
    """Per unit and year, from what the steps kept of that day's posts; one query (D15, E09)."""
    found: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    steps = MatterStep.objects.filter(
        matter__unit__in=scope.unit_ids,
        matter__procedure=procedure,
        state=MatterStep.State.STANDING,
    )
    for unit_id, day, kept in steps.values_list("matter__unit_id", "day", "evidence"):
        counted = found[unit_id, day.year]
        for place, key in ((0, "presider_id"), (2, "recorder_id")):
            person = kept.get(key)
            if person is None:
                continue
            posts = kept.get("people", {}).get(str(person), {}).get("posts", ())
            counted[place] += 1
            counted[place + 1] += bool(set(posts) & set(SUBSTITUTES))
    by_unit = {unit.pk: unit for unit in units}
    rows = [
        Recorded(by_unit[unit_id], year, *counted)
        for (unit_id, year), counted in found.items()
        if unit_id in by_unit and any(counted)
    ]
    shares = {(row.unit.pk, row.year): row.share for row in rows if row.recorded}
    rows = [replace(row, before=shares.get((row.unit.pk, row.year - 1))) for row in rows]
    return sorted(rows, key=lambda row: (row.unit.order, row.unit.code, row.year))


def guidance(user: Any, scope: Scope, procedure: Procedure, year: int) -> list[Guided]:
    """Each linked leader with the village matter that he attended meeting by meeting (C15, E16).

    Whole: no meeting of it is left, every one was held by the last day of the year, and he was there or guided.
    """
    last = date(year, *YEAR_END)
    posts = Post.objects.held_on(min(scope.day, last)).filter(
        code__in=LEADERS, unit__in=scope.unit_ids
    )
    held = list(posts.select_related("person", "unit").order_by("unit__order", "unit__code", "pk"))
    if not held:
        return []
    below = _below({post.unit_id for post in held}, scope.day)
    attended = _attended(user, scope, procedure, last)
    found = {
        post.person_id: _guided(post, below[post.unit_id], attended) for post in reversed(held)
    }
    return sorted(found.values(), key=lambda one: (one.whole, one.township.order, one.leader))


def _below(unit_ids: set[int], day: date) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = Ancestry.objects.held_on(day).filter(ancestor__in=unit_ids)
    for ancestor, unit in rows.values_list("ancestor_id", "unit_id"):
        found[ancestor].add(unit)
    return found


#: A matter, and who was at each of its meetings.
Attended = list[tuple[Matter, list[set[int]]]]


def _attended(user: Any, scope: Scope, procedure: Procedure, last: date) -> Attended:
    """Matters with a meeting in the year; those with one after its last day are out of time."""
    meetings = [step.key for step in procedure.steps if step.evidence == "segment"]
    rows = matters_seen(user, Matter.objects.visible_to(user), scope.words)
    rows = rows.filter(unit__in=scope.unit_ids, procedure=procedure.key).select_related("unit")
    steps = MatterStep.objects.filter(
        matter__in=rows, step__in=meetings, state=MatterStep.State.STANDING
    )
    there: dict[int, list[set[int]]] = defaultdict(list)
    held: dict[int, list[date]] = defaultdict(list)
    for pk, day, kept in steps.values_list("matter_id", "day", "evidence"):
        acting = {kept.get("presider_id"), kept.get("recorder_id")} - {None}
        there[pk].append({*kept.get("present", ()), *kept.get("guides", ()), *acting})
        held[pk].append(day)
    in_time = {
        pk for pk, found in held.items() if max(found) <= last and max(found).year == last.year
    }
    return [(one, there[one.pk]) for one in rows.filter(pk__in=in_time)]


def _guided(post: Post, below: set[int], matters: Attended) -> Guided:
    """The best of them: whole before nearly whole."""
    best = Guided(str(post.person), post.unit, None)
    for matter, meetings in matters:
        attended = sum(post.person_id in there for there in meetings)
        if matter.unit_id not in below or not attended:
            continue
        whole = attended == len(meetings) and not _meetings_left(matter)
        if (whole, attended) > (best.whole, best.attended):
            best = Guided(best.leader, best.township, matter, attended, len(meetings), whole)
    return best


def _meetings_left(matter: Matter) -> bool:
    found = matter_file(matter)
    left = steps_left(found.procedure, found.standing) if found.procedure else ()
    return found.procedure is None or any(step.evidence == "segment" for step in left)


def both_posts(scope: Scope, units: Iterable[Unit]) -> list[BothPosts]:
    """Units where one person is secretary and head today (E15)."""
    by_unit = {unit.pk: unit for unit in units}
    found = []
    for unit_id, held in posts_held(by_unit, scope.day).items():
        secretaries = {one.person_id for one in held if one.code == SECRETARY}
        heads = [one for one in held if one.code in HEADS and one.person_id in secretaries]
        for one in heads[:1]:
            since = [
                other.from_on
                for other in held
                if other.person_id == one.person_id and other.code in (SECRETARY, *HEADS)
            ]
            name = str(Person(name=one.name))
            found.append(BothPosts(by_unit[unit_id], name, max(filter(None, since), default=None)))
    return sorted(found, key=lambda one: (one.unit.order, one.unit.code))
