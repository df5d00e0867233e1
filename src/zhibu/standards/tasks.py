"""What the background worker does for this app."""

from __future__ import annotations

from django_tasks import task

from zhibu.shared import clock
from zhibu.standards import services
from zhibu.standards.models import BackTest
from zhibu.standards.selectors.backtests import scope_size

#: Up to here a request may wait: so many units are tried in about a second.
SYNC_UNITS = 200


@task()
def backtest_later(backtest_id: int) -> None:
    services.backtest_work(backtest_id=backtest_id)


@task()
def drain_later() -> None:
    services.changes_drain(day=clock.today())


def backtest_start(made: BackTest) -> None:
    """Try now where the scope is small, else in the background."""
    if scope_size(made.scope, made.as_of) > SYNC_UNITS:
        backtest_later.enqueue(made.pk)
    else:
        services.backtest_work(backtest_id=made.pk)
