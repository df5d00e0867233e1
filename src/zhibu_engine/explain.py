"""A finding in words: why, from which records, what to do and until when. Made on demand, for one unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhibu_engine.assess import Findings, assess
from zhibu_engine.calendar import Calendar
from zhibu_engine.compile import Compiled
from zhibu_engine.evidence import EvidenceRow, UnitRows
from zhibu_engine.facts import NEVER, RELATIONS
from zhibu_engine.kinds import RuleKind, Said
from zhibu_engine.packs import Clause
from zhibu_engine.points import points_zh
from zhibu_engine.prepare import facts_prepare, judging_form
from zhibu_engine.subjects import Keyed
from zhibu_engine.verdicts import CODE_ZH, CODES, VERDICTS, Verdict

__all__ = ["EvidenceRow", "Explainer", "Explanation", "explain", "explain_all", "points_zh"]


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
    subject_id: int = 0,
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
        subject_id=subject_id,
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
    subject_id: int = 0,
) -> list[Explanation]:
    """Explain several clauses of one unit (None: all), judging once."""
    own = unit_rows(facts, unit_id)
    prepared = facts_prepare(own, as_of)
    found = assess(compiled, prepared, [unit_id], exemptions=exemptions, manual=manual)
    return Explainer(found, compiled, own).unit(unit_id, clauses, subject_id=subject_id)


def unit_rows(facts: Mapping[str, pa.Table], unit_id: int) -> dict[str, pa.Table]:
    """The rows of one unit."""
    return {
        name: table.filter(pc.equal(table.column("unit_id"), unit_id))
        for name, table in facts.items()
        if name in RELATIONS and "unit_id" in table.column_names
    }


class Explainer:
    """Explains the findings of many units from facts in file form, each relation sorted by unit once."""

    def __init__(
        self, findings: Findings, compiled: Compiled, facts: Mapping[str, pa.Table]
    ) -> None:
        self._findings = findings
        self._lost = findings.lost
        self._compiled = compiled
        self._calendar = Calendar(findings.as_of)
        kind = compiled.standard.subject.kind
        units, keys = findings.unit_ids, findings.subject_ids
        self._keyed = None if kind == "unit" else Keyed(kind, units, keys, units, units)
        owners = units if self._keyed is None else self._keyed.numbers
        self._place = {owner: place for place, owner in enumerate(owners.tolist())}
        self._facts = facts
        self._sorted: dict[str, pa.Table] = {}
        self._formed: dict[str, pa.Table] = {}

    def unit(
        self, unit_id: int, clauses: Collection[str] | None = None, *, subject_id: int = 0
    ) -> list[Explanation]:
        """Explanations of some clauses of a judged unit (None: all).

        ``subject_id`` is the person, matter or entry where the standard judges those; 0: the unit's first.
        """
        listed = self._compiled.standard.clauses
        owner = unit_id if self._keyed is None else self._keyed.number(unit_id, subject_id)
        first = self._place[owner] * len(listed)
        own = {name: self._slice(name, owner) for name in RELATIONS}
        texts = {name: one[0] for name, one in own.items()}
        formed = {name: one[1] for name, one in own.items()}
        reader = _Reader(UnitRows(self._compiled.words, texts, formed, self._calendar))
        return [
            reader.explanation(clause, self._findings, self._lost, first + place)
            for place, clause in enumerate(listed)
            if clauses is None or clause.key in clauses
        ]

    def _slice(self, name: str, unit_id: int) -> tuple[pa.Table, pa.Table]:
        if name not in self._formed:
            table = self._facts.get(name)
            if table is not None and table.num_rows and self._keyed is not None:
                table = self._keyed.owned(name, table)
            if table is not None and table.num_rows and not _in_order(table):
                table = table.sort_by("unit_id")
            formed = judging_form(name, table, self._findings.as_of)
            self._sorted[name] = formed if table is None else table
            self._formed[name] = formed
        formed = self._formed[name]
        units = formed.column("unit_id").to_numpy()
        first, past = np.searchsorted(units, [unit_id, unit_id + 1])
        return (
            self._sorted[name].slice(first, past - first),
            formed.slice(first, past - first),
        )


class _Reader:
    """The rows of one unit, read once for all of its clauses."""

    def __init__(self, rows: UnitRows) -> None:
        self.rows = rows
        self.words = rows.words
        self.calendar = rows.calendar

    def explanation(
        self, clause: Clause, found: Findings, lost: np.ndarray, place: int
    ) -> Explanation:
        verdict = Verdict(int(found.verdict[place]))
        measured, required = int(found.measured[place]), int(found.required[place])
        missing: tuple[str, ...] = ()
        counted: list[EvidenceRow] = []
        rejected: list[EvidenceRow] = []
        if isinstance(clause.rule, RuleKind):
            if verdict in (Verdict.PARTIAL, Verdict.UNMET):
                lacking = clause.rule.lacking(
                    int(found.detail[place]), self.rows.one, self.calendar, self.words
                )
                missing = tuple(lacking)
            said = clause.wording.reasons if clause.wording else {}
            for evidence in clause.rule.evidence(self.words):
                for row in self.rows.evidence_rows(evidence, said):
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
            lost=int(lost[place]),
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
        if verdict is Verdict.NOT_APPLICABLE and self._no_rows(clause, found, place):
            return f"不适用：{self._told(clause, verdict, found, place, missing)}"
        if verdict is Verdict.NOT_APPLICABLE:
            return f"不适用：{CODE_ZH[code]}。" if code != "none" else "不适用。"
        if code == "scored_by_hand":
            return f"人工评分：得 {points_zh(int(found.earned[place]))} 分，满分 {points_zh(clause.points)} 分。"
        if not isinstance(clause.rule, RuleKind) or clause.method != "record":
            waits = f"（等待：{clause.waits_for}）" if clause.waits_for else ""
            return f"未评：{CODE_ZH[code]}{waits}。"
        if verdict is Verdict.NOT_ASSESSED and code != "statistic":
            return f"未评：{CODE_ZH[code]}。"
        if verdict is Verdict.NOT_DUE:
            last = (
                f"最后一日为 {until.year} 年 {until.month} 月 {until.day} 日。"
                if until
                else "评判日尚无到期的期间。"
            )
            return f"未到期：{last}"
        return self._told(clause, verdict, found, place, missing)

    def _told(
        self,
        clause: Clause,
        verdict: Verdict,
        found: Findings,
        place: int,
        missing: tuple[str, ...],
    ) -> str:
        assert isinstance(clause.rule, RuleKind)
        return clause.rule.told(
            Said(
                int(found.measured[place]),
                int(found.required[place]),
                verdict is Verdict.MET,
                missing,
                self.words,
                statistic=clause.class_ == "statistic",
                wording=clause.wording,
            )
        )

    def _no_rows(self, clause: Clause, found: Findings, place: int) -> bool:
        """Not applicable because the pack says so where there is nothing to rate."""
        when_none = getattr(clause.rule, "when_none", "")
        outside = CODES[found.code[place]] == "outside"
        return when_none == "not_applicable" and outside and not found.required[place]


def _in_order(table: pa.Table) -> bool:
    """The facts may be those of one unit already, or of many more than were judged."""
    units = table.column("unit_id").to_numpy()
    return bool((units[1:] >= units[:-1]).all())


def _by_day(row: EvidenceRow) -> tuple[date, int, str]:
    return row.date or date.min, row.record_id, row.title
