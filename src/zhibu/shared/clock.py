"""The only place that asks what day it is. Everything else takes dates as arguments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.utils import timezone

_fixed: date | None = None


def now() -> datetime:
    """This instant, aware, in the product's zone."""
    return timezone.localtime()


def today() -> date:
    """The local calendar day: at 00:30 in Shanghai it is already the new day."""
    return _fixed or now().date()


@contextmanager
def fixed(day: date) -> Iterator[None]:
    """Hold ``today()`` still, for tests and worked examples."""
    global _fixed
    before, _fixed = _fixed, day
    try:
        yield
    finally:
        _fixed = before
