"""The SQL of the rule kinds is read by people before it changes (``make snapshot`` writes it anew)."""

from __future__ import annotations

import os

import pytest

from tests.engine.conftest import HERE


@pytest.fixture(scope="module", params=["every", "more"])
def compiled(compile_once, request):
    return compile_once(request.param)


def test_the_statements_are_those_of_the_reviewed_snapshot(compiled):
    text = "\n\n".join(
        f"-- {statement.name}\n{sql};"
        for statement, sql in zip(compiled.plan.statements, compiled.sql, strict=True)
    )
    snapshot = HERE / "snapshots" / f"{compiled.standard_key}.duckdb.sql"
    if os.environ.get("ZHIBU_WRITE_SNAPSHOTS"):
        snapshot.write_text(text + "\n", encoding="utf-8")

    assert snapshot.read_text("utf-8") == text + "\n"


def test_no_statement_divides_or_holds_a_date_or_a_decimal(compiled):
    for sql in compiled.sql:
        upper = sql.replace("date_key", "").upper()
        assert "/" not in sql
        for word in ("DATE", "INTERVAL", "DECIMAL", "DOUBLE", "CURRENT", "202"):
            assert word not in upper, word


def test_one_statement_per_relation_and_grouping_however_many_clauses(compiled):
    plain = [statement for statement in compiled.plan.statements if statement.covered is None]
    keys = [(statement.source, statement.group) for statement in plain]

    assert len(keys) == len(set(keys))
    assert len(compiled.standard.clauses) > len(plain)
