"""What a record says of a step, as plain values: handed in by the app that owns the record, kept with the step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from zhibu.membership.selectors import categories_on
from zhibu.organization.models import Ancestry, Person, Post, Unit
from zhibu.procedures.models import Matter, MatterStep, Outcome
from zhibu_engine.packs.procedure import Column, FormField, StepOf
from zhibu_engine.procedures import Happening, Seat
from zhibu_engine.votes import VoteCount


@dataclass(frozen=True, slots=True)
class Evidence:
    """``kind`` is that of the segment, publication, document or ballot; empty for an act written at the step.

    ``present``, ``due`` and ``guides`` (who guided, 指导) are person ids. ``shown`` counts the days of a publication's
    period.
    """

    kind: str = ""
    presider_id: int | None = None
    recorder_id: int | None = None
    present: tuple[int, ...] = ()
    due: tuple[int, ...] = ()
    count: VoteCount | None = None
    secret: bool | None = None
    #: (paper key, attachment) of the papers that are there.
    papers: tuple[tuple[str, int], ...] = ()
    shown: int | None = None
    guides: tuple[int, ...] = ()


def evidence_keep(
    evidence: Evidence, unit: Unit, day: date, objections_open: int
) -> dict[str, Any]:
    """As JSON, with the names and the posts held that day, so that a later change of posts changes nothing."""
    people = {*evidence.present, *evidence.due, *evidence.guides}
    people |= {one for one in (evidence.presider_id, evidence.recorder_id) if one}
    kept = asdict(evidence)
    kept["present"], kept["due"] = sorted(evidence.present), sorted(evidence.due)
    kept["guides"] = sorted(evidence.guides)
    kept["papers"] = dict(evidence.papers)
    kept["people"] = seats_on(unit, people, day)
    kept["objections_open"] = objections_open
    return kept


def named_keep(found: StepOf, fields: Mapping[str, Any], unit: Unit, day: date) -> dict[str, Any]:
    """Whom the blanks of a step name, with the posts held and what they were as members that day."""
    people = {pk for blank in found.fields for pk in _persons_of(blank, fields.get(blank.key))}
    seats = seats_on(unit, people, day)
    for pk, category in categories_on(people, day).items():
        seats[str(pk)]["category"] = category
    return {"named": seats}


def outcomes_keep(found: StepOf, matter: Matter, day: date) -> dict[str, Any]:
    """Where the step asks for it: what the subject (person or unit) had been given and still held that day."""
    if not found.requires:
        return {}
    given = Outcome.objects.filter(from_on__lte=day)
    if matter.person:
        given = given.filter(person=matter.person)
    else:
        given = given.filter(unit=matter.about_unit or matter.unit, person=None)
    held = given.exclude(to_on__lt=day).exclude(withdrawn_on__lte=day)
    return {"held": sorted(map(list, set(held.values_list("kind", "value"))))}


def _persons_of(blank: Column, value: Any) -> set[int]:
    if isinstance(blank, FormField) and blank.type == "rows":
        rows = value if isinstance(value, list) else []
        return {
            pk
            for row in rows
            for column in blank.columns
            for pk in _persons_of(column, row.get(column.key))
        }
    if blank.type not in ("person", "persons") or not value:
        return set()
    return {int(one) for one in (value if isinstance(value, list) else [value])}


def seats_on(unit: Unit, person_ids: Iterable[int], day: date) -> dict[str, Any]:
    """Name and posts of each, held that day in the unit or a body above it on either line."""
    wanted = set(person_ids)
    if not wanted:
        return {}
    above = Ancestry.objects.held_on(day).filter(unit=unit).values("ancestor")
    seats: dict[str, Any] = {
        str(person.pk): {"name": person.name, "posts": []}
        for person in Person.objects.filter(pk__in=wanted)
    }
    held = Post.objects.held_on(day).filter(person__in=wanted, unit__in=above)
    for person_id, code in held.order_by("code").values_list("person_id", "code").distinct():
        seats[str(person_id)]["posts"].append(code)
    return seats


def happening_of(step: MatterStep, children_open: int = 0) -> Happening:
    """A kept step as the guards read it."""
    kept: Mapping[str, Any] = step.evidence

    def seat(person_id: int | None) -> Seat | None:
        if person_id is None:
            return None
        known = kept.get("people", {}).get(str(person_id), {})
        return seat_of(person_id, known)

    def seats(key: str) -> tuple[Seat, ...]:
        return tuple(found for one in kept.get(key, ()) if (found := seat(one)) is not None)

    count = kept.get("count")
    return Happening(
        step=step.step,
        day=step.day,
        kind=kept.get("kind", ""),
        presider=seat(kept.get("presider_id")),
        recorder=seat(kept.get("recorder_id")),
        present=seats("present"),
        due=seats("due"),
        named=tuple(seat_of(int(pk), known) for pk, known in kept.get("named", {}).items()),
        count=VoteCount(**count) if count else None,
        secret=kept.get("secret"),
        papers=frozenset(kept.get("papers", ())),
        fields=step.fields,
        decision=step.decision,
        actors=actors_of(step),
        shown=kept.get("shown"),
        objections_open=kept.get("objections_open", 0),
        children_open=children_open,
        held=frozenset((kind, value) for kind, value in kept.get("held", ())),
        reasons=step.reasons,
    )


def seat_of(person_id: int, known: Mapping[str, Any]) -> Seat:
    posts = frozenset(known.get("posts", ()))
    return Seat(person_id, posts, known.get("name", ""), known.get("category", ""))


def actors_of(step: MatterStep) -> frozenset[str]:
    """Account and persons behind a step: nobody closes his own finding by having somebody else type it."""
    found = set()
    if step.actor_id:
        found.add(f"user:{step.actor_id}")
        found.update(f"person:{pk}" for pk in step.evidence.get("actor_persons", ()))
    if step.person_id:
        found.add(f"person:{step.person_id}")
    return frozenset(found)
