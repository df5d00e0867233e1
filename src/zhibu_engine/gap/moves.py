"""Acts with what they do to the clauses' numbers; acts that help alike are told as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhibu_engine.gap.acts import Act, hold_title

#: name of a tally → what an act adds to it: (how, number).
Effect = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Move:
    """An act with what it does: clause place → effect."""

    act: Act
    effects: Mapping[int, Effect]
    #: The clauses that asked for it, and how often it helps each.
    asked: Mapping[int, int]


def alike(moves: Sequence[Move]) -> list[Move]:
    """Months of one period that help alike become one act of the period; of acts that help alike one is kept."""
    kept: list[Move] = []
    by_wide: dict[tuple[Any, ...], list[Move]] = {}
    for move in moves:
        by_wide.setdefault(move.act.wide or move.act.key, []).append(move)
    for wide, listed in by_wide.items():
        groups: dict[frozenset[Any], list[Move]] = {}
        for move in listed:
            groups.setdefault(_signature(move), []).append(move)
        for group in groups.values():
            kept.append(_widened(group, wide))
    seen: set[Any] = set()
    found = []
    for move in kept:
        # Meetings of two kinds that do the same good are alternatives; two records to complete are not.
        same = (_signature(move), move.act.times, move.act.late) if move.act.wide else move.act.key
        if same not in seen:
            seen.add(same)
            found.append(move)
    return found


def together(moves: Sequence[Move]) -> list[Move]:
    """Acts of one clause behind one another, so that the search can soon forget which of its places were filled.

    An act that helps several clauses stands with the one that the fewest acts help.
    """
    helped = Counter(place for move in moves for place in move.effects)
    return sorted(
        moves, key=lambda move: min((helped[place], place) for place in move.effects)[::-1]
    )


def months_zh(months: Sequence[str], period: str) -> str:
    """Months by the name of their period, or 1月至9月 where they are not all of it."""
    if len(months) == _MONTHS.get(period[-2:], 0):
        return "年内" if period == "全年" else period
    numbers = [int(month.removesuffix("月")) for month in months]
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{run[0]}月" if len(run) == 1 else f"{run[0]}月至{run[-1]}月" for run in runs)


#: How many months a period has, by the end of its name.
_MONTHS = {"全年": 12, "半年": 6, "季度": 3}


def _signature(move: Move) -> frozenset[Any]:
    return frozenset(move.effects.items())


def _widened(group: Sequence[Move], wide: tuple[Any, ...]) -> Move:
    """The last month stands for all: it is the one that may still be open."""
    last = group[-1]
    asked = {
        place: max(move.asked.get(place, 0) for move in group)
        for place in {place for move in group for place in move.asked}
    }
    if len(group) == 1:
        return last
    act = last.act
    label = months_zh([move.act.span for move in group], str(wide[2]))
    title = hold_title(act.noun, label, act.late)
    if not act.late and group[0].act.late:
        title += "；已召开的请补录"
    return replace(last, act=replace(act, title=title, span=label), asked=asked)
