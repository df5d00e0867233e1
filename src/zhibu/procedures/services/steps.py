"""Doing steps: an act written at the step, or a record of another app that satisfies it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.documents.selectors import publications_about
from zhibu.organization.models import Person
from zhibu.organization.selectors import unit_words
from zhibu.procedures import policies
from zhibu.procedures.evidence import (
    Evidence,
    evidence_keep,
    happening_of,
    named_keep,
    outcomes_keep,
)
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.services.giving import children_spawn, outcomes_give
from zhibu.procedures.services.matters import (
    _locked,
    _log,
    _reason_check,
    matter_close,
    outcomes_withdraw,
    steps_aside,
)
from zhibu.procedures.standing import matter_refresh, procedure_of, standing_of
from zhibu.records.models import Record
from zhibu.records.selectors import late_after_days
from zhibu.records.services import attachment_add, record_correct, record_create, record_void
from zhibu.shared import clock
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs.procedure import Procedure, StepOf
from zhibu_engine.procedures import Breach, decided, is_settled, step_judge, turn


class StepRefused(ValidationError):
    """What is impossible, and what needs a reason first. ``found`` is all that does not conform, explained or not."""

    def __init__(self, breaches: Sequence[Breach], found: Sequence[Breach] = ()) -> None:
        self.breaches, self.found = list(breaches), list(found or breaches)
        super().__init__([breach.text for breach in breaches])


@transaction.atomic
def step_act(
    *,
    matter: Matter,
    step: str,
    day: date,
    actor: Any,
    fields: Mapping[str, Any] | None = None,
    decision: str = "",
    person: Person | None = None,
    reasons: Mapping[str, str] | None = None,
    evidence: Evidence | None = None,
    files: Iterable[tuple[str, str, bytes]] = (),
    late_reason: str = "",
    on_behalf_of: Person | None = None,
) -> MatterStep:
    """Do a step that is an act of its own: an entry (登记) is written and satisfies it.

    ``files`` are (paper key, file name, bytes); the key is empty for a file that is no asked-for paper.

    Raises:
        PermissionDenied: the step belongs to somebody else.
        StepRefused: something impossible, or a breach without its reason.
        RuleBroken: the matter is closed, or the step's evidence is a record of another kind.
    """
    matter = _locked(matter)
    known = procedure_of(matter)
    found = _step(known, step)
    if found.evidence != "act":
        raise RuleBroken(_("“%(step)s”要由相应的记录办理，不在这里登记。") % {"step": found.title})
    if found.repeats is None and is_settled(known, found, standing_of(matter)):
        raise RuleBroken(
            _("“%(step)s”已经登记过。需要改的，请在下面找到这一步，用“更正”。")
            % {"step": found.title}
        )
    unit = policies.above(matter.unit)[0] if found.by == "upper" else matter.unit
    if found.by == "upper":
        may_write = [body for body in policies.above(matter.unit) if policies.may_open(actor, body)]
        unit = may_write[0] if may_write else unit
    record = record_create(
        kind=Record.Kind.ENTRY, owner=unit, hosts={unit.pk: unit, matter.unit_id: matter.unit}.values(),
        title=f"{known.title if known.private else matter.title}：{found.title}", event_on=day, actor=actor,
        late_reason=late_reason, on_behalf_of=on_behalf_of,
        search_text="" if known.private else _search_text(matter, found, fields or {}),
        late_limit=late_after_days(unit_words(matter.unit, clock.today())),
    )  # fmt: skip
    kept = [
        (paper, attachment_add(record=record, name=name, data=data).pk)
        for paper, name, data in files
    ]
    given = evidence or Evidence()
    papers = (*given.papers, *((paper, pk) for paper, pk in kept if paper))
    return step_satisfy(
        matter=matter, step=step, record=record, actor=actor, fields=fields, decision=decision, person=person,
        reasons=reasons, evidence=replace(given, papers=papers),
    )  # fmt: skip


@transaction.atomic
def step_satisfy(
    *,
    matter: Matter,
    step: str,
    record: Record,
    actor: Any,
    evidence: Evidence,
    part: int = 0,
    item: int = 0,
    fields: Mapping[str, Any] | None = None,
    decision: str = "",
    person: Person | None = None,
    reasons: Mapping[str, str] | None = None,
    ask_reasons: bool = True,
) -> MatterStep:
    """Let a record do a step of a matter. The app that owns the record hands in what it says.

    The same record may do steps of several matters, and several steps of one. Without ``ask_reasons`` only the
    impossible is refused; reasons may be written later (``step_reason``).

    Raises:
        PermissionDenied: the step belongs to somebody else.
        StepRefused: something impossible, or a breach without its reason.
        RuleBroken: the matter is closed.
    """
    matter = _locked(matter)
    known = procedure_of(matter)
    found = _step(known, step)
    if not policies.may_act(actor, matter, found):
        raise PermissionDenied
    if not matter.is_running:
        raise RuleBroken(_("事项已经办结或者终止，不能再登记步骤。需要时请用“重新办理”。"))
    made = MatterStep(
        matter=matter, step=step, record=record, part=part, item=item, day=record.event_on, person=person,
        actor=None if isinstance(actor, str) else actor, fields=_plain(fields), reasons=_reasons(reasons),
        decision=decision or _only(found),
        evidence=_kept(evidence, matter, record.event_on, actor, found, _plain(fields)),
    )  # fmt: skip
    made.decision = decided(found, happening_of(made))
    _refuse(known, found, made, matter, ask_reasons=ask_reasons)
    made.full_clean(exclude=["matter", "record"])
    made.save()
    _follow(matter, known, found, made, actor)
    _log(matter, "procedures.step", actor, step=found.title, day=str(made.day))
    units_changed({matter.unit_id, record.owner_id})
    return made


def step_breaches(*, matter: Matter, step: str, made: MatterStep) -> tuple[Breach, ...]:
    """What the guards find of a step that is not written yet."""
    words = unit_words(matter.unit, clock.today())
    known = procedure_of(matter, words)
    titles = words.codes.get("post", {})
    standing = standing_of(matter)
    found = known.step(step)
    if found.repeats is None:
        standing = standing.without(step)
    return step_judge(
        known, found, happening_of(made), standing, posts=lambda code: titles.get(code, code)
    )


def _refuse(
    known: Procedure, found: StepOf, made: MatterStep, matter: Matter, *, ask_reasons: bool = True
) -> None:
    breaches = step_breaches(matter=matter, step=found.key, made=made)
    refused = [one for one in breaches if one.hard]
    if ask_reasons and not refused:
        refused = [one for one in breaches if not one.reason]
    if refused:
        raise StepRefused(refused, breaches)


def _follow(matter: Matter, known: Procedure, found: StepOf, made: MatterStep, actor: Any) -> None:
    """What a step leads to: outcomes and effects, children, the matter's own state."""
    decision = found.decision(made.decision)
    if decision is not None:
        outcomes_give(matter, decision, known, made, actor)
    if found.spawns is not None and (decision is None or decision.then == "on"):
        children_spawn(matter, found, made, actor)
    standing = matter_refresh(matter)
    came = turn(known, standing, happening_of(made, _children_open(matter, found)))
    if came.state == "returned":
        steps_aside(matter, tuple(key for key in came.aside if key != made.step))
        made.state = MatterStep.State.ASIDE
        made.save(update_fields=["state"])
        matter.state = Matter.State.RETURNED
        matter.save(update_fields=["state"])
        matter_refresh(matter)
    elif came.state == "terminated":
        matter_close(
            matter, Matter.State.TERMINATED, made.day, actor, decision.title if decision else ""
        )
    elif came.state == "done":
        matter_close(matter, Matter.State.DONE, made.day, actor)
        matter_refresh(matter)
    elif matter.state == Matter.State.RETURNED:
        matter.state = Matter.State.RUNNING
        matter.save(update_fields=["state"])


