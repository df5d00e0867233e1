"""Which steps are open, which are left, and until when: from what stands, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu_engine.packs.blanks import When
from zhibu_engine.packs.procedure import Procedure, StepOf
from zhibu_engine.procedures.days import later, limits, value_said
from zhibu_engine.procedures.electing import CARRIED, REJECTED, election_came, election_of
from zhibu_engine.procedures.happenings import Happening, Standing
from zhibu_engine.votes import vote_judge


def applies(procedure: Procedure, step: StepOf, standing: Standing) -> bool:
    if step.unless is not None and holds(procedure, step.unless, standing):
        return False
    return step.when is None or holds(procedure, step.when, standing)


def holds(procedure: Procedure, when: When, standing: Standing) -> bool:
    if when.setting and not procedure.turned_on(when.setting):
        return False
    if when.step:
        said = standing.at(when.step)
        if not said or said[-1].decision not in when.came:
            return False
    if not when.field:
        return True
    value = value_said(standing, when.field)
    if when.any_of:
        listed = value if isinstance(value, list) else [value]
        if not any(one in when.any_of for one in listed):
            return False
    return _within(procedure, when, value)


def _within(procedure: Procedure, when: When, value: object) -> bool:
    """Whether a number is in the bounds of a condition; money is kept in fen and bounds are written in yuan."""
    blank = procedure.blank(when.field)
    times = 100 if blank is not None and blank.type == "money" else 1
    for bound, below in ((when.at_least, False), (when.below, True)):
        if bound is None:
            continue
        number = procedure.number(bound)
        if number is None or not isinstance(value, int) or isinstance(value, bool):
            return False
        if (value < number * times) != below:
            return False
    return True


def applicable(procedure: Procedure, standing: Standing) -> tuple[StepOf, ...]:
    return tuple(step for step in procedure.steps if applies(procedure, step, standing))


def befores(procedure: Procedure, step: StepOf, standing: Standing) -> tuple[str, ...]:
    """The steps that come before it; one that does not apply hands on to those before it."""
    found: dict[str, None] = {}
    for key in procedure.before(step):
        other = procedure.step(key)
        if applies(procedure, other, standing):
            found[key] = None
        else:
            found.update(dict.fromkeys(befores(procedure, other, standing)))
    return tuple(found)


def came_through(step: StepOf, happened: Happening) -> bool:
    """Whether the matter may go on after this: its vote carried, the counts of its election are there, and nothing
    was put off or turned down.
    """
    if step.election is not None and election_of(step, happened) is None:
        return False
    decision = step.decision(happened.decision)
    return happened.decision != REJECTED and (decision is None or decision.then in ("on", "done"))


def is_settled(procedure: Procedure, step: StepOf, standing: Standing) -> bool:
    """Done, as often as asked, and the last time to an end; a step that waits for children is not."""
    done = standing.at(step.key)
    if not done or waits_for_children(step, standing) or not came_through(step, done[-1]):
        return False
    wanted = procedure.number(step.repeats.at_least) if step.repeats else None
    return sum(came_through(step, one) for one in done) >= (wanted or 1)


def waits_for_children(step: StepOf, standing: Standing) -> bool:
    """Whether children that it spawned are still open."""
    done = standing.at(step.key)
    return bool(step.spawns and step.spawns.waits and done and done[-1].children_open)


def decided(step: StepOf, happened: Happening) -> str:
    """How a step came out: what was chosen, unless its vote did not carry.

    A step with a vote needs no choosing where its decisions are ``carried`` and ``rejected``; one with an election
    none where they are ``carried`` and ``partly``.
    """
    if step.election is not None:
        return election_came(step, happened)
    rule = step.asked(happened.kind).vote
    if rule is None or happened.count is None:
        return happened.decision
    result = vote_judge(rule, happened.count)
    if result.problems:
        return happened.decision
    if not result.carried:
        return REJECTED
    chosen = happened.decision if happened.decision != REJECTED else ""
    return chosen or (CARRIED if step.decision(CARRIED) else "")


def steps_left(procedure: Procedure, standing: Standing) -> tuple[StepOf, ...]:
    """Steps that must still be done, in order; of the optional ones those whose children are open."""
    return tuple(
        step
        for step in applicable(procedure, standing)
        if (not step.optional and not is_settled(procedure, step, standing))
        or waits_for_children(step, standing)
    )


def steps_open(procedure: Procedure, standing: Standing) -> tuple[StepOf, ...]:
    """Steps whose turn it is: all before them are done. A recurring one stays open until what follows is done."""
    return tuple(
        step for step in applicable(procedure, standing) if _is_open(procedure, step, standing)
    )


def _is_open(procedure: Procedure, step: StepOf, standing: Standing) -> bool:
    if waits_for_children(step, standing):  # its children are to be done, not the step again
        return False
    if is_settled(procedure, step, standing) and not (
        step.repeats and not _followed(procedure, step, standing)
    ):
        return False
    if step.optional and _followed(procedure, step, standing):
        return False
    return all(_past(procedure, key, standing) for key in befores(procedure, step, standing))


def awaited(procedure: Procedure, step: StepOf, standing: Standing) -> tuple[str, ...]:
    """The steps that must be done before it; an optional one that was left out hands on to those before it."""
    found: dict[str, None] = {}
    for key in befores(procedure, step, standing):
        other = procedure.step(key)
        if other.optional and not standing.at(key):
            found.update(dict.fromkeys(awaited(procedure, other, standing)))
        else:
            found[key] = None
    return tuple(found)


def _past(procedure: Procedure, key: str, standing: Standing) -> bool:
    """Done, or optional with all before it done: nobody waits for what need not be."""
    step = procedure.step(key)
    if is_settled(procedure, step, standing):
        return True
    return step.optional and all(
        _past(procedure, other, standing) for other in befores(procedure, step, standing)
    )


def _followed(procedure: Procedure, step: StepOf, standing: Standing) -> bool:
    """Whether anything that comes after it is done, directly or not."""
    return any(standing.at(key) for key in from_step(procedure, step.key) if key != step.key)


def due_day(procedure: Procedure, step: StepOf, standing: Standing) -> date | None:
    """Until when the step should be done: the nearest last day, also of its next repetition."""
    days = [one.last for one in limits(procedure, step.intervals, standing)]
    days.append(repeat_due(procedure, step, standing))
    return min(filter(None, days), default=None)


def repeat_due(procedure: Procedure, step: StepOf, standing: Standing) -> date | None:
    """Until when a recurring step should be done again; the first time counts from the steps before it."""
    every = procedure.number(step.repeats.every) if step.repeats else None
    if step.repeats is None or every is None:
        return None
    before = [standing.day(key) for key in befores(procedure, step, standing)]
    start = standing.day(step.key) or max(filter(None, before), default=standing.opened)
    return later(start, every, step.repeats.unit)


def matter_due(procedure: Procedure, standing: Standing) -> date | None:
    return min(
        (one.last for one in limits(procedure, procedure.due, standing) if one.last), default=None
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """What a step led to. ``aside``: steps whose happenings no longer stand, since the matter went back."""

    state: str
    aside: tuple[str, ...] = ()


def turn(procedure: Procedure, standing: Standing, last: Happening) -> Turn:
    """The matter's state after ``last``, which is part of ``standing``: running, returned, terminated or done."""
    decision = procedure.step(last.step).decision(last.decision)
    if decision is not None and decision.then == "end":
        return Turn("terminated")
    if decision is not None and decision.then == "done":
        return Turn("done")
    if decision is not None and decision.then == "back":
        return Turn("returned", from_step(procedure, decision.to))
    return Turn("running" if steps_left(procedure, standing) else "done")


def from_step(procedure: Procedure, key: str) -> tuple[str, ...]:
    """A step and all that follow it, directly or not, wherever they are written."""
    found, more = {key}, {key}
    while more:
        more = {
            step.key
            for step in procedure.steps
            if step.key not in found and more & set(procedure.before(step))
        }
        found |= more
    return tuple(step.key for step in procedure.steps if step.key in found)
