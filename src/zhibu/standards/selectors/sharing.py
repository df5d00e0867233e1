"""One record, several standards: where else the records of a clause count, and what is met there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from zhibu.organization.models import Unit
from zhibu.standards.adopted import Version, compiled_load
from zhibu.standards.models import Finding
from zhibu.standards.selectors.findings import FindingView, ScoreView, unit_scores
from zhibu_engine.sharing import clauses_shared

#: Version and standard of one that a unit keeps.
Kept = tuple[Version, str]


@dataclass(frozen=True, slots=True)
class SharedClause:
    """A clause of another standard that counts the same records."""

    standard: str
    clause: str
    verdict: str
    url: str
    is_trial: bool


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A clause of the standard shown, and the clauses elsewhere that its records also serve."""

    title: str
    url: str
    verdict: str
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What of a standard rests on records that other standards ask for as well."""

    lines: tuple[SharedLine, ...]

    @property
    def met(self) -> int:
        return sum(line.verdict == "met" for line in self.lines)


def finding_shared(unit: Unit, standard: str, clause: str, year: int) -> list[SharedClause]:
    """Three queries at most: the totals say by which versions the unit was judged, then the verdicts."""
    scores = unit_scores(unit, year)
    score = next((one for one in scores if one.standard.key == standard), None)
    keys = _map(score, scores).get(clause, ()) if score else ()
    if not keys:
        return []
    rows = Finding.objects.filter(
        unit=unit, year=year, standard__in={key for key, _clause in keys}
    ).values_list("standard", "clause", "verdict")
    verdicts = {(key, one): verdict for key, one, verdict in rows}
    by_key = {one.standard.key: one for one in scores}
    return [
        SharedClause(
            by_key[key].standard.title,
            compiled_load(by_key[key].version, key).standard.clause(one).title,
            verdicts[key, one],
            f"{reverse('standards:finding', args=[unit.pk, key, one])}?year={year}",
            by_key[key].standard.is_trial,
        )
        for key, one in keys
        if verdicts.get((key, one), "not_applicable") != "not_applicable"
    ]


def standard_shared(
    score: ScoreView, scores: Sequence[ScoreView], findings: Sequence[FindingView]
) -> Shared:
    """For the page of a unit; everything is at hand already."""
    found = _map(score, scores)
    titles = {one.standard.key: one.standard.title for one in scores}
    lines = []
    for finding in findings:
        if finding.key in found and finding.verdict != "not_applicable":
            elsewhere = dict.fromkeys(titles[key] for key, _clause in found[finding.key])
            lines.append(SharedLine(finding.title, finding.url, finding.verdict, tuple(elsewhere)))
    return Shared(tuple(lines))


def _map(
    score: ScoreView, scores: Sequence[ScoreView]
) -> Mapping[str, tuple[tuple[str, str], ...]]:
    others = tuple(
        (one.version, one.standard.key) for one in scores if one.standard.key != score.standard.key
    )
    return _shared((score.version, score.standard.key), others)


@lru_cache(maxsize=64)
def _shared(one: Kept, others: tuple[Kept, ...]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Published versions never change, so this is worked out once for each combination."""
    compiled = compiled_load(*one)
    known = [compiled_load(*other) for other in others]
    return clauses_shared(
        compiled.standard, compiled.words, [(each.standard, each.words) for each in known]
    )
