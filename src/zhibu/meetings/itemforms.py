"""One agenda item of the form: what was put, said and resolved, and the step of a matter that it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from zhibu.meetings import terms
from zhibu.meetings.forms import REFRESH, SELECT, SMALL
from zhibu.meetings.frame import Frame
from zhibu.meetings.inputs import ITEM_FIELDS, AgendaInput, TaskInput
from zhibu.shared.numbers import whole
from zhibu_engine.procedures import CARRIED, PARTLY, REJECTED

SECRET = {"secret": True, "open": False}
REASON, ASKED = "reason-", "asked-"
#: At most so many tasks of one item.
TASKS = 20


def _number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=99999,
        widget=forms.NumberInput({**SMALL, "inputmode": "numeric"}),
    )


class TaskForm(forms.Form):
    """Something that the resolution orders."""

    title = forms.CharField(
        label=_("任务"),
        max_length=200,
        required=False,
        widget=forms.TextInput(SMALL),
        help_text=_("不填即用决议的内容。"),
    )
    owner = forms.ChoiceField(label=_("责任人"), required=False, widget=forms.Select(SELECT))
    wanted_on = forms.DateField(
        label=_("完成日期"),
        required=False,
        widget=forms.DateInput(attrs={**SMALL, "type": "date"}, format="%Y-%m-%d"),
    )
    standard = forms.CharField(
        label=_("完成标准"), max_length=500, required=False, widget=forms.TextInput(SMALL)
    )

    def __init__(self, *args: Any, frame: Frame, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["owner"].choices = frame.people
        self.fields["wanted_on"].error_messages["invalid"] = _(
            "日期看不懂。请写成 2025-03-10 的样子。"
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.is_blank:
            if not data.get("owner"):
                self.add_error("owner", _("请选择责任人。"))
            if not data.get("wanted_on") and "wanted_on" not in self.errors:
                self.add_error("wanted_on", _("请填写完成日期。"))
        return data

    @property
    def is_blank(self) -> bool:
        return not any(value not in ("", None) for value in self.cleaned_data.values())

    def given(self) -> TaskInput:
        data = self.cleaned_data
        return TaskInput(int(data["owner"]), data["wanted_on"], data["title"], data["standard"])


class AgendaForm(forms.Form):
    """``said`` is what the whole form says: which step is chosen, and which reasons were asked for."""

    title = forms.CharField(
        label=_("议题"), max_length=200, required=False, widget=forms.TextInput(SMALL)
    )
    step = forms.ChoiceField(
        label=_("对应事项"),
        required=False,
        widget=forms.Select({**SELECT, **REFRESH}),
        help_text=_("这项议题是办理哪件事的哪一步。不是办事的议题不选。"),
        error_messages={"invalid_choice": _("这件事的这一步现在不能选。请重新选择。")},
    )
    is_study = forms.BooleanField(
        label=_("学习议题"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    discussion = forms.CharField(
        label=_("讨论情况"),
        required=False,
        max_length=20000,
        widget=forms.Textarea({**SMALL, "rows": 2}),
    )
    resolution = forms.CharField(
        label=_("决议"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({**SMALL, "rows": 2}),
    )
    decision = forms.ChoiceField(
        label=_("这一步的结果"), required=False, widget=forms.Select(SELECT)
    )
    votes_for = _number(_("赞成票"))
    votes_against = _number(_("反对票"))
    votes_abstain = _number(_("弃权票"))
    written = _number(_("其中书面意见"))
    secret = forms.ChoiceField(
        label=_("表决方式"),
        required=False,
        widget=forms.Select(SELECT),
        choices=[("", "—"), ("secret", _("无记名投票")), ("open", _("举手或者记名"))],
    )

    def __init__(
        self, *args: Any, frame: Frame, kind_code: str, said: Mapping[str, Any], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        kind = terms.kind_find(frame.words, kind_code)
        code = str(said.get(self.add_prefix("step")) or "")
        choices = frame.steps_for(kind_code, code)
        self.chosen = frame.step_of(code) if code in dict(choices) else None
        self.fields["step"].choices = choices
        if len(choices) == 1:
            del self.fields["step"]
        step = self.chosen.step if self.chosen else None
        asked = step.asked(kind_code) if step else None
        #: Its resolution is put to a vote.
        self.wants_votes = bool(asked and asked.vote)
        self.votes = self.wants_votes or bool(kind and kind.entitled != "none")
        if not terms.vote_rule(kind, asked).written_opinions:
            del self.fields["written"]
        self._decisions(step, counted=self.wants_votes or bool(step and step.election))
        if self.chosen:
            self._reasons(said)
        #: Tasks that the item ordered before, in words.
        self.ordered = frame.ordered.get(str(self.prefix), ())
        self.may_order = "task" in frame.words.procedures
        self.tasks = [self._task(n, frame, said) for n in range(self._task_count(said))]

    def _task_count(self, said: Mapping[str, Any]) -> int:
        wanted = whole(said.get(self.add_prefix("tasks"))) or 0
        return min(wanted, TASKS) if self.may_order else 0

    def _task(self, number: int, frame: Frame, said: Mapping[str, Any]) -> TaskForm:
        prefix = f"{self.prefix}t{number}"
        if self.is_bound:
            return TaskForm(self.data, prefix=prefix, frame=frame)
        initial = {name: said.get(f"{prefix}-{name}") for name in TaskForm.base_fields}
        return TaskForm(prefix=prefix, initial=initial, frame=frame)

    def is_valid(self) -> bool:
        own, rest = super().is_valid(), all([task.is_valid() for task in self.tasks])
        if not rest:
            self.add_error(None, _("请把列出的任务填完整。"))
        return own and rest

    def _decisions(self, step: Any, *, counted: bool) -> None:
        """What the counts do not say must be chosen, where there is a choice."""
        chosen = [one.key for one in step.decisions] if step else []
        if counted and not set(chosen) - {CARRIED, PARTLY, REJECTED}:
            chosen = []
        if len(chosen) < 2:
            del self.fields["decision"]
            return
        choices = [(one.key, one.title) for one in step.decisions]
        self.fields["decision"].choices = [("", _("请选择")), *choices]

    def _reasons(self, said: Mapping[str, Any]) -> None:
        start = self.add_prefix(ASKED)
        for name, text in said.items():
            if name.startswith(start):
                self.ask(name.removeprefix(start), str(text))

    def ask(self, code: str, text: str) -> None:
        """A box for the reason why something does not conform."""
        self.fields[REASON + code] = forms.CharField(
            label=_("请说明理由"),
            required=False,
            max_length=300,
            widget=forms.TextInput(SMALL),
            help_text=text[:300],
        )

    def asked(self) -> Iterator[tuple[str, str, BoundField]]:
        """Hidden name, what does not conform, and the box for its reason."""
        for name in [one for one in self.fields if one.startswith(REASON)]:
            hidden = self.add_prefix(ASKED + name.removeprefix(REASON))
            yield hidden, str(self.fields[name].help_text), self[name]

    def blame(self, field: str, text: str) -> None:
        """Put a refusal where its cause was typed; a breach gets the box for its reason."""
        head, _colon, code = field.partition(":")
        if head == "reason" and code:
            self.ask(code, text)
            self.add_error(REASON + code, text)
        else:
            self.add_error("step" if "step" in self.fields else None, text)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("step") and not data.get("title") and self.chosen:
            data["title"] = self.chosen.matter[:200]
        said = [
            name
            for name in ("discussion", "resolution", "votes_for")
            if data.get(name) not in ("", None)
        ]
        if (said or self.orders) and not data.get("title"):
            self.add_error("title", _("请写明议题。"))
        return data

    @property
    def is_blank(self) -> bool:
        said = any(value not in ("", None, False) for value in self.cleaned_data.values())
        return not (said or self.orders)

    @property
    def orders(self) -> bool:
        return any(task.is_valid() and not task.is_blank for task in self.tasks)

    @property
    def opens_more(self) -> bool:
        """Filled in, or asked for by the step."""
        filled = self["votes_for"].value() not in (None, "")
        return self.wants_votes or bool(self.tasks) or filled

    def given(self) -> AgendaInput:
        data = self.cleaned_data
        kept = {name: data.get(name) for name in ITEM_FIELDS if name != "secret"}
        chosen = self.chosen if data.get("step") else None
        return AgendaInput(
            **kept,
            secret=SECRET.get(data["secret"]),
            matter_id=chosen.matter_id if chosen else None,
            step=chosen.step.key if chosen else "",
            decision=data.get("decision", ""),
            tasks=tuple(task.given() for task in self.tasks if not task.is_blank),
            reasons={
                name.removeprefix(REASON): value
                for name, value in data.items()
                if name.startswith(REASON) and value
            },
        )
