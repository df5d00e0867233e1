"""A report as an Excel workbook: totals, every clause, the records behind each, and what the words mean."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from zhibu_engine.explain import EvidenceRow
from zhibu_engine.facts import RELATIONS
from zhibu_engine.report import Line, Report, basis_zh, titled, total_sentence
from zhibu_engine.verdicts import VERDICT_ZH

#: A string that begins with "=" stays the string it is.
_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
#: Excel ends at 1,048,576 rows; a sheet of so many records is no longer read by anybody.
EVIDENCE_AT_MOST = 200_000

HEADINGS = (
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
_SCORES = (
    ("标准", 30),
    ("组织代码", 12),
    ("组织名称", 28),
    ("总分", 7),
    ("已评", 7),
    ("得分", 7),
    ("未评", 7),
    ("未到期", 7),
    ("不适用", 7),
    ("满足", 7),
    ("未满足", 7),
    ("得分说明", 52),
)
_EVIDENCE = (
    ("标准", 30),
    ("组织代码", 12),
    ("组织名称", 28),
    ("条款名称", 30),
    ("是否计入", 9),
    ("日期", 12),
    ("记录种类", 10),
    ("记录编号", 9),
    ("记录", 44),
    ("没有计入的原因", 60),
)
_WIDTHS = (12, 12, 28, 22, 28, 10, 7, 7, 7, 7, 7, 50, 20, 32, 38, 11)
#: The height of one line of text, in points.
_LINE = 15.0
_A3, _A4 = 8, 9


def printed(line: Line) -> list[Any]:
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
        basis_zh(line.basis),
        line.fix,
        line.until,
    ]


def report_workbook(report: Report) -> bytes:
    """得分, 逐项, 依据 and 说明. The same findings give the same bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _SAFE)
    moment = datetime(report.as_of.year, report.as_of.month, report.as_of.day)  # noqa: DTZ001  # a property, not a moment
    book.set_properties({"title": "评判结果", "created": moment})
    base = {"font_name": "宋体", "font_size": 11}
    formats = {
        "head": book.add_format(
            {**base, "bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True}
        ),
        "cell": book.add_format({**base, "text_wrap": True, "valign": "top"}),
    }
    _table(book.add_worksheet("得分"), _SCORES, _score_rows(report), formats, 3)
    columns = tuple(zip(HEADINGS, _WIDTHS, strict=True))
    lines = (printed(line) for sheet in report.sheets for line in sheet.lines)
    _table(book.add_worksheet("逐项"), columns, lines, formats, 5)
    _table(book.add_worksheet("依据"), _EVIDENCE, _evidence(report), formats, 4)
    _notes_sheet(book.add_worksheet("说明"), report, formats)
    book.close()
    return buffer.getvalue()


def _table(
    sheet: Any,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Any]],
    formats: dict[str, Any],
    kept: int,
) -> None:
    """A sheet with a frozen, filterable heading; long texts wrap and their rows are high enough."""
    for place, (heading, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, formats["head"])
    last = 0
    for last, row in enumerate(rows, start=1):
        sheet.set_row(last, _LINE * _lines(row, columns))
        for place, value in enumerate(row):
            sheet.write(last, place, value, formats["cell"])
    sheet.freeze_panes(1, kept)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _lines(row: Sequence[Any], columns: Sequence[tuple[str, int]]) -> int:
    """A Chinese character is as wide as two of Excel's units."""
    needed = 1
    for value, (_heading, width) in zip(row, columns, strict=True):
        if isinstance(value, str):
            for part in value.split("\n"):
                taken = sum(2 if ord(char) > 0x2E7F else 1 for char in part)
                needed = max(needed, -(-taken // max(width - 1, 1)) + value.count("\n"))
    return min(needed, 12)


def _score_rows(report: Report) -> Iterator[list[Any]]:
    for sheet in report.sheets:
        for code, name, score in sheet.scores:
            points = (
                score.possible,
                score.assessed,
                score.earned,
                score.not_assessed,
                score.not_due,
                score.not_applicable,
            )
            yield [
                titled(sheet.standard),
                code,
                name,
                *(point / 100 for point in points),
                score.met,
                score.failed,
                total_sentence(sheet.standard, score),
            ]


def _evidence(report: Report) -> Iterator[list[Any]]:
    """Every record that was looked at for a clause, those that counted first; nothing if there are too many."""
    if evidence_count(report) > EVIDENCE_AT_MOST:
        return
    for sheet in report.sheets:
        for unit in sheet.units:
            for found in unit.explanations:
                place = [titled(sheet.standard), unit.code, unit.name, found.title]
                for row in found.counted:
                    yield [*place, "计入", *_record(row)]
                for row in found.rejected:
                    yield [*place, "没有计入", *_record(row)]


def evidence_count(report: Report) -> int:
    return sum(
        len(found.counted) + len(found.rejected)
        for sheet in report.sheets
        for unit in sheet.units
        for found in unit.explanations
    )


def _record(row: EvidenceRow) -> list[Any]:
    return [
        row.date.isoformat() if row.date else "",
        RELATIONS[row.relation].zh,
        row.record_id or "",
        row.title,
        "\n".join(row.reasons),
    ]


def _notes_sheet(sheet: Any, report: Report, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 100)
    for row, (title, text) in enumerate(_notes(report)):
        sheet.set_row(row, _LINE * _lines((title, text), (("", 14), ("", 100))))
        sheet.write_string(row, 0, title, formats["head"])
        sheet.write_string(row, 1, text, formats["cell"])
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _notes(report: Report) -> Sequence[tuple[str, str]]:
    notes = [
        ("制度包", f"{report.pack.title}，{report.pack.key} {report.pack.version}"),
        ("摘要", report.pack.digest),
        ("评判日", f"{report.as_of.isoformat()}（按当日终了时的记录）"),
        ("标准", "、".join(titled(sheet.standard) for sheet in report.sheets)),
        ("未评", "没有可供评判的记录，或需要人工评分；既不算得分，也不算失分。"),
        ("未到期", "期间尚未结束；既不算得分，也不算失分。"),
        ("未见记录", "“系统内未见记录”只说明系统中没有，不说明没有开展；已经开展的请补录。"),
        ("依据", "《依据》表列出每一条款看过的全部记录；没有计入的写明原因。"),
        ("条文待核", "条文尚未核对到具体条款的，写“条文待核”。"),
    ]
    if report.note:
        notes.append(("说明", report.note))
    if evidence_count(report) > EVIDENCE_AT_MOST:
        notes.append(
            (
                "依据从略",
                f"看过的记录超过 {EVIDENCE_AT_MOST} 条，没有列出；请指定一个组织再导出。",
            )
        )
    return notes
