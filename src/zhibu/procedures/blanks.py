"""Blanks of a form that a pack writes: as fields of a page, as plain values, and as words to read.

Any procedure works through here. Stored are whole numbers (money in fen, people and units by key), days as
ISO text, yes or no, and text; an empty blank is not stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property, partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from zhibu.organization.models import Ancestry, Person, Post, Unit
from zhibu.organization.selectors import persons_known as people_known
from zhibu.organization.selectors import unit_descendant_ids, unit_parent
from zhibu.procedures.blankrows import RowsField
from zhibu.records.models import Record
from zhibu_engine.packs import Words
from zhibu_engine.packs.procedure import Column, FormField

#: Before the key of a blank, so that it never meets a field that every matter has.
PREFIX = "f-"
TEXT_MOST, LINES_MOST, DOCUMENTS_MOST = 500, 20000, 200
#: A thousand million yuan, in fen: nobody means more, and it fits any column.
FEN_MOST = 10**17

Choice = tuple[Any, Any]


class Chooser:
    """What may be chosen at a unit on a day; asked of the database only where a blank wants it."""

    def __init__(self, unit: Unit, day: date, words: Words) -> None:
        self.unit, self.day, self.words = unit, day, words

    @cached_property
    def people(self) -> list[Choice]:
        """People known to the unit, those with posts first and with the names of their posts."""
        titles = self.words.codes.get("post", {})
        order = {code: place for place, code in enumerate(titles)}
        above = Ancestry.objects.held_on(self.day).filter(unit=self.unit).values("ancestor")
        held: dict[int, list[str]] = {}
        for person_id, code in (
            Post.objects.held_on(self.day)
            .filter(unit__in=above)
            .values_list("person_id", "code")
            .distinct()
        ):
            held.setdefault(person_id, []).append(code)
        found = []
        for person in people_known(self.unit, self.day).order_by("stroke_key", "pk"):
            codes = sorted(held.get(person.pk, ()), key=lambda code: order.get(code, len(order)))
            rank = min((order.get(code, len(order)) for code in codes), default=len(order) + 1)
            said = "、".join(titles.get(code, code) for code in codes)
            found.append((rank, (person.pk, f"{person}（{said}）" if said else str(person))))
        return [choice for _rank, choice in sorted(found, key=lambda one: one[0])]

    @cached_property
    def units(self) -> list[Choice]:
        """The unit, its neighbours and all below them and it."""
        top = unit_parent(self.unit, self.day) or self.unit
        below = {self.unit.pk, *unit_descendant_ids(top, self.day)}
        rows = Unit.objects.filter(pk__in=below).alive_on(self.day).exclude(kind=Unit.Kind.GROUP)
        return [(unit.pk, str(unit)) for unit in rows]

    @cached_property
    def documents(self) -> list[Choice]:
        rows = Record.objects.filter(kind=Record.Kind.DOCUMENT, owner=self.unit)
        rows = rows.exclude(state=Record.State.VOIDED)[:DOCUMENTS_MOST]
        return [(record.pk, str(record)) for record in rows]

    def codes(self, name: str) -> list[Choice]:
        return list(self.words.codes.get(name, {}).items())


class MoneyField(forms.CharField):
    """Typed in yuan, kept in fen."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> int | None:
        said = str(super().clean(value)).replace(",", "").replace("，", "").removesuffix("元")
        said = said.strip()
        if not said:
            return None
        try:
            fen = Decimal(said) * 100
        except InvalidOperation:
            fen = Decimal("NaN")
        if not fen.is_finite() or fen != fen.to_integral_value() or not 0 <= fen <= FEN_MOST:
            raise forms.ValidationError(_("金额请写数字，单位是元，最多两位小数，如 1200.50。"))
        return int(fen)

    def prepare_value(self, value: Any) -> Any:
        return yuan(value) if isinstance(value, int) else value


def yuan(fen: int, *, grouped: bool = False) -> str:
    """As it is typed, or with its thousands ``grouped`` as it is read."""
    whole, rest = divmod(fen, 100)
    said = f"{whole:,}" if grouped else str(whole)
    return f"{said}.{rest:02}" if rest else said


def _one_of(choices: list[Choice], **options: Any) -> forms.Field:
    return forms.TypedChoiceField(
        choices=[("", _("请选择")), *choices], coerce=int, empty_value=None, **options
    )


def _some_of(choices: list[Choice], **options: Any) -> forms.Field:
    widget = forms.CheckboxSelectMultiple()
    return forms.TypedMultipleChoiceField(
        choices=choices, coerce=int, empty_value=[], widget=widget, **options
    )


def _whole(**options: Any) -> forms.Field:
    return forms.IntegerField(min_value=0, max_value=2**53, **options)


def _day(**options: Any) -> forms.Field:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    said = {"invalid": _("日期看不懂。请写成 2025-03-10 的样子。")}
    return forms.DateField(widget=widget, error_messages=said, **options)


def _lines(**options: Any) -> forms.Field:
    return forms.CharField(
        max_length=LINES_MOST, widget=forms.Textarea(attrs={"rows": 4}), **options
    )


