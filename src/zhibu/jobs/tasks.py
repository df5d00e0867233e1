"""Large sheets are read and written by the background worker."""

from __future__ import annotations

from django_tasks import task

from zhibu.jobs import services
from zhibu.jobs.models import Import

#: Up to here a request may wait: a 5,000-row sheet of 400 KB reads in a second.
SYNC_BYTES = 500_000
SYNC_ROWS = 3_000


@task()
def read_later(import_id: int) -> None:
    services.import_read(import_id=import_id)


@task()
def write_later(import_id: int) -> None:
    services.import_write(import_id=import_id)


def read_start(made: Import) -> Import:
    """Read now if the file is small, else in the background."""
    if made.source.size > SYNC_BYTES:
        read_later.enqueue(made.pk)
        return made
    return services.import_read(import_id=made.pk)


def write_start(made: Import) -> Import:
    if made.total > SYNC_ROWS:
        write_later.enqueue(made.pk)
        return made
    return services.import_write(import_id=made.pk)
