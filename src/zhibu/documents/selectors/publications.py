"""Publications as those who work for the unit see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q

from zhibu.accounts.models import User
from zhibu.documents.models import Objection, Publication
from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_descendant_ids, unit_words
from zhibu.records.models import Record

_WAITING = Q(objections__state=Objection.State.RECEIVED)


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """A line of the list."""

    publication_id: int
    title: str
    kind: str
    kind_title: str
    from_on: date
    to_on: date | None
    audience: str
    is_open: bool
    standing: bool
    withdrawn: bool
    corrected: bool
    is_late: bool
    objections: int
    waiting: int
    about_title: str
    unit: str


@dataclass(frozen=True, slots=True)
class PublicationView:
    """One publication of what a higher app calls ``about``: what a matter's page shows of it."""

    record_id: int
    kind: str
    title: str
    from_on: date
    to_on: date | None
    audience: str
    is_open: bool
    token: str
    withdrawn_on: date | None
    objections: int
    unanswered: int
    url: str


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection as the public reads it: no name, no contact, and no words before it is dealt with."""

    number: int
    received_on: date
    state: str
    state_title: str
    text: str
    answer: str
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Objections to one publication that nobody has answered, the first of which came that day."""

    unit: str
    title: str
    number: int
    since: date
    url: str


def publication_codes(unit: Unit, day: date) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Code → Chinese of kinds and of channels, as the unit's packs say."""
    codes = unit_words(unit, day).codes
    return codes.get("publication_kind", {}), codes.get("publication_channel", {})


def publication_rows(user: User, unit: Unit, day: date) -> list[PublicationRow]:
    """Of the unit and all below it, the newest first. Two queries besides the words of the packs."""
    kinds, _channels = publication_codes(unit, day)
    rows = (
        Publication.objects.visible_to(user)
        .filter(record__owner__in=unit_descendant_ids(unit, day))
        .select_related("record__owner")
        .defer("body", "table")
        .annotate(objection_count=Count("objections"), waiting=Count("objections", filter=_WAITING))
        .order_by("-from_on", "-pk")
    )
    return [_row(one, kinds, day) for one in rows]


def _row(one: Publication, kinds: Mapping[str, str], day: date) -> PublicationRow:
    return PublicationRow(
        publication_id=one.pk,
        title=one.record.title,
        kind=one.kind,
        kind_title=kinds.get(one.kind, one.kind),
        from_on=one.from_on,
        to_on=one.to_on,
        audience=one.get_audience_display(),
        is_open=one.is_open,
        standing=one.is_shown_on(day),
        withdrawn=one.withdrawn_on is not None,
        corrected=one.corrected_on is not None,
        is_late=one.record.is_late,
        objections=one.objection_count,
        waiting=one.waiting,
        about_title=one.about_title,
        unit=str(one.record.owner),
    )


def publications_about(about: str) -> list[PublicationView]:
    """What was published about a thing, the oldest first; withdrawn ones too, marked. One query."""
    rows = (
        Publication.objects.about(about)
        .exclude(record__state=Record.State.VOIDED)
        .select_related("record")
        .annotate(objection_count=Count("objections"), waiting=Count("objections", filter=_WAITING))
        .order_by("from_on", "pk")
    )
    return [publication_view(one) for one in rows]


def publication_view(one: Any) -> PublicationView:
    return PublicationView(
        record_id=one.pk,
        kind=one.kind,
        title=one.record.title,
        from_on=one.from_on,
        to_on=one.to_on,
        audience=one.audience,
        is_open=one.is_open,
        token=one.token,
        withdrawn_on=one.withdrawn_on,
        objections=one.objection_count,
        unanswered=one.waiting,
        url=one.get_absolute_url(),
    )


def publications_waiting(unit_ids: Collection[int], limit: int = 5) -> list[Waiting]:
    """Publications of these units with objections that wait for an answer, the longest first. One query."""
    rows = (
        Publication.objects.filter(record__owner__in=unit_ids, withdrawn_on__isnull=True)
        .annotate(
            number=Count("objections", filter=_WAITING),
            since=Min("objections__received_on", filter=_WAITING),
        )
        .filter(number__gt=0)
        .select_related("record__owner")
        .order_by("since", "pk")
    )
    return [
        Waiting(
            str(one.record.owner), one.record.title, one.number, one.since, one.get_absolute_url()
        )
        for one in rows[:limit]
    ]
