"""One finding down to the records counted and rejected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhibu.documents.models import Document
from zhibu.meetings.models import Sitting
from zhibu.organization.models import Unit
from zhibu.organization.policies import may_record
from zhibu.shared import clock
from zhibu.standards.adopted import Applied
from zhibu.standards.judging import exemptions_on, hand_points, unit_facts
from zhibu.standards.links import Link, correct_url, form_link, record_url
from zhibu.standards.models import Exemption, HandScore
from zhibu.standards.selectors.findings import (
    FAILED,
    clause_place,
    clause_points,
    standards_applied_to,
)
from zhibu.standards.selectors.mending import due_spans, is_of_records, late_link
from zhibu_engine.compile import Compiled
from zhibu_engine.explain import EvidenceRow, Explanation, explain
from zhibu_engine.kinds.breach_count import BreachCount
from zhibu_engine.kinds.periods import PER_UNIT_ZH
from zhibu_engine.packs import Clause


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record that was looked at, with its page if the viewer may see it."""

    day: date | None
    title: str
    reasons: tuple[str, ...]
    url: str
    #: The form that corrects it, for those who may.
    correct_url: str = ""


@dataclass(frozen=True, slots=True)
class GivenLine:
    """Points given by hand, in words."""

    pk: int
    points: str
    choice: str
    assessor: str
    reason: str
    by: str
    at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Everything the finding page shows."""

    explanation: Explanation
    clause: Clause
    as_of: date
    group_title: str
    item_title: str
    standard_title: str
    standard_label: str
    is_trial: bool
    counted: list[RecordLine]
    rejected: list[RecordLine]
    link: Link | None
    exemption: Exemption | None
    #: Points given by hand for the year, the current row first, then those replaced.
    given: tuple[GivenLine, ...]
    may_write: bool = False
    criteria: tuple[str, ...] = ()

    @property
    def counts_breaches(self) -> bool:
        """The records of interest are those that break the rule."""
        return isinstance(self.clause.rule, BreachCount)

    @property
    def is_manual(self) -> bool:
        return self.clause.method == "manual"

    @property
    def guide(self) -> str:
        return str(getattr(self.clause.rule, "guide", ""))

    @property
    def scale(self) -> tuple[Any, ...]:
        """The steps a person chooses from, the best first; none: free points."""
        return tuple(getattr(self.clause.rule, "scale", ()))

    @property
    def is_corrected(self) -> bool:
        """Records were not counted: correcting them comes before entering more."""
        return self.explanation.verdict in FAILED and bool(self.rejected)

    @property
    def future(self) -> int:
        """Counted records of a period that is not over yet, so not yet in the number found."""
        spans = due_spans(self.clause.rule, self.as_of)
        if not spans:
            return 0
        return sum(row.day is not None and row.day > spans[-1].last for row in self.counted)

    @property
    def due_periods(self) -> int:
        """How many periods are over; 0 where the rule asks for nothing in each period."""
        return len(due_spans(self.clause.rule, self.as_of))

    @property
    def period_unit(self) -> str:
        """个月, 个季度: what the due periods are counted in."""
        return PER_UNIT_ZH.get(getattr(self.clause.rule, "per", ""), "")

    @property
    def today(self) -> date:
        return clock.today()

    @property
    def needs_verifying(self) -> bool:
        """The pack says that the article has not been checked yet."""
        return "待核" in self.explanation.basis


def clause_explanation(unit: Unit, standard: str, clause: str, day: date) -> Explanation | None:
    """The engine's explanation of one clause, from the facts of the moment; None if it does not apply."""
    applied = applied_find(unit, standard, day)
    if applied is None or clause not in applied.compiled.standard.clause_index:
        return None
    return _explain(unit, applied.compiled, clause, day)


def applied_find(unit: Unit, standard: str, day: date) -> Applied | None:
    return next((one for one in standards_applied_to(unit, day) if one.key == standard), None)


def _explain(unit: Unit, compiled: Compiled, clause: str, day: date) -> Explanation:
    facts = unit_facts(unit.pk, day, compiled)
    exempt = exemptions_on([unit.pk], day).get(compiled.standard_key, ())
    given = hand_points([unit.pk], day.year).get(compiled.standard_key)
    return explain(compiled, facts, unit.pk, clause, as_of=day, exemptions=exempt, manual=given)


