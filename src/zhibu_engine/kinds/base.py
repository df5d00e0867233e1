"""What every rule kind is: it names its tallies, judges whole-number columns, and tells rows apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from zhibu_engine.calendar import Calendar
from zhibu_engine.conditions import Columns, Condition, both
from zhibu_engine.facts import NEVER
from zhibu_engine.tallies import Bools, How, Int64, Tallied, Tally, Wanted, Window
from zhibu_engine.validity import Check, segment_checks

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words


@dataclass(frozen=True, slots=True)
class Problem:
    """A word in a pack that means nothing, with the words that would."""

    path: tuple[str | int, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Subjects:
    """The judged units, one row each; member and group counts are those of the judging day."""

    unit_id: Int64
    kind: NDArray[Any]
    sector: NDArray[Any]
    founded: Int64
    withdrawn: Int64
    temporary: Bools
    members: Int64
    full_members: Int64
    groups: Int64
    _owed: dict[str, Int64] = field(default_factory=dict, repr=False, compare=False)

    def owed(self, per: str, calendar: Calendar) -> Int64:
        """Bits of the periods wholly inside each unit's life (worked out once for all clauses)."""
        if per not in self._owed:
            self._owed[per] = calendar.owed(per, self.founded, self.withdrawn)
        return self._owed[per]

    def __len__(self) -> int:
        return len(self.unit_id)

    @property
    def alive(self) -> Bools:
        """In existence on the judging day."""
        return (self.founded <= 0) & (self.withdrawn >= 0)


@dataclass(slots=True)
class Judged:
    """What a kind found, one row per unit; a mask left out is true everywhere.

    ``missing`` is the shortfall that losses are counted from, ``detail`` holds the bits of the
    periods that lack something, ``until`` the distance of the last day to mend (``NEVER``: none),
    ``share`` the required share as (numerator, denominator) where the rule is about a share.
    """

    measured: Int64
    required: Int64
    met: Bools
    applies: Bools | None = None
    due: Bools | None = None
    assessed: Bools | None = None
    missing: Int64 | None = None
    detail: Int64 | None = None
    until: Int64 | None = None
    share: tuple[int, int] | None = None
    #: Points in 0.01 where the rule itself says what is earned (a bonus by level).
    earned: Int64 | None = None

    @property
    def shortfall(self) -> Int64:
        if self.missing is not None:
            return self.missing
        short: Int64 = self.required - self.measured
        return np.clip(short, 0, None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows to show for a clause: which are looked at, and what each must pass to be counted."""

    relation: str
    candidates: Condition
    checks: tuple[Check, ...] = ()
    #: The rows must lie in the judged year.
    in_year: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """The numbers of one finding, for its sentence."""

    measured: int
    required: int
    met: bool
    missing: tuple[str, ...] = ()
    words: Any = None
    #: Only numbers: nothing is required, nothing is reached or missed.
    statistic: bool = False
    #: The clause's own words (``packs.schema.Wording``), which stand before those of the kind.
    wording: Any = None

    def noun(self, usual: str) -> str:
        return (self.wording.noun if self.wording else "") or usual

    def unit(self, usual: str) -> str:
        return (self.wording.unit if self.wording else "") or usual


@dataclass(frozen=True, slots=True)
class One:
    """One unit's rows in judging form, for what only rows can tell (who lacks a lecture)."""

    columns: Mapping[str, Columns]
    #: Names of persons and of groups, by number.
    names: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)

    def length(self, relation: str) -> int:
        return len(self.columns[relation]["unit_id"])

    def mask(self, relation: str, condition: Condition) -> Bools:
        return condition.mask(self.columns[relation], self.length(relation))


