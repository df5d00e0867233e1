"""Standards about persons, matters and entries of a unit: judged when somebody looks, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.organization.models import Person, Unit
from zhibu.organization.policies import may_judge, may_record
from zhibu.standards.adopted import Applied, standards_applied, unit_rows
from zhibu.standards.judging import exemptions_on, facts_of
from zhibu_engine.assess import Score, assess
from zhibu_engine.packs import Standard
from zhibu_engine.prepare import facts_prepare
from zhibu_engine.report import UnitResult, sheet_make, total_sentence


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """One person, matter or entry with its total in words and every clause explained."""

    subject_id: int
    name: str
    total: str
    result: UnitResult


@dataclass(frozen=True, slots=True)
class SubjectsPage:
    unit: Unit
    standard: Standard
    as_of: date
    is_trial: bool
    subjects: tuple[SubjectResult, ...]


def subject_standards(unit: Unit, day: date) -> tuple[Applied, ...]:
    """The standards of a unit that judge its persons, matters or entries."""
    return standards_applied(unit_rows([unit.pk]), day, units=False).get(unit.pk, ())


def subjects_judged(unit: Unit, standard: str, day: date, viewer: Any) -> SubjectsPage | None:
    """All subjects of the unit; None if the unit keeps no such standard.

    Who neither records for the unit nor judges it sees of persons only himself.
    """
    applied = next((one for one in subject_standards(unit, day) if one.key == standard), None)
    if applied is None:
        return None
    compiled = applied.compiled
    raw = facts_of([unit.pk], day, [compiled])
    exempt = exemptions_on([unit.pk], day).get(standard, ())
    found = assess(compiled, facts_prepare(raw, day), [unit.pk], exemptions=exempt)
    mine = _only(compiled.standard, unit, viewer)
    subjects = tuple(
        SubjectResult(
            one.score.subject_id,
            one.name.removeprefix(unit.name).strip(),
            _total(compiled.standard, one.score),
            one,
        )
        for one in sheet_make(compiled, found, raw).units
        if mine is None or one.score.subject_id in mine
    )
    return SubjectsPage(unit, compiled.standard, day, applied.is_trial, subjects)


def _total(standard: Standard, score: Score) -> str:
    """Empty where a standard only counts: nothing is met and nothing fails."""
    if not (score.possible or score.met or score.failed):
        return ""
    return total_sentence(standard, score)


def _only(standard: Standard, unit: Unit, viewer: Any) -> set[int] | None:
    if standard.subject.kind != "person" or may_record(viewer, unit) or may_judge(viewer, unit):
        return None
    return set(Person.objects.filter(user=viewer).values_list("pk", flat=True))
