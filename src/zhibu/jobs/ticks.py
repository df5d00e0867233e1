"""Daily work of this app."""

from __future__ import annotations

from datetime import date

from zhibu.jobs.services import imports_recover


def tick(day: date) -> None:
    imports_recover()
