"""Forms of exemptions and runs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from zhibu.standards.models import HandScore
from zhibu.standards.selectors.findings import points_text
from zhibu_engine.packs import Clause


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


class HandScoreForm(forms.Form):
    """Points for a clause that people score: a step of its scale, or free points without one."""

    step = forms.ChoiceField(label=_("档次"))
    points = forms.DecimalField(label=_("得分"), min_value=0, decimal_places=2, max_digits=7)
    assessor = forms.ChoiceField(label=_("评分方式"), choices=HandScore.Assessor)
    reason = forms.CharField(
        label=_("评分理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明看了什么、依据什么；被评的组织可以看到。"),
    )

    def __init__(self, *args: Any, clause: Clause, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clause = clause
        scale = getattr(clause.rule, "scale", ())
        if scale:
            del self.fields["points"]
            self.fields["step"].choices = [
                (grade.title, self._step_label(grade)) for grade in scale
            ]
            self._earns = {grade.title: grade.earns for grade in scale}
            return
        del self.fields["step"]
        most = points_text(clause.points)
        field = self.fields["points"]
        field.max_value = Decimal(clause.points) / 100
        field.validators.append(MaxValueValidator(field.max_value))
        field.help_text = _("0 到 %(most)s 分，最多两位小数。") % {"most": most}
        if clause.class_ == "penalty":
            field.label = _("扣分")

    @staticmethod
    def _step_label(grade: Any) -> str:
        said = _("%(title)s：%(points)s 分") % {
            "title": grade.title,
            "points": points_text(grade.earns),
        }
        return f"{said}（{grade.guide}）" if grade.guide else said

    def given(self) -> dict[str, Any]:
        """What the service takes; points in 0.01, of a deduction what is left of it."""
        data = self.cleaned_data
        step = data.get("step", "")
        points = self._earns[step] if step else int(data["points"] * 100)
        if not step and self._clause.class_ == "penalty":
            points = self._clause.points - points
        return {
            "points": points,
            "choice": step,
            "assessor": data["assessor"],
            "reason": data["reason"],
        }


class ScopeExemptionForm(ExemptionForm):
    """The same from the list of a scope: which unit and which clause are chosen too."""

    unit = forms.ChoiceField(label=_("组织"))
    clause = forms.ChoiceField(label=_("条款"))

    field_order = ("unit", "clause", "reason", "from_on", "to_on")

    def __init__(
        self,
        *args: Any,
        units: list[tuple[int, str]],
        clauses: list[tuple[str, list[tuple[str, str]]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("请选择")), *units]
        self.fields["clause"].choices = [("", _("请选择")), *clauses]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        standard, _sep, clause = data["clause"].partition("/")
        kept = {name: data[name] for name in ("reason", "from_on", "to_on")}
        return {"standard": standard, "clause": clause, **kept}


class DraftForm(forms.Form):
    file = forms.FileField(
        label=_("制度包文件"),
        help_text=_(
            "Excel 工作簿（.xlsx），或者整个文件夹的压缩包（.zip），最大 10 MB。上传后只是稿子，对谁都不起作用。"
        ),
        error_messages={"required": _("请选择一个文件。"), "empty": _("这个文件是空的。")},
    )


class BackTestForm(forms.Form):
    draft = forms.ChoiceField(label=_("试算哪一份稿子的哪项标准"))
    as_of = forms.DateField(
        label=_("评判日"),
        widget=DayInput(),
        help_text=_("用这一天的组织隶属和当年记录试算；可以选去年最后一天。"),
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["draft"].choices = offered


class RunForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=128)
    standard = forms.ChoiceField(label=_("标准"))
    as_of = forms.DateField(
        label=_("评判日"), widget=DayInput(), help_text=_("按这一天的组织隶属和当年记录评判。")
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standard"].choices = offered
