"""Forms of exemptions and runs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ExemptionForm(forms.Form):
    reason = forms.CharField(
        label=_("豁免理由"), max_length=200, help_text=_("写明批准的依据，发布结果时会一并显示。")
    )
    from_on = forms.DateField(label=_("起"), widget=DayInput())
    to_on = forms.DateField(label=_("止"), widget=DayInput())


class RunForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=128)
    standard = forms.ChoiceField(label=_("标准"))
    as_of = forms.DateField(
        label=_("评判日"), widget=DayInput(), help_text=_("按这一天的组织隶属和当年记录评判。")
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standard"].choices = offered
