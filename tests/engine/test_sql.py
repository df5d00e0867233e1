"""The SQL of the rule kinds is read by people before it changes (``make snapshot`` writes it anew)."""

from __future__ import annotations

import os

import pytest

from tests.engine.conftest import HERE
from zhibu_engine.compile import standard_compile

SNAPSHOT = HERE / "snapshots" / "every.duckdb.sql"


@pytest.fixture(scope="module")
def compiled(words):
    return standard_compile(words, "every")


def test_the_statements_are_those_of_the_reviewed_snapshot(compiled):
    text = "\n\n".join(
        f"-- {statement.name}\n{sql};"
        for statement, sql in zip(compiled.plan.statements, compiled.sql, strict=True)
    )
    if os.environ.get("ZHIBU_WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(text + "\n", encoding="utf-8")

    assert SNAPSHOT.read_text("utf-8") == text + "\n"


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
    assert len(compiled.standard.clauses) > 2 * len(plain)
