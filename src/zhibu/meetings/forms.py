"""The pieces of the form of a sitting. ``entry`` puts them together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.meetings import terms
from zhibu.meetings.frame import Frame
from zhibu.records.services import ATTACHMENT_BYTES, ATTACHMENT_TYPES

SMALL = {"class": "form-control"}
SELECT = {"class": "form-select"}
REFRESH = {"data-refresh": "1"}


def _day_input(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs={**SMALL, "type": "date", **attrs}, format="%Y-%m-%d")


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={**SMALL, "type": "time"}, format="%H:%M")


class HeadForm(forms.Form):
    """When, where, who took the minutes."""

    day = forms.DateField(label=_("日期"), widget=_day_input())
    starts_at = forms.TimeField(label=_("开始时间"), required=False, widget=_time_input())
    ends_at = forms.TimeField(label=_("结束时间"), required=False, widget=_time_input())
    place = forms.CharField(
        label=_("地点"), max_length=100, required=False, widget=forms.TextInput(SMALL)
    )
    on_behalf_of = forms.ChoiceField(
        label=_("代他人录入"), required=False, widget=forms.Select(SELECT)
    )
    late_reason = forms.CharField(
        label=_("补录原因"), max_length=200, required=False, widget=forms.TextInput(SMALL)
    )
    reason = forms.CharField(
        label=_("更正原因"), max_length=200, required=False, widget=forms.TextInput(SMALL)
    )

    def __init__(
        self, *args: Any, frame: Frame, correcting: bool = False, late: bool = False, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        del self.fields["on_behalf_of" if correcting else "reason"]
        if not correcting:
            self.fields["on_behalf_of"].choices = frame.own_people
        self.shows_late = late
        self.fields["day"].error_messages["required"] = _("请填写日期。")
        self.fields["day"].error_messages["invalid"] = _("日期看不懂。请写成 2025-03-10 的样子。")


class SegmentForm(forms.Form):
    """One part of the sitting, of one kind."""

    kind = forms.ChoiceField(label=_("会议类别"), widget=forms.Select({**SELECT, **REFRESH}))
    group = forms.ChoiceField(
        label=_("党小组"), required=False, widget=forms.Select({**SELECT, **REFRESH})
    )
    theme = forms.CharField(
        label=_("主题"), max_length=200, required=False, widget=forms.TextInput(SMALL)
    )
    convener = forms.ChoiceField(label=_("召集主体"), required=False, widget=forms.Select(SELECT))
    presider = forms.ChoiceField(label=_("主持人"), required=False, widget=forms.Select(SELECT))
    presider_reason = forms.CharField(
        label=_("由其主持的原因"), max_length=200, required=False, widget=forms.TextInput(SMALL)
    )
    recorder = forms.ChoiceField(label=_("记录人"), required=False, widget=forms.Select(SELECT))
    lecturer = forms.ChoiceField(label=_("授课人"), required=False, widget=forms.Select(SELECT))
    form = forms.ChoiceField(label=_("活动形式"), required=False, widget=forms.Select(SELECT))
    material = forms.CharField(
        label=_("学习材料"), max_length=200, required=False, widget=forms.TextInput(SMALL)
    )
    content = forms.CharField(
        label=_("内容摘要"),
        required=False,
        widget=forms.Textarea({**SMALL, "rows": 3}),
        max_length=20000,
    )

    def __init__(self, *args: Any, frame: Frame, kind_code: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        kind = terms.kind_find(frame.words, kind_code)
        self.kind_title = kind.title if kind else ""
        self.fields["kind"].choices = frame.kinds
        self.fields["kind"].error_messages["required"] = _("请选择会议类别。")
        self.fields["group"].choices = frame.groups
        self.fields["convener"].choices = frame.conveners
        self.fields["form"].choices = frame.forms_of(kind_code)
        for name in ("presider", "recorder", "lecturer"):
            self.fields[name].choices = frame.people
        self._drop_unused(kind)
        for name in kind.required if kind else ():
            field = self.fields.get({"title": "theme"}.get(name, name))
            if field:
                field.widget.attrs["data-wanted"] = "1"

    def _drop_unused(self, kind: Any) -> None:
        """A field that means nothing for the kind is not asked for."""
        if kind is None or kind.due != "group":
            del self.fields["group"]
        if kind is None or not terms.takes_lecturer(kind):
            del self.fields["lecturer"]

    @property
    def wanted(self) -> set[str]:
        return {name for name, field in self.fields.items() if "data-wanted" in field.widget.attrs}


class HostForm(forms.Form):
    """Another unit of a joint sitting: its own roster, its own exceptions."""

    unit = forms.ChoiceField(
        label=_("联合召开的组织"), required=False, widget=forms.Select({**SELECT, **REFRESH})
    )
    absences = forms.CharField(
        label=_("未到会人员"),
        required=False,
        max_length=5000,
        widget=forms.TextInput({**SMALL, "placeholder": _("张三（请假：生病）、李四（缺席）")}),
        help_text=_("不填即全到。"),
    )
    present = forms.IntegerField(
        label=_("实到人数"),
        required=False,
        min_value=0,
        max_value=99999,
        widget=forms.NumberInput({**SMALL, "inputmode": "numeric"}),
        help_text=_("只知道人数时填写。"),
    )

    def __init__(self, *args: Any, frame: Frame, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["unit"].choices = frame.neighbours


class RollForm(forms.Form):
    """What goes with a roll: names typed instead of tapped, guests, a bare number."""

    absences = forms.CharField(
        label=_("也可以直接写未到会人员"),
        required=False,
        max_length=5000,
        widget=forms.TextInput({**SMALL, "placeholder": _("张三（请假：生病）、李四（缺席）")}),
    )
    nonmembers = forms.IntegerField(
        label=_("列席的非党员人数"),
        required=False,
        min_value=0,
        max_value=99999,
        widget=forms.NumberInput({**SMALL, "inputmode": "numeric"}),
    )
    due = forms.IntegerField(
        label=_("应到人数"),
        required=False,
        min_value=0,
        max_value=999999,
        widget=forms.NumberInput({**SMALL, "inputmode": "numeric"}),
        help_text=_("含系统里没有的人。"),
    )
    entitled = forms.IntegerField(
        label=_("其中有表决权人数"),
        required=False,
        min_value=0,
        max_value=999999,
        widget=forms.NumberInput({**SMALL, "inputmode": "numeric"}),
        help_text=_("不填即应到的都有表决权。"),
    )
    present = forms.IntegerField(
        label=_("实到人数"),
        required=False,
        min_value=0,
        max_value=999999,
        widget=forms.NumberInput({**SMALL, "inputmode": "numeric"}),
        help_text=_("只知道人数、不知道是谁时才填写。"),
    )

    def __init__(
        self, *args: Any, numbers: bool = False, votes: bool = False, seated: bool = True, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        if not seated:
            # Numbers are all there is: no roll to write exceptions to, nothing that is only for a doubt.
            del self.fields["absences"]
            self.fields["due"].help_text = self.fields["present"].help_text = ""
        if not numbers:
            del self.fields["due"]
        if not (numbers and votes):
            del self.fields["entitled"]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("作废原因"),
        max_length=200,
        widget=forms.TextInput(SMALL),
        error_messages={"required": _("请写明作废原因。")},
    )


class DetachForm(ReasonForm):
    reason = forms.CharField(
        label=_("删除原因"),
        max_length=200,
        widget=forms.TextInput(SMALL),
        error_messages={"required": _("请写明删除原因。")},
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("上传附件"),
        help_text=_("签到表照片、扫描件等；jpg、png、pdf、docx、xlsx，每个不超过 20 MB。"),
        widget=forms.FileInput({**SMALL, "accept": ",".join(ATTACHMENT_TYPES)}),
        error_messages={
            "required": _("请选择一个文件。"),
            "empty": _("这个文件是空的（0 字节）。请重新保存后再上传。"),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > ATTACHMENT_BYTES:
            raise forms.ValidationError(_("文件超过 20 MB。请压缩图片或拆成几个文件，再上传。"))
        return file


class FilterForm(forms.Form):
    """The list's filters, all in the address."""

    kind = forms.ChoiceField(label=_("会议类别"), required=False, widget=forms.Select(SELECT))
    year = forms.ChoiceField(label=_("年度"), required=False, widget=forms.Select(SELECT))
    month = forms.ChoiceField(
        label=_("月份"),
        required=False,
        widget=forms.Select(SELECT),
        choices=[("", _("全年")), *((str(n), f"{n}月") for n in range(1, 13))],
    )
    mark = forms.ChoiceField(
        label=_("标记"),
        required=False,
        widget=forms.Select(SELECT),
        choices=[("", _("全部")), ("late", _("补录")), ("doubtful", _("有缺项或重复"))],
    )
    text = forms.CharField(
        label=_("查找"),
        required=False,
        max_length=100,
        widget=forms.TextInput({**SMALL, "type": "search", "placeholder": _("主题、议题、姓名")}),
    )

    def __init__(
        self, *args: Any, kinds: list[tuple[str, str]], years: list[int], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.fields["kind"].choices = [("", _("全部类别")), *kinds]
        self.fields["year"].choices = [("", _("全部年度")), *((str(y), f"{y}年") for y in years)]
