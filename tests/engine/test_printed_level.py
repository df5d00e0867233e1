"""A total is printed with its coverage and with its level."""

from __future__ import annotations

import openpyxl

from zhibu_engine.cli import main

UNITS = "组织编号,组织代码,组织名称,组织类别,所属领域,成立日期\n1,b1,一支部,党支部,村,2015-01-01\n"
LEVELS = """levels:
  - {key: good, title: 达标, from: 5}
  - {key: fair, title: 基本达标, from: 4}
  - {key: poor, title: 未达标}
not_applicable: full
"""


def test_a_level_that_open_points_may_change_is_printed_as_open(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "组织.csv").write_text(UNITS, encoding="utf-8")
    assert main(["pack", "new", "demo"]) == 0
    path = tmp_path / "demo" / "standards" / "standard.yaml"
    text = path.read_text("utf-8").replace("groups:\n", LEVELS + "groups:\n", 1)
    path.write_text(text, encoding="utf-8")

    words = ["--facts", "facts", "--pack", "demo", "--as-of", "2025-12-31", "--out", "r.xlsx"]
    assert main(["assess", *words]) == 0

    said = "已评 6 分，得 0 分；4 分未评。等次待定：未评 4 分，可能为未达标或基本达标。"
    assert said in capsys.readouterr().out
    page = openpyxl.load_workbook(tmp_path / "r.xlsx")["得分"]
    assert [row[-1].value for row in page.iter_rows(min_row=2)] == [said]
