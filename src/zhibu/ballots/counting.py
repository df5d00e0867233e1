"""From loose ballots or a paper count to what the ballot came to. The engine decides, nothing here does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhibu.ballots.models import Ballot
from zhibu.ballots.questions import Question
from zhibu_engine.elections import (
    ElectionCount,
    ElectionResult,
    ElectionRule,
    Tally,
    election_judge,
)
from zhibu_engine.votes import VoteCount, VoteResult, VoteRule, vote_judge

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Turnout:
    """``entitled`` of the ``due``; the papers of an on-line ballot are what was cast."""

    due: int
    entitled: int
    present: int
    issued: int
    collected: int
    invalid: int = 0
    written: int = 0
    on_line: bool = True

    @property
    def valid(self) -> int:
        return self.collected - self.invalid


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """``score`` is the mean in 0.01 of those who chose something with a score."""

    question: Question
    numbers: tuple[tuple[str, int], ...]
    score: int | None
    vote: VoteResult | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of too few secret ballots only the turnout is known: ``questions`` is empty then."""

    turnout: Turnout
    questions: tuple[QuestionResult, ...] = ()
    election: ElectionResult | None = None
    score: int | None = None
    too_few: bool = False
    in_favour: int = 0
    against: int = 0
    abstained: int = 0

    @property
    def problems(self) -> tuple[str, ...]:
        if self.election is not None:
            return self.election.problems
        return tuple(
            dict.fromkeys(p for one in self.questions if one.vote for p in one.vote.problems)
        )

    @property
    def passed(self) -> bool:
        """Every question is carried, or every seat filled; where nothing decides, nothing passes."""
        if self.election is not None:
            done = not self.election.tied and not self.election.seats_open
            return self.election.holds and done
        votes = [one.vote for one in self.questions if one.vote]
        return bool(votes) and all(vote.carried for vote in votes)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is read out, one for each question that is decided."""
        if self.election is not None:
            return (self.election.sentence,)
        many = len(self.questions) > 1
        return tuple(
            f"{one.question.text}：{one.vote.sentence}" if many else one.vote.sentence
            for one in self.questions
            if one.vote
        )


def chosen_counts(questions: Iterable[Question], ballots: Iterable[Mapping[str, str]]) -> Counts:
    counted: dict[str, Counter[str]] = {one.key: Counter() for one in questions}
    for ballot in ballots:
        for key, choice in ballot.items():
            counted[key][choice] += 1
    return counted


def outcome_make(
    ballot: Ballot, questions: tuple[Question, ...], counts: Counts, turnout: Turnout
) -> Outcome:
    rule = VoteRule.model_validate(ballot.rule) if ballot.rule else None
    results = tuple(_question(one, counts.get(one.key, {}), turnout, rule) for one in questions)
    sums = [_sides(one, counts.get(one.key, {})) for one in questions]
    return Outcome(
        turnout=turnout,
        questions=results,
        election=_election(ballot, questions, counts, turnout) if ballot.election else None,
        score=_mean(
            (choice.score, counts.get(one.key, {}).get(choice.key, 0))
            for one in questions
            for choice in one.choices
        ),
        in_favour=sum(one["for"] for one in sums),
        against=sum(one["against"] for one in sums),
        abstained=sum(one["abstain"] for one in sums),
    )


def _question(
    one: Question, counted: Mapping[str, int], turnout: Turnout, rule: VoteRule | None
) -> QuestionResult:
    numbers = tuple((choice.label, counted.get(choice.key, 0)) for choice in one.choices)
    score = _mean((choice.score, counted.get(choice.key, 0)) for choice in one.choices)
    vote = None if rule is None else vote_judge(rule, _vote_count(_sides(one, counted), turnout))
    return QuestionResult(one, numbers, score, vote)


def _sides(one: Question, counted: Mapping[str, int]) -> dict[str, int]:
    """What is neither for nor against counts as abstaining."""
    found = {"for": 0, "against": 0, "abstain": 0}
    for choice in one.choices:
        found[choice.counts_as or "abstain"] += counted.get(choice.key, 0)
    return found


def _vote_count(sides: Mapping[str, int], turnout: Turnout) -> VoteCount:
    papers: dict[str, Any] = {"came": _("参加")}
    if not turnout.on_line:
        papers = {
            "issued": turnout.issued,
            "collected": turnout.collected,
            "invalid": turnout.invalid,
        }
    return VoteCount(
        entitled=turnout.entitled,
        present=turnout.present,
        votes_for=sides["for"],
        votes_against=sides["against"],
        votes_abstain=sides["abstain"],
        written=turnout.written,
        **papers,
    )


def _election(
    ballot: Ballot, questions: Iterable[Question], counts: Counts, turnout: Turnout
) -> ElectionResult:
    rule = ElectionRule.model_validate(ballot.election)
    count = ElectionCount(
        seats=ballot.seats or 0,
        entitled=turnout.entitled,
        present=turnout.present,
        issued=turnout.issued,
        collected=turnout.collected,
        void=turnout.invalid,
        **({"came": _("参加")} if turnout.on_line else {}),
    )
    tallies = {}
    for one in questions:
        sides = _sides(one, counts.get(one.key, {}))
        tallies[one.text] = Tally(sides["for"], sides["against"], sides["abstain"])
    return election_judge(rule, count, tallies)


def _mean(scored: Iterable[tuple[int | None, int]]) -> int | None:
    """Half up, in whole numbers; None where nobody chose anything with a score."""
    known = [(score, number) for score, number in scored if score is not None]
    number = sum(n for _score, n in known)
    return (2 * sum(s * n for s, n in known) + number) // (2 * number) if number else None
