"""A blank of several rows: candidates with their votes, measures with who and until when. Works by plain posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from zhibu.shared.numbers import whole

#: Empty rows beyond those filled in; the form's own button asks for more.
SPARE, FIRST, MOST = 3, 4, 200
MORE = "more"


class RowForm(forms.Form):
    """One row; its fields are given by the columns."""

    def __init__(self, *args: Any, columns: Mapping[str, forms.Field], **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for key, field in columns.items():
            self.fields[key] = field

    def said(self) -> dict[str, Any]:
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in self.cleaned_data.items()
            if value not in (None, "", False)
        }


class RowsWidget(forms.Widget):
    """Hands on what was posted; the rows are read by the field."""

    template_name = "django/forms/widgets/hidden.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return (data, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-rows" not in data


class RowsField(forms.Field):
    """``columns`` makes the fields of one row anew each time."""

    widget = RowsWidget
    is_rows = True

    def __init__(self, *, columns: Any, **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        found, problems = [], []
        for number, form in enumerate(self.bound_rows(*value), start=1):
            if form.is_valid():
                found.append(form.said())
                continue
            for errors in form.errors.values():
                problems += [
                    _("第 %(n)s 行：%(text)s") % {"n": number, "text": text} for text in errors
                ]
        if problems:
            raise ValidationError(problems)
        found = [row for row in found if row]
        if self.required and not found:
            raise ValidationError(self.error_messages["required"], code="required")
        return found

    def bound_rows(self, data: Any, name: str) -> list[RowForm]:
        count = min(whole(data.get(f"{name}-rows")) or 0, MOST)
        return [
            RowForm(data, columns=self.columns(), prefix=f"{name}-{number}")
            for number in range(count)
        ]

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return RowsBound(form, self, field_name)


class RowsBound(BoundField):
    """What the page shows: the rows filled in, and some empty ones."""

    field: RowsField

    @property
    def rows(self) -> list[RowForm]:
        if self.form.is_bound:
            found = self.field.bound_rows(self.form.data, self.html_name)
            spare = SPARE if MORE in self.form.data or not found else 0
        else:
            kept = self.initial or []
            found = [self._row(number, row) for number, row in enumerate(kept)]
            spare = max(SPARE, FIRST - len(found))
        start = len(found)
        return [*found, *(self._row(start + n, {}) for n in range(min(spare, MOST - start)))]

    def _row(self, number: int, initial: Mapping[str, Any]) -> RowForm:
        prefix = f"{self.html_name}-{number}"
        return RowForm(columns=self.field.columns(), prefix=prefix, initial=dict(initial))
