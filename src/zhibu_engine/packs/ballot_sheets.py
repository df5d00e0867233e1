"""Question sheets of votes, appraisals and surveys, as a pack writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from zhibu_engine.elections import ElectionRule
from zhibu_engine.model import Model
from zhibu_engine.points import Points
from zhibu_engine.votes import VoteRule


class Choice(Model):
    """What may be chosen. Without ``score`` it is in no mean, without ``counts_as`` in no majority."""

    key: str
    title: str
    score: Points | None = None
    counts_as: Literal["for", "against", "abstain"] | None = None


class BallotSheet(Model):
    """A ready-made sheet. ``kind`` is a code of ``ballot_kind``.

    ``persons``: one question for each person named; else ``questions`` are offered to begin with.
    Without ``choices`` whoever makes the ballot writes them.
    """

    code: str
    title: str
    kind: str
    secret: bool | None = None
    persons: bool = False
    questions: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    vote: VoteRule | None = None
    election: ElectionRule | None = None
    basis: str = ""

    @model_validator(mode="after")
    def _sensible(self) -> BallotSheet:
        keys = [choice.key for choice in self.choices]
        if len(set(keys)) < len(keys):
            raise ValueError("choices 中有两个选项用了同一个 key。")
        if self.vote is not None and self.election is not None:
            raise ValueError("vote（表决）和 election（选举）只能写一个。")
        if self.election is not None and not self.persons:
            raise ValueError("选举的票要写 persons: true，每名候选人一题。")
        ruled = self.vote is not None or self.election is not None
        if ruled and "for" not in {choice.counts_as for choice in self.choices}:
            raise ValueError("有表决规则的票，要有一个选项写 counts_as: for。")
        return self
