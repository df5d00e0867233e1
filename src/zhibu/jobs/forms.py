from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.jobs import guards
from zhibu.jobs.importers import Importer


class UploadForm(forms.Form):
    """One file, and the unit it is about where the sheet need not name one."""

    file = forms.FileField(
        label=_("Excel 文件"),
        help_text=_("支持 .xlsx 和 .xls，最大 60 MB。上传后先看预览，确认前不会写入任何内容。"),
        error_messages={
            "empty": _("这个文件是空的（0 字节）。请重新保存后再上传。"),
            "required": _("请选择一个文件。"),
        },
    )

    def __init__(self, importer: Importer, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(importer.option_choices(user))
        if choices:
            self.fields["unit"] = forms.ChoiceField(
                label=_("只导入这个组织及其下级"), required=False, choices=[("", _("（我管理的全部组织）")), *choices],
                help_text=_("有同名支部时请选定上级；一个支部自己的表可以不填“所在党支部”。"),
            )  # fmt: skip
        self.fields.update(importer.option_fields())
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > guards.MAX_BYTES:
            raise forms.ValidationError(_("文件超过 60 MB。请拆成几个文件，分次上传。"))
        return file

    def options(self) -> dict[str, str]:
        return {
            name: str(value)
            for name, value in self.cleaned_data.items()
            if name != "file" and value not in (None, "")
        }
