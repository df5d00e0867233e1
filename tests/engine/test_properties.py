"""What holds of every judgement, whatever the facts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.engine.agreeing import engine_judged
from tests.engine.conftest import STANDARDS
from tests.engine.making import Rows, random_rows, tables
from zhibu_engine.assess import assess
from zhibu_engine.compile import Compiled
from zhibu_engine.conditions import Mask
from zhibu_engine.facts import RELATIONS
from zhibu_engine.kinds import Evidence
from zhibu_engine.packs import Clause
from zhibu_engine.prepare import counted_rows, facts_prepare, judging_form

AS_OF = date(2025, 11, 22)
#: A seed cannot be made smaller: nothing is won by trying.
few = settings(
    max_examples=16,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
seeds, keys = st.integers(0, 10_000), st.sampled_from(STANDARDS)
days = st.sampled_from([AS_OF, date(2025, 12, 31), date(2024, 2, 29)])


@few
@given(seed=seeds, key=keys)
def test_the_order_of_rows_never_matters(compile_once, words, seed, key):
    rows = random_rows(words, 4, seed, AS_OF, sittings=15)
    before = engine_judged(compile_once(key), rows, AS_OF)
    for listed in rows.values():
        random.Random(seed + 1).shuffle(listed)

    assert engine_judged(compile_once(key), rows, AS_OF) == before


@few
@given(seed=seeds, key=keys)
def test_another_units_records_change_nothing(compile_once, words, seed, key):
    rows = random_rows(words, 5, seed, AS_OF, sittings=15)
    alone = {name: [row for row in listed if row["unit_id"] == 3] for name, listed in rows.items()}

    together = engine_judged(compile_once(key), rows, AS_OF, unit_ids=[3])

    assert together == engine_judged(compile_once(key), alone, AS_OF)


#: Relations with rows that no rule looks back at for three years; the others only with words no clause names.
PASSING = (
    *("segment", "attendance", "part", "document", "entry", "publication"),
    *("ballot_result", "link", "matter", "matter_step"),
)
NAMED = ("segment", "entry_value", "outcome")


def irrelevant(rows: Rows, as_of: date, dice: random.Random) -> Iterator[tuple[str, dict]]:
    """Copies of records that come later, lie three years back, or are of a kind that no clause names."""
    for name in RELATIONS:
        event = RELATIONS[name].event
        for row in dice.sample(rows[name], min(len(rows[name]), 6)):
            if event:
                yield name, {**row, event: as_of + timedelta(days=dice.choice([1, 40, 400]))}
            if name in PASSING and row[event]:
                back = {"year": row["year"] - 3} if "year" in row else {}
                yield name, {**row, event: row[event] - timedelta(days=1200), **back}
            if name in NAMED:
                yield name, {**row, "kind": "unheard"}
            if name in ("result", "below"):
                yield name, {**row, "standard": "unheard"}


@few
@given(seed=seeds, key=keys, as_of=days)
def test_an_irrelevant_record_changes_nothing(compile_once, words, seed, key, as_of):
    rows = random_rows(words, 4, seed, as_of, sittings=15)
    before = engine_judged(compile_once(key), rows, as_of)
    added = list(irrelevant(rows, as_of, random.Random(seed)))
    for name, row in added:
        rows[name].append(row)

    assert len(added) > 20
    assert engine_judged(compile_once(key), rows, as_of) == before


@few
@given(seed=seeds, key=keys, as_of=days)
def test_what_was_judged_and_what_was_not_add_up(compile_once, words, seed, key, as_of):
    compiled = compile_once(key)
    scored = sum(one.points for one in compiled.standard.clauses if one.class_ == "scored")
    facts = facts_prepare(tables(random_rows(words, 5, seed, as_of, sittings=15)), as_of)
    for score in assess(compiled, facts).scores():
        parts = score.assessed + score.not_assessed + score.not_due + score.not_applicable
        assert parts == score.possible == scored
        assert 0 <= score.earned <= score.assessed + score.bonus
        assert score.zeroed <= score.assessed


def counted(rows: Rows, evidence: Evidence, as_of: date) -> list[dict]:
    """The rows that a clause counts, as its explanation tells them."""
    name = evidence.relation
    table = tables({name: rows[name]}).get(name)
    if table is None:
        return []
    form = judging_form(name, table, as_of)
    columns = {column: form.column(column).to_numpy() for column in form.column_names}
    mask: Mask = evidence.candidates.mask(columns, form.num_rows)
    for check in evidence.checks:
        mask = mask & check.condition.mask(columns, form.num_rows)
    if RELATIONS[name].event:
        mask = mask & counted_rows(name, columns)
    return [rows[name][place] for place in np.flatnonzero(mask)]


def one_more(rows: Rows, row: dict, name: str, unit: int, dice: random.Random) -> dict:
    """A copy of a counted record as another unit's own, of one of its people."""
    more = {**row, "unit_id": unit}
    for column in ("record_id", "segment_id"):
        if column in more:
            more[column] = 10**7 + unit
    people = [one["person_id"] for one in rows["member"] if one["unit_id"] == unit]
    if more.get("person_id") and people and name != "member":
        more["person_id"] = dice.choice(people)
    return more


def monotone_clauses(compiled: Compiled) -> list[Clause]:
    return [
        clause
        for clause in compiled.standard.clauses
        if clause.rule is not None and clause.rule.monotone and clause.class_ != "statistic"
    ]


@pytest.mark.parametrize("as_of", [date(2025, 12, 31), date(2025, 5, 31)], ids=str)
@pytest.mark.parametrize("key", ["every", "more", "composed", "monthly"])
def test_one_more_counted_record_never_lowers_a_clause(compile_once, words, key, as_of):
    """For every clause of a kind that is declared monotone."""
    compiled, dice = compile_once(key), random.Random(5)
    rows = random_rows(words, 12, 8, as_of, sittings=20)
    before = engine_judged(compiled, rows, as_of)
    tried = raised = 0
    for clause in monotone_clauses(compiled):
        place = compiled.standard.clause_index[clause.key]
        for evidence in clause.rule.evidence(words):
            found = counted(rows, evidence, as_of)
            if not found:
                continue
            name = evidence.relation
            added = []
            for unit, _ in before:
                # Beside one of the unit's own, where a period may be full already; and one of another kind.
                own = [row for row in found if row["unit_id"] == unit]
                for source in (own or found, found):
                    added.append(one_more(rows, dice.choice(source), name, unit, dice))
            after = engine_judged(compiled, {**rows, name: rows[name] + added}, as_of)
            for subject, lines in before.items():
                old, new = lines[place], after[subject][place]
                assert new[2] >= old[2] and (new[1] == "met" or old[1] != "met"), (old, new)
                raised += new[2] > old[2]
            tried += 1
    assert tried > 3 and raised


def test_the_kinds_declared_monotone_are_walked(words):
    clauses = [one for standard in words.standards.values() for one in standard.clauses]
    walked = {clause.rule.name for clause in clauses if clause.rule and clause.rule.monotone}
    assert walked == {
        *("minimum_count", "document_present", "term_current", "post_held", "variety", "coverage"),
        *("kinds_present", "deadline", "post_acts", "highest_level", "row_count", "regularity"),
        *("member_count_between", "entry_number", "outcome_held"),
    }
