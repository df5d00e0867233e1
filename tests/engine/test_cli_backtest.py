"""``zhibu pack backtest`` as a person calls it."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from zhibu_engine.cli import main

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "tests" / "packs" / "worked_example"


@pytest.fixture
def draft(tmp_path):
    """The scheme of the organs with one clause that asks for more, as a version of its own."""
    folder = tmp_path / "city-organs"
    shutil.copytree(ROOT / "packs" / "city-organs", folder)
    header = folder / "pack.yaml"
    header.write_text(header.read_text("utf-8").replace('version: "', 'version: "9'), "utf-8")
    standard = folder / "standards" / "liuhua.yaml"
    text = standard.read_text("utf-8")
    changed = text.replace("per: month, at_least: 1", "per: month, at_least: 4", 1)
    assert changed != text
    standard.write_text(changed, "utf-8")
    return folder


def run(*arguments):
    return main(["pack", "backtest", *map(str, arguments)])


def test_it_says_who_moves_and_writes_the_same_bytes_again(draft, tmp_path, capsys):
    given = (draft, "--facts", FACTS, "--as-of", "2025-12-31", "--against", "city-organs")
    out, again = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    assert run(*given, "--standard", "liuhua", "--out", out) == 0
    said = capsys.readouterr().out
    assert "1 个降低" in said and "主要因为" in said

    sheets = openpyxl.load_workbook(out)
    assert {"概况", "条款", "变化的组织", "变化的条款"} <= set(sheets.sheetnames)
    assert sheets["变化的组织"].max_row == 2
    assert run(*given, "--standard", "liuhua", "--out", again) == 0
    assert out.read_bytes() == again.read_bytes()


def test_alone_it_shows_the_clauses_that_nothing_can_be_said_of(draft, capsys):
    assert run(draft, "--facts", FACTS, "--as-of", "2025-12-31", "--standard", "liuhua") == 0
    said = capsys.readouterr().out
    assert "试算了 1 个组织" in said and "一个组织也没有评到" in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--against", "city-organs@1900"), "不是 1900 版"),
        (("--standard", "no-such"), "没有标准“no-such”"),
        (("--out", "a.csv"), "以 .xlsx 结尾"),
    ],
)
def test_what_cannot_be_done_is_said(draft, capsys, more, said):
    assert run(draft, "--facts", FACTS, "--as-of", "2025-12-31", *more) == 2
    assert said in capsys.readouterr().err
