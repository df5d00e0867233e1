"""What the decisions of 发展党员 do to the roster. Called inside the act that recorded them, with its actor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.membership import policies
from zhibu.membership.models import Member, Membership
from zhibu.membership.services import member_admit, member_end, member_update
from zhibu.organization.models import Person, Unit
from zhibu.shared.errors import RuleBroken

#: Blanks of the form that are columns of the roster, where they are filled.
_KNOWN = ("ethnicity", "education", "job")


def member_admit_probationary(
    *,
    unit: Unit,
    person: Person | None,
    day: date,
    title: str,
    actor: Any,
    fields: Mapping[str, Any],
) -> None:
    """A probationary member from the day of the assembly (``joined_on``). Who is one already stays as he is."""
    person = _person(person, title)
    _may(actor, unit)
    joined_on = _day(fields, "joined_on", _("入党日期"))
    member = Member.objects.filter(person=person).first()
    if member is not None and _belongs(member):
        if member.category == Member.Category.FULL:
            raise RuleBroken(
                _("“%(name)s”已经是正式党员。请核对发展对象。") % {"name": person.name}
            )
        member_update(member=member, values={"joined_on": joined_on}, actor=actor)
        return
    values = {key: fields[key] for key in _KNOWN if fields.get(key)}
    values |= {"category": Member.Category.PROBATIONARY, "joined_on": joined_on, "full_on": None}
    values |= {"probation_until": None, "status": Member.Status.NORMAL}
    member = member_admit(unit=unit, person=person, values=values, from_on=joined_on, actor=actor)
    if person.born_on is None and fields.get("born_on"):
        born_on = _day(fields, "born_on", _("出生日期"))
        member_update(member=member, values={"born_on": born_on}, actor=actor)


def member_make_full(
    *,
    unit: Unit,
    person: Person | None,
    day: date,
    title: str,
    actor: Any,
    fields: Mapping[str, Any],
) -> None:
    """A full member, with the years of membership counted from ``full_on``, whenever it was approved."""
    _may(actor, unit)
    member = _probationary(person, title)
    full_on = _day(fields, "full_on", _("转正日期"))
    if full_on <= member.joined_on:
        raise RuleBroken(
            _("转正日期应晚于入党日期 %(day)s。请核对两个日期。") % {"day": member.joined_on}
        )
    values = {"category": Member.Category.FULL, "full_on": full_on, "probation_until": None}
    member_update(member=member, values=values, actor=actor)


def member_extend_probation(
    *,
    unit: Unit,
    person: Person | None,
    day: date,
    title: str,
    actor: Any,
    fields: Mapping[str, Any],
) -> None:
    _may(actor, unit)
    member = _probationary(person, title)
    until = _day(fields, "probation_until", _("预备期延长至"))
    if until <= (member.probation_until or member.joined_on):
        raise RuleBroken(_("预备期延长至的日期应晚于入党日期和原来的预备期。请核对日期。"))
    member_update(member=member, values={"probation_until": until}, actor=actor)


def member_cancel_probation(
    *,
    unit: Unit,
    person: Person | None,
    day: date,
    title: str,
    actor: Any,
    fields: Mapping[str, Any],
) -> None:
    """He belongs to no branch any more from the day after the approval; what he was stays in the roster."""
    _may(actor, unit)
    member = _probationary(person, title)
    member_end(member=member, day=day, reason=Membership.EndReason.LEFT, actor=actor)


def _may(actor: Any, unit: Unit) -> None:
    if not policies.may_manage(actor, unit):
        raise RuleBroken(_("这一步会写入党员名册，要由有权管理党员的人登记。请联系书记或者上级。"))


def _person(person: Person | None, title: str) -> Person:
    if person is None:
        raise RuleBroken(
            _("事项“%(title)s”没有写明对象。请先在事项中选择人员。") % {"title": title}
        )
    return person


def _probationary(person: Person | None, title: str) -> Member:
    person = _person(person, title)
    member = Member.objects.select_related("person").filter(person=person).first()
    if member is None or not _belongs(member):
        raise RuleBroken(
            _("党员名册中没有“%(name)s”。请先登记接收预备党员的审批，或者在名册中登记。")
            % {"name": person.name}
        )
    if member.category != Member.Category.PROBATIONARY:
        raise RuleBroken(
            _("“%(name)s”在党员名册中不是预备党员。请核对名册。") % {"name": person.name}
        )
    return member


def _belongs(member: Member) -> bool:
    return Membership.objects.filter(member=member, to_on__isnull=True).exists()


def _day(fields: Mapping[str, Any], key: str, title: str) -> date:
    value = fields.get(key)
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise RuleBroken(_("请填写“%(title)s”。") % {"title": title}) from None


EFFECTS: dict[str, Callable[..., None]] = {
    "member_admit_probationary": member_admit_probationary,
    "member_make_full": member_make_full,
    "member_extend_probation": member_extend_probation,
    "member_cancel_probation": member_cancel_probation,
}
