"""From a folder or a workbook to a result file, and what bad input is told."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from tests.engine.conftest import HERE
from tests.engine.making import random_rows, tables
from zhibu_engine.cli import main
from zhibu_engine.facts import RELATIONS
from zhibu_engine.prepare import FactsError
from zhibu_engine.sources import facts_read

DAY = ["--packs-dir", str(HERE), "--pack", "every-kind", "--as-of", "2025-12-31"]


@pytest.fixture
def facts(words, tmp_path) -> Path:
    folder = tmp_path / "facts"
    folder.mkdir()
    for name, table in tables(random_rows(words, 6, 3, date(2025, 12, 31), sittings=10)).items():
        pa_csv.write_csv(_known(words, name, table), folder / f"{name}.csv")
    return folder


def _known(words, name: str, table: pa.Table) -> pa.Table:
    """Without the random rows of codes that no pack has: a file with such a code is refused."""
    for column in RELATIONS[name].columns:
        codes = words.codes.get(column.codes) if column.name in table.column_names else None
        if codes:
            values = pc.fill_null(table[column.name], "")
            table = table.filter(pc.is_in(values, pa.array(["", *codes])))
    return table


def _workbook(facts: Path, words, path: Path) -> Path:
    """The same facts as people would type them: Chinese headings, Chinese codes, 是 and 否."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for file in facts.glob("*.csv"):
        relation = RELATIONS[file.stem]
        sheet = book.create_sheet(relation.zh)
        table = pa_csv.read_csv(
            file, convert_options=pa_csv.ConvertOptions(strings_can_be_null=True)
        )
        columns = [relation.by_name[name] for name in table.column_names]
        sheet.append([f" {column.zh} " for column in columns])
        for row in table.to_pylist():
            sheet.append([_typed(words, column, row[column.name]) for column in columns])
    book.save(path)
    return path


def _typed(words, column, value):
    if column.type == "bool" and value is not None:
        return "是" if value else "否"
    if column.type == "code" and value:
        return words.codes.get(column.codes, {}).get(value, value)
    if column.type == "day" and value is not None:
        return f"{value.year}年{value.month}月{value.day}日" if value.day % 2 else value
    return value


def test_folder_workbook_and_parquet_give_the_same_result(facts, words, tmp_path):
    outs = [tmp_path / f"{name}.json" for name in ("csv", "xlsx", "parquet")]
    assert main(["assess", "--facts", str(facts), *DAY, "--out", str(outs[0])]) == 0
    book = _workbook(facts, words, tmp_path / "facts.xlsx")
    assert main(["assess", "--facts", str(book), *DAY, "--out", str(outs[1])]) == 0
    folder = tmp_path / "parquet"
    folder.mkdir()
    for name, table in facts_read(facts).items():
        pq.write_table(table, folder / f"{name}.parquet")
    assert main(["assess", "--facts", str(folder), *DAY, "--out", str(outs[2])]) == 0

    assert outs[0].read_bytes() == outs[1].read_bytes() == outs[2].read_bytes()
    whole = json.loads(outs[0].read_text("utf-8"))
    assert whole["standards"][0]["scores"]
    assert "已评" in whole["standards"][0]["scores"][0]["coverage"]


def test_the_same_facts_give_the_same_bytes_in_every_form(facts, tmp_path):
    for form in ("xlsx", "docx", "csv", "json", "parquet"):
        first, second = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
        for out in (first, second):
            assert (
                main(
                    [
                        "assess",
                        "--facts",
                        str(facts),
                        *DAY,
                        "--standard",
                        "every",
                        "--out",
                        str(out),
                    ]
                )
                == 0
            )
        assert first.read_bytes() == second.read_bytes(), form


def test_the_workbook_has_scores_findings_and_notes(facts, tmp_path):
    out = tmp_path / "out.xlsx"
    main(["assess", "--facts", str(facts), *DAY, "--out", str(out)])

    book = openpyxl.load_workbook(out)

    assert book.sheetnames == ["得分", "逐项", "依据", "说明"]
    assert book["得分"]["L2"].value.startswith("已评")
    assert book["逐项"]["F2"].value in ("满足", "部分满足", "不满足", "不适用", "未评", "未到期")


def test_one_unit_alone_gets_the_score_it_has_among_all(facts, tmp_path):
    everyone, alone = tmp_path / "all.csv", tmp_path / "one.csv"
    main(["assess", "--facts", str(facts), *DAY, "--out", str(everyone)])
    with everyone.open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    code = rows[1][1]
    main(["assess", "--facts", str(facts), *DAY, "--unit", code, "--out", str(alone)])
    with alone.open(encoding="utf-8-sig") as file:
        assert list(csv.reader(file)) == [rows[0], *(row for row in rows[1:] if row[1] == code)]


