"""Back-tests: a draft tried on a scope, and published from there."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.organization.models import Unit
from zhibu.packs.models import PackVersion
from zhibu.packs.selectors import packs_changed_by
from zhibu.packs.services import pack_publish
from zhibu.records.models import Change
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import policies
from zhibu.standards.models import BackTest, Score
from zhibu.standards.trying import result_data, trial_of, trial_run
from zhibu_engine.prepare import FactsError

log = logging.getLogger(__name__)
State = BackTest.State
#: A worker that has not told anything for so long is gone.
SILENT = timedelta(minutes=3)


@transaction.atomic
def backtest_begin(
    *, scope: Unit, draft: PackVersion, standard: str, as_of: date, actor: Any
) -> BackTest:
    """Ask for a back-test; the caller starts the work.

    Raises:
        PermissionDenied: the actor does not judge this scope.
        RuleBroken: a future day, or the draft has no such standard.
    """
    if not policies.may_run(actor, scope):
        raise PermissionDenied
    if as_of > clock.today():
        raise RuleBroken(_("评判日不能晚于今天。请选择今天或者以前的日期。"))
    if standard not in draft.compiled:
        raise RuleBroken(_("这个制度包里没有这项标准。请重新选择。"))
    made = BackTest(
        scope=scope,
        standard=standard,
        draft=draft,
        draft_digest=draft.digest,
        as_of=as_of,
        by=actor,
    )
    made.full_clean(exclude=["result"])
    made.save()
    event_record(
        actor=actor,
        action="standards.backtested",
        target=f"standards.backtest:{made.pk}",
        unit=scope,
        draft=str(draft),
        standard=standard,
        as_of=as_of,
    )
    return made


def backtest_work(*, backtest_id: int) -> BackTest:
    """Try it; leaves ``DONE`` with the result or ``FAILED`` with the reason. Writes nothing else."""
    made = BackTest.objects.select_related("scope", "draft").get(pk=backtest_id)
    if made.state != State.WAITING:
        return made

    def told(done: int, total: int) -> None:
        BackTest.objects.filter(pk=made.pk).update(
            state=State.RUNNING, done=done, total=total, beat_at=clock.now()
        )

    try:
        trial = trial_of(made.scope, made.draft, made.standard, made.as_of)
        result = result_data(trial, trial_run(trial, told))
    except (RuleBroken, FactsError) as error:
        return _end(made, State.FAILED, message=str(error))
    except Exception:
        log.exception("back-test %s failed", made.pk)
        _end(made, State.FAILED, message=_("试算时程序出错，什么也没有改动。请联系管理员。"))
        raise
    return _end(made, State.DONE, result=result)


def _end(made: BackTest, state: str, message: str = "", result: Any = None) -> BackTest:
    made.state, made.message, made.result = state, message, result
    made.save(update_fields=["state", "message", "result"])
    made.refresh_from_db(fields=["done", "total"])
    return made


def backtests_recover() -> int:
    """Set free those whose worker was killed. The page calls it."""
    silent = BackTest.objects.filter(state=State.RUNNING, beat_at__lt=clock.now() - SILENT)
    return silent.update(state=State.FAILED, message=_("程序中断，没有算完。请重新试算。"))


@transaction.atomic
def backtest_publish(*, backtest: BackTest, actor: Any) -> PackVersion:
    """Publish the draft that was tried; whoever it binds is judged anew by the worker.

    Raises:
        PermissionDenied: the actor does not judge the scope, or the pack binds units he does not manage.
        RuleBroken: it was not tried to the end, or the draft is another one by now.
    """
    made = BackTest.objects.select_for_update().select_related("scope").get(pk=backtest.pk)
    if not policies.may_run(actor, made.scope):
        raise PermissionDenied
    draft = PackVersion.objects.get(pk=made.draft_id)
    if made.state != State.DONE:
        raise RuleBroken(_("试算还没有完成。请等结果出来，核对以后再发布。"))
    if draft.digest != made.draft_digest:
        raise RuleBroken(_("试算以后，这份稿子又改过。请重新试算，核对以后再发布。"))
    version = pack_publish(version=draft, actor=actor)
    units = Score.objects.filter(pack__key__in=packs_changed_by(version.key))
    waiting = sorted(set(units.values_list("unit", flat=True)))
    Change.objects.bulk_create([Change(unit_id=unit) for unit in waiting], batch_size=500)
    return version
