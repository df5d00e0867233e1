"""A finding in words: numbers, records counted and rejected, what is missing, until when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from tests.engine.making import random_rows, tables
from zhibu_engine.assess import assess
from zhibu_engine.cases import facts_tables
from zhibu_engine.compile import Compiled, CompiledStale, standard_compile
from zhibu_engine.explain import explain, explain_all
from zhibu_engine.prepare import FactsError, facts_prepare

SITTING = {
    "kind": "assembly", "convener": "branch", "presider_post": "secretary", "due": 10, "entitled": 9, "present": 9,
    "present_entitled": 8,
}  # fmt: skip


@pytest.fixture(scope="module")
def compiled(words) -> Compiled:
    return Compiled.load(standard_compile(words, "every").dump())


def _facts(as_of: date, **rows):
    return facts_tables(rows, {"segment": SITTING}, as_of, "test")


def test_the_rejected_records_say_why_and_the_counted_ones_are_named(compiled):
    as_of = date(2025, 11, 22)
    facts = _facts(
        as_of,
        segment=[
            {"day": "2025-02-05", "title": "第一次"},
            {
                "day": "2025-05-05",
                "title": "第二次",
                "present_entitled": 4,
                "presider_post": "group_leader",
            },
            {"day": "2024-12-30", "title": "去年的"},
            {"day": "2025-12-01", "title": "以后的"},
            {"day": "2024-05-01", "title": "很久以前的"},
        ],
    )

    found = explain(compiled, facts, 1, "quarterly", as_of=as_of)

    assert (found.verdict, found.measured, found.required, found.lost) == ("partial", 1, 3, 200)
    assert found.sentence == (
        "党员大会每季度至少 1 次，应有 3 次，系统内有效记录 1 次，未见的有：第2季度、第3季度。"
    )
    assert found.missing == ("第2季度", "第3季度")
    assert found.until == date(2025, 12, 31)
    assert [row.title for row in found.counted] == ["党员大会：第一次"]
    assert {row.title: row.reasons for row in found.rejected} == {
        "党员大会：第二次": (
            "主持人当天没有可以主持党员大会的职务。",
            "未达到法定人数：有表决权的应到 9 人，实到 4 人。",
        ),
        "党员大会：去年的": ("期间之外：评判 2025 年 1 月 1 日至 11 月 22 日。",),
        "党员大会：以后的": ("期间之外：评判 2025 年 1 月 1 日至 11 月 22 日。",),
    }
    assert "未开展" not in found.sentence
    assert found.may_backfill


def test_no_sentence_of_any_clause_says_that_nothing_was_done(compiled):
    as_of = date(2025, 12, 31)
    for found in explain_all(compiled, _facts(as_of), 1, as_of=as_of):
        assert found.sentence.endswith("。"), found
        assert "未开展" not in found.sentence
        if found.verdict in ("not_assessed", "not_due", "not_applicable"):
            assert found.lost == found.earned == 0


def test_an_exemption_takes_the_clause_out_and_a_score_by_hand_counts(compiled):
    as_of = date(2025, 12, 31)
    facts = _facts(as_of, member=[{"category": "full"}] * 3)
    prepared = facts_prepare(facts, as_of)

    plain = assess(compiled, prepared).scores()[0]
    findings = assess(
        compiled,
        prepared,
        exemptions=[(1, "quarterly")],
        manual={(1, "by_hand"): 150, (2, "by_hand"): 1},
    )

    rows = {row["clause"]: row for row in findings.rows()}
    assert (rows["quarterly"]["verdict"], rows["quarterly"]["code"]) == ("not_applicable", "exempt")
    assert (rows["by_hand"]["verdict"], rows["by_hand"]["earned"]) == ("partial", 150)
    score = findings.scores()[0]
    assert score.not_applicable == plain.not_applicable + 400
    assert score.assessed == plain.assessed - 400 + 200
    told = explain(compiled, facts, 1, "by_hand", as_of=as_of, manual={(1, "by_hand"): 150})
    assert told.sentence == "人工评分：得 1.5 分，满分 2 分。"


def test_facts_of_another_day_and_unknown_units_are_refused(compiled):
    prepared = facts_prepare(_facts(date(2025, 12, 31)), date(2025, 12, 31))

    with pytest.raises(FactsError, match="不能用来评判"):
        assess(compiled, prepared, as_of=date(2025, 6, 30))
    with pytest.raises(FactsError, match="没有编号为 9 的组织"):
        assess(compiled, prepared, [1, 9])


def test_statements_of_another_engine_are_refused(compiled):
    dumped = compiled.dump()
    dumped["plan"] = "older"

    with pytest.raises(CompiledStale, match="重新发布"):
        Compiled.load(dumped)


def test_a_missing_relation_is_zero_and_a_missing_column_is_an_error(compiled):
    facts = _facts(date(2025, 12, 31), segment=[{"day": "2025-01-05"}])
    facts["segment"] = facts["segment"].drop_columns(["kind"])

    with pytest.raises(FactsError, match="《会议》缺少“会议类别”"):
        facts_prepare(facts, date(2025, 12, 31))


def test_no_units_give_no_findings(compiled):
    prepared = facts_prepare(_facts(date(2025, 12, 31)), date(2025, 12, 31))

    findings = assess(compiled, prepared, [])

    assert len(findings) == 0
    assert findings.scores() == findings.rows() == []


def test_threads_each_judge_for_themselves(compiled, words):
    """One cursor per thread: nobody sees another's rows."""
    day = date(2025, 12, 31)
    many = [facts_prepare(tables(random_rows(words, 3, seed, day)), day) for seed in range(6)]
    alone = [assess(compiled, facts).rows() for facts in many]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda place: assess(compiled, many[place % 6]).rows(), range(24)))

    assert found == [alone[place % 6] for place in range(24)]