class RuleKind(ABC):
    """A kind of rule. A subclass is a frozen dataclass: its fields are the words of the rule."""

    name: ClassVar[str] = ""
    #: It looks at the whole year, so a standard that judges month by month cannot use it.
    yearly: ClassVar[bool] = False
    __pydantic_config__: ClassVar[Any]
    __slots__ = ()

    @property
    def open_words(self) -> str:
        """The required numbers that the pack left open: only a statistic may leave them so."""
        return ""

    @property
    def monotone(self) -> bool:
        """One more record that counts never lowers what the clause earns (a test adds one to every such kind)."""
        return False

    def check(self, words: Words) -> Iterator[Problem]:
        """Words of the rule that the packs do not know."""
        return iter(())

    @abstractmethod
    def tallies(self, words: Words) -> Wanted:
        """What SQL counts for this rule."""

    @abstractmethod
    def judge(self, tallied: Tallied, subjects: Subjects, calendar: Calendar) -> Judged:
        """Whole-number columns in and out, one row per unit; a unit without rows is 0, never skipped."""

    def evidence(self, words: Words) -> tuple[Evidence, ...]:
        """Which rows were looked at, and the checks that tell counted from rejected."""
        return ()

    def lacking(self, detail: int, one: One, calendar: Calendar, words: Words) -> list[str]:
        """What is missing, in words: the months without one, the persons without a lecture."""
        return []

    @abstractmethod
    def sentence(self, said: Said) -> str:
        """The finding in one or two plain sentences."""

    def told(self, said: Said) -> str:
        """The sentence, in the clause's own words where it has them."""
        if said.wording and said.wording.says and (said.required or "{" not in said.wording.says):
            share = percent(said.measured, said.required)
            found: str = said.wording.says.format(
                measured=said.measured, required=said.required, share=share
            )
            return found
        return self.sentence(said)


def percent(part: int, whole: int) -> str:
    """In tenths, never rounded up: 412 of 451 is 91.3%."""
    tenths = 1000 * part // whole if whole else 0
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"


_KINDS: dict[str, type[RuleKind]] = {}
K = TypeVar("K", bound=type[RuleKind])


def kind(name: str) -> Callable[[K], K]:
    """Register a rule kind under the name that packs write."""

    def register(cls: K) -> K:
        cls.name = name
        # Read by pydantic when a pack is loaded: a word that the dataclass does not have is refused.
        cls.__pydantic_config__ = {"extra": "forbid"}
        _KINDS[name] = cls
        return cls

    return register


def kinds() -> Mapping[str, type[RuleKind]]:
    return _KINDS


def unknown_words(
    found: Iterable[str], known: Iterable[str], path: str, what: str
) -> Iterator[Problem]:
    """Name each word that is not known, with those that are, and what they are called."""
    called = known if isinstance(known, Mapping) else {}
    known = list(known)
    for place, word in enumerate(found):
        if word not in known:
            listed = "、".join(_called(one, called.get(one)) for one in known) or "（无）"
            yield Problem((path, place), f"不认识的{what}“{word}”；可用的有：{listed}。")


def _called(code: str, entry: Any) -> str:
    title = entry if isinstance(entry, str) else getattr(entry, "title", "")
    return f"{code}（{title}）" if title and title != code else code


def segment_tallies(
    words: Words,
    codes: Iterable[str],
    *,
    how: How = "count",
    column: str = "",
    where: Condition,
    valid: bool = True,
    code_list: tuple[str, ...] = (),
    window: Window = "year",
) -> tuple[Tally, ...]:
    """One tally for each set of segment kinds that share their conditions of validity."""
    by_condition: dict[Condition, list[str]] = {}
    for code in codes:
        parts = (
            [check.condition for check in segment_checks(words.segment_kinds[code])]
            if valid
            else []
        )
        by_condition.setdefault(both(*parts, where), []).append(code)
    return tuple(
        Tally("segment", how, column, condition, tuple(groups), code_list, window)
        for condition, groups in by_condition.items()
    )


def until_distance(calendar: Calendar, last: date | None, wanted: Bools) -> Int64:
    """The distance of the last day where it is wanted and not past, elsewhere ``NEVER``."""
    distance = NEVER if last is None else calendar.distance(last)
    return np.where(wanted & (distance >= 0), distance, NEVER).astype(np.int64)
