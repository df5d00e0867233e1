"""One way to take hold of a ballot before anything about it changes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from zhibu.ballots import policies
from zhibu.ballots.models import Ballot, Result
from zhibu.ballots.selectors import ballot_result


def ballot_locked(ballot: Ballot) -> Ballot:
    """Whoever casts, opens, closes, counts or voids waits here for the others."""
    return (
        Ballot.objects.select_for_update(no_key=True, of=("self",))
        .select_related("record__owner")
        .get(pk=ballot.pk)
    )


def ballot_managed(ballot: Ballot, actor: Any) -> Ballot:
    ballot = ballot_locked(ballot)
    if not policies.may_manage(actor, ballot.record.owner):
        raise PermissionDenied
    return ballot


def result_keep(ballot: Ballot) -> None:
    """Write what the selector finds into whole numbers, for the facts."""
    outcome = ballot_result(ballot)
    assert outcome is not None, "only a closed ballot has a result"
    Result.objects.update_or_create(
        ballot=ballot,
        defaults={
            "entitled": outcome.turnout.entitled,
            "cast": outcome.turnout.valid,
            "in_favour": outcome.in_favour,
            "against": outcome.against,
            "abstained": outcome.abstained,
            "score": outcome.score or 0,
            "passed": outcome.passed,
            "too_few": outcome.too_few,
        },
    )
