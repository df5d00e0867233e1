"""Judging units, keeping runs, granting exemptions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.organization.models import Unit
from zhibu.records.models import Change
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import pinned, policies
from zhibu.standards.adopted import unit_rows
from zhibu.standards.judging import units_assess, year_end
from zhibu.standards.models import Exemption, Run, RunFinding, RunScore, Score
from zhibu.standards.store import Written, judgement_store

#: So many units are judged, written and released at once: no lock is held for a whole county.
BATCH = 400


def units_judge(
    *, unit_ids: Iterable[int], day: date | None = None, years: Collection[int] | None = None
) -> int:
    """Judge units anew and write only what changed; gives the number of rows written.

    Without ``years`` the year of ``day`` is judged, and past years of the same units are marked
    to be judged when somebody asks for them: a late entry changes last year's score too.
    """
    day = day or clock.today()
    written = Written()
    for batch in _batches(sorted(set(unit_ids))):
        written += _batch_judge(batch, day, years)
    return written.total


@transaction.atomic
def _batch_judge(unit_ids: list[int], day: date, years: Collection[int] | None) -> Written:
    units = unit_rows(unit_ids, lock=True)
    present = [unit.pk for unit in units]
    written = Written()
    for year in years or [day.year]:
        judgement = units_assess(units, year_end(year, day))
        written += judgement_store(judgement, present)
    if years is None:
        Score.objects.filter(unit__in=present, year__lt=day.year, is_stale=False).update(
            is_stale=True
        )
    return written


def _batches(unit_ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(unit_ids), BATCH):
        yield unit_ids[start : start + BATCH]


def year_refresh(*, unit_ids: Iterable[int], year: int, day: date) -> int:
    """Make a past year's findings ready to be shown: judge the units that have none or stale ones."""
    if year >= day.year:
        return 0
    wanted = set(unit_ids)
    scores = Score.objects.filter(
        unit__in=wanted, year=year, as_of=date(year, 12, 31), is_stale=False
    )
    fresh = set(scores.values_list("unit", flat=True))
    return units_judge(unit_ids=wanted - fresh, day=day, years=[year]) if wanted - fresh else 0


def changes_drain(*, day: date) -> int:
    """Judge the units whose judging had failed. Gives their number."""
    waiting = list(Change.objects.values_list("pk", "unit_id"))
    if waiting:
        units_judge(unit_ids={unit for _pk, unit in waiting}, day=day)
        Change.objects.filter(pk__in=[pk for pk, _unit in waiting]).delete()
    return len({unit for _pk, unit in waiting})


def stale_judge(*, day: date) -> int:
    """Judge the units whose current score is of an earlier day: periods end while nobody types."""
    behind = Score.objects.filter(year=day.year, as_of__lt=day).values_list("unit", flat=True)
    begun = Score.objects.filter(year=day.year).values("unit")
    last_year = Score.objects.filter(year=day.year - 1).exclude(unit__in=begun)
    units = {*behind, *last_year.values_list("unit", flat=True)}
    units_judge(unit_ids=units, day=day, years=[day.year])
    return len(units)


def engine_warm() -> None:
    """Pay the first judgement's imports and connection before the first request.

    Call it in a worker after the fork: an engine opened before it makes the child hang.
    """
    unit = Unit.objects.branches().order_by("pk").values_list("pk", flat=True).first()
    if unit is not None:
        units_assess(unit_rows([unit]), clock.today())


@transaction.atomic
def exemption_grant(
    *, unit: Unit, standard: str, clause: str, reason: str, from_on: date, to_on: date, actor: Any
) -> Exemption:
    """Say that a clause need not be met for a time; it then counts as 不适用, with the reason.

    Raises:
        PermissionDenied: the actor does not judge this unit. Nobody exempts his own branch.
        ValidationError: no reason, or the days are the wrong way round.
    """
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if not policies.may_exempt(actor, unit):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("请写明豁免的理由，以便日后核对。")})
    if to_on < from_on:
        raise ValidationError({"to_on": _("止日不能早于起日。")})
    exemption = Exemption(
        unit=unit,
        standard=standard,
        clause=clause,
        reason=reason.strip(),
        from_on=from_on,
        to_on=to_on,
        by=str(actor),
    )
    exemption.full_clean()
    exemption.save()
    event_record(
        actor=actor,
        action="standards.exempted",
        target=f"standards.exemption:{exemption.pk}",
        unit=unit,
        clause=clause,
        until=to_on,
        reason=exemption.reason,
    )
    units_judge(unit_ids=[unit.pk])
    return exemption


@transaction.atomic
def run_make(*, standard: str, scope: Unit, as_of: date, title: str, actor: Any) -> Run:
    """Judge all units below a scope, as the tree stood that day, and keep the result.

    Raises:
        PermissionDenied: the actor does not judge this scope.
        RuleBroken: a future day, nobody keeps the standard, or several versions of it are kept.
    """
    if not policies.may_run(actor, scope):
        raise PermissionDenied
    if as_of > clock.today():
        raise RuleBroken(_("评判日不能晚于今天。请选择今天或者以前的日期。"))
    found = pinned.scope_judge(scope, standard, as_of)
    run = Run(
        standard=standard,
        pack_id=found.applied.version.pk,
        pack_digest=found.applied.version.digest,
        tree_digest=found.tree_digest,
        facts_digest=found.facts_digest,
        scope=scope,
        scope_name=scope.name,
        as_of=as_of,
        title=title.strip(),
        by=actor,
    )
    run.full_clean()
    run.save()
    RunFinding.objects.bulk_create(pinned.finding_rows_of(run, found), batch_size=500)
    RunScore.objects.bulk_create(pinned.score_rows_of(run, found), batch_size=500)
    event_record(
        actor=actor,
        action="standards.run_made",
        target=f"standards.run:{run.pk}",
        unit=scope,
        title=run.title,
        units=len(found.unit_ids),
        as_of=as_of,
    )
    return run


@transaction.atomic
def run_publish(*, run: Run, actor: Any) -> Run:
    """Publish for good: what was not fully met keeps its explanation as it stands now.

    Raises:
        PermissionDenied: the actor does not judge the run's scope.
        RuleBroken: published before, or facts of that year changed since the judging.
    """
    run = Run.objects.select_for_update().get(pk=run.pk)
    if not policies.may_run(actor, run.scope):
        raise PermissionDenied
    if run.published_at is not None:
        raise RuleBroken(_("这次评判已经发布，不能再次发布。"))
    found = pinned.scope_judge(run.scope, run.standard, run.as_of)
    if pinned.pins(run) != pinned.pins_of(found):
        raise RuleBroken(_("评判以后，记录、组织或制度包有了变化。请重新评判，核对后再发布。"))
    explained = pinned.explanations(found)
    rows = list(run.findings.filter(verdict__in=("partial", "unmet", "not_assessed", "not_due")))
    for row in rows:
        row.explanation = explained.get((row.unit_id, row.clause))
    RunFinding.objects.bulk_update(rows, ["explanation"], batch_size=200)
    run.published_at = clock.now()
    run.save(update_fields=["published_at"])
    event_record(
        actor=actor,
        action="standards.run_published",
        target=f"standards.run:{run.pk}",
        unit=run.scope,
        title=run.title,
    )
    return run


@transaction.atomic
def run_remove(*, run: Run, actor: Any) -> None:
    """Throw a run away that was never published."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    if not policies.may_run(actor, run.scope):
        raise PermissionDenied
    title, target = run.title, f"standards.run:{run.pk}"
    run.delete()
    event_record(actor=actor, action="standards.run_removed", target=target, title=title)
