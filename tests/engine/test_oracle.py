"""The engine against a plain interpreter, over random facts of every odd kind."""

from __future__ import annotations

import random
from datetime import date
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.engine.agreeing import assert_agree
from tests.engine.conftest import STANDARDS
from tests.engine.making import Rows, random_rows
from zhibu_engine.kinds import kinds
from zhibu_engine.packs import Standard
from zhibu_engine.verdicts import Verdict

DAYS = [
    date(2025, 12, 31),
    date(2025, 11, 22),
    date(2025, 6, 30),
    date(2025, 3, 31),
    date(2025, 1, 1),
    date(2024, 2, 29),
]
#: A seed cannot be made smaller: nothing is won by trying.
few = settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def rows_of(words):
    """Made once for all standards."""

    @cache
    def made(as_of: date, units: int = 25) -> Rows:
        return random_rows(words, units, as_of.toordinal(), as_of, sittings=20)

    return made


@pytest.mark.parametrize("as_of", DAYS, ids=str)
@pytest.mark.parametrize("key", STANDARDS)
def test_the_engine_finds_what_reading_row_by_row_finds(compile_once, rows_of, key, as_of):
    assert_agree(compile_once(key), rows_of(as_of), as_of, range(1, 26))


@pytest.mark.parametrize("key", ["every", "more", "persons"])
def test_it_does_so_where_rows_are_many(compile_once, rows_of, key):
    assert_agree(compile_once(key), rows_of(DAYS[0], 450), DAYS[0], range(1, 451, 30))


@few
@given(
    seed=st.integers(0, 10_000),
    key=st.sampled_from(STANDARDS),
    as_of=st.sampled_from(DAYS),
    days=st.integers(-40, 0),
)
def test_any_facts_on_any_day_agree_with_the_oracle(compile_once, words, seed, key, as_of, days):
    as_of = date.fromordinal(as_of.toordinal() + days)
    rows = random_rows(words, 3, seed, as_of, sittings=12)

    assert_agree(compile_once(key), rows, as_of, (1, 2, 3))


def given_by_hand(standard: Standard, dice: random.Random, units: int) -> dict[tuple, int]:
    manual = [clause for clause in standard.clauses if clause.method == "manual"]
    return {
        (unit, clause.key): dice.choice([0, clause.points // 2, clause.points, 10**6])
        for unit in range(1, units)
        for clause in manual
        if dice.random() < 0.7
    }


@few
@given(seed=st.integers(0, 10_000), key=st.sampled_from(["composed", "every", "more", "monthly"]))
def test_points_given_by_hand_and_exemptions_agree_too(compile_once, words, seed, key):
    as_of, dice, compiled = date(2025, 12, 31), random.Random(seed), compile_once(key)
    rows = random_rows(words, 4, seed, as_of, sittings=12)
    keys = [clause.key for clause in compiled.standard.clauses]
    exempt = {(unit, dice.choice(keys)) for unit in (1, 2, 2)}

    manual = given_by_hand(compiled.standard, dice, 5)

    findings = assert_agree(compiled, rows, as_of, (1, 2, 3, 4), exempt=exempt, manual=manual)
    left_out = {
        (row["unit_id"], row["clause"])
        for row in findings.rows()
        if row["verdict"] == "not_applicable"
    }
    assert exempt <= left_out


def test_every_rule_kind_and_verdict_is_reached(compile_once, words, rows_of):
    clauses = [one for standard in words.standards.values() for one in standard.clauses]
    assert {clause.rule.name for clause in clauses if clause.rule} == set(kinds())
    reached: dict[str, set[str]] = {}
    for key in STANDARDS:
        compiled = compile_once(key)
        for as_of in (date(2025, 12, 31), date(2025, 3, 31)):
            findings = assert_agree(compiled, rows_of(as_of, 120), as_of, ())
            for row in findings.rows():
                rule = compiled.standard.clause(row["clause"]).rule
                reached.setdefault(rule.name if rule else "", set()).add(row["verdict"])
    judged = {"met", "partial", "unmet"}
    one_only = {name for name, verdicts in reached.items() if len(verdicts & judged) < 2}
    assert one_only & set(kinds()) == {"manual"}
    assert set().union(*reached.values()) == {verdict.name.lower() for verdict in Verdict}
