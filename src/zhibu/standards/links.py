"""From a clause's form code, or a record, to the page where a person acts or looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from zhibu_engine.packs import Words


@dataclass(frozen=True, slots=True)
class Link:
    """A button: where it leads and what it says."""

    url: str
    label: str


#: Form code → (address names, the first that exists is taken).
_PAGES = {
    "sitting": ("meetings:new",),
    "document": ("documents:new",),
    "post": ("organization:unit",),
    "term": ("organization:unit",),
    "group": ("organization:unit",),
    "member": ("membership:list",),
}
_RECORDS = {
    "segment": "meetings:detail",
    "attendance": "meetings:detail",
    "part": "meetings:detail",
    "document": "documents:detail",
}


def form_link(form: str, unit_pk: int, words: Words, day: date | None = None) -> Link | None:
    """The one button of a clause; None where the clause names no form or its page does not exist."""
    head, _colon, kind = form.partition(":")
    url = _first(_PAGES.get(head, ()), unit_pk)
    if not url:
        return None
    asked = {"kind": kind} if kind else {}
    if head == "sitting" and day:
        asked["day"] = day.isoformat()
    return Link(f"{url}?{urlencode(asked)}" if asked else url, _label(head, kind, words))


def _label(head: str, kind: str, words: Words) -> str:
    if head == "sitting":
        return _("录入%(kind)s") % {"kind": words.codes["segment_kind"].get(kind, kind)}
    if head == "document":
        return _("录入%(kind)s") % {"kind": words.codes["document_kind"].get(kind, kind)}
    labels: Mapping[str, str] = {
        "post": _("登记任职"),
        "term": _("登记届期"),
        "group": _("完善党小组"),
        "member": _("核对党员名册"),
    }
    return labels[head]


def record_url(relation: str, record_id: int) -> str:
    """The page of a record that was counted or rejected; empty where it has none."""
    name = _RECORDS.get(relation)
    return _first((name,), record_id) if name and record_id else ""


def correct_url(relation: str, record_id: int) -> str:
    """The form that corrects a record."""
    name = "documents:edit" if relation == "document" else "meetings:correct"
    return _first((name,), record_id) if record_id else ""


def _first(names: tuple[str, ...], pk: int) -> str:
    for name in names:
        try:
            return reverse(name, args=[pk])
        except NoReverseMatch:
            continue
    return ""
