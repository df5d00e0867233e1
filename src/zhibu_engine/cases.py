"""Worked cases of a pack: small tables of facts, and what each clause must come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from zhibu_engine.assess import assess
from zhibu_engine.compile import Compiled, standard_compile
from zhibu_engine.explain import explain
from zhibu_engine.facts import MAY_BE_ABSENT, RELATIONS, Relation
from zhibu_engine.matter_cases import MatterCase, matter_case, matter_case_run
from zhibu_engine.packs import PackError, Words
from zhibu_engine.packs.json_schema import CASE, CASE_FILE, EXPECT
from zhibu_engine.packs.source import Located, Place, as_date
from zhibu_engine.packs.workbook import cases_source
from zhibu_engine.points import hundredths
from zhibu_engine.prepare import FactsError, facts_prepare

_ARROW = {
    "id": pa.int64(),
    "int": pa.int64(),
    "bool": pa.bool_(),
    "day": pa.date32(),
    "code": pa.string(),
    "text": pa.string(),
}
#: Parts of a total that are points.
POINTS_OF_SCORE = (
    *("possible", "assessed", "earned", "not_assessed", "not_due", "not_applicable"),
    *("bonus", "penalty", "zeroed"),
)
_EXPECT = tuple(EXPECT["properties"])
_CASE_WORDS = tuple(CASE["properties"])
_FILE_WORDS = tuple(CASE_FILE["properties"])
_UNIT = {"unit_id": 1, "code": "1", "name": "第一党支部", "kind": "branch", "founded": "2000-01-01"}


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case, with the place it was written at."""

    place: str
    name: str
    standard: str
    clause: str
    as_of: date
    facts: Mapping[str, pa.Table]
    expect: Mapping[str, Any]
    #: The person, matter or entry that is judged; 0: the unit, or its first subject.
    subject: int = 0
    #: Points in 0.01 that people gave, by clause.
    manual: Mapping[str, int] = field(default_factory=dict)
    #: Of a case about a matter, which has no standard.
    matter: MatterCase | None = None


def cases_read(path: Path) -> list[Case]:
    """All cases of a pack, in a folder or a workbook.

    Raises:
        PackError: naming file and line or cell, and the words that exist.
    """
    return [case for _, value, located in cases_source(path) for case in _cases(value, located)]


def cases_run(cases: Iterable[Case], words: Words) -> Iterator[str]:
    """What went otherwise than expected, one sentence each."""
    compiled: dict[str, Compiled] = {}
    for case in cases:
        if case.matter is not None:
            yield from matter_case_run(case.matter, words, case.place, case.name, case.expect)
            continue
        if case.standard not in words.standards:
            yield f"{case.place}：没有标准“{case.standard}”；有：{'、'.join(words.standards)}。"
            continue
        if case.standard not in compiled:
            compiled[case.standard] = standard_compile(words, case.standard)
        known = compiled[case.standard].standard.clause_index
        if case.clause and case.clause not in known:
            yield f"{case.place}：标准“{case.standard}”没有条款“{case.clause}”；有：{'、'.join(known)}。"
            continue
        yield from _run(case, compiled[case.standard])


def _run(case: Case, compiled: Compiled) -> Iterator[str]:
    try:
        values, said = (_clause if case.clause else _total)(case, compiled)
    except FactsError as error:
        yield f"{case.place}：{error}"
        return
    except KeyError:
        yield f"{case.place}：用例的事实中没有评判对象 {case.subject}。"
        return
    strange = set(case.expect) - set(values)
    if strange:
        yield f"{case.place}：expect 不认识“{'、'.join(sorted(strange))}”；可用的有：{'、'.join(values)}。"
        return
    for key, wanted in case.expect.items():
        if values[key] != wanted:
            yield f"{case.place}：{case.name}：{key} 应为 {wanted}，实为 {values[key]}。（{said}）"


def _by_hand(case: Case) -> dict[tuple[int, str], int]:
    return {(1, clause): points for clause, points in case.manual.items()}


def _total(case: Case, compiled: Compiled) -> tuple[dict[str, Any], str]:
    """What a case without a clause asks of the total."""
    prepared = facts_prepare(case.facts, case.as_of)
    scores = assess(compiled, prepared, [1], manual=_by_hand(case)).scores()
    wanted = [one for one in scores if case.subject in (0, one.subject_id)]
    if not wanted:
        raise FactsError("用例中没有这个评判对象。")
    values = asdict(wanted[0])
    for name in POINTS_OF_SCORE:
        values[name] = values[name] / 100
    del values["unit_id"], values["subject_id"]
    return values, f"已评 {values['assessed']:g} 分，得 {values['earned']:g} 分"


