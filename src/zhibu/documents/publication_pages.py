"""What the pages of publications show, put together once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from zhibu.accounts.models import User
from zhibu.documents import policies
from zhibu.documents.forms import ObjectionForm, PublicationForm, TableField
from zhibu.documents.guarding import (
    publication_about_url,
    publication_filled,
    publication_refusals,
    refuse_guarded,
)
from zhibu.documents.models import Objection, Publication
from zhibu.documents.selectors import PublicationRow, publication_codes
from zhibu.documents.services import Draft, publication_draft
from zhibu.organization.models import Unit
from zhibu.records.models import Record, RecordVersion
from zhibu.records.selectors import record_usages
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken

#: What the list may be narrowed to.
SHOWS = {
    "standing": _("正在公开"),
    "ended": _("公开期已满"),
    "withdrawn": _("已撤回"),
    "waiting": _("有未答复异议"),
}
STARTING_CHANNELS = ["notice_board", "portal"]


@dataclass(frozen=True, slots=True)
class ListPage:
    unit: Unit
    kind: str
    show: str
    kinds: tuple[tuple[str, str], ...]
    may_write: bool
    export_query: str

    @property
    def shows(self) -> tuple[tuple[str, object], ...]:
        return tuple(SHOWS.items())


def list_page(request: HttpRequest, unit: Unit) -> ListPage:
    kinds, _channels = publication_codes(unit, clock.today())
    kind, show = request.GET.get("kind", ""), request.GET.get("show", "")
    return ListPage(
        unit=unit,
        kind=kind,
        show=show if show in SHOWS else "",
        kinds=tuple(kinds.items()),
        may_write=policies.may_write(request.user, unit),
        export_query=urlencode({"kind": kind, "show": show, "export": "xlsx"}),
    )


def narrowed(rows: list[PublicationRow], page: ListPage) -> list[PublicationRow]:
    fits = {
        "": lambda row: True,
        "standing": lambda row: row.standing,
        "ended": lambda row: not row.standing and not row.withdrawn,
        "withdrawn": lambda row: row.withdrawn,
        "waiting": lambda row: row.waiting and not row.withdrawn,
    }[page.show]
    return [row for row in rows if fits(row) and page.kind in ("", row.kind)]


class FormPage:
    """The form, then the masked preview of what was filled in, then the act.

    A post without ``confirmed`` asks for the preview, one with ``back`` for the form again.
    """

    def __init__(
        self,
        *,
        unit: Unit,
        initial: Mapping[str, Any],
        data: QueryDict | None,
        about: str = "",
        publication: Publication | None = None,
        refusals: Sequence[str] = (),
    ) -> None:
        self.unit, self.publication, self.about = unit, publication, about
        kinds, channels = publication_codes(unit, clock.today())
        self.form = PublicationForm(
            data,
            initial=dict(initial),
            kinds=kinds.items(),
            channels=channels.items(),
            correcting=publication is not None,
        )
        self.is_confirmed = data is not None and "confirmed" in data
        self.goes_back = data is not None and "back" in data
        self.draft: Draft | None = None
        self._kinds, self._channels = kinds, channels
        #: Why it cannot be published yet, said before anything is written.
        self.refusals = refusals

    @property
    def action(self) -> str:
        if self.publication:
            return reverse("documents:publication_correct", args=[self.publication.pk])
        return reverse("documents:publication_publish", args=[self.unit.pk])

    @property
    def cancel_url(self) -> str:
        if self.publication:
            return self.publication.get_absolute_url()
        return reverse("documents:publications", args=[self.unit.pk])

    @property
    def about_url(self) -> str:
        return publication_about_url(self.about)

    @property
    def has_errors(self) -> bool:
        return not self.goes_back and bool(self.form.errors)

    @property
    def status(self) -> int:
        return 422 if self.has_errors else 200

    @property
    def channel_titles(self) -> list[str]:
        chosen = self.form.cleaned_data["channels"]
        return [self._channels.get(code, code) for code in chosen]

    @property
    def kind_title(self) -> str:
        code = self.publication.kind if self.publication else self.form.cleaned_data["kind"]
        return self._kinds.get(code, code)

    def preview(self) -> FormPage:
        """Mask what was filled in, unless the form is wrong or the clerk goes on writing."""
        if self.goes_back or not self.form.is_valid():
            return self
        values = self.form.cleaned_data
        parties = self.publication.parties.splitlines() if self.publication else []
        texts = self.form.texts()
        try:
            if self.publication is None:
                refuse_guarded(about=self.about, kind=values["kind"], day=values["from_on"])
            self.draft = publication_draft(
                unit=self.unit,
                day=values["from_on"],
                **{**texts, "private_persons": [*parties, *texts["private_persons"]]},
            )
        except (ValidationError, RuleBroken) as error:
            return self.refused(error)
        return self

    def refused(self, error: ValidationError | RuleBroken) -> FormPage:
        """Say the service's refusal beside the field it is about."""
        self.draft = None
        if isinstance(error, RuleBroken) or not hasattr(error, "error_dict"):
            said = [error.message] if isinstance(error, RuleBroken) else error.messages
            self.form.add_error(None, said)
        else:
            for name, said in error.message_dict.items():
                field = {"event_on": "from_on"}.get(name, name)
                self.form.add_error(field if field in self.form.fields else None, said)
        return self

    def hidden(self) -> list[tuple[str, str]]:
        """What was filled in, carried along beside the preview."""
        pairs = [("about", self.about)]
        for name in self.form.fields:
            pairs += [(name, value) for value in self.form.data.getlist(name)]
        return pairs


