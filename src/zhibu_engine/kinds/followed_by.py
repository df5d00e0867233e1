"""One thing is followed by another within so many days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import AnyOf, AtLeastZero, Condition, OneOf, at_least, at_most, both
from zhibu_engine.facts import NEVER
from zhibu_engine.kinds.base import (
    Evidence,
    Judged,
    One,
    Problem,
    RuleKind,
    Said,
    Subjects,
    kind,
    segment_tallies,
    unknown_words,
)
from zhibu_engine.kinds.rows import (
    rows_condition,
    rows_evidence,
    rows_noun,
    rows_problems,
)
from zhibu_engine.kinds.shares import WhenNone, share_judged, share_sentence
from zhibu_engine.kinds.where import where_condition
from zhibu_engine.shares import ShareField
from zhibu_engine.tallies import CoveredTally, Tallied, Tally, Wanted

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@kind("followed_by")
@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedBy(RuleKind):
    """之后按期跟进。 Of the records of ``relation``, the share linked to one of ``then`` within ``within_days`` days.

    ``then`` are kinds of the linked record, ``by_link`` narrows the kind of link. A record whose days are not yet
    over is left out, unless it was followed already; what is dated after the judging day has not followed yet.
    The day itself counts as day 0.

    用法：做了一件事，几天以内要有下一件，如会后十五天内有整改清单。relation、kinds 是前一件，
    then 是后一件的类别，within_days 是天数（当天算第 0 天），两条记录要有关联。
    at_least 是占比，缺省 100%。天数还没过的不算。没有前一件时按 when_none。
    满足：kinds: [life_meeting]，then: [rectify_list]，within_days: 15，
    第 15 天有了清单。
    不满足：第 16 天才有，或者过了 15 天没有关联。

    Met:
        ``relation: segment, kinds: [life_meeting], then: [rectify_list], within_days: 15``; the list came on day 15.

    Unmet:
        The same and the list came on day 16, or none is linked and the 15 days are over.
    """

    relation: Literal["segment", "document", "entry", "publication"]
    then: tuple[str, ...]
    within_days: int
    kinds: tuple[str, ...] = ()
    where: dict[str, Any] = field(default_factory=dict)
    by_link: tuple[str, ...] = ()
    at_least: ShareField = (1, 1)
    when_none: WhenNone = "not_assessed"

    def __post_init__(self) -> None:
        if self.within_days < 0 or not self.then:
            raise ValueError("then 至少写一类，within_days 要写 0 以上的整数。")

    def check(self, words: Words) -> Iterator[Problem]:
        yield from rows_problems(words, self.relation, self.kinds, self.where)
        known = {
            code: name
            for listed in ("segment_kind", "document_kind", "register", "publication_kind")
            for code, name in words.codes.get(listed, {}).items()
        }
        yield from unknown_words(self.then, known, "then", "类别")
        links = words.codes.get("link_relation", {})
        yield from unknown_words(self.by_link, links, "by_link", "关联类别")

    def _base(self, words: Words, *, over: bool) -> Condition:
        """The records that count; a kind may stand behind several conditions of validity."""
        narrowed = where_condition(self.relation, self.where, words)
        old: tuple[Condition, ...] = (at_most("day", -self.within_days),) if over else ()
        if self.relation == "document":
            # A document of the year may have been formed before it began.
            old = (*old, at_least("date_key", 1))
        if self.relation != "segment":
            return both(rows_condition(self.relation, self.kinds), narrowed, *old)
        codes = self.kinds or tuple(sorted(words.segment_kinds))
        parts = []
        for tally in segment_tallies(words, codes, where=both(narrowed, *old)):
            parts.append(both(OneOf("kind", tally.groups or ()), tally.where))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _linked(self) -> Condition:
        # What is dated after the judging day has not happened yet.
        happened = AtLeastZero((("day", -1), ("after_days", -1)))
        after = (at_least("after_days", 0), at_most("after_days", self.within_days), happened)
        links = (OneOf("relation", self.by_link),) if self.by_link else ()
        return both(OneOf("target_kind", self.then), *after, *links)

    def tallies(self, words: Words) -> Wanted:
        linked = self._linked()
        wanted: dict[str, tuple[Tally | CoveredTally, ...]] = {}
        for name, over in (("over", True), ("all", False)):
            base = self._base(words, over=over)
            wanted[f"rows_{name}"] = (Tally(self.relation, "distinct", "record_id", base),)
            wanted[f"part_{name}"] = (
                CoveredTally(self.relation, base, "link", linked, 1, "record_id"),
            )
        return wanted

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        followed = tallied["part_all"]
        # Those whose days still run count only once they were followed.
        rows = tallied["rows_over"] + followed - tallied["part_over"]
        judged = share_judged(followed, rows, self.at_least, self.when_none)
        waits = (tallied["rows_all"] > 0) & (rows == 0)
        judged.due = ~waits
        judged.applies = None if judged.applies is None else judged.applies | waits
        judged.until = np.full(len(subjects), NEVER, dtype=np.int64)
        return judged

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return rows_evidence(words, self.relation, self.kinds, self.where)

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        rows = one.columns[self.relation]
        base = one.mask(self.relation, self._base(words, over=True))
        linked = one.columns["link"]["record_id"][one.mask("link", self._linked())]
        lacks = base & ~np.isin(rows["record_id"], linked)
        days = sorted({int(day) for day in rows["day"][lacks]})
        return [str(calendar.as_of + timedelta(days=day)) for day in days]

    def sentence(self, said: Said) -> str:
        noun, unit = rows_noun(said.words, self.relation, self.kinds)
        names = {
            **said.words.codes.get("register", {}),
            **said.words.codes.get("document_kind", {}),
        }
        names.update(said.words.codes.get("segment_kind", {}))
        then = "或者".join(names.get(code, code) for code in self.then)
        text = share_sentence(
            said,
            noun,
            unit,
            self.at_least,
            passing=f"在 {self.within_days} 天以内有{then}",
            failing=f"系统内未见 {self.within_days} 天以内的{then}",
        )
        return f"{text[:-1]}：{'、'.join(said.missing)}。" if said.missing else text
