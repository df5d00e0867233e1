"""Opening matters and turning their way: corrected, sent back, ended, taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.organization.models import Person, Unit
from zhibu.organization.selectors import unit_words
from zhibu.organization.services import PersonFields, person_create
from zhibu.procedures import policies
from zhibu.procedures.models import Matter, MatterStep, Outcome, Turn
from zhibu.procedures.standing import matter_refresh, person_said, procedure_of, standing_of
from zhibu.records.models import Record
from zhibu.shared import clock
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures import as_day, field_breaches, from_step, months_later


@transaction.atomic
def matter_open(
    *,
    unit: Unit,
    procedure: str,
    title: str,
    actor: Any,
    form: Mapping[str, Any] | None = None,
    opened_on: date | None = None,
    person: Person | None = None,
    person_name: str = "",
    about_unit: Unit | None = None,
    owner: Person | None = None,
    wanted_on: date | None = None,
    origin: Record | None = None,
    origin_place: tuple[int, int] = (0, 0),
    parent: Matter | None = None,
    parent_step: str = "",
) -> Matter:
    """Open a matter of a unit; a child of ``parent`` is opened by whoever does the parent's step.

    ``person_name``: somebody not known yet whom it is about.

    What is refused of a blank is called ``form:<key>``.

    Raises:
        PermissionDenied: the actor may not record for the unit.
        RuleBroken: the unit's packs have no such procedure, or not for such a unit.
        ValidationError: a required blank is empty, or the day lies in the future.
    """
    # Locked: the number counts on from the last one of the unit.
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if parent is None and not policies.may_open(actor, unit):
        raise PermissionDenied
    known = unit_words(unit, clock.today()).procedures.get(procedure)
    _open_check(known, unit, procedure, child=parent is not None)
    day = opened_on or clock.today()
    _day_check(day)
    form = dict(form or {})
    if person is None and person_name.strip():
        person = _person_new(unit, person_name.strip(), form, actor)
    if parent is None:
        _form_check(known, title, form, person, about_unit)
    last = Matter.objects.filter(unit=unit, year=day.year).aggregate(n=Max("index"))["n"] or 0
    matter = Matter(
        procedure=procedure, unit=unit, year=day.year, index=last + 1, title=title.strip()[:200], form=form,
        person=person, about_unit=about_unit, owner=owner, opened_on=day, wanted_on=wanted_on,
        origin=origin, origin_part=origin_place[0], origin_item=origin_place[1],
        parent=parent, parent_step=parent_step, opened_by=None if isinstance(actor, str) else actor,
    )  # fmt: skip
    matter.full_clean()
    matter.save()
    _turn(matter, Turn.Kind.OPENED, actor, day=day)
    matter_refresh(matter)
    event_record(
        actor=actor, action="procedures.opened", target=matter.about, unit=unit,
        title=matter.title, procedure=known.title,
    )  # fmt: skip
    units_changed({unit.pk})
    return matter


def _person_new(unit: Unit, name: str, form: Mapping[str, Any], actor: Any) -> Person:
    fields = PersonFields(name=name, born_on=as_day(form.get("born_on")))
    try:
        return person_create(fields=fields, unit=unit, actor=actor)
    except PermissionDenied:
        raise RuleBroken(_("新登记人员要由本组织的书记或者上级办理。请联系书记。")) from None


def _open_check(known: Procedure | None, unit: Unit, procedure: str, *, child: bool) -> None:
    if known is None:
        raise RuleBroken(_("本组织采用的制度包中没有程序“%(key)s”。") % {"key": procedure})
    if known.child and not child:
        raise RuleBroken(
            _("“%(title)s”由上级事项分派产生，不能单独启动。") % {"title": known.title}
        )
    scope = known.scope
    fits = (not scope.kinds or unit.kind in scope.kinds) and (
        not scope.sectors or unit.sector in scope.sectors
    )
    if not fits and not child:
        raise RuleBroken(
            _("“%(title)s”不适用于%(unit)s。请换一个程序。")
            % {"title": known.title, "unit": str(unit)}
        )


def _day_check(day: date) -> None:
    if day > clock.today():
        raise ValidationError({"opened_on": _("日期不能晚于今天。")}, code="future")


def _form_check(
    known: Procedure, title: str, form: Mapping[str, Any], person: Any, about_unit: Any
) -> None:
    problems = {}
    if not title.strip():
        problems["title"] = _("请填写事项名称。")
    if known.subject == "person" and person is None:
        problems["person"] = _("请选择对象。")
    if known.subject == "unit" and about_unit is None:
        problems["about_unit"] = _("请选择对象组织。")
    filled = {key: value for key, value in form.items() if value not in (None, "")}
    for breach in field_breaches(known, known.form, {**person_said(person), **filled}):
        # A blank may be called like a field that every matter has.
        problems[f"form:{breach.code.partition(':')[2]}"] = breach.text
    if problems:
        raise ValidationError(problems)


@transaction.atomic
def matter_update(
    *,
    matter: Matter,
    title: str,
    form: Mapping[str, Any],
    actor: Any,
    reason: str,
    owner: Person | None = None,
    wanted_on: date | None = None,
) -> Matter:
    """Correct (更正) what a matter says; what it said stays, with the reason."""
    matter = _locked(matter)
    if not policies.may_open(actor, matter.unit):
        raise PermissionDenied
    _reason_check(reason, _("请写明更正原因。"))
    _form_check(procedure_of(matter), title, form, matter.person, matter.about_unit)
    before = {"title": matter.title, "form": matter.form, "owner": matter.owner_id,
              "wanted_on": str(matter.wanted_on or "")}  # fmt: skip
    matter.title, matter.form = title.strip()[:200], dict(form)
    matter.owner, matter.wanted_on = owner, wanted_on
    matter.full_clean()
    matter.save(update_fields=["title", "form", "owner", "wanted_on"])
    _turn(matter, Turn.Kind.CORRECTED, actor, reason=reason, before=before)
    matter_refresh(matter)
    _log(matter, "procedures.updated", actor, reason=reason)
    return matter


@transaction.atomic
def matter_origin_move(*, matter: Matter, place: tuple[int, int]) -> Matter:
    """The record that ordered it was corrected: the segment and item under which it now stands. Logged there."""
    matter = _locked(matter)
    matter.origin_part, matter.origin_item = place
    matter.save(update_fields=["origin_part", "origin_item"])
    return matter


@transaction.atomic
def matter_return(*, matter: Matter, to: str, reason: str, actor: Any) -> Matter:
    """Send a matter back to a step: that one and all that follow it are done again; what was done stays readable.

    Raises:
        RuleBroken: the matter is closed, the step has not been done, or no reason is given.
    """
    matter = _locked(matter)
    if not policies.may_turn(actor, matter):
        raise PermissionDenied
    if not matter.is_running:
        raise RuleBroken(_("事项已经办结或者终止，不能退回。需要时请用“重新办理”。"))
    return _go_back(matter, to, reason, actor, Turn.Kind.RETURNED, Matter.State.RETURNED)


@transaction.atomic
def matter_reopen(*, matter: Matter, reason: str, actor: Any, to: str = "") -> Matter:
    """Take up a closed matter again from the step that the procedure names; its outcomes end today.

    Raises:
        RuleBroken: it is still running, the procedure does not allow it, or its time is over.
    """
    matter = _locked(matter)
    if not policies.may_turn(actor, matter):
        raise PermissionDenied
    if matter.is_running:
        raise RuleBroken(_("事项还在办理，不用重新办理。"))
    known = procedure_of(matter)
    again = known.reopening
    if again is None:
        raise RuleBroken(_("“%(title)s”办结以后不能重新办理。") % {"title": known.title})
    within = known.number(again.within)
    closed = matter.closed_on or clock.today()
    if within is not None and clock.today() > months_later(closed, within):
        raise RuleBroken(_("办结已超过 %(n)s 个月，不能重新办理。请启动新的事项。") % {"n": within})
    to = to or again.to
    outcomes_withdraw(matter, from_step(known, to))
    matter.reopened += 1
    matter.closed_on = None
    matter.save(update_fields=["reopened", "closed_on"])
    return _go_back(matter, to, reason, actor, Turn.Kind.REOPENED, Matter.State.REOPENED)


@transaction.atomic
def matter_terminate(*, matter: Matter, reason: str, actor: Any) -> Matter:
    """End a matter without a result."""
    matter = _locked(matter)
    if not policies.may_turn(actor, matter):
        raise PermissionDenied
    if not matter.is_running:
        raise RuleBroken(_("事项已经办结或者终止。"))
    _reason_check(reason, _("请写明终止原因。"))
    matter_close(matter, Matter.State.TERMINATED, clock.today(), actor, reason)
    _log(matter, "procedures.terminated", actor, reason=reason)
    units_changed({matter.unit_id})
    return matter


@transaction.atomic
def matter_export(*, matter: Matter, actor: Any) -> None:
    """Who took a matter's file out, and when."""
    if not policies.may_see_matter(actor, matter, _known(matter)):
        raise PermissionDenied
    _log(matter, "procedures.exported", actor)


