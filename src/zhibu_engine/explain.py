"""A finding in words: why, from which records, what to do and until when. Made on demand, for one unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhibu_engine.assess import Findings, assess
from zhibu_engine.calendar import Calendar
from zhibu_engine.compile import Compiled
from zhibu_engine.facts import NEVER, RELATIONS, UNKNOWN
from zhibu_engine.kinds import Evidence, One, RuleKind, Said
from zhibu_engine.packs import Clause, Words
from zhibu_engine.prepare import counted_rows, facts_prepare, judging_form
from zhibu_engine.verdicts import CODE_ZH, CODES, VERDICTS, Verdict


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One record that was looked at; counted if no reason stands against it."""

    relation: str
    record_id: int
    date: date | None
    title: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Points in 0.01. ``until`` is the last day to mend, None where there is none."""

    clause: str
    title: str
    verdict: str
    code: str
    sentence: str
    possible: int
    earned: int
    lost: int
    measured: int
    required: int
    basis: str
    message: str
    fix: str
    form: str
    until: date | None
    missing: tuple[str, ...]
    counted: tuple[EvidenceRow, ...]
    rejected: tuple[EvidenceRow, ...]

    @property
    def may_backfill(self) -> bool:
        """Something is missing that a late entry (补录) still mends, whether or not its period is open."""
        lacks = self.verdict in ("partial", "unmet")
        return lacks and self.form.startswith(("sitting", "document"))


def explain(
    compiled: Compiled,
    facts: Mapping[str, pa.Table],
    unit_id: int,
    clause_key: str,
    *,
    as_of: date,
    exemptions: Collection[tuple[int, str]] = (),
    manual: Mapping[tuple[int, str], int] | None = None,
) -> Explanation:
    """Explain one clause of one unit from its facts in file form."""
    return explain_all(
        compiled,
        facts,
        unit_id,
        as_of=as_of,
        clauses=[clause_key],
        exemptions=exemptions,
        manual=manual,
    )[0]


def explain_all(
    compiled: Compiled,
    facts: Mapping[str, pa.Table],
    unit_id: int,
    *,
    as_of: date,
    clauses: Collection[str] | None = None,
    exemptions: Collection[tuple[int, str]] = (),
    manual: Mapping[tuple[int, str], int] | None = None,
) -> list[Explanation]:
    """Explain several clauses of one unit (None: all), judging once."""
    own = unit_rows(facts, unit_id)
    prepared = facts_prepare(own, as_of)
    found = assess(compiled, prepared, [unit_id], exemptions=exemptions, manual=manual)
    reader = _Reader(compiled, own, prepared.tables, as_of)
    return [
        reader.explanation(clause, found, place)
        for place, clause in enumerate(compiled.standard.clauses)
        if clauses is None or clause.key in clauses
    ]


def unit_rows(facts: Mapping[str, pa.Table], unit_id: int) -> dict[str, pa.Table]:
    """The rows of one unit."""
    return {
        name: table.filter(pc.equal(table.column("unit_id"), unit_id))
        for name, table in facts.items()
        if name in RELATIONS and "unit_id" in table.column_names
    }


class _Reader:
    """The rows of one unit, read once for all of its clauses."""

    def __init__(
        self,
        compiled: Compiled,
        own: Mapping[str, pa.Table],
        counted: Mapping[str, pa.Table],
        as_of: date,
    ) -> None:
        self.words: Words = compiled.words
        self.own = own
        self.calendar = Calendar(as_of)
        self.one = One(
            {name: _arrays(table) for name, table in counted.items()},
            {
                **_names(own, "post", "person_id", "person"),
                **_names(own, "part", "person_id", "person"),
                **_names(own, "member", "person_id", "person"),
            },
            _names(own, "group", "group_id", "name"),
        )
        self._all: dict[str, dict[str, np.ndarray]] = {}

    def explanation(self, clause: Clause, found: Findings, place: int) -> Explanation:
        verdict = Verdict(int(found.verdict[place]))
        measured, required = int(found.measured[place]), int(found.required[place])
        missing: tuple[str, ...] = ()
        counted: list[EvidenceRow] = []
        rejected: list[EvidenceRow] = []
        if isinstance(clause.rule, RuleKind):
            if verdict in (Verdict.PARTIAL, Verdict.UNMET):
                lacking = clause.rule.lacking(
                    int(found.detail[place]), self.one, self.calendar, self.words
                )
                missing = tuple(lacking)
            for evidence in clause.rule.evidence(self.words):
                for row in self._rows(evidence):
                    (rejected if row.reasons else counted).append(row)
        until = self._until(int(found.until[place]))
        return Explanation(
            clause=clause.key,
            title=clause.title,
            verdict=VERDICTS[verdict],
            code=CODES[found.code[place]],
            sentence=self._sentence(clause, verdict, found, place, missing, until),
            possible=int(found.possible[place]),
            earned=int(found.earned[place]),
            lost=int(found.lost[place]),
            measured=measured,
            required=required,
            basis=clause.basis,
            message=clause.message,
            fix=clause.fix,
            form=clause.form,
            until=until,
            missing=missing,
            counted=tuple(sorted(counted, key=_by_day)),
            rejected=tuple(sorted(rejected, key=_by_day)),
        )

    def _until(self, distance: int) -> date | None:
        return None if distance == NEVER else self.calendar.as_of + timedelta(days=distance)

    def _sentence(
        self,
        clause: Clause,
        verdict: Verdict,
        found: Findings,
        place: int,
        missing: tuple[str, ...],
        until: date | None,
    ) -> str:
        code = CODES[found.code[place]]
        if verdict is Verdict.NOT_APPLICABLE:
            return f"不适用：{CODE_ZH[code]}。" if code != "none" else "不适用。"
        if code == "scored_by_hand":
            return f"人工评分：得 {points_zh(int(found.earned[place]))} 分，满分 {points_zh(clause.points)} 分。"
        if not isinstance(clause.rule, RuleKind) or clause.method != "record":
            waits = f"（等待：{clause.waits_for}）" if clause.waits_for else ""
            return f"未评：{CODE_ZH[code]}{waits}。"
        said = clause.rule.sentence(
            Said(
                int(found.measured[place]),
                int(found.required[place]),
                verdict is Verdict.MET,
                missing,
                self.words,
            )
        )
        if verdict is Verdict.NOT_ASSESSED:
            return f"{'只统计' if code == 'statistic' else '未评'}：{CODE_ZH[code]}。{said if code == 'statistic' else ''}"
        if verdict is Verdict.NOT_DUE:
            last = (
                f"最后一日为 {until.year} 年 {until.month} 月 {until.day} 日。"
                if until
                else "评判日尚无到期的期间。"
            )
            return f"未到期：{last}"
        return said

    def _rows(self, evidence: Evidence) -> Iterator[EvidenceRow]:
        columns = self._columns(evidence.relation)
        length = len(columns["unit_id"])
        candidate = evidence.candidates.mask(columns, length)
        checks = [
            (~check.condition.mask(columns, length), check.reason) for check in evidence.checks
        ]
        outside = np.zeros(length, dtype=np.bool_)
        if evidence.in_year and RELATIONS[evidence.relation].event:
            outside = ~counted_rows(evidence.relation, columns)
            # Last year's records are another year's business, except those just before New Year.
            candidate &= ~outside | (columns["date_key"] > -10_000 + 1_200)
        for place in np.flatnonzero(candidate):
            reasons = [reason for failed, reason in checks if failed[place]]
            if outside[place]:
                reasons.insert(0, self._outside())
            yield self._row(evidence.relation, columns, int(place), tuple(reasons))

    def _outside(self) -> str:
        day = self.calendar.as_of
        return f"期间之外：评判 {day.year} 年 1 月 1 日至 {day.month} 月 {day.day} 日。"

    def _columns(self, relation: str) -> dict[str, np.ndarray]:
        if relation not in self._all:
            self._all[relation] = _arrays(
                judging_form(relation, self.own.get(relation), self.calendar.as_of)
            )
        return self._all[relation]

    def _row(
        self, relation: str, columns: Mapping[str, np.ndarray], place: int, reasons: tuple[str, ...]
    ) -> EvidenceRow:
        found = RELATIONS[relation]
        day_column = found.event or ("from_day" if "from_day" in found.by_name else "")
        distance = int(columns[day_column][place]) if day_column else UNKNOWN
        day = (
            None if distance in (UNKNOWN, NEVER) else self.calendar.as_of + timedelta(days=distance)
        )
        record = int(columns["record_id"][place]) if "record_id" in columns else 0
        return EvidenceRow(relation, record, day, self._title(relation, columns, place), reasons)

    def _title(self, relation: str, columns: Mapping[str, np.ndarray], place: int) -> str:
        found = RELATIONS[relation]
        group = found.by_name.get(found.group)
        code = str(columns[found.group][place]) if group else ""
        kind = self.words.codes.get(group.codes, {}).get(code, code) if group else found.zh
        for text in ("title", "person", "name"):
            table = self.own.get(relation)
            if table is not None and text in table.column_names:
                said = table.column(text)[place].as_py()
                if said:
                    return f"{kind}：{said}" if kind else str(said)
        return kind or found.zh


def points_zh(points: int) -> str:
    """0.01 points as people write them: 450 → 4.5."""
    return f"{points // 100}.{points % 100:02d}".rstrip("0").rstrip(".")


def _by_day(row: EvidenceRow) -> tuple[date, int, str]:
    return row.date or date.min, row.record_id, row.title


def _arrays(table: pa.Table) -> dict[str, np.ndarray[Any, Any]]:
    return {name: np.asarray(table.column(name).to_numpy()) for name in table.column_names}


def _names(own: Mapping[str, pa.Table], relation: str, number: str, name: str) -> dict[int, str]:
    table = own.get(relation)
    if table is None or number not in table.column_names or name not in table.column_names:
        return {}
    pairs = zip(table.column(number).to_pylist(), table.column(name).to_pylist(), strict=True)
    return {int(key): str(value or key) for key, value in pairs if key is not None}
