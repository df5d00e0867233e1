"""Forms of the organisation. Each only offers what the reader may see."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models import Adoption, Person, RoleGrant, Unit
from zhibu.organization.selectors import persons_known, post_titles
from zhibu.packs.selectors import packs_installed
from zhibu.shared import clock


def day_field(label: object, *, required: bool = True, help_text: object = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, unit: Unit) -> str:
        return f"{unit.name}（{unit.code}）"


def unit_choice(
    user: Any, label: object, *, required: bool = True, exclude: Unit | None = None
) -> UnitChoice:
    units = Unit.objects.visible_to(user).alive_on(clock.today()).exclude(kind=Unit.Kind.GROUP)
    if exclude is not None:
        units = units.exclude(pk=exclude.pk)
    return UnitChoice(units, label=label, required=required, empty_label=_("（请选择）"))


class UnitForm(forms.Form):
    """A new unit below another."""

    name = forms.CharField(label=_("组织名称"), max_length=128)
    short_name = forms.CharField(label=_("简称"), max_length=64, required=False)
    code = forms.CharField(
        label=_("组织代码"), max_length=64, help_text=_("全系统唯一，建好后不再更改。")
    )
    kind = forms.ChoiceField(label=_("组织类别"), choices=Unit.Kind)
    sector = forms.ChoiceField(
        label=_("所属领域"), required=False, choices=[("", "—"), *Unit.Sector.choices]
    )
    founded_on = day_field(_("成立日期"))
    is_temporary = forms.BooleanField(label=_("临时组织"), required=False)


class RenameForm(forms.Form):
    name = forms.CharField(
        label=_("新名称"), max_length=128, help_text=_("原名称会留作别名，旧表格仍能对上。")
    )
    short_name = forms.CharField(label=_("简称"), max_length=64, required=False)


class WithdrawForm(forms.Form):
    day = day_field(
        _("撤销日期"),
        help_text=_(
            "这一天是组织存续的最后一天，在任职务和党小组随之结束，记录保留。还有党员的，须先办理组织关系转接。"
        ),
    )


class MoveForm(forms.Form):
    line = forms.ChoiceField(
        label=_("哪一种关系"), choices=[("tree", _("隶属")), ("guidance", _("归口"))]
    )
    day = day_field(_("从哪一天起"), help_text=_("这一天之前仍按原来的上级显示和评判。"))

    def __init__(self, *args: Any, user: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = unit_choice(user, _("新的上级"), required=False, exclude=unit)
        self.fields["parent"].help_text = _("结束归口关系的，这里留空。")
        self.order_fields(["line", "parent", "day"])


class MergeForm(forms.Form):
    day = day_field(
        _("最后一天"),
        help_text=_("次日起党员和下级组织归入新组织，党小组随之结束，原有记录仍记在本组织名下。"),
    )

    def __init__(self, *args: Any, user: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"] = unit_choice(user, _("并入哪个组织"), exclude=unit)
        if unit.is_branch:
            self.fields["into"].queryset = self.fields["into"].queryset.branches()
        self.order_fields(["into", "day"])


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: Person) -> str:
        born = f"，{person.born_on:%Y-%m} 生" if person.born_on else ""
        return f"{person}{born}"


def one_named(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Either somebody of the list, or a name."""
    if bool(cleaned.get("person")) == bool(cleaned.get("new_name", "").strip()):
        form.add_error("person", _("请从名单中选一个人，或填写名单里没有的人的姓名，只填一处。"))
    return cleaned


