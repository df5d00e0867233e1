"""The term of office has not run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import AnyOf, at_least, at_most, both
from zhibu_engine.facts import NEVER, UNKNOWN
from zhibu_engine.kinds.base import Evidence, Judged, One, RuleKind, Said, Subjects, kind
from zhibu_engine.tallies import Int64, Tallied, Tally, Wanted
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words

_RUNS = AnyOf((at_least("to_day", 0), at_least("extended_to", 0)))
_STARTED = at_most("from_day", 0)


def _months(ends: Int64, calendar: Calendar) -> Int64:
    """Months begun since a day: from 31 May to 1 June it is one; an unknown end is one too."""
    today = np.datetime64(calendar.as_of)
    known = ends > UNKNOWN
    last = today + np.where(known, ends, 0).astype("timedelta64[D]")
    months = today.astype("datetime64[M]") - last.astype("datetime64[M]")
    of_month = (last - last.astype("datetime64[M]")).astype(np.int64)
    now = int((today - today.astype("datetime64[M]")).astype(np.int64))
    begun = months.astype(np.int64) + (now > of_month)
    return np.where(known, np.maximum(begun, 1), 1).astype(np.int64)


@kind("term_current")
@dataclass(frozen=True, slots=True, kw_only=True)
class TermCurrent(RuleKind):
    """按期换届。 On the judging day a term runs, or its approved extension does; the last day belongs to it.

    ``warn_days`` gives a term that still runs a last day to act when it ends within so many days. With
    ``per_month`` a loss per missing counts the months begun since the term ran out (每延一个月).

    用法：按期换届：评判日还在本届内，或者在批准延期内，届满当天算在内。warn_days 是提前多少天提醒；
    per_month: true 的，逾期按月计数，配 per_missing 就是每延一个月扣几分。
    满足：本届到 2026 年 5 月 31 日，当天评判。
    不满足：6 月 1 日评判，没有批准延期；或者没有登记过届期。

    Met:
        A term from 2023-06-01 to 2026-05-31, judged on 2026-05-31.

    Unmet:
        The same term judged on 2026-06-01 without an extension, or no term recorded at all.
    """

    warn_days: int = 180
    per_month: bool = False

    @property
    def monotone(self) -> bool:
        return True

    def tallies(self, words: Words) -> Wanted:
        return {
            "current": (Tally("term", where=both(_STARTED, _RUNS)),),
            "end": (Tally("term", "latest", "to_day", _STARTED),),
            "extended": (Tally("term", "latest", "extended_to", _STARTED),),
        }

    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        met = tallied["current"] > 0
        ends = np.maximum(tallied["end"], tallied["extended"])
        soon = met & (ends >= 0) & (ends <= self.warn_days)
        return Judged(
            met.astype(np.int64),
            np.ones(len(subjects), dtype=np.int64),
            met,
            applies=subjects.alive,
            missing=np.where(met, 0, _months(ends, calendar)) if self.per_month else None,
            until=np.where(soon, ends, NEVER).astype(np.int64),
        )

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        return (
            Evidence(
                "term",
                at_least("to_day", -NEVER),
                (
                    Check("started", _STARTED, "本届尚未开始。"),
                    Check("runs", _RUNS, "届期已满，系统内未见批准延期。"),
                ),
            ),
        )

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        columns = one.columns["term"]
        if not one.length("term"):
            return ["届期"]
        last = int(np.maximum(columns["to_day"], columns["extended_to"]).max())
        if last <= -NEVER:
            return ["届满日"]
        return [f"已于 {calendar.as_of + timedelta(days=last)} 届满"]

    def sentence(self, said: Said) -> str:
        if said.met:
            return "本届任期未满，或者已批准延期。"
        if said.missing and said.missing[0].startswith("已于"):
            return f"班子任期{said.missing[0]}，系统内未见换届或批准延期的记录。"
        return "系统内未见现任班子的届期记录。"
