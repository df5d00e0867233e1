"""试算: every difference is accounted for, and a level's change by the smallest set of clauses."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.making import random_rows, tables
from zhibu_engine.assess import Findings, assess
from zhibu_engine.backtest import backtest, findings_join, rate
from zhibu_engine.backtest_said import backtest_tables, move_sentence, result_sentence
from zhibu_engine.compile import Compiled, standard_compile
from zhibu_engine.packs import Pack, pack_read, packs_merge
from zhibu_engine.prepare import Facts, FactsError, facts_prepare
from zhibu_engine.verdicts import Verdict

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2025, 12, 31)
NATIONAL = pack_read(ROOT / "packs" / "national")


def clause(key: str, kind: str, per: str, points: int, **more: Any) -> dict[str, Any]:
    rule = {"kind": "minimum_count", "segments": [kind], "per": per}
    return {"key": key, "title": f"条款{key}", "group": "g", "points": points, "rule": rule, **more}


OLD: dict[str, Any] = {
    "key": "tried",
    "title": "现行标准",
    "groups": [{"key": "g", "title": "组"}],
    "total_points": 12,
    "not_applicable": "rescale",
    "levels": [
        {"key": "model", "title": "示范", "from": 9, "must": ["lecture"]},
        {"key": "fair", "title": "达标", "from": 5},
        {"key": "poor", "title": "未达标"},
    ],
    "clauses": [
        clause("assembly", "branch_assembly", "quarter", 4, loss={"per_missing": 1}),
        clause("lecture", "party_lecture", "year", 4),
        clause("committee", "committee_meeting", "half", 4, loss={"per_missing": 2}),
    ],
}


def compiled_of(standard: dict[str, Any]) -> Compiled:
    pack = Pack.from_dump(
        {
            "pack": {"key": "tried", "version": "1", "title": "试", "depends": ["national"]},
            "codes": {},
            "kinds": {},
            "documents": {},
            "standards": {standard["key"]: standard},
        }
    )
    return standard_compile(packs_merge([NATIONAL, pack]), standard["key"])


def changed(**of_clause: Any) -> dict[str, Any]:
    """The same standard as a draft; ``assembly=…`` changes that clause, None drops it."""
    draft = copy.deepcopy(OLD)
    draft["title"] = "新标准"
    for key, fields in of_clause.items():
        place = next(n for n, one in enumerate(draft["clauses"]) if one["key"] == key)
        if fields is None:
            draft["clauses"].pop(place)
        else:
            draft["clauses"][place] = {**draft["clauses"][place], **fields}
    return draft


@pytest.fixture(scope="module")
def facts() -> Facts:
    words = compiled_of(OLD).words
    return facts_prepare(tables(random_rows(words, 80, 11, AS_OF, sittings=60)), AS_OF)


MONTHLY = {"rule": {"kind": "minimum_count", "segments": ["branch_assembly"], "per": "month"}}
DRAFT = changed(
    assembly={**MONTHLY, "loss": {"per_missing": 0.5}},
    lecture={"loss": {"flag": 1}},
    committee={"loss": {"per_missing": 1.5}},
)


def judged(standard: dict[str, Any], facts: Facts) -> Findings:
    return assess(compiled_of(standard), facts)


def test_every_difference_is_the_sum_of_its_causes_and_the_composing_rules(facts):
    draft = copy.deepcopy(DRAFT)
    draft["groups"][0]["cap"] = 3
    result = backtest(judged(draft, facts), judged(OLD, facts))

    assert len(result.moves) > 20
    for move in result.moves:
        assert sum(cause.difference for cause in move.causes) + move.rest == move.difference
    assert any(move.rest for move in result.moves)
    uncapped = backtest(judged(DRAFT, facts), judged(OLD, facts))
    assert {move.rest for move in uncapped.moves} == {0}


def test_the_smallest_set_of_clauses_brings_the_old_level_back_and_none_smaller_does(facts):
    """Recomputed by another road: the draft's findings with the old ones written into them."""
    after, before = judged(DRAFT, facts), judged(OLD, facts)
    result = backtest(after, before)
    changes = [move for move in result.moves if move.level_changes]
    assert len(changes) > 5 and any(len(move.decisive) == 1 for move in changes)

    def level_with(unit: int, keys: tuple[str, ...]) -> tuple[str, str]:
        mixed = {name: np.array(getattr(after, name)) for name in ("verdict", "earned")}
        width = len(after.standard.clauses)
        row, old = (int(np.flatnonzero(one.unit_ids == unit)[0]) for one in (after, before))
        for key in keys:
            place = after.standard.clause_index[key]
            for name, values in mixed.items():
                values[row * width + place] = getattr(before, name)[old * width + place]
        score = replace(after, **mixed).scores()[row]
        return score.level_low, score.level_high

    for move in changes:
        old = move.before.level_low, move.before.level_high
        assert move.decisive, move
        assert level_with(move.unit_id, move.decisive) == old
        if len(move.decisive) > 1:
            for cause in move.causes:
                assert level_with(move.unit_id, (cause.clause,)) != old


def test_moves_come_levels_first_then_the_largest_difference(facts):
    moves = backtest(judged(DRAFT, facts), judged(OLD, facts)).moves
    order = [(not move.level_changes, -abs(move.difference)) for move in moves]
    assert order == sorted(order)


def test_a_standard_that_did_not_change_moves_nobody(facts):
    result = backtest(judged(OLD, facts), judged(OLD, facts))
    assert result.moves == () and result.after == replace(result.before, key="tried")
    assert "0 个组织得分升高，0 个降低；0 个组织的等次有变化" in result_sentence(result)


