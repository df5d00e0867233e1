"""What an election comes to: who is elected, who is voted on again, how many seats stay open.

Every number of the rule is data of a pack; none is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from zhibu_engine.model import Model
from zhibu_engine.shares import ShareField, share_needs, share_spoken
from zhibu_engine.votes import BASES, Quorum


class ElectionRule(Model):
    """How an election is decided.

    ``more_than`` is the share of ``of`` that a candidate needs. ``surplus`` (of the seats, rounded up) or
    ``extra_from`` and ``extra_to`` (persons) say how many more candidates than seats there must be; left
    out, the number is not checked. A ballot with more names than seats is void where
    ``over_seats_void``; more ballots collected than issued undo the election where ``over_issued_invalid``.
    """

    turnout: Quorum | None = None
    of: Literal["present", "entitled"]
    more_than: ShareField
    surplus: ShareField | None = None
    extra_from: int | None = Field(default=None, ge=0)
    extra_to: int | None = Field(default=None, ge=0)
    over_seats_void: bool
    over_issued_invalid: bool
    secret: bool | None = None

    @model_validator(mode="after")
    def _sensible(self) -> ElectionRule:
        if self.more_than[0] == self.more_than[1]:
            raise ValueError("得票不会超过全部，more_than 要小于 1。")
        if self.surplus is not None and (self.extra_from, self.extra_to) != (None, None):
            raise ValueError("差额写 surplus（比例）或者 extra_from、extra_to（人数）中的一种。")
        return self

    def candidates_from(self, seats: int) -> int | None:
        """The fewest candidates for so many seats; None where the rule leaves it open."""
        if self.surplus is not None:
            over, under = self.surplus
            return seats - (-seats * over // under)
        return None if self.extra_from is None else seats + self.extra_from

    def candidates_to(self, seats: int) -> int | None:
        return None if self.extra_to is None else seats + self.extra_to


def candidates_problem(rule: ElectionRule, seats: int, candidates: int) -> str:
    """Too few or too many candidates, as a sentence; empty where the number is right."""
    fewest, most = rule.candidates_from(seats), rule.candidates_to(seats)
    if fewest is not None and candidates < fewest:
        return f"应选 {seats} 人，候选人应不少于 {fewest} 人，现有 {candidates} 人，差额不够。"
    if most is not None and candidates > most:
        return f"应选 {seats} 人，候选人应不多于 {most} 人，现有 {candidates} 人。"
    return ""


def ballot_void(rule: ElectionRule, seats: int, names: int) -> bool:
    """A ballot with as many names as seats, or fewer, is good."""
    return rule.over_seats_void and names > seats


@dataclass(frozen=True, slots=True)
class Tally:
    """What one candidate got."""

    votes_for: int
    votes_against: int = 0
    votes_abstain: int = 0

    @property
    def cast(self) -> int:
        return self.votes_for + self.votes_against + self.votes_abstain


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionCount:
    """``entitled`` and ``present`` count electors; ``void`` of the collected ballots do not count."""

    seats: int
    entitled: int
    present: int
    issued: int
    collected: int
    void: int = 0
    due: int | None = None
    came: str = "实到"

    @property
    def valid(self) -> int:
        return self.collected - self.void

    def base(self, of: str) -> int:
        if of == "due":
            return self.entitled if self.due is None else self.due
        return self.entitled if of == "entitled" else self.present


@dataclass(frozen=True)
class ElectionResult:
    """``problems`` are counts that cannot be; ``invalid`` says why a possible election does not hold."""

    rule: ElectionRule
    count: ElectionCount
    candidates: Mapping[str, Tally]

    @cached_property
    def problems(self) -> tuple[str, ...]:
        return tuple(_problems(self.rule, self.count, self.candidates))

    @property
    def turnout_needed(self) -> int | None:
        quorum = self.rule.turnout
        return None if quorum is None else quorum.needs(self.count.base(quorum.of))

    @property
    def invalid(self) -> str:
        """Why the election must be held again; empty where it holds."""
        count, quorum = self.count, self.rule.turnout
        if quorum is not None and not quorum.reached(count.present, count.base(quorum.of)):
            asked = f"{'超过' if quorum.strict else '不少于'}{share_spoken(quorum.share)}"
            return (
                f"{count.came} {count.present} 人，应到 {count.base(quorum.of)} 人，{count.came}人数要{asked}"
                f"（至少 {self.turnout_needed} 人），不能选举。"
            )
        if self.rule.over_issued_invalid and count.collected > count.issued:
            return f"收回选票 {count.collected} 张，多于发出的 {count.issued} 张，选举无效，请重新选举。"
        return ""

    @property
    def holds(self) -> bool:
        return not self.problems and not self.invalid

    @property
    def base(self) -> int:
        return self.count.base(self.rule.of)

    @property
    def needed(self) -> int:
        """The fewest votes in favour that are enough."""
        return share_needs(self.rule.more_than, self.base, strict=True)

    @cached_property
    def passing(self) -> tuple[str, ...]:
        """Who got enough votes, the most first."""
        if not self.holds or self.base == 0:
            return ()
        enough = [name for name, one in self.candidates.items() if one.votes_for >= self.needed]
        return tuple(sorted(enough, key=lambda name: -self.candidates[name].votes_for))

    @cached_property
    def tied(self) -> tuple[str, ...]:
        """Who has equal votes across the last seat: they are voted on again."""
        seats, passing = self.count.seats, self.passing
        if len(passing) <= seats:
            return ()
        last, next_ = self._votes(passing[seats - 1]), self._votes(passing[seats])
        if last != next_:
            return ()
        return tuple(name for name in passing if self._votes(name) == last)

    @cached_property
    def elected(self) -> tuple[str, ...]:
        """Those of the tied left out, and so those behind them."""
        before = self.passing.index(self.tied[0]) if self.tied else self.count.seats
        return self.passing[:before]

    @property
    def seats_tied(self) -> int:
        """The seats that the next vote among the tied decides."""
        return self.count.seats - len(self.elected) if self.tied else 0

    @property
    def seats_open(self) -> int:
        """Seats for which too few got enough votes: another election."""
        if not self.holds or self.tied:
            return 0
        return self.count.seats - len(self.elected)

    def _votes(self, name: str) -> int:
        return self.candidates[name].votes_for

    @property
    def sentence(self) -> str:
        if self.problems:
            return "票数不成立，没有结果：" + "".join(self.problems)
        count = self.count
        counted = (
            f"应选 {count.seats} 人。应到有选举权的 {count.entitled} 人，{count.came} {count.present} 人；"
            f"发出选票 {count.issued} 张，收回 {count.collected} 张，"
            f"有效票 {count.valid} 张，无效票 {count.void} 张。"
        )
        return counted + (self.invalid or "".join(self._said()))

    def _said(self) -> Iterator[str]:
        whose = (
            BASES[self.rule.of]
            .format(self.base, came=self.count.came)
            .replace("有表决权", "有选举权")
        )
        yield f"得赞成票须超过{whose}的{share_spoken(self.rule.more_than)}（至少 {self.needed} 票）。"
        if self.elected:
            yield "".join((self._listed(self.elected), "，当选。"))
        if self.tied:
            yield f"{self._listed(self.tied)}，票数相等，为其余 {self.seats_tied} 个名额再次投票。"
        rest = [name for name in self.candidates if name not in {*self.elected, *self.tied}]
        short = [name for name in rest if name not in self.passing]
        if short:
            yield f"{self._listed(short)}，未超过{share_spoken(self.rule.more_than)}。"
        beaten = [name for name in rest if name in self.passing]
        if beaten:
            yield f"{self._listed(beaten)}，票数在应选名额之后，未当选。"
        if self.seats_open:
            yield f"还缺 {self.seats_open} 个名额，另行选举。"

    def _listed(self, names: tuple[str, ...] | list[str]) -> str:
        return "、".join(f"{name} {self._votes(name)} 票" for name in names)


def _problems(
    rule: ElectionRule, count: ElectionCount, candidates: Mapping[str, Tally]
) -> Iterator[str]:
    if count.seats < 1:
        yield "应选人数要在 1 人以上。"
    if min(count.entitled, count.present, count.issued, count.collected, count.void) < 0:
        yield "人数和票数都不能小于 0。"
    if count.present > count.entitled:
        yield f"实到 {count.present} 人，多于应到有选举权的 {count.entitled} 人。请核对人数。"
    if count.issued > count.present:
        yield f"发出选票 {count.issued} 张，多于实到的 {count.present} 人。请核对票数。"
    if count.void > count.collected:
        yield f"无效票 {count.void} 张，多于收回的 {count.collected} 张。请核对票数。"
        return
    for name, one in candidates.items():
        if min(one.votes_for, one.votes_against, one.votes_abstain) < 0 or one.cast > count.valid:
            yield f"{name}的票共 {one.cast} 票，多于有效票 {count.valid} 张。请核对票数。"
    names = sum(one.votes_for for one in candidates.values())
    if rule.over_seats_void and names > count.valid * count.seats:
        yield (
            f"赞成票共 {names} 票，多于有效票 {count.valid} 张乘应选 {count.seats} 人。"
            "所选多于应选人数的票应作无效票。"
        )


def election_judge(
    rule: ElectionRule, count: ElectionCount, candidates: Mapping[str, Tally]
) -> ElectionResult:
    """What the count of an election comes to under a rule."""
    return ElectionResult(rule, count, candidates)
