"""A closed ballot does the step of the matter it is about; a voided one leaves it open again."""

from __future__ import annotations

from typing import Any

from zhibu.ballots.models import Ballot
from zhibu.ballots.selectors import ballot_result
from zhibu.procedures.policies import may_act
from zhibu.procedures.publication_guards import matter_about
from zhibu.procedures.selectors import matter_file, steps_of_record
from zhibu.procedures.services import Evidence, step_restate, step_satisfy, step_void
from zhibu_engine.votes import VoteCount


def ballot_changed(ballot: Ballot, actor: Any) -> None:
    """Only whoever may do the step does it by closing; what does not conform is counted, not refused."""
    matter = matter_about(ballot.about)
    if matter is None:
        return
    done = [step for step in steps_of_record(ballot.pk) if step.matter_id == matter.pk]
    if ballot.state == Ballot.State.VOIDED:
        for step in done:
            step_void(made=step, actor=actor, reason="所用的测评或者表决已作废", record_too=False)
        return
    evidence = Evidence(kind=ballot.kind, secret=ballot.secret, count=_count(ballot))
    for step in done:
        step_restate(made=step, evidence=evidence, actor=actor, day=ballot.record.event_on)
    if done or not matter.is_running:
        return
    for one in matter_file(matter).open:
        fits = one.step.evidence == "ballot" and (
            not one.step.kinds or ballot.kind in one.step.kinds
        )
        if fits and may_act(actor, matter, one.step):
            step_satisfy(
                matter=matter, step=one.step.key, record=ballot.record, actor=actor, evidence=evidence,
                ask_reasons=False,
            )  # fmt: skip
            return


def _count(ballot: Ballot) -> VoteCount | None:
    """Of a ballot with one question that is put to the vote; else the turnout alone."""
    outcome = ballot_result(ballot)
    if outcome is None:
        return None
    votes = [one.vote for one in outcome.questions if one.vote]
    if len(votes) == 1:
        return votes[0].count
    turnout = outcome.turnout
    return VoteCount(
        entitled=turnout.entitled, present=turnout.present, votes_for=0, due=turnout.due
    )
