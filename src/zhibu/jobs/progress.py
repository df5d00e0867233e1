"""How far a worker is, and whether it still lives.

A file beside the data, not a row: the commit holds the database's only write lock, and a
killed process cannot say that it died. The worker holds a lock on the file while it works;
the operating system lets go of it at the moment the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from zhibu.shared.errors import RuleBroken

_EVERY = 0.3


def _path(pk: int) -> Path:
    folder = Path(settings.DATA_DIR) / "jobs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"import-{pk}"


@contextmanager
def worker(
    pk: int, also: Callable[[int, int], None] | None = None
) -> Iterator[Callable[[int, int], None]]:
    """Hold the lock of this import and report with the yielded function (done, total).

    Raises:
        RuleBroken: another process is at work on it.
    """
    handle = os.open(_path(pk), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RuleBroken(_("这次导入正在处理，请稍候刷新本页。")) from error
        told = 0.0

        def report(done: int, total: int) -> None:
            nonlocal told
            if also is not None:
                also(done, total)
            moment = time.monotonic()
            if moment - told >= _EVERY or done >= total:
                told = moment
                os.pwrite(handle, f"[{done:>12}, {total:>12}]".encode(), 0)

        yield report
        clear(pk)
    finally:
        os.close(handle)


def clear(pk: int) -> None:
    """Forget an earlier run; with no file the import counts as waiting for its turn."""
    with suppress(FileNotFoundError):
        _path(pk).unlink()


def how_far(pk: int) -> tuple[int, int] | None:
    """(done, total), or ``None`` while it waits."""
    try:
        done, total = json.loads(_path(pk).read_text() or "[0, 0]")
    except (FileNotFoundError, ValueError):
        return None
    return done, total


def has_died(pk: int) -> bool:
    """Whether a worker began and is gone. Waiting for a turn is not death."""
    try:
        handle = os.open(_path(pk), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
