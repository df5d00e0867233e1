"""Entering, correcting and voiding sittings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.meetings import policies
from zhibu.meetings.agendasteps import items_keep, steps_rewrite, steps_void, steps_write
from zhibu.meetings.agendatasks import tasks_move, tasks_write
from zhibu.meetings.committing import records_write
from zhibu.meetings.content import frozen_rosters, sitting_content
from zhibu.meetings.dayfacts import LiveFacts
from zhibu.meetings.duplicates import (
    duplicates_find,
    duplicates_refresh,
    duplicates_warn,
    just_made,
)
from zhibu.meetings.inputs import (
    Absence,
    AgendaInput,
    Caution,
    HostInput,
    Problem,
    RoleInput,
    SegmentInput,
    SittingInput,
    SittingRefused,
    TaskInput,
)
from zhibu.meetings.models import Sitting
from zhibu.meetings.planning import SittingPlan, sitting_plan
from zhibu.meetings.writing import content_write, segments_write
from zhibu.records.models import Attachment, Record
from zhibu.records.selectors import is_late, late_after_days
from zhibu.records.services import (
    attachment_add,
    attachment_remove,
    record_correct,
    record_create,
    record_hosts_set,
    record_parts_set,
    record_void,
)
from zhibu.shared import changes, clock
from zhibu.shared.errors import RuleBroken

__all__ = [
    "Absence",
    "AgendaInput",
    "Caution",
    "HostInput",
    "Problem",
    "RecordMoved",
    "RoleInput",
    "SegmentInput",
    "SittingInput",
    "SittingRefused",
    "TaskInput",
    "sitting_attach",
    "sitting_correct",
    "sitting_detach",
    "sitting_enter",
    "sitting_preview",
    "sitting_void",
    "sittings_commit",
]


class RecordMoved(RuleBroken):
    """Somebody corrected the record since the form was opened."""


@transaction.atomic
def sitting_enter(
    *,
    owner: Any,
    actor: Any,
    day: date,
    segments: Sequence[SegmentInput],
    starts_at: time | None = None,
    ends_at: time | None = None,
    place: str = "",
    late_reason: str = "",
    on_behalf_of: Any = None,
    once: bool = False,
) -> Sitting:
    """Enter one sitting with its segments, once for all the units that held it.

    With ``once`` the same form sent twice within a minute is one sitting: the first is handed back.
    The sitting carries ``cautions``: what is kept as said but will not count.

    Raises:
        PermissionDenied: the actor may not record for the owner.
        SittingRefused: more present than due, more votes than voters, a day to come, a late entry
            or an unfit presider without a reason …
    """
    if not policies.may_enter(actor, owner):
        raise PermissionDenied
    if once:
        # Two clicks come at one moment: the second waits here, then finds what the first made.
        type(owner).objects.select_for_update(no_key=True).get(pk=owner.pk)
    given = SittingInput(owner.pk, day, tuple(segments), starts_at, ends_at, place)
    facts = LiveFacts([owner])
    plan, limit = _planned(given, facts, late_reason, clock.today())
    repeated = duplicates_find(plan)
    made = just_made(repeated, plan, actor) if once else None
    if made is not None:
        return made
    duplicates_warn(plan, repeated)
    record = _plan_write(
        plan,
        owner,
        actor=actor,
        on_behalf_of=on_behalf_of,
        late_reason=late_reason,
        late_limit=limit,
    )
    steps_write(record, plan, actor)
    tasks_write(record, plan, actor)
    sitting = Sitting.objects.select_related("record").get(pk=record.pk)
    sitting.cautions = plan.cautions
    event_record(
        actor=actor,
        action="meetings.entered",
        target=f"meetings.sitting:{record.pk}",
        unit=owner,
        title=record.title,
        day=str(day),
    )
    changes.units_changed(plan.host_ids)
    return sitting


def sitting_preview(*, given: SittingInput) -> SittingPlan:
    """What entering this would come to. Writes nothing."""
    return sitting_plan(given, LiveFacts())


@transaction.atomic
def sitting_correct(
    *,
    sitting: Sitting,
    actor: Any,
    reason: str,
    day: date,
    segments: Sequence[SegmentInput],
    starts_at: time | None = None,
    ends_at: time | None = None,
    place: str = "",
    late_reason: str | None = None,
    default_reason: str = "",
    seen_version: int | None = None,
    keep_steps: bool = False,
) -> Sitting:
    """Replace what a sitting says; the old content stays as a version with the reason.

    A roster stays as it was frozen unless the day, the kind or the unit changed.
    Whoever corrects what he saw before tells its version: a newer one is not overwritten unseen.
    With ``keep_steps`` items go on doing the steps they did: a sheet does not name them.
    """
    record = _locked(sitting, actor)
    if seen_version is not None and seen_version != record.version:
        raise RecordMoved(_("这条记录刚被别人更正过，请看过新的内容再改。"))
    if not reason.strip():
        raise SittingRefused([Problem("reason", _("请写明更正原因。"))])
    sitting = Sitting.objects.get(pk=record.pk)
    before, old_hosts, old = sitting_content(sitting), _host_ids(record), _sameness(sitting, record)
    said = items_keep(record, segments) if keep_steps else tuple(segments)
    given = SittingInput(record.owner_id, day, said, starts_at, ends_at, place)
    facts = LiveFacts([record.owner])
    words = facts.words(record.owner_id, day)
    kept = frozen_rosters(sitting, words) if day == record.event_on else {}
    entered_on = date.fromordinal(record.event_on.toordinal() + record.entry_delay)
    why_late = record.late_reason if late_reason is None else late_reason
    plan, limit = _planned(given, facts, why_late, entered_on, kept, default_reason)
    duplicates_warn(plan, duplicates_find(plan, besides=record.pk))
    record = record_correct(
        record=record,
        reason=reason,
        content=before,
        actor=actor,
        title=plan.title,
        event_on=day,
        content_digest=plan.digest,
        search_text=plan.search_text,
        late_reason=why_late,
        late_limit=limit,
    )
    _replace_content(sitting, record, plan)
    steps_rewrite(record, plan, actor, reason)
    tasks_move(record, before, plan)
    tasks_write(record, plan, actor)
    duplicates_refresh(old_hosts, *old)
    _tell("meetings.corrected", record, actor, reason)
    changes.units_changed({*old_hosts, *plan.host_ids})
    sitting.cautions = plan.cautions
    return sitting


@transaction.atomic
def sitting_void(*, sitting: Sitting, actor: Any, reason: str) -> Sitting:
    """Take a sitting out of every count. It stays readable, with the reason."""
    record = _locked(sitting, actor)
    sitting = Sitting.objects.get(pk=record.pk)
    hosts, old = _host_ids(record), _sameness(sitting, record)
    record = record_void(
        record=record, reason=reason, content=sitting_content(sitting), actor=actor
    )
    steps_void(record, actor, reason)
    duplicates_refresh(hosts, *old)
    _tell("meetings.voided", record, actor, reason)
    changes.units_changed(hosts)
    return sitting


@transaction.atomic
def sitting_attach(*, sitting: Sitting, actor: Any, name: str, data: bytes) -> Attachment:
    """Hang a photo of the signatures, a scan or a file on the sitting."""
    record = _locked(sitting, actor)
    made = attachment_add(record=record, name=name, data=data)
    _tell("meetings.attached", record, actor, "", file=made.name)
    return made


@transaction.atomic
def sitting_detach(*, sitting: Sitting, attachment: Attachment, actor: Any, reason: str) -> None:
    record = _locked(sitting, actor)
    attachment_remove(attachment=attachment, reason=reason)
    _tell("meetings.detached", record, actor, reason, file=attachment.name)


@transaction.atomic
def sittings_commit(
    *, plans: Sequence[Any], actor: Any, progress: Callable[[int], None] = lambda done: None
) -> dict[str, int]:
    """Write the rows of a ledger that were judged (``ledgermatching.RowPlan``), new and changed ones.

    Raises:
        PermissionDenied: a row's unit is not one the actor records for.
    """
    owners = {row.given.owner_id for row in plans}
    if policies.units_enterable(actor, owners) != owners:
        raise PermissionDenied
    new = [row for row in plans if row.record_id is None]
    touched = records_write(new, actor, progress)
    for row in plans:
        if row.record_id is not None:
            sitting_correct(
                sitting=Sitting.objects.get(pk=row.record_id),
                actor=actor,
                reason=_("按台账更正"),
                day=row.given.day,
                segments=row.given.segments,
                starts_at=row.given.starts_at,
                ends_at=row.given.ends_at,
                place=row.given.place,
                default_reason=_("按台账更正"),
                keep_steps=True,
            )
    event_record(
        actor=actor,
        action="meetings.imported",
        target="",
        sittings=len(plans),
        new=len(new),
    )
    changes.units_changed(touched)
    return {"new": len(new), "changed": len(plans) - len(new)}


def _planned(
    given: SittingInput,
    facts: LiveFacts,
    late_reason: str,
    entered_on: date,
    kept: Any = None,
    default_reason: str = "",
) -> tuple[SittingPlan, int]:
    """Plan and refuse with every reason at once, the day's own reasons first."""
    limit = late_after_days(facts.words(given.owner_id, given.day))
    plan = sitting_plan(given, facts, frozen=kept, default_reason=default_reason)
    problems = [*day_problems(given.day, entered_on, late_reason, limit), *plan.problems]
    if problems:
        raise SittingRefused(problems)
    return plan, limit


