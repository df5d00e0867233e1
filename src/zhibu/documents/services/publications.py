"""Acts on publications: publish, correct, withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.audit.services import event_record
from zhibu.documents import policies
from zhibu.documents.guarding import publication_tell, refuse_guarded
from zhibu.documents.models import Publication
from zhibu.documents.naming import Party, masked, names_of
from zhibu.documents.services.drafting import (
    Draft,
    Showing,
    draft_check,
    publication_draft,
    showing_check,
    token_make,
)
from zhibu.organization.models import Unit
from zhibu.records.models import Record
from zhibu.records.services import record_correct, record_create
from zhibu.shared import clock
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken

Rows = Iterable[Sequence[str]]


@transaction.atomic
def publication_publish(
    *,
    unit: Unit,
    kind: str,
    title: str,
    body: str = "",
    table: Rows = (),
    channels: Sequence[str],
    place: str = "",
    from_on: date,
    to_on: date | None = None,
    audience: str = Publication.Audience.PUBLIC,
    about: str = "",
    about_title: str = "",
    private_persons: Iterable[Party] = (),
    actor: User | str,
    late_reason: str = "",
) -> Publication:
    """Freeze and show a text. Names of private persons and private numbers are masked first.

    Masked: ``private_persons`` (plain names always, persons who hold no post) and all others known
    to the unit who hold none. Without ``to_on`` it stands until it is withdrawn.

    Raises:
        PermissionDenied: the actor may not record for the unit.
        RuleBroken: another app refuses it (no valid resolution), or the same is already shown.
    """
    # Locked: the same text sent twice is shown once.
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if not policies.may_write(actor, unit):
        raise PermissionDenied
    showing = Showing(kind, tuple(dict.fromkeys(channels)), from_on, to_on, audience)
    showing_check(unit, showing)
    refuse_guarded(about=about, kind=kind, day=from_on)
    draft = publication_draft(
        unit=unit,
        day=from_on,
        title=title,
        body=body,
        table=table,
        place=place,
        about_title=about_title,
        private_persons=private_persons,
    )
    draft_check(draft)
    _refuse_same(unit, showing, about, draft)
    record = _record(unit, showing, draft, actor, late_reason)
    publication = Publication(
        record=record,
        kind=kind,
        audience=audience,
        token=token_make(),
        about=about,
        about_title=draft.about_title,
        **_columns(showing, draft),
    )
    publication.full_clean()
    publication.save(force_insert=True)
    _told(publication, unit, actor, "documents.published")
    return publication


def _record(
    unit: Unit, showing: Showing, draft: Draft, actor: User | str, late_reason: str
) -> Record:
    return record_create(
        kind=Record.Kind.PUBLICATION,
        owner=unit,
        hosts=[unit],
        title=draft.title,
        event_on=showing.from_on,
        ends_on=showing.to_on,
        actor=actor,
        late_reason=late_reason,
        content_digest=draft.digest,
        search_text=draft.search_text,
    )


@transaction.atomic
def publication_correct(
    *,
    publication: Publication,
    reason: str,
    title: str,
    body: str,
    table: Rows = (),
    channels: Sequence[str],
    place: str = "",
    from_on: date | None = None,
    to_on: date | None = None,
    private_persons: Iterable[Party] = (),
    actor: User | str,
    late_reason: str | None = None,
) -> Publication:
    """Show a new version; the old one is kept, and the page says when and why it was corrected.

    Kind, audience and what it is about stay. What strangers could read is not hidden by a
    correction: that is a withdrawal.
    """
    publication = publication_locked(publication)
    unit = publication.record.owner
    if not policies.may_write(actor, unit):
        raise PermissionDenied
    _refuse_withdrawn(publication)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明更正原因。")}, code="reason")
    showing = Showing(
        publication.kind,
        tuple(dict.fromkeys(channels)),
        from_on or publication.from_on,
        to_on,
        publication.audience,
    )
    showing_check(unit, showing)
    _refuse_hiding(publication, showing)
    draft = publication_draft(
        unit=unit,
        day=showing.from_on,
        title=title,
        body=body,
        table=table,
        place=place,
        private_persons=[*publication.parties.splitlines(), *private_persons],
    )
    draft_check(draft)
    _replace(publication, showing, draft, reason, actor, late_reason)
    reason = publication.correct_reason
    _told(publication, unit, actor, "documents.publication_corrected", reason=reason)
    return publication


def _replace(
    publication: Publication,
    showing: Showing,
    draft: Draft,
    reason: str,
    actor: User | str,
    late_reason: str | None,
) -> None:
    """The next version of the record, and the columns of what is shown now."""
    reason = masked(reason.strip(), draft.names).text[:200]
    record = record_correct(
        record=publication.record,
        reason=reason,
        content=publication_content(publication),
        actor=actor,
        title=draft.title,
        event_on=showing.from_on,
        late_reason=late_reason,
        content_digest=draft.digest,
        search_text=draft.search_text,
    )
    record.ends_on = showing.to_on
    record.save(update_fields=["ends_on"])
    publication.record = record
    corrected = {"corrected_on": clock.today(), "correct_reason": reason}
    _change(publication, {**_columns(showing, draft), **corrected})


@transaction.atomic
def publication_withdraw(
    *, publication: Publication, reason: str, actor: User | str
) -> Publication:
    """Stop showing it. Its page stays and says when and why it was withdrawn."""
    publication = publication_locked(publication)
    unit = publication.record.owner
    if not policies.may_write(actor, unit):
        raise PermissionDenied
    _refuse_withdrawn(publication)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明撤回原因。")}, code="reason")
    today = clock.today()
    names = names_of(unit, today, publication.parties.splitlines())
    reason = masked(reason.strip(), names).text[:200]
    _change(publication, {"withdrawn_on": today, "withdraw_reason": reason})
    _told(publication, unit, actor, "documents.publication_withdrawn", reason=reason)
    return publication


def publication_content(publication: Publication) -> dict[str, Any]:
    """What it said, as plain values, kept when it is corrected."""
    return {
        "title": publication.record.title,
        "body": publication.body,
        "table": publication.table,
        "channels": publication.channels,
        "place": publication.place,
        "from_on": publication.from_on.isoformat(),
        "to_on": publication.to_on.isoformat() if publication.to_on else None,
        "audience": publication.audience,
    }


def publication_locked(publication: Publication) -> Publication:
    """The record's row is the lock of everything that hangs on it, objections too."""
    Record.objects.select_for_update(no_key=True).get(pk=publication.pk)
    return Publication.objects.select_related("record__owner").get(pk=publication.pk)


