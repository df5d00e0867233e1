"""What a branch's home shows: the score, the next three things, the year, and where points are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.documents.selectors import Waiting, publications_waiting
from zhibu.home.figures import Paper, papers
from zhibu.home.grid import GridLine, grid_lines
from zhibu.organization.models import Term, Unit
from zhibu.organization.policies import may_record
from zhibu.records.models import Record
from zhibu.standards import selectors as standards
from zhibu.standards.models import Score
from zhibu.standards.selectors import Action, FindingView, ScoreView, StandardRef

#: Lines of each of the three short lists before "all of them".
SHORT = 4
RECENT = 6
NEXT = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the bar; ``x`` and ``width`` are shares of 100, so that no style is needed."""

    code: str
    label: str
    points: int
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One of 抓什么·建哪些·改哪里: a few lines, how many there are, and where the rest is."""

    title: str
    hint: str
    icon: str
    lines: tuple[BriefLine, ...]
    number: int
    url: str
    empty: str


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A clause with its verdict or its lost points; or a group with how many clauses are met."""

    title: str
    url: str
    verdict: str = ""
    lost: int = 0
    met: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Countdown:
    """Days to the end of the term of office; ``tone`` is a verdict's code."""

    text: str
    tone: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RecentRecord:
    title: str
    day: date
    kind: str
    url: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class BranchHome:
    unit: Unit
    day: date
    year: int
    years: tuple[int, ...]
    standards: tuple[StandardRef, ...]
    standard: StandardRef | None
    score: ScoreView | None
    judged_at: datetime | None
    parts: tuple[Part, ...]
    actions: tuple[Action, ...]
    waiting: tuple[Waiting, ...]
    grid: tuple[GridLine, ...]
    briefs: tuple[Brief, ...]
    recent: tuple[RecentRecord, ...]
    papers: tuple[Paper, ...]
    term: Countdown
    may_write: bool


def branch_home(unit: Unit, user: User, *, day: date, year: int, standard: str = "") -> BranchHome:
    """Put the page together. Of other branches it asks nothing."""
    known = tuple(standards.standards_for(unit, min(day, date(year, 12, 31))))
    chosen = next((one for one in known if one.key == standard), known[0] if known else None)
    score = standards.unit_score(unit, chosen.key, year) if chosen else None
    findings = (
        standards.unit_findings(unit, chosen.key, year, score=score) if chosen and score else []
    )
    may_write = may_record(user, unit)
    this_year = year == day.year
    grid = grid_lines(unit, year, day, may_write=may_write)
    asked = {line.document: line.per for line in grid if line.document}
    return BranchHome(
        unit=unit,
        day=day,
        year=year,
        years=standards.years_offered(unit, day, year),
        standards=known,
        standard=chosen,
        score=score,
        judged_at=_judged_at(unit, year, chosen.key) if chosen else None,
        parts=bar_parts(score) if score else (),
        actions=tuple(standards.next_actions(unit, day, limit=NEXT)) if this_year else (),
        waiting=tuple(publications_waiting([unit.pk])),
        grid=tuple(grid),
        briefs=briefs(unit, chosen.key, year, findings) if chosen else (),
        recent=tuple(recent_records(unit, user)),
        papers=tuple(papers(unit, year, day, asked=asked, may_write=may_write)),
        term=term_countdown(unit, day),
        may_write=may_write,
    )


def _judged_at(unit: Unit, year: int, standard: str) -> datetime | None:
    return (
        Score.objects.filter(unit=unit, year=year, standard=standard)
        .values_list("judged_at", flat=True)
        .first()
    )


def bar_parts(score: ScoreView) -> tuple[Part, ...]:
    """得分, 失分, 未评, 未到期 side by side; what does not apply has no place in the bar."""
    lost = score.assessed - score.earned
    pieces = [
        ("earned", _("得分"), score.earned),
        ("lost", _("失分"), lost),
        ("not_assessed", _("未评"), score.not_assessed),
        ("not_due", _("未到期"), score.not_due),
    ]
    whole = sum(points for _code, _label, points in pieces)
    parts, before = [], 0
    for code, label, points in pieces:
        if points > 0:
            parts.append(
                Part(
                    code,
                    label,
                    points,
                    f"{100 * before / whole:.2f}",
                    f"{100 * points / whole:.2f}",
                )
            )
            before += points
    return tuple(parts)


