"""Scores and findings of one unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.organization.models import Adoption, Unit
from zhibu.standards.adopted import Applied, Version, compiled_load, standards_applied, unit_rows
from zhibu.standards.links import Link, form_link
from zhibu.standards.models import Finding, Score
from zhibu.standards.said import finding_sentence
from zhibu_engine.compile import Compiled
from zhibu_engine.packs import Clause, Standard
from zhibu_engine.report import level_sentence

JUDGED = frozenset({"met", "partial", "unmet"})
FAILED = frozenset({"partial", "unmet"})


@dataclass(frozen=True, slots=True)
class StandardRef:
    """A standard as a name: what it is called, its label (示例), the pack it comes from."""

    key: str
    title: str
    label: str
    pack: str
    mode: str = Adoption.Mode.ENFORCE
    points: int = 0

    @property
    def is_trial(self) -> bool:
        """试行: shown for comparison, asked of nobody."""
        return self.mode == Adoption.Mode.OBSERVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreView:
    """A total with its coverage, in 0.01 points."""

    unit_id: int
    standard: StandardRef
    version: Version
    year: int
    as_of: date
    clauses: int
    possible: int
    assessed: int
    earned: int
    not_assessed: int
    not_due: int
    not_applicable: int
    met: int
    failed: int
    bonus: int = 0
    penalty: int = 0
    zeroed: int = 0
    level: str = ""
    level_low: str = ""
    level_high: str = ""
    #: 等次：达标, or what it may still become; empty where the standard has no levels.
    level_sentence: str = ""

    @property
    def parts_sentence(self) -> str:
        """What the total holds beyond the points of its clauses."""
        return "，".join(
            text % {"points": points_text(points)}
            for points, text in (
                (self.bonus, _("加分 %(points)s 分")),
                (self.penalty, _("扣分 %(points)s 分")),
                (self.zeroed, _("整项不得分 %(points)s 分")),
            )
            if points
        )

    @property
    def judged(self) -> int:
        return self.met + self.failed

    @property
    def rate(self) -> float | None:
        """Earned of what was assessed; where there are no points, clauses met of those judged."""
        if self.possible:
            return self.earned / self.assessed if self.assessed else None
        return self.met / self.judged if self.judged else None

    @property
    def coverage_sentence(self) -> str:
        """Never a total without what it covers."""
        if not self.possible:
            return self._counted()
        earned = _("已评 %(assessed)s 分，得 %(earned)s 分") % {
            "assessed": points_text(self.assessed),
            "earned": points_text(self.earned),
        }
        of_which = _("（其中%(parts)s）") % {"parts": self.parts_sentence}
        parts = [earned + (of_which if self.parts_sentence else "")]
        rest = [
            text % {"points": points_text(points)}
            for points, text in (
                (self.not_assessed, _("%(points)s 分未评")),
                (self.not_due, _("%(points)s 分未到期")),
                (self.not_applicable, _("%(points)s 分不适用")),
            )
            if points
        ]
        return "；".join([*parts, *(["，".join(rest)] if rest else [])])

    def _counted(self) -> str:
        said = _("已评 %(judged)s 条，满足 %(met)s 条") % {"judged": self.judged, "met": self.met}
        rest = self.clauses - self.judged
        if not rest:
            return said
        return said + _("；%(rest)s 条未评、未到期或不适用") % {"rest": rest}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One clause of one unit as a page shows it. Points in 0.01."""

    unit_id: int
    standard: str
    key: str
    title: str
    group: str
    group_title: str
    item: str
    item_title: str
    class_: str
    verdict: str
    code: str
    possible: int
    earned: int
    measured: int
    required: int
    until: date | None
    sentence: str
    form: str
    fix: str = ""
    link: Link | None = field(default=None)

    @property
    def lost(self) -> int:
        """A bonus that was not earned is no loss."""
        judged = self.verdict in JUDGED and self.class_ != "bonus"
        return self.possible - self.earned if judged else 0

    @property
    def points_said(self) -> str:
        return clause_points(self.class_, self.verdict, self.possible, self.earned)

    @property
    def url(self) -> str:
        return reverse("standards:finding", args=[self.unit_id, self.standard, self.key])

    @property
    def is_open(self) -> bool:
        """建哪些: still to be established: not judged yet or not due yet."""
        return self.verdict in {"not_assessed", "not_due"} and self.code != "statistic"

    @property
    def is_failed(self) -> bool:
        """改哪里."""
        return self.verdict in FAILED and self.class_ != "bonus"


def clause_points(class_: str, verdict: str, possible: int, earned: int) -> str:
    """What a clause brought or took, as it stands beside it."""
    if not possible:
        return ""
    judged, most = verdict in JUDGED, points_text(possible)
    if class_ == "bonus":
        return _("加 %(points)s 分（最多 %(most)s 分）") % {
            "points": points_text(earned if judged else 0),
            "most": most,
        }
    if class_ == "penalty":
        return _("扣 %(points)s 分（最多 %(most)s 分）") % {
            "points": points_text(possible - earned if judged else 0),
            "most": most,
        }
    if not judged:
        return _("%(most)s 分") % {"most": most}
    return _("%(points)s / %(most)s 分") % {"points": points_text(earned), "most": most}