def _known(matter: Matter) -> Procedure | None:
    return unit_words(matter.unit, clock.today()).procedures.get(matter.procedure)


def _go_back(matter: Matter, to: str, reason: str, actor: Any, kind: str, state: str) -> Matter:
    _reason_check(reason, _("请写明原因。"))
    known = procedure_of(matter)
    if to not in known.step_index:
        raise RuleBroken(_("程序中没有这一步。请重新选择。"))
    if kind == Turn.Kind.RETURNED and not standing_of(matter).at(to):
        raise RuleBroken(
            _("“%(step)s”还没有办理，不能退回到那里。") % {"step": known.step(to).title}
        )
    steps_aside(matter, from_step(known, to))
    matter.state = state
    matter.save(update_fields=["state"])
    _turn(matter, kind, actor, reason=reason, to=to)
    matter_refresh(matter)
    action = "procedures.returned" if kind == Turn.Kind.RETURNED else "procedures.reopened"
    _log(matter, action, actor, reason=reason, step=known.step(to).title)
    units_changed({matter.unit_id})
    return matter


def steps_aside(matter: Matter, keys: tuple[str, ...]) -> None:
    """Their happenings no longer stand; they stay readable."""
    standing = MatterStep.State.STANDING
    matter.steps.filter(step__in=keys, state=standing).update(state=MatterStep.State.ASIDE)
    outcomes_withdraw(matter, keys)


