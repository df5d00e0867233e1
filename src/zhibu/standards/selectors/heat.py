"""The panorama: branches × items (or clauses) on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.organization.models import Ancestry, Unit
from zhibu.organization.selectors import unit_descendant_ids
from zhibu.standards.adopted import compiled_load
from zhibu.standards.judging import year_end
from zhibu.standards.models import Finding, Score
from zhibu.standards.selectors.findings import (
    FAILED,
    JUDGED,
    SCORE_COLUMNS,
    ScoreView,
    level_counts,
    points_text,
    score_view,
)
from zhibu.standards.selectors.indicators import Indicators, Share, indicators, period_clauses
from zhibu_engine.packs import Standard

#: The levels, best first, with the mark that says it without colour.
LEVELS = (
    "met",
    "partial",
    "low",
    "unmet",
    "not_assessed",
    "not_due",
    "statistic",
    "not_applicable",
)
#: Clauses beside the total.
APART = frozenset({"bonus", "penalty"})
MARKS = {"met": "✓", "not_assessed": "?", "not_due": "…", "statistic": "计", "not_applicable": "–"}


@dataclass(frozen=True, slots=True)
class HeatColumn:
    """An item of the standard, or a clause."""

    key: str
    title: str
    group: str
    points: int
    clauses: tuple[str, ...]
    #: Of a clause's own column: whether it adds, takes away or is one of the total.
    class_: str = "scored"


@dataclass(frozen=True, slots=True)
class HeatCell:
    """``clause`` is where the cell leads: the clause that costs most."""

    level: str
    text: str
    clause: str
    rank: float


@dataclass(frozen=True, slots=True)
class HeatRow:
    unit_id: int
    name: str
    parent_id: int
    parent: str
    score: ScoreView
    cells: tuple[HeatCell, ...]
    #: Its level, 待定 while that is open, empty where the standard has none.
    level_title: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """A23: the mean never stands alone. Rates between 0 and 1; ``bands`` counts units per tenth."""

    lowest: float | None = None
    tenth: float | None = None
    mean: float | None = None
    bands: tuple[int, ...] = (0,) * 10


@dataclass(slots=True)
class HeatMap:
    standard: Standard
    year: int
    as_of: date
    columns: tuple[HeatColumn, ...]
    rows: list[HeatRow]
    spread: Spread
    indicators: Indicators
    parents: list[tuple[int, str]] = field(default_factory=list)
    sectors: list[tuple[str, str]] = field(default_factory=list)
    kinds: list[tuple[str, str]] = field(default_factory=list)

    @property
    def levels(self) -> list[tuple[str, int]]:
        """(title, number of units) of each level, best first, then those still undecided."""
        return level_counts(self.standard, (row.score.level for row in self.rows))

    @property
    def trials(self) -> int:
        """How many of the units shown only try the standard (试行)."""
        return sum(row.score.standard.is_trial for row in self.rows)


@dataclass(frozen=True, slots=True)
class HeatFilter:
    """What of the scope is shown."""

    sector: str = ""
    kind: str = ""
    parent: int | None = None
    by: str = "item"


def heat_map(
    scope: Unit,
    standard: str,
    year: int,
    viewer: Any,
    *,
    day: date,
    wanted: HeatFilter | None = None,
) -> HeatMap | None:
    """All branches below the scope as the tree stood on the judging day; None if none was judged.

    Names and scores are those of units the viewer stands over. Eight queries, whatever the size.
    """
    wanted = wanted or HeatFilter()
    as_of = year_end(year, day)
    units = _units(scope, year, as_of, viewer)
    scores = _scores(units, standard, year)
    if not scores:
        return None
    choices = _choices(units, scores)
    chosen = {pk: score for pk, score in scores.items() if _passes(units[pk], wanted)}
    version = next(iter((chosen or scores).values())).version
    written = compiled_load(version, standard).standard
    columns = heat_columns(written, wanted.by)
    titles = {level.key: level.title for level in written.levels}
    if titles:
        titles[""] = _("待定")
    findings, done = _findings(chosen, standard, year, written)
    rows = [
        HeatRow(
            pk,
            units[pk]["name"],
            units[pk]["parent_id"],
            units[pk]["parent"],
            score,
            tuple(heat_cell(column, findings.get(pk, {})) for column in columns),
            titles.get(score.level, ""),
        )
        for pk, score in chosen.items()
    ]
    spread = spread_of([score.rate for score in chosen.values() if score.rate is not None])
    shares = indicators(list(chosen), year, as_of, done)
    return HeatMap(written, year, as_of, columns, rows, spread, shares, *choices)


def scope_units(scope: Unit, year: int, as_of: date, viewer: Any) -> set[int]:
    """Units that lived in the year, below the scope on the judging day, and visible to the viewer."""
    below = unit_descendant_ids(scope, as_of)
    # A unit that moved away since may not be the viewer's business today.
    visible = Unit.objects.filter(pk__in=below).visible_to(viewer)
    return set(visible.values_list("pk", flat=True))


def _units(scope: Unit, year: int, as_of: date, viewer: Any) -> dict[int, dict[str, Any]]:
    visible = scope_units(scope, year, as_of, viewer)
    rows = Unit.objects.filter(pk__in=visible).values(
        "pk", "name", "short_name", "kind", "sector", "order", "code"
    )
    units = {
        row["pk"]: {**row, "name": row["short_name"] or row["name"], "parent_id": 0, "parent": ""}
        for row in rows
    }
    above = Ancestry.objects.held_on(as_of).filter(line="tree", depth=1, unit__in=visible)
    for pk, parent, name, short in above.values_list(
        "unit", "ancestor", "ancestor__name", "ancestor__short_name"
    ):
        units[pk] |= {"parent_id": parent, "parent": short or name}
    return units


def _scores(units: dict[int, dict[str, Any]], standard: str, year: int) -> dict[int, ScoreView]:
    rows = Score.objects.filter(unit__in=list(units), standard=standard, year=year)
    views = {row["unit"]: score_view(row, year) for row in rows.values(*SCORE_COLUMNS)}
    order = sorted(
        views, key=lambda pk: (units[pk]["parent"], units[pk]["order"], units[pk]["code"])
    )
    return {pk: views[pk] for pk in order}


def _passes(unit: dict[str, Any], wanted: HeatFilter) -> bool:
    return (
        (not wanted.sector or unit["sector"] == wanted.sector)
        and (not wanted.kind or unit["kind"] == wanted.kind)
        and (wanted.parent is None or unit["parent_id"] == wanted.parent)
    )


def _choices(
    units: dict[int, dict[str, Any]], scores: dict[int, ScoreView]
) -> tuple[list, list, list]:
    shown = [units[pk] for pk in scores]
    parents = sorted(
        {(unit["parent_id"], unit["parent"]) for unit in shown if unit["parent_id"]},
        key=lambda p: p[1],
    )
    sectors = {unit["sector"] for unit in shown}
    kinds = {unit["kind"] for unit in shown}
    return (
        parents,
        [(code, label) for code, label in Unit.Sector.choices if code in sectors],
        [(code, label) for code, label in Unit.Kind.choices if code in kinds],
    )


def heat_columns(standard: Standard, by: str) -> tuple[HeatColumn, ...]:
    groups = {group.key: group.title for group in standard.groups}
    items = {item.key: item for item in standard.items}
    if by == "item" and items:
        return tuple(
            HeatColumn(
                item.key,
                item.title,
                groups.get(item.group, ""),
                item.points,
                tuple(
                    clause.key
                    for clause in standard.clauses
                    if clause.item == item.key and clause.class_ not in APART
                ),
            )
            for item in standard.items
        )
    return tuple(
        HeatColumn(
            clause.key,
            clause.title,
            groups.get(clause.group or (items[clause.item].group if clause.item else ""), ""),
            clause.points,
            (clause.key,),
            clause.class_,
        )
        for clause in standard.clauses
    )


def _findings(
    scores: dict[int, ScoreView], standard: str, year: int, written: Standard
) -> tuple[dict[int, dict[str, tuple]], Share]:
    rows = Finding.objects.filter(unit__in=list(scores), standard=standard, year=year).values_list(
        "unit", "clause", "verdict", "possible", "earned", "measured", "required", "code"
    )
    periodic = period_clauses(written)
    found: dict[int, dict[str, tuple]] = {}
    part = whole = 0
    for unit, clause, *values in rows:
        found.setdefault(unit, {})[clause] = tuple(values)
        if clause in periodic and values[0] in JUDGED:
            part, whole = part + values[3], whole + values[4]
    return found, Share(part, whole)


def heat_cell(column: HeatColumn, findings: dict[str, tuple]) -> HeatCell:
    """One item of one unit: judged if any of its clauses is; not judged parts never look green."""
    every = [(key, findings[key]) for key in column.clauses if key in findings]
    # What is only counted is not waiting to be judged.
    present = [pair for pair in every if pair[1][-1] != "statistic"]
    if every and not present:
        return HeatCell("statistic", MARKS["statistic"], every[0][0], -1.0)
    judged = [(key, row) for key, row in present if row[0] in JUDGED]
    if not judged:
        states = {row[0] for _key, row in present}
        level = next((s for s in ("not_due", "not_assessed") if s in states), "not_applicable")
        return HeatCell(level, MARKS[level], _first(present, column), -1.0)
    if column.class_ in APART:
        return _apart_cell(column.class_, *judged[0])
    worst = max(judged, key=lambda pair: (pair[1][0] in FAILED, pair[1][1] - pair[1][2]))[0]
    possible = sum(row[1] for _key, row in judged)
    earned = sum(row[2] for _key, row in judged)
    if not possible:
        return _pass_cell(judged, worst)
    share = earned / possible
    level = (
        "met"
        if earned == possible
        else "unmet"
        if not earned
        else "partial"
        if share >= 0.5
        else "low"
    )
    open_ = (
        "*"
        if len(judged) < len(present)
        and any(row[0] in {"not_assessed", "not_due"} for _k, row in present)
        else ""
    )
    text = (
        points_text(earned) + open_
        if level == "met"
        else f"{points_text(earned)}/{points_text(possible)}{open_}"
    )
    return HeatCell(level, text, worst, share)


def _apart_cell(class_: str, key: str, row: tuple) -> HeatCell:
    """What is added to the total or taken from it, with its sign; a bonus not earned is no failure."""
    _verdict, possible, earned = row[:3]
    if class_ == "bonus":
        text = f"+{points_text(earned)}" if earned else "0"
        return HeatCell("met" if earned else "not_applicable", text, key, float(earned))
    taken = possible - earned
    if not taken:
        return HeatCell("met", MARKS["met"], key, 1.0)
    return HeatCell("unmet" if not earned else "low", f"-{points_text(taken)}", key, -float(taken))


def _pass_cell(judged: list[tuple[str, tuple]], worst: str) -> HeatCell:
    """Clauses without points: how many of them are met; one alone shows its own numbers."""
    met = sum(row[0] == "met" for _key, row in judged)
    if met == len(judged):
        return HeatCell("met", MARKS["met"], worst, 1.0)
    if len(judged) > 1:
        share = met / len(judged)
        return HeatCell(
            "unmet" if not met else "partial" if share >= 0.5 else "low",
            f"{met}/{len(judged)}",
            worst,
            share,
        )
    measured, required = judged[0][1][3:5]
    share = measured / required if required and measured < required else 0.0
    level = "unmet" if share == 0 else "partial" if share >= 0.5 else "low"
    return HeatCell(level, f"{measured}/{required}", worst, share)


def _first(present: list[tuple[str, tuple]], column: HeatColumn) -> str:
    return present[0][0] if present else column.clauses[0] if column.clauses else ""


def spread_of(rates: Iterable[float]) -> Spread:
    """Minimum, 10th percentile (nearest rank) and mean, and how many units in each tenth."""
    ordered = sorted(rates)
    if not ordered:
        return Spread()
    bands = [0] * 10
    for rate in ordered:
        bands[min(int(rate * 10), 9)] += 1
    rank = max(-(-len(ordered) // 10), 1)
    return Spread(ordered[0], ordered[rank - 1], sum(ordered) / len(ordered), tuple(bands))
