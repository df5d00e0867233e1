"""What the page of an import shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator

from zhibu.jobs import progress, services
from zhibu.jobs.importers import STATES, PreviewRow, importer_find
from zhibu.jobs.models import Import

PER_PAGE = 50
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


def page_of(made: Import, state: str, number: str | None) -> Page:
    importer = importer_find(made.kind)
    busy = made.state in (State.READING, State.COMMITTING)
    far = progress.how_far(made.pk) if busy else None
    done, total = far or (0, 0)
    counts = made.counts
    preview = None if busy or made.state == State.DROPPED else services.import_preview(made=made)
    rows, numbers = (), None
    if preview is not None:
        numbers = Paginator(preview.places(state), PER_PAGE).get_page(number)
        rows = preview.rows(list(numbers.object_list))
    good = counts.get("new", 0) + counts.get("changed", 0)
    is_open = made.state in services.OPEN
    return Page(
        title=importer.title if importer else made.kind,
        busy=busy, waiting=busy and far is None, done=done, total=total,
        filters=_filters(counts, state, len(preview.states)) if preview else (),
        state=state, rows=rows, numbers=numbers, good=good,
        bad=counts.get("error", 0) + counts.get("ask", 0), asks=counts.get("ask", 0),
        may_confirm=is_open and preview is not None and good > 0,
        may_reread=is_open, is_open=is_open, states=STATES,
        ignored="、".join(counts.get("ignored", ())),
    )  # fmt: skip


def _filters(counts: dict[str, Any], state: str, whole: int) -> list[Filter]:
    found = [Filter("", "全部", whole, not state)]
    found += [Filter(one, label, counts.get(one, 0), one == state) for one, label in STATES.items()]
    return found
