"""Forms that add to a step that was done: a paper, what its record does not say, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.procedures.blanks import Chooser, blank_fields, blank_initial, blank_values
from zhibu.procedures.forms import REASON, RefusedForm, file_field, reason_field
from zhibu.procedures.models import MatterStep
from zhibu_engine.packs.procedure import StepOf


class FillForm(RefusedForm):
    """The blanks of a step that another app's record did."""

    def __init__(
        self, *args: Any, step: StepOf, chooser: Chooser, made: MatterStep, **kw: Any
    ) -> None:
        self.step = step
        super().__init__(*args, initial=blank_initial(step.fields, made.fields), **kw)
        self.fields.update(blank_fields(step.fields, chooser, required=False))
        if made.fields:
            self.fields["reason"] = reason_field(_("更正原因"), _("请写明更正原因。"))

    def said(self) -> dict[str, Any]:
        """What the act wants."""
        data = self.cleaned_data
        return {"fields": blank_values(self.step.fields, data), "reason": data.get("reason", "")}


class PaperForm(RefusedForm):
    """A paper that a step still lacks."""

    def __init__(self, *args: Any, papers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"] = forms.ChoiceField(label=_("材料"), choices=papers)
        self.fields["file"] = file_field(_("文件"))
        self.fields["file"].required = True
        self.fields["file"].error_messages["required"] = _("请选择一个文件。")


class ReasonsForm(RefusedForm):
    """Reasons written after the fact, one for each breach of a step."""

    def __init__(self, *args: Any, made: MatterStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in made.findings:
            self.fields[REASON + one["code"]] = forms.CharField(
                label=one["text"], max_length=300, required=False, initial=one.get("reason", "")
            )

    def reasons(self) -> dict[str, str]:
        return {name.removeprefix(REASON): value for name, value in self.cleaned_data.items()}
