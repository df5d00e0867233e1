"""Acts on documents: write, correct, adopt, void."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.audit.services import event_record
from zhibu.documents import policies
from zhibu.documents.adoption import adopters
from zhibu.documents.kinds import PERIODS, Kind, document_kinds, period_title
from zhibu.documents.models import Document, PlanItem
from zhibu.organization.models import Person, Unit
from zhibu.records.models import Record, RecordLink
from zhibu.records.services import record_correct, record_create, record_link, record_void
from zhibu.shared import clock
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class ItemInput:
    """One line of a plan, or of the summary that answers it."""

    text: str
    owner_id: int | None = None
    due_on: date | None = None
    answer: str = ""
    note: str = ""


@transaction.atomic
def document_create(
    *,
    owner: Unit,
    actor: User,
    kind: str,
    year: int,
    day: date,
    period: str = Document.Period.YEAR,
    index: int = 1,
    title: str = "",
    body: str = "",
    items: Sequence[ItemInput] = (),
    late_reason: str = "",
    on_behalf_of: Person | None = None,
) -> Document:
    """Write a plan or summary of a period.

    Raises:
        PermissionDenied: the actor may not record for the unit.
        RuleBroken: the period already has one, or nothing is written.
        ValidationError: the kind, the period or a line is not right.
    """
    # Locked: two clerks may write the same plan at once, and a period has one.
    owner = Unit.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if not policies.may_write(actor, owner):
        raise PermissionDenied
    found = _checked_kind(owner, kind, year, period, index, day)
    _refuse_blank(body, items)
    _refuse_second(owner, found, year, period, index)
    title = title.strip() or f"{period_title(year, period, index)}{found.title}"
    record = record_create(
        kind=Record.Kind.DOCUMENT,
        owner=owner,
        hosts=[owner],
        title=title,
        event_on=day,
        actor=actor,
        on_behalf_of=on_behalf_of,
        late_reason=late_reason,
        content_digest=_digest(body, items),
        search_text=_search_text(title, body, items),
    )
    document = Document(
        record=record, kind=kind, year=year, period=period, index=index, body=body.strip()
    )
    document.full_clean()
    document.save(force_insert=True)
    _write_items(document, items)
    event_record(
        actor=actor, action="documents.created", target=_target(document), unit=owner, title=title
    )
    units_changed({owner.pk})
    return document


@transaction.atomic
def document_update(
    *,
    document: Document,
    actor: User,
    reason: str,
    day: date,
    title: str,
    body: str,
    items: Sequence[ItemInput] = (),
    late_reason: str | None = None,
) -> Document:
    """Correct a document; the old text stays as a version.

    What a sitting adopted was the old text, so the adoption falls and is to be registered again.
    """
    document = _locked(document)
    record = document.record
    if not policies.may_write(actor, record.owner):
        raise PermissionDenied
    _refuse_voided(record)
    _refuse_blank(body, items)
    title = title.strip() or record.title
    record = record_correct(
        record=record,
        reason=reason,
        content=document_content(document),
        actor=actor,
        title=title,
        event_on=day,
        late_reason=late_reason,
        content_digest=_digest(body, items),
        search_text=_search_text(title, body, items),
    )
    document.record, document.body = record, body.strip()
    document.full_clean()
    document.save(update_fields=["body"])
    document.items.all().delete()
    _write_items(document, items)
    record.links.filter(relation=RecordLink.Relation.ADOPTED_BY).delete()
    event_record(
        actor=actor,
        action="documents.updated",
        target=_target(document),
        unit=record.owner,
        title=record.title,
        reason=reason,
    )
    units_changed({record.owner_id})
    return document


@transaction.atomic
def document_adopt(*, document: Document, actor: User, sitting: Record) -> Document:
    """Register which sitting adopted the document.

    Raises:
        RuleBroken: the sitting is none of this unit's that may adopt, or is not valid.
    """
    document = _locked(document)
    record = document.record
    if not policies.may_write(actor, record.owner):
        raise PermissionDenied
    _refuse_voided(record)
    kind = document_kinds(record.owner, record.event_on).get(document.kind)
    offered = adopters(record.owner, kind.adopted_by if kind else (), clock.today())
    choice = next((one for one in offered if one.record_id == sitting.pk), None)
    if choice is None:
        raise RuleBroken(_("请选择本组织的、可以通过本文档的会议。没有的，请先录入会议。"))
    if not choice.valid:
        raise RuleBroken(
            _("这次会议不能作为通过依据：%(why)s请更正会议记录或另选会议。") % {"why": choice.why}
        )
    record.links.filter(relation=RecordLink.Relation.ADOPTED_BY).delete()
    record_link(record=record, target=sitting, relation=RecordLink.Relation.ADOPTED_BY)
    event_record(
        actor=actor,
        action="documents.adopted",
        target=_target(document),
        unit=record.owner,
        title=record.title,
        sitting=choice.label,
    )
    units_changed({record.owner_id})
    return document


@transaction.atomic
def document_void(*, document: Document, actor: User, reason: str) -> Document:
    """Take a document back. Its text stays and is shown as 已作废."""
    document = _locked(document)
    record = document.record
    if not policies.may_write(actor, record.owner):
        raise PermissionDenied
    _refuse_voided(record)
    record_void(record=record, reason=reason, content=document_content(document), actor=actor)
    event_record(
        actor=actor,
        action="documents.voided",
        target=_target(document),
        unit=record.owner,
        title=record.title,
        reason=reason.strip(),
    )
    units_changed({record.owner_id})
    return document


def document_content(document: Document) -> dict[str, Any]:
    """The whole text as plain values, kept when it is corrected."""
    record = document.record
    adopted = record.links.filter(relation=RecordLink.Relation.ADOPTED_BY).first()
    return {
        "title": record.title,
        "event_on": record.event_on.isoformat(),
        "body": document.body,
        "adopted_by": adopted.target_id if adopted else None,
        "items": [
            {
                "text": item.text,
                "owner": item.owner_id,
                "answer": item.answer,
                "note": item.note,
                "due_on": item.due_on.isoformat() if item.due_on else None,
            }
            for item in document.items.all()
        ],
    }


def _checked_kind(owner: Unit, code: str, year: int, period: str, index: int, day: date) -> Kind:
    kinds = document_kinds(owner, day)
    if code not in kinds:
        raise ValidationError({"kind": _("本组织采用的制度包里没有这类文档，请另选类别。")})
    if period not in kinds[code].periods:
        raise ValidationError(
            {"period": _("%(kind)s不按这种期间编写，请另选期间。") % {"kind": kinds[code].title}}
        )
    if not 1 <= index <= PERIODS[Document.Period(period)]:
        raise ValidationError(
            {"index": _("期间序号超出范围：季度填 1 至 4，半年填 1 或 2，年度填 1。")}
        )
    if abs(year - day.year) > 1:
        raise ValidationError({"year": _("年度与形成日期相差超过一年，请核对。")})
    if not owner.founded_on <= day or (owner.withdrawn_on and day > owner.withdrawn_on):
        raise ValidationError({"day": _("形成日期不在本组织存续期间，请核对。")})
    return kinds[code]


def _refuse_voided(record: Record) -> None:
    if record.state == Record.State.VOIDED:
        raise RuleBroken(_("本文档已作废，不能再修改。请重新录入。"))


def _refuse_blank(body: str, items: Sequence[ItemInput]) -> None:
    """A sheet without a word on it is no plan, and would count as one."""
    if not body.strip() and not any(item.text.strip() for item in items):
        raise RuleBroken(_("请填写正文，或者至少写一条计划条目。"))


def _refuse_second(owner: Unit, kind: Kind, year: int, period: str, index: int) -> None:
    same = Document.objects.filter(
        record__owner=owner, kind=kind.code, year=year, period=period, index=index
    )
    if same.exclude(record__state=Record.State.VOIDED).exists():
        raise RuleBroken(
            _("%(period)s的%(kind)s已经录入。请打开原来的文档更正，不必重新录入。")
            % {"period": period_title(year, period, index), "kind": kind.title}
        )


def _locked(document: Document) -> Document:
    Record.objects.select_for_update(no_key=True).get(pk=document.pk)
    return Document.objects.select_related("record__owner").get(pk=document.pk)


def _write_items(document: Document, items: Sequence[ItemInput]) -> None:
    rows = [
        PlanItem(
            document=document,
            order=order,
            text=item.text.strip(),
            owner_id=item.owner_id,
            due_on=item.due_on,
            answer=item.answer,
            note=item.note.strip(),
        )
        for order, item in enumerate((one for one in items if one.text.strip()), start=1)
    ]
    for row in rows:
        row.full_clean(exclude=["document"])
        if row.answer in {PlanItem.Answer.PARTLY, PlanItem.Answer.NOT_DONE} and not row.note:
            raise ValidationError(
                _("第 %(order)s 条没有全部完成，请在“说明”里写明原因。") % {"order": row.order}
            )
    PlanItem.objects.bulk_create(rows)


def _digest(body: str, items: Sequence[ItemInput]) -> str:
    words = "\n".join(["".join(body.split()), *("".join(item.text.split()) for item in items)])
    return sha256(words.encode()).hexdigest() if words.strip() else ""


def _search_text(title: str, body: str, items: Sequence[ItemInput]) -> str:
    return "\n".join([title, body.strip(), *(item.text for item in items)]).strip()


def _target(document: Document) -> str:
    return f"documents.document:{document.pk}"
