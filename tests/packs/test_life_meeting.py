"""组织生活会: before, at and after the meeting, with talks of every pair, the appraisal, and a task for each measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from zhibu_engine.packs import pack_read, packs_merge
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures import (
    Happening,
    Seat,
    Standing,
    conformance,
    steps_left,
    steps_open,
)

ROOT = Path(__file__).resolve().parents[2]
SECRETARY = Seat(1, frozenset({"secretary"}), "示例书记", "full")
MEMBER = Seat(2, frozenset({"org_member"}), "示例委员", "full")
PEOPLE = (
    SECRETARY, MEMBER, Seat(3, frozenset(), "示例党员", "full"), Seat(4, frozenset(), "示例新人", "probationary"),
)  # fmt: skip
PROBLEM = {
    "problem": "学习抓得不紧",
    "measure": "每月集中学习一次",
    "owner": 1,
    "due": "2026-03-31",
}


@cache
def known() -> Procedure:
    return packs_merge([pack_read(ROOT / "packs" / "national")]).procedures["life_meeting"]


def local(**values: int) -> Procedure:
    """With values of a county for settings that the regulations leave open."""
    changed = [
        one.model_copy(update={"value": values.get(one.key, one.value)}) for one in known().settings
    ]
    return known().model_copy(update={"settings": tuple(changed)})


def talk(one: int, other: int) -> dict[str, Any]:
    return {"talks": [{"held_on": "2025-11-12", "one": one, "other": other}]}


GRADES = {
    "due": 12,
    "graded": 12,
    "excellent": 4,
    "qualified": 7,
    "basic": 1,
    "unqualified": 0,
    "probationary": 1,
}
WHOLE: dict[str, dict[str, Any]] = {
    "theme": {"day": date(2025, 11, 3), "kind": "committee_meeting", "fields": {"theme": "对照检查"}},
    "study": {"day": date(2025, 11, 10), "kind": "branch_study"},
    "talk_committee": {"day": date(2025, 11, 20), "fields": talk(1, 2)},
    "talk_member": {"day": date(2025, 11, 20), "fields": talk(1, 3)},
    "talk_peer": {"day": date(2025, 11, 20), "fields": talk(3, 4)},
    "opinions": {"day": date(2025, 11, 22), "fields": {"asked": 20, "summary": "多下村组"}},
    "meet": {
        "day": date(2025, 12, 5), "kind": "life_meeting",
        "fields": {"self_criticism": 12, "criticism": 30, "problems": [PROBLEM]},
    },
    "appraise": {"day": date(2025, 12, 5), "kind": "appraisal_meeting"},
    "ballot": {"day": date(2025, 12, 5), "kind": "review"},
    "grade": {"day": date(2025, 12, 12), "kind": "committee_meeting", "fields": GRADES},
    "rectify": {"day": date(2025, 12, 15)},
    "report": {"day": date(2025, 12, 20)},
}  # fmt: skip


def way(
    changes: Mapping[str, Any] | None = None, form: Mapping[str, Any] | None = None
) -> Standing:
    steps = {**WHOLE, **(changes or {})}
    done = []
    for step, said in steps.items():
        if said is not None:
            papers = {one.key for one in known().step(step).papers if one.required}
            done.append(Happening(step, papers=frozenset(papers), named=PEOPLE, **said))
    done.sort(key=lambda one: one.day)
    return Standing(date(2025, 11, 1), form or {"year": 2025}, tuple(done))


def found(standing: Standing, procedure: Procedure | None = None) -> list[tuple[str, str]]:
    said = conformance(procedure or known(), standing)
    return [
        (one.step, breach.code)
        for one, breaches in zip(standing.done, said.breaches, strict=True)
        for breach in breaches
    ]


def changed(step: str, **fields: Any) -> dict[str, Any]:
    return {step: {**WHOLE[step], "fields": {**WHOLE[step].get("fields", {}), **fields}}}


def test_a_whole_meeting_has_no_breach_and_leaves_nothing():
    assert found(way()) == []
    assert steps_left(known(), way()) == ()


def test_after_the_theme_everything_before_the_meeting_may_go_side_by_side():
    standing = Standing(date(2025, 11, 1), {"year": 2025}, way().done[:1])
    keys = [one.key for one in steps_open(known(), standing)]

    assert keys == ["study", "talk_committee", "talk_member", "talk_peer", "opinions"]


@pytest.mark.parametrize(
    "left_out", ["study", "talk_committee", "talk_member", "talk_peer", "opinions"]
)
def test_each_part_before_the_meeting_is_asked_for(left_out):
    assert found(way({left_out: None})) == [("meet", f"order:{left_out}")]


def test_without_a_committee_nobody_asks_for_talks_among_its_members():
    standing = way({"talk_committee": None}, {"year": 2025, "no_committee": True})

    assert found(standing) == []
    assert steps_left(known(), standing) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (changed("talk_committee", **talk(1, 3)), [("talk_committee", "field:talks")]),
        (changed("talk_member", **talk(3, 1)), [("talk_member", "field:talks")]),
        (changed("talk_peer", talks=[{"held_on": "2025-11-12", "one": 3}]), [("talk_peer", "field:talks")]),
        (changed("theme", theme=""), [("theme", "field:theme")]),
        (changed("meet", self_criticism=0), [("meet", "field:self_criticism")]),
        (changed("meet", problems=[]), [("meet", "field:problems")]),
        (changed("grade", graded=11), [("grade", "field:graded")]),
        (changed("grade", excellent=13), [("grade", "field:excellent")]),
        (changed("grade", excellent_people=[1, 4]), [("grade", "field:excellent_people")]),
        ({"ballot": None}, [("grade", "order:ballot")]),
    ],
    ids=[
        "pair of a committee", "committee and member", "only one", "no theme", "no self-criticism", "no problems",
        "not everybody", "more than graded", "probationary graded", "no ballot",
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_found_at_its_step(change, expected):
    assert found(way(change)) == expected


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2025, 12, 31), []), (date(2026, 1, 4), [("appraise", "late:0")])],
    ids=str,
)
def test_the_appraisal_is_in_the_same_quarter(day, said):
    later = {"appraise": {**WHOLE["appraise"], "day": day}}
    rest = {
        step: {**WHOLE[step], "day": date(2026, 1, 5)} for step in ("ballot", "grade", "report")
    }

    assert found(way({**later, **rest})) == said


def test_the_share_of_the_excellent_is_held_to_what_a_county_writes_and_to_nothing_else():
    many = way(changed("grade", excellent=9))
    assert found(many) == []
    assert found(many, local(excellent_percent=33)) == [("grade", "field:excellent")]
    assert found(way(), local(excellent_percent=33)) == [("grade", "field:excellent")]
    assert found(way(changed("grade", excellent=3)), local(excellent_percent=33)) == []


def test_talks_are_counted_by_what_a_county_asks():
    assert found(way(), local(talk_min=2)) == [
        ("talk_committee", "field:talks"), ("talk_member", "field:talks"), ("talk_peer", "field:talks"),
    ]  # fmt: skip


def test_it_is_not_done_before_every_measure_is():
    standing = way()
    rectify = standing.at("rectify")[0]
    rest = tuple(one for one in standing.done if one.step != "rectify")
    waiting = replace(standing, done=(*rest, replace(rectify, children_open=1)))

    assert [one.key for one in steps_left(known(), waiting)] == ["rectify"]


def test_no_field_of_a_talk_holds_what_was_said():
    for step in ("talk_committee", "talk_member", "talk_peer"):
        fields = known().step(step).fields
        assert {column.type for one in fields for column in one.columns} == {"day", "person"}
    assert known().private
