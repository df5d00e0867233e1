"""The official sheet out of the database: masked, or in full with a right, a purpose and a trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.membership import policies, sheet, writing
from zhibu.membership.members import plain
from zhibu.membership.models import Membership
from zhibu.organization.models import SensitiveView, Unit
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.shared.masks import mask_id, mask_phone


@transaction.atomic
def members_export(
    *,
    unit: Unit,
    memberships: Sequence[Membership],
    full: bool,
    purpose: str,
    actor: Any,
    leaders: bool = False,
) -> bytes:
    """The sheet of these memberships, in their order; ``leaders`` adds the column 党员领导干部.

    Raises:
        PermissionDenied: full numbers without the right to see them in this unit.
        RuleBroken: full numbers without a purpose.
    """
    if full:
        if not policies.may_see_sensitive(actor, unit):
            raise PermissionDenied
        if len(purpose.strip()) < 2:
            raise RuleBroken(_("导出完整身份证号要写明用途，导出会被登记，本人可以看到。"))
    rows = [_row(one, full) for one in memberships]
    action = "membership.exported" if full else "membership.exported_masked"
    told = {"purpose": purpose.strip()} if full else {}
    event = event_record(
        actor=actor,
        action=action,
        target=f"organization.unit:{unit.pk}",
        unit=unit,
        count=len(rows),
        **told,
    )
    if full:
        SensitiveView.objects.bulk_create(
            SensitiveView(
                person_id=one.member_id, viewer=event.actor, fields="id_number,phone,landline",
                purpose=purpose.strip()[:200],
            )
            for one in memberships
        )  # fmt: skip
    return writing.members_sheet(rows, unit.name, clock.today(), leaders=leaders)


def _row(belonging: Membership, full: bool) -> dict[str, str]:
    member = belonging.member
    person = member.person
    identity, mobile = plain(person.id_cipher), plain(person.phone_cipher)
    landline = plain(member.landline_cipher)
    row = {
        "name": person.name,
        "unit": belonging.unit.name,
        "identity": identity if full else mask_id(identity),
        "mobile": mobile if full else mask_phone(mobile),
        "landline": landline if full else mask_phone(landline),
        "sex": sheet.shown("sex", person.sex),
        "born_on": sheet.shown("born_on", person.born_on),
    }
    for key, _heading, _width in (*writing.LAYOUT, writing.LEADER):
        if key not in row and hasattr(member, key):
            row[key] = sheet.shown(key, getattr(member, key))
    return row
