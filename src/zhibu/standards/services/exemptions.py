"""Exemptions: a clause need not be met for a time, with the reason and who said so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.organization.models import Unit
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import policies
from zhibu.standards.models import Exemption
from zhibu.standards.services.judging import units_judge


@transaction.atomic
def exemption_grant(
    *, unit: Unit, standard: str, clause: str, reason: str, from_on: date, to_on: date, actor: Any
) -> Exemption:
    """Say that a clause need not be met for a time; it then counts as 不适用, with the reason.

    Raises:
        PermissionDenied: the actor does not judge this unit. Nobody exempts his own branch.
        ValidationError: no reason, or the days are the wrong way round.
    """
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if not policies.may_exempt(actor, unit):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("请写明豁免的理由，以便日后核对。")})
    if to_on < from_on:
        raise ValidationError({"to_on": _("止日不能早于起日。")})
    exemption = Exemption(
        unit=unit,
        standard=standard,
        clause=clause,
        reason=reason.strip(),
        from_on=from_on,
        to_on=to_on,
        by=str(actor),
    )
    exemption.full_clean()
    exemption.save()
    event_record(
        actor=actor,
        action="standards.exempted",
        target=f"standards.exemption:{exemption.pk}",
        unit=unit,
        clause=clause,
        until=to_on,
        reason=exemption.reason,
    )
    units_judge(unit_ids=[unit.pk])
    return exemption


@transaction.atomic
def exemption_end(*, exemption: Exemption, actor: Any) -> None:
    """From today on the clause counts again; the days before keep their exemption.

    Raises:
        PermissionDenied: the actor does not judge this unit.
        RuleBroken: it has run out already.
    """
    exemption = Exemption.objects.select_for_update().get(pk=exemption.pk)
    if not policies.may_exempt(actor, exemption.unit):
        raise PermissionDenied
    today = clock.today()
    if exemption.to_on < today:
        raise RuleBroken(_("这项豁免已经到期，不用再结束。"))
    event_record(
        actor=actor,
        action="standards.exemption_ended",
        target=f"standards.exemption:{exemption.pk}",
        unit=exemption.unit,
        clause=exemption.clause,
        reason=exemption.reason,
    )
    if exemption.from_on >= today:
        exemption.delete()
    else:
        exemption.to_on = today - timedelta(days=1)
        exemption.save(update_fields=["to_on"])
    units_judge(unit_ids=[exemption.unit_id])
