"""The handbook for pack authors does what it says: its files are a pack, its commands run in the order they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.layout import ROOT
from zhibu.__main__ import is_for_engine
from zhibu.packs.models import PackVersion
from zhibu.packs.services import builtin_folder, pack_install
from zhibu_engine.cases import cases_read
from zhibu_engine.cli import main
from zhibu_engine.packs import pack_read
from zhibu_engine.packs.json_schema import definitions

HANDBOOK = ROOT / "docs" / "handbook"
TEXT = (HANDBOOK / "制度包怎么写.md").read_text(encoding="utf-8")
PROCEDURES = (HANDBOOK / "程序怎么写.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```(?:yaml|csv)\n# 文件 (\S+)\n(.*?)```", TEXT, re.S))
COMMANDS = [
    shlex.split(line)[1:]
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.S)
    for line in block.splitlines()
]


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """A folder with every file of the handbook, as the reader would have written them."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.django_db
def test_every_command_of_the_handbook_works_in_the_order_it_stands(desk, capsys):
    folder = builtin_folder()
    assert folder is not None
    pack_install(path=folder / "national", actor="测试")

    for words in COMMANDS:
        if is_for_engine(words):
            assert main(words) == 0, (words, capsys.readouterr().err)
        else:
            call_command("_".join(words[:2]), *words[2:])

    said = capsys.readouterr().out
    assert "没有不同" in said
    assert "青石村党支部" in said
    assert (desk / "结果.xlsx").is_file()
    assert PackVersion.objects.get(key="wanshan").digest == pack_read(desk / "wanshan").digest


def test_every_clause_of_the_example_has_a_case(desk):
    pack = pack_read(desk / "wanshan")
    tried = {(case.standard, case.clause) for case in cases_read(desk / "wanshan")}
    missing = [
        clause.key
        for standard in pack.standards.values()
        for clause in standard.clauses
        if clause.method != "later" and (standard.key, clause.key) not in tried
    ]
    assert missing == []


@pytest.mark.parametrize(
    "model",
    ["Header", "Standard", "Clause", "Applies", "Level", "Caps", "Group", "Item", "SegmentKind",
     "Subject", "Wording", "Loss", "Case", "Expect"],
)  # fmt: skip
def test_the_handbook_names_every_word_of_a_pack(model):
    words = set(definitions()[model]["properties"])
    pages = TEXT + PROCEDURES if model in ("Case", "Expect") else TEXT
    assert {word for word in words if not re.search(rf"\b{word}\b", pages)} == set()


@pytest.mark.parametrize(
    "model",
    ["Procedure", "StepOf", "FormField", "Column", "Setting", "When", "Acting", "Substitute", "Party", "Interval",
     "Paper", "Repeats", "Given", "Decision", "Spawns", "ElectionOf", "Scope", "Reopening", "Happened"],
)  # fmt: skip
def test_the_handbook_names_every_word_of_a_procedure(model):
    words = set(definitions()[model]["properties"])
    assert {word for word in words if not re.search(rf"\b{word}\b", PROCEDURES)} == set()
