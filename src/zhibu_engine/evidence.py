"""One unit's rows: which were looked at for a clause, which were refused, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from zhibu_engine.arrays import masked
from zhibu_engine.calendar import Calendar
from zhibu_engine.columns import ColumnsOf
from zhibu_engine.conditions import Condition, Mask
from zhibu_engine.facts import NEVER, RELATIONS, UNKNOWN
from zhibu_engine.kinds import Evidence, One
from zhibu_engine.packs import Words
from zhibu_engine.packs.schema import placeholders
from zhibu_engine.prepare import counted_rows


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One record that was looked at; counted if no reason stands against it."""

    relation: str
    record_id: int
    date: date | None
    title: str
    reasons: tuple[str, ...] = ()


class UnitRows:
    """The rows of one unit, read once for all of its clauses."""

    def __init__(
        self,
        words: Words,
        own: Mapping[str, pa.Table],
        formed: Mapping[str, pa.Table],
        calendar: Calendar,
    ) -> None:
        self.words = words
        self.own = own
        self.calendar = calendar
        self._all = {name: ColumnsOf(table) for name, table in formed.items()}
        self._masks: dict[tuple[str, Condition], Mask] = {}
        self._plain: dict[str, list[EvidenceRow]] = {}
        self._one: One | None = None

    @property
    def one(self) -> One:
        """The rows that count, for what only rows can tell."""
        if self._one is None:
            self._one = One(
                {
                    name: {key: column[keep] for key, column in columns.items()}
                    for name, columns in self._all.items()
                    if (keep := self._counted(name)) is not None
                },
                {
                    **names_of(self.own, "post", "person_id", "person"),
                    **names_of(self.own, "part", "person_id", "person"),
                    **names_of(self.own, "member", "person_id", "person"),
                },
                names_of(self.own, "group", "group_id", "name"),
            )
        return self._one

    def _counted(self, name: str) -> Mask:
        columns = self._all[name]
        if not RELATIONS[name].event:
            return np.ones(columns.length, dtype=np.bool_)
        return counted_rows(name, columns)

    def evidence_rows(self, evidence: Evidence, said: Mapping[str, str]) -> Iterator[EvidenceRow]:
        """The rows looked at, those refused with their reasons; ``said`` are the clause's own reasons."""
        relation, columns = evidence.relation, self._all[evidence.relation]
        candidate = self._mask(relation, evidence.candidates)
        if not candidate.any():
            return
        checks = [(~self._mask(relation, check.condition), check) for check in evidence.checks]
        refused = np.zeros(columns.length, dtype=np.bool_)
        for failed, _ in checks:
            refused |= failed
        outside = np.zeros(columns.length, dtype=np.bool_)
        if evidence.in_year and RELATIONS[relation].event:
            outside = ~self._counted(relation)
            # Last year's records are another year's business, except those just before New Year.
            candidate = candidate & (~outside | (columns["date_key"] > -10_000 + 1_200))
        refused |= outside
        plain, refuses = self._plain_rows(relation), refused.tolist()
        for place in np.flatnonzero(candidate).tolist():
            row = plain[place]
            if refuses[place]:
                reasons = [
                    _filled(said.get(check.name) or check.reason, columns, place)
                    for failed, check in checks
                    if failed[place]
                ]
                if outside[place]:
                    reasons.insert(0, self._outside())
                row = replace(row, reasons=tuple(reasons))
            yield row

    def _mask(self, relation: str, condition: Condition) -> Mask:
        """Clauses share their conditions: each is asked once."""
        key = relation, condition
        if key not in self._masks:
            self._masks[key] = masked(condition, self._all[relation])
        return self._masks[key]

    def _outside(self) -> str:
        day = self.calendar.as_of
        return f"期间之外：评判 {day.year} 年 1 月 1 日至 {day.month} 月 {day.day} 日。"

    def _plain_rows(self, relation: str) -> list[EvidenceRow]:
        """Every row of a relation without reasons, made once: clauses look at the same rows."""
        if relation not in self._plain:
            found, columns = RELATIONS[relation], self._all[relation]
            day_column = found.event or ("from_day" if "from_day" in found.by_name else "")
            nothing = [0] * columns.length
            days = columns[day_column].tolist() if day_column else [UNKNOWN] * columns.length
            records = columns["record_id"].tolist() if "record_id" in found.by_name else nothing
            dates = {day: self._date(day) for day in set(days)}
            self._plain[relation] = [
                EvidenceRow(relation, record, dates[day], title)
                for record, day, title in zip(records, days, self._titles_of(relation), strict=True)
            ]
        return self._plain[relation]

    def _date(self, distance: int) -> date | None:
        if distance in (UNKNOWN, NEVER):
            return None
        return self.calendar.as_of + timedelta(days=distance)

    def _titles_of(self, relation: str) -> list[str]:
        """Kind and title, person or name of each row."""
        found, columns, table = RELATIONS[relation], self._all[relation], self.own[relation]
        kinds = [found.zh] * columns.length
        group = found.by_name.get(found.group)
        if group is not None:
            names = self.words.codes.get(group.codes, {})
            kinds = [names.get(code, code) for code in columns[found.group].tolist()]
        said: list[Any] = [""] * columns.length
        for text in ("name", "person", "title"):
            if text in table.column_names:
                listed = table.column(text).to_pylist()
                said = [one or before for one, before in zip(listed, said, strict=True)]
        return [
            f"{kind}：{one}" if kind and one else str(one or kind or found.zh)
            for kind, one in zip(kinds, said, strict=True)
        ]


def _filled(reason: str, columns: ColumnsOf, place: int) -> str:
    """The reason with the row's own numbers."""
    if "{" not in reason:
        return reason
    return reason.format_map(
        {name: columns[name][place] for name in placeholders(reason) if name in columns}
    )


def names_of(own: Mapping[str, pa.Table], relation: str, number: str, name: str) -> dict[int, str]:
    table = own.get(relation)
    if table is None or number not in table.column_names or name not in table.column_names:
        return {}
    pairs = zip(table.column(number).to_pylist(), table.column(name).to_pylist(), strict=True)
    return {int(key): str(value or key) for key, value in pairs if key is not None}
