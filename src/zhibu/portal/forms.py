"""The form a villager fills in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.documents.models import OBJECTION_LETTERS

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class ObjectionForm(forms.Form):
    """``website`` is for machines that fill in everything; people leave it empty."""

    text = forms.CharField(
        label=_("您的意见"),
        max_length=OBJECTION_LETTERS,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("请写明您的意见。")},
    )
    name = forms.CharField(label=_("您的姓名"), max_length=64, required=False)
    contact = forms.CharField(label=_("怎样联系您"), max_length=64, required=False)
    website = forms.CharField(label=_("此栏请留空"), required=False)
    key = forms.CharField(widget=forms.HiddenInput)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请把“此栏请留空”一栏清空再提交。"))
        return ""

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        if not _KEY.fullmatch(key):
            raise forms.ValidationError(_("请重新打开本页再提交。"))
        return key

    def values(self) -> dict[str, Any]:
        return {n: self.cleaned_data[n] for n in ("text", "name", "contact", "key")}
