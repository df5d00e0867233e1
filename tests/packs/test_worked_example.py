"""The branch that docs/worked-example.md works out by hand: the program comes to the same numbers."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv

from zhibu_engine.assess import assess
from zhibu_engine.compile import standard_compile
from zhibu_engine.explain import explain
from zhibu_engine.facts import RELATIONS
from zhibu_engine.packs import pack_read, packs_merge
from zhibu_engine.prepare import facts_prepare

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent / "worked_example"
PAGE = (ROOT / "docs" / "worked-example.md").read_text(encoding="utf-8")
AS_OF = date(2025, 12, 31)
TYPES = {"id": pa.int64(), "int": pa.int64(), "bool": pa.bool_(), "day": pa.date32()}


def _facts() -> dict[str, pa.Table]:
    tables = {}
    for path in FOLDER.glob("*.csv"):
        columns = RELATIONS[path.stem].by_name
        types = {name: TYPES.get(column.type, pa.string()) for name, column in columns.items()}
        tables[path.stem] = csv.read_csv(
            path, convert_options=csv.ConvertOptions(column_types=types)
        )
    return tables


@pytest.fixture(scope="module")
def compiled():
    words = packs_merge([pack_read(ROOT / "packs" / key) for key in ("national", "city-organs")])
    return standard_compile(words, "liuhua")


@pytest.fixture(scope="module")
def findings(compiled):
    return assess(compiled, facts_prepare(_facts(), AS_OF))


def _by_hand() -> dict[str, tuple[int, int | None, int | None, int | None]]:
    """title → points, counted, required, earned of the table in the page, points in 0.01; None where 未评."""
    found = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 8 and re.fullmatch(r"\d+", cells[2]):
            assessed = cells[7] != "未评"
            number = [int(re.match(r"\d+", cell)[0]) if assessed else None for cell in cells[3:5]]
            earned = round(float(cells[7]) * 100) if assessed else None
            found[cells[1]] = (int(cells[2]) * 100, *number, earned)
    return found


def test_every_scored_clause_comes_to_what_the_page_says(findings):
    by_hand = _by_hand()
    titles = [clause.title for clause in findings.standard.clauses]
    judged = {}
    for row, place in zip(findings.rows(), findings.clause, strict=True):
        if findings.standard.clauses[place].class_ != "scored":
            continue
        known = row["verdict"] != "not_assessed"
        judged[titles[place]] = (
            row["possible"],
            row["measured"] if known else None,
            row["required"] if known else None,
            row["earned"] if known else None,
        )

    assert judged == by_hand


def test_the_total_is_printed_with_its_coverage_and_is_the_one_of_the_page(findings):
    (score,) = findings.scores()

    assert (score.assessed, score.earned, score.not_assessed, score.not_due) == (
        53_00,
        44_75,
        47_00,
        0,
    )
    assert "已评 53 分，得 44.75 分；47 分未评，0 分未到期" in PAGE
    assert score.possible == 100_00


@pytest.mark.parametrize(
    ("clause", "day", "reason"),
    [
        ("assembly_quarterly", date(2025, 10, 17), "未达到法定人数"),
        ("committee_monthly", date(2025, 11, 8), "主持人"),
        ("theme_day_monthly", date(2025, 6, 20), "必填项缺失"),
        ("theme_day_monthly", date(2025, 12, 19), "重复"),
    ],
)
def test_what_the_page_calls_rejected_is_rejected_for_that_reason(compiled, clause, day, reason):
    explained = explain(compiled, _facts(), 1, clause, as_of=AS_OF)

    reasons = {row.date: "".join(row.reasons) for row in explained.rejected}
    assert reason in reasons[day]


def test_the_months_that_lack_a_meeting_are_named(compiled):
    explained = explain(compiled, _facts(), 1, "committee_monthly", as_of=AS_OF)

    assert [re.sub(r"\D", "", month)[-2:].lstrip("0") for month in explained.missing] == ["8", "11"]
