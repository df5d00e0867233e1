"""采购六步: a county's own procedure, written from the handbook as data alone, goes through the guards."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import pytest

from tests.layout import ROOT
from zhibu_engine.cases import cases_read, cases_run
from zhibu_engine.cli import main
from zhibu_engine.packs.find import pack_at
from zhibu_engine.procedures import Happening, Seat, Standing, resolution_problems, step_judge
from zhibu_engine.votes import VoteCount

FOLDER = Path(__file__).parent / "purchase_example"
PAGE = (ROOT / "docs" / "handbook" / "程序怎么写.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```yaml\n# 文件 (\S+)\n(.*?)```", PAGE, re.S))
COMMANDS = [
    shlex.split(line)[1:]
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S)
    for line in block.splitlines()
]
COUNTY, TOWN = (FOLDER / key for key in ("wanshan-purchase", "qingshi-purchase"))


@pytest.fixture(scope="module")
def purchase():
    return pack_at(COUNTY)[1].procedures["purchase"]


@pytest.fixture(scope="module")
def town():
    return pack_at(TOWN)[1].procedures["purchase"]


def test_the_files_are_those_of_the_page_word_for_word():
    kept = {
        str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*.yaml")
    }

    assert kept == FILES
    assert len(kept) == 7


def test_every_command_of_the_page_works_in_the_order_it_stands(tmp_path, monkeypatch, capsys):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    for words in COMMANDS:
        assert main(words) == 0, (words, capsys.readouterr())

    said = capsys.readouterr().out
    assert "程序 1 个，用例 9 个，不符 0 个" in said
    assert "用例 9 个，相符 9 个" in said
    assert "设置项“多少钱以上要论证”（threshold）：（未填，不检查）" in said


@pytest.mark.parametrize("folder", [COUNTY, TOWN], ids=lambda folder: folder.name)
def test_its_cases_come_out_as_they_say(folder):
    _, words = pack_at(folder)
    cases = cases_read(folder)

    assert cases
    assert list(cases_run(cases, words)) == []


def test_a_case_that_says_otherwise_is_told_with_file_and_line(tmp_path):
    _, words = pack_at(COUNTY)
    folder = tmp_path / "wanshan-purchase"
    (folder / "cases").mkdir(parents=True)
    text = FILES["wanshan-purchase/cases/purchase.yaml"]
    (folder / "cases" / "purchase.yaml").write_text(
        text.replace("expect: {state: terminated,", "expect: {state: done,"), "utf-8"
    )

    [sentence] = cases_run(cases_read(folder), words)

    assert re.match(r"wanshan-purchase/cases/purchase\.yaml:\d+：", sentence)
    assert "state 应为 done，实为 terminated" in sentence


def _did(step: str, day: str, **more) -> Happening:
    return Happening(step, date.fromisoformat(f"2025-{day}"), **more)


@pytest.mark.parametrize(
    ("presider", "present", "carried", "codes"),
    [
        pytest.param("secretary", [], True, [], id="by the secretary"),
        pytest.param("deputy_secretary", [], True, [], id="the deputy while he is away"),
        pytest.param("deputy_secretary", ["secretary"], True, ["presider"], id="while he is there"),
        pytest.param("committee_member", [], True, ["presider"], id="by somebody else"),
        pytest.param("secretary", [], False, [], id="and it is voted down"),
    ],
)
def test_the_guards_judge_who_presides_and_what_the_vote_comes_to(
    purchase, presider, present, carried, codes
):
    seats = [Seat(n, frozenset([post])) for n, post in enumerate([presider, *present])]
    count = VoteCount(entitled=5, present=5, votes_for=4 if carried else 2)
    happened = _did(
        "study", "03-10", kind="committee_meeting", presider=seats[0], present=tuple(seats),
        count=count, decision="carried" if carried else "rejected",
    )  # fmt: skip
    before = Standing(
        date(2025, 3, 3), {"amount": 9000_00}, (_did("apply", "03-04"), _did("review", "03-05"))
    )

    found = step_judge(purchase, purchase.step("study"), happened, before)
    after = Standing(before.opened, before.form, (*before.done, happened))

    assert [one.code for one in found] == codes
    assert (resolution_problems(purchase, after) == ()) == carried


def test_who_bought_cannot_accept_and_is_told_what_to_do(purchase):
    bought = _did("buy", "03-20", actors=frozenset({"甲"}))
    accepting = _did("accept", "03-25", actors=frozenset({"甲", "乙"}), decision="passed")
    standing = Standing(date(2025, 3, 3), {}, (bought,))

    [refused] = [
        one
        for one in step_judge(purchase, purchase.step("accept"), accepting, standing)
        if one.hard
    ]

    assert refused.text == "“验收”不能由办理“采购”的人自己做。请换一人办理。"


def test_a_town_gives_its_own_values_and_leaves_the_rest_open(purchase, town):
    assert [one.key for one in purchase.open_settings()] == [
        "threshold", "shown_days", "accept_within",
    ]  # fmt: skip
    assert [one.key for one in town.open_settings()] == ["accept_within"]
    assert town.steps == purchase.steps