def test_a_dropped_and_a_new_clause_are_named_as_such(facts):
    draft = changed(lecture=None)
    draft["levels"][0].pop("must")
    draft["clauses"].append(clause("study", "branch_study", "year", 4))
    result = backtest(judged(draft, facts), judged(OLD, facts))

    causes = {c.clause: c for move in result.moves for c in move.causes}
    assert causes["lecture"].now == "" and causes["study"].was == ""
    said = " ".join(
        move_sentence(move, compiled_of(OLD).standard, compiled_of(draft).standard)
        for move in result.moves
    )
    assert "取消的条款" in said and "新增条款" in said


def test_thresholds_alone_change_levels_and_are_named_as_the_cause(facts):
    draft = copy.deepcopy(OLD)
    draft["levels"][1]["from"] = 8
    result = backtest(judged(draft, facts), judged(OLD, facts))

    assert result.moves and all(m.level_changes and not m.causes for m in result.moves)
    move = result.moves[0]
    said = move_sentence(move, compiled_of(OLD).standard, compiled_of(draft).standard)
    assert "达标 → 未达标，因为等次的分数线" in said


def test_clauses_that_nobody_or_everybody_loses_or_nobody_can_be_judged_on(facts):
    draft = changed(assembly={"rule": {**MONTHLY["rule"], "at_least": 50}})
    base = {"class": "base"}
    draft["clauses"] += [
        {**clause("easy", "branch_assembly", "year", 0), **base, "rule": {
            "kind": "breach_count", "segments": ["branch_assembly"], "breaches": ["presider"], "at_most": 99999}},
        {**clause("hand", "branch_assembly", "year", 0), **base, "method": "manual", "rule": {"kind": "manual", "guide": "看"}},
        {"key": "wait", "title": "等", "group": "g", **base, "method": "later", "waits_for": "缴费记录"},
        {**clause("never", "branch_assembly", "year", 0), **base, "applies": {"kinds": ["group"]}},
    ]  # fmt: skip
    after = judged(draft, facts)
    counts = {one.clause: one for one in backtest(after).after.clauses}

    assert counts["assembly"].says == "everybody"
    assert counts["easy"].says == "nobody"
    assert counts["hand"].says == counts["wait"].says == "unjudged"
    early = compiled_of(OLD)
    january = facts_prepare(
        tables(random_rows(early.words, 9, 3, date(2025, 1, 5))), date(2025, 1, 5)
    )
    undue = [
        one for one in backtest(assess(early, january)).after.clauses if one.clause == "committee"
    ]
    assert undue[0].says == "undue" and not undue[0].judged
    assert dict(counts["wait"].reasons).keys() == {"later"}
    assert counts["never"].says == "nowhere"
    verdicts = after.matrix("verdict")[(after.matrix("verdict") != 3).any(axis=1)]
    for place, one in enumerate(after.standard.clauses):
        column = verdicts[:, place]
        assert counts[one.key].judged == sum(v <= Verdict.UNMET for v in column)
        assert counts[one.key].losing == sum(v in (1, 2) for v in column)


def test_the_spread_is_that_of_the_rates(facts):
    after = judged(DRAFT, facts)
    result = backtest(after)
    rates = sorted(r for score in after.scores() if (r := rate(score)) is not None)
    spread = result.after.spread
    assert (spread.lowest, spread.highest, spread.units) == (rates[0], rates[-1], len(rates))
    assert spread.median == rates[(len(rates) + 1) // 2 - 1]
    assert sum(spread.bands) == len(rates)
    assert spread.bands[9] == sum(r >= 9000 for r in rates)


def test_units_that_only_one_standard_judges_are_named_and_not_compared(facts):
    draft = copy.deepcopy(OLD)
    draft["applies"] = {"kinds": ["branch"]}
    result = backtest(judged(draft, facts), judged(OLD, facts))
    kinds = dict(
        zip(
            facts.tables["unit"].column("unit_id").to_pylist(),
            facts.tables["unit"].column("kind").to_pylist(),
            strict=True,
        )
    )
    assert result.left and {kinds[unit] for unit in result.left}.isdisjoint({"branch"})
    assert not result.entered and not {m.unit_id for m in result.moves} & set(result.left)


def test_judging_in_portions_gives_the_same(facts):
    units = np.unique(facts.tables["unit"].column("unit_id").to_numpy()).tolist()
    new, old = compiled_of(DRAFT), compiled_of(OLD)

    def portions(compiled: Compiled) -> Findings:
        return findings_join([assess(compiled, facts, units[n : n + 7]) for n in range(0, 80, 7)])

    assert backtest(portions(new), portions(old)) == backtest(
        assess(new, facts), assess(old, facts)
    )


def test_tables_hold_every_unit_that_moved_and_every_clause(facts):
    after, before = judged(DRAFT, facts), judged(OLD, facts)
    result = backtest(after, before)
    names = {unit: (f"{unit:03}", f"第{unit}支部") for unit in range(1, 81)}
    found = {t.title: t for t in backtest_tables(result, names, after.standard, before.standard)}
    assert len(found["变化的组织"].rows) == len(result.moves)
    assert len(found["条款"].rows) == 3
    assert all(len(row) == len(t.headings) for t in found.values() for row in t.rows)


def test_a_standard_of_persons_is_refused_by_name(facts):
    after = judged(OLD, facts)
    of_persons = after.standard.model_copy(
        update={"subject": after.standard.subject.model_copy(update={"kind": "person"})}
    )
    with pytest.raises(FactsError, match="试算只用于评判组织的标准"):
        backtest(replace(after, standard=of_persons))
