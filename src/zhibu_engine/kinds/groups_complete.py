"""Party groups are set up whole: members, a leader, and nobody left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import ACTIVE, COUNTED_MEMBER, Condition, at_least, both, equals
from zhibu_engine.kinds.base import Evidence, Judged, One, RuleKind, Said, Subjects, kind
from zhibu_engine.tallies import Tallied, Tally, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("groups_complete")
@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsComplete(RuleKind):
    """党小组健全。 Every party group has a leader and members; with ``all_members_grouped`` nobody is outside.

    A unit without groups is judged only from ``needed_from`` members on.

    用法：党小组都有组长、有组员。members_from 是每组至少几名组员；all_members_grouped 要求没有编外的党员；
    needed_from 写党员多少名起才要求分组，不到的又没有分组，就不适用。
    满足：两个党小组都有组长。
    不满足：有一个没有组长；或者 needed_from 写 20，有 25 名党员而没有分组。

    Met:
        Two groups, each with a leader.

    Unmet:
        Two groups, one of them without a leader; or ``needed_from: 20`` and 25 members without a group.
    """

    leader: bool = True
    members_from: int = 1
    all_members_grouped: bool = False
    needed_from: int | None = None

    def _checks(self) -> tuple[Check, ...]:
        few = "组员 {members} 人，" + f"要求不少于 {self.members_from} 人。"
        found = [
            Check("active", ACTIVE, "评判当天没有设立。"),
            Check("members", at_least("members", self.members_from), few),
        ]
        if self.leader:
            found.append(Check("leader", at_least("leaders", 1), "没有在任的组长。"))
        return tuple(found)

    @property
    def outside(self) -> Condition:
        return both(COUNTED_MEMBER, equals("group_id", 0))

    def tallies(self, words: Words) -> Wanted:
        return {
            "complete": (
                Tally("group", where=both(*(check.condition for check in self._checks()))),
            ),
            "outside": (Tally("member", where=self.outside),),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        groups, complete = subjects.groups, tallied["complete"]
        needed = np.zeros(len(subjects), dtype=np.bool_)
        if self.needed_from is not None:
            needed = subjects.members >= self.needed_from
        required = np.where(groups == 0, 1, groups)
        met = (groups > 0) & (complete >= groups)
        if self.all_members_grouped:
            met &= tallied["outside"] == 0
        missing = required - complete
        if self.all_members_grouped:
            missing = np.maximum(missing, (tallied["outside"] > 0).astype(np.int64))
        return Judged(
            complete,
            required,
            met,
            applies=subjects.alive & ((groups > 0) | needed),
            missing=missing,
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return (Evidence("group", at_least("group_id", 0), self._checks()),)

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        columns = one.columns["group"]
        passed = one.mask("group", both(*(check.condition for check in self._checks())))
        found = [
            one.groups.get(int(columns["group_id"][place]), "党小组")
            for place in np.flatnonzero(~passed & one.mask("group", ACTIVE))
        ]
        if self.all_members_grouped:
            outside = one.columns["member"]["person_id"][one.mask("member", self.outside)]
            found += [f"{one.names.get(int(person), '党员')}（未编入）" for person in outside]
        return found

    def sentence(self, said: Said) -> str:
        if not said.measured and not said.missing and not said.met:
            return "系统内未见健全的党小组。" if said.statistic else "系统内未见党小组。"
        if said.met:
            return f"党小组 {said.required} 个，{'都' if said.required > 1 else ''}健全。"
        text = f"党小组 {said.required} 个，健全的 {said.measured} 个"
        return f"{text}；要补的有：{'、'.join(said.missing)}。" if said.missing else f"{text}。"
