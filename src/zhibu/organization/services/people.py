"""Persons, with their private numbers sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import Actor, event_record
from zhibu.organization import names, policies
from zhibu.organization.models import Person, Unit
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken
from zhibu.shared.secrets import blind_index, encrypt

ID_PURPOSE, PHONE_PURPOSE = "id_number", "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFields:
    """What is known of a person, as a person reads it."""

    name: str
    name_note: str = ""
    sex: str = Person.Sex.UNKNOWN
    born_on: date | None = None
    id_number: str = ""
    phone: str = ""


def identity_plain(number: str) -> str:
    """How identity numbers are compared: no blanks, the check letter large."""
    return "".join(str(number).split()).upper()


def phone_plain(number: str) -> str:
    return "".join(c for c in str(number) if c.isdigit() or c == "+").removeprefix("+86")


def person_columns(fields: PersonFields) -> dict[str, Any]:
    """The columns of a person's row; bulk importers write them with ``bulk_create``."""
    identity, phone = identity_plain(fields.id_number), phone_plain(fields.phone)
    return {
        "name": fields.name,
        "name_note": fields.name_note,
        "sex": fields.sex,
        "born_on": fields.born_on,
        "pinyin_initials": names.pinyin_initials(fields.name),
        "stroke_key": names.stroke_key(fields.name),
        "id_cipher": encrypt(identity).encode() if identity else None,
        "id_index": blind_index(identity, ID_PURPOSE) or None,
        "phone_cipher": encrypt(phone).encode() if phone else None,
        "phone_index": blind_index(phone, PHONE_PURPOSE) or None,
    }


@transaction.atomic
def person_create(*, fields: PersonFields, unit: Unit, actor: Actor) -> Person:
    """Add a person known in ``unit``; the same identity number twice is refused."""
    if not (policies.may_manage_members(actor, unit) or policies.may_manage_posts(actor, unit)):
        raise PermissionDenied
    person = Person(**person_columns(fields))
    _check_identity(person)
    person.full_clean(validate_unique=False)
    person.save(force_insert=True)
    _record(actor, "organization.person_created", person, unit)
    return person


@transaction.atomic
def person_update(*, person: Person, fields: PersonFields, unit: Unit, actor: Actor) -> Person:
    """Replace what is known of a person."""
    if not policies.may_manage_members(actor, unit):
        raise PermissionDenied
    person = Person.objects.select_for_update().get(pk=person.pk)
    columns = person_columns(fields)
    for name, value in columns.items():
        setattr(person, name, value)
    _check_identity(person)
    person.full_clean(validate_unique=False)
    person.save(update_fields=list(columns))
    _record(actor, "organization.person_updated", person, unit)
    units_changed([unit.pk])
    return person


def _check_identity(person: Person) -> None:
    if (
        person.id_index
        and Person.objects.filter(id_index=person.id_index).exclude(pk=person.pk).exists()
    ):
        raise RuleBroken(
            _("这个身份证号已登记在另一个人名下。请核对证件；确是同一人的，请直接选用已有人员。")
        )


def _record(actor: Actor, action: str, person: Person, unit: Unit) -> None:
    event_record(
        actor=actor,
        action=action,
        target=f"organization.person:{person.pk}",
        unit=unit,
        name=person.name,
    )
