"""What the panorama shows, put together from selectors; its template only draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.organization.models import Unit
from zhibu.shared import excel
from zhibu.shared.numbers import whole
from zhibu.standards.pages import Tab, mode_title, query
from zhibu.standards.selectors.heat import MARKS, HeatCell, HeatFilter, HeatMap, HeatRow
from zhibu.standards.selectors.scope import years_offered

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
    #: Whether the viewer tries drafts on this scope.
    may_try: bool = False

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
        *([excel.Column(_("等次"), 30)] if heat.standard.levels else []),
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
            *([row.score.level_sentence] if heat.standard.levels else []),
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
