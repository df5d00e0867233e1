"""A finding is said in words that people read: the clause's own where it has them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from zhibu_engine.cases import facts_tables
from zhibu_engine.compile import standard_compile
from zhibu_engine.explain import Explanation, explain
from zhibu_engine.packs import Pack, PackError, pack_read, packs_merge

DAY = date(2025, 12, 31)
PLANS = {"kind": "ratio", "relation": "document", "where": {"kind": ["year_plan"]}}


def _packs(clause: dict[str, Any]) -> list[Pack]:
    every = pack_read(Path(__file__).parent / "every-kind")
    written = {"key": "one", "title": "一", **clause}
    standard = {"key": "said", "title": "说法", "clauses": [written]}
    header = {"key": "local", "version": "1", "title": "本地"}
    parts: dict[str, Any] = {"codes": {}, "kinds": {}, "documents": {}}
    return [every, Pack.from_dump({"pack": header, **parts, "standards": {"said": standard}})]


def _explained(clause: dict[str, Any], **rows: Any) -> Explanation:
    compiled = standard_compile(packs_merge(_packs(clause)), "said")
    unit = {"kind": "branch", "founded": "2015-01-01"}
    facts = facts_tables({"unit": unit, **rows}, {}, DAY, "test")
    return explain(compiled, facts, 1, "one", as_of=DAY)


def _base(rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"class": "base", "rule": rule, **more}


def test_a_plan_without_a_meeting_is_told_in_the_words_of_the_field():
    clause = _base({**PLANS, "part": {"adopted": True}, "at_least": "100%"})

    said = _explained(clause, document=[{"kind": "year_plan", "day": "2025-02-01"}])

    title = packs_merge(_packs(clause)).document_kinds["year_plan"].title
    assert said.sentence == f"{title} 1 份，没有登记通过它的会议。"
    assert said.rejected[0].reasons == ("没有登记通过它的会议。",)


def test_a_reason_names_the_numbers_of_the_row():
    rule = {"kind": "minimum_count", "segments": ["study"], "per": "year"}
    said = _explained(
        _base({**rule, "where": {"present": {"from": 8}}}),
        segment=[{"kind": "study", "day": "2025-02-01", "present": 5}],
    )

    assert "实到人数 5，要求不少于 8。" in said.rejected[0].reasons


def test_a_statistic_has_numbers_and_no_requirement():
    rule = {"kind": "ratio", "relation": "attendance", "part": {"state": "present"}}
    words = {"says": "到会 {measured} 人次，应到 {required} 人次，占 {share}。"}
    rows = [
        {"kind": "study", "day": "2025-02-01", "state": state}
        for state in ("present", "present", "absent")
    ]

    said = _explained({"class": "statistic", "rule": rule, "wording": words}, attendance=rows)

    assert said.sentence == "到会 2 人次，应到 3 人次，占 66.6%。"
    assert said.verdict == "not_assessed"


def test_only_a_statistic_may_leave_its_number_open():
    with pytest.raises(PackError, match="可以不写 at_least"):
        _packs(_base({**PLANS, "part": {"adopted": True}}))


def test_a_clause_words_its_own_reason_and_unknown_words_are_refused():
    rule = {**PLANS, "part": {"items_unassigned": {"to": 0}}, "at_least": "100%"}
    own = {"reasons": {"items_unassigned": "还差 {items_unassigned} 条。"}, "noun": "计划"}
    row = {"kind": "year_plan", "day": "2025-02-01", "items_unassigned": 2}

    said = _explained(_base(rule, wording=own), document=[row])

    assert said.rejected[0].reasons == ("还差 2 条。",)
    assert said.sentence.startswith("计划 1 份")
    for wrong, message in (
        ({"says": "共 {total} 份。"}, "says 不认识“total”"),
        ({"nouns": "计划"}, "不认识的词“nouns”；可用的有：noun"),
        ({"reasons": {"adopted": "没有。"}}, "不认识的条件“adopted”；可用的有：items_unassigned"),
        ({"reasons": {"items_unassigned": "{persons} 人"}}, "不认识的数字列“persons”"),
    ):
        with pytest.raises(PackError, match=message):
            packs_merge(_packs(_base(rule, wording=wrong)))


def test_no_clause_of_the_packs_carries_a_dummy_requirement():
    root = Path(__file__).resolve().parents[2] / "packs"
    for path in root.glob("*/standards/*.yaml"):
        for clause in yaml.safe_load(path.read_text(encoding="utf-8"))["clauses"]:
            if clause["class"] == "statistic" and clause.get("rule", {}).get("kind") == "ratio":
                assert "at_least" not in clause["rule"], clause["key"]
