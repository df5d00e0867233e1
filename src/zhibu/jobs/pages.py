"""What the page of an import shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from zhibu.jobs import progress, services
from zhibu.jobs.importers import STATES, PreviewRow, importer_find
from zhibu.jobs.models import Import

PER_PAGE = 50
#: The filter that leaves nothing out.
ALL = "all"
State = Import.State


@dataclass(frozen=True, slots=True)
class Filter:
    state: str
    label: Any
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One look at an import: how far it is, and a page of its preview."""

    title: Any
    busy: bool
    waiting: bool
    done: int
    total: int
    filters: Sequence[Filter]
    state: str
    rows: Sequence[PreviewRow]
    numbers: Any
    good: int
    bad: int
    asks: int
    may_confirm: bool
    may_reread: bool
    is_open: bool
    states: Any = None
    ignored: str = ""
    #: Days until the sheet and its preview are deleted; 0 when they already are.
    kept_days: int = 0


def page_of(made: Import, state: str, number: str | None) -> Page:
    """``state`` as in the address; anything else begins with what needs a person first."""
    if state != ALL and state not in STATES:
        state = _first_need(made.counts)
    importer = importer_find(made.kind)
    busy = made.state in (State.READING, State.COMMITTING)
    far = progress.how_far(made.pk) if busy else None
    done, total = far or (0, 0)
    counts = made.counts
    preview = None if busy or made.state == State.DROPPED else services.import_preview(made=made)
    rows, numbers = (), None
    if preview is not None:
        numbers = Paginator(preview.places("" if state == ALL else state), PER_PAGE).get_page(
            number
        )
        rows = preview.rows(list(numbers.object_list))
    good = counts.get("new", 0) + counts.get("changed", 0)
    is_open = made.state in services.OPEN and made.source_id is not None
    return Page(
        title=importer.title if importer else made.kind,
        busy=busy, waiting=busy and far is None, done=done, total=total,
        filters=_filters(counts, state, len(preview.states)) if preview else (),
        state=state, rows=rows, numbers=numbers, good=good,
        bad=counts.get("error", 0) + counts.get("ask", 0) if preview else 0, asks=counts.get("ask", 0),
        may_confirm=is_open and preview is not None and good > 0,
        may_reread=is_open, is_open=is_open, states=STATES,
        ignored="、".join(counts.get("ignored", ())),
        kept_days=settings.IMPORT_KEEP_DAYS if made.source_id else 0,
    )  # fmt: skip


def _first_need(counts: dict[str, Any]) -> str:
    return next((one for one in STATES if one != "unchanged" and counts.get(one)), ALL)


def _filters(counts: dict[str, Any], state: str, whole: int) -> list[Filter]:
    found = [Filter(one, label, counts.get(one, 0), one == state) for one, label in STATES.items()]
    return [
        *(one for one in found if one.count or one.current),
        Filter(ALL, _("全部"), whole, state == ALL),
    ]