def finding_explained(
    unit: Unit, standard: str, clause: str, day: date, viewer: Any
) -> Explained | None:
    """The explanation with links: a record that the viewer may not see keeps its line, not its link."""
    applied = applied_find(unit, standard, day)
    if applied is None or clause not in applied.compiled.standard.clause_index:
        return None
    compiled = applied.compiled
    found = _explain(unit, compiled, clause, day)
    may_write = may_record(viewer, unit)
    visible = _visible_records([*found.counted, *found.rejected], viewer)
    mine = unit.pk if may_write else 0
    written = compiled.standard.clause(clause)
    _key, group_title, item_title = clause_place(compiled.standard, written)
    return Explained(
        explanation=found,
        clause=written,
        as_of=day,
        may_write=may_write,
        group_title=group_title,
        item_title=item_title,
        standard_title=compiled.standard.title,
        standard_label=compiled.standard.label,
        is_trial=applied.is_trial,
        counted=[_line(row, visible, 0) for row in found.counted],
        rejected=[_line(row, visible, mine) for row in found.rejected],
        link=_link(written, compiled, found, unit, day) if may_write else None,
        exemption=Exemption.objects.held_on(day)
        .filter(unit=unit, standard=standard, clause=clause)
        .first(),
        given=_given(unit, standard, written, day.year),
        criteria=_criteria(compiled, written),
    )


def _given(unit: Unit, standard: str, clause: Clause, year: int) -> tuple[GivenLine, ...]:
    if clause.method != "manual":
        return ()
    rows = HandScore.objects.filter(
        unit=unit, standard=standard, clause=clause.key, year=year
    ).order_by("-pk")
    return tuple(
        GivenLine(
            row.pk,
            clause_points(clause.class_, "met", clause.points, row.points),
            row.choice,
            str(row.get_assessor_display()),
            row.reason,
            row.by,
            row.at,
            row.replaced_at,
        )
        for row in rows
    )


def _criteria(compiled: Compiled, clause: Clause) -> tuple[str, ...]:
    """The named criteria of the standard that the clause's item covers (24→19)."""
    item = next((item for item in compiled.standard.items if item.key == clause.item), None)
    titles = {criterion.key: criterion.title for criterion in compiled.standard.criteria}
    return tuple(titles[key] for key in item.maps if key in titles) if item else ()


def _link(
    clause: Clause, compiled: Compiled, found: Explanation, unit: Unit, day: date
) -> Link | None:
    """The form: of the first past period without any record, else of today."""
    if not clause.form:
        return None
    seen = [row.date for row in (*found.counted, *found.rejected) if row.date]
    lacking = [span for span in due_spans(clause.rule, day) if span.label in found.missing]
    empty = [span for span in lacking if not any(span.first <= on <= span.last for on in seen)]
    if empty and clause.form.startswith("sitting"):
        return late_link(clause, compiled.words, unit.pk, empty[0], day)
    if found.verdict in FAILED and found.rejected and (lacking or is_of_records(clause)):
        return None
    return form_link(clause.form, unit.pk, compiled.words, day)


def _visible_records(rows: list[EvidenceRow], viewer: Any) -> dict[tuple[str, int], int]:
    """Whose each record is, of those that the viewer may see."""
    sittings = {row.record_id for row in rows if row.relation in {"segment", "attendance", "part"}}
    documents = {row.record_id for row in rows if row.relation == "document"}
    seen: dict[tuple[str, int], int] = {}
    for app, model, asked in (("meetings", Sitting, sittings), ("documents", Document, documents)):
        if asked:
            found = model.objects.visible_to(viewer).filter(pk__in=asked)
            seen |= {(app, pk): owner for pk, owner in found.values_list("pk", "record__owner_id")}
    return seen


def _line(row: EvidenceRow, visible: dict[tuple[str, int], int], mine: int) -> RecordLine:
    app = "documents" if row.relation == "document" else "meetings"
    owner = visible.get((app, row.record_id))
    url = record_url(row.relation, row.record_id) if owner else ""
    correct = correct_url(row.relation, row.record_id) if mine and owner == mine else ""
    return RecordLine(row.date, row.title, row.reasons, url, correct)