def _columns(showing: Showing, draft: Draft) -> dict[str, Any]:
    return {
        "channels": list(showing.channels),
        "from_on": showing.from_on,
        "to_on": showing.to_on,
        "is_open": showing.is_open,
        "body": draft.body,
        "table": [list(row) for row in draft.table],
        "place": draft.place,
        "parties": "\n".join(draft.parties),
    }


def _change(publication: Publication, changed: dict[str, Any]) -> None:
    for name, value in changed.items():
        setattr(publication, name, value)
    publication.full_clean()
    publication.save(update_fields=list(changed))


def _refuse_withdrawn(publication: Publication) -> None:
    if publication.withdrawn_on is not None:
        raise RuleBroken(_("这份公开已经撤回，不能再改动。需要的话请重新公开。"))


def _refuse_hiding(publication: Publication, showing: Showing) -> None:
    if publication.is_open and not showing.is_open:
        raise RuleBroken(_("已经放到公开网页上的，不能用更正撤下。请改用“撤回”，并写明原因。"))


def _refuse_same(unit: Unit, showing: Showing, about: str, draft: Draft) -> None:
    same = Publication.objects.filter(
        record__owner=unit,
        record__content_digest=draft.digest,
        kind=showing.kind,
        from_on=showing.from_on,
        about=about,
        withdrawn_on__isnull=True,
    )
    if same.exists():
        raise RuleBroken(_("同样的内容当天已经公开过。请打开原来的那份查看，不必重新公开。"))


def _told(
    publication: Publication, unit: Unit, actor: User | str, action: str, **data: Any
) -> None:
    event_record(
        actor=actor,
        action=action,
        target=f"documents.publication:{publication.pk}",
        unit=unit,
        title=publication.record.title,
        **data,
    )
    publication_tell(publication, actor)
    units_changed({unit.pk})
