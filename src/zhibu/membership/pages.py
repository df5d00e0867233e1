"""What the pages of a member show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.membership import policies, selectors, sheet
from zhibu.membership.members import plain
from zhibu.membership.models import Member, Membership
from zhibu.membership.selectors import RosterCounts
from zhibu.organization.models import Unit
from zhibu.organization.selectors import HeldPost, person_posts, unit_descendant_ids
from zhibu.shared.masks import mask_address, mask_id, mask_phone

#: What :func:`services.member_view_sensitive` opens.
PRIVATE = ("id_number", "phone", "landline", "address")
_EDITED = (
    "ethnicity", "education", "job", "category", "joined_on", "full_on", "status", "is_lost", "lost_on",
    "is_floating", "destination", "is_leader",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    label: Any
    value: str


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One member; private values are masked unless ``opened``."""

    member: Member
    belonging: Membership | None
    fields: Sequence[Field]
    private: Sequence[Field]
    posts: Sequence[HeldPost]
    belongings: Sequence[Membership]
    may_manage: bool
    may_open: bool
    opened: bool


def member_page(member: Member, viewer: Any, shown: Mapping[str, str] | None = None) -> MemberPage:
    person = member.person
    belongings = list(member.memberships.select_related("unit", "group").order_by("-from_on"))
    belonging = next((one for one in belongings if one.to_on is None), None)
    shown = shown or {}
    masked = {
        "id_number": mask_id(plain(person.id_cipher)), "phone": mask_phone(plain(person.phone_cipher)),
        "landline": mask_phone(plain(member.landline_cipher)), "address": mask_address(plain(member.address_cipher)),
    }  # fmt: skip
    labels = {
        "id_number": "identity",
        "phone": "mobile",
        "landline": "landline",
        "address": "address",
    }
    return MemberPage(
        member=member, belonging=belonging, fields=_fields(member),
        private=[Field(sheet.TITLES[labels[key]], shown.get(key, masked[key]) or "—") for key in PRIVATE],
        posts=person_posts(person.pk), belongings=belongings,
        may_manage=belonging is not None and policies.may_manage(viewer, belonging.unit),
        may_open=policies.may_see_person(viewer, person), opened=bool(shown),
    )  # fmt: skip


def _fields(member: Member) -> list[Field]:
    person = member.person
    values = {"sex": person.sex, "born_on": person.born_on} | {
        key: getattr(member, key) for key in _EDITED
    }
    found = [
        Field(sheet.TITLES[key], sheet.shown(key, value) or "—") for key, value in values.items()
    ]
    if member.probation_until:
        found.append(Field(_("预备期延长至"), member.probation_until.isoformat()))
    return found


def initial(member: Member) -> dict[str, Any]:
    """The edit form's values; sealed ones are not among them."""
    person = member.person
    own = {key: getattr(member, key) for key in _EDITED}
    return own | {
        "name": person.name,
        "name_note": person.name_note,
        "sex": person.sex,
        "born_on": person.born_on,
    }


def counts(unit: Unit, day: date) -> RosterCounts:
    """Members of the unit and all below it."""
    each = selectors.roster_counts_on(unit_descendant_ids(unit, day), day).values()
    return RosterCounts(
        *(sum(getattr(one, name) for one in each) for name in RosterCounts.__slots__)
    )
