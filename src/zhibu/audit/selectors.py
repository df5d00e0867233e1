"""Reading the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from zhibu.audit.models import START, Chain, Event


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and how."""

    event_id: int | None
    reason: str


def events_of(target: str) -> QuerySet[Event]:
    """All acts on one thing, newest first."""
    return Event.objects.filter(target=target).order_by("-pk")


def chain_breaks() -> Iterator[Break]:
    """Go through the whole log: changed rows, removed rows, and a tail that was cut off."""
    previous, count = START, 0
    for event in Event.objects.order_by("pk").iterator(chunk_size=2000):
        count += 1
        if event.previous != previous:
            yield Break(event.pk, "与前一条不相连，中间有事件被删除、插入或改动。")
        if event.computed_digest() != event.digest:
            yield Break(event.pk, "内容与摘要不符，这条事件被改动过。")
        previous = event.digest
    chain = Chain.objects.filter(pk=1).first()
    if chain is None:
        if count:
            yield Break(None, "审计链的末端登记不见了。")
    elif (chain.length, chain.digest) != (count, previous):
        yield Break(None, f"末端登记为 {chain.length} 条，实有 {count} 条或末条被改动。")
