"""Daily work of this app."""

from __future__ import annotations

from datetime import date

from zhibu.jobs.keeping import imports_clear
from zhibu.jobs.services import imports_recover


def tick(day: date) -> None:
    imports_recover()
    imports_clear(day=day)
