"""还差什么: the least effort is the least, and the promised score is the score after doing it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.engine.making import Rows, tables
from zhibu_engine.assess import Score, assess
from zhibu_engine.compile import Compiled
from zhibu_engine.compose import NO_LEVEL, compose
from zhibu_engine.gap.doing import acts_apply
from zhibu_engine.gap.least import Gap, gap, whatif_and_moves
from zhibu_engine.gap.search import Goal, Search
from zhibu_engine.gap.whatif import moved
from zhibu_engine.packs import Pack, pack_read, packs_merge
from zhibu_engine.prepare import FactsError, facts_prepare
from zhibu_engine.sources import facts_read

ROOT = Path(__file__).resolve().parents[2]
TODAY, LAST = date(2025, 10, 10), date(2025, 12, 31)
NATIONAL = pack_read(ROOT / "packs" / "national")

#: Clauses of every kind that acts can help, in shapes that share acts and interfere.
CLAUSES: dict[str, dict[str, Any]] = {
    "assembly": {
        "rule": {"kind": "minimum_count", "segments": ["branch_assembly"], "per": "quarter"},
        "loss": {"per_missing": 1},
        "form": "sitting:branch_assembly",
    },
    "committee": {
        "rule": {"kind": "minimum_count", "segments": ["committee_meeting"], "per": "month"},
        "loss": {"steps": {1: 1, 4: 2, 9: 4}},
    },
    "twice": {
        "rule": {
            "kind": "minimum_count",
            "segments": ["party_lecture", "branch_study"],
            "per": "half",
            "at_least": 2,
        },
        "loss": {"proportional": True},
    },
    "lecture": {
        "rule": {
            "kind": "minimum_count",
            "segments": ["party_lecture"],
            "per": "year",
            "at_least": 3,
        },
        "loss": {"tiers": [{"from": 3, "earns": 4}, {"from": 1, "earns": 1}]},
    },
    "halves": {
        "rule": {"kind": "minimum_count", "segments": ["branch_assembly"], "per": "half"},
        "loss": {"per_missing": 2},
    },
    "rows": {
        "rule": {
            "kind": "row_count",
            "relation": "segment",
            "kinds": ["theme_day"],
            "per": "month",
            "at_least": 1,
        },
        "loss": {"proportional": True},
    },
    "early": {
        "rule": {
            "kind": "deadline",
            "relation": "segment",
            "kinds": ["life_meeting"],
            "by": "11-15",
        },
    },
    "any_record": {
        "rule": {
            "kind": "minimum_count",
            "segments": ["branch_assembly", "committee_meeting", "party_lecture", "theme_day"],
            "per": "quarter",
            "valid": False,
        },
        "loss": {"per_missing": 1},
    },
    "whole": {
        "rule": {
            "kind": "completeness",
            "segments": ["branch_assembly", "committee_meeting", "party_lecture"],
        },
        "loss": {"proportional": True},
    },
    "no_copies": {
        "rule": {
            "kind": "breach_count",
            "segments": ["branch_assembly", "committee_meeting"],
            "breaches": ["duplicate", "fields"],
        },
        "loss": {"per_missing": 2},
    },
    "on_time": {
        "rule": {"kind": "timeliness", "segments": ["branch_assembly", "committee_meeting"]},
        "loss": {"proportional": True},
    },
    "plan": {"rule": {"kind": "document_present", "document": "year_plan"}},
    "adopted": {
        "rule": {
            "kind": "ratio",
            "relation": "document",
            "where": {"kind": ["year_plan"]},
            "part": {"adopted": True},
            "at_least": "100%",
            "when_none": "not_applicable",
        },
    },
    "kinds": {
        "rule": {
            "kind": "kinds_present",
            "segments": ["branch_assembly", "life_meeting"],
            "documents": ["year_plan", "year_summary"],
        },
        "loss": {"per_missing": 1},
    },
    "secretary": {"rule": {"kind": "post_held", "posts": ["secretary"]}},
    "size": {
        "rule": {
            "kind": "committee_size",
            "posts": ["secretary", "org_member", "publicity_member"],
            "bands": [{"members_from": 0, "size_from": 3, "size_to": 7}],
        },
        "loss": {"per_missing": 1.5},
    },
    "term": {"rule": {"kind": "term_current"}},
    "leaders": {
        "rule": {
            "kind": "coverage",
            "who": "leaders",
            "roles": ["lecturer"],
            "segments": ["party_lecture"],
        },
        "loss": {"proportional": True},
    },
    "groups": {
        "rule": {"kind": "groups_complete", "all_members_grouped": True},
        "loss": {"per_missing": 1},
    },
    "regular": {
        "rule": {
            "kind": "regularity",
            "segments": ["theme_day"],
            "per": "quarter",
            "at_least": "50%",
            "max_gap": 1,
        },
    },
    "asked": {"rule": {"kind": "manual", "guide": "看现场"}, "method": "manual"},
}


def _standard(dice: random.Random, keys: list[str]) -> dict[str, Any]:
    """A standard that zeroes, deducts, caps and has levels with clauses that must hold."""
    clauses = []
    for key in keys:
        one: dict[str, Any] = {
            "key": key,
            "title": key,
            "group": dice.choice(["a", "b"]),
            "points": dice.choice([4, 6, 8]),
            "loss": {},
            **CLAUSES[key],
        }
        if not one["loss"]:
            del one["loss"]
        if dice.random() < 0.15:
            one["zeroes"] = "group"
        elif dice.random() < 0.15 and key != "asked":
            one["class"] = "penalty"
        clauses.append(one)
    groups = [{"key": "a", "title": "甲"}, {"key": "b", "title": "乙"}]
    total = sum(one["points"] for one in clauses if one.get("class") != "penalty")
    must = dice.sample(keys, 1) if dice.random() < 0.5 else []
    levels = [
        {"key": "good", "title": "示范", "from": total * 9 // 10, "must": must},
        {"key": "fair", "title": "达标", "from": total * 6 // 10},
        {"key": "low", "title": "未达标"},
    ]
    return {
        "key": "mixed",
        "title": "混合标准",
        "groups": groups,
        "clauses": clauses,
        "levels": levels,
        "not_applicable": dice.choice(["rescale", "full", "lost"]),
    }


def _compiled(standard: dict[str, Any]) -> Compiled:
    header = {"key": "test", "version": "1", "title": "测试", "depends": ["national"]}
    parts: dict[str, Any] = {"codes": {}, "kinds": {}, "documents": {}}
    pack = Pack.from_dump({"pack": header, **parts, "standards": {standard["key"]: standard}})
    # Few rows are counted with arrays: no statement is needed.
    return Compiled(packs_merge([NATIONAL, pack]), standard["key"], ())


def _rows(dice: random.Random) -> Rows:
    unit = {
        "unit_id": 1,
        "code": "U1",
        "name": "第一党支部",
        "kind": "branch",
        "founded": date(2010, 1, 1),
    }
    members = [
        {
            "unit_id": 1,
            "person_id": number,
            "person": f"某{number}",
            "category": "full",
            "group_id": dice.choice([0, 5, 5, 5]),
            "leader": dice.random() < 0.3,
        }
        for number in range(1, 6)
    ]
    group = {
        "unit_id": 1,
        "group_id": 5,
        "name": "第一小组",
        "members": 4,
        "leaders": dice.choice([0, 1]),
    }
    rows: Rows = {
        "unit": [unit],
        "member": members,
        "group": [group],
        "segment": [],
        "post": [],
        "document": [],
    }
    for number in range(dice.choice([0, 4, 14])):
        kind = dice.choice(["branch_assembly", "committee_meeting", "party_lecture", "theme_day"])
        rows["segment"].append(_segment(dice, number, kind))
    for number, post in enumerate(dice.sample(["secretary", "org_member"], dice.randint(0, 2)), 1):
        rows["post"].append(
            {"unit_id": 1, "person_id": number, "post": post, "from_day": date(2020, 1, 1)}
        )
    if dice.random() < 0.5:
        rows["document"].append(
            {
                "unit_id": 1,
                "record_id": 900,
                "kind": "year_plan",
                "day": date(2025, 1, 9),
                "year": 2025,
            }
        )
    return {name: listed for name, listed in rows.items() if listed}


def _segment(dice: random.Random, number: int, kind: str) -> dict[str, Any]:
    return {
        "unit_id": 1,
        "record_id": 100 + number,
        "segment_id": 100 + number,
        "kind": kind,
        "day": date(2025, 1, 5) + timedelta(days=dice.randint(0, 270)),
        "convener": "branch",
        "presider_post": "secretary",
        "lecturer_post": "secretary",
        "due": 5,
        "entitled": 5,
        "present": 5,
        "present_entitled": 5,
        "missing_fields": dice.choice([0, 0, 0, 1]),
        "duplicate": dice.random() < 0.1,
        "late": dice.random() < 0.2,
    }


def _score_after(compiled: Compiled, own: dict[str, pa.Table], found: Gap) -> Score:
    """Do the acts, judge anew from the facts."""
    acts = [step.act for step in found.steps for _ in range(step.times)]
    facts = facts_prepare(acts_apply(own, 1, acts), LAST)
    return assess(compiled, facts).scores()[0]


def _points(score: Score) -> tuple[Any, ...]:
    return score.earned, score.level_low, score.met, score.failed, score.zeroed, score.penalty


def _least_by_hand(
    compiled: Compiled, own: dict[str, pa.Table], goal: Goal, costs: list[int]
) -> int | None:
    """Every combination of acts, each composed from the numbers as the judge finds them."""
    whatif, moves = whatif_and_moves(compiled, own, 1, today=TODAY, by=LAST)
    search = Search(whatif, moves, goal, costs)
    best = None
    for often in product(*(range(times + 1) for times in search.times)):
        numbers = list(whatif.numbers)
        for move, times in zip(moves, often, strict=True):
            for place, effect in move.effects.items():
                if times:
                    numbers[place] = moved(numbers[place], effect, times)
        cost = sum(times * one for times, one in zip(often, costs, strict=True))
        if best is not None and cost >= best:
            continue
        score = _composed(compiled, [whatif.outcome(p, one) for p, one in enumerate(numbers)])
        if _is_reached(compiled, score, goal):
            best = cost
    return best


def _composed(compiled: Compiled, outcomes: list[Any]) -> Any:
    possible = np.array([[clause.points for clause in compiled.standard.clauses]])
    verdict = np.array([[one.verdict for one in outcomes]])
    earned = np.array([[one.earned for one in outcomes]])
    return compose(compiled.standard, verdict, possible, earned)


def _is_reached(compiled: Compiled, totals: Any, goal: Goal) -> bool:
    if goal.level == NO_LEVEL:
        return bool(totals.earned[0] >= goal.points)
    return NO_LEVEL < int(totals.low[0]) <= goal.level


@pytest.mark.parametrize("seed", range(40))
def test_the_promise_is_the_score_after_doing_it(seed):
    dice = random.Random(seed)
    compiled = _compiled(_standard(dice, dice.sample(list(CLAUSES), 8)))
    own = tables(_rows(dice))

    for level in ("fair", "good"):
        found = gap(compiled, own, 1, today=TODAY, level=level)
        assert found is not None and not found.given_up
        assert _points(found.idle) == _points(
            _score_after(compiled, own, Gap(**{**vars(found), "steps": ()}))
        )
        assert _points(found.after) == _points(_score_after(compiled, own, found))
        assert sum(step.points for step in found.steps) == found.after.earned - found.idle.earned
        if found.reached:
            keys = ["good", "fair"]
            assert found.after.level_low in keys[: keys.index(level) + 1]


@pytest.mark.parametrize("seed", range(40))
def test_no_combination_of_acts_costs_less(seed):
    dice = random.Random(1000 + seed)
    compiled, own, whatif, moves, costs = _small(dice)
    points = dice.randint(0, sum(clause.points for clause in compiled.standard.clauses))

    for goal in (Goal(0), Goal(1), Goal(points=points)):
        way = Search(whatif, moves, goal, costs).run()
        found = None if way is None else sum(costs[n] * times for n, times in way)
        assert found == _least_by_hand(compiled, own, goal, costs), goal


@pytest.mark.parametrize(
    "keys", [["halves", "adopted"], ["halves", "assembly"], ["early", "kinds"]]
)
def test_places_that_are_made_of_others_are_counted_once(keys):
    """Two quarters make one half-year; a day before the deadline is a day of the year."""
    clauses = [{"key": key, "title": key, "points": 6, **CLAUSES[key]} for key in keys]
    compiled = _compiled({"key": "small", "title": "小标准", "clauses": clauses})
    own = tables({"unit": _rows(random.Random(1))["unit"]})
    whatif, moves = whatif_and_moves(compiled, own, 1, today=TODAY, by=LAST)
    costs = [1] * len(moves)

    for points in range(0, 1_201, 100):
        way = Search(whatif, moves, Goal(points=points), costs).run()
        found = None if way is None else sum(times for _number, times in way)
        assert found == _least_by_hand(compiled, own, Goal(points=points), costs), points


def _small(dice: random.Random) -> tuple[Any, ...]:
    """A case of few enough combinations to try them all."""
    while True:
        compiled = _compiled(_standard(dice, dice.sample(list(CLAUSES), 4)))
        own = tables(_rows(dice))
        whatif, moves = whatif_and_moves(compiled, own, 1, today=TODAY, by=LAST)
        costs = [move.act.units * dice.choice([1, 1, 2, 5]) for move in moves]
        if prod(times + 1 for times in Search(whatif, moves, Goal(0), costs).times) <= 800:
            return compiled, own, whatif, moves, costs


CITY = packs_merge([NATIONAL, pack_read(ROOT / "packs" / "city-organs")])


def test_a_branch_is_told_few_acts_with_their_last_days_and_what_is_not_counted_on():
    own = facts_read(ROOT / "tests" / "packs" / "worked_example")
    unit = own["unit"].column("unit_id")[0].as_py()

    found = gap(Compiled(CITY, "liuhua", ()), own, unit, today=TODAY, points=4_900)

    assert found is not None and found.reached and found.effort == len(found.steps)
    assert found.idle.earned < 4_900 <= found.after.earned
    assert all(step.act.until is None or TODAY <= step.act.until <= LAST for step in found.steps)
    for step in found.steps:
        assert step.act.late == (step.act.until is None)
        assert not step.act.late or ("如" in step.act.title and "请补录" in step.act.title)
    assert 0 < sum(left.points for left in found.open) <= found.idle.not_assessed
    assert "等待：谈心谈话记录" in {left.why for left in found.open}


def test_a_dear_act_is_avoided_where_a_cheaper_one_does():
    compiled = _compiled(
        {
            "key": "two",
            "title": "两条路",
            "clauses": [
                {"key": key, "title": key, "points": 4, **CLAUSES[key]} for key in ("plan", "term")
            ],
        }
    )
    unit = {"unit_id": 1, "code": "U1", "kind": "branch", "founded": date(2010, 1, 1)}
    own = tables({"unit": [unit]})

    def does(costs: dict[str, int]) -> list[str]:
        found = gap(compiled, own, 1, today=TODAY, points=400, costs=costs)
        assert found is not None
        return [step.act.do for step in found.steps]

    assert does({"term": 2}) == ["write"]
    assert does({"write": 2}) == ["term"]


def test_what_cannot_be_reached_is_said_with_what_blocks_it():
    own = facts_read(ROOT / "tests" / "packs" / "worked_example")
    unit = own["unit"].column("unit_id")[0].as_py()

    found = gap(Compiled(CITY, "liuhua", ()), own, unit, today=TODAY, points=9_000)

    assert found is not None and not found.reached and not found.steps
    assert found.after == found.idle
    assert sum(left.points for left in found.open) > 0


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"points": 1, "costs": {"walk": 1}}, "不认识“walk”"),
        ({"points": 1, "costs": {"hold": 0}}, "1 以上"),
        ({"level": "best"}, "没有等次“best”"),
        ({}, "没有设定等次"),
        ({"points": 1, "by": date(2026, 1, 1)}, "最后一日"),
    ],
)
def test_a_goal_or_cost_that_does_not_exist_is_refused(more, says):
    own = tables(_rows(random.Random(1)))
    with pytest.raises(FactsError, match=says):
        gap(Compiled(CITY, "liuhua", ()), own, 1, today=TODAY, **more)


def test_whoever_is_at_the_best_level_already_has_no_gap():
    standard = _standard(random.Random(4), ["secretary"])
    standard["levels"] = standard["levels"][-1:]
    assert gap(_compiled(standard), tables(_rows(random.Random(1))), 1, today=TODAY) is None


def test_an_invented_record_is_never_among_the_rows_that_an_act_adds_for_a_past_day():
    """What lies in the past is entered late, marked so, and worded as a question of fact."""
    dice = random.Random(5)
    compiled = _compiled(_standard(dice, ["assembly", "committee", "twice"]))
    _whatif, moves = whatif_and_moves(compiled, tables(_rows(dice)), 1, today=TODAY, by=LAST)

    past = [move.act for move in moves if move.act.day and move.act.day < TODAY]

    assert past and all(act.late and act.title.startswith("如") for act in past)
    assert all(row["late"] for act in past for _relation, row in act.adds)
