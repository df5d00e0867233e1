"""What can be asked of any record: is it late, what is it used for, what did it say before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from zhibu.records.models import Record
from zhibu.shared.discovery import discover

#: A record entered more days than this after its event is a late one, where no pack says otherwise.
DEFAULT_LATE_AFTER_DAYS = 7


@dataclass(frozen=True, slots=True)
class Usage:
    """One place that already uses a record: a clause, a ledger, a document."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class VersionView:
    """What a record said before a correction, and why it was corrected."""

    version: int
    content: dict[str, Any]
    reason: str
    replaced_at: Any
    replaced_by: str


def late_after_days(words: Any = None) -> int:
    """How many days an entry may follow its event: the packs' word, else the installation's."""
    written = getattr(words, "late_after_days", None)
    if written is not None:
        return int(written)
    return int(getattr(settings, "LATE_AFTER_DAYS", DEFAULT_LATE_AFTER_DAYS))


def is_late(event_on: date, entered_on: date, limit: int) -> bool:
    """The last day of the limit is still in time."""
    return (entered_on - event_on).days > limit


def record_usages(record: Record) -> list[Usage]:
    """Ask every app's ``usages.py`` where this record counts: 已用于 n 处."""
    found: list[Usage] = []
    for module in discover("usages"):
        found.extend(module.usages(record))
    return found


def record_versions(record: Record) -> list[VersionView]:
    """Earlier versions, the newest first."""
    return [
        VersionView(old.version, old.content, old.reason, old.replaced_at, old.replaced_by)
        for old in record.versions.order_by("-version")
    ]
