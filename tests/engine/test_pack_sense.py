"""What exists and still makes no sense: refused in a sentence, at the line or the cell where it stands."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pytest

from zhibu_engine.packs import PackError, pack_load, pack_read, packs_merge
from zhibu_engine.packs import sense as sense_module
from zhibu_engine.packs.find import pack_at
from zhibu_engine.packs.workbook import pack_convert, pack_new

STANDARD = """
key: small
title: 小标准
total_points: 4
applies: {kinds: [branch], full_members: {from: 3}}
clauses:
  - key: meetings
    title: 党员大会
    points: 4
    rule: {kind: minimum_count, segments: [branch_assembly], per: quarter, at_least: 1}
    loss: {per_missing: 1}
"""
RULE = "rule: {kind: minimum_count, segments: [branch_assembly], per: quarter, at_least: 1}"
LOSS = "loss: {per_missing: 1}"
RATIO = "rule: {kind: ratio, relation: segment, segments: [branch_assembly], "


def _pack(folder: Path, standard: str = STANDARD, **header: str) -> Path:
    key = header.get("key", "small")
    target = folder / key
    (target / "standards").mkdir(parents=True)
    depends = header.get("depends", "national")
    head = f'{{key: {key}, version: "1", title: 小, depends: [{depends}]}}\n'
    (target / "pack.yaml").write_text(head, encoding="utf-8")
    if standard:
        (target / "standards" / "small.yaml").write_text(standard.lstrip(), encoding="utf-8")
    return target


def test_the_standard_that_the_others_are_made_from_is_accepted(tmp_path):
    pack, words = pack_at(_pack(tmp_path))

    assert words.standards["small"].total_points == 400
    assert pack.key == "small"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        pytest.param(LOSS, LOSS + "\n    applies: {kinds: [committee]}", 11, "与标准的适用范围没有交集（kinds）", id="another kind"),
        pytest.param(LOSS, LOSS + "\n    applies: {except_kinds: [branch]}", 11, "与标准的适用范围没有交集（kinds）", id="nobody left"),
        pytest.param(LOSS, LOSS + "\n    applies: {kinds: [branch], except_kinds: [branch]}", 11, "都被 except_kinds 除外了", id="excluded"),
        pytest.param(LOSS, LOSS + "\n    applies: {members: {from: 9, to: 5}}", 11, "党员数从 9 起、到 5 止，没有这样的数", id="from over to"),
        pytest.param(LOSS, LOSS + "\n    applies: {full_members: {to: 2}}", 11, "正式党员数与标准的适用范围没有交集", id="another size"),
        pytest.param(LOSS, LOSS + "\n    applies: {full_members: {from: 9}, members: {to: 5}}", 11, "正式党员数不会多于党员数", id="more full than all"),
        pytest.param("full_members: {from: 3}", "groups: {from: 3, to: 1}", 4, "党小组数从 3 起、到 1 止", id="standard"),
        pytest.param(RULE, RATIO + 'part: {late: false}, at_least: "0%"}', 9, "at_least 要求的是 0，谁都满足", id="share of 0"),
        pytest.param(RULE, RULE.replace("at_least: 1}", "at_least: 1, where: {present: {from: 9, to: 3}}}"), 9, "“present”的条件没有一条记录能满足", id="where"),
        pytest.param(RULE, RATIO + 'where: {form: [visit]}, part: {form: [volunteering]}, at_least: "50%"}', 9, "“form”的条件与前面筛选的条件没有交集", id="part beside where"),
        pytest.param(RULE, RATIO + 'where: {late: true}, part: {late: false}, at_least: "50%"}', 9, "“late”的条件与前面筛选的条件没有交集", id="part against where"),
        pytest.param(RULE, RATIO + 'part: {kind: theme_day}, at_least: "50%"}', 9, "“kind”的条件与前面筛选的条件没有交集", id="part beside kinds"),
        pytest.param(LOSS, "loss: {per_missing: 0}", 10, "永远不会扣一分", id="loses 0"),
        pytest.param(LOSS, "loss: {flag: 0}", 10, "永远不会扣一分", id="flag of 0"),
        pytest.param(LOSS, "loss: {steps: {1: 0, 2: 0}}", 10, "永远不会扣一分", id="steps of 0"),
        pytest.param(LOSS, "loss: {tiers: [{from: 0, earns: 4}]}", 10, "永远不会扣一分", id="tier of all"),
        pytest.param(LOSS, "loss: {flag: 5}", 10, "flag 写了 5 分，比这一条的 4 分还多", id="flag over points"),
        pytest.param(LOSS, "loss: {tiers: [{from: 1, earns: 2}, {from: 4, earns: 6}]}", 10, "tiers 写了 6 分，比这一条的 4 分还多", id="tier over points"),
        pytest.param(LOSS, "loss: {tiers: [{from: 1, earns: 2}, {from: 5, earns: 4}]}", 10, "tiers 从 5 起的一档永远达不到：最多计到 4", id="tier out of reach"),
        pytest.param(LOSS, "loss: {steps: {1: 1, 5: 4}}", 10, "缺 5 个的情形永远不会有：最多缺 4 个", id="step out of reach"),
        pytest.param(LOSS, "loss: {per_missing: 1, zero_from: 6}", 10, "缺 6 个的情形永远不会有", id="zero out of reach"),
        pytest.param(LOSS, "loss: {tiers: [{from: 1, to: 3, earns: 2}, {from: 3, earns: 4}]}", 10, "两档重叠", id="overlapping tiers"),
        pytest.param("    points: 4", "    points: 5", 8, "这一条 5 分，比标准的总分 4 分还多", id="over the total"),
        pytest.param("total_points: 4", "total_points: 5", 3, "总分应为 5 分，各条款合计 4 分", id="total"),
        pytest.param(RULE, "rule: {kind: deadline, relation: segment, kinds: [branch_assembly], since: 05-01, by: 03-31}", 9, "永远不会到期", id="period never ends"),
        pytest.param("total_points: 4", "total_points: 4\naverage: month", 10, "永远不会到期", id="longer than averaged"),
        pytest.param(LOSS, LOSS + "\n  - {key: free, title: 白给, rule: {kind: post_held, posts: [secretary]}}", 11, "这一条计分却没有写分值", id="no points"),
        pytest.param(LOSS, LOSS + "\n  - {key: hand, title: 人评, method: manual, points: 2, rule: {kind: manual, scale: [{title: 好, earns: 3}, {title: 差, earns: 0}]}}", 11, "“好”得 3 分，比这一条的 2 分还多", id="scale over points"),
    ],
)  # fmt: skip
def test_a_clause_that_makes_no_sense_is_refused_where_it_stands(tmp_path, old, new, line, says):
    assert old in STANDARD
    folder = _pack(tmp_path, STANDARD.replace(old, new, 1))

    with pytest.raises(PackError) as refused:
        pack_at(folder)

    assert says in str(refused.value)
    assert f"small/standards/small.yaml:{line}：" in str(refused.value)


def test_a_bonus_may_count_from_nothing_and_a_statistic_asks_for_nothing(tmp_path):
    more = """
  - key: extra
    title: 多开加分
    class: bonus
    points: 2
    rule: {kind: row_count, relation: segment, kinds: [theme_day], at_least: 12}
    loss: {per_extra: 0.5}
  - key: seen
    title: 到会情况
    class: statistic
    rule: {kind: ratio, relation: segment, segments: [branch_assembly], part: {late: false}}
  - key: held
    title: 主题党日次数
    class: statistic
    rule: {kind: row_count, relation: segment, kinds: [theme_day], at_least: 0}
