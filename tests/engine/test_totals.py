"""Totals and levels of standards of any composition, from any verdicts, against the interpreter's."""

from __future__ import annotations

import random
from dataclasses import asdict

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.engine.oracle import total
from tests.engine.oracle.found import JUDGED, Judgement
from tests.engine.oracle.total import OPEN
from zhibu_engine.compose import Totals, compose
from zhibu_engine.packs import Clause, Standard
from zhibu_engine.packs.schema import Caps, Group, Item, Level
from zhibu_engine.verdicts import VERDICTS

CLASSES = ("scored", "scored", "scored", "bonus", "penalty", "penalty", "base", "veto", "statistic")
ITEMS = {"": "", "a": "first", "b": "first", "c": "second", "d": ""}
#: A seed cannot be made smaller: nothing is won by trying.
many = settings(max_examples=150, deadline=None, phases=(Phase.generate,))


def some_clause(dice: random.Random, place: int, levels: list[str]) -> Clause:
    class_ = "scored" if place == 0 else dice.choice(CLASSES)
    item = dice.choice(list(ITEMS))
    group = "" if item else dice.choice(["", "first", "second"])
    words: dict = {
        "key": f"c{place}",
        "title": "一条",
        "class": class_,
        "item": item,
        "group": group,
    }
    if class_ in ("scored", "bonus", "penalty"):
        words["points"] = dice.randint(1, 10)
    scopes = ["total", *(["item"] if item else []), *(["group"] if group or ITEMS[item] else [])]
    if class_ == "veto":
        word = dice.choice(
            ["caps_level", "caps_score", "zeroes"] if levels else ["caps_score", "zeroes"]
        )
        words[word] = dice.choice(
            {"caps_level": levels, "caps_score": [1, 9], "zeroes": scopes}[word]
        )
    elif class_ in ("scored", "base") and dice.random() < 0.2:
        words["zeroes"] = dice.choice(scopes)
    return Clause(method="later", waits_for="记录", **words)


def some_standard(dice: random.Random) -> Standard:
    keys = dice.choice([[], ["good", "fair", "poor"]])
    clauses = [some_clause(dice, place, keys) for place in range(dice.choice([1, 5, 9, 14]))]
    must = [clause.key for clause in clauses if clause.class_ in ("scored", "base")]
    bounds = sorted((dice.randint(0, 25) for _ in keys[1:]), reverse=True)
    return Standard(
        key="any",
        title="任意",
        not_applicable=dice.choice(["rescale", "full", "lost"]),
        caps=Caps(
            **{
                name: dice.choice([None, dice.randint(0, 5), dice.randint(0, 12)])
                for name in ("bonus", "penalty", "total")
            }
        ),
        groups=[
            Group(
                key=key, title=key, cap=dice.choice([None, dice.randint(1, 6), dice.randint(1, 15)])
            )
            for key in ("first", "second")
        ],
        items=[Item(key=key, title=key, group=group) for key, group in ITEMS.items() if key],
        levels=[
            Level(key=key, title=key, from_=bound, must=[dice.choice(must)] if bound else [])
            for key, bound in zip(keys, [*bounds, 0], strict=False)
        ],
        clauses=clauses,
    )


def some_verdict(dice: random.Random, clause: Clause, among: tuple[str, ...]) -> Judgement:
    if clause.class_ == "statistic":
        return "not_assessed", 0, 0, 0
    verdict = dice.choice(among)
    if verdict == "partial" and clause.points < 2:
        verdict = "unmet"
    earned = {"met": clause.points, "partial": dice.randint(1, max(clause.points - 1, 1))}
    return verdict, earned.get(verdict, 0), 0, 0


def some_found(dice: random.Random, standard: Standard) -> dict[str, Judgement]:
    among = (*JUDGED, *OPEN, "not_applicable")
    return {clause.key: some_verdict(dice, clause, among) for clause in standard.clauses}


def composed(standard: Standard, *found: dict[str, Judgement]) -> list[dict]:
    verdict = [[VERDICTS.index(one[clause.key][0]) for clause in standard.clauses] for one in found]
    earned = [[one[clause.key][1] for clause in standard.clauses] for one in found]
    possible = [[clause.points for clause in standard.clauses]] * len(found)
    totals: Totals = compose(
        standard,
        *(np.array(values, dtype=np.int64) for values in (verdict, possible, earned)),
    )
    keys = [*(level.key for level in standard.levels), ""]
    rows = [
        dict(zip(asdict(totals), row, strict=True))
        for row in zip(*asdict(totals).values(), strict=True)
    ]
    for row in rows:
        row["level_low"], row["level_high"] = keys[row.pop("low")], keys[row.pop("high")]
        row["level"] = row["level_low"] if row["level_low"] == row["level_high"] else ""
    return rows


@many
@given(seed=st.integers(0, 10**9))
def test_a_total_equals_its_declared_composition(seed):
    dice = random.Random(seed)
    standard = some_standard(dice)
    found = [some_found(dice, standard) for _ in range(15)]

    assert composed(standard, *found) == [asdict(total(standard, one)) for one in found]


@many
@given(seed=st.integers(0, 10**9))
def test_open_points_neither_raise_nor_lower_what_was_earned(seed):
    """Whatever stands beside an open verdict, and whether the clause is there at all."""
    dice = random.Random(seed)
    standard = some_standard(dice)
    found = some_found(dice, standard)
    open_ = [clause for clause in standard.clauses if found[clause.key][0] in OPEN]
    dirty = {**found, **{one.key: (found[one.key][0], dice.randint(0, 900), 0, 0) for one in open_}}
    judged = standard.model_copy(
        update={"clauses": tuple(one for one in standard.clauses if one not in open_), "levels": ()}
    )

    first, second = composed(standard, found, dirty)
    without = composed(judged.model_copy(update={"clauses": tuple(_uncapped(judged))}), found)[0]

    assert first == second
    for name in ("assessed", "earned", "bonus", "penalty", "zeroed", "met", "failed"):
        assert first[name] == without[name], name


def _uncapped(standard: Standard) -> list[Clause]:
    """Without levels no clause can bound one."""
    return [clause.model_copy(update={"caps_level": ""}) for clause in standard.clauses]


@many
@given(seed=st.integers(0, 10**9))
def test_a_level_lies_within_its_bounds_however_the_open_points_end(seed):
    dice = random.Random(seed)
    standard = some_standard(dice)
    place = {level.key: number for number, level in enumerate(standard.levels)} | {"": -1}
    found = some_found(dice, standard)
    ends = [
        {
            clause.key: some_verdict(dice, clause, JUDGED)
            if found[clause.key][0] in OPEN
            else found[clause.key]
            for clause in standard.clauses
        }
        for _ in range(12)
    ]

    open_, *settled = composed(standard, found, *ends)

    best, worst = place[open_["level_high"]], place[open_["level_low"]]
    assert best <= worst
    assert open_["level"] == (open_["level_low"] if best == worst else "")
    for one in settled:
        assert best <= place[one["level_low"]] <= worst
        assert one["level_low"] == one["level_high"]
