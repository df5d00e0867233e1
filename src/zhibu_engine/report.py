"""The results of units, explained, ready to be written as a file (``report_files``) in whichever form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from zhibu_engine.assess import Findings, Score
from zhibu_engine.compile import Compiled
from zhibu_engine.explain import Explainer, Explanation, points_zh
from zhibu_engine.packs import Standard
from zhibu_engine.subjects import subject_names
from zhibu_engine.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class PackRef:
    """The pack version that was judged by."""

    key: str
    version: str
    title: str
    digest: str


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as a table prints it. Points in 0.01."""

    standard: str
    unit_code: str
    unit: str
    clause: str
    title: str
    verdict: str
    possible: int
    earned: int
    lost: int
    measured: int
    required: int
    sentence: str
    missing: str
    basis: str
    fix: str
    until: str


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit by one standard: the total, and every clause explained down to its records."""

    code: str
    name: str
    score: Score
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True)
class Sheet:
    """One standard's results for the units it applies to."""

    standard: Standard
    units: tuple[UnitResult, ...]

    @property
    def scores(self) -> list[tuple[str, str, Score]]:
        return [(unit.code, unit.name, unit.score) for unit in self.units]

    @property
    def lines(self) -> Iterator[Line]:
        for unit in self.units:
            for found in unit.explanations:
                yield _line(self.standard.key, unit, found)


@dataclass(frozen=True)
class Report:
    pack: PackRef
    as_of: date
    sheets: tuple[Sheet, ...]
    #: A sentence about the standing of the results (试行).
    note: str = ""


def coverage_sentence(score: Score) -> str:
    """A total is never shown without what it covers."""
    if not score.possible:
        return f"满足 {score.met} 条，未满足 {score.failed} 条。"
    text = f"已评 {points_zh(score.assessed)} 分，得 {points_zh(score.earned)} 分{_parts(score)}"
    rest = [
        f"{points_zh(points)} 分{word}"
        for points, word in (
            (score.not_assessed, "未评"),
            (score.not_due, "未到期"),
            (score.not_applicable, "不适用"),
        )
        if points
    ]
    return f"{text}；{'，'.join(rest)}。" if rest else f"{text}。"


def _parts(score: Score) -> str:
    """What the total holds beyond the points of its clauses."""
    said = [
        f"{word} {points_zh(points)} 分"
        for points, word in (
            (score.bonus, "加分"),
            (score.penalty, "扣分"),
            (score.zeroed, "整项不得分"),
        )
        if points
    ]
    return f"（其中{'，'.join(said)}）" if said else ""


def level_sentence(standard: Standard, score: Score) -> str:
    """The level, or what it may still become; empty where the standard has none."""
    titles = {level.key: level.title for level in standard.levels}
    if not titles:
        return ""
    if score.level:
        return f"等次：{titles[score.level]}"
    keys = list(titles)
    best, worst = keys.index(score.level_high), keys.index(score.level_low)
    *others, last = [titles[key] for key in reversed(keys[best : worst + 1])]
    open_ = [
        f"{word} {points_zh(points)} 分"
        for points, word in ((score.not_assessed, "未评"), (score.not_due, "未到期"))
        if points
    ]
    what = "，".join(open_) or "有的条款还没有结论"
    return f"等次待定：{what}，可能为{'、'.join(others)}或{last}"


def total_sentence(standard: Standard, score: Score) -> str:
    """What a total covers, and the level that it gives."""
    level = level_sentence(standard, score)
    return f"{coverage_sentence(score)}{level}。" if level else coverage_sentence(score)


def titled(standard: Standard) -> str:
    """The standard's title with its label (示例)."""
    return f"{standard.title}（{standard.label}）" if standard.label else standard.title


def basis_zh(basis: str) -> str:
    """The article, or that it still has to be checked; never an invented one."""
    return basis or "条文待核"


def sheet_make(
    compiled: Compiled,
    findings: Findings,
    facts: Mapping[str, pa.Table],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Sheet:
    """Explain every finding of the units to which at least one clause applies; ``facts`` are in file form."""
    units = unit_names(facts)
    concerned = (findings.matrix("verdict") != Verdict.NOT_APPLICABLE).any(axis=1)
    explainer = Explainer(findings, compiled, facts)
    found: list[UnitResult] = []
    shown = [
        score for score, concerns in zip(findings.scores(), concerned, strict=True) if concerns
    ]
    shown.sort(key=lambda score: (units[score.unit_id], score.subject_id))
    kind = compiled.standard.subject.kind
    subjects = {} if kind == "unit" else subject_names(facts, kind)
    for done, score in enumerate(shown, start=1):
        explained = explainer.unit(score.unit_id, subject_id=score.subject_id)
        code, name = units[score.unit_id]
        whom = subjects.get(score.subject_id, "")
        found.append(UnitResult(code, f"{name} {whom}".strip(), score, tuple(explained)))
        if progress is not None:
            progress(done, len(shown))
    return Sheet(compiled.standard, tuple(found))


def _line(standard: str, unit: UnitResult, found: Explanation) -> Line:
    return Line(
        standard,
        unit.code,
        unit.name,
        found.clause,
        found.title,
        found.verdict,
        found.possible,
        found.earned,
        found.lost,
        found.measured,
        found.required,
        found.sentence,
        "、".join(found.missing),
        found.basis,
        found.fix,
        str(found.until or ""),
    )


def unit_names(facts: Mapping[str, pa.Table]) -> dict[int, tuple[str, str]]:
    """unit id → (code, name)."""
    table = facts["unit"]
    ids = table.column("unit_id").to_pylist()

    def texts(name: str) -> list[Any]:
        return list(table.column(name).to_pylist()) if name in table.column_names else list(ids)

    return {
        int(unit): (
            str(code if code is not None else unit),
            str(name if name is not None else unit),
        )
        for unit, code, name in zip(ids, texts("code"), texts("name"), strict=True)
    }
