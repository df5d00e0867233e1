"""Random histories of random procedures against what must never happen, whatever a pack writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhibu_engine.packs.procedure import Procedure, StepOf
from zhibu_engine.procedures import (
    REJECTED,
    Happening,
    Standing,
    applicable,
    conformance,
    decided,
    from_step,
    is_settled,
    resolution_problems,
    steps_left,
    steps_open,
    turn,
)
from zhibu_engine.procedures.replay import Reopened, replay
from zhibu_engine.votes import VoteCount

OPENED = date(2025, 3, 3)
KEYS = "abcdefg"
PEOPLE = ("甲", "乙", "丙")
SOME = settings(max_examples=200, deadline=None)


def _decisions(earlier: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    leads = [{"then": then} for then in ("on", "again", "end", "done")]
    leads += [{"then": "back", "to": key} for key in earlier]
    return st.lists(st.sampled_from(leads), min_size=1, max_size=3).map(
        lambda found: [{"key": f"d{n}", "title": f"结果{n}", **one} for n, one in enumerate(found)]
    )


@st.composite
def _procedures(draw) -> Procedure:
    """Any directed graph of steps, written in any order, with every word that turns the way."""
    keys = list(KEYS[: draw(st.integers(1, len(KEYS)))])
    steps = []
    for place, key in enumerate(keys):
        earlier = keys[:place]
        after = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
        step: dict[str, Any] = {"key": key, "title": key, "after": after}
        step["optional"] = draw(st.booleans())
        word = draw(st.sampled_from(["", "when", "unless"]))
        if word:
            step[word] = {"field": "kind", "any_of": ["x"]}
        extra = draw(st.sampled_from(["", "vote", "decisions", "repeats", "not_by", "spawns"]))
        if extra == "vote":
            step |= {"evidence": "segment", "vote": {"of": "entitled", "more_than": "1/2"}}
        elif extra == "decisions":
            step["decisions"] = draw(_decisions([*earlier_of(after, steps), key]))
        elif extra == "repeats":
            step["repeats"] = {"at_least": draw(st.integers(1, 3))}
        elif extra == "not_by" and earlier:
            step["not_by"] = [draw(st.sampled_from(earlier))]
        elif extra == "spawns":
            step["spawns"] = {"procedure": "task", "field": "units"}
        steps.append(step)
    written = draw(st.permutations(steps))
    resolves = draw(st.sampled_from(["", *keys]))
    reopening = {"to": draw(st.sampled_from(keys))}
    return Procedure.model_validate(
        {
            "key": "way",
            "title": "办法",
            "steps": written,
            "resolves": resolves,
            "reopening": reopening,
        }
    )


def earlier_of(after: list[str], steps: list[dict[str, Any]]) -> list[str]:
    """All steps before one that comes after these."""
    found: dict[str, None] = {}
    known = {step["key"]: step["after"] for step in steps}
    waiting = list(after)
    while waiting:
        key = waiting.pop()
        found[key] = None
        waiting += known[key]
    return list(found)


@st.composite
def _happenings(draw, procedure: Procedure) -> Happening:
    step = draw(st.sampled_from(procedure.steps))
    present = draw(st.integers(0, 10))
    count = None
    if step.vote is not None:
        entitled = draw(st.integers(1, 10))
        votes_for = draw(st.integers(0, 10))
        count = VoteCount(entitled=entitled, present=present, votes_for=votes_for)
    return Happening(
        step.key,
        OPENED + timedelta(days=draw(st.integers(-1, 30))),
        decision=draw(st.sampled_from([one.key for one in step.decisions] or [""])),
        count=count,
        actors=frozenset(draw(st.sets(st.sampled_from(PEOPLE), max_size=2))),
        children_open=draw(st.integers(0, 1)) if step.spawns else 0,
    )


@st.composite
def _histories(draw):
    procedure = draw(_procedures())
    form = {"kind": draw(st.sampled_from(["x", "y"]))}
    one = st.one_of(_happenings(procedure), _happenings(procedure), st.just(Reopened(OPENED)))
    return procedure, Standing(OPENED, form), draw(st.lists(one, max_size=12))


def _walk(procedure: Procedure, standing: Standing, history: list[Any]):
    """Every stop on the way, as it stood after so many entries."""
    return [replay(procedure, standing, history[:n]) for n in range(len(history) + 1)]


def _closing(step: StepOf, happened: Happening) -> bool:
    decision = step.decision(happened.decision)
    return decision is not None and decision.then in ("end", "done")


@SOME
@given(_histories())
def test_what_is_open_or_left_applies_and_nothing_is_done_while_a_step_is_left(found):
    procedure, standing, history = found
    for came in _walk(procedure, standing, history):
        apply = applicable(procedure, came.standing)
        left = steps_left(procedure, came.standing)

        assert all(step in apply for step in steps_open(procedure, came.standing))
        assert all(step in apply for step in left)
        assert all(not is_settled(procedure, step, came.standing) for step in left)
        if came.state == "done" and left:
            last = [one for one in came.standing.done if _closing(procedure.step(one.step), one)]
            assert last, "only a decision that says so closes a matter before its last step"
        if came.state == "running" and not left:
            assert not came.standing.done, "nothing is left, and yet it goes on"


@SOME
@given(_histories())
def test_as_long_as_something_is_left_something_can_be_done(found):
    procedure, standing, history = found
    for came in _walk(procedure, standing, history):
        waiting = any(one.children_open for one in came.standing.done)
        if steps_left(procedure, came.standing) and not waiting:
            assert steps_open(procedure, came.standing)


@SOME
@given(_histories())
def test_a_vote_that_did_not_carry_never_settles_its_step_nor_opens_publication(found):
    procedure, standing, history = found
    for came in _walk(procedure, standing, history):
        for step in procedure.steps:
            done = came.standing.at(step.key)
            if done and done[-1].decision == REJECTED:
                assert not is_settled(procedure, step, came.standing)
                if procedure.resolves == step.key and step in applicable(procedure, came.standing):
                    assert resolution_problems(procedure, came.standing)


@SOME
@given(_histories())
def test_nobody_stands_on_both_sides_of_a_separation(found):
    procedure, standing, history = found
    came = replay(procedure, standing, history)

    for step in procedure.steps:
        for key in step.not_by:
            for one in came.standing.at(step.key):
                assert not any(one.actors & other.actors for other in came.standing.at(key))


@SOME
@given(_histories(), st.randoms(use_true_random=False))
def test_conformance_from_scratch_is_the_same_in_whatever_order_the_steps_were_entered(
    found, shuffle
):
    procedure, standing, history = found
    done = [
        replace(one, decision=decided(procedure.step(one.step), one))
        for one in history
        if isinstance(one, Happening)
    ]
    # Two entries of one step on one day have no order but that of their entry.
    done = list({(one.step, one.day): one for one in done}.values())
    shuffled = list(done)
    shuffle.shuffle(shuffled)

    def judged(entered: list[Happening]) -> tuple[Any, ...]:
        stood = replace(standing, done=tuple(sorted(entered, key=lambda one: one.day)))
        came = conformance(procedure, stood)
        beside = zip(stood.done, came.breaches, strict=True)
        return (
            came.steps, came.missing, came.due, came.count,
            {(one.step, one.day): breaches for one, breaches in beside},
        )  # fmt: skip

    assert judged(shuffled) == judged(done)


@SOME
@given(_histories())
def test_going_back_sets_aside_exactly_that_step_and_those_after_it(found):
    procedure, standing, history = found
    for one in history:
        if not isinstance(one, Happening):
            continue
        decision = procedure.step(one.step).decision(one.decision)
        if decision is None or decision.then != "back":
            continue
        came = turn(procedure, replace(standing, done=(one,)), one)

        assert came.state == "returned"
        assert set(came.aside) == set(from_step(procedure, decision.to))
        after = {key for key in procedure.step_index if _reaches(procedure, decision.to, key)}
        assert set(came.aside) == {decision.to, *after}
        assert one.step in came.aside


def _reaches(procedure: Procedure, start: str, key: str) -> bool:
    """Whether one step comes after another, asked upwards from the later one."""
    before = procedure.before(procedure.step(key))
    return start in before or any(_reaches(procedure, start, other) for other in before)


@SOME
@given(_histories())
def test_taking_a_matter_up_again_loses_no_step_before_and_keeps_none_after(found):
    procedure, standing, history = found
    came = replay(procedure, standing, history)
    again = replay(procedure, came.standing, [Reopened(OPENED)])
    aside = from_step(procedure, procedure.reopening.to)

    assert again.standing.done == tuple(one for one in came.standing.done if one.step not in aside)
    assert again.state == "reopened"


@SOME
@given(_histories())
def test_days_of_what_stands_are_in_order(found):
    procedure, standing, history = found
    done = replay(procedure, standing, history).standing.done

    assert all(one.day <= other.day for one, other in pairwise(done))


@pytest.mark.parametrize("start", ["a", "c"])
def test_the_random_procedures_are_told_apart_by_their_written_order(start):
    """A plain case of the above, to see it fail: steps written backwards."""
    steps = [
        {"key": "c", "title": "c", "after": ["b"]},
        {"key": "b", "title": "b", "after": ["a"]},
        {"key": "a", "title": "a", "after": []},
    ]
    procedure = Procedure.model_validate({"key": "way", "title": "办法", "steps": steps})

    assert set(from_step(procedure, start)) == ({"a", "b", "c"} if start == "a" else {"c"})