def level_said(standard: Standard, score: Any) -> str:
    """The level of a stored score (a row of values, or an object) in words."""
    if not standard.levels:
        return ""
    values = score if isinstance(score, dict) else vars(score)
    return level_sentence(standard, SimpleNamespace(**values))


def level_counts(standard: Standard, levels: Iterable[str]) -> list[tuple[str, int]]:
    """(title, number of units) of each level, the best first, then those still undecided."""
    counts = Counter(levels)
    found = [(level.title, counts[level.key]) for level in standard.levels]
    return [*found, (_("等次待定"), counts[""])] if found else []


def points_text(points: int) -> str:
    return f"{points / 100:.2f}".rstrip("0").rstrip(".") or "0"


def standard_ref(
    standard: Standard, version: Version, mode: str = Adoption.Mode.ENFORCE
) -> StandardRef:
    total = sum(clause.points for clause in standard.clauses)
    return StandardRef(standard.key, standard.title, standard.label, version.key, mode, total)


def standards_applied_to(unit: Unit, day: date) -> tuple[Applied, ...]:
    rows = unit_rows([unit.pk])
    return standards_applied(rows, day).get(unit.pk, ())


def standards_for(unit: Unit, day: date) -> list[StandardRef]:
    """The standards a unit keeps: those in force before those on trial, those with points first."""
    refs = [
        standard_ref(one.compiled.standard, one.version, one.mode)
        for one in standards_applied_to(unit, day)
    ]
    return sorted(refs, key=lambda ref: (ref.is_trial, -ref.points, ref.key))


NUMBERS = (
    "possible",
    "assessed",
    "earned",
    "not_assessed",
    "not_due",
    "not_applicable",
    "met",
    "failed",
    "bonus",
    "penalty",
    "zeroed",
)
LEVELS = ("level", "level_low", "level_high")
#: Those of them that are no points.
COUNTS = frozenset({"met", "failed"})
_VERSION = ("pack", "pack__key", "pack__version", "pack__digest")
#: The columns of a stored score that :func:`score_view` reads.
SCORE_COLUMNS = ("unit", "standard", "mode", "as_of", *_VERSION, *NUMBERS, *LEVELS)


def unit_scores(unit: Unit, year: int) -> list[ScoreView]:
    """All stored totals of a unit and year: in force before on trial, those with points first. One query."""
    rows = Score.objects.filter(unit=unit, year=year).values(*SCORE_COLUMNS)
    return sorted(
        (score_view(row, year) for row in rows),
        key=lambda s: (s.standard.is_trial, -s.possible, s.standard.key),
    )


def unit_score(unit: Unit, standard: str, year: int) -> ScoreView | None:
    """The stored total; None where the unit was never judged by that standard in that year."""
    return next(
        (score for score in unit_scores(unit, year) if score.standard.key == standard), None
    )


def score_view(row: dict[str, Any], year: int) -> ScoreView:
    version = Version(*(row[name] for name in _VERSION))
    standard = compiled_load(version, row["standard"]).standard
    return ScoreView(
        unit_id=row["unit"],
        standard=standard_ref(standard, version, row["mode"]),
        version=version,
        year=year,
        as_of=row["as_of"],
        clauses=len(standard.clauses),
        level_sentence=level_said(standard, row),
        **{name: row[name] for name in NUMBERS + LEVELS},
    )


def unit_findings(
    unit: Unit, standard: str, year: int, *, score: ScoreView | None = None
) -> list[FindingView]:
    """Every clause in the order of the standard. Two queries; one if the score is at hand."""
    score = score or unit_score(unit, standard, year)
    if score is None:
        return []
    compiled = compiled_load(score.version, standard)
    rows = {
        row["clause"]: row
        for row in Finding.objects.filter(unit=unit, standard=standard, year=year).values()
    }
    return [
        finding_view(compiled, clause, rows[clause.key], score.as_of)
        for clause in compiled.standard.clauses
        if clause.key in rows
    ]


def finding_view(
    compiled: Compiled, clause: Clause, row: dict[str, Any], as_of: date
) -> FindingView:
    group, group_title, item_title = clause_place(compiled.standard, clause)
    return FindingView(
        unit_id=row["unit_id"],
        standard=compiled.standard_key,
        key=clause.key,
        title=clause.title,
        group=group,
        group_title=group_title,
        item=clause.item,
        item_title=item_title,
        class_=clause.class_,
        verdict=row["verdict"],
        code=row["code"],
        possible=row["possible"],
        earned=row["earned"],
        measured=row["measured"],
        required=row["required"],
        until=row["until_on"],
        sentence=finding_sentence(
            clause,
            compiled.words,
            verdict=row["verdict"],
            code=row["code"],
            measured=row["measured"],
            required=row["required"],
            detail=row["detail"],
            until=row["until_on"],
            as_of=as_of,
        ),
        form=clause.form,
        fix=clause.fix,
        link=form_link(clause.form, row["unit_id"], compiled.words, as_of) if clause.form else None,
    )


def clause_place(standard: Standard, clause: Clause) -> tuple[str, str, str]:
    """(group key, group title, item title) of a clause."""
    item = next((item for item in standard.items if item.key == clause.item), None)
    key = standard.group_of(clause)
    group = next((group for group in standard.groups if group.key == key), None)
    return key, group.title if group else "", item.title if item else ""
