"""What the pages show, put together from selectors; templates only draw it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

from zhibu.organization.models import Adoption, Unit
from zhibu.shared.numbers import whole
from zhibu.standards.selectors import (
    FindingView,
    ScoreView,
    StandardRef,
    subject_standards,
    unit_findings,
    unit_scores,
)
from zhibu.standards.selectors.gap import UnitGap, unit_gap
from zhibu.standards.selectors.scope import years_offered
from zhibu.standards.selectors.sharing import Shared, standard_shared

#: 抓什么 · 建哪些 · 改哪里 (B53).
SHOWS = {
    "all": (gettext_lazy("抓什么"), gettext_lazy("全部条款")),
    "open": (gettext_lazy("建哪些"), gettext_lazy("未评和未到期的")),
    "failed": (gettext_lazy("改哪里"), gettext_lazy("未满足和部分满足的")),
}


def year_asked(text: str, day: date) -> int:
    return whole(text, least=2000, most=day.year) or day.year


def query(**asked: Any) -> str:
    kept = {key: value for key, value in asked.items() if value not in ("", None)}
    return "?" + urlencode(kept) if kept else "?"


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | None = None
    hint: str = ""


# One branch


@dataclass(slots=True)
class ItemBlock:
    title: str
    possible: int = 0
    rows: list[FindingView] = field(default_factory=list)


@dataclass(slots=True)
class GroupBlock:
    title: str
    items: list[ItemBlock] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class UnitPage:
    unit: Unit
    year: int
    score: ScoreView | None
    groups: list[GroupBlock]
    standards: list[Tab]
    years: list[Tab]
    shows: list[Tab]
    findings: list[FindingView]
    excel_url: str
    word_url: str
    heat_url: str
    gap: UnitGap | None = None
    scores: list[ScoreView] = field(default_factory=list)
    #: What of the standard rests on records that other standards of the unit count too.
    shared: Shared | None = None
    #: Standards about the unit's persons, matters or entries.
    subjects: list[Tab] = field(default_factory=list)


def unit_page(unit: Unit, asked: Any, day: date) -> UnitPage:
    """``asked`` are the address's words: standard, year, show."""
    year = year_asked(asked.get("year", ""), day)
    scores = unit_scores(unit, year)
    score = next(
        (s for s in scores if s.standard.key == asked.get("standard")),
        scores[0] if scores else None,
    )
    show = asked.get("show") if asked.get("show") in SHOWS else "all"
    key = score.standard.key if score else ""
    findings = unit_findings(unit, key, year, score=score) if score else []
    shown = {
        "all": findings,
        "open": [f for f in findings if f.is_open],
        "failed": [f for f in findings if f.is_failed],
    }
    return UnitPage(
        unit=unit,
        year=year,
        score=score,
        scores=scores,
        groups=blocks(shown[show], findings),
        findings=findings,
        shared=standard_shared(score, scores, findings) if score else None,
        standards=[
            Tab(s.standard.title, query(standard=s.standard.key, year=year), s is score)
            for s in scores
        ],
        subjects=[
            Tab(
                one.compiled.standard.title,
                reverse("standards:subjects", args=[unit.pk, one.key]),
                False,
            )
            for one in subject_standards(unit, day)
        ],
        years=[
            Tab(str(y), query(standard=key, year=y), y == year)
            for y in years_offered(unit, day, year)
        ],
        shows=[
            Tab(
                str(label),
                query(standard=key, year=year, show=name),
                name == show,
                len(shown[name]),
                str(hint),
            )
            for name, (label, hint) in SHOWS.items()
        ],
        excel_url=query(standard=key, year=year, export="xlsx"),
        word_url=query(standard=key, year=year, export="docx"),
        heat_url=reverse("standards:heatmap", args=[unit.pk]),
    )


def blocks(findings: Iterable[FindingView], whole: Iterable[FindingView]) -> list[GroupBlock]:
    """Groups → items → clauses, in the order of the standard; an item's points are those of all its clauses."""
    points: dict[str, int] = {}
    for finding in whole:
        own = finding.possible if finding.class_ == "scored" else 0
        points[finding.item] = points.get(finding.item, 0) + own
    groups: dict[str, GroupBlock] = {}
    items: dict[tuple[str, str], ItemBlock] = {}
    for finding in findings:
        group = groups.setdefault(finding.group, GroupBlock(finding.group_title))
        key = finding.group, finding.item
        if key not in items:
            items[key] = ItemBlock(finding.item_title, points[finding.item])
            group.items.append(items[key])
        items[key].rows.append(finding)
    return list(groups.values())


def gap_asked(page: UnitPage, asked: Any, day: date, viewer: Any) -> UnitGap | None:
    """还差什么 of the standard shown; ``target`` is how many points one wants where there are no levels."""
    if page.score is None or page.score.standard.is_trial:
        return None
    target = whole(asked.get("target", ""), least=1, most=10_000)
    points = None if target is None else target * 100
    return unit_gap(page.unit, page.score.standard.key, day, viewer, points)


def mode_title(standard: StandardRef) -> str:
    """试行 or 执行."""
    return str(Adoption.Mode(standard.mode).label)
