"""达标还差什么: the acts of least effort, each with its form and its last day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.organization.policies import may_record
from zhibu.standards.judging import exemptions_on, hand_points, unit_facts
from zhibu.standards.links import Link, correct_url, form_link
from zhibu.standards.selectors.explained import applied_find
from zhibu_engine.compile import Compiled
from zhibu_engine.gap.least import gap
from zhibu_engine.gap.said import Told, acts_told, not_counted, summary
from zhibu_engine.packs import Standard
from zhibu_engine.points import points_zh

#: Acts shown at once; the rest lies under a fold.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class GapAct:
    """One thing to do. Points in 0.01; no link for those who may not write."""

    title: str
    points: int
    until: str
    link: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGap:
    """What the section shows. ``is_best``: at the best level already; ``asks``: no level, so points are asked."""

    points: str = ""
    asks: bool = False
    is_best: bool = False
    summary: str = ""
    acts: list[GapAct] = field(default_factory=list)
    rest: list[GapAct] = field(default_factory=list)
    not_counted: list[str] = field(default_factory=list)


def unit_gap(
    unit: Unit, standard: str, day: date, viewer: Any, points: int | None = None
) -> UnitGap | None:
    """What is still lacking for the next level, or for so many points (0.01); None where it cannot be said.

    A standard without levels has no next one: then points are asked for, and nothing is shown before.
    """
    applied = applied_find(unit, standard, day)
    if applied is None or not is_reckoned(applied.compiled.standard):
        return None
    compiled = applied.compiled
    asks = not compiled.standard.levels
    if asks and points is None:
        return UnitGap(asks=True)
    found = gap(
        compiled,
        unit_facts(unit.pk, day, compiled),
        unit.pk,
        today=day,
        points=points if asks else None,
        exempt=[clause for _unit, clause in exemptions_on([unit.pk], day).get(standard, ())],
        by_hand={
            clause: given
            for (_unit, clause), given in hand_points([unit.pk], day.year).get(standard, {}).items()
        },
    )
    if found is None:
        return UnitGap(is_best=True)
    acts = [_act(told, unit, compiled, viewer, day) for told in acts_told(found)]
    return UnitGap(
        asks=asks,
        points=points_zh(points) if points else "",
        summary=summary(found),
        acts=acts[:SHOWN],
        rest=acts[SHOWN:],
        not_counted=not_counted(found),
    )


def is_reckoned(standard: Standard) -> bool:
    """Whether the gap can be reckoned at all: of units, by points, not averaged over months."""
    has_points = any(clause.points for clause in standard.clauses)
    return standard.subject.kind == "unit" and standard.average is None and has_points


def _act(told: Told, unit: Unit, compiled: Compiled, viewer: Any, day: date) -> GapAct:
    link = _link(told, unit, compiled, day) if may_record(viewer, unit) else None
    return GapAct(told.title, max(told.points, 0), told.until_zh, link)


def _link(told: Told, unit: Unit, compiled: Compiled, day: date) -> Link | None:
    """The record that is mended, or the form that enters a new one."""
    relation, record = told.record
    if record > 0:
        url = correct_url(relation, record)
        return Link(url, _("更正这条记录")) if url else None
    if not told.form:
        return None
    return form_link(told.form, unit.pk, compiled.words, told.day if told.late else day)