class PostForm(forms.Form):
    """Somebody known here takes a post, or a new person by name."""

    new_name = forms.CharField(
        label=_("名单里没有的人"),
        required=False,
        max_length=64,
        help_text=_("只在上面的名单里找不到时填写姓名。"),
    )
    code = forms.ChoiceField(label=_("职务"))
    from_on = day_field(_("任职日期"))
    duty = forms.CharField(label=_("分工"), required=False, max_length=200)

    def __init__(self, *args: Any, unit: Unit, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = PersonChoice(
            persons_known(unit, day), label=_("人员"), required=False, empty_label=_("（请选择）")
        )
        self.fields["code"].choices = [("", "—"), *post_titles(unit, day).items()]
        self.order_fields(["person", "new_name", "code", "from_on", "duty"])

    def clean(self) -> dict[str, Any]:
        return one_named(self, super().clean() or {})


class PostEndForm(forms.Form):
    to_on = day_field(_("离任日期"), help_text=_("在任的最后一天。"))


class TermForm(forms.Form):
    from_on = day_field(_("本届起"))
    to_on = day_field(_("本届届满"), help_text=_("届满前应换届。"))


class ExtendForm(forms.Form):
    extended_to = day_field(_("批准延期至"))
    approval = forms.CharField(label=_("批准文号或批复日期"), max_length=128)


class GroupForm(forms.Form):
    name = forms.CharField(label=_("党小组名称"), max_length=128)
    founded_on = day_field(_("设立日期"))


class AdoptForm(forms.Form):
    pack = forms.ChoiceField(label=_("制度包"))
    mode = forms.ChoiceField(label=_("方式"), choices=Adoption.Mode, initial=Adoption.Mode.ENFORCE)
    from_on = day_field(_("从哪一天起"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, str] = {}
        for version in packs_installed():
            choices.setdefault(f"{version.key} ", f"{version.title}（{_('总用最新版')}）")
            choices[f"{version.key} {version.version}"] = str(version)
        self.fields["pack"].choices = list(choices.items())


class GrantForm(forms.Form):
    username = forms.CharField(
        label=_("用户名或手机号"), max_length=64, help_text=_("还没有账号的，请先建立账号。")
    )
    role = forms.ChoiceField(label=_("角色"), choices=RoleGrant.Role)
    to_on = day_field(_("到哪一天止"), required=False, help_text=_("长期有效的留空。"))


class ConfirmForm(forms.Form):
    """Nothing to fill in: sending it is saying yes."""


class AccountForm(forms.Form):
    """An account for somebody known in the unit."""

    username = forms.CharField(
        label=_("用户名"), max_length=64, help_text=_("建议用姓名拼音，例如 wangxiaoming。")
    )
    phone = forms.CharField(
        label=_("手机号"), required=False, max_length=20, help_text=_("填写后也可用手机号登录。")
    )
    role = forms.ChoiceField(label=_("角色"), choices=RoleGrant.Role, initial=RoleGrant.Role.MEMBER)

    new_name = forms.CharField(
        label=_("名单里没有的人"),
        required=False,
        max_length=64,
        help_text=_("机关工作人员等不在名单里的，填写姓名。"),
    )

    def __init__(self, *args: Any, unit: Unit, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = persons_known(unit, day).filter(user=None)
        self.fields["person"] = PersonChoice(
            people, label=_("给谁"), required=False, empty_label=_("（请选择）")
        )
        self.order_fields(["person", "new_name", "username", "phone", "role"])

    def clean(self) -> dict[str, Any]:
        return one_named(self, super().clean() or {})


class SheetForm(forms.Form):
    """One Excel file."""

    file = forms.FileField(
        label=_("Excel 文件"),
        help_text=_("支持 .xlsx 和 .xls。有一处错误就一行也不导入，并逐格说明。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}),
        error_messages={
            "empty": _("这个文件是空的（0 字节）。请重新保存后再上传。"),
            "required": _("请选择一个文件。"),
        },
    )


class SensitiveForm(forms.Form):
    fields_wanted = forms.MultipleChoiceField(
        label=_("查看内容"),
        choices=[("id_number", _("身份证号")), ("phone", _("手机号"))],
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.CharField(
        label=_("用途"), max_length=200, help_text=_("例如：核对转接介绍信。本人可以看到这条登记。")
    )