def _children_open(matter: Matter, found: StepOf) -> int:
    running = matter.children.filter(parent_step=found.key, state__in=Matter.RUNNING)
    return running.count() if found.spawns else 0


@transaction.atomic
def step_restate(
    *,
    made: MatterStep,
    evidence: Evidence,
    actor: Any,
    day: date | None = None,
    place: tuple[int, int] | None = None,
    decision: str = "",
    reasons: Mapping[str, str] | None = None,
) -> MatterStep:
    """The record behind a step was corrected: the step says the same anew. Nothing is refused, all is counted.

    ``place`` is the segment and agenda item where it now stands; reasons that are given come to those written before.
    """
    matter = _locked(made.matter)
    found = procedure_of(matter).step(made.step)
    made.day = day or made.day
    made.part, made.item = place or (made.part, made.item)
    made.reasons = {**made.reasons, **_reasons(reasons)}
    made.evidence = _kept(evidence, matter, made.day, actor, found, made.fields)
    made.decision = decision or _chosen(found, made)
    made.decision = decided(found, happening_of(made))
    made.save(update_fields=["day", "part", "item", "evidence", "decision", "reasons"])
    matter_refresh(matter)
    units_changed({matter.unit_id})
    return made


@transaction.atomic
def step_correct(
    *,
    made: MatterStep,
    actor: Any,
    reason: str,
    day: date,
    fields: Mapping[str, Any],
    person: Person | None = None,
    reasons: Mapping[str, str] | None = None,
    late_reason: str | None = None,
) -> MatterStep:
    """Correct (更正) an act that was written at its step; what it said stays as a version. The decision stays.

    Raises:
        StepRefused: what it says now is impossible, or needs a reason.
    """
    matter = _locked(made.matter)
    known = procedure_of(matter)
    found = known.step(made.step)
    if not policies.may_act(actor, matter, found):
        raise PermissionDenied
    if made.state != MatterStep.State.STANDING or made.record.kind != Record.Kind.ENTRY:
        raise RuleBroken(_("这一步不能在这里更正。请更正它所用的记录。"))
    before = {
        "day": str(made.day),
        "fields": made.fields,
        "person": made.person_id,
        "reasons": made.reasons,
    }
    record_correct(
        record=made.record,
        reason=reason,
        content=before,
        actor=actor,
        event_on=day,
        late_reason=late_reason,
    )
    made.day, made.fields, made.person = day, _plain(fields), person
    made.reasons = _reasons(reasons)
    made.evidence = {**made.evidence, **named_keep(found, made.fields, matter.unit, day)}
    _refuse(known, found, made, matter)
    made.save(update_fields=["day", "fields", "person", "reasons", "evidence"])
    matter_refresh(matter)
    _log(matter, "procedures.step_corrected", actor, step=found.title, reason=reason)
    units_changed({matter.unit_id})
    return made


