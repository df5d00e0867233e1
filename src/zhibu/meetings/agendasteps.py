"""Agenda items that do steps of matters: what a segment says of a step, and the steps written with the sitting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from zhibu.meetings.inputs import ITEM_FIELDS, AgendaInput, Problem, SegmentInput, SittingRefused
from zhibu.meetings.models import AgendaItem
from zhibu.meetings.planning import SegmentPlan, SittingPlan, vote_count
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.selectors import steps_of_record
from zhibu.procedures.services import Evidence, StepRefused, step_restate, step_satisfy, step_void
from zhibu.records.models import Participant, Record
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs.procedure import StepOf

#: Papers hang on the record, and the step's own blanks are filled, only once it is there: the form does not ask for them.
LATER = ("paper:", "field:")

Place = tuple[SegmentPlan, int, AgendaInput]


def steps_write(record: Record, plan: SittingPlan, actor: Any) -> None:
    """Let a sitting do the steps that its items name.

    Raises:
        SittingRefused: something impossible, or a breach without its reason; all of them, each at its item.
    """
    _do(record, list(_places(plan)), actor)


def steps_rewrite(record: Record, plan: SittingPlan, actor: Any, reason: str) -> None:
    """After a correction: the same steps say the same anew, those no longer named are taken out, new ones are done."""
    have = {(made.matter_id, made.step): made for made in steps_of_record(record.pk)}
    places = list(_places(plan))
    named = {(item.matter_id, item.step) for _segment, _number, item in places}
    _take_out([made for key, made in have.items() if key not in named], actor, reason)
    new = []
    for segment, number, item in places:
        made = have.get((item.matter_id or 0, item.step))
        if made is None:
            new.append((segment, number, item))
            continue
        step_restate(
            made=made, evidence=evidence_of(segment, item, segment.steps[number]), actor=actor,
            day=record.event_on, place=(segment.order, number + 1), decision=item.decision, reasons=reasons_of(segment, item),
        )  # fmt: skip
    _do(record, new, actor)


def steps_void(record: Record, actor: Any, reason: str) -> None:
    """A voided sitting does no step; the matters wait for it again."""
    _take_out(steps_of_record(record.pk), actor, reason)


def _take_out(steps: Iterable[MatterStep], actor: Any, reason: str) -> None:
    for made in steps:
        step_void(made=made, actor=actor, reason=reason, record_too=False)


def _places(plan: SittingPlan) -> Iterator[Place]:
    for segment in plan.segments:
        for number in sorted(segment.steps):
            yield segment, number, segment.given.agenda[number]


def _do(record: Record, places: Sequence[Place], actor: Any) -> None:
    """Judged when all are done, so that one step of a sitting may be the one before another of it."""
    problems: list[Problem] = []
    done: list[tuple[Place, MatterStep]] = []
    for place in places:
        try:
            done.append((place, _satisfy(record, place, actor)))
        except StepRefused as refused:
            problems += [_problem(place, "step", one.text) for one in refused.breaches]
        except PermissionDenied:
            problems.append(
                _problem(place, "step", _("您不能办理这件事的这一步。请不选对应事项。"))
            )
        except RuleBroken as broken:
            problems.append(_problem(place, "step", broken.message))
    for place, made in done:
        made.refresh_from_db(fields=["findings"])
        for one in made.findings:
            if not one["reason"] and not one["code"].startswith(LATER):
                problems.append(_problem(place, f"reason:{one['code']}", one["text"]))
    if problems:
        raise SittingRefused(problems)


def _satisfy(record: Record, place: Place, actor: Any) -> MatterStep:
    segment, number, item = place
    return step_satisfy(
        matter=Matter.objects.get(pk=item.matter_id), step=item.step, record=record, actor=actor,
        evidence=evidence_of(segment, item, segment.steps[number]), part=segment.order, item=number + 1,
        decision=item.decision, reasons=reasons_of(segment, item), ask_reasons=False,
    )  # fmt: skip


def reasons_of(segment: SegmentPlan, item: AgendaInput) -> dict[str, str]:
    """Why an unfit person presided was said of the meeting already; it is not asked for a second time."""
    said = {part.role: part.reason for part in segment.parts if part.reason}
    presider = said.get(Participant.Role.PRESIDER)
    return {**({"presider": presider} if presider else {}), **item.reasons}


def _problem(place: Place, field: str, text: str) -> Problem:
    segment, number, _item = place
    return Problem(field, text, segment.order - 1, number)


def evidence_of(segment: SegmentPlan, item: AgendaInput, step: StepOf) -> Evidence:
    """What the segment says of the step. Whoever acts at it is there, whether he sits on the roll or not."""
    away = {one for host in segment.hosts for one in host.exceptions}
    acting = {part.person_id for part in segment.parts}
    seated = {
        one.person_id for host in segment.hosts if not host.numbers_only for one in host.seats
    }
    due = {one.person_id for host in segment.hosts for one in host.seats}
    by_role: dict[str, list[int]] = {}
    for part in segment.parts:
        by_role.setdefault(part.role, []).append(part.person_id)
    #: A step that is put to no vote still asks who came.
    counted = item.is_voted or step.asked(segment.given.kind).vote is None
    return Evidence(
        kind=segment.given.kind,
        presider_id=next(iter(by_role.get(Participant.Role.PRESIDER, ())), None),
        recorder_id=next(iter(by_role.get(Participant.Role.RECORDER, ())), None),
        present=tuple(sorted((seated | acting) - away)),
        due=tuple(sorted(due)),
        count=vote_count(item, segment.hosts) if counted else None,
        secret=item.secret,
        guides=tuple(by_role.get(Participant.Role.GUIDE, ())),
    )


def items_keep(record: Record, segments: Sequence[SegmentInput]) -> tuple[SegmentInput, ...]:
    """A sheet names no steps: an item that does one goes on doing it, and stays where the sheet has left it out."""
    found = list(segments)
    for made in steps_of_record(record.pk):
        place = made.part - 1
        old = AgendaItem.objects.filter(
            segment__sitting=record.pk, segment__order=made.part, order=made.item
        ).first()
        if old is None or place >= len(found):
            continue
        agenda = list(found[place].agenda)
        number = item_find(old.title, made.item - 1, [one.title for one in agenda])
        if number is None:
            number = len(agenda)
            agenda.append(AgendaInput(**{name: getattr(old, name) for name in ITEM_FIELDS}))
        agenda[number] = replace(agenda[number], matter_id=made.matter_id, step=made.step)
        found[place] = replace(found[place], agenda=tuple(agenda))
    return tuple(found)


def item_find(title: str, number: int, titles: Sequence[str]) -> int | None:
    """Where an item now stands: under its title, else under its number."""
    if title in titles:
        return list(titles).index(title)
    return number if number < len(titles) else None
