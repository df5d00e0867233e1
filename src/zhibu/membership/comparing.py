"""A row held against the person it is about: what would change, and what to write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.jobs.importers import Change
from zhibu.membership.identity import is_masked
from zhibu.membership.lookups import Known, opened
from zhibu.membership.sheet import TITLES, Said, shown
from zhibu.organization.models import Unit
from zhibu.shared.masks import mask_address, mask_id, mask_phone

#: A blank cell in these columns says nothing; in the others it empties the field, in sight of the preview.
_KEPT_WHEN_BLANK = frozenset({"name", "sex", "born_on", "category", "joined_on", "status"})
_SEALED = {
    "mobile": ("phone_cipher", mask_phone),
    "landline": ("landline_cipher", mask_phone),
    "address": ("address_cipher", mask_address),
}


@dataclass(slots=True)
class Plan:
    """What to write for one row. ``moves_from`` is the branch left, 0 when there is none."""

    person_id: int
    is_member: bool
    unit_id: int
    index: str
    moves_from: int
    left_from_on: date | None
    number: str
    values: dict[str, Any]


def changes_of(
    said: Said, known: Known | None, unit: Unit, index: str, day: date
) -> tuple[Plan, list[Change]]:
    """The plan and the visible changes; problems found here go to ``said``."""
    number = said.identity.number if said.identity and not said.identity.masked else ""
    if known is None:
        _refuse_masked(said)
        return Plan(0, False, unit.pk, index, 0, None, number, said.values), []
    changes: list[Change] = []
    values: dict[str, Any] = {}
    for key, new in said.values.items():
        found = (
            _sealed_change(said, known, key, new)
            if key in _SEALED
            else _plain_change(known, key, new)
        )
        if found is not None:
            values[key] = new
            changes.append(found)
    gains_number = index != "" and not known.values["id_index"]
    if gains_number:
        changes.append(Change(str(TITLES["identity"]), _("（空）"), mask_id(number)))
    moves = known.unit_id != unit.pk
    if moves and known.is_member:
        words = _("%(unit)s（自 %(day)s 起）") % {"unit": unit.name, "day": day}
        changes.append(Change(str(TITLES["unit"]), known.unit_name or _("（无）"), words))
    plan = Plan(
        known.person_id, known.is_member, unit.pk if moves else 0, index if gains_number else "",
        known.unit_id if moves else 0, known.from_on if moves else None, number if gains_number else "", values,
    )  # fmt: skip
    return plan, changes


def _plain_change(known: Known, key: str, new: Any) -> Change | None:
    old = known.values.get(key)
    if new in (None, ""):
        if key in _KEPT_WHEN_BLANK or old in (None, ""):
            return None
    elif new == old or (not known.is_member and key not in known.values):
        return None
    if new is False and old is None:
        return None
    return Change(str(TITLES[key]), shown(key, old) or _("（空）"), shown(key, new) or _("（空）"))


def _sealed_change(said: Said, known: Known, key: str, new: str) -> Change | None:
    field, mask = _SEALED[key]
    old = opened(known.values[field])
    if new == old:
        return None
    if is_masked(new):
        if new == mask(old):
            return None
        said.wrong(key, _masked())
    before, after = mask(old), mask(new)
    if before == after:
        after = _("%(mask)s（打码处不同）") % {"mask": after}
    return Change(str(TITLES[key]), before or _("（空）"), after or _("（空）"))


def _refuse_masked(said: Said) -> None:
    for key in _SEALED:
        if is_masked(said.values.get(key) or ""):
            said.wrong(key, _masked())


def _masked() -> str:
    return _("这里是打码的内容，与系统里的对不上，不能写入。请填写完整的内容。")
