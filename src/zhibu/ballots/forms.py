"""Forms of a ballot: preparing it, answering it, counting it on paper. All work by plain posts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhibu.ballots.models import Ballot
from zhibu.ballots.questions import (
    Choice,
    Question,
    choices_read,
    choices_write,
    sheet_choices,
)
from zhibu.ballots.selectors import FULL_MEMBERS, MEMBERS, NAMED, POSTS
from zhibu.ballots.services import BallotInput, PaperCount
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs.ballot_sheets import BallotSheet

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
#: "matter:12", "segment:34", "record:56"
ABOUT = re.compile(r"(?:(?:matter|segment|record):\d{1,18})?")

VOTERS = (
    (FULL_MEMBERS, _("有表决权的党员")),
    (MEMBERS, _("全体党员")),
    (POSTS, _("在本组织任职的人员")),
    (NAMED, _("下面名单中勾选的人员")),
)
SECRET = (("yes", _("无记名")), ("no", _("记名")))


class People(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)


class SheetForm(forms.Form):
    """Preparing a ballot from a ready-made sheet; fields that the sheet settles are left out."""

    title = forms.CharField(label=_("标题"), max_length=200)
    way = forms.ChoiceField(
        label=_("方式"),
        choices=Ballot.Way.choices,
        widget=forms.RadioSelect,
        initial=Ballot.Way.ON_LINE,
        help_text=_("网上：参加的人登录后自己投票。纸质：打印票样，在会场投票，由计票人登记结果。"),
    )
    secret = forms.ChoiceField(
        label=_("记名还是无记名"),
        choices=SECRET,
        widget=forms.RadioSelect,
        initial="yes",
        help_text=_("记名时，谁选了什么会和姓名一起保存，投票前会告诉投票的人。"),
    )
    persons = People(label=_("候选人或者被评的人"))
    seats = forms.IntegerField(label=_("应选人数"), min_value=1, max_value=50)
    questions = forms.CharField(
        label=_("题目"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("每行一个题目。")
    )
    choices = forms.CharField(
        label=_("选项"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一个选项。要算平均分的，在后面空一格写分值，如“优秀 100”。"),
    )
    voters = forms.ChoiceField(
        label=_("参加人员"), choices=VOTERS, widget=forms.RadioSelect, initial=FULL_MEMBERS
    )
    voter_ids = People(label=_("参加人员名单"), required=False)
    closes_on = forms.DateField(
        label=_("截止日期"),
        widget=DAY,
        required=False,
        help_text=_("网上投票过了这一天就不能再投。可以不填，由组织者结束。"),
    )
    about = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, sheet: BallotSheet, people: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, known = sheet, list(people)
        self.fields["persons"].choices = self.fields["voter_ids"].choices = known
        fixed = sheet.vote is not None or sheet.election is not None
        unwanted = {"questions"} if sheet.persons else {"persons"}
        unwanted |= {"choices"} if fixed else set()
        unwanted |= set() if sheet.election else {"seats"}
        for name in unwanted:
            del self.fields[name]
        self.initial = {
            "title": sheet.title,
            "secret": "no" if sheet.secret is False else "yes",
            "questions": "\n".join(sheet.questions),
            "choices": choices_write(sheet_choices(sheet)),
            "voters": FULL_MEMBERS if fixed else MEMBERS,
            **self.initial,
        }

    def clean_choices(self) -> tuple[Choice, ...]:
        try:
            return choices_read(self.cleaned_data["choices"], sheet_choices(self.sheet))
        except RuleBroken as error:
            raise ValidationError(error.message) from error

    def clean_about(self) -> str:
        about = self.cleaned_data["about"]
        if not ABOUT.fullmatch(about):
            raise ValidationError(_("这次投票关于哪个事项写得不对，请从事项页面重新进入。"))
        return about

    def given(self) -> BallotInput:
        said = self.cleaned_data
        return BallotInput(
            sheet=self.sheet.code,
            title=said["title"],
            way=said["way"],
            secret=said["secret"] == "yes",
            texts=said.get("questions", "").splitlines(),
            person_ids=said.get("persons", ()),
            choices=said.get("choices", ()),
            voters=said["voters"],
            voter_ids=said["voter_ids"],
            seats=said.get("seats"),
            closes_on=said["closes_on"],
            about=said["about"],
        )


class VoteForm(forms.Form):
    """A ballot as the voter sees it: one question after the other, large choices."""

    def __init__(self, *args: Any, questions: Iterable[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in questions:
            self.fields[one.key] = forms.ChoiceField(
                label=one.text,
                choices=[(choice.key, choice.label) for choice in one.choices],
                widget=forms.RadioSelect,
                error_messages={"required": _("这一题还没有选。")},
            )

    def chosen(self) -> dict[str, str]:
        return dict(self.cleaned_data)


class CountForm(forms.Form):
    """The numbers that the tellers hand in."""

    day = forms.DateField(label=_("计票日期"), widget=DAY)
    present = forms.IntegerField(label=_("实到有表决权的人数"), min_value=0, max_value=99999)
    issued = forms.IntegerField(label=_("发出票数"), min_value=0, max_value=99999)
    collected = forms.IntegerField(label=_("收回票数"), min_value=0, max_value=99999)
    invalid = forms.IntegerField(label=_("无效票数"), min_value=0, max_value=99999, initial=0)
    written = forms.IntegerField(
        label=_("书面意见"),
        min_value=0,
        max_value=99999,
        initial=0,
        help_text=_("未到会的人会前提出的书面意见，已经计入下面的票数。"),
    )
    tellers = People(label=_("计票人"))
    scrutineers = People(label=_("监票人"), required=False)
    late_reason = forms.CharField(
        label=_("补录原因"),
        max_length=200,
        required=False,
        help_text=_("计票较久才登记的，请写一句原因。"),
    )
    reason = forms.CharField(
        label=_("更正原因"), max_length=200, help_text=_("更正前的数字会保留。")
    )

    def __init__(
        self,
        *args: Any,
        questions: Iterable[Question],
        people: Iterable[tuple[int, str]],
        written: bool,
        correcting: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = tuple(questions)
        self.fields["tellers"].choices = self.fields["scrutineers"].choices = list(people)
        if not written:
            del self.fields["written"]
        del self.fields["late_reason" if correcting else "reason"]
        for one in self.questions:
            for choice in one.choices:
                self.fields[f"{one.key}-{choice.key}"] = forms.IntegerField(
                    label=choice.label, min_value=0, max_value=99999, initial=0
                )
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.widget.attrs["inputmode"] = "numeric"

    def head(self) -> list[forms.BoundField]:
        names = ("day", "present", "issued", "collected", "invalid", "written")
        return [self[name] for name in names if name in self.fields]

    def body(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (one.text, [self[f"{one.key}-{choice.key}"] for choice in one.choices])
            for one in self.questions
        ]

    def foot(self) -> list[forms.BoundField]:
        names = ("tellers", "scrutineers", "late_reason", "reason")
        return [self[name] for name in names if name in self.fields]

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "day": said["day"],
            "count": PaperCount(
                present=said["present"],
                issued=said["issued"],
                collected=said["collected"],
                invalid=said["invalid"],
                written=said.get("written", 0),
                chosen={
                    one.key: {c.key: said[f"{one.key}-{c.key}"] for c in one.choices}
                    for one in self.questions
                },
            ),
            "tellers": said["tellers"],
            "scrutineers": said["scrutineers"],
            "late_reason": said.get("late_reason", ""),
            "reason": said.get("reason", ""),
        }


def count_initial(ballot: Ballot) -> dict[str, Any]:
    """What a closed paper ballot says now, to be corrected."""
    count = getattr(ballot, "count", None)
    if count is None:
        return {}
    people: dict[str, list[int]] = {"teller": [], "scrutineer": []}
    for part in ballot.record.participants.filter(role__in=people):
        people[part.role].append(part.person_id)
    numbers = {
        f"{question}-{choice}": number
        for question, chosen in count.chosen.items()
        for choice, number in chosen.items()
    }
    names = ("present", "issued", "collected", "invalid", "written")
    return {
        "day": ballot.record.event_on,
        **{name: getattr(count, name) for name in names},
        "tellers": people["teller"],
        "scrutineers": people["scrutineer"],
        **numbers,
    }