@transaction.atomic
def step_void(*, made: MatterStep, actor: Any, reason: str, record_too: bool = True) -> None:
    """Take a step out: it stays readable, its outcomes end. ``record_too``: an act's own entry is voided with it.

    Raises:
        RuleBroken: its decision changed something elsewhere, or the matter is closed.
    """
    matter = _locked(made.matter)
    found = procedure_of(matter).step(made.step)
    if not policies.may_act(actor, matter, found):
        raise PermissionDenied
    _reason_check(reason, _("请写明作废原因。"))
    outcomes_withdraw(matter, (made.step,))
    made.state = MatterStep.State.VOIDED
    made.save(update_fields=["state"])
    if record_too and made.record.kind == Record.Kind.ENTRY:
        content = {"day": str(made.day), "fields": made.fields}
        record_void(record=made.record, reason=reason, content=content, actor=actor)
    if matter.state == Matter.State.DONE:
        matter.state, matter.closed_on = Matter.State.REOPENED, None
        matter.save(update_fields=["state", "closed_on"])
    matter_refresh(matter)
    _log(matter, "procedures.step_voided", actor, step=found.title, reason=reason)
    units_changed({matter.unit_id})


def _kept(
    evidence: Evidence,
    matter: Matter,
    day: date,
    actor: Any,
    found: StepOf,
    fields: Mapping[str, Any],
) -> dict[str, Any]:
    waiting = (
        sum(one.unanswered for one in publications_about(matter.about)) if found.answered else 0
    )
    kept = evidence_keep(evidence, matter.unit, day, waiting)
    kept |= named_keep(found, fields, matter.unit, day)
    kept |= outcomes_keep(found, matter, day)
    if not isinstance(actor, str):
        kept["actor_persons"] = list(Person.objects.filter(user=actor).values_list("pk", flat=True))
    return kept


def _step(known: Procedure, step: str) -> StepOf:
    if step not in known.step_index:
        raise RuleBroken(_("程序中没有这一步。请刷新页面。"))
    return known.step(step)


def _only(found: StepOf) -> str:
    """The decision of a step that leaves no choice."""
    return found.decisions[0].key if len(found.decisions) == 1 else ""


def _chosen(found: StepOf, made: MatterStep) -> str:
    """What was chosen stays chosen; what a vote came to is said anew by the votes."""
    return made.decision if found.decision(made.decision) else _only(found)


def _plain(fields: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in (fields or {}).items()
    }


def _reasons(reasons: Mapping[str, str] | None) -> dict[str, str]:
    return {code: text.strip()[:300] for code, text in (reasons or {}).items() if text.strip()}


def _search_text(matter: Matter, found: StepOf, fields: Mapping[str, Any]) -> str:
    said = " ".join(value for value in fields.values() if isinstance(value, str))
    return f"{matter.title} {found.title} {said}"
