"""Casting one ballot. Nothing here is logged, and nothing says when."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.ballots import box
from zhibu.ballots.models import Ballot, Box, NamedAnswer, Roll
from zhibu.ballots.questions import Question, questions_of
from zhibu.ballots.services.locking import ballot_locked
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken


@transaction.atomic
def ballot_cast(*, ballot: Ballot, actor: User, chosen: Mapping[str, str]) -> None:
    """Cast the actor's own ballot, once.

    Raises:
        PermissionDenied: the actor is not on the roll, or has no vote.
        RuleBroken: cast already, not open, not whole, or more chosen than there are seats.
    """
    ballot = ballot_locked(ballot)
    roll = Roll.objects.select_for_update(no_key=True, of=("self",)).filter(
        ballot=ballot, person__user=actor, entitled=True
    )
    mine = roll.first()
    if mine is None:
        raise PermissionDenied
    _refuse_when_not_open(ballot)
    if mine.cast:
        raise RuleBroken(_("您已经投过票。每人只投一次，投出的票不能更改。"))
    questions = questions_of(ballot.questions)
    kept = _checked(ballot, questions, chosen)
    if ballot.secret:
        _into_the_box(ballot, questions, kept)
    else:
        NamedAnswer.objects.create(ballot=ballot, person_id=mine.person_id, chosen=kept)
    mine.cast = True
    mine.save(update_fields=["cast"])


def _refuse_when_not_open(ballot: Ballot) -> None:
    if ballot.way != Ballot.Way.ON_LINE:
        raise RuleBroken(_("这次用纸质票，请在会场投票。"))
    if ballot.state != Ballot.State.OPEN:
        raise RuleBroken(_("这次投票不在进行中，不能投票。"))
    if ballot.closes_on and clock.today() > ballot.closes_on:
        raise RuleBroken(_("已经过了截止日期，不能再投票。"))


def _checked(
    ballot: Ballot, questions: tuple[Question, ...], chosen: Mapping[str, str]
) -> dict[str, str]:
    kept = {one.key: chosen.get(one.key, "") for one in questions}
    missing = [one.text for one in questions if one.choice(kept[one.key]) is None]
    if missing:
        raise RuleBroken(
            _("还有 %(number)s 题没有选：%(first)s。请选好后再投票。")
            % {"number": len(missing), "first": "、".join(missing[:3])}
        )
    if ballot.election:
        names = sum(1 for one in questions if _is_for(one, kept[one.key]))
        if names > (ballot.seats or 0):
            raise RuleBroken(
                _("应选 %(seats)s 人，您选了 %(names)s 人。多选的票无效，请少选几人。")
                % {"seats": ballot.seats, "names": names}
            )
    return kept


def _is_for(question: Question, key: str) -> bool:
    choice = question.choice(key)
    return choice is not None and choice.counts_as == "for"


def _into_the_box(ballot: Ballot, questions: tuple[Question, ...], kept: Mapping[str, str]) -> None:
    """Open, add, shuffle, seal: the one row is replaced as a whole."""
    found = Box.objects.select_for_update(no_key=True).get(ballot=ballot)
    inside = box.unseal(ballot.pk, found.sealed)
    if len(inside) != Roll.objects.filter(ballot=ballot, cast=True).count():
        raise RuleBroken(
            _("票箱与投票名册不符，暂时不能投票。请告诉组织者作废这次投票，重新组织一次。")
        )
    found.sealed = box.seal(ballot.pk, [*inside, kept], box.width(questions))
    found.save(update_fields=["sealed"])
