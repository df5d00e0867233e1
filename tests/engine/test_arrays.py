"""Few rows are counted with arrays, many by DuckDB: the numbers are the same."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.engine.making import random_rows, tables
from zhibu_engine.compile import Compiled, standard_compile
from zhibu_engine.facts import RELATIONS
from zhibu_engine.prepare import facts_prepare
from zhibu_engine.tally import Tallies


@pytest.fixture(scope="module")
def compiled(words) -> Compiled:
    return standard_compile(words, "every")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("units", [1, 7])
def test_arrays_count_what_the_statements_count(compiled, words, seed, units):
    day = date(2025, 11, 20)
    facts = facts_prepare(tables(random_rows(words, units, seed, day)), day)
    subjects = np.arange(units, 0, -1)

    arrays = Tallies(compiled, facts.tables, subjects)
    statements = Tallies(compiled, facts.tables, subjects, few=-1)

    for reads in compiled.plan.clauses:
        for name, parts in reads.items():
            assert (arrays.column(parts) == statements.column(parts)).all(), name


def test_few_rows_need_no_database(compiled, words, monkeypatch):
    day = date(2025, 11, 20)
    facts = facts_prepare(tables(random_rows(words, 1, 3, day)), day)
    monkeypatch.setattr("zhibu_engine.tally._cursor", lambda: pytest.fail("asked the database"))

    Tallies(compiled, facts.tables, np.array([1]))


def test_a_relation_without_rows_counts_as_nothing(compiled, words):
    rows = random_rows(words, 2, 5, date(2025, 11, 20))
    facts = facts_prepare(
        tables({name: rows[name] if name == "unit" else [] for name in RELATIONS}),
        date(2025, 11, 20),
    )

    arrays = Tallies(compiled, facts.tables, np.array([1, 2]))
    statements = Tallies(compiled, facts.tables, np.array([1, 2]), few=-1)

    for reads in compiled.plan.clauses:
        for parts in reads.values():
            assert (arrays.column(parts) == statements.column(parts)).all()
