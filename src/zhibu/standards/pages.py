"""What the pages show, put together from selectors; templates only draw it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.organization.models import Adoption, Unit
from zhibu.shared import excel
from zhibu.shared.numbers import whole
from zhibu.standards.selectors import (
    FindingView,
    ScoreView,
    StandardRef,
    unit_findings,
    unit_scores,
)
from zhibu.standards.selectors.heat import MARKS, HeatCell, HeatFilter, HeatMap, HeatRow
from zhibu.standards.selectors.scope import years_offered

#: 抓什么 · 建哪些 · 改哪里 (B53).
SHOWS = {
    "all": (gettext_lazy("抓什么"), gettext_lazy("全部条款")),
    "open": (gettext_lazy("建哪些"), gettext_lazy("未评和未到期的")),
    "failed": (gettext_lazy("改哪里"), gettext_lazy("未满足和部分满足的")),
}
LEVEL_TITLES = {
    "met": gettext_lazy("满足"),
    "partial": gettext_lazy("得一半以上"),
    "low": gettext_lazy("得不到一半"),
    "unmet": gettext_lazy("不满足"),
    "not_assessed": gettext_lazy("未评"),
    "not_due": gettext_lazy("未到期"),
    "statistic": gettext_lazy("只统计"),
    "not_applicable": gettext_lazy("不适用"),
}
LEVEL_SAMPLES = {
    "met": "✓",
    "partial": "3/4",
    "low": "1/4",
    "unmet": "0/4",
    **{k: v for k, v in MARKS.items() if k != "met"},
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
    export_url: str
    heat_url: str
    scores: list[ScoreView] = field(default_factory=list)


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
        standards=[
            Tab(s.standard.title, query(standard=s.standard.key, year=year), s is score)
            for s in scores
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
        export_url=query(standard=key, year=year, export="xlsx"),
        heat_url=reverse("standards:heatmap", args=[unit.pk]),
    )


def blocks(findings: Iterable[FindingView], whole: Iterable[FindingView]) -> list[GroupBlock]:
    """Groups → items → clauses, in the order of the standard; an item's points are those of all its clauses."""
    points: dict[str, int] = {}
    for finding in whole:
        points[finding.item] = points.get(finding.item, 0) + finding.possible
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


def findings_sheet(page: UnitPage) -> list[excel.Sheet]:
    """The findings of a unit as a sheet. The file is the same for the same findings."""
    text, number = excel.Column, "number"
    columns = [
        text(_("分组"), 18),
        text(_("分项"), 24),
        text(_("条款"), 30),
        text(_("结论"), 10),
        text(_("应得分"), 8, number),
        text(_("得分"), 8, number),
        text(_("失分"), 8, number),
        text(_("实测"), 8, number),
        text(_("要求"), 8, number),
        text(_("说明"), 60),
        text(_("怎么办"), 40),
        text(_("最后期限"), 12, "day"),
    ]
    rows = [
        (
            f.group_title,
            f.item_title,
            f.title,
            verdict_title(f.verdict),
            f.possible / 100,
            f.earned / 100,
            f.lost / 100,
            f.measured,
            f.required,
            f.sentence,
            f.fix,
            f.until,
        )
        for f in page.findings
    ]
    title = page.score.standard.title if page.score else ""
    note = (
        f"{mode_title(page.score.standard)}　{page.score.coverage_sentence}" if page.score else ""
    )
    return [
        excel.Sheet(
            title or _("得分"), columns, rows, note=f"{page.unit.name}　{page.year}　{note}"
        )
    ]


def mode_title(standard: StandardRef) -> str:
    """试行 or 执行."""
    return str(Adoption.Mode(standard.mode).label)


def verdict_title(verdict: str) -> str:
    from zhibu.standards.models import Verdict

    return str(Verdict(verdict).label)


# The heat map


@dataclass(frozen=True, slots=True)
class Head:
    title: str
    url: str
    sort: str
    points: int = 0


@dataclass(slots=True, kw_only=True)
class HeatPage:
    scope: Unit
    heat: HeatMap
    standard: str
    wanted: HeatFilter
    sort: str
    rows: list[HeatRow]
    heads: list[Head]
    name_head: Head
    score_head: Head
    groups: list[tuple[str, int]]
    standards: list[Tab]
    years: list[Tab]
    bys: list[Tab]
    export_url: str
    bands: list[tuple[str, int]]

    @property
    def legend(self) -> list[tuple[str, str, str]]:
        return [(level, LEVEL_SAMPLES[level], str(title)) for level, title in LEVEL_TITLES.items()]

    @property
    def finding_root(self) -> str:
        """Addresses of thousands of cells are put together, not looked up one by one."""
        return reverse("standards:unit", args=[self.scope.pk]).removesuffix(f"{self.scope.pk}/")

    @property
    def finding_query(self) -> str:
        return "" if self.years and self.years[0].current else f"?year={self.heat.year}"

    @property
    def top_band(self) -> int:
        return max((count for _label, count in self.bands), default=0)


