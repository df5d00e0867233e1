"""The branch that docs/worked-example.md works out by hand: the program comes to the same numbers."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from zhibu_engine.assess import assess
from zhibu_engine.cli import main
from zhibu_engine.compile import standard_compile
from zhibu_engine.explain import explain
from zhibu_engine.packs import pack_read, packs_merge
from zhibu_engine.prepare import facts_prepare
from zhibu_engine.report import coverage_sentence
from zhibu_engine.sources import facts_read

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent / "worked_example"
PAGE = (ROOT / "docs" / "worked-example.md").read_text(encoding="utf-8")
AS_OF = date(2025, 12, 31)


@cache
def _facts() -> dict[str, pa.Table]:
    return facts_read(FOLDER)


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
    assert coverage_sentence(score) == "已评 53 分，得 44.75 分；47 分未评。"
    assert f"**{coverage_sentence(score)}**" in PAGE
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


def test_the_command_that_the_page_shows_writes_the_same_points(tmp_path):
    out = tmp_path / "result.csv"

    code = main(
        [
            "assess",
            "--facts",
            str(FOLDER),
            "--pack",
            "city-organs",
            "--as-of",
            "2025-12-31",
            "--out",
            str(out),
        ]
    )

    assert code == 0
    with out.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    earned = sum(round(float(row["得分"]) * 100) for row in rows if row["得分"])
    assert earned == 44_75
