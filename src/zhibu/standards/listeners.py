"""Records changed: judge the units at once, in the same transaction."""

from __future__ import annotations

import logging

from django.db import transaction

from zhibu.records.models import Change
from zhibu.shared.changes import listen
from zhibu.standards.services import units_judge

logger = logging.getLogger(__name__)


@listen
def units_rejudge(unit_ids: set[int]) -> None:
    """Judge inside a savepoint: a judging that fails never loses the record that was saved.

    What could not be judged stays in the outbox and is judged by the next tick.
    """
    try:
        with transaction.atomic():
            units_judge(unit_ids=unit_ids)
    except Exception:
        logger.exception("judging failed; %s unit(s) left for the next tick", len(unit_ids))
        Change.objects.bulk_create([Change(unit_id=unit) for unit in sorted(unit_ids)])
