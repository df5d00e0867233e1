"""A report as a file: the name's ending says the form. The same findings give the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zhibu_engine.prepare import FactsError
from zhibu_engine.report import Line, Report, coverage_sentence, level_sentence
from zhibu_engine.report_xlsx import HEADINGS, printed, report_workbook

FORMATS = (".xlsx", ".docx", ".csv", ".json", ".parquet")
#: A Word file is for reading: so many units at most.
WORD_AT_MOST = 50


def report_write(report: Report, path: Path) -> None:
    """Write the report in the form that the file name asks for.

    Raises:
        FactsError: too many units for a Word file.
    """
    writers: dict[str, Callable[[Report, Path], None]] = {
        ".xlsx": lambda report, path: _bytes(path, report_workbook(report)),
        ".docx": _docx,
        ".csv": _csv,
        ".json": _json,
        ".parquet": _parquet,
    }
    writers[path.suffix.lower()](report, path)


def _bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _docx(report: Report, path: Path) -> None:
    from zhibu_engine.report_docx import report_document

    units = sum(len(sheet.units) for sheet in report.sheets)
    if units > WORD_AT_MOST:
        raise FactsError(
            f"Word 文件一次最多写 {WORD_AT_MOST} 个组织的评判说明，现有 {units} 个；"
            "请用 --unit 指定组织，或者改写成 .xlsx。"
        )
    path.write_bytes(report_document(report))


def _csv(report: Report, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for sheet in report.sheets:
            writer.writerows(printed(line) for line in sheet.lines)


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
                        "level_said": level_sentence(sheet.standard, score),
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
    texts = {name for name, field in Line.__dataclass_fields__.items() if field.type == "str"}
    schema = pa.schema(
        [(name, pa.string() if name in texts else pa.int64()) for name in Line.__dataclass_fields__]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
