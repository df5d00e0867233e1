"""The packs that are shipped: they load, add up, explain themselves and prove themselves by cases."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from zhibu_engine.cases import cases_read, cases_run
from zhibu_engine.packs import (
    Clause,
    Pack,
    PackError,
    Standard,
    Words,
    pack_load,
    pack_read,
    packs_merge,
)

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "packs"
EXAMPLE = Path(__file__).parent / "example-county"
SHIPPED = ("national", "city-organs", "county-rural")
#: Articles of 支部工作条例 that were checked against the text; others are written 条文待核.
CHECKED_ARTICLES = {"第十一条", "第十二条", "第十一、十二条", "第十七条", "第十八条", "第二十一条"}


def _chain(key: str) -> list[Pack]:
    pack = pack_read(PACKS / key)
    return [*(pack_read(PACKS / base) for base in pack.depends), pack]


def _standards() -> list[tuple[str, str]]:
    return [(key, standard) for key in SHIPPED for standard in pack_read(PACKS / key).standards]


def _standard(pack: str, key: str) -> Standard:
    return pack_read(PACKS / pack).standards[key]


def _clauses() -> list[tuple[str, Clause]]:
    return [(pack, clause) for pack, key in _standards() for clause in _standard(pack, key).clauses]


def _cases(pack: str) -> list[dict]:
    found = []
    for path in sorted((PACKS / pack / "cases").glob("*.yaml")):
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += written["cases"] if "procedure" not in written else []
    return found


@pytest.fixture(scope="module")
def organs() -> Standard:
    return _standard("city-organs", "liuhua")


@pytest.mark.parametrize("key", SHIPPED)
def test_a_shipped_pack_loads_with_the_packs_it_depends_on(key: str):
    words = packs_merge(_chain(key))

    assert isinstance(words, Words)
    assert words.segment_kinds["branch_assembly"].title == "党员大会"


def test_the_standard_of_the_organs_has_24_named_items_in_six_groups(organs: Standard):
    per_group = [
        sum(criterion.group == group.key for criterion in organs.criteria)
        for group in organs.groups
    ]

    assert per_group == [4, 5, 3, 5, 5, 2]
    assert sum(per_group) == len(organs.criteria) == 24


def test_the_24_items_are_scored_through_19_worth_100_points_labelled_as_an_example(
    organs: Standard,
):
    mapped = [key for item in organs.items for key in item.maps]

    assert len(organs.items) == 19
    assert sum(item.points for item in organs.items) == 100_00
    assert sorted(mapped) == sorted(criterion.key for criterion in organs.criteria)
    merged = {item.maps for item in organs.items if len(item.maps) > 1}
    assert merged == {
        ("established", "grouped"),
        ("planned", "stage_reviewed", "year_reviewed"),
        ("ledgers", "ledger_form"),
        ("variety", "discipline"),
    }
    assert organs.label == "示例"


def test_the_points_of_the_villages_are_labelled_as_an_example_and_the_regulation_has_none():
    rural = _standard("county-rural", "rural-frequencies")
    national = _standard("national", "branch-regulation")

    assert rural.label == "示例" and rural.total_points == 100_00
    assert national.total_points is None
    assert not any(clause.class_ == "scored" for clause in national.clauses)


@pytest.mark.parametrize(
    ("pack", "clause"), _clauses(), ids=lambda value: getattr(value, "key", value)
)
def test_a_clause_says_on_what_it_rests_what_it_asks_and_what_to_do(pack: str, clause: Clause):
    assert clause.title and clause.basis and clause.message and clause.fix
    assert clause.message.endswith("。") and clause.fix.endswith("。")
    assert (clause.method == "later") == bool(clause.waits_for)


@pytest.mark.parametrize(
    ("pack", "clause"), _clauses(), ids=lambda value: getattr(value, "key", value)
)
def test_an_article_is_cited_only_where_it_was_checked(pack: str, clause: Clause):
    for article in re.findall(r"第[一二三四五六七八九十、至]+条", clause.basis):
        assert article in CHECKED_ARTICLES or "条文待核" in clause.basis, clause.basis


@pytest.mark.parametrize(
    "folder",
    [*(PACKS / key for key in SHIPPED), EXAMPLE, EXAMPLE.parent / "example-city"],
    ids=lambda folder: folder.name,
)
def test_the_worked_cases_of_a_pack_come_out_as_they_say(folder: Path):
    pack = pack_read(folder)
    words = packs_merge([*(pack_read(PACKS / base) for base in pack.depends), pack])
    cases = cases_read(folder)

    assert cases
    assert list(cases_run(cases, words)) == []


@pytest.mark.parametrize("pack", SHIPPED)
def test_every_clause_judged_from_records_has_a_case_that_is_met_and_one_that_is_not(pack: str):
    verdicts: dict[str, set[str]] = {}
    for case in _cases(pack):
        verdicts.setdefault(case["clause"], set()).add(case["expect"].get("verdict", ""))
    for key, standard in pack_read(PACKS / pack).standards.items():
        for clause in standard.clauses:
            found = verdicts.get(clause.key, set())
            if clause.method == "record" and clause.class_ != "statistic":
                assert "met" in found, f"{key} {clause.key} has no met case"
                assert found & {"unmet", "partial"}, f"{key} {clause.key} has no unmet case"
            elif clause.class_ == "statistic" and clause.method == "record":
                assert found == {"not_assessed"}, f"{key} {clause.key} is not measured by a case"


def test_every_procedure_has_a_case_that_goes_all_the_way_without_a_breach():
    for key in SHIPPED:
        walked = {
            case.matter.procedure
            for case in cases_read(PACKS / key)
            if case.matter
            and case.expect.get("state") == "done"
            and case.expect.get("breaches") == []
        }
        assert {
            one.key for one in pack_read(PACKS / key).procedures.values() if not one.extends
        } <= walked


def test_the_national_lists_hold_the_codes_of_the_official_sheet():
    codes = pack_read(PACKS / "national").codes

    assert len(codes["ethnicity"].codes) == 58
    assert codes["ethnicity"].codes["01"] == "汉族"
    assert codes["education"].codes["1A"] == "中央党校研究生"
    assert codes["job"].codes["011"] == "公务员"
    assert codes["unit_kind_national"].codes == {
        "611": "党委", "621": "党总支", "631": "党支部", "632": "联合党支部",
    }  # fmt: skip


def test_the_readme_of_a_pack_speaks_of_every_item():
    readme = (PACKS / "city-organs" / "README.md").read_text(encoding="utf-8")
    for item in _standard("city-organs", "liuhua").items:
        assert f"| {item.key} {item.title} | {item.points // 100} |" in readme


def test_a_county_adds_a_kind_of_meeting_and_changes_a_number_in_its_own_pack():
    base = [pack_read(PACKS / "national"), pack_read(PACKS / "county-rural")]
    before, after = packs_merge(base), packs_merge([*base, pack_read(EXAMPLE)])

    assert "courtyard_talk" not in before.segment_kinds
    assert after.segment_kinds["courtyard_talk"].min_present == 5
    assert before.segment_kinds["branch_study"].quorum.at_least == (1, 2)
    assert after.segment_kinds["branch_study"].quorum.at_least == (2, 3)
    assert after.codes["activity_form"]["visit"] == "参观见学"
    assert after.codes["activity_form"]["courtyard"] == "院坝夜谈"


def test_a_city_changes_one_clause_of_the_standard_without_copying_it():
    base = [pack_read(PACKS / "national"), pack_read(PACKS / "city-organs")]
    city = pack_read(EXAMPLE.parent / "example-city")
    before = packs_merge(base).standards["liuhua"]
    after = packs_merge([*base, city]).standards["liuhua"]

    changed = [key for key in before.clause_index if before.clause(key) != after.clause(key)]
    assert changed == ["assembly_quarterly"]
    assert after.clause("assembly_quarterly").rule.at_least == 2
    assert (after.title, after.label) == (before.title, "某市直工委示例")


def test_a_pack_with_an_unknown_word_is_refused_naming_file_line_word_and_the_words_that_exist(
    tmp_path,
):
    for key in ("national", "county-rural"):
        shutil.copytree(PACKS / key, tmp_path / key)
    wrong = tmp_path / "example-county"
    shutil.copytree(EXAMPLE, wrong)
    path = wrong / "standards" / "county-extra.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[courtyard_talk]", "[courtyard_walk]"),
        encoding="utf-8",
    )

    with pytest.raises(PackError) as refused:
        pack_load(wrong)

    said = str(refused.value)
    assert "county-extra.yaml:" in said and "courtyard_walk" in said and "courtyard_talk" in said


def test_the_index_of_the_handbook_names_every_page():
    folder = ROOT / "docs" / "handbook"
    index = (folder / "README.md").read_text(encoding="utf-8")

    pages = {path.name for path in folder.glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in index} == set()
