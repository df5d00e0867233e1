"""What the database already knows, fetched for a whole sheet at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from zhibu.membership import policies
from zhibu.membership.models import Membership
from zhibu.organization import selectors as organization
from zhibu.organization.models import Person, Unit
from zhibu.shared.secrets import decrypt

_CHUNK = 10_000
_PERSON = (
    "pk",
    "name",
    "name_note",
    "sex",
    "born_on",
    "id_index",
    "id_cipher",
    "phone_index",
    "phone_cipher",
)
_MEMBER = (
    "ethnicity", "education", "job", "category", "joined_on", "full_on", "landline_cipher", "address_cipher",
    "status", "is_lost", "lost_on", "is_floating", "destination", "is_leader",
)  # fmt: skip


def opened(cipher: Any) -> str:
    return decrypt(bytes(cipher).decode()) if cipher else ""


@dataclass(slots=True)
class Known:
    """A person of the database as the sheet would describe them; ``unit_id`` 0: no branch now."""

    person_id: int
    values: dict[str, Any]
    is_member: bool
    unit_id: int = 0
    unit_name: str = ""
    from_on: date | None = None

    @property
    def name(self) -> str:
        return self.values["name"]

    def identity(self) -> str:
        return opened(self.values["id_cipher"])

    def mobile(self) -> str:
        return opened(self.values["phone_cipher"])


def known_by_index(indexes: Iterable[str]) -> dict[str, Known]:
    found = {}
    for part in _chunks(indexes):
        for known in _known(Person.objects.filter(id_index__in=part)):
            found[known.values["id_index"]] = known
    return found


def known_by_name(names: Iterable[str]) -> dict[str, list[Known]]:
    found = defaultdict(list)
    for part in _chunks(names):
        for known in _known(Person.objects.filter(name__in=part).order_by("pk")):
            found[known.name].append(known)
    return found


def _known(people: Any) -> Iterator[Known]:
    fields = [*_PERSON, "member__person_id", *(f"member__{name}" for name in _MEMBER)]
    rows = list(people.values_list(*fields))
    current = _current([row[0] for row in rows])
    split = len(_PERSON)
    for row in rows:
        values = dict(zip(_PERSON, row[:split], strict=True))
        values |= dict(zip(_MEMBER, row[split + 1 :], strict=True))
        unit = current.get(row[0], (0, "", None))
        yield Known(row[0], values, row[split] is not None, *unit)


def _current(person_ids: list[int]) -> dict[int, tuple[int, str, date]]:
    found = {}
    for part in _chunks(person_ids):
        rows = Membership.objects.filter(member__in=part, to_on__isnull=True).order_by()
        for person_id, unit_id, name, from_on in rows.values_list(
            "member_id", "unit_id", "unit__name", "from_on"
        ):
            found[person_id] = (unit_id, name, from_on)
    return found


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    whole = list(dict.fromkeys(values))
    for start in range(0, len(whole), _CHUNK):
        yield whole[start : start + _CHUNK]


def _normal(name: str) -> str:
    return organization.name_plain(name).removeprefix("中国共产党").removeprefix("中共")


class Branches:
    """The branches a person may manage, found by any of their names."""

    def __init__(self, user: Any, day: date, within: str = "") -> None:
        self._managed = policies.managed_unit_ids(user, day)
        units = Unit.objects.alive_on(day)
        self.root = units.filter(code=within).first() if within else None
        if self.root is not None:
            units = units.filter(pk__in=organization.unit_descendant_ids(self.root, day))
        branches = units.branches().order_by("order", "code")
        self.units: dict[int, Unit] = {
            unit.pk: unit for unit in branches if self.may_manage(unit.pk)
        }
        self._names: dict[str, list[int]] = defaultdict(list)
        for unit in self.units.values():
            for way in {_normal(way) for way in organization.unit_names(unit)}:
                self._names[way].append(unit.pk)
        self._found: dict[str, tuple[Unit | None, str]] = {}

    def may_manage(self, unit_id: int) -> bool:
        return self._managed is None or unit_id in self._managed

    def find(self, text: str) -> tuple[Unit | None, str]:
        """(branch, "") or (None, why not and what to do)."""
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    def _find(self, text: str) -> tuple[Unit | None, str]:
        if not text:
            if self.root is not None and self.root.pk in self.units:
                return self.root, ""
            return None, _("没有填所在党支部。请填写支部名称或组织代码。")
        found = [self.units[pk] for pk in self._names.get(_normal(text), ())]
        if len(found) > 1:
            names = "、".join(f"{unit.name}（{unit.code}）" for unit in found[:5])
            return None, _("有 %(n)d 个支部叫“%(text)s”：%(names)s。请改填组织代码。") % {
                "n": len(found),
                "text": text,
                "names": names,
            }
        if not found:
            return None, self._unknown(text)
        return found[0], ""

    def _unknown(self, text: str) -> str:
        ways = {
            _normal(name): name
            for unit in self.units.values()
            for name in (unit.name, unit.short_name)
            if name
        }
        near = [ways[one] for one in get_close_matches(_normal(text), list(ways), n=3, cutoff=0.55)]
        if near:
            return _(
                "在您管理的范围内没有叫“%(text)s”的党支部。是不是“%(near)s”？请改成系统里的名称。"
            ) % {
                "text": text,
                "near": "”“".join(near),
            }
        return _(
            "在您管理的范围内没有叫“%(text)s”的党支部。请核对名称，或先在“组织”中建立这个支部。"
        ) % {"text": text}
