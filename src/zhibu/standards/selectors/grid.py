"""Year × month: what is recorded, what is due and not seen, what is not due yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from zhibu.documents.models import Document
from zhibu.meetings.models import SegmentHost
from zhibu.organization.models import Unit
from zhibu.records.models import Record
from zhibu.standards.adopted import compiled_load
from zhibu.standards.models import Finding
from zhibu.standards.selectors.findings import unit_scores
from zhibu_engine.calendar import Calendar, Span
from zhibu_engine.kinds.document_present import DocumentPresent
from zhibu_engine.kinds.minimum_count import MinimumCount
from zhibu_engine.packs import Clause, Words

VALID_STATES = (Record.State.ENTERED, Record.State.CONFIRMED)
_OFTEN = {"month": 0, "quarter": 1, "half": 2, "year": 3}


@dataclass(frozen=True, slots=True)
class GridCell:
    """One month of one kind.

    ``state``: recorded, uncounted (recorded, and not counted by the clause), due (系统内未见记录),
    not_yet, not_required.
    """

    month: int
    state: str
    count: int = 0
    late: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One kind of meeting or document, or several of which any one will do."""

    head: str
    codes: tuple[str, ...]
    title: str
    per: str
    at_least: int
    cells: tuple[GridCell, ...] = ()


@dataclass(slots=True)
class _Asked:
    """What the standards ask of a kind: the most frequent demand wins."""

    head: str
    codes: tuple[str, ...]
    title: str
    per: str
    at_least: int
    deadline: str = ""
    #: The clause that asks, and the periods (bits) that it found without a valid record.
    standard: str = ""
    clause: str = ""
    lacking: int = 0
    counts: dict[int, int] = field(default_factory=dict)
    late: dict[int, int] = field(default_factory=dict)


def unit_grid(unit: Unit, year: int, day: date) -> list[GridRow]:
    """Rows of 12 cells. A quarterly kind owes one cell, the last month of the quarter. Four queries."""
    asked = _asked(unit, year)
    if not asked:
        return []
    _count_sittings(unit, year, asked)
    _count_documents(unit, year, asked)
    ordered = sorted(
        asked.values(), key=lambda row: (row.head != "sitting", _OFTEN[row.per], row.title)
    )
    return [
        GridRow(
            row.head,
            row.codes,
            row.title,
            row.per,
            row.at_least,
            tuple(_cells(row, unit, year, day)),
        )
        for row in ordered
    ]


def _asked(unit: Unit, year: int) -> dict[tuple[str, tuple[str, ...]], _Asked]:
    found: dict[tuple[str, tuple[str, ...]], _Asked] = {}
    scores = [score for score in unit_scores(unit, year) if not score.standard.is_trial]
    found_before = {
        (standard, clause): (verdict, detail)
        for standard, clause, verdict, detail in Finding.objects.filter(
            unit=unit, year=year
        ).values_list("standard", "clause", "verdict", "detail")
    }
    for score in scores:
        compiled = compiled_load(score.version, score.standard.key)
        for clause in compiled.standard.clauses:
            verdict, detail = found_before.get((compiled.standard_key, clause.key), ("", 0))
            row = None if verdict == "not_applicable" else _row(clause, compiled.words)
            if row is None:
                continue
            row.standard, row.clause = compiled.standard_key, clause.key
            row.lacking = detail if row.head == "sitting" else 0
            key = row.head, row.codes
            if key not in found or _OFTEN[row.per] < _OFTEN[found[key].per]:
                found[key] = row
    return found


def _row(clause: Clause, words: Words) -> _Asked | None:
    rule = clause.rule
    if isinstance(rule, MinimumCount) and not rule.where:
        codes = tuple(rule.segments)
        title = "、".join(words.codes["segment_kind"].get(code, code) for code in codes)
        return _Asked("sitting", codes, title, rule.per, rule.at_least)
    if isinstance(rule, DocumentPresent) and not rule.of_year:
        title = words.codes["document_kind"].get(rule.document, rule.document)
        return _Asked("document", (rule.document,), title, rule.per, 1, rule.deadline or "")
    return None


def _count_sittings(unit: Unit, year: int, asked: dict) -> None:
    rows = SegmentHost.objects.filter(
        unit=unit,
        segment__sitting__record__state__in=VALID_STATES,
        segment__sitting__record__event_on__year=year,
    ).values_list(
        "segment__kind", "segment__sitting__record__event_on", "segment__sitting__record__is_late"
    )
    for kind, on, late in rows:
        _add("sitting", kind, on.month, late, asked)


def _count_documents(unit: Unit, year: int, asked: dict) -> None:
    rows = Document.objects.filter(
        record__owner=unit, record__state__in=VALID_STATES, year=year
    ).values_list("kind", "period", "index", "record__is_late", "record__event_on")
    for kind, period, index, late, on in rows:
        months = {"quarter": index * 3, "half": index * 6}
        _add("document", kind, months.get(period, on.month if on.year == year else 12), late, asked)


def _add(head: str, kind: str, month: int, late: bool, asked: dict) -> None:
    for row in asked.values():
        if row.head == head and kind in row.codes:
            row.counts[month] = row.counts.get(month, 0) + 1
            row.late[month] = row.late.get(month, 0) + bool(late)


def _cells(row: _Asked, unit: Unit, year: int, day: date) -> list[GridCell]:
    calendar = Calendar(day if day.year == year else date(year, 12, 31))
    owed = dict(_owed(row, unit, calendar))
    lacking = {
        month
        for place, span in enumerate(calendar.spans(row.per))
        if row.lacking >> place & 1
        for month in range(span.first.month, span.last.month + 1)
    }
    cells = []
    for month in range(1, 13):
        count = row.counts.get(month, 0)
        state = owed.get(month, "not_required")
        if count:
            state = "uncounted" if month in lacking else "recorded"
        url = _cell_url(row, unit, year, month, state, day)
        cells.append(GridCell(month, state, count, row.late.get(month, 0), url))
    return cells


def _owed(row: _Asked, unit: Unit, calendar: Calendar) -> list[tuple[int, str]]:
    """The month in which an unsatisfied period shows that it lacks something."""
    found = []
    for place, span in enumerate(calendar.spans(row.per)):
        months = range(span.first.month, span.last.month + 1)
        seen = sum(row.counts.get(month, 0) for month in months) >= row.at_least
        if not _lived(unit, span) or (seen and not row.lacking >> place & 1):
            continue
        last = calendar.in_year(row.deadline) if row.deadline else span.last
        found.append((last.month, "due" if last <= calendar.as_of else "not_yet"))
    return found


def _lived(unit: Unit, span: Span) -> bool:
    """Only periods wholly inside the unit's life are owed."""
    return unit.founded_on <= span.first and (
        unit.withdrawn_on is None or unit.withdrawn_on >= span.last
    )


def _cell_url(row: _Asked, unit: Unit, year: int, month: int, state: str, day: date) -> str:
    if state == "not_required":
        return ""
    if state == "uncounted":
        return (
            reverse("standards:finding", args=[unit.pk, row.standard, row.clause]) + f"?year={year}"
        )
    asked: dict[str, object] = {"kind": row.codes[0]}
    app = "meetings" if row.head == "sitting" else "documents"
    if state == "recorded":
        asked |= {"year": year, "month": month} if row.head == "sitting" else {"year": year}
        name = f"{app}:list"
    else:
        name = f"{app}:new"
        if row.head == "sitting" and (year, month) == (day.year, day.month):
            asked["day"] = day.isoformat()
    try:
        return f"{reverse(name, args=[unit.pk])}?{urlencode(asked)}"
    except NoReverseMatch:
        return ""