def day_problems(day: date, entered_on: date, late_reason: str, limit: int) -> list[Problem]:
    if day > clock.today():
        return [Problem("day", _("日期不能晚于今天。请在会议召开以后再录入。"))]
    if is_late(day, entered_on, limit) and not late_reason.strip():
        text = _(
            "距召开日已过 %(days)s 天，超过 %(limit)s 天，属于补录。请写明补录原因，仍可保存。"
        )
        return [Problem("late_reason", text % {"days": (entered_on - day).days, "limit": limit})]
    return []


def _plan_write(plan: SittingPlan, owner: Any, **entry: Any) -> Record:
    record = record_create(
        kind=Record.Kind.SITTING,
        owner=owner,
        hosts=plan.host_ids,
        title=plan.title,
        event_on=plan.given.day,
        content_digest=plan.digest,
        search_text=plan.search_text,
        participants=[part for segment in plan.segments for part in segment.parts],
        **entry,
    )
    content_write([(record, plan)])
    return record


def _replace_content(sitting: Sitting, record: Record, plan: SittingPlan) -> None:
    sitting.record = record
    sitting.starts_at, sitting.ends_at = plan.given.starts_at, plan.given.ends_at
    sitting.place = plan.given.place.strip()[:100]
    sitting.full_clean()
    sitting.save(update_fields=["starts_at", "ends_at", "place"])
    sitting.segments.all().delete()
    record_hosts_set(record=record, hosts=plan.host_ids)
    record_parts_set(record=record, participants=[p for s in plan.segments for p in s.parts])
    segments_write([(sitting.pk, plan)])


def _locked(sitting: Sitting, actor: Any) -> Record:
    """The record, locked: two people may correct it at once, and a version must follow a version."""
    locked = Record.objects.select_for_update(no_key=True, of=("self",)).select_related("owner")
    record = locked.get(pk=sitting.pk)
    if not policies.may_correct(actor, record):
        raise PermissionDenied
    return record


def _tell(action: str, record: Record, actor: Any, reason: str, **more: str) -> None:
    event_record(
        actor=actor,
        action=action,
        target=f"meetings.sitting:{record.pk}",
        unit=record.owner,
        title=record.title,
        day=str(record.event_on),
        reason=reason.strip(),
        **more,
    )


def _host_ids(record: Record) -> list[int]:
    return list(record.hosts.values_list("unit_id", flat=True))


def _sameness(sitting: Sitting, record: Record) -> tuple[date, str, time | None]:
    return record.event_on, record.content_digest, sitting.starts_at
