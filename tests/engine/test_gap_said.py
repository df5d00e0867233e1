"""还差什么 as people read it: on the command line, acts of one kind together, and what is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhibu_engine.cli import main
from zhibu_engine.gap.moves import months_zh

ROOT = Path(__file__).resolve().parents[2]
ASKED = [
    *("gap", "--facts", str(ROOT / "tests" / "packs" / "worked_example")),
    *("--packs-dir", str(ROOT / "packs"), "--pack", "city-organs"),
    *("--standard", "liuhua", "--unit", "YS-JG-001"),
]


def test_the_command_says_what_to_do_by_when_and_what_comes_of_it(capsys):
    assert main([*ASKED, "--as-of", "2025-06-10", "--points", "51"]) == 0

    said = capsys.readouterr().out
    assert "示例" in said and "达到 51 分。这是费力最少的办法。" in said
    assert "请柳青禾在党课中授课一次（12 月 31 日以前；得 1.5 分）" in said
    assert "召开主题党日，共" in said and "最近的一次在6 月 30 日以前" in said
    assert "如2月已召开主题党日，请补录（已开展的随时可以补录" in said
    assert "47 分未评，没有算在内" in said


def test_what_is_out_of_reach_is_said_so(capsys):
    assert main([*ASKED, "--as-of", "2025-06-10", "--points", "80"]) == 0

    said = capsys.readouterr().out
    assert "达不到 80 分" in said and "  1. " not in said


def test_costs_come_from_a_file_and_change_what_is_chosen(tmp_path, capsys):
    costs = tmp_path / "costs.yaml"
    costs.write_text("part: 9\nterm: 3\n", "utf-8")

    assert main([*ASKED, "--as-of", "2025-10-10", "--points", "44", "--costs", str(costs)]) == 0
    assert "授课" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ([], "没有设定等次"),
        (["--points", "甲"], "不是分值"),
        (["--points", "50", "--unit", "没有"], "没有组织代码“没有”"),
        (["--points", "50", "--standard", "无"], "没有标准“无”"),
        (["--points", "50", "--by", "2025-01-01"], "最后一日要在"),
    ],
)
def test_wrong_questions_are_answered_in_chinese(more, says, capsys):
    assert main([*ASKED, "--as-of", "2025-10-10", *more]) == 2
    assert says in capsys.readouterr().err


def test_a_costs_file_that_is_no_table_is_refused_with_the_words_that_exist(tmp_path, capsys):
    costs = tmp_path / "costs.yaml"
    costs.write_text("- 1\n", "utf-8")

    asked = [*ASKED, "--as-of", "2025-10-10", "--points", "50", "--costs", str(costs)]
    assert main(asked) == 2
    assert "hold（召开会议或者活动）" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("months", "period", "said"),
    [
        (["1月", "2月", "3月"], "第1季度", "第1季度"),
        (["1月", "2月"], "第1季度", "1月至2月"),
        (["10月", "12月"], "第4季度", "10月、12月"),
        ([f"{n}月" for n in range(1, 13)], "全年", "年内"),
        ([f"{n}月" for n in range(1, 10)], "全年", "1月至9月"),
        ([f"{n}月" for n in range(7, 13)], "下半年", "下半年"),
    ],
)
def test_months_are_told_by_the_name_of_their_period_only_where_they_are_all_of_it(
    months, period, said
):
    assert months_zh(months, period) == said
