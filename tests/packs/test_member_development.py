"""发展党员: every admissible way has no breach; each single rule broken is found, at its step, and nothing else is."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packs.developing import KEPT, Way, development, found, travel, until_target
from zhibu_engine.procedures import (
    Happening,
    Standing,
    conformance,
    day_fixed,
    due_day,
    months_later,
    steps_left,
    steps_open,
    turn,
)

ROUTES = ("full", "extend_full", "extend_cancel", "cancel")
#: Steps that only an extension or a cancelling asks for.
ASIDE = {
    "extend_approve", "probation_more", "convert_apply_again", "convert_again", "convert_again_approve",
    "cancel_approve", "cancel_again_approve",
}  # fmt: skip

#: One number decides a whole way: a failing one is tried again by its number.
ways = st.integers(0, 2**32).map(lambda seed: Random(seed).randint)
few = settings(max_examples=20, deadline=None)
many = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("route", ROUTES)
@many
@given(pick=ways)
def test_an_admissible_way_has_no_breach_and_leaves_nothing_to_do(route, pick):
    way = travel(pick, route)
    standing = way.standing()

    assert found(way) == []
    assert steps_left(development(), standing) == ()
    assert turn(development(), standing, standing.done[-1]).state == "done"


def test_the_ordinary_way_has_25_steps_in_five_stages():
    ordinary = [one for one in development().steps if one.key not in ASIDE]

    assert len(ordinary) == 25
    stages = list(dict.fromkeys(one.stage for one in ordinary))
    assert [sum(one.stage == stage for one in ordinary) for stage in stages] == [2, 4, 5, 7, 7]
    standing = travel(lambda low, high: low).standing()
    assert conformance(development(), standing).steps == 25


#: What is broken → the way it shows on → what is found.
BROKEN: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "age": ("full", [("apply", "soon:0")]),
    "expelled": ("full", [("apply", "soon:1")]),
    "citizen": ("full", [("apply", "field:citizen")]),
    "paper:apply": ("full", [("apply", "paper:p1_1")]),
    "talk": ("full", [("talk", "late:0")]),
    "talker": ("full", [("talk", "field:talker")]),
    "activist_first": ("full", [("activist", "order:talk")]),
    "skip:activist_file": ("full", [("contacts", "order:activist_file")]),
    "contacts:none": ("full", [("contacts", "field:contacts")]),
    "contacts:three": ("full", [("contacts", "field:contacts")]),
    "contacts:probationary": ("full", [("contacts", "field:contacts")]),
    "review_late": ("full", [("observe", "late:repeats")]),
    "year": ("full", [("target", "soon:0")]),
    "review_old": ("full", [("target", "late:1")]),
    "unheard": ("full", [("target", "field:heard")]),
    "introducers:one": ("full", [("introducers", "field:introducers")]),
    "introducers:three": ("full", [("introducers", "field:introducers")]),
    "introducers:probationary": ("full", [("introducers", "field:introducers")]),
    "skip:political": ("full", [("training", "order:political")]),
    "paper:political": ("full", [("political", "paper:p3_9")]),
    "training": ("full", [("training", "field:days")]),
    "untrained_first": ("full", [("screen", "order:training")]),
    "leaves": ("full", [("pre_examine", "field:leaves_on")]),
    "skip:pre_examine": (
        "full",
        [("volunteer", "order:pre_examine"), ("admit", "order:pre_examine")],
    ),
    "paper:volunteer": ("full", [("volunteer", "paper:p4_3")]),
    "turnout:admit": ("full", [("admit", "turnout"), ("upper_talk", "order:admit")]),
    "majority:admit": ("full", [("upper_talk", "order:admit")]),
    "open:admit": ("full", [("admit", "secret")]),
    "talk_late": ("full", [("approve", "order:upper_talk")]),
    "skip:upper_talk": ("full", [("approve", "order:upper_talk")]),
    "approve3": ("full", [("approve", "late:0")]),
    "approve6": ("full", [("approve", "late:0"), ("approve", "late:1")]),
    "joined": ("full", [("approve", "field:joined_on")]),
    "collective": ("full", [("approve", "field:collective")]),
    "probation": ("full", [("convert", "soon:0")]),
    "skip:oath": ("full", [("convert_apply", "order:oath")]),
    "paper:convert_apply": ("full", [("convert_apply", "paper:p5_2")]),
    "turnout:convert": (
        "full",
        [
            ("convert", "turnout"),
            ("convert_approve", "order:convert"),
            ("archive", "order:convert"),
        ],
    ),
    "majority:convert": (
        "full",
        [("convert_approve", "order:convert"), ("archive", "order:convert")],
    ),
    "open:convert": ("cancel", [("convert", "secret")]),
    "approve_convert": ("full", [("convert_approve", "late:0")]),
    "full_on": ("full", [("convert_approve", "field:full_on")]),
    "extend_short": ("extend_full", [("extend_approve", "field:probation_until")]),
    "extend_long": ("extend_cancel", [("extend_approve", "field:probation_until")]),
    "extension_early": ("extend_full", [("convert_again", "soon:0")]),
    "approve_again": ("extend_cancel", [("cancel_again_approve", "late:0")]),
    "full_on_again": ("extend_full", [("convert_again_approve", "field:full_on")]),
    **{f"kept:{one}": ("full", [("archive", f"field:kept_{one}")]) for one in KEPT},
}


@pytest.mark.parametrize("broken", BROKEN)
@few
@given(pick=ways)
def test_one_rule_broken_is_found_at_its_step_and_nothing_else_is(broken, pick):
    route, expected = BROKEN[broken]

    assert found(travel(pick, route, broken)) == expected


def test_a_single_review_in_the_year_is_not_enough():
    way = Way(lambda low, high: low, "review_once")
    until_target(way)

    assert "observe" in {one.key for one in steps_left(development(), way.standing())}


def test_the_way_back_and_the_end():
    procedure = development()
    for step, decision, state, back in (
        ("political", "failed", "terminated", ""),
        ("pre_examine", "failed", "returned", "observe"),
        ("approve", "refused", "terminated", ""),
        ("target_file", "returned", "returned", "observe"),
    ):
        last = Happening(step, date(2025, 1, 1), decision=decision)
        came = turn(procedure, Standing(date(2020, 1, 1), {}, (last,)), last)
        assert (came.state, (came.aside or ("",))[0]) == (state, back)


def test_an_extension_is_decided_once_only():
    """The second assembly has no such choice."""
    decisions = development().step("convert_again").decisions

    assert [one.key for one in decisions] == ["full", "cancel"]


def test_the_next_review_and_the_approval_are_counted_down():
    procedure, low = development(), lambda low, high: low
    way = Way(low)
    until_target(way)
    way.done = [one for one in way.done if one.step != "target"]
    standing = way.standing()

    assert [one.key for one in steps_open(procedure, standing)] == ["observe", "target"]
    review = months_later(way.day("observe"), 6)
    assert due_day(procedure, procedure.step("observe"), standing) == review

    way = travel(low)
    admitted = way.day("admit")
    assert due_day(procedure, procedure.step("approve"), way.standing()) == months_later(
        admitted, 3
    )


def test_the_days_that_leave_no_choice_are_worked_out():
    procedure, way = development(), travel(lambda low, high: low, "extend_full")
    standing, this = way.standing(), date(2030, 1, 1)

    def fixed(step: str, key: str) -> date | None:
        blank = procedure.blank(f"{step}.{key}")
        return day_fixed(procedure, blank, standing, this)

    assert fixed("approve", "joined_on") == way.day("admit")
    assert fixed("convert_approve", "full_on") == months_later(way.day("admit"), 12)
    assert fixed("extend_approve", "probation_until") is None
    assert fixed("convert_again_approve", "full_on") == months_later(way.day("admit"), 18)
