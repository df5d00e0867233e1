"""How long uploaded sheets and previews are kept: they hold what people's papers say."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.files.services import blob_drop
from zhibu.jobs.models import Import
from zhibu.shared import clock

#: How the program itself signs its daily work.
DAILY = "每日例行"
State = Import.State


def imports_clear(*, day: date) -> int:
    """Delete the sealed sheets and previews of imports that ended, or waited, too long ago.

    What was imported stays, and so do the import's name, counts and outcome. One that still
    waits for a yes is given up first.
    """
    last = day - timedelta(days=settings.IMPORT_KEEP_DAYS)
    old = Q(ended_at__date__lt=last) | Q(state=State.PREVIEWED, created_at__date__lt=last)
    ids = Import.objects.filter(old, source__isnull=False).exclude(
        state__in=[State.READING, State.COMMITTING]
    )
    return sum(_clear(pk, last) for pk in list(ids.values_list("pk", flat=True)))


@transaction.atomic
def _clear(pk: int, last: date) -> int:
    made = Import.objects.select_for_update(of=("self",)).get(pk=pk)
    if made.source is None or made.state in (State.READING, State.COMMITTING):
        return 0
    blobs = [blob for blob in (made.source, made.preview) if blob is not None]
    if made.state == State.PREVIEWED:
        made.state, made.ended_at = State.DROPPED, clock.now()
        made.message = _("超过 %(days)d 天没有确认，已自动放弃。") % {
            "days": settings.IMPORT_KEEP_DAYS
        }
    made.source = made.preview = None
    made.answers = {}
    made.save(update_fields=["source", "preview", "answers", "state", "message", "ended_at"])
    event_record(
        actor=DAILY, action="jobs.files_deleted", target=f"jobs.import:{made.pk}",
        filename=made.filename, days=settings.IMPORT_KEEP_DAYS,
    )  # fmt: skip
    for blob in blobs:
        blob_drop(blob=blob)
    return 1
