"""What other apps and the pages ask of the judgements."""

from zhibu.standards.selectors.actions import Action, next_actions
from zhibu.standards.selectors.explained import Explained, clause_explanation, finding_explained
from zhibu.standards.selectors.findings import (
    FindingView,
    ScoreView,
    StandardRef,
    standards_for,
    unit_findings,
    unit_score,
    unit_scores,
)
from zhibu.standards.selectors.grid import GridCell, GridRow, unit_grid
from zhibu.standards.selectors.heat import HeatMap, heat_map
from zhibu.standards.selectors.indicators import Indicators, indicators
from zhibu.standards.selectors.scope import YEARS, years_offered
from zhibu.standards.selectors.subjects import subject_standards, subjects_judged

__all__ = [
    "YEARS",
    "Action",
    "Explained",
    "FindingView",
    "GridCell",
    "GridRow",
    "HeatMap",
    "Indicators",
    "ScoreView",
    "StandardRef",
    "clause_explanation",
    "finding_explained",
    "heat_map",
    "indicators",
    "next_actions",
    "standards_for",
    "subject_standards",
    "subjects_judged",
    "unit_findings",
    "unit_grid",
    "unit_score",
    "unit_scores",
    "years_offered",
]
