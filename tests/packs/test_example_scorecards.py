"""Public scorecards written as example packs: what their sources leave out stays 未评."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from zhibu.packs.services import builtin_packs
from zhibu_engine.assess import Findings, assess
from zhibu_engine.cases import cases_read, cases_run
from zhibu_engine.compile import standard_compile
from zhibu_engine.packs import Standard, Words, pack_load, pack_read, packs_merge
from zhibu_engine.prepare import facts_prepare
from zhibu_engine.sources import facts_read

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "packs" / "examples"
KEYS = sorted(path.parent.name for path in EXAMPLES.glob("*/pack.yaml"))
#: What is printed in the tables: sections in their order, and the points of which no rule was obtained.
SECTIONS = {
    "scorecard-quality-branch": ([3, 28, 17, 5, 5, 7], 18 + 10 + 12 + 5 + 6),
    "scorecard-standard-branch": ([16, 6], 6),
    "scorecard-six-haves": ([3 + 4 + 4, 15, 20], 7 + 5 + 8),
    "scorecard-organ-projects": ([12, 15], 3 + (15 - 3 - 3)),
    "scorecard-enterprise-venue": ([50, 25], 4 + 5 + 6 * 4 + 4 + 25),
    "scorecard-organ-standard": ([20, 20, 30, 20], 8 + 30 + 20),
}
#: All are tables of 100 points; of the last one 10 are bonus.
BONUS = {"scorecard-organ-standard": 10}


@cache
def _words(key: str) -> Words:
    return packs_merge([pack_read(ROOT / "packs" / "national"), pack_load(EXAMPLES / key)])


def _standard(key: str) -> Standard:
    return _words(key).standards[key]


def _points(key: str, *methods: str) -> float:
    """Scored points of clauses of these methods."""
    found = [one for one in _standard(key).clauses if one.class_ == "scored"]
    return sum(one.points for one in found if one.method in methods) / 100


def test_each_of_the_six_tables_has_its_figures_here():
    assert sorted(SECTIONS) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_its_worked_cases_come_out_as_they_say(key: str):
    cases = cases_read(EXAMPLES / key)

    assert list(cases_run(cases, _words(key))) == []
    assert any(not case.clause for case in cases), "no case of the total"


@pytest.mark.parametrize("key", KEYS)
def test_each_rule_judged_from_records_has_a_case_that_is_met_and_one_that_is_not(key: str):
    verdicts: dict[str, set[str]] = {}
    for case in cases_read(EXAMPLES / key):
        verdicts.setdefault(case.clause, set()).add(str(case.expect.get("verdict", "")))
    rules = [
        one.key
        for one in _standard(key).clauses
        if one.method == "record" and one.class_ != "statistic"
    ]

    assert rules
    assert [one for one in rules if "met" not in verdicts.get(one, ())] == []
    assert [one for one in rules if not verdicts[one] & {"unmet", "partial"}] == []


@pytest.mark.parametrize("key", KEYS)
def test_its_sections_weigh_what_the_table_prints_and_the_rest_comes_to_a_hundred(key: str):
    standard = _standard(key)
    printed, without_rule = SECTIONS[key]
    groups = [one.points / 100 for one in standard.groups if one.points]
    bonus = sum(one.points for one in standard.clauses if one.class_ == "bonus") / 100
    rest = 100 - sum(printed) - BONUS.get(key, 0)

    assert groups == [*printed, *([rest] if rest else [])]
    assert standard.total_points == (100 - BONUS.get(key, 0)) * 100
    assert bonus == BONUS.get(key, 0)
    assert _points(key, "later") == without_rule + rest
    assert _points(key, "record", "manual", "later") * 100 == standard.total_points


@pytest.mark.parametrize("key", KEYS)
def test_what_the_source_leaves_out_is_named_so_and_has_no_rule(key: str):
    standard = _standard(key)
    later = [one for one in standard.clauses if one.method == "later"]

    assert standard.label == "示例"
    assert later
    for one in later:
        assert one.rule is None and "原表" in one.waits_for and "没有取得" in one.message, one.key
    for one in standard.clauses:
        assert one.basis.startswith("某地公开的评分表（示例）"), one.key
        assert one.message.endswith("。") and one.fix.endswith("。"), one.key


@pytest.mark.parametrize("key", KEYS)
def test_records_alone_never_judge_what_is_left_to_people_or_was_not_obtained(key: str):
    standard, found = _standard(key), _judged(key)
    verdicts = {
        standard.clauses[place].key: row["verdict"]
        for row, place in zip(found.rows(), found.clause, strict=True)
    }
    open_ = {one.key for one in standard.clauses if one.method != "record"}
    (score,) = found.scores()
    not_judged = score.not_assessed + score.not_due + score.not_applicable

    if standard.applies.sectors in ((), ("organ",)):
        assert {verdicts[one] for one in open_} == {"not_assessed"}
        assert score.not_assessed >= _points(key, "manual", "later") * 100
    else:
        assert set(verdicts.values()) == {"not_applicable"}
    assert score.possible == score.assessed + not_judged == standard.total_points


@cache
def _judged(key: str) -> Findings:
    """The branch of an organ that docs/worked-example.md works out, by this table."""
    facts = facts_read(ROOT / "tests" / "packs" / "worked_example", _words(key))
    return assess(standard_compile(_words(key), key), facts_prepare(facts, date(2025, 12, 31)))


def test_rows_without_points_of_their_own_are_judged_but_not_scored():
    standard = _standard("scorecard-quality-branch")
    inside = [one for one in standard.clauses if one.item == "r04_10"]

    assert [(one.method, one.points) for one in inside if one.class_ == "scored"] == [
        ("later", 18_00)
    ]
    assert sum(one.class_ == "base" and one.method == "record" for one in inside) == 5


@pytest.mark.parametrize("key", KEYS)
def test_its_page_says_the_points_of_each_way_of_judging(key: str):
    page = (EXAMPLES / key / "README.md").read_text(encoding="utf-8")
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    ways = [round(_points(key, way)) for way in ("record", "manual", "later")]
    cells = r"\| {} \| {} \| {} \|".format(*ways)

    assert re.search(rf"^\| 合计 \| \d+ {cells}$", page, re.M)
    assert re.search(rf"^\| \[{key}\]\({key}/README.md\) \| \S+ {cells}", index, re.M)


def test_the_examples_are_neither_installed_by_default_nor_do_they_name_their_sources():
    assert not {path.name for path in builtin_packs()} & {*KEYS, "examples"}
    texts = {path: path.read_text(encoding="utf-8") for path in EXAMPLES.rglob("*.*")}
    assert [path for path, text in texts.items() if "http" in text or "www." in text] == []
    assert {path.suffix for path in texts} == {".yaml", ".md"}, "data only"
