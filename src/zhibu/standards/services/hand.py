"""Points that people give for what no record can judge."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.organization.models import Unit
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import policies
from zhibu.standards.judging import year_end
from zhibu.standards.models import HandScore
from zhibu.standards.selectors.explained import applied_find
from zhibu.standards.services.judging import units_judge
from zhibu_engine.packs import Clause


@transaction.atomic
def hand_score_give(
    *,
    unit: Unit,
    standard: str,
    year: int,
    clause: str,
    points: int,
    reason: str,
    assessor: str,
    actor: Any,
    choice: str = "",
) -> HandScore:
    """Give points (in 0.01) for a clause that people score; an earlier score stays, as replaced.

    Raises:
        PermissionDenied: the actor does not judge this unit, or belongs to it.
        RuleBroken: the year lies ahead, or the clause is not one that people score.
        ValidationError: no reason, or more points than the clause has.
    """
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if not policies.may_score(actor, unit):
        raise PermissionDenied
    written = _clause(unit, standard, clause, year)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明评分的理由，以便被评的组织核对。")})
    if not 0 <= points <= written.points:
        raise ValidationError(
            {"points": _("分值要在 0 和 %(most)s 之间。") % {"most": written.points / 100}}
        )
    score = HandScore(
        unit=unit,
        standard=standard,
        year=year,
        clause=clause,
        points=points,
        choice=choice,
        reason=reason.strip(),
        assessor=assessor,
        by=str(actor),
        at=clock.now(),
    )
    score.full_clean(exclude=["unit"], validate_constraints=False)
    _replace(unit, standard, year, clause)
    score.save(force_insert=True)
    event_record(
        actor=actor,
        action="standards.hand_scored",
        target=f"standards.handscore:{score.pk}",
        unit=unit,
        clause=written.title,
        year=year,
        points=points / 100,
        reason=score.reason,
    )
    units_judge(unit_ids=[unit.pk], years=[year])
    return score


@transaction.atomic
def hand_score_withdraw(*, score: HandScore, actor: Any) -> None:
    """Take points back: the clause is 未评 again; the row stays, as replaced.

    Raises:
        PermissionDenied: the actor does not judge this unit, or belongs to it.
        RuleBroken: it was replaced before.
    """
    score = HandScore.objects.select_for_update().get(pk=score.pk)
    if not policies.may_score(actor, score.unit):
        raise PermissionDenied
    if score.replaced_at is not None:
        raise RuleBroken(_("这次评分已经被新的评分代替，不用再撤销。"))
    _replace(score.unit, score.standard, score.year, score.clause)
    event_record(
        actor=actor,
        action="standards.hand_score_withdrawn",
        target=f"standards.handscore:{score.pk}",
        unit=score.unit,
        clause=score.clause,
        year=score.year,
    )
    units_judge(unit_ids=[score.unit_id], years=[score.year])


def _replace(unit: Unit, standard: str, year: int, clause: str) -> None:
    HandScore.objects.current().filter(
        unit=unit, standard=standard, year=year, clause=clause
    ).update(replaced_at=clock.now())


def _clause(unit: Unit, standard: str, clause: str, year: int) -> Clause:
    today = clock.today()
    if year > today.year:
        raise RuleBroken(_("不能给以后的年度评分。"))
    applied = applied_find(unit, standard, year_end(year, today))
    index = applied.compiled.standard.clause_index if applied else {}
    if applied is None or clause not in index:
        raise RuleBroken(_("本组织这一年没有这一条。请从得分页重新进入。"))
    written = applied.compiled.standard.clauses[index[clause]]
    if written.method != "manual":
        raise RuleBroken(_("这一条由记录评判，不能人工评分。"))
    return written
