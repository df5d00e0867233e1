"""Narrowing the log."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhibu.audit.models import Event
from zhibu.audit.words import words


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class EventFilter(forms.Form):
    """Who, what, where, when; an unreadable field narrows nothing and says so."""

    actor = forms.CharField(label=_("操作人"), required=False, max_length=64)
    action = forms.ChoiceField(label=_("动作"), required=False)
    unit = forms.CharField(label=_("组织代码"), required=False, max_length=64)
    first = forms.DateField(label=_("从"), required=False, widget=_day())
    last = forms.DateField(label=_("到"), required=False, widget=_day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = sorted((action, _plain(word.sentence)) for action, word in words().items())
        self.fields["action"].choices = [("", _("全部")), *acts]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "action" else "form-control"

    def narrow(self, events: QuerySet[Event]) -> QuerySet[Event]:
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        if asked.get("actor"):
            events = events.filter(actor__icontains=asked["actor"])
        if asked.get("action"):
            events = events.filter(action=asked["action"])
        if asked.get("unit"):
            events = events.filter(unit_code=asked["unit"])
        if asked.get("first"):
            events = events.filter(at__gte=_instant(asked["first"], time.min))
        if asked.get("last"):
            events = events.filter(at__lte=_instant(asked["last"], time.max))
        return events


def _instant(day: Any, clock_time: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock_time))


class _Dots(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _plain(sentence: object) -> str:
    """The sentence of an act as a choice in a list."""
    return (str(sentence) % _Dots()).rstrip("。")
