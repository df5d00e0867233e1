"""What strangers may read: published snapshots for everybody, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.core.cache import cache
from django.db.models import Count, Max

from zhibu.documents.models import Objection, Publication
from zhibu.documents.selectors.publications import ObjectionView, publication_codes
from zhibu.organization.models import Placement, Unit

Words = tuple[Mapping[str, str], Mapping[str, str]]
WORDS_SECONDS = 60


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """A unit that published something, and below whom it stands today."""

    code: str
    name: str
    above: str
    notices: int
    newest: date


@dataclass(frozen=True, slots=True)
class Notice:
    """One publication as everybody may read it. Of a withdrawn one no text is left but the reason."""

    token: str
    unit_code: str
    unit_name: str
    kind: str
    kind_title: str
    title: str
    channels: tuple[str, ...]
    place: str
    from_on: date
    to_on: date | None
    standing: bool
    about: str
    about_title: str
    corrected_on: date | None
    correct_reason: str
    withdrawn_on: date | None
    withdraw_reason: str
    version: int
    objection_count: int
    body: str = ""
    table: tuple[tuple[str, str], ...] = ()
    objections: tuple[ObjectionView, ...] = ()


def open_units(day: date) -> list[OpenUnit]:
    """Units with something to read, by the one above them."""
    shown = Publication.objects.open_to_all().filter(withdrawn_on__isnull=True)
    counted = {
        unit_id: (number, newest)
        for unit_id, number, newest in shown.values_list("record__owner").annotate(
            number=Count("pk"), newest=Max("from_on")
        )
    }
    units = list(Unit.objects.filter(pk__in=counted))
    above = _names_above(units, day)
    return [
        OpenUnit(unit.code, unit.name, above.get(unit.pk, ""), *counted[unit.pk]) for unit in units
    ]


def _names_above(units: Iterable[Unit], day: date) -> dict[int, str]:
    placed = (
        Placement.objects.held_on(day)
        .filter(unit__in=list(units), line="tree")
        .select_related("parent")
    )
    return {one.unit_id: one.parent.name for one in placed}


def unit_open(code: str) -> Unit | None:
    """The unit with this code, if it ever published something for everybody."""
    published = Publication.objects.open_to_all().values("record__owner")
    return Unit.objects.filter(code=code, pk__in=published).first()


#: Sealed columns: what a stranger's page does not read can not slip into it.
_SEALED = ("parties",)
_OBJECTION_SEALED = ("text", "name", "contact")


def notices_of(unit: Unit, day: date) -> list[Notice]:
    """All that the unit shows or showed to everybody, without texts, the newest first."""
    rows = (
        Publication.objects.open_to_all()
        .filter(record__owner=unit)
        .select_related("record__owner")
        .defer(*_SEALED, "body", "table", "record__search_text")
        .annotate(objection_count=Count("objections"))
        .order_by("-from_on", "-pk")
    )
    words = _words(unit, day)
    return [_notice(one, words, day, count=one.objection_count) for one in rows]


def notice_shown(token: str, day: date) -> Notice | None:
    """One notice with its objections; ``None`` where a stranger has nothing to read."""
    one = (
        Publication.objects.open_to_all()
        .filter(token=token)
        .select_related("record__owner")
        .defer(*_SEALED, "record__search_text")
        .first()
    )
    if one is None:
        return None
    words = _words(one.record.owner, one.from_on)
    if one.withdrawn_on is not None:
        return _notice(one, words, day)
    rows = one.objections.defer(*_OBJECTION_SEALED)
    objections = tuple(_objection(row) for row in rows)
    notice = _notice(one, words, day, count=len(objections))
    table = tuple((label, value) for label, value in one.table)
    return replace(notice, body=one.body, table=table, objections=objections)


def _words(unit: Unit, day: date) -> Words:
    """The titles of kinds and channels; asked by every reader and hardly ever changed, so kept a minute."""
    key = f"publication_codes:{unit.pk}:{day}"
    found = cache.get(key)
    if found is None:
        kinds, channels = publication_codes(unit, day)
        found = dict(kinds), dict(channels)
        cache.set(key, found, WORDS_SECONDS)
    return found


def _objection(one: Objection) -> ObjectionView:
    """Words of strangers are shown once a clerk has read them; what is not taken stays unsaid."""
    return ObjectionView(
        number=one.number,
        received_on=one.received_on,
        state=one.state,
        state_title=one.get_state_display(),
        text=one.shown if one.state == Objection.State.ANSWERED else "",
        answer=one.answer,
        answered_on=one.answered_on,
    )


def _notice(
    one: Publication,
    words: Words,
    day: date,
    count: int = 0,
) -> Notice:
    kinds, channels = words
    kind_title = kinds.get(one.kind, one.kind)
    gone = one.withdrawn_on is not None
    return Notice(
        token=one.token,
        unit_code=one.record.owner.code,
        unit_name=one.record.owner.name,
        kind=one.kind,
        kind_title=kind_title,
        title=kind_title if gone else one.record.title,
        channels=tuple(channels.get(code, code) for code in one.channels),
        place="" if gone else one.place,
        from_on=one.from_on,
        to_on=one.to_on,
        standing=one.is_shown_on(day),
        about=one.about,
        about_title="" if gone else one.about_title,
        corrected_on=one.corrected_on,
        correct_reason="" if gone else one.correct_reason,
        withdrawn_on=one.withdrawn_on,
        withdraw_reason=one.withdraw_reason,
        version=one.record.version,
        objection_count=0 if gone else count,
    )


def notice_publication(token: str) -> Publication | None:
    """The row behind an open notice that still stands, for handing in an objection."""
    rows = Publication.objects.open_to_all().filter(withdrawn_on__isnull=True)
    return rows.filter(token=token).first()
