"""Single acts on members, each in the house order: lock, permission, rule, change, check, save, trace, tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.membership import policies, sheet
from zhibu.membership.identity import identity_read
from zhibu.membership.models import Member, Membership
from zhibu.organization.models import Person, SensitiveView, Unit
from zhibu.organization.services import PersonFields, person_create, person_view_sensitive
from zhibu.organization.services.people import ID_PURPOSE, identity_plain, person_columns
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken
from zhibu.shared.secrets import blind_index, decrypt, encrypt

_MEMBER = (
    "ethnicity", "education", "job", "category", "joined_on", "full_on", "probation_until", "status", "is_lost",
    "lost_on", "is_floating", "destination", "is_leader",
)  # fmt: skip
_PERSON = ("name", "name_note", "sex", "born_on", "identity", "mobile")
_SEALED = {"landline": "landline_cipher", "address": "address_cipher"}


@transaction.atomic
def member_admit(
    *,
    unit: Unit,
    values: Mapping[str, Any],
    from_on: date,
    actor: Any,
    person: Person | None = None,
) -> Member:
    """Register one member in a branch; ``values`` are keyed like the sheet's columns."""
    _require_manager(actor, unit)
    if not unit.is_branch:
        raise RuleBroken(_("党员要登记在党支部里。请先选择党支部。"))
    if person is None:
        person = person_create(fields=_person_fields(values), unit=unit, actor=actor)
    if Membership.objects.filter(member=person.pk, to_on__isnull=True).exists():
        raise RuleBroken(
            _("“%(name)s”已有所在党支部。请办理组织关系转接。") % {"name": person.name}
        )
    member = Member.objects.filter(person=person).first() or Member(person=person)
    _fill(member, values)
    member.full_clean()
    member.save(
        force_insert=member._state.adding,
        update_fields=None if member._state.adding else _columns(),
    )
    belonging = Membership(member=member, unit=unit, from_on=max(from_on, unit.founded_on))
    belonging.full_clean()
    belonging.save()
    _record(actor, "membership.admitted", member, unit)
    units_changed([unit.pk])
    return member


@transaction.atomic
def member_update(*, member: Member, values: Mapping[str, Any], actor: Any) -> Member:
    """Change what the sheet says of a member; keys that are absent stay as they are."""
    member = Member.objects.select_for_update().select_related("person").get(pk=member.pk)
    unit = _current(member).unit
    _require_manager(actor, unit)
    changed = [key for key, value in values.items() if _old(member, key) != value]
    if not changed:
        return member
    _fill(member, values)
    member.full_clean()
    member.save(update_fields=_columns())
    if set(changed) & set(_PERSON):
        _update_person(member.person, {key: values[key] for key in changed if key in _PERSON})
    titles = {**sheet.TITLES, "probation_until": _("预备期延长至")}
    names = "、".join(str(titles.get(key, key)) for key in changed)
    _record(actor, "membership.updated", member, unit, fields=names)
    units_changed([unit.pk])
    return member


@transaction.atomic
def member_transfer(*, member: Member, unit: Unit, day: date, actor: Any) -> Membership:
    """Move the belonging to another branch from a day; the old one ends the day before."""
    current = _current(member)
    _require_manager(actor, current.unit)
    _require_manager(actor, unit)
    if not unit.is_branch or current.unit_id == unit.pk:
        raise RuleBroken(_("请选择另一个党支部作为转入的支部。"))
    if day <= current.from_on:
        raise RuleBroken(_("转接日期应晚于转入现支部的日期 %(day)s。") % {"day": current.from_on})
    _end(current, day - timedelta(days=1), Membership.EndReason.TRANSFERRED)
    belonging = Membership(member=member, unit=unit, from_on=day)
    belonging.full_clean()
    belonging.save()
    _record(actor, "membership.transferred", member, unit, unit_name=unit.name, day=day)
    units_changed([current.unit_id, unit.pk])
    return belonging


@transaction.atomic
def member_end(*, member: Member, day: date, reason: str, actor: Any) -> Membership:
    """The belonging ends: died, left, transferred to where this system does not reach."""
    current = _current(member)
    _require_manager(actor, current.unit)
    if day < current.from_on:
        raise RuleBroken(_("离开日期不能早于转入日期 %(day)s。") % {"day": current.from_on})
    _end(current, day, reason)
    label = str(current.get_end_reason_display())
    _record(actor, "membership.ended", member, current.unit, reason=label, day=day)
    units_changed([current.unit_id])
    return current


