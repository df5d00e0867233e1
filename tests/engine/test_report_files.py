"""What a person reads in the Word and Excel files: the same reasons as on screen, down to the records."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from zhibu_engine.assess import assess
from zhibu_engine.cli import main
from zhibu_engine.compile import standard_compile
from zhibu_engine.packs import pack_read, packs_merge
from zhibu_engine.prepare import FactsError, facts_prepare
from zhibu_engine.report import PackRef, Report, Sheet, UnitResult, sheet_make
from zhibu_engine.report_docx import finding_document, report_document
from zhibu_engine.report_files import WORD_AT_MOST, report_write
from zhibu_engine.report_xlsx import evidence_count, report_workbook
from zhibu_engine.sources import facts_read

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "packs" / "worked_example"
AS_OF = date(2025, 12, 31)


@pytest.fixture(scope="module")
def report() -> Report:
    words = packs_merge([pack_read(ROOT / "packs" / key) for key in ("national", "city-organs")])
    compiled = standard_compile(words, "liuhua")
    raw = facts_read(FOLDER)
    sheet = sheet_make(compiled, assess(compiled, facts_prepare(raw, AS_OF)), raw)
    return Report(PackRef("city-organs", "2026.1", "示例", "ab12"), AS_OF, (sheet,))


def _unit(report: Report) -> UnitResult:
    return report.sheets[0].units[0]


def _words(content: bytes) -> tuple[list[str], list[list[list[str]]]]:
    found = docx.Document(io.BytesIO(content))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in found.tables]
    return [paragraph.text for paragraph in found.paragraphs], tables


def test_the_first_page_of_the_word_file_shows_the_total_with_its_coverage_and_what_to_do(report):
    texts, tables = _words(report_document(report))

    first = texts[: texts.index("逐条说明")]
    assert any("已评 53 分，得 44.75 分；47 分未评。" in text for text in first)
    assert any("示例" in text for text in first)
    assert "接下来做什么" in first
    doing = tables[1]
    assert doing[0] == ["序号", "条款", "怎么办", "分值", "什么时候以前"]
    lost = [float(row[3].removeprefix("失 ")) for row in doing[1:]]
    assert lost == sorted(lost, reverse=True) and lost[0] > 0
    assert round(sum(float(row[3]) for row in tables[0][1:]), 2) == 44.75


def test_the_word_file_says_of_every_clause_its_rule_basis_records_and_reasons(report):
    texts, tables = _words(report_document(report))

    for found in _unit(report).explanations:
        place = next(i for i, text in enumerate(texts) if text.startswith(f"{found.title}（"))
        assert texts[place + 1] == f"结论：{found.sentence}"
        assert f"依据：{found.basis}" in texts[place : place + 8]
        for row in found.rejected:
            cells = [row.date.isoformat() if row.date else "—", row.title, "".join(row.reasons)]
            assert any(cells in table for table in tables), found.clause
    whole = "\n".join(texts)
    assert "条文待核" in whole and "未开展" not in whole


def test_one_finding_as_a_word_file_lists_every_record(report):
    unit = _unit(report)
    found = next(one for one in unit.explanations if one.counted and one.rejected)
    sheet = Sheet(
        report.sheets[0].standard, (UnitResult(unit.code, unit.name, unit.score, (found,)),)
    )

    _texts, tables = _words(finding_document(Report(report.pack, AS_OF, (sheet,))))

    assert len(tables[0]) == 1 + len(found.counted)
    assert len(tables[1]) == 1 + len(found.rejected)


def test_tables_are_no_wider_than_the_text(report):
    found = docx.Document(io.BytesIO(report_document(report)))
    section = found.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in found.tables:
        assert sum(column.width for column in table.columns) <= room


def test_the_workbook_lists_the_records_behind_every_clause_with_the_reasons(report):
    sheet = openpyxl.load_workbook(io.BytesIO(report_workbook(report)))["依据"]
    rows = list(sheet.values)

    assert len(rows) == 1 + evidence_count(report)
    kept = [row for row in rows[1:] if row[4] == "计入"]
    refused = [row for row in rows[1:] if row[4] == "没有计入"]
    assert kept and refused and len(kept) + len(refused) == len(rows) - 1
    assert all(row[9] for row in refused) and not any(row[9] for row in kept)


def test_the_same_report_gives_the_same_bytes(report):
    assert report_document(report) == report_document(report)
    assert report_workbook(report) == report_workbook(report)


def test_too_many_units_for_a_word_file_are_refused(report, tmp_path):
    many = Sheet(report.sheets[0].standard, report.sheets[0].units * (WORD_AT_MOST + 1))
    with pytest.raises(FactsError, match="--unit"):
        report_write(Report(report.pack, AS_OF, (many,)), tmp_path / "many.docx")
    assert not (tmp_path / "many.docx").exists()


def test_the_command_writes_a_word_file_without_a_database(tmp_path):
    out = tmp_path / "out.docx"
    arguments = ["assess", "--facts", str(FOLDER), "--packs-dir", str(ROOT / "packs")]
    asked = ["--pack", "city-organs", "--as-of", "2025-12-31", "--out", str(out)]
    assert main([*arguments, *asked]) == 0
    assert "评判说明" in _words(out.read_bytes())[0][0]
