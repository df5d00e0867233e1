"""Acts on the one record key. The app that owns the content calls these inside its own act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.files.services import blob_store
from zhibu.records.attachments import MAX_BYTES, MAX_FILES, TYPES, file_check
from zhibu.records.models import (
    Attachment,
    Participant,
    Record,
    RecordHost,
    RecordLink,
    RecordVersion,
)
from zhibu.records.selectors import is_late, late_after_days
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken

#: What a form may ask for: suffixes of the files that are taken, and their size.
ATTACHMENT_TYPES, ATTACHMENT_BYTES = tuple(TYPES), MAX_BYTES


@dataclass(frozen=True, slots=True)
class Part:
    """Who did what in a record, and the post he acted in. ``part`` 0 means the whole record."""

    part: int
    person_id: int
    role: str
    post: str = ""
    reason: str = ""


def event_day_check(event_on: date, today: date) -> None:
    if event_on > today:
        raise ValidationError(
            {"event_on": _("日期不能晚于今天。请在事情发生以后再录入。")}, code="future"
        )


def lateness_check(event_on: date, entered_on: date, reason: str, limit: int) -> bool:
    """Say whether an entry is late; a late one is always taken, with a reason."""
    late = is_late(event_on, entered_on, limit)
    if late and not reason.strip():
        raise ValidationError(
            {
                "late_reason": _(
                    "距发生日已过 %(days)s 天，超过 %(limit)s 天，属于补录。请写明补录原因，仍可保存。"
                )
                % {"days": (entered_on - event_on).days, "limit": limit}
            },
            code="late",
        )
    return late


@transaction.atomic
def record_create(
    *,
    kind: str,
    owner: Any,
    hosts: Iterable[Any] = (),
    title: str,
    event_on: date,
    actor: Any,
    on_behalf_of: Any = None,
    late_reason: str = "",
    late_limit: int | None = None,
    content_digest: str = "",
    search_text: str = "",
    participants: Iterable[Part] = (),
    imported_from: Any = None,
    ends_on: date | None = None,
) -> Record:
    """Enter a record; its owner is a host unless other hosts are named.

    Raises:
        ValidationError: the day lies in the future, or a late entry gives no reason.
    """
    now = clock.now()
    today = clock.today()
    event_day_check(event_on, today)
    late = lateness_check(
        event_on, today, late_reason, late_after_days() if late_limit is None else late_limit
    )
    record = Record(
        kind=kind,
        owner=owner,
        title=title[:200],
        event_on=event_on,
        ends_on=ends_on,
        entered_at=now,
        entry_delay=(today - event_on).days,
        entered_by=None if isinstance(actor, str) else actor,
        on_behalf_of=on_behalf_of,
        is_late=late,
        late_reason=late_reason.strip() if late else "",
        content_digest=content_digest,
        search_text=search_text,
        imported_from=imported_from,
    )
    record.full_clean()
    record.save()
    record_hosts_set(record=record, hosts=hosts or (owner,))
    record_parts_set(record=record, participants=participants)
    return record


@transaction.atomic
def record_hosts_set(*, record: Record, hosts: Iterable[Any]) -> None:
    """Replace the hosts; a unit named twice counts once."""
    record.hosts.all().delete()
    unit_ids = dict.fromkeys(getattr(host, "pk", host) for host in hosts)
    RecordHost.objects.bulk_create(RecordHost(record=record, unit_id=unit) for unit in unit_ids)


@transaction.atomic
def record_parts_set(*, record: Record, participants: Iterable[Part]) -> None:
    record.participants.all().delete()
    Participant.objects.bulk_create(
        Participant(
            record=record,
            part=p.part,
            person_id=p.person_id,
            role=p.role,
            post=p.post,
            reason=p.reason,
        )
        for p in participants
    )


@transaction.atomic
def record_correct(
    *,
    record: Record,
    reason: str,
    content: dict[str, Any],
    actor: Any,
    title: str | None = None,
    event_on: date | None = None,
    content_digest: str | None = None,
    search_text: str | None = None,
    late_reason: str | None = None,
    late_limit: int | None = None,
) -> Record:
    """Open the next version and keep ``content``, what the record said until now, with the reason."""
    record = Record.objects.select_for_update(no_key=True).get(pk=record.pk)
    if record.state == Record.State.VOIDED:
        raise RuleBroken(_("这条记录已作废，不能再更正。请重新录入一条。"))
    if not reason.strip():
        raise ValidationError({"reason": _("请写明更正原因。")}, code="reason")
    RecordVersion.objects.create(
        record=record,
        version=record.version,
        content=content,
        reason=reason.strip()[:200],
        replaced_at=clock.now(),
        replaced_by=str(actor),
    )
    record.version += 1
    record.title = record.title if title is None else title[:200]
    record.content_digest = record.content_digest if content_digest is None else content_digest
    record.search_text = record.search_text if search_text is None else search_text
    _move_event(record, event_on or record.event_on, late_reason, late_limit)
    record.full_clean()
    record.save(
        update_fields=[
            "version",
            "title",
            "event_on",
            "content_digest",
            "search_text",
            "entry_delay",
            "is_late",
            "late_reason",
        ]
    )
    return record


def _move_event(record: Record, event_on: date, late_reason: str | None, limit: int | None) -> None:
    """The entry day stays what it was; whether it was late follows the corrected event day."""
    event_day_check(event_on, clock.today())
    entered_on = record.event_on + timedelta(days=record.entry_delay)
    reason = record.late_reason if late_reason is None else late_reason
    record.is_late = lateness_check(
        event_on, entered_on, reason, late_after_days() if limit is None else limit
    )
    record.late_reason = reason.strip() if record.is_late else ""
    record.event_on = event_on
    record.entry_delay = (entered_on - event_on).days


@transaction.atomic
def record_void(*, record: Record, reason: str, content: dict[str, Any], actor: Any) -> Record:
    """Take a record out of every count. It stays readable, with the reason."""
    record = Record.objects.select_for_update(no_key=True).get(pk=record.pk)
    if record.state == Record.State.VOIDED:
        raise RuleBroken(_("这条记录已经作废。"))
    if not reason.strip():
        raise ValidationError({"reason": _("请写明作废原因。")}, code="reason")
    RecordVersion.objects.create(
        record=record,
        version=record.version,
        content=content,
        reason=reason.strip()[:200],
        replaced_at=clock.now(),
        replaced_by=str(actor),
    )
    record.version += 1
    record.state = Record.State.VOIDED
    record.full_clean()
    record.save(update_fields=["version", "state"])
    return record


@transaction.atomic
def record_link(*, record: Record, target: Record, relation: str) -> RecordLink:
    link, _made = RecordLink.objects.get_or_create(record=record, target=target, relation=relation)
    return link


@transaction.atomic
def attachment_add(*, record: Record, name: str, data: bytes) -> Attachment:
    """Keep a photo, scan or file of the record.

    Raises:
        RuleBroken: the file is none of those taken, or the record is voided.
    """
    record = _open_for_files(record)
    name, media_type = file_check(name, data)
    blob = blob_store(data=data, media_type=media_type)
    held = record.attachments.filter(blob=blob).first()
    if held is not None:
        raise RuleBroken(_("这个文件已经上传过，名为“%(name)s”。") % {"name": held.name})
    if record.attachments.count() >= MAX_FILES:
        text = _("一条记录最多 %(most)s 个附件。请先删去不需要的，再上传。")
        raise RuleBroken(text % {"most": MAX_FILES})
    made = Attachment(record=record, blob=blob, name=name)
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def attachment_remove(*, attachment: Attachment, reason: str) -> None:
    """Take a file off a record that nobody has confirmed; its bytes may hang on another one and stay."""
    record = _open_for_files(attachment.record)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明删除原因。")}, code="reason")
    if record.state == Record.State.CONFIRMED:
        raise RuleBroken(_("这条记录已确认，附件不能再删除。可以另外上传更正后的文件。"))
    attachment.delete()


def _open_for_files(record: Record) -> Record:
    record = Record.objects.select_for_update(no_key=True).get(pk=record.pk)
    if record.state == Record.State.VOIDED:
        raise RuleBroken(_("这条记录已作废，附件不能再改动。"))
    return record
