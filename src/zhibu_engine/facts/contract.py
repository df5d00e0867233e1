"""What a relation of the fact contract is made of, and the columns that relations share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ColumnType = Literal["id", "int", "bool", "day", "code", "text"]

#: Judging form of an absent day: an end that never came, or a day nobody knows.
NEVER = 999_999
UNKNOWN = -999_999


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``codes`` names a code list of the packs; ``empty`` is the judging form of null."""

    name: str
    zh: str
    type: ColumnType
    meaning: str = ""
    codes: str = ""
    empty: int | str | bool | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation. Every row belongs to a unit.

    ``group`` is the code column by which tallies are grouped; ``event`` the day column that
    places a row in a period (such a relation also has ``month`` and ``quarter`` in judging form).
    """

    name: str
    zh: str
    meaning: str
    columns: tuple[Column, ...]
    group: str = ""
    event: str = ""
    keys: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_name.update({column.name: column for column in self.columns})


#: Columns that the judging form adds to every relation with an ``event`` day.
DERIVED = (
    Column("month", "月", "int", "该日所在月份 1–12"),
    Column("quarter", "季度", "int", "该日所在季度 1–4"),
    Column("date_key", "日序", "int", "(该日年份−评判年份)×10000＋月×100＋日"),
)
#: Added too where a tally looks back beyond the judged year.
LOOKING_BACK = (*DERIVED, Column("same_days", "同期", "bool", "该日的月、日不晚于评判日的月、日"))

UNIT = Column("unit_id", "组织编号", "id", "组织的编号，与《组织》表一致")
RECORD = Column("record_id", "记录编号", "id", "记录的编号")


def never(name: str, zh: str, meaning: str) -> Column:
    return Column(name, zh, "day", meaning, empty=NEVER, optional=True)


def unknown(name: str, zh: str, meaning: str) -> Column:
    return Column(name, zh, "day", meaning, empty=UNKNOWN, optional=True)


def flag(name: str, zh: str, meaning: str) -> Column:
    return Column(name, zh, "bool", meaning, empty=False, optional=True)


def count(name: str, zh: str, meaning: str, empty: int = 0) -> Column:
    return Column(name, zh, "int", meaning, empty=empty, optional=True)
