"""What a count of votes comes to. More than half of those *due* carries a resolution."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Vote:
    """``entitled`` and ``present`` count those who may vote."""

    votes_for: int
    votes_against: int
    votes_abstain: int
    entitled: int
    present: int

    @property
    def cast(self) -> int:
        return self.votes_for + self.votes_against + self.votes_abstain

    @property
    def is_possible(self) -> bool:
        return self.cast <= self.present

    @property
    def needed(self) -> int:
        """The fewest votes that are more than half of those due."""
        return self.entitled // 2 + 1

    @property
    def is_carried(self) -> bool:
        return self.entitled > 0 and self.votes_for >= self.needed

    @property
    def statement(self) -> str:
        counted = _(
            "应到有表决权的 %(entitled)s 人，实到 %(present)s 人；"
            "赞成 %(for)s 票，反对 %(against)s 票，弃权 %(abstain)s 票，未表决 %(silent)s 人。"
        ) % {
            "entitled": self.entitled,
            "present": self.present,
            "for": self.votes_for,
            "against": self.votes_against,
            "abstain": self.votes_abstain,
            "silent": self.present - self.cast,
        }
        if self.is_carried:
            return counted + _("赞成超过应到人数的半数，通过。")
        return counted + _("赞成未超过应到人数的半数（至少须 %(needed)s 票），未通过。") % {
            "needed": self.needed
        }