def _clause(case: Case, compiled: Compiled) -> tuple[dict[str, Any], str]:
    got = explain(
        compiled,
        case.facts,
        1,
        case.clause,
        as_of=case.as_of,
        manual=_by_hand(case),
        subject_id=case.subject,
    )
    values: dict[str, Any] = {
        "verdict": got.verdict,
        "code": got.code,
        "measured": got.measured,
        "required": got.required,
        "lost": got.lost / 100,
        "earned": got.earned / 100,
        "missing": list(got.missing),
        "rejected": len(got.rejected),
        "counted": len(got.counted),
        "until": str(got.until or ""),
    }
    return values, got.sentence


def _cases(value: Any, located: Located) -> Iterator[Case]:
    if not isinstance(value, dict) or not isinstance(value.get("cases"), list):
        raise PackError(f"{located.place(())}：用例文件要写 cases: 列表。")
    _refuse_unknown(value, _FILE_WORDS, located, ())
    defaults = value.get("defaults") or {}
    for place, case in enumerate(value["cases"]):
        at = located.place(("cases", place))
        if not isinstance(case, dict) or not isinstance(case.get("expect"), dict):
            raise PackError(
                f"{at}：用例要写 name、clause（或者 procedure）、facts（或者 done）和 expect。"
            )
        _refuse_unknown(case, _CASE_WORDS, located, ("cases", place))
        _refuse_unknown(case["expect"], _EXPECT, located, ("cases", place, "expect"))
        matter = matter_case(value, case, at)
        if matter is not None:
            yield Case(at, str(case.get("name", "")), "", matter.procedure, matter.opened, {}, case["expect"],
                       matter=matter)  # fmt: skip
            continue
        as_of = as_date(case.get("as_of", value.get("as_of", "")))
        yield Case(
            at,
            str(case.get("name", "")),
            str(case.get("standard", value.get("standard", ""))),
            str(case.get("clause", value.get("clause", ""))),
            as_of,
            facts_tables(case.get("facts") or {}, defaults, as_of, at),
            case["expect"],
            int(case.get("subject", 0)),
            {key: hundredths(points) for key, points in (case.get("manual") or {}).items()},
        )


def _refuse_unknown(
    given: Mapping[str, Any], known: tuple[str, ...], located: Located, path: Place
) -> None:
    for word in given:
        if word not in known:
            raise PackError(
                f"{located.place((*path, word))}：用例不认识“{word}”；可用的有：{'、'.join(known)}。"
            )


def facts_tables(
    rows: Mapping[str, Any], defaults: Mapping[str, Any], as_of: date, place: str
) -> dict[str, pa.Table]:
    """Small tables as a case writes them: a list of days makes a row each, ids are filled in."""
    rows = dict(rows)
    unit = rows.pop("unit", None) or [{}]
    rows["unit"] = [unit] if isinstance(unit, dict) else unit
    for name in (*rows, *defaults):
        if name not in RELATIONS:
            raise PackError(f"{place}：没有关系“{name}”；有：{'、'.join(RELATIONS)}。")
    # In a case nothing is absent: what is not written is a zero.
    for name in MAY_BE_ABSENT:
        rows.setdefault(name, [])
    return {
        name: _table(
            RELATIONS[name], _expanded(name, listed, defaults.get(name) or {}, as_of), place
        )
        for name, listed in rows.items()
    }


def _expanded(
    name: str, listed: Any, default: Mapping[str, Any], as_of: date
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in listed or []:
        whole = {**default, **row}
        event = RELATIONS[name].event
        days = whole.get(event) if event else None
        for day in days if isinstance(days, list) else [days]:
            found.append({**whole, event: day} if day is not None else dict(whole))
    for number, row in enumerate(found, start=1):
        row.setdefault("unit_id", 1)
        for column in ("record_id", "segment_id", "person_id"):
            if column in RELATIONS[name].by_name:
                row.setdefault(column, number)
        if "year" in RELATIONS[name].by_name:
            row.setdefault("year", as_of.year)
        if name == "unit":
            for column, value in _UNIT.items():
                row.setdefault(column, value)
    return found


def _table(relation: Relation, rows: list[dict[str, Any]], place: str) -> pa.Table:
    given = {column for row in rows for column in row}
    for strange in sorted(given - set(relation.by_name)):
        known = "、".join(relation.by_name)
        raise PackError(f"{place}：《{relation.zh}》没有列“{strange}”；有：{known}。")
    columns = {}
    for column in relation.columns:
        if rows and column.name not in given:
            continue
        values = [
            row.get(column.name, column.empty if column.type != "day" else None) for row in rows
        ]
        if column.type == "day":
            values = [None if value is None else as_date(value) for value in values]
        try:
            columns[column.name] = pa.array(values, _ARROW[column.type])
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            raise PackError(
                f"{place}：《{relation.zh}》的“{column.name}”有写错的值：{values}。"
            ) from None
    return pa.table(columns)
