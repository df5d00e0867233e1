"""What a vote comes to: the rule of a pack, the counts, the result and the sentence that says it.

Only whole numbers: no share is ever divided out, so exactly half is exactly half.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import model_validator

from zhibu_engine.model import Model
from zhibu_engine.shares import Share, ShareField, share_needs, share_spoken

Base = Literal["entitled", "present", "cast", "due"]
#: Of whom a share is asked, as the sentence says it.
BASES: dict[str, str] = {
    "due": "应到的 {} 人",
    "entitled": "应到有表决权的 {} 人",
    "present": "{came}有表决权的 {} 人",
    "cast": "参加表决的 {} 人",
}
WITH_WRITING = "{came}和提交书面意见的有表决权的 {} 人"


class _Asked(Model):
    """``at_least`` includes the share itself, ``more_than`` does not; one of them is written."""

    at_least: ShareField | None = None
    more_than: ShareField | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> _Asked:
        if (self.at_least is None) == (self.more_than is None):
            raise ValueError("要写 at_least 或 more_than 其中一个。")
        return self

    @property
    def share(self) -> Share:
        return self.at_least or self.more_than or (1, 2)

    @property
    def strict(self) -> bool:
        return self.more_than is not None

    def needs(self, base: int) -> int:
        """The fewest of ``base`` that are enough; never none at all."""
        return share_needs(self.share, base, strict=self.strict)

    def reached(self, number: int, base: int) -> bool:
        """Of nobody no share can be reached."""
        return base > 0 and number >= self.needs(base)


class Quorum(_Asked):
    """How many of those due or entitled must have come."""

    of: Literal["entitled", "due"]


class VoteRule(_Asked):
    """How a vote is decided: the share of votes in favour, of whom, and who must have come.

    ``secret`` true or false asks for a secret or an open vote; left out, both will do. With
    ``written_opinions`` what absent members wrote before the meeting counts among the votes.
    """

    of: Base = "entitled"
    turnout: Quorum | None = None
    secret: bool | None = None
    written_opinions: bool = False

    @model_validator(mode="after")
    def _reachable(self) -> VoteRule:
        if self.strict and self.share[0] == self.share[1]:
            raise ValueError("赞成不会超过全部；要全部赞成请写 at_least。")
        if self.share[0] == 0 and not self.strict:
            raise ValueError("at_least 要大于 0；不设比例的不写 vote。")
        return self


#: What holds where a pack is silent: more than half of those entitled who are due.
ORDINARY = VoteRule(of="entitled", more_than=(1, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCount:
    """``entitled`` and ``present`` count those who may vote, ``due`` everybody who should come.

    ``written`` of the votes came in writing from absent members. ``issued``, ``collected`` and
    ``invalid`` are of paper ballots, without those in writing. ``attended`` counts all who came, where
    some of them have no vote.
    """

    entitled: int
    present: int
    votes_for: int
    votes_against: int = 0
    votes_abstain: int = 0
    due: int | None = None
    attended: int | None = None
    written: int = 0
    issued: int | None = None
    collected: int | None = None
    invalid: int | None = None
    #: How they took part: people come to a meeting, on-line they only take part.
    came: str = "实到"

    @property
    def cast(self) -> int:
        """Valid votes."""
        return self.votes_for + self.votes_against + self.votes_abstain

    @property
    def voters(self) -> int:
        return self.present + self.written

    @property
    def silent(self) -> int:
        """Who could have voted and gave no vote, not even an invalid one."""
        return self.voters - self.cast - (self.invalid or 0)

    @property
    def everybody(self) -> int:
        return self.entitled if self.due is None else self.due

    @property
    def there(self) -> int:
        return self.present if self.attended is None else self.attended

    def base(self, of: str) -> int:
        """Those in writing took part as if they were there."""
        return {
            "due": self.everybody,
            "entitled": self.entitled,
            "present": self.voters,
            "cast": self.cast,
        }[of]


def vote_problems(rule: VoteRule, count: VoteCount) -> tuple[str, ...]:
    """What cannot be, each as a sentence; with one of them there is no result."""
    return tuple(_problems(rule, count))


def _problems(rule: VoteRule, count: VoteCount) -> Iterator[str]:
    yield from _people_problems(rule, count)
    if count.cast + (count.invalid or 0) > count.voters:
        votes = f"赞成、反对、弃权{'和无效票' if count.invalid else ''}共 {count.cast + (count.invalid or 0)} 票"
        whose = f"{count.came}有表决权的 {count.present} 人"
        if count.written:
            whose = f"{count.came}有表决权的 {count.present} 人加书面意见 {count.written} 份"
        yield f"{votes}，多于{whose}。请核对票数。"
    if count.written > count.cast:
        yield f"书面意见 {count.written} 份，多于有效票 {count.cast} 票。请核对。"
    yield from _paper_problems(count)


def _people_problems(rule: VoteRule, count: VoteCount) -> Iterator[str]:
    numbers = (count.entitled, count.present, count.votes_for, count.votes_against)
    more = (count.votes_abstain, count.written, count.everybody, count.there)
    papers = (count.issued or 0, count.collected or 0, count.invalid or 0)
    if min(*numbers, *more, *papers) < 0:
        yield "人数和票数都不能小于 0。"
    if count.entitled > count.everybody:
        yield f"有表决权的 {count.entitled} 人，多于应到的 {count.everybody} 人。请核对人数。"
    if count.there > count.everybody:
        yield f"实到 {count.there} 人，多于应到的 {count.everybody} 人。请核对人数。"
    if count.present > count.there:
        yield f"实到有表决权的 {count.present} 人，多于实到的 {count.there} 人。请核对人数。"
    if count.present > count.entitled:
        yield f"实到有表决权的 {count.present} 人，多于应到有表决权的 {count.entitled} 人。请核对人数。"
    elif count.voters > count.entitled:
        yield (
            f"实到有表决权的 {count.present} 人加书面意见 {count.written} 份，"
            f"多于应到有表决权的 {count.entitled} 人。到会的人不再计书面意见，请核对。"
        )
    if count.written and not rule.written_opinions:
        yield "这项表决不计书面意见，请从票数中去掉书面意见。"


def _paper_problems(count: VoteCount) -> Iterator[str]:
    issued, collected = count.issued, count.collected
    if issued is not None and issued > count.entitled:
        yield f"发出 {issued} 张票，多于应到有表决权的 {count.entitled} 人。请核对票数。"
    if issued is not None and collected is not None and collected > issued:
        yield f"收回 {collected} 张票，多于发出的 {issued} 张，表决无效，请重新表决。"
    if collected is not None:
        counted = count.cast - count.written + (count.invalid or 0)
        if counted != collected:
            yield f"收回 {collected} 张票，有效票与无效票共 {counted} 张，两数应当相等。请核对票数。"


@dataclass(frozen=True)
class VoteResult:
    """``problems`` make it no result at all; else it is carried or not, and ``sentence`` says why."""

    rule: VoteRule
    count: VoteCount

    @cached_property
    def problems(self) -> tuple[str, ...]:
        return vote_problems(self.rule, self.count)

    @property
    def base(self) -> int:
        return self.count.base(self.rule.of)

    @property
    def needed(self) -> int:
        """The fewest votes in favour that carry."""
        return self.rule.needs(self.base)

    @property
    def turnout_base(self) -> int | None:
        return None if self.rule.turnout is None else self.count.base(self.rule.turnout.of)

    @property
    def turnout(self) -> int:
        """Who came, as the rule of turnout counts them; writing is not coming."""
        of_due = self.rule.turnout is not None and self.rule.turnout.of == "due"
        return self.count.there if of_due else self.count.present

    @property
    def turnout_needed(self) -> int | None:
        return (
            None if self.rule.turnout is None else self.rule.turnout.needs(self.turnout_base or 0)
        )

    @property
    def turnout_met(self) -> bool | None:
        """None where no turnout is asked for."""
        quorum = self.rule.turnout
        return None if quorum is None else quorum.reached(self.turnout, self.turnout_base or 0)

    @property
    def carried(self) -> bool:
        if self.problems or self.turnout_met is False:
            return False
        return self.rule.reached(self.count.votes_for, self.base)

    @property
    def sentence(self) -> str:
        """The counts, of whom the share is asked, what is needed, and what it came to."""
        if self.problems:
            return "票数不成立，没有结果：" + "".join(self.problems)
        return f"{self.counted}{self._turnout_said()}{self._result_said()}"

    @property
    def counted(self) -> str:
        """Only the counts."""
        count = self.count
        said = [f"应到有表决权的 {count.entitled} 人，{count.came} {count.present} 人"]
        if count.written:
            said.append(f"另有书面意见 {count.written} 份（已计入票数）")
        if count.issued is not None:
            said.append(f"发出票 {count.issued} 张")
        if count.collected is not None:
            said.append(f"收回票 {count.collected} 张")
        if count.invalid is not None:
            said.append(f"无效票 {count.invalid} 张")
        return (
            f"{'，'.join(said)}；赞成 {count.votes_for} 票，反对 {count.votes_against} 票，"
            f"弃权 {count.votes_abstain} 票，未表决 {count.silent} 人。"
        )

    def _turnout_said(self) -> str:
        quorum = self.rule.turnout
        if quorum is None:
            return ""
        asked = (
            f"{'超过' if quorum.strict else '不少于'}{BASES[quorum.of].format(self.turnout_base)}的"
        )
        asked += f"{share_spoken(quorum.share)}（至少 {self.turnout_needed} 人）"
        word = self.count.came
        if not self.turnout_met:
            return f"{word}人数须{asked}，{word} {self.turnout} 人，未达到，表决无效。"
        return f"{word}人数须{asked}，{word} {self.turnout} 人，达到规定。"

    def _result_said(self) -> str:
        if self.turnout_met is False:
            return ""
        in_writing = self.rule.of == "present" and self.count.written
        whose = WITH_WRITING if in_writing else BASES[self.rule.of]
        whose = whose.format(self.base, came=self.count.came)
        asked = (
            f"{'超过' if self.rule.strict else '不少于'}{whose}的{share_spoken(self.rule.share)}"
        )
        result = "通过" if self.carried else "未通过"
        return (
            f"赞成票须{asked}（至少 {self.needed} 票），实得 {self.count.votes_for} 票，{result}。"
        )


def vote_judge(rule: VoteRule, count: VoteCount) -> VoteResult:
    """What a count comes to under a rule."""
    return VoteResult(rule, count)
