"""What the pages of documents show, put together once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from zhibu.accounts.models import User
from zhibu.documents import policies
from zhibu.documents.adoption import Adopter, adopters
from zhibu.documents.forms import DocumentForm, ItemFormSet, item_initial, lines
from zhibu.documents.kinds import Kind, document_kinds, period_choices, period_chosen, period_title
from zhibu.documents.models import Document, PlanItem
from zhibu.documents.selectors import DocumentRow, plan_items
from zhibu.membership.selectors import roster_on
from zhibu.organization.models import Unit
from zhibu.records.models import Record, RecordLink, RecordVersion
from zhibu.records.selectors import record_usages
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.shared.numbers import whole

#: Sittings offered in the box of adopting sittings.
MOST_ADOPTERS = 30


@dataclass(frozen=True, slots=True)
class ListFilters:
    kind: str
    year: int | None
    kinds: tuple[tuple[str, str], ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    unit: Unit
    filters: ListFilters
    #: (title, address) of each kind that may be written.
    new_links: tuple[tuple[str, str], ...]
    export_query: str


def list_filters(request: HttpRequest, unit: Unit, rows: list[DocumentRow]) -> ListFilters:
    """Every kind that may be written, also one of which there is none yet, and those written before."""
    kinds = {code: kind.title for code, kind in document_kinds(unit, clock.today()).items()}
    for row in rows:
        kinds.setdefault(row.kind, row.kind_title)
    year = request.GET.get("year", "")
    return ListFilters(
        kind=request.GET.get("kind", ""),
        year=whole(year, most=9999),
        kinds=tuple(kinds.items()),
        years=tuple(sorted({row.year for row in rows}, reverse=True)),
    )


def list_page(unit: Unit, filters: ListFilters, *, may_write: bool) -> ListPage:
    base = reverse("documents:new", args=[unit.pk])
    kinds = document_kinds(unit, clock.today()) if may_write else {}
    query = {"kind": filters.kind, "year": filters.year or "", "export": "xlsx"}
    return ListPage(
        unit=unit,
        filters=filters,
        new_links=tuple(
            (kind.title, f"{base}?{urlencode({'kind': code})}") for code, kind in kinds.items()
        ),
        export_query=urlencode(query),
    )


def has_kinds(unit: Unit) -> bool:
    return bool(document_kinds(unit, clock.today()))


class FormPage:
    """One form of a document with its lines, for a new one or a correction."""

    def __init__(
        self,
        *,
        unit: Unit,
        kind: Kind,
        year: int,
        period: str,
        index: int,
        initial: Mapping[str, Any],
        items: list[dict[str, Any]],
        data: QueryDict | None,
        document: Document | None = None,
    ) -> None:
        self.unit, self.kind, self.document = unit, kind, document
        self.year, self.period, self.index = year, period, index
        # Asking for more lines is no submission: what is typed is kept and nothing is judged.
        self.asks_more = data is not None and "more" in data
        people = [(entry.person_id, entry.name) for entry in roster_on(unit.pk, clock.today())]
        self.form = DocumentForm(data, initial=dict(initial), correcting=document is not None)
        self.formset = ItemFormSet(
            _with_more_lines(data) if self.asks_more else data,
            initial=items,
            prefix="items",
            form_kwargs={"people": people, "answering": kind.is_answer},
        )
        self.others: tuple[tuple[str, str], ...] = ()
        self.kind_choices: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        return f"{period_title(self.year, self.period, self.index)}{self.kind.title}"

    @property
    def period_value(self) -> str:
        return f"{self.period}-{self.index}"

    @property
    def years(self) -> tuple[int, ...]:
        this = clock.today().year
        return (this - 1, this, this + 1)

    @property
    def action(self) -> str:
        if self.document:
            return reverse("documents:correct", args=[self.document.pk])
        query = urlencode({"kind": self.kind.code, "year": self.year, "period": self.period_value})
        return f"{reverse('documents:write', args=[self.unit.pk])}?{query}"

    @property
    def cancel_url(self) -> str:
        return (
            self.document.get_absolute_url()
            if self.document
            else reverse("documents:list", args=[self.unit.pk])
        )

    @property
    def loses_adoption(self) -> bool:
        return bool(self.document and _adoption(self.document))

    @property
    def has_errors(self) -> bool:
        return not self.asks_more and (bool(self.form.errors) or any(self.formset.errors))

    def is_valid(self) -> bool:
        good = self.form.is_valid()
        return good and (not self.kind.has_items or self.formset.is_valid())

    def values(self) -> dict[str, Any]:
        return {
            **self.form.cleaned_data,
            "items": lines(self.formset) if self.kind.has_items else (),
        }

    def refused(self, error: ValidationError | RuleBroken) -> FormPage:
        """Say the service's refusal beside the field it is about."""
        if isinstance(error, RuleBroken):
            self.form.add_error(None, error.message)
        elif not hasattr(error, "error_dict"):
            self.form.add_error(None, error.messages)
        else:
            for name, said in error.message_dict.items():
                field = {"event_on": "day"}.get(name, name)
                self.form.add_error(field if field in self.form.fields else None, said)
        return self