def new_page(unit: Unit, query: QueryDict, data: QueryDict | None = None) -> FormPage:
    """The empty form, pre-filled by what it is about, and from the address: kind, title, body, about …"""
    filled = ("kind", "title", "about_title", "body", "table", "private_names")
    source = query if data is None else data
    about = source.get("about", "")[:64]
    today, kind = clock.today(), query.get("kind", "")
    known = publication_filled(unit=unit, about=about, kind=kind) if data is None else {}
    #: Of a thing of another unit nothing is said.
    refusals = publication_refusals(about=about, kind=kind, day=today) if known else []
    initial = known | {name: query[name] for name in filled if name in query}
    initial |= {"from_on": today, "channels": STARTING_CHANNELS}
    return FormPage(unit=unit, initial=initial, data=data, about=about, refusals=refusals)


def edit_page(publication: Publication, data: QueryDict | None = None) -> FormPage:
    initial = {
        "title": publication.record.title,
        "body": publication.body,
        "table": TableField.said(publication.table),
        "place": publication.place,
        "channels": publication.channels,
        "from_on": publication.from_on,
        "to_on": publication.to_on,
    }
    return FormPage(
        unit=publication.record.owner, initial=initial, data=data, publication=publication
    )


@dataclass(frozen=True, slots=True)
class DetailPage:
    publication: Publication
    record: Record
    kind: str
    channels: tuple[str, ...]
    standing: bool
    versions: tuple[RecordVersion, ...]
    objections: tuple[Objection, ...]
    usages: tuple[Any, ...]
    may_write: bool
    objection_form: ObjectionForm
    about_url: str = ""
    #: The objection whose answer was refused, and why.
    refused: int = 0
    answer_error: str = ""
    withdraw_error: str = ""

    @property
    def withdrawn(self) -> bool:
        return self.publication.withdrawn_on is not None


def detail_page(
    publication: Publication, user: User, form: ObjectionForm | None = None, **said: Any
) -> DetailPage:
    record = publication.record
    kinds, channels = publication_codes(record.owner, publication.from_on)
    return DetailPage(
        publication=publication,
        record=record,
        kind=kinds.get(publication.kind, publication.kind),
        channels=tuple(channels.get(code, code) for code in publication.channels),
        standing=publication.is_shown_on(clock.today()),
        versions=tuple(record.versions.all()),
        objections=tuple(publication.objections.all()),
        usages=tuple(record_usages(record)),
        may_write=policies.may_write(user, record.owner),
        objection_form=form or ObjectionForm(initial={"received_on": clock.today()}),
        about_url=publication_about_url(publication.about),
        **said,
    )


def objection_refused(form: ObjectionForm, error: ValidationError | RuleBroken) -> ObjectionForm:
    if isinstance(error, RuleBroken) or not hasattr(error, "error_dict"):
        form.add_error(None, error.message if isinstance(error, RuleBroken) else error.messages)
    else:
        for name, said in error.message_dict.items():
            form.add_error(name if name in form.fields else None, said)
    return form


def first_said(error: ValidationError | RuleBroken) -> str:
    return error.message if isinstance(error, RuleBroken) else " ".join(error.messages)
