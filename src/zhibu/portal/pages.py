"""What the portal's pages show, put together once."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.documents.selectors import Notice, OpenUnit, notices_of, open_units
from zhibu.organization.models import Unit


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the list. Put into words here: a county has hundreds, and a template is slow at it."""

    name: str
    url: str
    said: str


@dataclass(frozen=True, slots=True)
class Above:
    """A township with the units below it that publish."""

    name: str
    units: tuple[UnitLine, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """One thing from resolution to result, the oldest first; a lone notice is a thread of one."""

    title: str
    notices: tuple[Notice, ...]

    @property
    def is_current(self) -> bool:
        return any(one.standing for one in self.notices)

    @property
    def newest(self) -> date:
        return self.notices[-1].from_on


@dataclass(frozen=True, slots=True)
class UnitPage:
    name: str
    current: tuple[Thread, ...]
    #: (year, threads), the newest first.
    archive: tuple[tuple[int, tuple[Thread, ...]], ...]


def index_page(day: date) -> list[Above]:
    groups: dict[str, list[UnitLine]] = defaultdict(list)
    for unit in open_units(day):
        groups[unit.above].append(_line(unit))
    return [Above(name or _("其他组织"), tuple(units)) for name, units in groups.items()]


def _line(unit: OpenUnit) -> UnitLine:
    newest = f"{unit.newest.year}年{unit.newest.month}月{unit.newest.day}日"
    said = _("%(number)s 份公开，最近 %(day)s") % {"number": unit.notices, "day": newest}
    return UnitLine(unit.name, reverse("portal:unit", args=[unit.code]), said)


def unit_page(unit: Unit, day: date) -> UnitPage:
    found = threads(notices_of(unit, day))
    archive: dict[int, list[Thread]] = defaultdict(list)
    for thread in found:
        if not thread.is_current:
            archive[thread.newest.year].append(thread)
    return UnitPage(
        name=unit.name,
        current=tuple(one for one in found if one.is_current),
        archive=tuple((year, tuple(archive[year])) for year in sorted(archive, reverse=True)),
    )


def threads(notices: list[Notice]) -> list[Thread]:
    """Notices come the newest first; threads go by their newest notice."""
    groups: dict[str, list[Notice]] = defaultdict(list)
    for one in notices:
        groups[one.about or one.about_title or one.token].append(one)
    return [
        Thread(
            title=next((one.about_title for one in group if one.about_title), group[0].title),
            notices=tuple(reversed(group)),
        )
        for group in groups.values()
    ]


def key_make() -> str:
    """What one form is known by."""
    return secrets.token_urlsafe(24)
