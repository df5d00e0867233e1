"""What the packs in force say about kinds of documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from zhibu.documents.models import Document
from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_words

#: How many periods of a sort a year has.
PERIODS = {Document.Period.YEAR: 1, Document.Period.HALF: 2, Document.Period.QUARTER: 4}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document as a pack defines it.

    A kind with lines that a sitting adopts is a plan; one with lines that no sitting
    adopts answers the plan of its year.
    """

    code: str
    title: str
    periods: tuple[str, ...]
    adopted_by: tuple[str, ...]
    has_items: bool
    basis: str

    @property
    def is_plan(self) -> bool:
        return self.has_items and bool(self.adopted_by)

    @property
    def is_answer(self) -> bool:
        return self.has_items and not self.adopted_by


def document_kinds(unit: Unit, day: date) -> dict[str, Kind]:
    """Kinds that this unit may write on this day, by code, in the pack's order."""
    return {
        code: _kind(code, found) for code, found in unit_words(unit, day).document_kinds.items()
    }


def _kind(code: str, found: object) -> Kind:
    return Kind(
        code=code,
        title=found.title,
        periods=_words(found.periods) or (str(Document.Period.YEAR),),
        adopted_by=_words(found.adopted_by),
        has_items=bool(found.items),
        basis=getattr(found, "basis", "") or "",
    )


def _words(values: Iterable[object] | None) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())


def period_title(year: int, period: str, index: int) -> str:
    """2026 年第 3 季度, 2026 年上半年, 2026 年."""
    if period == Document.Period.QUARTER:
        return _("%(year)s 年第 %(index)s 季度") % {"year": year, "index": index}
    if period == Document.Period.HALF:
        half = _("上半年") if index == 1 else _("下半年")
        return _("%(year)s 年%(half)s") % {"year": year, "half": half}
    return _("%(year)s 年") % {"year": year}


def period_days(year: int, period: str, index: int) -> tuple[date, date]:
    """First and last day of the period, both included."""
    months = 12 // PERIODS[Document.Period(period)]
    first = date(year, months * (index - 1) + 1, 1)
    after = date(year + (index * months) // 12, (index * months) % 12 + 1, 1)
    return first, date.fromordinal(after.toordinal() - 1)


def period_choices(kind: Kind, year: int) -> list[tuple[str, str]]:
    """``period-index`` of the year that the kind may cover: the plain way to one select box."""
    return [
        (f"{period}-{index}", period_title(year, period, index))
        for period in kind.periods
        for index in range(1, PERIODS[Document.Period(period)] + 1)
    ]


def period_chosen(text: str, kind: Kind, year: int, day: date) -> tuple[str, int]:
    """Read ``quarter-3``; what is missing or strange becomes the latest period that has begun."""
    period, _dash, index = text.partition("-")
    allowed = {code for code, _title in period_choices(kind, year)}
    if text in allowed:
        return period, int(index)
    period = kind.periods[0]
    count = PERIODS[Document.Period(period)]
    return period, (day.month - 1) * count // 12 + 1 if year == day.year else count
