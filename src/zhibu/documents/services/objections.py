"""Acts on objections: receive, answer."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.audit.services import event_record
from zhibu.documents import policies
from zhibu.documents.models import OBJECTION_LETTERS, Objection, Publication
from zhibu.documents.naming import masked, names_of
from zhibu.documents.services.drafting import token_make
from zhibu.documents.services.publications import publication_locked
from zhibu.records.models import Change
from zhibu.shared import clock
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken


@transaction.atomic
def objection_receive(
    *,
    publication: Publication,
    via: str,
    text: str,
    name: str = "",
    contact: str = "",
    received_on: date | None = None,
    key: str = "",
    actor: User | str,
) -> Objection:
    """Take an objection and give it the publication's next number.

    A form sent twice carries the same ``key`` and gets the number it has. Anybody may hand one in on
    the portal (the actor is then a plain name); what came on paper or by word of mouth, a clerk enters.

    Raises:
        PermissionDenied: the actor may not record for the unit.
        RuleBroken: the publication is withdrawn, or not on the portal.
        ValidationError: the text is empty or too long, or the day is not right.
    """
    # Locked: numbers have no gaps, and two people may press the button at once.
    publication = publication_locked(publication)
    unit = publication.record.owner
    if not policies.may_write(actor, unit):
        raise PermissionDenied
    if key and (known := publication.objections.filter(key=key).first()):
        return known
    _refuse_closed(publication, via)
    received_on = received_on or clock.today()
    _check(publication, text, received_on)
    parties = [*publication.parties.splitlines(), name]
    last = publication.objections.aggregate(last=Max("number"))["last"] or 0
    objection = Objection(
        publication=publication,
        number=last + 1,
        key=key or token_make(),
        received_on=received_on,
        via=via,
        text=text.strip(),
        shown=masked(text.strip(), names_of(unit, received_on, parties)).text,
        name=name.strip(),
        contact=contact.strip(),
    )
    objection.full_clean()
    objection.save(force_insert=True)
    _told(objection, actor, "documents.objection_received")
    return objection


@transaction.atomic
def objection_answer(
    *, objection: Objection, answer: str, taken: bool = True, actor: User | str
) -> Objection:
    """Answer it, or say why it is not taken. The words are masked and shown; they do not change later."""
    publication = publication_locked(objection.publication)
    unit = publication.record.owner
    if not policies.may_write(actor, unit):
        raise PermissionDenied
    objection = publication.objections.select_related("publication__record__owner").get(
        pk=objection.pk
    )
    if objection.state != Objection.State.RECEIVED:
        raise RuleBroken(_("这条异议已经办结，答复不能再改。需要补充的，请另行公开说明。"))
    if not answer.strip():
        raise ValidationError({"answer": _("请写明答复，或不予受理的原因。")})
    today = clock.today()
    names = names_of(unit, today, [*publication.parties.splitlines(), objection.name])
    objection.answer = masked(answer.strip(), names).text
    objection.state = Objection.State.ANSWERED if taken else Objection.State.NOT_TAKEN
    objection.answered_on, objection.answered_by = today, str(actor)[:128]
    objection.full_clean()
    objection.save(update_fields=["answer", "state", "answered_on", "answered_by"])
    action = "documents.objection_answered" if taken else "documents.objection_not_taken"
    _told(objection, actor, action)
    return objection


def _refuse_closed(publication: Publication, via: str) -> None:
    if publication.withdrawn_on is not None:
        raise RuleBroken(_("这份公开已经撤回，不再接收异议。有意见请直接向本组织反映。"))
    if via == Objection.Via.PORTAL and not publication.is_open:
        raise RuleBroken(_("这份公开不在网上，不能从网上提出异议。请选择书面、口头或电话。"))


def _check(publication: Publication, text: str, received_on: date) -> None:
    if not text.strip():
        raise ValidationError({"text": _("请写明异议的内容。")})
    if len(text.strip()) > OBJECTION_LETTERS:
        raise ValidationError(
            {"text": _("内容最多 %(most)s 字，请精简后再提交。") % {"most": OBJECTION_LETTERS}}
        )
    if not publication.from_on <= received_on <= clock.today():
        raise ValidationError({"received_on": _("收到日期应在公开以后，且不晚于今天，请核对。")})


def _told(objection: Objection, actor: User | str, action: str) -> None:
    """Who handed it in and what it says stays out of the log."""
    record = objection.publication.record
    event_record(
        actor=actor,
        action=action,
        target=f"documents.publication:{record.pk}",
        unit=record.owner,
        title=record.title,
        number=objection.number,
    )
    if isinstance(actor, str):
        # A stranger can not make the program judge: the unit waits for its next act, or the tick.
        Change.objects.create(unit_id=record.owner_id)
    else:
        units_changed({record.owner_id})
