"""Forms of documents, publications and objections. Everything works by plain posts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.documents.models import OBJECTION_LETTERS, Objection, PlanItem, Publication
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


#: What parts the two cells of a line: a tab (pasted from a sheet), a bar, a colon.
_PART = re.compile(r"\t|\||：|: ?")


class TableField(forms.CharField):
    """Rows of two cells, one a line: 合计：600 元. Pasting two columns of a sheet works too."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[list[str]]:
        rows = []
        for number, line in enumerate(str(super().clean(value)).splitlines(), start=1):
            if not line.strip():
                continue
            cells = [cell.strip() for cell in _PART.split(line.strip("\r\n "), maxsplit=1)]
            if len(cells) != 2:
                raise forms.ValidationError(
                    _("附表第 %(number)s 行没有分成项目和内容。请用冒号隔开，如“合计：600 元”。"),
                    params={"number": number},
                )
            rows.append(cells)
        return rows

    @staticmethod
    def said(rows: Iterable[Iterable[str]]) -> str:
        return "\n".join("：".join(row) for row in rows)


class PublicationForm(forms.Form):
    """A text to be shown. ``correcting`` asks for the reason; kind, audience and matter stay then."""

    kind = forms.ChoiceField(label=_("公开类别"))
    title = forms.CharField(label=_("标题"), max_length=200)
    about_title = forms.CharField(
        label=_("所涉事项"),
        max_length=200,
        required=False,
        help_text=_("同一件事的决议、进展和结果会排在一起。没有的不填。"),
    )
    body = forms.CharField(
        label=_("正文"), required=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    table = TableField(
        label=_("附表"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("每行一项，项目和内容用冒号隔开，也可以从表格里粘贴两列。"),
    )
    private_names = forms.CharField(
        label=_("还要遮盖的姓名"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("每行一个。本组织登记过、没有职务的人自动遮盖，没有登记的请写在这里。"),
    )
    channels = forms.MultipleChoiceField(label=_("公开方式"), widget=forms.CheckboxSelectMultiple)
    audience = forms.ChoiceField(label=_("公开范围"), choices=Publication.Audience.choices)
    place = forms.CharField(
        label=_("公开地点"), max_length=200, required=False, help_text=_("如：村委会门口公开栏。")
    )
    from_on = forms.DateField(label=_("公开起"), widget=DAY)
    to_on = forms.DateField(
        label=_("公开止"), required=False, widget=DAY, help_text=_("不填就是长期公开。")
    )
    late_reason = forms.CharField(
        label=_("补录原因"),
        max_length=200,
        required=False,
        help_text=_("公开较久才录入的，请写一句原因。"),
    )
    reason = forms.CharField(
        label=_("更正原因"), max_length=200, help_text=_("会写在公开的页面上，更正前的内容会保留。")
    )

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[tuple[str, str]],
        channels: Iterable[tuple[str, str]],
        correcting: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds)
        self.fields["channels"].choices = list(channels)
        for name in ("kind", "about_title", "audience") if correcting else ("reason",):
            del self.fields[name]

    def texts(self) -> dict[str, Any]:
        """What is masked and shown."""
        values = self.cleaned_data
        return {
            "title": values["title"],
            "body": values["body"],
            "table": values["table"],
            "place": values["place"],
            "private_persons": values["private_names"].splitlines(),
        }

    def values(self) -> dict[str, Any]:
        """Everything the act wants."""
        names = ("kind", "about_title", "audience", "channels", "from_on", "to_on", "reason")
        kept = {n: self.cleaned_data[n] for n in names if n in self.cleaned_data}
        late = self.cleaned_data["late_reason"]
        # A correction without a word on lateness keeps the word it has.
        kept["late_reason"] = late or (None if "reason" in self.fields else "")
        return {**self.texts(), **kept}


class ObjectionForm(forms.Form):
    """An objection that came on paper, by word of mouth or by phone."""

    via = forms.ChoiceField(
        label=_("提出方式"),
        choices=[one for one in Objection.Via.choices if one[0] != Objection.Via.PORTAL],
    )
    received_on = forms.DateField(label=_("收到日期"), widget=DAY)
    text = forms.CharField(
        label=_("异议内容"),
        max_length=OBJECTION_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    name = forms.CharField(
        label=_("提出人"), max_length=64, required=False, help_text=_("可以不填。不会公开。")
    )
    contact = forms.CharField(
        label=_("联系方式"), max_length=64, required=False, help_text=_("可以不填。不会公开。")
    )
