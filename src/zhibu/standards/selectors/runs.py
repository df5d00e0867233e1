"""Runs: what was judged and kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.shared import excel
from zhibu.standards.adopted import Version, compiled_load
from zhibu.standards.models import Run, Verdict
from zhibu_engine.packs import Standard


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


def run_workbook(run: Run) -> bytes:
    """The kept result as a sheet: of a published run the same bytes at any time, whatever merged since."""
    standard = run_standard(run)
    text, number = excel.Column, "number"
    columns = [
        text(_("上级"), 24),
        text(_("组织"), 28),
        text(_("总分"), 8, number),
        text(_("已评分值"), 8, number),
        text(_("得分"), 8, number),
        text(_("未评分值"), 8, number),
        text(_("未到期分值"), 8, number),
        text(_("不适用分值"), 8, number),
        text(_("满足条数"), 8, number),
        text(_("未满足条数"), 8, number),
    ]
    scores = run.scores.order_by("parent_name", "unit_name", "unit_id")
    rows = [
        (
            s.parent_name,
            s.unit_name,
            s.possible / 100,
            s.assessed / 100,
            s.earned / 100,
            s.not_assessed / 100,
            s.not_due / 100,
            s.not_applicable / 100,
            s.met,
            s.failed,
        )
        for s in scores
    ]
    note = "　".join(
        [
            run.title,
            standard.title,
            standard.label,
            f"{_('评判日')} {run.as_of}",
            f"{_('制度包')} {run.pack.key}@{run.pack.version}",
            f"{_('事实摘要')} {run.facts_digest[:12]}",
        ]
    )
    sheets = [
        excel.Sheet(_("得分"), columns, rows, note=note),
        excel.Sheet(_("失分说明"), _line_columns(), list(_lines(run, standard))),
    ]
    return excel.workbook(sheets, created=_stamp(run))


def _line_columns() -> list[excel.Column]:
    return [
        excel.Column(_("组织"), 28),
        excel.Column(_("条款"), 30),
        excel.Column(_("结论"), 10),
        excel.Column(_("应得分"), 8, "number"),
        excel.Column(_("得分"), 8, "number"),
        excel.Column(_("说明"), 70),
        excel.Column(_("依据"), 30),
        excel.Column(_("怎么办"), 40),
    ]


def _lines(run: Run, standard: Standard) -> list[tuple[Any, ...]]:
    names = dict(run.scores.values_list("unit", "unit_name"))
    titles = {clause.key: clause for clause in standard.clauses}
    order = {clause.key: place for place, clause in enumerate(standard.clauses)}
    kept = run.findings.exclude(verdict__in=("met", "not_applicable"))
    rows = sorted(
        kept.values(), key=lambda r: (names[r["unit_id"]], r["unit_id"], order.get(r["clause"], 0))
    )
    return [
        (
            names[row["unit_id"]],
            titles[row["clause"]].title,
            str(Verdict(row["verdict"]).label),
            row["possible"] / 100,
            row["earned"] / 100,
            (row["explanation"] or {}).get("sentence", ""),
            titles[row["clause"]].basis,
            titles[row["clause"]].fix,
        )
        for row in rows
    ]


def _stamp(run: Run) -> datetime:
    day: date = run.as_of
    return (
        run.published_at.astimezone(UTC)
        if run.published_at
        else datetime(day.year, day.month, day.day, tzinfo=UTC)
    )
