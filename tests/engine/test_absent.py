"""What a source does not keep at all is 未评, never a zero; an empty table that it does keep is a zero."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from zhibu_engine.assess import assess
from zhibu_engine.cases import facts_tables
from zhibu_engine.compile import standard_compile
from zhibu_engine.explain import explain
from zhibu_engine.facts import MAY_BE_ABSENT
from zhibu_engine.prepare import facts_prepare

DAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def compiled(words):
    return standard_compile(words, "more")


def _facts(*, kept: bool) -> dict[str, pa.Table]:
    found = facts_tables({"segment": []}, {}, DAY, "test")
    return found if kept else {k: v for k, v in found.items() if k not in MAY_BE_ABSENT}


def _rows(compiled, *, kept):
    findings = assess(compiled, facts_prepare(_facts(kept=kept), DAY))
    return {row["clause"]: row for row in findings.rows()}, findings.scores()[0]


def test_a_register_that_is_kept_nowhere_is_not_assessed(compiled):
    rows, score = _rows(compiled, kept=False)

    assert (rows["visits"]["verdict"], rows["visits"]["code"]) == ("not_assessed", "later")
    assert (rows["clean"]["verdict"], rows["clean"]["earned"]) == ("not_assessed", 0)
    # A sitting is a record that every source keeps: without one it is a zero.
    assert rows["by_march"]["verdict"] == "unmet"
    assert rows["followed"]["verdict"] == "not_assessed"
    assert score.possible == score.assessed + score.not_assessed + score.not_due + (
        score.not_applicable
    )


def test_a_register_that_is_kept_and_empty_is_a_zero(compiled):
    rows, _ = _rows(compiled, kept=True)

    assert (rows["visits"]["verdict"], rows["visits"]["lost"]) == ("unmet", 400)
    assert rows["clean"]["verdict"] == "met"


def test_the_explanation_says_that_the_records_are_not_kept_yet(compiled):
    found = explain(compiled, _facts(kept=False), 1, "visits", as_of=DAY)

    assert found.sentence == "未评：所需记录尚未纳入系统。"
