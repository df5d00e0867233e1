"""Runs: what was judged and kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.shared import excel
from zhibu.standards.adopted import Version, compiled_load
from zhibu.standards.models import Run, RunFinding, RunScore, Verdict
from zhibu.standards.selectors.findings import COUNTS, JUDGED, NUMBERS, clause_points, level_said
from zhibu_engine.packs import Clause, Standard


def runs_of(scope: Unit, viewer: Any) -> list[Run]:
    """The runs made for a unit or for one below it, the newest first."""
    visible = Run.objects.visible_to(viewer).filter(scope=scope)
    return list(
        visible.select_related("scope", "by", "pack").defer("pack__content", "pack__compiled")
    )


def run_standard(run: Run) -> Standard:
    """The standard as it stood in the pinned pack version."""
    version = Version(run.pack_id, run.pack.key, run.pack.version, run.pack_digest)
    return compiled_load(version, run.standard).standard


def run_unit_rows(run: Run, unit_pk: int) -> list[tuple[str, str, RunFinding]]:
    """(title, points, finding) of one unit in the order of the standard."""
    kept = {row.clause: row for row in run.findings.filter(unit=unit_pk)}
    return [
        (clause.title, clause_points(clause.class_, row.verdict, row.possible, row.earned), row)
        for clause in run_standard(run).clauses
        if (row := kept.get(clause.key))
    ]


def run_workbook(run: Run) -> bytes:
    """The kept result as a workbook: of a published run the same bytes at any time, whatever merged since.

    Everything comes from the run's own rows and its pinned pack version, and is put in order here:
    databases sort Chinese differently.
    """
    standard = run_standard(run)
    scores = sorted(run.scores.all(), key=lambda s: (s.parent_name, s.unit_name, s.unit_id))
    findings: dict[int, dict[str, RunFinding]] = {}
    for row in run.findings.all():
        findings.setdefault(row.unit_id, {})[row.clause] = row
    sheets = [
        excel.Sheet(
            _("得分"),
            _score_columns(bool(standard.levels)),
            [_score_row(standard, s) for s in scores],
            note=_note(run),
        ),
        excel.Sheet(_("逐条得分"), _grid_columns(standard), _grid_rows(standard, scores, findings)),
        excel.Sheet(_("失分说明"), _line_columns(), list(_lines(standard, scores, findings))),
        excel.Sheet(_("评判依据"), [excel.Column("", 16), excel.Column("", 80)], _pins(run)),
    ]
    return excel.workbook(sheets, created=_stamp(run))


def _note(run: Run) -> str:
    standard = run_standard(run)
    return "　".join(
        [
            run.title,
            standard.title,
            standard.label,
            f"{_('评判日')} {run.as_of}",
            f"{_('制度包')} {run.pack.key}@{run.pack.version}",
            f"{_('事实摘要')} {run.facts_digest[:12]}",
        ]
    )


def _pins(run: Run) -> list[tuple[str, str]]:
    published = run.published_at and timezone.localtime(run.published_at)
    return [
        (_("名称"), run.title),
        (_("范围"), run.scope_name),
        (_("评判日"), run.as_of.isoformat()),
        (_("发布时间"), f"{published:%Y-%m-%d %H:%M}" if published else _("未发布")),
        (_("制度包"), f"{run.pack.key}@{run.pack.version}"),
        (_("制度包摘要"), run.pack_digest),
        (_("组织树摘要"), run.tree_digest),
        (_("事实摘要"), run.facts_digest),
    ]


def _score_columns(has_levels: bool) -> list[excel.Column]:
    return [
        excel.Column(_("上级"), 24),
        excel.Column(_("组织"), 28),
        excel.Column(_("方式"), 8),
        *([excel.Column(_("等次"), 30)] if has_levels else []),
        *(
            excel.Column(str(RunScore._meta.get_field(name).verbose_name), 10, "number")
            for name in NUMBERS
        ),
    ]


def _score_row(standard: Standard, score: RunScore) -> tuple[Any, ...]:
    numbers = [getattr(score, name) for name in NUMBERS]
    points = [
        number if name in COUNTS else number / 100
        for name, number in zip(NUMBERS, numbers, strict=True)
    ]
    level = [level_said(standard, score)] if standard.levels else []
    return (score.parent_name, score.unit_name, str(score.get_mode_display()), *level, *points)


def _grid_columns(standard: Standard) -> list[excel.Column]:
    return [
        excel.Column(_("组织"), 28),
        *(excel.Column(clause.title, 10, "number") for clause in standard.clauses),
    ]


def _grid_rows(
    standard: Standard, scores: list[RunScore], findings: dict[int, dict[str, RunFinding]]
) -> list[tuple[Any, ...]]:
    return [
        (
            score.unit_name,
            *(_cell(findings.get(score.unit_id, {}).get(c.key)) for c in standard.clauses),
        )
        for score in scores
    ]


def _cell(row: RunFinding | None) -> Any:
    """Points where there are any, else the verdict in words."""
    if row is None:
        return ""
    if row.verdict in JUDGED and row.possible:
        return row.earned / 100
    return _("只统计") if row.code == "statistic" else str(Verdict(row.verdict).label)


def _line_columns() -> list[excel.Column]:
    return [
        excel.Column(_("组织"), 28),
        excel.Column(_("条款"), 30),
        excel.Column(_("结论"), 10),
        excel.Column(_("应得分"), 8, "number"),
        excel.Column(_("得分"), 8, "number"),
        excel.Column(_("实测"), 8, "number"),
        excel.Column(_("要求"), 8, "number"),
        excel.Column(_("说明"), 70),
        excel.Column(_("人工评分的理由"), 30),
        excel.Column(_("系统内未见"), 30),
        excel.Column(_("计入的记录"), 40),
        excel.Column(_("没有计入的记录和原因"), 50),
        excel.Column(_("依据"), 30),
        excel.Column(_("怎么办"), 40),
    ]


def _lines(
    standard: Standard, scores: list[RunScore], findings: dict[int, dict[str, RunFinding]]
) -> Iterator[tuple[Any, ...]]:
    for score in scores:
        for clause in standard.clauses:
            row = findings.get(score.unit_id, {}).get(clause.key)
            if row is not None and (
                row.verdict not in ("met", "not_applicable") or row.explanation
            ):
                yield _line(score, clause, row)


def _line(score: RunScore, clause: Clause, row: RunFinding) -> tuple[Any, ...]:
    said = row.explanation or {}
    return (
        score.unit_name,
        clause.title,
        str(Verdict(row.verdict).label),
        row.possible / 100,
        row.earned / 100,
        row.measured,
        row.required,
        said.get("sentence", ""),
        _given(said.get("given")),
        "、".join(said.get("missing", ())),
        "；".join(_record(one) for one in said.get("counted", ())),
        "；".join(
            f"{_record(one)}（{'，'.join(one['reasons'])}）" for one in said.get("rejected", ())
        ),
        clause.basis,
        clause.fix,
    )


def _given(given: dict[str, str] | None) -> str:
    if given is None:
        return ""
    said = filter(None, (given["assessor"], given["choice"], given["reason"]))
    return f"{'，'.join(said)}（{given['by']}）"


def _record(one: dict[str, Any]) -> str:
    return " ".join(filter(None, (one["day"], one["title"])))


def _stamp(run: Run) -> datetime:
    day: date = run.as_of
    return (
        run.published_at.astimezone(UTC)
        if run.published_at
        else datetime(day.year, day.month, day.day, tzinfo=UTC)
    )
