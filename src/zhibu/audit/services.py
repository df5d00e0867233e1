"""Writing the log. There is no service that changes or removes an event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from zhibu.audit.models import START, Chain, Event
from zhibu.audit.words import HIDDEN, word
from zhibu.shared import clock


class Coded(Protocol):
    """Anything with an organisation code."""

    code: str


class Named(Protocol):
    """An account."""

    pk: Any
    username: str
    display_name: str


Actor = Named | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act, for :func:`events_record`."""

    action: str
    target: str = ""
    unit: Coded | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def event_record(
    *, actor: Actor, action: str, target: str, unit: Coded | None = None, **data: Any
) -> Event:
    """Write one act. An action that no ``audit_words.py`` names is refused.

    Call it after the change and before the listeners: the chain stays locked until the transaction ends.
    """
    entry = Entry(action=action, target=target, unit=unit, data=data)
    return events_record(actor=actor, entries=[entry])[0]


@transaction.atomic
def events_record(*, actor: Actor, entries: Iterable[Entry]) -> list[Event]:
    """Write several acts of one person with one lock; bulk imports use it."""
    # On PostgreSQL the row lock serialises writers; on SQLite the IMMEDIATE transaction already did.
    chain, _ = Chain.objects.select_for_update().get_or_create(pk=1, defaults={"digest": START})
    name, key = _actor(actor)
    at, events = clock.now(), []
    for entry in entries:
        event = Event(
            at=at,
            actor=name,
            actor_key=key,
            action=entry.action,
            target=entry.target,
            unit_code=entry.unit.code if entry.unit else "",
            data=_plain(entry.data, private=word(entry.action).private),
            previous=chain.digest,
        )
        chain.digest = event.digest = event.computed_digest()
        chain.length += 1
        events.append(event)
    Event.objects.bulk_create(events, batch_size=500)
    chain.save(update_fields=["digest", "length"])
    return events


def _actor(actor: Actor) -> tuple[str, str]:
    if isinstance(actor, str):
        return actor, ""
    label = f"{actor.display_name}（{actor.username}）" if actor.display_name else actor.username
    return label[:128], f"user:{actor.pk}"


def _plain(data: Mapping[str, Any], *, private: tuple[str, ...]) -> dict[str, Any]:
    """As the database gives it back: a value that comes back different would break the chain."""
    kept = {key: HIDDEN if key in private else value for key, value in data.items()}
    text = json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False)
    # Floats do not survive jsonb exactly; they are kept as text.
    return json.loads(text.replace("\\u0000", ""), parse_float=str)
