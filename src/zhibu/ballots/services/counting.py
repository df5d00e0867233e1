"""The count of paper ballots, as its tellers hand it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.audit.services import event_record
from zhibu.ballots.models import Ballot, Count
from zhibu.ballots.questions import questions_of
from zhibu.ballots.selectors import ballot_result
from zhibu.ballots.services.locking import ballot_managed, result_keep
from zhibu.ballots.telling import ballot_tell
from zhibu.organization.selectors import person_posts
from zhibu.records.models import Participant, Record
from zhibu.records.selectors import late_after_days
from zhibu.records.services import (
    Part,
    event_day_check,
    lateness_check,
    record_correct,
    record_parts_set,
)
from zhibu.shared import clock
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCount:
    """``chosen``: question → choice → number."""

    present: int
    issued: int
    collected: int
    invalid: int = 0
    written: int = 0
    chosen: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@transaction.atomic
def ballot_count_enter(
    *,
    ballot: Ballot,
    actor: User,
    day: date,
    count: PaperCount,
    tellers: Sequence[int],
    scrutineers: Sequence[int] = (),
    late_reason: str = "",
    reason: str = "",
) -> Ballot:
    """Enter the count, which closes the ballot; once closed, correct it with a ``reason``.

    Raises:
        PermissionDenied: the actor may not record for the unit.
        RuleBroken: the numbers cannot be, or a candidate would watch the count.
        ValidationError: the day lies in the future, or a late entry or a correction gives no reason.
    """
    ballot = ballot_managed(ballot, actor)
    _refuse_state(ballot)
    _refuse_tellers(ballot, tellers, scrutineers)
    record = ballot.record
    if ballot.state == Ballot.State.CLOSED:
        record = record_correct(
            record=record,
            reason=reason,
            content=count_content(ballot),
            actor=actor,
            event_on=day,
            late_reason=late_reason,
        )
    else:
        _enter(record, day, late_reason)
    _write(ballot, count)
    roles = ((Participant.Role.TELLER, tellers), (Participant.Role.SCRUTINEER, scrutineers))
    record_parts_set(
        record=record,
        participants=[
            Part(0, person, str(role), _post(person, record, day))
            for role, people in roles
            for person in people
        ],
    )
    result_keep(ballot)
    event_record(
        actor=actor,
        action="ballots.counted",
        target=f"ballots.ballot:{ballot.pk}",
        unit=record.owner,
        title=record.title,
        issued=count.issued,
        collected=count.collected,
    )
    ballot_tell(ballot, actor)
    units_changed({record.owner_id})
    return ballot


def count_content(ballot: Ballot) -> dict[str, Any]:
    """What the count said, kept when it is corrected."""
    count = ballot.count
    names = ("present", "written", "issued", "collected", "invalid", "chosen")
    people = ballot.record.participants.select_related("person")
    return {
        "event_on": ballot.record.event_on.isoformat(),
        **{name: getattr(count, name) for name in names},
        "participants": [{"role": one.role, "name": str(one.person)} for one in people],
    }


def _refuse_state(ballot: Ballot) -> None:
    if ballot.way != Ballot.Way.PAPER:
        raise RuleBroken(_("网上投票由系统计票，不用登记。"))
    if ballot.state == Ballot.State.DRAFT:
        raise RuleBroken(_("请先开始，再登记计票结果。"))
    if ballot.state == Ballot.State.VOIDED:
        raise RuleBroken(_("这次投票已经作废，不能登记。"))


def _refuse_tellers(ballot: Ballot, tellers: Sequence[int], scrutineers: Sequence[int]) -> None:
    if not tellers:
        raise RuleBroken(_("请选择计票人。"))
    if set(tellers) & set(scrutineers):
        raise RuleBroken(_("同一个人不能既计票又监票，请改选一人。"))
    candidates = {one.person_id for one in questions_of(ballot.questions) if one.person_id}
    if ballot.election and candidates & {*tellers, *scrutineers}:
        raise RuleBroken(_("候选人不能担任监票人、计票人，请改选其他人。"))


def _enter(record: Record, day: date, late_reason: str) -> None:
    """Its day is that of the count; the entry is now."""
    today = clock.today()
    event_day_check(day, today)
    record.is_late = lateness_check(day, today, late_reason, late_after_days())
    record.late_reason = late_reason.strip() if record.is_late else ""
    record.state, record.event_on = Record.State.ENTERED, day
    record.entered_at, record.entry_delay = clock.now(), (today - day).days
    record.full_clean()
    record.save(
        update_fields=[
            "state", "event_on", "entered_at", "entry_delay", "is_late", "late_reason",
        ]
    )  # fmt: skip


def _write(ballot: Ballot, given: PaperCount) -> None:
    """Keep the count and close; if the engine says that the numbers cannot be, all is undone."""
    questions = questions_of(ballot.questions)
    chosen = {
        one.key: {c.key: int(given.chosen.get(one.key, {}).get(c.key, 0)) for c in one.choices}
        for one in questions
    }
    values = {**asdict(given), "chosen": chosen}
    count, _made = Count.objects.update_or_create(ballot=ballot, defaults=values)
    ballot.count = count
    was_closed = ballot.state == Ballot.State.CLOSED
    ballot.state = Ballot.State.CLOSED
    ballot.closed_at = ballot.closed_at if was_closed else clock.now()
    ballot.save(update_fields=["state", "closed_at"])
    outcome = ballot_result(ballot)
    assert outcome is not None
    problems = list(outcome.problems) or _sums(outcome)
    if problems:
        raise RuleBroken("".join(problems))


def _sums(outcome: Any) -> list[str]:
    """Where no rule decides the engine has not looked: the plain sums."""
    turnout = outcome.turnout
    if outcome.election is not None:
        return []
    if turnout.collected > turnout.issued:
        text = _("收回 %(collected)s 张票，多于发出的 %(issued)s 张。请核对票数。")
        return [text % {"collected": turnout.collected, "issued": turnout.issued}]
    if turnout.present > turnout.entitled or turnout.issued > turnout.entitled:
        text = _("实到人数和发出票数都不能多于名册上的 %(entitled)s 人。请核对。")
        return [text % {"entitled": turnout.entitled}]
    if turnout.valid < 0:
        return [_("无效票多于收回的票。请核对票数。")]
    valid = turnout.valid + turnout.written
    return [
        _("%(text)s：各项共 %(sum)s 票，有效票 %(valid)s 票，两数应当相等。请核对票数。")
        % {"text": one.question.text, "sum": total, "valid": valid}
        for one in outcome.questions
        if (total := sum(number for _label, number in one.numbers)) != valid
    ]


def _post(person_id: int, record: Record, day: date) -> str:
    """The post that he held in the unit that day."""
    held = person_posts(person_id, day)
    return next((one.code for one in held if one.unit_id == record.owner_id), "")
