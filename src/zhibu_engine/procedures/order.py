"""Which steps are open, which are left, and until when: from what stands, never stored."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu_engine.packs.procedure import Interval, Procedure, StepOf, When
from zhibu_engine.procedures.happenings import Happening, Standing
from zhibu_engine.votes import vote_judge

#: The decision of a vote that did not carry; the step is not done by it.
REJECTED, CARRIED = "rejected", "carried"


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last day of a shorter month."""
    months += day.year * 12 + day.month - 1
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def workdays_later(day: date, days: int) -> date:
    """So many Mondays to Fridays on; public holidays are not known here, so the day is never too late."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def later(day: date, number: int, unit: str) -> date:
    if unit == "months":
        return months_later(day, number)
    return workdays_later(day, number) if unit == "workdays" else day + timedelta(days=number)


def applies(procedure: Procedure, step: StepOf, standing: Standing) -> bool:
    if step.unless is not None and holds(procedure, step.unless, standing):
        return False
    return step.when is None or holds(procedure, step.when, standing)


def holds(procedure: Procedure, when: When, standing: Standing) -> bool:
    if when.setting and not procedure.turned_on(when.setting):
        return False
    if not when.field:
        return True
    value = _value(standing, when.field)
    return any(one in when.any_of for one in (value if isinstance(value, list) else [value]))


def _value(standing: Standing, key: str) -> object:
    """A field of the form, or of what a step said (``step.field``, its last saying)."""
    step, _, name = key.partition(".")
    if not name:
        return standing.form.get(key)
    said = standing.at(step)
    return said[-1].fields.get(name) if said else None


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


def is_settled(procedure: Procedure, step: StepOf, standing: Standing) -> bool:
    """Done, as often as asked; a step that waits for another decision (``again``) or for children is not."""
    done = standing.at(step.key)
    if not done or (step.spawns and step.spawns.waits and done[-1].children_open):
        return False
    decision = step.decision(done[-1].decision)
    if decision.then == "again" if decision else done[-1].decision == REJECTED:
        return False
    wanted = procedure.number(step.repeats.at_least) if step.repeats else None
    return len(done) >= (wanted or 1)


def decided(step: StepOf, happened: Happening) -> str:
    """How a step came out: what was chosen, unless its vote did not carry.

    A step with a vote needs no choosing where its decisions are ``carried`` and ``rejected``.
    """
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
    """Steps that must still be done, in order."""
    return tuple(
        step
        for step in applicable(procedure, standing)
        if not step.optional and not is_settled(procedure, step, standing)
    )


def steps_open(procedure: Procedure, standing: Standing) -> tuple[StepOf, ...]:
    """Steps whose turn it is: all before them are done. A recurring one stays open until what follows is done."""
    return tuple(
        step for step in applicable(procedure, standing) if _is_open(procedure, step, standing)
    )


def _is_open(procedure: Procedure, step: StepOf, standing: Standing) -> bool:
    if is_settled(procedure, step, standing) and not (
        step.repeats and not _followed(procedure, step, standing)
    ):
        return False
    if step.optional and _followed(procedure, step, standing):
        return False
    return all(_past(procedure, key, standing) for key in befores(procedure, step, standing))


def _past(procedure: Procedure, key: str, standing: Standing) -> bool:
    """Done, or optional with all before it done: nobody waits for what need not be."""
    step = procedure.step(key)
    if is_settled(procedure, step, standing):
        return True
    return step.optional and all(
        _past(procedure, other, standing) for other in befores(procedure, step, standing)
    )


def _followed(procedure: Procedure, step: StepOf, standing: Standing) -> bool:
    return any(
        step.key in befores(procedure, other, standing) and standing.at(other.key)
        for other in applicable(procedure, standing)
    )


@dataclass(frozen=True, slots=True)
class Limit:
    """First and last day that an interval allows; None: open."""

    interval: Interval
    since: date
    first: date | None
    last: date | None


def limits(
    procedure: Procedure, intervals: tuple[Interval, ...], standing: Standing
) -> Iterator[Limit]:
    """Of each interval whose start has happened and whose number is known."""
    for interval in intervals:
        since = since_day(interval.since, standing)
        if since is None:
            continue
        least, most = procedure.number(interval.min), procedure.number(interval.max)
        last = None if most is None else later(since, most, interval.unit)
        if interval.by:
            last = _this_years(interval.by, since)
        first = None if least is None else later(since, least, interval.unit)
        if first is not None or last is not None:
            yield Limit(interval, since, first, last)


def _this_years(month_day: str, since: date) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    last = date(since.year, month, min(day, monthrange(since.year, month)[1]))
    return last if last >= since else date(since.year + 1, last.month, last.day)


def since_day(since: str, standing: Standing) -> date | None:
    """The day that an interval counts from, by its name in the pack."""
    head, _, tail = since.partition(".")
    if since == "opened":
        return standing.opened
    if head == "parent":
        return since_day(tail, standing.parent) if standing.parent else None
    if head == "form":
        return as_day(standing.form.get(tail))
    return as_day(_value(standing, since)) if tail else standing.day(since)


def as_day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def due_day(procedure: Procedure, step: StepOf, standing: Standing) -> date | None:
    """Until when the step should be done: the nearest last day, also of its next repetition."""
    days = [one.last for one in limits(procedure, step.intervals, standing) if one.last]
    every = procedure.number(step.repeats.every) if step.repeats else None
    if step.repeats and every is not None:
        before = [standing.day(key) for key in befores(procedure, step, standing)]
        start = standing.day(step.key) or max(filter(None, before), default=standing.opened)
        days.append(later(start, every, step.repeats.unit))
    return min(days, default=None)


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
    """A step and all that follow it, directly or not."""
    found = {key}
    for step in procedure.steps[procedure.step_index[key] :]:
        if set(procedure.before(step)) & found:
            found.add(step.key)
    return tuple(step.key for step in procedure.steps if step.key in found)
