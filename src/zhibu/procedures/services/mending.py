"""What is added to a step that was done: reasons, papers, and what its blanks say where another app's record did it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.procedures import policies
from zhibu.procedures.evidence import happening_of, named_keep
from zhibu.procedures.models import MatterStep, Turn
from zhibu.procedures.services.matters import _locked, _log, _reason_check, _turn
from zhibu.procedures.services.steps import (
    StepRefused,
    _follow,
    _plain,
    _reasons,
    step_breaches,
)
from zhibu.procedures.standing import matter_refresh, procedure_of
from zhibu.records.models import Record
from zhibu.records.services import attachment_add
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken
from zhibu_engine.procedures import CARRIED, PARTLY, REJECTED, decided


@transaction.atomic
def step_reason(*, made: MatterStep, reasons: Mapping[str, str], actor: Any) -> MatterStep:
    """Write reasons for what does not conform, after the fact; they excuse, nothing is taken out of the count."""
    matter = _locked(made.matter)
    found = procedure_of(matter).step(made.step)
    if not policies.may_act(actor, matter, found):
        raise PermissionDenied
    made.reasons = {**made.reasons, **_reasons(reasons)}
    made.save(update_fields=["reasons"])
    matter_refresh(matter)
    _log(matter, "procedures.step_corrected", actor, step=found.title, reason=_("补写理由"))
    units_changed({matter.unit_id})
    return made


@transaction.atomic
def step_paper_add(
    *, made: MatterStep, paper: str, name: str, data: bytes, actor: Any
) -> MatterStep:
    """Upload a paper that a step still lacks; it hangs on the step's record.

    Raises:
        RuleBroken: the step asks for no such paper, or the file is none of those taken.
    """
    matter = _locked(made.matter)
    found = procedure_of(matter).step(made.step)
    if not policies.may_act(actor, matter, found):
        raise PermissionDenied
    if paper not in {one.key for one in found.papers}:
        raise RuleBroken(_("这一步不需要这种材料。"))
    attachment = attachment_add(record=made.record, name=name, data=data)
    made.evidence = {
        **made.evidence,
        "papers": {**made.evidence.get("papers", {}), paper: attachment.pk},
    }
    made.save(update_fields=["evidence"])
    matter_refresh(matter)
    units_changed({matter.unit_id})
    return made


@transaction.atomic
def step_fill(
    *, made: MatterStep, fields: Mapping[str, Any], actor: Any, reason: str = ""
) -> MatterStep:
    """Fill in the blanks of a step that a meeting, publication or document did; filled ones change with a reason.

    The counts of an election may say only now how it came out.

    Raises:
        StepRefused: something impossible, such as more votes than voters.
        RuleBroken: the step was written here, where it is corrected as a whole, or it no longer stands.
        ValidationError: something was filled in before, and no reason is given.
    """
    matter = _locked(made.matter)
    # As it is stored: a refused try leaves nothing behind in what the caller holds.
    made = MatterStep.objects.select_related("record", "matter").get(pk=made.pk)
    known = procedure_of(matter)
    found = known.step(made.step)
    if not policies.may_act(actor, matter, found):
        raise PermissionDenied
    if made.state != MatterStep.State.STANDING or made.record.kind == Record.Kind.ENTRY:
        raise RuleBroken(_("这一步请用“更正”。"))
    before, came = made.fields, made.decision
    if before:
        _reason_check(reason, _("请写明更正原因。"))
    made.fields = _plain(fields)
    made.evidence = {**made.evidence, **named_keep(found, made.fields, matter.unit, made.day)}
    if found.election is not None and came in ("", CARRIED, PARTLY, REJECTED):
        made.decision = ""
        made.decision = decided(found, happening_of(made))
    hard = [one for one in step_breaches(matter=matter, step=found.key, made=made) if one.hard]
    if hard:
        raise StepRefused(hard)
    made.save(update_fields=["fields", "evidence", "decision"])
    if before:
        kept = {"step": made.step, "form": before}
        _turn(matter, Turn.Kind.CORRECTED, actor, reason=reason, before=kept)
    if made.decision != came and matter.is_running:
        _follow(matter, known, found, made, actor)
    else:
        matter_refresh(matter)
    _log(
        matter, "procedures.step_corrected", actor, step=found.title, reason=reason or _("补填内容")
    )
    units_changed({matter.unit_id})
    made.refresh_from_db()
    return made
