"""One finding down to the records counted and rejected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.documents.models import Document
from zhibu.meetings.models import Sitting
from zhibu.organization.models import Unit
from zhibu.standards.adopted import Applied
from zhibu.standards.judging import exemptions_on, unit_facts
from zhibu.standards.links import Link, form_link, record_url
from zhibu.standards.models import Exemption
from zhibu.standards.selectors.findings import clause_place, standards_applied_to
from zhibu_engine.compile import Compiled
from zhibu_engine.explain import EvidenceRow, Explanation, explain
from zhibu_engine.packs import Clause


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record that was looked at, with its page if the viewer may see it."""

    day: date | None
    title: str
    reasons: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Everything the finding page shows."""

    explanation: Explanation
    clause: Clause
    group_title: str
    item_title: str
    standard_title: str
    standard_label: str
    counted: list[RecordLine]
    rejected: list[RecordLine]
    link: Link | None
    exemption: Exemption | None
    criteria: tuple[str, ...] = ()

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
    return explain(compiled, facts, unit.pk, clause, as_of=day, exemptions=exempt)


def finding_explained(
    unit: Unit, standard: str, clause: str, day: date, viewer: Any
) -> Explained | None:
    """The explanation with links: a record that the viewer may not see keeps its line, not its link."""
    applied = applied_find(unit, standard, day)
    if applied is None or clause not in applied.compiled.standard.clause_index:
        return None
    compiled = applied.compiled
    found = _explain(unit, compiled, clause, day)
    visible = _visible_records([*found.counted, *found.rejected], viewer)
    written = compiled.standard.clause(clause)
    _key, group_title, item_title = clause_place(compiled.standard, written)
    return Explained(
        explanation=found,
        clause=written,
        group_title=group_title,
        item_title=item_title,
        standard_title=compiled.standard.title,
        standard_label=compiled.standard.label,
        counted=[_line(row, visible) for row in found.counted],
        rejected=[_line(row, visible) for row in found.rejected],
        link=form_link(written.form, unit.pk, compiled.words, day) if written.form else None,
        exemption=Exemption.objects.filter(
            unit=unit, standard=standard, clause=clause, from_on__lte=day, to_on__gte=day
        ).first(),
        criteria=_criteria(compiled, written),
    )


def _criteria(compiled: Compiled, clause: Clause) -> tuple[str, ...]:
    """The named criteria of the standard that the clause's item covers (24→19)."""
    item = next((item for item in compiled.standard.items if item.key == clause.item), None)
    titles = {criterion.key: criterion.title for criterion in compiled.standard.criteria}
    return tuple(titles[key] for key in item.maps if key in titles) if item else ()


def _visible_records(rows: list[EvidenceRow], viewer: Any) -> set[tuple[str, int]]:
    sittings = {row.record_id for row in rows if row.relation in {"segment", "attendance", "part"}}
    documents = {row.record_id for row in rows if row.relation == "document"}
    seen: set[tuple[str, int]] = set()
    if sittings:
        found = (
            Sitting.objects.visible_to(viewer).filter(pk__in=sittings).values_list("pk", flat=True)
        )
        seen |= {("meetings", pk) for pk in found}
    if documents:
        found = (
            Document.objects.visible_to(viewer)
            .filter(pk__in=documents)
            .values_list("pk", flat=True)
        )
        seen |= {("documents", pk) for pk in found}
    return seen


def _line(row: EvidenceRow, visible: set[tuple[str, int]]) -> RecordLine:
    app = "documents" if row.relation == "document" else "meetings"
    url = record_url(row.relation, row.record_id) if (app, row.record_id) in visible else ""
    return RecordLine(row.date, row.title, row.reasons, url)