@transaction.atomic
def group_assign(*, unit: Unit, group: Unit | None, person_ids: Iterable[int], actor: Any) -> int:
    """Put members of the branch into one of its groups, or with ``None`` out of any."""
    _require_manager(actor, unit)
    if group is not None and group.kind != Unit.Kind.GROUP:
        raise RuleBroken(_("请选择一个党小组。"))
    wanted = Membership.objects.select_for_update().filter(
        unit=unit, to_on__isnull=True, member__in=list(person_ids)
    )
    count = wanted.update(group=group)
    if not count:
        raise RuleBroken(_("请先勾选本支部的党员。"))
    event_record(
        actor=actor,
        action="membership.grouped",
        target=f"organization.unit:{unit.pk}",
        unit=unit,
        count=count,
    )
    units_changed([unit.pk])
    return count


@transaction.atomic
def member_view_sensitive(
    *, member: Member, fields: Iterable[str], purpose: str, actor: Any
) -> dict[str, str]:
    """Identity number, phones and address in full, once; logged and visible to the member himself."""
    wanted = set(fields)
    shown: dict[str, str] = {}
    own = [name for name in _SEALED if name in wanted]
    if own and not policies.may_see_person(actor, member.person):
        raise PermissionDenied
    if wanted - set(own) or not own:
        shown |= person_view_sensitive(
            person=member.person, fields=wanted - set(own), purpose=purpose, actor=actor
        )
    elif len(purpose.strip()) < 2:
        raise RuleBroken(_("请写明查看的用途，查看会被登记，本人可以看到。"))
    if own:
        shown |= {name: plain(getattr(member, _SEALED[name])) for name in own}
        event = event_record(
            actor=actor, action="membership.sensitive_viewed", target=f"organization.person:{member.pk}",
            name=member.person.name, fields=own, purpose=purpose.strip(),
        )  # fmt: skip
        SensitiveView.objects.create(
            person=member.person,
            viewer=event.actor,
            fields=",".join(own),
            purpose=purpose.strip()[:200],
        )
    return shown


def plain(cipher: Any) -> str:
    return decrypt(bytes(cipher).decode()) if cipher else ""


def _require_manager(actor: Any, unit: Unit) -> None:
    if not policies.may_manage(actor, unit):
        raise PermissionDenied


def _current(member: Member) -> Membership:
    belonging = (
        Membership.objects.select_for_update(of=("self",)).select_related("unit")
        .filter(member=member.pk, to_on__isnull=True).first()
    )  # fmt: skip
    if belonging is None:
        raise RuleBroken(
            _("“%(name)s”现在不在任何党支部，不能这样办理。") % {"name": member.person.name}
        )
    return belonging


def _end(belonging: Membership, day: date, reason: str) -> None:
    belonging.to_on, belonging.end_reason = day, reason
    belonging.full_clean()
    belonging.save(update_fields=["to_on", "end_reason"])


def _person_fields(values: Mapping[str, Any]) -> PersonFields:
    return PersonFields(
        name=values["name"], name_note=values.get("name_note", ""), sex=values.get("sex") or Person.Sex.UNKNOWN,
        born_on=values.get("born_on"), id_number=values.get("identity", ""), phone=values.get("mobile", ""),
    )  # fmt: skip


def _update_person(person: Person, values: Mapping[str, Any]) -> None:
    known = {
        "name": person.name, "name_note": person.name_note, "sex": person.sex, "born_on": person.born_on,
        "identity": plain(person.id_cipher), "mobile": plain(person.phone_cipher),
    }  # fmt: skip
    index = blind_index(identity_plain(values.get("identity", "")), ID_PURPOSE)
    if index and Person.objects.filter(id_index=index).exclude(pk=person.pk).exists():
        raise RuleBroken(_("这个身份证号已登记在另一个人名下。请核对证件。"))
    merged = {**known, **values}
    said = identity_read(merged["identity"])
    if said is not None and (merged["born_on"], merged["sex"]) != (said.born_on, said.sex):
        raise RuleBroken(_("出生日期或性别与登记的身份证号不一致。请核对证件后改正。"))
    columns = person_columns(_person_fields(merged))
    for name, value in columns.items():
        setattr(person, name, value)
    person.save(update_fields=list(columns))


def _fill(member: Member, values: Mapping[str, Any]) -> None:
    for name in _MEMBER:
        if name in values:
            setattr(member, name, values[name])
    for name, column in _SEALED.items():
        if name in values:
            setattr(member, column, encrypt(values[name]).encode() if values[name] else None)


def _old(member: Member, key: str) -> Any:
    if key in _SEALED:
        return plain(getattr(member, _SEALED[key]))
    if key in ("identity", "mobile"):
        return plain(member.person.id_cipher if key == "identity" else member.person.phone_cipher)
    return getattr(member if key in _MEMBER else member.person, key)


def _columns() -> list[str]:
    return [*_MEMBER, *_SEALED.values()]


def _record(actor: Any, action: str, member: Member, unit: Unit, **data: Any) -> None:
    event_record(
        actor=actor, action=action, target=f"organization.person:{member.pk}", unit=unit,
        name=member.person.name, **data,
    )  # fmt: skip
