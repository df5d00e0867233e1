"""What other apps and pages may ask about documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet

from zhibu.accounts.models import User
from zhibu.documents.adoption import Adopter, adopters
from zhibu.documents.kinds import (
    PERIODS,
    Kind,
    document_kinds,
    period_chosen,
    period_days,
    period_title,
)
from zhibu.documents.models import Document, PlanItem
from zhibu.organization.models import Unit
from zhibu.records.models import Record, RecordLink

__all__ = [
    "PERIODS",
    "Adopter",
    "DocumentRow",
    "Kind",
    "adopters",
    "document_kinds",
    "document_rows",
    "documents_query",
    "documents_written",
    "period_chosen",
    "period_days",
    "period_title",
    "plan_items",
]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A line of the list of documents."""

    document_id: int
    title: str
    kind: str
    kind_title: str
    year: int
    period: str
    day: date
    items: int
    adopted: bool
    needs_adoption: bool
    is_late: bool
    voided: bool


def documents_query(user: User, unit: Unit) -> QuerySet[Document]:
    """Documents of the unit that the user may see, with what the list shows."""
    adopted = RecordLink.objects.filter(
        record=OuterRef("record"), relation=RecordLink.Relation.ADOPTED_BY
    ).exclude(target__state=Record.State.VOIDED)
    return (
        Document.objects.visible_to(user)
        .filter(record__owner=unit)
        .select_related("record")
        .annotate(item_count=Count("items"), is_adopted=Exists(adopted))
        .order_by("-year", "-record__event_on", "-pk")
    )


def document_rows(user: User, unit: Unit, day: date) -> list[DocumentRow]:
    """Two queries besides the words of the packs."""
    kinds = document_kinds(unit, day)
    return [_row(document, kinds) for document in documents_query(user, unit)]


def _row(document: Document, kinds: dict[str, Kind]) -> DocumentRow:
    kind = kinds.get(document.kind)
    record = document.record
    return DocumentRow(
        document_id=document.pk,
        title=record.title,
        kind=document.kind,
        kind_title=kind.title if kind else document.kind,
        year=document.year,
        period=period_title(document.year, document.period, document.index),
        day=record.event_on,
        items=document.item_count,
        adopted=document.is_adopted,
        needs_adoption=bool(kind and kind.adopted_by) and not document.is_adopted,
        is_late=record.is_late,
        voided=record.state == Record.State.VOIDED,
    )


def documents_written(unit: Unit, year: int) -> set[tuple[str, str, int]]:
    """(kind, period, index) of what stands for the year."""
    return set(
        Document.objects.filter(record__owner=unit, year=year)
        .exclude(record__state=Record.State.VOIDED)
        .values_list("kind", "period", "index")
    )


def plan_items(unit: Unit, year: int, day: date) -> list[PlanItem]:
    """Lines of the year's plan, in order: what the year-end summary must answer."""
    plans = [code for code, kind in document_kinds(unit, day).items() if kind.is_plan]
    return list(
        PlanItem.objects.filter(
            document__record__owner=unit, document__year=year, document__kind__in=plans
        )
        .exclude(document__record__state=Record.State.VOIDED)
        .select_related("owner")
        .order_by("document__record__event_on", "document_id", "order")
    )