def heat_filter(asked: Any) -> HeatFilter:
    parent = asked.get("parent", "")
    return HeatFilter(
        sector=asked.get("sector", ""),
        kind=asked.get("kind", ""),
        parent=whole(parent),
        by="clause" if asked.get("by") == "clause" else "item",
    )


def heat_page(
    scope: Unit, heat: HeatMap, asked: Any, standards: list[tuple[str, str]], day: date
) -> HeatPage:
    wanted = heat_filter(asked)
    sort = asked.get("sort", "")
    kept = {
        "standard": heat.standard.key,
        "year": heat.year,
        "by": wanted.by,
        "sector": wanted.sector,
        "kind": wanted.kind,
        "parent": wanted.parent,
    }

    def head(key: str, title: str, points: int = 0) -> Head:
        # Worst first at the first press: those are the ones looked for.
        turned = f"-{key}" if sort == key else key
        state = "ascending" if sort == key else "descending" if sort == f"-{key}" else "none"
        return Head(title, query(**kept, sort=turned), state, points)

    groups: list[tuple[str, int]] = []
    for column in heat.columns:
        if groups and groups[-1][0] == column.group:
            groups[-1] = (column.group, groups[-1][1] + 1)
        else:
            groups.append((column.group, 1))
    return HeatPage(
        scope=scope,
        heat=heat,
        standard=heat.standard.key,
        wanted=wanted,
        sort=sort,
        rows=heat_sorted(heat, sort),
        heads=[head(column.key, column.title, column.points) for column in heat.columns],
        name_head=head("name", _("组织")),
        score_head=head("score", _("得分")),
        groups=groups,
        standards=[
            Tab(title, query(**{**kept, "standard": key}), key == heat.standard.key)
            for key, title in standards
        ],
        years=[
            Tab(str(y), query(**{**kept, "year": y}), y == heat.year)
            for y in years_offered(scope, day, heat.year)
        ],
        bys=[
            Tab(str(label), query(**{**kept, "by": by}), wanted.by == by)
            for by, label in (("item", _("按分项")), ("clause", _("按条款")))
        ]
        if heat.standard.items
        else [],
        export_url=query(**kept, sort=sort, export="xlsx"),
        bands=[(f"{10 * i}–{10 * i + 10}%", count) for i, count in enumerate(heat.spread.bands)],
    )


def heat_sorted(heat: HeatMap, sort: str) -> list[HeatRow]:
    """What was not judged stands last, whichever way one sorts."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    places = {column.key: place for place, column in enumerate(heat.columns)}
    if key == "name":
        return sorted(heat.rows, key=lambda row: row.name, reverse=down)
    if key == "score":

        def value(row: HeatRow) -> float | None:
            return row.score.rate
    elif key in places:

        def value(row: HeatRow) -> float | None:
            rank = row.cells[places[key]].rank
            return None if rank < 0 else rank
    else:
        return heat.rows
    judged = [row for row in heat.rows if value(row) is not None]
    rest = [row for row in heat.rows if value(row) is None]
    return sorted(judged, key=lambda row: value(row) or 0.0, reverse=down) + rest


def heat_sheet(page: HeatPage) -> list[excel.Sheet]:
    heat = page.heat
    columns = [
        excel.Column(_("上级"), 20),
        excel.Column(_("组织"), 28),
        excel.Column(_("方式"), 8),
        excel.Column(_("得分"), 8, "number"),
        excel.Column(_("已评分值"), 8, "number"),
        excel.Column(_("未评分值"), 8, "number"),
        excel.Column(_("未到期分值"), 8, "number"),
        *(excel.Column(c.title, 10) for c in heat.columns),
    ]
    rows = [
        (
            row.parent,
            row.name,
            mode_title(row.score.standard),
            row.score.earned / 100,
            row.score.assessed / 100,
            row.score.not_assessed / 100,
            row.score.not_due / 100,
            *(cell_text(cell) for cell in row.cells),
        )
        for row in page.rows
    ]
    note = f"{page.scope.name}　{heat.standard.title}　{heat.standard.label}　{_('评判日')} {heat.as_of}"
    return [excel.Sheet(_("全景图"), columns, rows, note=note)]


def cell_text(cell: HeatCell) -> str:
    """A cell in words where it holds no number."""
    if (
        cell.level in {"not_assessed", "not_due", "statistic", "not_applicable"}
        or cell.text == MARKS["met"]
    ):
        return str(LEVEL_TITLES[cell.level])
    return cell.text
