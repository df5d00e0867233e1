"""``zhibu pack …``: from a new pack over its checking to what changed between two versions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.engine.conftest import HERE
from zhibu_engine.cli import main
from zhibu_engine.losses import loss_parse
from zhibu_engine.packs import pack_read
from zhibu_engine.packs.json_schema import LOSS, PARTS, part_schema
from zhibu_engine.packs.source import PackError, yaml_read
from zhibu_engine.packs.workbook import folder_write

ROOT = HERE.parents[1]


def _run(*words: object) -> int:
    return main(["pack", *map(str, words)])


@pytest.mark.parametrize("name", ["wanshan-rural", "wanshan-rural.xlsx"])
def test_a_new_pack_checks_at_once_and_its_cases_come_out(tmp_path, capsys, name):
    target = tmp_path / name

    assert _run("new", target) == 0
    assert _run("check", target) == 0
    assert _run("test", target) == 0

    said = capsys.readouterr().out
    assert "标准 1 个，条款 3 条，用例 5 个，不符 0 个" in said
    assert said.count("✓") == 5
    assert pack_read(target).key == "wanshan-rural"
    assert _run("new", target) == 2
    assert "已经存在" in capsys.readouterr().err


def test_a_name_that_is_no_key_is_refused(tmp_path, capsys):
    assert _run("new", tmp_path / "万山") == 2
    assert "“万山”不能作制度包的代号" in capsys.readouterr().err


def test_a_case_that_comes_out_otherwise_fails_and_is_shown(tmp_path, capsys):
    _run("new", tmp_path / "demo")
    cases = tmp_path / "demo" / "cases" / "cases.yaml"
    cases.write_text(cases.read_text("utf-8").replace("lost: 1,", "lost: 2,"), "utf-8")

    assert _run("test", tmp_path / "demo") == 1

    said = capsys.readouterr().out
    assert said.count("✗") == 1
    assert "lost 应为 2，实为 1.0" in said
    assert _run("check", tmp_path / "demo") == 1


def test_an_unknown_word_of_a_case_is_named_with_its_line(tmp_path, capsys):
    _run("new", tmp_path / "demo")
    cases = tmp_path / "demo" / "cases" / "cases.yaml"
    cases.write_text(
        cases.read_text("utf-8").replace("clause: work_seen", "cluase: work_seen"), "utf-8"
    )

    assert _run("check", tmp_path / "demo") == 2

    said = capsys.readouterr().err
    assert "demo/cases/cases.yaml:30：用例不认识“cluase”；可用的有：name、standard、clause" in said


def test_show_reads_like_a_scorecard(tmp_path, capsys):
    _run("new", tmp_path / "demo.xlsx")
    capsys.readouterr()

    assert _run("show", tmp_path / "demo.xlsx") == 0

    said = capsys.readouterr().out
    for words in (
        "新标准（示例）（示例），总分 10 分，条款 3 条",
        "组织生活  会议（6 分）",
        "党员大会每季度一次〔基本任务，4 分〕",
        "会议类别：党员大会；期间：每季度；不少于：1",
        "扣分：每缺一个扣 1 分",
        "扣分：不满足扣 2 分",
        "依据：某文件（示例）",
    ):
        assert words in said
    assert _run("show", tmp_path / "demo.xlsx", "--standard", "none") == 2


def test_show_reads_a_procedure_step_by_step_with_its_open_values(capsys):
    assert _run("show", "county-rural", "--procedure", "six_steps") == 0

    said = capsys.readouterr().out
    for words in (
        "三议一会一公开一知晓，步骤 8 个",
        "设置项“决议至少公开几天”（shown_days）：（未填，不检查）",
        "〔一会〕",
        "4. 决议（resolve）",
        "凭据类别：村民会议、户代表会议、村民代表会议",
        "绝不可以：包村领导、包村干部",
        "时限：（从哪一天算起：resolve；最迟：publish_within；标题：决议后及时公开）",
    ):
        assert words in said
    assert "村和社区党支部组织生活频次（示例）" not in said
    assert _run("show", "county-rural", "--procedure", "none") == 2
    said = capsys.readouterr().err
    assert "没有程序“none”；有：" in said and "four_two" in said


def test_diff_says_what_changed_in_a_procedure(tmp_path, capsys):
    old, new = tmp_path / "old" / "county-rural", tmp_path / "new" / "county-rural"
    for folder in (old, new):
        shutil.copytree(ROOT / "packs" / "county-rural", folder)
    path = new / "procedures" / "six_steps.yaml"
    text = path.read_text("utf-8")
    for before, after in (
        ("title: 决议至少公开几天, type: days}", "title: 决议至少公开几天, type: days, value: 15}"),
        ("kinds: [joint_consultation]", "kinds: [joint_consultation, two_committees]"),
    ):
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, "utf-8")

    assert _run("diff", old, new) == 1

    said = capsys.readouterr().out
    assert "程序“six_steps”的程序设置项“shown_days 决议至少公开几天”：值写为 15。" in said
    assert "程序步骤“consult 商议”：凭据类别由 商议会 改为 商议会、村“两委”会议。" in said


def test_diff_says_in_sentences_what_changed(tmp_path, capsys):
    old, new = tmp_path / "old" / "demo", tmp_path / "new" / "demo"
    for folder in (old, new):
        folder.parent.mkdir()
        _run("new", folder)
    path = new / "standards" / "standard.yaml"
    text = path.read_text("utf-8")
    for before, after in (
        ("points: 6", "points: 5"),
        ("points: 4}", "points: 5}"),
        ("    points: 4\n    rule: {kind: minimum", "    points: 3\n    rule: {kind: minimum"),
        ("per: quarter, at_least: 1", "per: quarter, at_least: 2"),
        ("loss: {per_missing: 1}", "loss: {per_missing: 0.5}"),
        ("    method: manual            # 由人评分；没有评之前显示“未评”\n    points: 4\n",
         "    method: manual\n    points: 5\n    applies: {full_members: {from: 3}}\n"),
    ):  # fmt: skip
        assert before in text
        text = text.replace(before, after)
    path.write_text(
        text
        + "  - {key: extra, title: 另一条, class: base, method: later, waits_for: 登记, item: work}\n",
        "utf-8",
    )
    capsys.readouterr()

    assert _run("diff", old, new) == 1

    said = capsys.readouterr().out
    for sentence in (
        "标准“demo”的条款“assembly_quarterly 党员大会每季度一次”：分值由 4 改为 3；"
        "规则写法的不少于由 1 改为 2；扣分的每缺一个扣由 1 改为 0.5。",
        "适用写为 正式党员数：（起：3）",
        "增加了标准“demo”的条款“extra 另一条”。",
        "分项“meetings 会议”：分值由 6 改为 5。",
    ):
        assert sentence in said
    assert _run("diff", new, new) == 0
    assert "没有不同" in capsys.readouterr().out


def test_a_pack_is_found_by_key_folder_and_workbook_for_judging_too(tmp_path, capsys):
    assert _run("check", "national") == 0
    assert _run("check", "nation") == 2
    assert "找不到制度包“nation”；有：city-organs" in capsys.readouterr().err
    book = tmp_path / "city-organs.xlsx"
    assert _run("convert", "city-organs", book) == 0
    assert _run("check", book) == 0
    assert _run("diff", "city-organs", book) == 0


# ---------------------------------------------------------------- JSON Schema


def _files() -> list[tuple[str, Path]]:
    places = [
        *(ROOT / "packs").glob("*"),
        *(ROOT / "packs" / "examples").glob("*"),
        *(ROOT / "tests" / "packs").glob("*"),
        HERE / "every-kind",
    ]
    found = []
    for part, (pattern, _) in PARTS.items():
        found += [(part, path) for place in places for path in sorted(place.glob(pattern))]
    return found


def _content(path: Path):
    return json.loads(json.dumps(yaml_read(path, path.name)[0], default=str))


def test_every_file_of_every_pack_fits_the_schema_and_a_wrong_word_does_not():
    validators = {part: jsonschema.Draft202012Validator(part_schema(part)) for part in PARTS}
    files = _files()
    assert {part for part, _ in files} == set(PARTS)
    for part, path in files:
        validators[part].check_schema(validators[part].schema)
        assert [error.message for error in validators[part].iter_errors(_content(path))] == [], path

    standard = _content(ROOT / "packs" / "city-organs" / "standards" / "liuhua.yaml")
    standard["clauses"][0]["rule"]["at_lest"] = 1
    standard["clauses"][1]["loss"] = {"per_mising": 1}
    wrong = {error.message for error in validators["standards"].iter_errors(standard)}
    assert any("at_lest" in message for message in wrong)
    assert any("per_mising" in message for message in wrong)


def test_the_schema_of_a_loss_has_the_words_that_a_loss_reads():
    examples = {
        "flag": 1,
        "per_missing": 1,
        "per_extra": 1,
        "steps": {"1": 1},
        "tiers": [{"from": 1, "earns": 1}],
        "rate": {"per": 1, "loses": 1},
        "proportional": True,
    }
    with pytest.raises(ValueError, match="可用的有") as refused:
        loss_parse({"nosuch": 1})
    known = str(refused.value).partition("可用的有：")[2].rstrip("。").split("、")

    assert set(known) | {"at_most", "zero_from"} == set(LOSS["properties"])
    for word in known:
        loss_parse({word: examples[word]})


def test_the_schema_is_written_as_one_file_for_each_kind_of_file(tmp_path, capsys):
    assert _run("schema", "--out", tmp_path / "schemas") == 0
    assert {path.name for path in (tmp_path / "schemas").iterdir()} == {
        f"{part}.schema.json" for part in PARTS
    }
    assert _run("schema", "--part", "codes") == 0
    assert json.loads(capsys.readouterr().out)["properties"]["codes"]["title"] == "代码"


def test_a_pack_from_elsewhere_cannot_write_outside_its_folder(tmp_path, capsys):
    _run("new", tmp_path / "demo")
    (tmp_path / "demo" / "codes").mkdir()
    pack = pack_read(shutil.copytree(tmp_path / "demo", tmp_path / "copy" / "demo"))
    source = {**pack.source, "codes": {"../../etc": {"title": "坏", "codes": {}}}}
    with pytest.raises(PackError, match="不能作文件名"):
        folder_write(tmp_path / "out", source, [])
