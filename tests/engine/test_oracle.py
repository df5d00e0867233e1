"""The engine against a plain interpreter, over random facts of every odd kind."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.making import random_rows, tables
from tests.engine.oracle import Oracle
from zhibu_engine.assess import Findings, assess
from zhibu_engine.compile import Compiled, standard_compile
from zhibu_engine.packs import Words
from zhibu_engine.prepare import facts_prepare

DAYS = [
    date(2025, 12, 31),
    date(2025, 11, 22),
    date(2025, 6, 30),
    date(2025, 3, 31),
    date(2025, 1, 1),
    date(2024, 2, 29),
]


@pytest.fixture(scope="module")
def compiled(words: Words) -> Compiled:
    return standard_compile(words, "every")


def _found(findings: Findings) -> dict[int, list[tuple[str, str, int, int, int]]]:
    found: dict[int, list[tuple[str, str, int, int, int]]] = {}
    for row in findings.rows():
        values = (row["clause"], row["verdict"], row["earned"], row["measured"], row["required"])
        found.setdefault(row["unit_id"], []).append(values)
    return found


@pytest.mark.parametrize(
    ("as_of", "units"),
    [*((day, 40) for day in DAYS), pytest.param(DAYS[0], 450, id="as arrays")],
    ids=str,
)
def test_the_engine_finds_what_reading_row_by_row_finds(compiled, words, as_of, units):
    rows = random_rows(words, units, seed=as_of.toordinal(), as_of=as_of, sittings=25)
    oracle = Oracle(words, compiled.standard, rows, as_of)

    found = _found(assess(compiled, facts_prepare(tables(rows), as_of)))

    assert len(found) == units
    for unit in random.Random(1).sample(sorted(found), 40):
        assert found[unit] == oracle.findings(unit), f"unit {unit}"


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000), as_of=st.sampled_from(DAYS), days=st.integers(-40, 0))
def test_any_facts_on_any_day_agree_with_the_oracle(compiled, words, seed, as_of, days):
    as_of = date.fromordinal(as_of.toordinal() + days)
    rows = random_rows(words, 3, seed, as_of, sittings=12)
    oracle = Oracle(words, compiled.standard, rows, as_of)

    found = _found(assess(compiled, facts_prepare(tables(rows), as_of)))

    assert found == {unit: oracle.findings(unit) for unit in (1, 2, 3)}


def test_every_rule_kind_and_verdict_is_reached(compiled, words):
    as_of = date(2025, 11, 22)
    findings = assess(compiled, facts_prepare(tables(random_rows(words, 120, 7, as_of)), as_of))

    from zhibu_engine.kinds import kinds

    clauses = [one for standard in words.standards.values() for one in standard.clauses]
    assert {clause.rule.name for clause in clauses if clause.rule} == set(kinds())
    assert set(findings.verdict.tolist()) == {0, 1, 2, 3, 4, 5}


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_never_matters(compiled, words, seed):
    as_of = date(2025, 11, 22)
    rows = random_rows(words, 4, seed, as_of)
    before = _found(assess(compiled, facts_prepare(tables(rows), as_of)))
    for listed in rows.values():
        random.Random(seed + 1).shuffle(listed)

    assert _found(assess(compiled, facts_prepare(tables(rows), as_of))) == before


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000))
def test_another_units_records_change_nothing(compiled, words, seed):
    as_of = date(2025, 11, 22)
    rows = random_rows(words, 5, seed, as_of)
    alone = {name: [row for row in listed if row["unit_id"] == 3] for name, listed in rows.items()}

    together = _found(assess(compiled, facts_prepare(tables(rows), as_of), [3]))

    assert together == _found(assess(compiled, facts_prepare(tables(alone), as_of)))


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000))
def test_judged_and_not_judged_points_add_up_to_what_is_possible(compiled, words, seed):
    as_of = date(2025, 11, 22)
    for score in assess(
        compiled, facts_prepare(tables(random_rows(words, 5, seed, as_of)), as_of)
    ).scores():
        parts = score.assessed + score.not_assessed + score.not_due + score.not_applicable
        assert parts == score.possible == sum(clause.points for clause in compiled.standard.clauses)
        assert 0 <= score.earned <= score.assessed


def test_one_more_counted_record_never_lowers_a_count(compiled, words):
    as_of = date(2025, 12, 31)
    rows = random_rows(words, 30, 5, as_of)
    keys = {"monthly", "quarterly", "quarterly_two", "half", "half_two", "yearly", "forms"}
    before = _found(assess(compiled, facts_prepare(tables(rows), as_of)))
    template = next(row for row in rows["segment"] if row["day"] is not None)
    for unit in before:
        rows["segment"].append(
            {
                **template,
                "unit_id": unit,
                "record_id": 10**6 + unit,
                "segment_id": 10**6 + unit,
                "kind": "assembly",
                "day": date(2025, 5, 5),
                "convener": "branch",
                "presider_post": "secretary",
                "due": 4,
                "entitled": 4,
                "present": 4,
                "present_entitled": 4,
                "missing_fields": 0,
                "duplicate": False,
            }
        )

    after = _found(assess(compiled, facts_prepare(tables(rows), as_of)))

    for unit, listed in before.items():
        for old, new in zip(listed, after[unit], strict=True):
            if old[0] in keys:
                assert new[2] >= old[2] and new[3] >= old[3], (unit, old, new)