def outcomes_withdraw(matter: Matter, keys: tuple[str, ...]) -> None:
    """What the decisions of these steps gave ends today.

    Raises:
        RuleBroken: a decision changed something elsewhere that must be put right there first.
    """
    known = procedure_of(matter)
    given = [
        decision
        for step in matter.steps.filter(step__in=keys)
        if step.step in known.step_index
        and (decision := known.step(step.step).decision(step.decision)) is not None
    ]
    if any(one.effects for one in given):
        raise RuleBroken(
            _(
                "这一步的结果已经写入名册或者职务，不能退回。请先在名册或者职务中更正，再启动新的事项。"
            )
        )
    values = {gift.value for one in given for gift in one.gives}
    Outcome.objects.filter(matter=matter, value__in=values, withdrawn_on=None).update(
        withdrawn_on=clock.today()
    )


def matter_close(matter: Matter, state: str, day: date, actor: Any, reason: str = "") -> None:
    """Done or terminated; the one above it may go on."""
    matter.state, matter.closed_on = state, max(day, matter.opened_on)
    matter.save(update_fields=["state", "closed_on"])
    kind = Turn.Kind.DONE if state == Matter.State.DONE else Turn.Kind.TERMINATED
    _turn(matter, kind, actor, day=day, reason=reason)
    if matter.parent is not None and matter.parent.is_running:
        parent_advance(matter.parent, day, actor)


def parent_advance(parent: Matter, day: date, actor: Any) -> None:
    """A child was closed: the parent is judged again, and is done where nothing else is left."""
    matter_refresh(parent)
    if parent.steps_missing == 0 and parent.is_running:
        matter_close(parent, Matter.State.DONE, day, actor)
    units_changed({parent.unit_id})


def _locked(matter: Matter) -> Matter:
    return (
        Matter.objects.select_for_update(no_key=True, of=("self",))
        .select_related("unit", "person", "owner", "parent")
        .get(pk=matter.pk)
    )


def _reason_check(reason: str, text: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": text}, code="reason")


def _turn(
    matter: Matter,
    kind: str,
    actor: Any,
    *,
    day: date | None = None,
    reason: str = "",
    to: str = "",
    before: dict[str, Any] | None = None,
) -> None:
    Turn.objects.create(
        matter=matter, kind=kind, day=day or clock.today(), reason=reason.strip()[:300], to=to,
        before=before or {}, actor=None if isinstance(actor, str) else actor,
    )  # fmt: skip


def _log(matter: Matter, action: str, actor: Any, **data: str) -> None:
    event_record(
        actor=actor,
        action=action,
        target=matter.about,
        unit=matter.unit,
        title=matter.title,
        **data,
    )
