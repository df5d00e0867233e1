"""Writing a whole ledger: eighteen thousand sittings in a few hundred statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from zhibu.meetings.inputs import SittingInput
from zhibu.meetings.inserting import rows_insert
from zhibu.meetings.planning import SittingPlan
from zhibu.meetings.writing import content_write
from zhibu.records.models import Participant, Record, RecordHost
from zhibu.shared import clock

CHUNK = 3000


def records_write(rows: Sequence[Any], actor: Any, progress: Callable[[int], None]) -> set[int]:
    """New records with their content; says which units they count for."""
    touched: set[int] = set()
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        records = [_record(row, actor) for row in chunk]
        Record.objects.bulk_create(records)
        pairs = [(record, row.plan) for record, row in zip(records, chunk, strict=True)]
        for _written, plan in pairs:
            touched.update(plan.host_ids)
        _hosts_write(pairs)
        content_write(pairs)
        progress(start + len(chunk))
    return touched


def _record(row: Any, actor: Any) -> Record:
    given: SittingInput = row.given
    return Record(
        kind=Record.Kind.SITTING,
        owner_id=given.owner_id,
        title=row.plan.title,
        event_on=given.day,
        entered_at=clock.now(),
        entry_delay=row.delay,
        entered_by=None if isinstance(actor, str) else actor,
        is_late=bool(row.late_reason),
        late_reason=row.late_reason,
        content_digest=row.plan.digest,
        search_text=row.plan.search_text,
    )


def _hosts_write(pairs: Iterable[tuple[Record, SittingPlan]]) -> None:
    pairs = list(pairs)
    rows_insert(
        RecordHost,
        ("record", "unit"),
        ((record.pk, unit) for record, plan in pairs for unit in plan.host_ids),
    )
    rows_insert(
        Participant,
        ("record", "part", "person", "role", "post", "reason"),
        (
            (record.pk, p.part, p.person_id, str(p.role), p.post, p.reason)
            for record, plan in pairs
            for segment in plan.segments
            for p in segment.parts
        ),
    )
