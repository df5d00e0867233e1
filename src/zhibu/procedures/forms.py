"""Forms of matters and their steps. What a procedure asks comes from ``blanks``; everything works by plain posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models import Person, Unit
from zhibu.procedures.blankrows import MORE
from zhibu.procedures.blanks import (
    PREFIX,
    Chooser,
    blank_asked,
    blank_fields,
    blank_initial,
    blank_values,
)
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.standing import PERSON_BLANKS
from zhibu.records.models import Record
from zhibu.records.services import ATTACHMENT_BYTES, ATTACHMENT_TYPES
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs.procedure import Procedure, StepOf
from zhibu_engine.procedures import Breach

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
REASON = "reason-"
PAPER = "paper-"
#: Seldom wanted, so folded away.
RARE = (PAPER, "on_behalf_of", "late_reason")
#: A hostile post must not make a thousand boxes.
REASONS_MOST = 60


def day_field(label: Any, **options: Any) -> forms.DateField:
    said = {
        "required": _("请填写日期。"),
        "invalid": _("日期看不懂。请写成 2025-03-10 的样子。"),
    }
    return forms.DateField(label=label, widget=DAY, error_messages=said, **options)


def chosen_field(label: Any, choices: Sequence[Any], **options: Any) -> forms.Field:
    return forms.TypedChoiceField(
        label=label, choices=[("", _("请选择")), *choices], coerce=int, empty_value=None, **options
    )


def file_field(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(ATTACHMENT_TYPES)}),
        help_text=_("jpg、png、pdf、docx、xlsx，不超过 20 MB。"),
        error_messages={"empty": _("这个文件是空的（0 字节）。请重新保存后再上传。")},
    )


class RefusedForm(forms.Form):
    """Puts what a service refuses beside the field it is about."""

    #: The service's word → the form's.
    CALLED: dict[str, str] = {"event_on": "day"}

    def asks_more(self) -> bool:
        """Asking for more rows is no submission: what is typed is kept and nothing is judged."""
        if not (self.is_bound and MORE in self.data):
            return False
        if self.errors:
            self._errors = ErrorDict()
        return True

    def refused(self, error: ValidationError | RuleBroken) -> None:
        if isinstance(error, RuleBroken):
            self.add_error(None, error.message)
        elif not hasattr(error, "error_dict"):
            self.add_error(None, error.messages)
        else:
            for name, said in error.message_dict.items():
                head, _colon, key = name.partition(":")
                field = f"f-{key}" if head == "form" else self.CALLED.get(name, name)
                self.add_error(field if field in self.fields else None, said)


class MatterForm(RefusedForm):
    """A matter as it is opened, or with ``matter`` as it is corrected: subject and day stay then."""

    title = forms.CharField(
        label=_("事项名称"), max_length=200, error_messages={"required": _("请填写事项名称。")}
    )

    def __init__(
        self,
        *args: Any,
        procedure: Procedure,
        chooser: Chooser,
        matter: Matter | None = None,
        asked: Any = None,
        **kwargs: Any,
    ) -> None:
        self.procedure, self.matter = procedure, matter
        if matter is not None:
            kwargs["initial"] = {
                "title": matter.title,
                "owner": matter.owner_id,
                "wanted_on": matter.wanted_on,
                **blank_initial(procedure.form, matter.form),
            }
        else:
            query = asked or {}
            plain = {key: query[key] for key in ("title", "owner", "wanted_on") if key in query}
            plain |= {key: query[key] for key in ("person", "about_unit", "origin") if key in query}
            kwargs["initial"] = {
                "opened_on": chooser.day,
                **plain,
                **blank_asked(procedure.form, query),
            }
        super().__init__(*args, **kwargs)
        if matter is None:
            self._subject(chooser)
        self.fields.update(blank_fields(procedure.form, chooser, required=True))
        if procedure.subject == "person":
            self._known_of_person()
        self.fields["owner"] = chosen_field(
            _("责任人"), chooser.people, required=False, help_text=_("由谁负责办到底。")
        )
        if matter is None:
            self.fields["opened_on"] = day_field(_("启动日期"))
        self.fields["wanted_on"] = day_field(
            _("要求完成日"), required=False, help_text=_("没有要求的不填，按程序的期限提醒。")
        )
        if matter is not None:
            self.fields["reason"] = reason_field(_("更正原因"), _("请写明更正原因。"))

    def _known_of_person(self) -> None:
        """What a person's own data say need not be said again; the service asks where they do not."""
        for key in PERSON_BLANKS:
            if PREFIX + key in self.fields:
                self.fields[PREFIX + key].required = False

    def _subject(self, chooser: Chooser) -> None:
        subject = self.procedure.subject
        if subject == "person":
            said = {"required": _("请选择对象。")}
            self.fields["person"] = chosen_field(
                _("对象"), chooser.people, error_messages=said, required=False
            )
            self.fields["person_name"] = forms.CharField(
                label=_("名单中没有的，填姓名"), required=False, max_length=64,
                help_text=_("会新登记这个人。"), widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip
        if subject == "unit":
            said = {"required": _("请选择对象组织。")}
            self.fields["about_unit"] = chosen_field(
                _("对象组织"), chooser.units, error_messages=said
            )
        if subject == "document":
            said = {"required": _("请选择文件。")}
            self.fields["origin"] = chosen_field(_("文件"), chooser.documents, error_messages=said)

    def said(self) -> dict[str, Any]:
        """What both acts want."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "form": blank_values(self.procedure.form, data),
            "owner": person_of(data["owner"]),
            "wanted_on": data["wanted_on"],
        }

    def subject(self) -> dict[str, Any]:
        """What it is about, chosen from what the form offered, or somebody new by name."""
        name = self.cleaned_data.get("person_name", "").strip()
        if name and not self.cleaned_data.get("person"):
            return {"person_name": name}
        rows = {"person": Person, "about_unit": Unit, "origin": Record}
        return {
            name: model._default_manager.get(pk=self.cleaned_data[name])
            for name, model in rows.items()
            if self.cleaned_data.get(name)
        }


def person_of(key: int | None) -> Person | None:
    return Person.objects.get(pk=key) if key else None


def reason_field(label: Any, wanted: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        help_text=_("原来的内容会保留，任何人都能查到。"),
        error_messages={"required": wanted},
    )


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a refused form: it is not chosen again."""

    paper: str
    name: str
    token: str


class StepForm(RefusedForm):
    """A step that is written here, or with ``made`` its correction."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        procedure: Procedure,
        step: StepOf,
        chooser: Chooser,
        made: MatterStep | None = None,
        salt: str = "",
        fixed: Mapping[str, Any] | None = None,
    ) -> None:
        """``fixed``: days that the rules leave no choice in, filled in beforehand."""
        self.procedure, self.step, self.made, self.salt = procedure, step, made, salt
        initial: dict[str, Any] = {"day": chooser.day, **blank_initial(step.fields, fixed or {})}
        if made is not None:
            initial = {
                "day": made.day,
                "person": made.person_id,
                **blank_initial(step.fields, made.fields),
            }
        super().__init__(data, files, initial=initial)
        self.kept_files: list[KeptFile] = []
        self.fields.update(blank_fields(step.fields, chooser, required=False))
        if made is None and len(step.decisions) > 1:
            self.fields["decision"] = forms.ChoiceField(
                label=_("结果"),
                choices=[(one.key, one.title) for one in step.decisions],
                widget=forms.RadioSelect,
                error_messages={"required": _("请选择这一步的结果。")},
            )
        self.fields["day"] = day_field(_("日期"))
        self.fields["person"] = chosen_field(
            _("经办人"), chooser.people, required=False, help_text=_("实际办这件事的人。")
        )
        if made is None:
            self._papers(chooser)
        else:
            self.fields["reason"] = reason_field(_("更正原因"), _("请写明更正原因。"))
        self.fields["late_reason"] = forms.CharField(
            label=_("补录原因"),
            max_length=200,
            required=False,
            initial=made.record.late_reason if made else "",
            help_text=_("办理较久才登记的，请写一句原因。"),
        )
        self._reasons_posted(made.reasons if made else {})

    def _papers(self, chooser: Chooser) -> None:
        for paper in self.step.papers:
            self.fields[PAPER + paper.key] = file_field(paper.title)
        self.fields[PAPER] = file_field(_("其他附件"))
        self.fields["on_behalf_of"] = chosen_field(
            _("代他人登记"), chooser.people, required=False, help_text=_("替别人登记的，选那个人。")
        )

    def _reasons_posted(self, written: dict[str, str]) -> None:
        codes = dict.fromkeys(written)
        if self.is_bound:
            codes |= dict.fromkeys(
                name.removeprefix(REASON) for name in self.data if name.startswith(REASON)
            )
        for code in list(codes)[:REASONS_MOST]:
            self._ask(code, str(_("已写的理由")), written.get(code, ""))

    def _ask(self, code: str, text: str, initial: str = "") -> None:
        self.fields[REASON + code] = forms.CharField(
            label=text, max_length=300, required=False, initial=initial
        )

    def refused_by(self, breaches: Iterable[Breach]) -> None:
        """Each breach with its own box for the reason; what no reason excuses is said above all."""
        for one in breaches:
            about, _colon, key = one.code.partition(":")
            if one.hard:
                self.add_error(None, one.text)
                continue
            # Asked anew at the end, in the order of the rules.
            self.fields.pop(REASON + one.code, None)
            self._ask(one.code, one.text)
            if about == "field" and not one.reason:
                self.add_error(f"f-{key}", one.text)

    def said(self) -> dict[str, Any]:
        """What both acts want."""
        data = self.cleaned_data
        return {
            "day": data["day"],
            "fields": blank_values(self.step.fields, data),
            "person": person_of(data["person"]),
            "reasons": self.reasons(),
            "late_reason": data["late_reason"],
        }

    def reasons(self) -> dict[str, str]:
        return {
            name.removeprefix(REASON): value
            for name, value in self.cleaned_data.items()
            if name.startswith(REASON)
        }

    def papers(self) -> list[tuple[str, Any]]:
        """(paper key, upload) of the files that came with this post."""
        return [
            (name.removeprefix(PAPER), value)
            for name, value in self.cleaned_data.items()
            if name.startswith(PAPER) and value and value.size <= ATTACHMENT_BYTES
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if name.startswith(PAPER) and value and value.size > ATTACHMENT_BYTES:
                self.add_error(name, _("文件超过 20 MB。请压缩图片或拆成几个文件，再上传。"))
        return cleaned

    # Files of a refused post

    def keep(self, paper: str, name: str, blob_id: int) -> str:
        return signing.dumps([paper, name, blob_id], salt=self.salt)

    def kept(self) -> list[tuple[str, str, int, str]]:
        """(paper, name, blob, token) of files that came with an earlier, refused post of this reader."""
        found = []
        tokens = self.data.getlist("kept")[:REASONS_MOST] if self.is_bound else []
        for token in dict.fromkeys(tokens):
            try:
                paper, name, blob_id = signing.loads(token, salt=self.salt)
            except signing.BadSignature:
                continue
            found.append((paper, name, blob_id, token))
        return found

    # What the template shows where

    def body_fields(self) -> list[forms.BoundField]:
        folded = {*RARE}
        return [
            one
            for one in self.visible_fields()
            if not one.name.startswith(REASON) and one.name not in folded
        ]

    def rare_fields(self) -> list[forms.BoundField]:
        return [one for one in self.visible_fields() if one.name in RARE]

    def opens_rare(self) -> bool:
        """What is filled in or wrong is not folded away."""
        return any(self.errors.get(one.name) or one.value() for one in self.rare_fields())

    def reason_fields(self) -> list[forms.BoundField]:
        return [one for one in self.visible_fields() if one.name.startswith(REASON)]


class TurnForm(RefusedForm):
    """Send back, end or take up again: always with a reason."""

    reason = forms.CharField(
        label=_("原因"), max_length=300, error_messages={"required": _("请写明原因。")}
    )

    def __init__(self, *args: Any, steps: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if steps:
            said = {"required": _("请选择退回到哪一步。")}
            self.fields["to"] = forms.ChoiceField(
                label=_("从哪一步重新办理"),
                choices=[("", _("请选择")), *steps],
                error_messages=said,
            )
            self.order_fields(["to", "reason"])


class CiteForm(RefusedForm):
    """Choose a document that does the step."""

    def __init__(self, *args: Any, documents: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {"required": _("请选择一份文档。")}
        self.fields["document"] = chosen_field(_("用哪一份文档"), documents, error_messages=said)
