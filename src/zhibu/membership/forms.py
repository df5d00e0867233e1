from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.jobs.cells import CellWrong
from zhibu.membership import codes
from zhibu.membership.identity import identity_read, landline_read, mobile_read
from zhibu.membership.models import Member, Membership
from zhibu.membership.sheet import NO_PROBATION, TITLES, years_after
from zhibu.organization.models import Person, Unit
from zhibu.shared import clock

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


_SEALED = ("identity", "mobile", "landline", "address")


def _codes(codelist: Any) -> list[tuple[str, str]]:
    return [("", "---------"), *((code, codelist.show(code)) for code in codelist.codes)]


class FilterForm(forms.Form):
    """What a list of members may be narrowed by."""

    q = forms.CharField(label=_("姓名或拼音首字母"), required=False)
    category = forms.ChoiceField(
        label=_("人员类别"), required=False, choices=[("", _("全部")), *Member.Category.choices]
    )
    group = forms.ChoiceField(label=_("党小组"), required=False)
    state = forms.ChoiceField(
        label=_("状态"), required=False,
        choices=[("", _("全部")), ("lost", _("失联")), ("floating", _("流动")), ("suspended", _("停止党籍"))],
    )  # fmt: skip

    def __init__(self, *args: Any, groups: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            listed = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if listed else "form-control"
        choices = [
            ("", _("全部")),
            ("none", _("未编组")),
            *((str(group.pk), str(group)) for group in groups),
        ]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """A member as the official sheet describes one; the same checks as the import."""

    name = forms.CharField(label=TITLES["name"], max_length=64)
    name_note = forms.CharField(
        label=_("同名标记"),
        max_length=16,
        required=False,
        help_text=_("同名的人用来区分，例如“大”“小”。"),
    )
    identity = forms.CharField(label=TITLES["identity"], required=False, max_length=20)
    sex = forms.ChoiceField(
        label=TITLES["sex"], required=False, choices=[("", "---------"), *Person.Sex.choices[1:]]
    )
    ethnicity = forms.ChoiceField(label=TITLES["ethnicity"], required=False)
    born_on = forms.DateField(label=TITLES["born_on"], required=False, widget=_DAY)
    education = forms.ChoiceField(label=TITLES["education"], required=False)
    category = forms.ChoiceField(label=TITLES["category"], choices=Member.Category.choices)
    joined_on = forms.DateField(label=TITLES["joined_on"], widget=_DAY)
    full_on = forms.DateField(label=TITLES["full_on"], required=False, widget=_DAY)
    job = forms.ChoiceField(label=TITLES["job"], required=False)
    mobile = forms.CharField(
        label=TITLES["mobile"], required=False, help_text=_("没有手机可以空着。")
    )
    landline = forms.CharField(label=TITLES["landline"], required=False)
    address = forms.CharField(label=TITLES["address"], required=False, max_length=200)
    status = forms.ChoiceField(label=TITLES["status"], choices=Member.Status.choices)
    is_leader = forms.BooleanField(label=TITLES["is_leader"], required=False)
    is_lost = forms.BooleanField(label=_("失联党员"), required=False)
    lost_on = forms.CharField(
        label=TITLES["lost_on"],
        required=False,
        max_length=10,
        help_text=_("写到年月即可，例如 2024-05。"),
    )
    is_floating = forms.BooleanField(label=_("流动党员"), required=False)
    destination = forms.CharField(label=TITLES["destination"], required=False, max_length=64)

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        """``known``: the member exists; sealed fields come empty, and empty ones stay as they are."""
        super().__init__(*args, **kwargs)
        self.known = known
        for name, codelist in (
            ("ethnicity", codes.ethnicity()),
            ("education", codes.education()),
            ("job", codes.job()),
        ):
            self.fields[name].choices = _codes(codelist)  # type: ignore[attr-defined]
        if known:
            for name in _SEALED:
                self.fields[name].help_text = _("为保护隐私不显示原内容；留空表示不改。")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._read("identity", lambda text: (identity_read(text) or _Nobody).number)
        self._read("mobile", mobile_read)
        self._read("landline", landline_read)
        self._check_identity(values)
        self._check_days(values)
        if self.known:
            for name in _SEALED:
                if not values.get(name):
                    values.pop(name, None)
        return values

    def _read(self, name: str, read: Any) -> None:
        if self.cleaned_data.get(name):
            try:
                self.cleaned_data[name] = read(self.cleaned_data[name])
            except CellWrong as error:
                self.add_error(name, str(error))

    def _check_identity(self, values: dict[str, Any]) -> None:
        number = values.get("identity")
        if not number or "identity" in self.errors:
            return
        said = identity_read(number)
        if said is None or said.masked:
            self.add_error("identity", _("请填写完整的 18 位身份证号。"))
            return
        if values.get("born_on") and values["born_on"] != said.born_on:
            self.add_error("born_on", _("出生日期与身份证号不一致。请核对后改正其中一处。"))
        if values.get("sex") and values["sex"] != said.sex:
            self.add_error("sex", _("性别与身份证号第 17 位不一致。请核对后改正其中一处。"))
        values["born_on"], values["sex"] = said.born_on, said.sex

    def _check_days(self, values: dict[str, Any]) -> None:
        today = clock.today()
        born, joined, full = values.get("born_on"), values.get("joined_on"), values.get("full_on")
        for name in ("born_on", "joined_on", "full_on"):
            if values.get(name) and values[name] > today:
                self.add_error(name, _("这一天还没有到。请核对年份。"))
        if born and joined and joined < years_after(born, 18):
            self.add_error("joined_on", _("加入党组织时未满 18 周岁。请核对两个日期。"))
        if (
            joined
            and full
            and (full < joined or (full == joined and not _without_probation(joined)))
        ):
            self.add_error("full_on", _("转为正式党员日期应晚于加入党组织日期。请核对两个日期。"))


def _without_probation(day: date) -> bool:
    return NO_PROBATION[0] <= day <= NO_PROBATION[1]


class _Nobody:
    number = ""


class AdmitForm(MemberForm):
    from_on = forms.DateField(label=_("转入本支部日期"), widget=_DAY)


class TransferForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("转入党支部"), queryset=Unit.objects.none())
    day = forms.DateField(label=_("转入日期"), widget=_DAY)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class EndForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("离开原因"), choices=[c for c in Membership.EndReason.choices if c[0] != "merged"]
    )
    day = forms.DateField(label=_("最后一天"), widget=_DAY)


class PurposeForm(forms.Form):
    """Why somebody looks at numbers in full; the person concerned will read it."""

    purpose = forms.CharField(
        label=_("用途"),
        min_length=2,
        max_length=200,
        help_text=_("例如：核对发展党员档案。会被登记，本人可以看到。"),
    )


class FullExportForm(PurposeForm):
    leaders = forms.BooleanField(
        label=_("加一列“党员领导干部”"),
        required=False,
        help_text=_("官方表没有这一列，加在最右边；可以原样导回。"),
    )
