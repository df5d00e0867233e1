"""Runs: judgements of a scope that are kept, and published for good."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.organization.models import Unit
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import pinned, policies
from zhibu.standards.models import Run, RunFinding, RunScore


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
    rows = [row for row in run.findings.all() if (row.unit_id, row.clause) in explained]
    for row in rows:
        row.explanation = explained[row.unit_id, row.clause]
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
