"""Findings as a file: an Excel workbook, CSV, JSON or Parquet. The same findings give the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhibu_engine.assess import Findings, Score
from zhibu_engine.compile import Compiled
from zhibu_engine.explain import explain_all, points_zh
from zhibu_engine.packs import Pack, Standard
from zhibu_engine.verdicts import VERDICT_ZH, Verdict

FORMATS = (".xlsx", ".csv", ".json", ".parquet")


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as it is printed. Points in 0.01."""

    standard: str
    unit_code: str
    unit: str
    clause: str
    title: str
    verdict: str
    possible: int
    earned: int
    lost: int
    measured: int
    required: int
    sentence: str
    missing: str
    basis: str
    fix: str
    until: str


@dataclass(frozen=True)
class Sheet:
    """One standard's results for the units it applies to."""

    standard: Standard
    findings: Findings
    scores: tuple[tuple[str, str, Score], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Report:
    pack: Pack
    as_of: date
    sheets: tuple[Sheet, ...]


def coverage_sentence(score: Score) -> str:
    """A total is never shown without what it covers."""
    if not score.possible:
        return f"满足 {score.met} 条，未满足 {score.failed} 条。"
    text = f"已评 {points_zh(score.assessed)} 分，得 {points_zh(score.earned)} 分{_parts(score)}"
    rest = [
        f"{points_zh(points)} 分{word}"
        for points, word in (
            (score.not_assessed, "未评"),
            (score.not_due, "未到期"),
            (score.not_applicable, "不适用"),
        )
        if points
    ]
    return f"{text}；{'，'.join(rest)}。" if rest else f"{text}。"


def _parts(score: Score) -> str:
    """What the total holds beyond the points of its clauses."""
    said = [
        f"{word} {points_zh(points)} 分"
        for points, word in (
            (score.bonus, "加分"),
            (score.penalty, "扣分"),
            (score.zeroed, "整项不得分"),
        )
        if points
    ]
    return f"（其中{'，'.join(said)}）" if said else ""


def level_sentence(standard: Standard, score: Score) -> str:
    """The level, or what it may still become; empty where the standard has none."""
    titles = {level.key: level.title for level in standard.levels}
    if not titles:
        return ""
    if score.level:
        return f"等次：{titles[score.level]}。"
    open_ = score.not_assessed + score.not_due
    what = f"还有 {points_zh(open_)} 分没有结论" if open_ else "有的条款没有结论"
    return f"等次待定：{what}，可能为{titles[score.level_low]}至{titles[score.level_high]}。"


def sheet_make(
    compiled: Compiled,
    findings: Findings,
    facts: Mapping[str, pa.Table],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Sheet:
    """Explain every finding of the units to which at least one clause applies."""
    units = unit_names(facts)
    concerned = (findings.matrix("verdict") != Verdict.NOT_APPLICABLE).any(axis=1)
    rows_of = _RowsByUnit(facts)
    scores: list[tuple[str, str, Score]] = []
    lines: list[Line] = []
    shown = [
        score for score, concerns in zip(findings.scores(), concerned, strict=True) if concerns
    ]
    shown.sort(key=lambda score: units[score.unit_id])
    for done, score in enumerate(shown, start=1):
        code, name = units[score.unit_id]
        scores.append((code, name, score))
        own = rows_of.unit(score.unit_id)
        lines.extend(_lines(compiled, own, score.unit_id, findings.as_of, code, name))
        if progress is not None:
            progress(done, len(shown))
    return Sheet(compiled.standard, findings, tuple(scores), tuple(lines))


def _lines(
    compiled: Compiled, own: Mapping[str, pa.Table], unit_id: int, as_of: date, code: str, name: str
) -> Iterator[Line]:
    for found in explain_all(compiled, own, unit_id, as_of=as_of):
        yield Line(
            compiled.standard.key,
            code,
            name,
            found.clause,
            found.title,
            found.verdict,
            found.possible,
            found.earned,
            found.lost,
            found.measured,
            found.required,
            found.sentence,
            "、".join(found.missing),
            found.basis,
            found.fix,
            str(found.until or ""),
        )


class _RowsByUnit:
    """The rows of one unit after another, from tables sorted once."""

    def __init__(self, facts: Mapping[str, pa.Table]) -> None:
        self._tables = {
            name: table.sort_by("unit_id") for name, table in facts.items() if table.num_columns
        }
        self._ids = {
            name: table.column("unit_id").to_numpy() for name, table in self._tables.items()
        }

    def unit(self, unit_id: int) -> dict[str, pa.Table]:
        found = {}
        for name, table in self._tables.items():
            first, last = np.searchsorted(self._ids[name], [unit_id, unit_id + 1])
            found[name] = table.slice(first, last - first)
        return found


def unit_names(facts: Mapping[str, pa.Table]) -> dict[int, tuple[str, str]]:
    """unit id → (code, name)."""
    table = facts["unit"]
    ids = table.column("unit_id").to_pylist()

    def texts(name: str) -> list[Any]:
        return list(table.column(name).to_pylist()) if name in table.column_names else list(ids)

    return {
        int(unit): (
            str(code if code is not None else unit),
            str(name if name is not None else unit),
        )
        for unit, code, name in zip(ids, texts("code"), texts("name"), strict=True)
    }


def report_write(report: Report, path: Path) -> None:
    """Write the report in the form that the file name asks for."""
    writers: dict[str, Callable[[Report, Path], None]] = {
        ".xlsx": _xlsx,
        ".csv": _csv,
        ".json": _json,
        ".parquet": _parquet,
    }
    writers[path.suffix.lower()](report, path)


_HEADINGS = (
    "标准",
    "组织代码",
    "组织名称",
    "条款",
    "条款名称",
    "结论",
    "满分",
    "得分",
    "失分",
    "实测",
    "要求",
    "说明",
    "缺少",
    "依据",
    "怎么办",
    "最后一日",
)


def _printed(line: Line) -> list[Any]:
    return [
        line.standard,
        line.unit_code,
        line.unit,
        line.clause,
        line.title,
        VERDICT_ZH[line.verdict],
        line.possible / 100,
        line.earned / 100,
        line.lost / 100,
        line.measured,
        line.required,
        line.sentence,
        line.missing,
        line.basis,
        line.fix,
        line.until,
    ]


def _csv(report: Report, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADINGS)
        for sheet in report.sheets:
            writer.writerows(_printed(line) for line in sheet.lines)


def _json(report: Report, path: Path) -> None:
    whole = {
        "pack": {
            "key": report.pack.key,
            "version": report.pack.version,
            "digest": report.pack.digest,
        },
        "as_of": report.as_of.isoformat(),
        "standards": [
            {
                "key": sheet.standard.key,
                "title": sheet.standard.title,
                "label": sheet.standard.label,
                "scores": [
                    {
                        "unit_code": code,
                        "unit": name,
                        **_plain(score),
                        "coverage": coverage_sentence(score),
                    }
                    for code, name, score in sheet.scores
                ],
                "findings": [_plain(line) for line in sheet.lines],
            }
            for sheet in report.sheets
        ],
    }
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _plain(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _parquet(report: Report, path: Path) -> None:
    rows = [_plain(line) for sheet in report.sheets for line in sheet.lines]
    texts = {
        "standard",
        "unit_code",
        "unit",
        "clause",
        "title",
        "verdict",
        "sentence",
        "missing",
        "basis",
        "fix",
        "until",
    }
    schema = pa.schema(
        [(name, pa.string() if name in texts else pa.int64()) for name in Line.__dataclass_fields__]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def _xlsx(report: Report, path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    moment = datetime(report.as_of.year, report.as_of.month, report.as_of.day)  # noqa: DTZ001  # a property, not a moment
    book.set_properties({"title": "评判结果", "created": moment})
    head = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    _score_sheet(book.add_worksheet("得分"), report, head)
    lines = [_printed(line) for sheet in report.sheets for line in sheet.lines]
    detail = book.add_worksheet("逐项")
    detail.freeze_panes(1, 3)
    detail.write_row(0, 0, _HEADINGS, head)
    for column, width in ((2, 24), (4, 30), (11, 60), (13, 30), (14, 40)):
        detail.set_column(column, column, width)
    for row, line in enumerate(lines, start=1):
        detail.write_row(row, 0, line)
    detail.autofilter(0, 0, max(len(lines), 1), len(_HEADINGS) - 1)
    notes = book.add_worksheet("说明")
    notes.set_column(0, 0, 16)
    notes.set_column(1, 1, 100, wrap)
    for row, (title, text) in enumerate(_notes(report)):
        notes.write(row, 0, title, head)
        notes.write(row, 1, text)
    book.close()


def _score_sheet(sheet: Any, report: Report, head: Any) -> None:
    headings = (
        "标准",
        "组织代码",
        "组织名称",
        "总分",
        "已评",
        "得分",
        "未评",
        "未到期",
        "不适用",
        "满足",
        "未满足",
        "得分说明",
    )
    sheet.freeze_panes(1, 3)
    sheet.write_row(0, 0, headings, head)
    sheet.set_column(0, 0, 24)
    sheet.set_column(2, 2, 28)
    sheet.set_column(len(headings) - 1, len(headings) - 1, 60)
    row = 0
    for one in report.sheets:
        for code, name, score in one.scores:
            row += 1
            points = [
                score.possible,
                score.assessed,
                score.earned,
                score.not_assessed,
                score.not_due,
                score.not_applicable,
            ]
            values = [
                _titled(one.standard),
                code,
                name,
                *(point / 100 for point in points),
                score.met,
                score.failed,
                coverage_sentence(score),
            ]
            sheet.write_row(row, 0, values)
    sheet.autofilter(0, 0, max(row, 1), len(headings) - 1)


def _titled(standard: Standard) -> str:
    return f"{standard.title}（{standard.label}）" if standard.label else standard.title


def _notes(report: Report) -> Sequence[tuple[str, str]]:
    return (
        ("制度包", f"{report.pack.title}，{report.pack.key} {report.pack.version}"),
        ("摘要", report.pack.digest),
        ("评判日", f"{report.as_of.isoformat()}（按当日终了时的记录）"),
        ("标准", "、".join(_titled(sheet.standard) for sheet in report.sheets)),
        ("未评", "没有可供评判的记录，或需要人工评分；既不算得分，也不算失分。"),
        ("未到期", "期间尚未结束；既不算得分，也不算失分。"),
        ("未见记录", "“系统内未见记录”只说明系统中没有，不说明没有开展；已经开展的请补录。"),
    )