def test_the_template_is_read_back_once_it_is_filled_in(words, tmp_path, capsys):
    path = tmp_path / "facts.xlsx"
    assert (
        main(["facts", "template", str(path), "--packs-dir", str(HERE), "--pack", "every-kind"])
        == 0
    )
    first = path.read_bytes()
    main(["facts", "template", str(path), "--packs-dir", str(HERE), "--pack", "every-kind"])
    assert path.read_bytes() == first

    with pytest.raises(FactsError, match="没有一个组织"):
        facts_read(path, words)
    book = openpyxl.load_workbook(path)
    assert [sheet.title for sheet in book][1:-1] == [relation.zh for relation in RELATIONS.values()]
    assert book["组织"]["A1"].comment is not None
    assert book["会议"].data_validations.dataValidation
    book["组织"].append([1, "A1", "第一党支部", "党支部", "村", "2015/3/1", None, "否"])
    book["会议"].append([1, 7, 7, "党员大会", "2025.3.4"])
    book.save(path)
    found = facts_read(path, words)
    assert found["unit"].to_pylist()[0]["kind"] == "branch"
    assert found["segment"].column("day").to_pylist() == [date(2025, 3, 4)]


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "says"),
    [
        ("组织", "F2", "2025-13-01", ["组织”的 F2", "不是日期"]),
        ("组织", "A2", "甲", ["组织”的 A2", "不是整数"]),
        ("组织", "D2", "党小支", ["组织”的 D2", "不认识“党小支”", "党支部"]),
        ("组织", "H2", "也许", ["组织”的 H2", "“是”或“否”"]),
        ("组织", "H2", "=FALSE()", ["组织”的 H2 是公式", "选择性粘贴"]),
        ("组织", "I1", "邮编", ["不认识的列“邮编”", "组织代码"]),
        ("台账", "A1", "甲", ["不认识的工作表“台账”", "组织"]),
    ],
)
def test_bad_cells_are_named_with_their_address(words, tmp_path, sheet, cell, value, says):
    path = tmp_path / "facts.xlsx"
    main(["facts", "template", str(path), "--packs-dir", str(HERE), "--pack", "every-kind"])
    book = openpyxl.load_workbook(path)
    book["组织"].append([1, "A1", "第一党支部", "党支部", "村", "2015/3/1", None, "否"])
    target = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
    target[cell] = value
    book.save(path)

    with pytest.raises(FactsError) as refused:
        facts_read(path, words)

    for words_said in says:
        assert words_said in str(refused.value)


def test_a_csv_that_chinese_excel_wrote_is_read(words, tmp_path):
    folder = tmp_path / "facts"
    folder.mkdir()
    text = "组织编号,组织代码,组织名称,组织类别,成立日期,临时组织,备注\r\n1,A1,第一党支部,党支部,2015/3/1,否,新\r\n"
    (folder / "组织.csv").write_bytes(text.encode("gb18030"))

    [unit] = facts_read(folder, words)["unit"].to_pylist()

    assert (unit["name"], unit["kind"], unit["founded"]) == (
        "第一党支部",
        "branch",
        date(2015, 3, 1),
    )
    (folder / "台账.csv").write_text("甲\n1\n", "utf-8")
    with pytest.raises(FactsError, match=r"不认识的文件“台账.csv”"):
        facts_read(folder, words)


def test_what_is_no_workbook_no_pack_or_no_format_is_said_in_chinese(facts, tmp_path, capsys):
    text = tmp_path / "text.xlsx"
    text.write_text("不是工作簿", "utf-8")
    out = str(tmp_path / "out.csv")
    for arguments, says in (
        (["--facts", str(text), *DAY, "--out", out], "不是 Excel 工作簿"),
        (["--facts", str(tmp_path / "none"), *DAY, "--out", out], "找不到"),
        (["--facts", str(facts), *DAY, "--out", str(tmp_path / "out.doc")], "格式不认识"),
        (["--facts", str(facts), *DAY, "--unit", "没有", "--out", out], "没有组织代码“没有”"),
        (
            ["--facts", str(facts), *DAY[:2], "--pack", "nation", *DAY[4:], "--out", out],
            "every-kind",
        ),
    ):
        assert main(["assess", *arguments]) == 2
        assert says in capsys.readouterr().err
    assert not Path(out).exists()


def test_pack_check_fails_on_a_wrong_case_and_counts_the_rest(tmp_path, capsys):
    assert main(["pack", "check", str(HERE / "every-kind")]) == 0
    assert "不符 0 个" in capsys.readouterr().out


def test_judging_imports_neither_django_nor_ibis_nor_pandas():
    code = (
        "import sys, zhibu_engine.assess, zhibu_engine.explain, zhibu_engine.packs;"
        "sys.exit(any(name in sys.modules for name in ('django', 'ibis', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
