"""Opening, closing, publishing and voiding."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.audit.services import event_record
from zhibu.ballots import box
from zhibu.ballots.models import Answer, Ballot, Box, Roll
from zhibu.ballots.questions import questions_of
from zhibu.ballots.selectors import least_shown, turnout_of, voters_on
from zhibu.ballots.services.locking import ballot_managed, result_keep
from zhibu.ballots.telling import ballot_tell
from zhibu.records.models import Record
from zhibu.records.services import record_void
from zhibu.shared import clock
from zhibu.shared.changes import units_changed
from zhibu.shared.errors import RuleBroken
from zhibu_engine.elections import ElectionRule, candidates_problem


def ballot_cautions(ballot: Ballot) -> list[str]:
    """Where the sheet does not keep to its own rule: it may be opened all the same, with a reason."""
    found = []
    rule = ballot.election or ballot.rule or {}
    if rule.get("secret") is True and not ballot.secret:
        found.append(_("规定用无记名方式，这次选的是记名。"))
    if rule.get("secret") is False and ballot.secret:
        found.append(_("规定用记名方式，这次选的是无记名。"))
    if ballot.election:
        election = ElectionRule.model_validate(ballot.election)
        said = candidates_problem(election, ballot.seats or 0, len(ballot.questions))
        found += [said] if said else []
    return found


@transaction.atomic
def ballot_open(*, ballot: Ballot, actor: User, reason: str = "") -> Ballot:
    """Freeze the roll and let people answer.

    Raises:
        RuleBroken: nobody is on the roll, too few for a secret vote, or a caution without a reason.
    """
    ballot = ballot_managed(ballot, actor)
    if ballot.state != Ballot.State.DRAFT:
        raise RuleBroken(_("这次投票已经开始过，不能再开始。"))
    if ballot.closes_on and ballot.closes_on < clock.today():
        raise RuleBroken(_("截止日期已经过了。请作废这份草稿，另建一份。"))
    cautions = ballot_cautions(ballot)
    if cautions and not reason.strip():
        said = "".join(cautions)
        raise RuleBroken(_("%(said)s确需这样办的，请写明原因后再开始。") % {"said": said})
    size = _roll_freeze(ballot)
    if ballot.keeps_box:
        questions = questions_of(ballot.questions)
        box.key_make(ballot.pk)
        Box.objects.create(ballot=ballot, sealed=box.seal(ballot.pk, [], box.width(questions)))
    ballot.state, ballot.opened_at = Ballot.State.OPEN, clock.now()
    ballot.reason = reason.strip()[:200] if cautions else ""
    ballot.full_clean()
    ballot.save(update_fields=["state", "opened_at", "reason"])
    event_record(
        actor=actor,
        action="ballots.opened",
        target=f"ballots.ballot:{ballot.pk}",
        unit=ballot.record.owner,
        title=ballot.record.title,
        roll=size,
        reason="".join([*cautions, ballot.reason]),
    )
    return ballot


def _roll_freeze(ballot: Ballot) -> int:
    ruled = bool(ballot.rule or ballot.election)
    voters = voters_on(ballot.record.owner, clock.today(), ballot.voters, ruled=ruled)
    entitled = sum(1 for _person, may in voters if may)
    if not entitled:
        raise RuleBroken(_("名册上没有可以投票的人。请先登记党员或任职，或者另选参加人员。"))
    if ballot.keeps_box and entitled < least_shown():
        raise RuleBroken(
            _(
                "可以投票的只有 %(number)s 人，少于 %(least)s 人，网上无记名投票的结果会暴露每个人的选择。"
                "请改用纸质票，或者改为记名。"
            )
            % {"number": entitled, "least": least_shown()}
        )
    Roll.objects.bulk_create(
        Roll(ballot=ballot, person_id=person, entitled=may) for person, may in voters
    )
    return len(voters)


@transaction.atomic
def ballot_close(*, ballot: Ballot, actor: User) -> Ballot:
    """End an on-line ballot: the box is opened once, its ballots lie loose, box and key are destroyed."""
    ballot = ballot_managed(ballot, actor)
    if ballot.state != Ballot.State.OPEN:
        raise RuleBroken(_("这次投票不在进行中，不能结束。"))
    if ballot.way == Ballot.Way.PAPER:
        raise RuleBroken(_("纸质票请登记计票结果，登记后即告结束。"))
    _due, _entitled, cast = turnout_of(ballot)
    if not cast:
        raise RuleBroken(_("还没有人投票，不能结束。不再进行的，请作废。"))
    if ballot.keeps_box:
        _release(ballot, cast)
    ballot.state, ballot.closed_at = Ballot.State.CLOSED, clock.now()
    ballot.full_clean()
    ballot.save(update_fields=["state", "closed_at"])
    _enter(ballot.record)
    result_keep(ballot)
    event_record(
        actor=actor,
        action="ballots.closed",
        target=f"ballots.ballot:{ballot.pk}",
        unit=ballot.record.owner,
        title=ballot.record.title,
        cast=cast,
    )
    ballot_tell(ballot, actor)
    units_changed({ballot.record.owner_id})
    return ballot


def _release(ballot: Ballot, cast: int) -> None:
    """In random order under random keys. Too few are not released at all: each could be told."""
    found = Box.objects.get(ballot=ballot)
    loose = box.unseal(ballot.pk, found.sealed)
    if len(loose) != cast:
        raise RuleBroken(
            _("票箱里有 %(found)s 票，名册上有 %(cast)s 人投过票，两数不符。请作废，重新组织一次。")
            % {"found": len(loose), "cast": cast}
        )
    if cast >= least_shown():
        Answer.objects.bulk_create(Answer(ballot=ballot, chosen=one) for one in box.shuffled(loose))
    _destroy(ballot)


def _destroy(ballot: Ballot) -> None:
    """The row now; the key once nothing can bring the row back."""
    Box.objects.filter(ballot=ballot).delete()

    def keys_gone() -> None:
        box.key_destroy(ballot.pk)
        box.keys_sweep(Ballot.objects.filter(state=Ballot.State.OPEN).values_list("pk", flat=True))

    transaction.on_commit(keys_gone)


def _enter(record: Record) -> None:
    """It happened on the day it was closed."""
    record.state, record.event_on, record.entry_delay = Record.State.ENTERED, clock.today(), 0
    record.full_clean()
    record.save(update_fields=["state", "event_on", "entry_delay"])


@transaction.atomic
def ballot_publish(*, ballot: Ballot, actor: User) -> Ballot:
    """Let the members see the result."""
    ballot = ballot_managed(ballot, actor)
    if ballot.state != Ballot.State.CLOSED:
        raise RuleBroken(_("投票结束以后才能公布结果。"))
    ballot.published = True
    ballot.save(update_fields=["published"])
    event_record(
        actor=actor,
        action="ballots.published",
        target=f"ballots.ballot:{ballot.pk}",
        unit=ballot.record.owner,
        title=ballot.record.title,
    )
    return ballot


@transaction.atomic
def ballot_void(*, ballot: Ballot, actor: User, reason: str) -> Ballot:
    """Take a ballot out of every count. The roll stays; an unopened box is destroyed with its key."""
    ballot = ballot_managed(ballot, actor)
    if ballot.state == Ballot.State.VOIDED:
        raise RuleBroken(_("这次投票已经作废。"))
    content = {"title": ballot.record.title, "state": ballot.state, "questions": ballot.questions}
    record_void(record=ballot.record, reason=reason, content=content, actor=actor)
    if ballot.keeps_box:
        _destroy(ballot)
    ballot.state = Ballot.State.VOIDED
    ballot.save(update_fields=["state"])
    event_record(
        actor=actor,
        action="ballots.voided",
        target=f"ballots.ballot:{ballot.pk}",
        unit=ballot.record.owner,
        title=ballot.record.title,
        reason=reason.strip(),
    )
    ballot_tell(ballot, actor)
    units_changed({ballot.record.owner_id})
    return ballot