def briefs(
    unit: Unit, standard: str, year: int, findings: Sequence[FindingView]
) -> tuple[Brief, ...]:
    """抓什么: the groups of the standard. 建哪些: what is still open. 改哪里: where points are lost."""
    lost = sorted(
        (one for one in findings if one.is_failed), key=lambda one: (-one.lost, one.title)
    )
    # What falls due stands before what waits for somebody's judgement.
    still_open = sorted(
        (one for one in findings if one.is_open),
        key=lambda one: (one.verdict != "not_due", -one.possible),
    )
    groups = group_lines(unit, standard, year, findings)
    return (
        Brief(
            _("抓什么"),
            _("本标准各部分，已满足几条"),
            "target",
            tuple(groups),
            len(findings),
            _list_url(unit, standard, year),
            _("这项标准还没有评判。"),
        ),
        Brief(
            _("建哪些"),
            _("未到期和未评的，按时补齐即可"),
            "hourglass",
            tuple(_clause_line(one, year) for one in still_open[:SHORT]),
            len(still_open),
            _list_url(unit, standard, year, show="open"),
            _("没有待建的条目。"),
        ),
        Brief(
            _("改哪里"),
            _("已经失分的，失分多的在前"),
            "edit",
            tuple(_clause_line(one, year) for one in lost[:SHORT]),
            len(lost),
            _list_url(unit, standard, year, show="failed"),
            _("没有失分的条目。"),
        ),
    )


def _clause_line(one: FindingView, year: int) -> BriefLine:
    return BriefLine(one.title, f"{one.url}?year={year}", verdict=one.verdict, lost=one.lost)


def group_lines(
    unit: Unit, standard: str, year: int, findings: Sequence[FindingView]
) -> list[BriefLine]:
    totals: dict[str, list[int]] = {}
    for one in findings:
        if one.verdict != "not_applicable":
            counted = totals.setdefault(one.group_title, [0, 0])
            counted[0] += one.verdict == "met"
            counted[1] += 1
    url = _list_url(unit, standard, year)
    return [BriefLine(title, url, met=met, total=total) for title, (met, total) in totals.items()]


def _list_url(unit: Unit, standard: str, year: int, **query: str) -> str:
    words = {"standard": standard, "year": year, **query}
    return f"{reverse('standards:unit', args=[unit.pk])}?{urlencode(words)}"


def term_countdown(unit: Unit, day: date) -> Countdown:
    """How long until 换届; a term that ran out is said plainly."""
    term = Term.objects.filter(unit=unit, from_on__lte=day).order_by("-from_on").first()
    if term is None:
        return Countdown(_("系统内未见届期记录。"), "not_assessed")
    until = max(filter(None, (term.to_on, term.extended_to)))
    left = (until - day).days
    if left < 0:
        return Countdown(_("本届已届满 %(days)s 天。") % {"days": -left}, "unmet", until)
    tone = "partial" if left <= 180 else "met"
    return Countdown(_("距本届届满还有 %(days)s 天。") % {"days": left}, tone, until)


def recent_records(unit: Unit, user: User) -> list[RecentRecord]:
    rows: QuerySet[Record] = (
        Record.objects.filter(hosts__unit=unit)
        .exclude(state__in=[Record.State.DRAFT, Record.State.VOIDED])
        .order_by("-event_on", "-pk")[:RECENT]
    )
    return [
        RecentRecord(
            row.title,
            row.event_on,
            row.get_kind_display(),
            record_url(row.kind, row.pk),
            row.is_late,
        )
        for row in rows
    ]


_PAGES = {
    Record.Kind.SITTING: "meetings:detail",
    Record.Kind.DOCUMENT: "documents:detail",
    Record.Kind.PUBLICATION: "documents:publication",
    Record.Kind.ENTRY: "procedures:record",
    Record.Kind.BALLOT: "ballots:detail",
}


def record_url(kind: str, pk: int) -> str:
    return reverse(_PAGES[Record.Kind(kind)], args=[pk])
