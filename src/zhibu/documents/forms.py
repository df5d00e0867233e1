"""Forms of a document and its lines. Everything works by plain posts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.documents.models import PlanItem
from zhibu.documents.services import ItemInput

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

#: Empty lines offered beyond those already filled.
SPARE_LINES = 3
#: Lines of one document; a plan longer than this is not a plan.
MOST_LINES = 100


class DocumentForm(forms.Form):
    """Text of a document. ``correcting`` asks for the reason instead of the late-entry one."""

    title = forms.CharField(
        label=_("标题"),
        max_length=200,
        required=False,
        help_text=_("可以不填，系统按期间和类别起标题。"),
    )
    day = forms.DateField(label=_("形成日期"), widget=DAY)
    body = forms.CharField(
        label=_("正文"), required=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    late_reason = forms.CharField(
        label=_("补录原因"),
        max_length=200,
        required=False,
        help_text=_("形成较久才录入的，请写一句原因。"),
    )
    reason = forms.CharField(
        label=_("更正原因"), max_length=200, help_text=_("更正前的内容会保留，任何人都能查到。")
    )

    def __init__(self, *args: Any, correcting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["late_reason" if correcting else "reason"]


class ItemForm(forms.Form):
    """One line of a plan, or of a summary that answers it."""

    text = forms.CharField(
        label=_("内容"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.TypedChoiceField(label=_("责任人"), required=False, coerce=int, empty_value=None)
    due_on = forms.DateField(label=_("时限"), required=False, widget=DAY)
    answer = forms.ChoiceField(label=_("完成情况"), required=False)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(
        self, *args: Any, people: Iterable[tuple[int, str]], answering: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", _("请选择")), *people]
        self.fields["answer"].choices = [("", _("未答复")), *PlanItem.Answer.choices]
        if not answering:
            del self.fields["answer"], self.fields["note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.has_changed() and not cleaned.get("text") and not self.errors:
            self.add_error("text", _("请写明这一条的内容，或把这一行全部清空。"))
        if cleaned.get("answer") in {
            PlanItem.Answer.PARTLY,
            PlanItem.Answer.NOT_DONE,
        } and not cleaned.get("note"):
            self.add_error("note", _("没有全部完成的，请写明原因。"))
        return cleaned

    def line(self) -> ItemInput | None:
        values = self.cleaned_data
        if not values.get("text"):
            return None
        return ItemInput(
            text=values["text"],
            owner_id=values.get("owner"),
            due_on=values.get("due_on"),
            answer=values.get("answer", ""),
            note=values.get("note", ""),
        )


ItemFormSet = forms.formset_factory(
    ItemForm, extra=SPARE_LINES, max_num=MOST_LINES, validate_max=True
)


def lines(formset: forms.BaseFormSet) -> list[ItemInput]:
    found = [form.line() for form in formset.forms]
    return [line for line in found if line]


def item_initial(items: Iterable[PlanItem], *, answering: bool) -> list[dict[str, Any]]:
    """What the lines say now, to be corrected or, from a plan, to be answered."""
    rows = [{"text": item.text, "owner": item.owner_id, "due_on": item.due_on} for item in items]
    if answering:
        for row, item in zip(rows, items, strict=True):
            row.update(answer=item.answer, note=item.note)
    return rows
