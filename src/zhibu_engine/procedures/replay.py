"""A matter run through its procedure in one go: what would be refused, what stands at the end, and in which state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures.guards import step_judge
from zhibu_engine.procedures.happenings import Happening, Standing
from zhibu_engine.procedures.order import decided, from_step, turn

CLOSED = ("done", "terminated")


@dataclass(frozen=True, slots=True)
class Reopened:
    """The matter is taken up again on that day."""

    day: date


@dataclass(frozen=True, slots=True)
class Replayed:
    """``refused`` are the steps that were not taken, each with the code of why; ``outcomes`` as kind:value."""

    standing: Standing
    state: str
    refused: tuple[str, ...]
    outcomes: tuple[str, ...]


def replay(
    procedure: Procedure, standing: Standing, history: Iterable[Happening | Reopened]
) -> Replayed:
    """Enter what happened, one after the other as written; the days may lie otherwise."""
    state, refused, gave = "running", list[str](), list[tuple[str, str]]()
    for one in history:
        if isinstance(one, Reopened):
            state, standing, gave = _reopened(procedure, standing, gave)
            continue
        codes = _hard(procedure, standing, one, state)
        if codes:
            refused += [f"{one.step}:{code}" for code in codes]
            continue
        happened = replace(one, decision=decided(procedure.step(one.step), one))
        standing = _with(standing, happened)
        came = turn(procedure, standing, happened)
        gave += _gives(procedure, happened)
        state = came.state if came.state != "running" or state != "reopened" else state
        standing = _without(standing, came.aside, happened if came.aside else None)
        gave = [(step, said) for step, said in gave if step not in came.aside]
    return Replayed(standing, state, tuple(refused), tuple(said for _, said in gave))


def _hard(
    procedure: Procedure, standing: Standing, happened: Happening, state: str
) -> tuple[str, ...]:
    if state in CLOSED:
        return ("closed",)
    step = procedure.step(happened.step)
    happened = replace(happened, decision=decided(step, happened))
    before = standing if step.repeats else standing.without(step.key)
    found = step_judge(procedure, step, happened, before)
    return tuple(dict.fromkeys(one.code for one in found if one.hard))


def _gives(procedure: Procedure, happened: Happening) -> list[tuple[str, str]]:
    decision = procedure.step(happened.step).decision(happened.decision)
    gifts = decision.gives if decision is not None else ()
    return [(happened.step, f"{one.kind}:{one.value}") for one in gifts]


def _reopened(
    procedure: Procedure, standing: Standing, gave: list[tuple[str, str]]
) -> tuple[str, Standing, list[tuple[str, str]]]:
    """Back from the step that the procedure names; outcomes of what no longer stands end."""
    if procedure.reopening is None:
        raise ValueError(f"程序“{procedure.title}”不能重新办理。")
    aside = from_step(procedure, procedure.reopening.to)
    kept = [(step, said) for step, said in gave if step not in aside]
    return "reopened", _without(standing, aside, None), kept


def _with(standing: Standing, happened: Happening) -> Standing:
    done = sorted((*standing.done, happened), key=lambda one: one.day)
    return replace(standing, done=tuple(done))


def _without(standing: Standing, aside: tuple[str, ...], last: Happening | None) -> Standing:
    kept = (one for one in standing.done if one.step not in aside and one is not last)
    return replace(standing, done=tuple(kept))