def _with_more_lines(data: QueryDict) -> QueryDict:
    more = data.copy()
    shown = more.get("items-TOTAL_FORMS", "0")
    more["items-TOTAL_FORMS"] = str((whole(shown, most=1000) or 0) + 3)
    return more


def new_page(unit: Unit, query: QueryDict, data: QueryDict | None = None) -> FormPage:
    """The form of a new document: kind, year and period stand in the address, so a link may fill it."""
    today = clock.today()
    kinds = document_kinds(unit, today)
    kind = kinds.get(query.get("kind", "")) or next(iter(kinds.values()))
    asked = query.get("year", "")
    year = whole(asked, least=today.year - 1, most=today.year + 1) or today.year
    period, index = period_chosen(query.get("period", ""), kind, year, today)
    items = item_initial(plan_items(unit, year, today), answering=False) if kind.is_answer else []
    page = FormPage(
        unit=unit,
        kind=kind,
        year=year,
        period=period,
        index=index,
        items=items,
        data=data,
        initial={
            "day": query.get("day") or today,
            "title": query.get("title", ""),
            "body": query.get("body", ""),
        },
    )
    page.others = tuple(period_choices(kind, year))
    page.kind_choices = tuple((code, one.title) for code, one in kinds.items())
    return page


def edit_page(document: Document, data: QueryDict | None = None) -> FormPage:
    record = document.record
    kind = kind_of(document)
    return FormPage(
        unit=record.owner,
        kind=kind,
        year=document.year,
        period=document.period,
        index=document.index,
        items=item_initial(list(document.items.all()), answering=kind.is_answer),
        data=data,
        document=document,
        initial={"day": record.event_on, "title": record.title, "body": document.body},
    )


def kind_of(document: Document) -> Kind:
    """The kind as the packs knew it when the document was formed; a kind that is gone keeps its code."""
    found = document_kinds(document.record.owner, document.record.event_on).get(document.kind)
    return found or Kind(
        document.kind, document.kind, (document.period,), (), document.items.exists(), ""
    )


@dataclass(frozen=True, slots=True)
class DetailPage:
    document: Document
    record: Record
    kind: Kind
    period: str
    items: tuple[PlanItem, ...]
    versions: tuple[RecordVersion, ...]
    adopted_by: Record | None
    adopted_label: str
    adopters: tuple[Adopter, ...]
    usages: tuple[Any, ...]
    may_write: bool
    voided: bool
    adopt_error: str = ""
    void_error: str = ""


def detail_page(
    document: Document, user: User, *, adopt_error: str = "", void_error: str = ""
) -> DetailPage:
    record = document.record
    kind = kind_of(document)
    voided = record.state == Record.State.VOIDED
    may_write = policies.may_write(user, record.owner) and not voided
    offered = _offered(document, kind) if may_write or _adoption(document) else []
    adopted = _adoption(document)
    return DetailPage(
        document=document,
        record=record,
        kind=kind,
        period=period_title(document.year, document.period, document.index),
        items=tuple(document.items.select_related("owner")),
        versions=tuple(record.versions.all()),
        adopted_by=adopted,
        adopted_label=next(
            (one.label for one in offered if adopted and one.record_id == adopted.pk), str(adopted)
        ),
        adopters=tuple(offered[:MOST_ADOPTERS]),
        usages=tuple(record_usages(record)),
        may_write=may_write,
        voided=voided,
        adopt_error=adopt_error,
        void_error=void_error,
    )


def sitting_asked(document: Document, text: str) -> Record | None:
    """The sitting chosen in the box, if it was one of those offered."""
    offered = {str(one.record_id) for one in _offered(document, kind_of(document))}
    return Record.objects.get(pk=int(text)) if text in offered else None


def _offered(document: Document, kind: Kind) -> list[Adopter]:
    return (
        adopters(document.record.owner, kind.adopted_by, clock.today()) if kind.adopted_by else []
    )


def _adoption(document: Document) -> Record | None:
    link = (
        document.record.links.filter(relation=RecordLink.Relation.ADOPTED_BY)
        .select_related("target")
        .first()
    )
    return link.target if link else None