MAKERS: Mapping[str, Callable[..., forms.Field]] = {
    "text": lambda one, chooser, **o: forms.CharField(max_length=TEXT_MOST, **o),
    "lines": lambda one, chooser, **o: _lines(**o),
    "int": lambda one, chooser, **o: _whole(**o),
    "money": lambda one, chooser, **o: MoneyField(**o),
    "day": lambda one, chooser, **o: _day(**o),
    "code": lambda one, chooser, **o: forms.ChoiceField(
        choices=[("", _("请选择")), *chooser.codes(one.codes)], **o
    ),
    "flag": lambda one, chooser, **o: forms.BooleanField(**{**o, "required": False}),
    "person": lambda one, chooser, **o: _one_of(chooser.people, **o),
    "persons": lambda one, chooser, **o: _some_of(chooser.people, **o),
    "unit": lambda one, chooser, **o: _one_of(chooser.units, **o),
    "units": lambda one, chooser, **o: _some_of(chooser.units, **o),
    "document": lambda one, chooser, **o: _one_of(chooser.documents, **o),
    "rows": lambda one, chooser, **o: RowsField(columns=partial(_columns, one, chooser), **o),
}


def _columns(one: FormField, chooser: Chooser) -> dict[str, forms.Field]:
    """The fields of one row: none is wanted here, the guards say what a row lacks."""
    return {
        column.key: MAKERS[column.type](
            column, chooser, label=_label(column, soft=False), required=False, help_text=column.help
        )
        for column in one.columns
    }


def blank_fields(
    fields: Iterable[FormField], chooser: Chooser, *, required: bool
) -> dict[str, forms.Field]:
    """A page's fields by name. Without ``required`` an empty one passes here: the guards ask for its reason."""
    made = {}
    for one in fields:
        made[PREFIX + one.key] = MAKERS[one.type](
            one,
            chooser,
            label=_label(one, soft=one.required and not required),
            required=required and one.required,
            help_text=one.help,
        )
        if one.required:
            made[PREFIX + one.key].error_messages["required"] = _("请填写“%(title)s”。") % {
                "title": one.title
            }
    return made


def _label(one: Column, *, soft: bool) -> str:
    title = f"{one.title}（{_('元')}）" if one.type == "money" else one.title
    return f"{title}（{_('应填')}）" if soft else title


def blank_initial(fields: Iterable[FormField], values: Mapping[str, Any]) -> dict[str, Any]:
    return {PREFIX + one.key: values[one.key] for one in fields if one.key in values}


def blank_asked(fields: Iterable[FormField], query: Mapping[str, Any]) -> dict[str, Any]:
    """What an address fills in beforehand, by the keys of the blanks."""
    return {
        PREFIX + one.key: query[one.key]
        for one in fields
        if one.key in query and one.type not in {"persons", "units", "rows"}
    }


def blank_values(fields: Iterable[FormField], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, as it is kept."""
    kept = {}
    for one in fields:
        value = cleaned.get(PREFIX + one.key)
        if one.type == "flag" and not value:
            continue
        if value not in (None, "", []):
            kept[one.key] = value.isoformat() if isinstance(value, date) else value
    return kept


@dataclass(frozen=True, slots=True)
class Line:
    """A blank as it is read."""

    title: str
    text: str
    long: bool = False
    private: bool = False


@dataclass(slots=True)
class Named:
    """Names of the people, units and documents that forms speak of, three queries for any number of forms."""

    people: dict[int, str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    documents: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, forms_said: Iterable[tuple[Iterable[FormField], Mapping[str, Any]]]) -> Named:
        wanted: dict[str, set[int]] = {"person": set(), "unit": set(), "document": set()}
        for fields, values in forms_said:
            for one in fields:
                for kind, value in _told(one, values.get(one.key)):
                    if kind in wanted:
                        wanted[kind].update(_keys(value))
        people = Person.objects.filter(pk__in=wanted["person"]) if wanted["person"] else ()
        units = Unit.objects.filter(pk__in=wanted["unit"]) if wanted["unit"] else ()
        records = Record.objects.filter(pk__in=wanted["document"]) if wanted["document"] else ()
        return cls(
            {one.pk: str(one) for one in people},
            {one.pk: str(one) for one in units},
            {one.pk: str(one) for one in records},
        )

    def lines(
        self, fields: Iterable[FormField], values: Mapping[str, Any], words: Words
    ) -> tuple[Line, ...]:
        """What is filled in, in the order of the form."""
        return tuple(
            Line(one.title, text, one.type in {"lines", "rows"}, one.private)
            for one in fields
            if (text := self.text(one, values.get(one.key), words))
        )

    def text(self, one: Column, value: Any, words: Words) -> str:
        if value in (None, "", []):
            return ""
        if isinstance(one, FormField) and one.type == "rows":
            return "\n".join(self._row(one, row, words) for row in _rows_of(value))
        if one.type == "money" and isinstance(value, int):
            return _("%(n)s 元") % {"n": yuan(value, grouped=True)}
        if one.type == "code":
            return words.codes.get(one.codes, {}).get(str(value), str(value))
        if one.type == "flag":
            return _("是") if value else ""
        names = {"person": self.people, "unit": self.units, "document": self.documents}
        known = names.get(one.type.removesuffix("s"))
        if known is not None:
            return "、".join(known.get(key, _("已删除")) for key in _keys(value))
        return str(value)

    def _row(self, one: FormField, row: Mapping[str, Any], words: Words) -> str:
        said = (
            (column.title, self.text(column, row.get(column.key), words)) for column in one.columns
        )
        return "，".join(f"{title}：{text}" for title, text in said if text)


def _rows_of(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _told(one: FormField, value: Any) -> Iterator[tuple[str, Any]]:
    """(person, unit or document; what is kept) of a blank, or of each row of one."""
    if one.type != "rows":
        yield one.type.removesuffix("s"), value
        return
    for row in _rows_of(value):
        for column in one.columns:
            yield column.type, row.get(column.key)


def _keys(value: Any) -> list[int]:
    """Keys in a kept value, whatever an earlier version of the form made of it."""
    many = value if isinstance(value, list) else [value]
    return [one for one in many if isinstance(one, int) and not isinstance(one, bool)]
