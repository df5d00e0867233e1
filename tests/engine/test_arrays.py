"""Few rows are counted with arrays, many by DuckDB: the numbers are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.engine.conftest import STANDARDS
from tests.engine.making import random_rows, tables
from zhibu_engine.compile import Compiled
from zhibu_engine.facts import RELATIONS
from zhibu_engine.prepare import Facts, facts_prepare
from zhibu_engine.subjects import facts_owned, shifted, subjects_find
from zhibu_engine.tally import Tallies


@pytest.fixture(scope="module")
def compiled(compile_once) -> Compiled:
    return compile_once("every")


def same(compiled: Compiled, facts: Facts, numbers: np.ndarray) -> None:
    arrays = Tallies(compiled, facts.tables, numbers)
    statements = Tallies(compiled, facts.tables, numbers, few=-1)
    for reads in compiled.plan.clauses:
        for name, parts in reads.items():
            assert (arrays.column(parts) == statements.column(parts)).all(), name


@pytest.mark.parametrize("key", STANDARDS)
@pytest.mark.parametrize(("seed", "units"), [(0, 1), (1, 7), (2, 7), (3, 30)])
def test_arrays_count_what_the_statements_count(compile_once, words, key, seed, units):
    """Also what looks back, what is covered by links, and medians; also where subjects own the rows."""
    day, compiled = date(2025, 11, 20), compile_once(key)
    facts = facts_prepare(tables(random_rows(words, units, seed, day)), day)
    if compiled.standard.subject.kind == "unit":
        same(compiled, facts, np.arange(units, 0, -1))
        return
    keyed = subjects_find(facts, compiled.standard.subject, np.arange(units, 0, -1))
    same(compiled, facts_owned(facts, keyed), keyed.numbers)


def test_arrays_count_what_the_statements_count_in_one_month(compile_once, words):
    day, compiled = date(2025, 11, 20), compile_once("monthly")
    facts = facts_prepare(tables(random_rows(words, 7, 5, day)), day)

    same(compiled, shifted(facts, date(2025, 2, 1), date(2025, 2, 28)), np.arange(1, 8))


def test_few_rows_need_no_database(compiled, words, monkeypatch):
    day = date(2025, 11, 20)
    facts = facts_prepare(tables(random_rows(words, 1, 3, day)), day)
    monkeypatch.setattr("zhibu_engine.tally._cursor", lambda: pytest.fail("asked the database"))

    Tallies(compiled, facts.tables, np.array([1]))


def test_a_standard_without_its_statements_needs_no_database_however_many_rows(
    compiled, words, monkeypatch
):
    """A region's persons are judged beside Spark, whose statements DuckDB cannot read."""
    day = date(2025, 11, 20)
    facts = facts_prepare(tables(random_rows(words, 1, 3, day)), day)
    monkeypatch.setattr("zhibu_engine.tally._cursor", lambda: pytest.fail("asked the database"))

    Tallies(replace(compiled, sql=()), facts.tables, np.array([1]), few=-1)


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