"""
    pack_at(_pack(tmp_path, STANDARD.rstrip() + more))


def test_a_kind_of_meeting_that_can_never_be_valid_is_refused(tmp_path):
    folder = _pack(tmp_path)
    (folder / "kinds").mkdir()
    kind = 'talk: {title: 夜谈, quorum: {of: due, more_than: "100%"}}\n'
    (folder / "kinds" / "k.yaml").write_text(kind, encoding="utf-8")

    with pytest.raises(PackError, match=r"kinds/k.yaml:1：到会的人不会超过全部"):
        pack_at(folder)


# ---------------------------------------------------------------- packs


def test_packs_that_depend_on_each_other_are_named_in_their_circle(tmp_path):
    first = _pack(tmp_path, key="first", depends="second")
    _pack(tmp_path, "", key="second", depends="third")
    _pack(tmp_path, "", key="third", depends="first")

    with pytest.raises(PackError, match="循环依赖：first → second → third → first；"):
        pack_load(first)
    read = [pack_read(tmp_path / key) for key in ("third", "second", "first")]
    with pytest.raises(PackError, match="循环依赖：third → first → second → third；"):
        packs_merge(read)


def test_a_pack_that_extends_its_own_standard_has_nothing_to_stand_on(tmp_path):
    folder = _pack(tmp_path, "key: small\nextends: true\nlabel: 本地\n")

    with pytest.raises(PackError, match="前面的制度包中没有标准“small”，不能用 extends"):
        pack_at(folder)


def test_ten_thousand_clauses_are_refused_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(sense_module, "MOST_CLAUSES", 30)
    clause = "  - {{key: c{}, title: 又一条, class: base, method: later, waits_for: 登记}}\n"
    many = "".join(clause.format(number) for number in range(31))

    with pytest.raises(PackError) as refused:
        pack_at(_pack(tmp_path, STANDARD + many))

    assert str(refused.value).count("\n") == 0
    assert "一个标准最多写 30 条，现有 32 条；请拆成几个标准" in str(refused.value)


# ---------------------------------------------------------------- what other programs save


def _office(source: Path, folder: Path) -> Path:
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(source)],
        check=True,
        capture_output=True,
        timeout=180,
    )  # fmt: skip
    return folder / source.name


@pytest.mark.needs("libreoffice")
def test_a_workbook_saved_by_libreoffice_is_the_same_pack(tmp_path):
    source = tmp_path / "saved.xlsx"
    pack_new(source, ["national"], [])
    (tmp_path / "out").mkdir()

    saved = _office(source, tmp_path / "out")

    assert pack_read(saved).digest == pack_read(source).digest
    opened = openpyxl.load_workbook(source)
    opened["分项"]["E2"] = "=3+3"
    opened.save(source)
    saved = _office(source, tmp_path / "out")
    with pytest.raises(PackError, match=r"saved.xlsx：工作表“分项”的 E2 是公式"):
        pack_read(saved)


def test_a_workbook_without_its_first_sheet_is_told_how_to_get_one(tmp_path):
    folder = _pack(tmp_path)
    book = tmp_path / "book.xlsx"
    pack_convert(pack_read(folder), folder, book, [])
    opened = openpyxl.load_workbook(book)
    del opened["制度包"]
    opened.save(book)
    with pytest.raises(PackError, match="没有工作表“制度包”"):
        pack_read(book)


def test_a_level_cannot_rest_on_a_clause_that_only_counts(tmp_path):
    counted = f"""  - key: counted
    title: 只统计
    class: statistic
    {RULE}
levels:
  - {{key: good, title: 好, from: 3, must: [counted]}}
  - {{key: other, title: 其余}}
not_applicable: rescale
"""
    with pytest.raises(PackError, match="“counted”只统计，没有满足不满足，不能写进 must。"):
        pack_at(_pack(tmp_path, STANDARD + counted))
