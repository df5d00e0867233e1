"""The sum of a matter: how it conforms, from what stands. Computed when a step changes and stored with the pack's digest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures.electing import REJECTED
from zhibu_engine.procedures.guards import step_judge
from zhibu_engine.procedures.happenings import Breach, Happening, Standing
from zhibu_engine.procedures.order import (
    applicable,
    applies,
    came_through,
    decided,
    matter_due,
    steps_left,
)


@dataclass(frozen=True, slots=True)
class Conformance:
    """``breaches`` lie beside the happenings of ``standing.done``, in their order."""

    steps: int
    missing: tuple[str, ...]
    breaches: tuple[tuple[Breach, ...], ...]
    due: date | None

    @property
    def count(self) -> int:
        return sum(len(found) for found in self.breaches)

    @property
    def conforms(self) -> bool:
        return not self.missing and not self.count


def conformance(
    procedure: Procedure, standing: Standing, *, posts: Callable[[str], str] = str
) -> Conformance:
    """Each happening judged against what stood apart from it: those before it, and other steps of the same day."""
    known = procedure.step_index
    found = tuple(
        step_judge(procedure, procedure.step(one.step), one, _apart(standing, one), posts=posts)
        if one.step in known
        else ()  # a later version of the pack has no such step: nothing is held against it
        for one in standing.done
    )
    asked = [step.key for step in applicable(procedure, standing) if not step.optional]
    missing = tuple(step.key for step in steps_left(procedure, standing))
    if _is_concluded(procedure, standing):
        asked, missing = [key for key in asked if key not in missing], ()
    return Conformance(len(asked), missing, found, matter_due(procedure, standing))


def _is_concluded(procedure: Procedure, standing: Standing) -> bool:
    """Whether a decision of the last day closed the matter before its last step: nothing is missing then."""
    last = max((one.day for one in standing.done), default=None)
    known = procedure.step_index
    closing = (
        procedure.step(one.step).decision(one.decision)
        for one in standing.done
        if one.day == last and one.step in known
    )
    return any(decision is not None and decision.then in ("end", "done") for decision in closing)


def _apart(standing: Standing, happened: Happening) -> Standing:
    """The matter without this happening and later ones of the same step."""
    rest: list[Happening] = []
    for one in standing.done:
        if one is happened:
            rest.extend(other for other in standing.done[len(rest) + 1 :] if other.step != one.step)
            break
        rest.append(one)
    return Standing(standing.opened, standing.form, tuple(rest), standing.parent)


def resolution_problems(procedure: Procedure, standing: Standing) -> tuple[str, ...]:
    """Why nothing of the matter may be published yet; empty where its resolution stands, or none is asked for.

    Valid is a resolution that was carried by enough of those entitled at a meeting with its quorum.
    """
    if not procedure.resolves:
        return ()
    step = procedure.step(procedure.resolves)
    if not applies(procedure, step, standing):
        return ()
    done = standing.at(step.key)
    if not done:
        return (f"“{step.title}”系统内未见记录，不能公开。请先登记“{step.title}”。",)
    last = done[-1]
    if decided(step, last) == REJECTED:
        return (f"“{step.title}”的表决没有通过，不能公开。",)
    if not came_through(step, last):
        return (f"“{step.title}”没有作出决定，不能公开。",)
    found = step_judge(procedure, step, last, standing.without(step.key))
    blocking = ("turnout", "vote", "votes", "kind", "decision")
    return tuple(one.text for one in found if one.code.partition(":")[0] in blocking)
