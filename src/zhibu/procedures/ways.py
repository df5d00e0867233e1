"""The way on: for each step whose turn it is, one sentence, and the one place where it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhibu.procedures import policies
from zhibu.procedures.explaining import days_said, days_tone, step_asked
from zhibu.procedures.models import Matter
from zhibu.procedures.selectors import MatterFile, OpenStep
from zhibu.records.models import Record
from zhibu_engine.packs.procedure import StepOf
from zhibu_engine.procedures import is_settled

#: Evidence → the code list that names its kinds.
KIND_LISTS = {
    "segment": "segment_kind",
    "document": "document_kind",
    "publication": "publication_kind",
    "ballot": "ballot_kind",
}
#: Evidence → the page where such a record is entered; it learns the matter and the step from its address.
ENTERED_AT = {
    "segment": "meetings:new",
    "document": "documents:new",
    "publication": "documents:publication_new",
    "ballot": "ballots:new",
}
#: Kind of a record → its page.
SHOWN_AT = {
    Record.Kind.SITTING: "meetings:detail",
    Record.Kind.DOCUMENT: "documents:detail",
    Record.Kind.PUBLICATION: "documents:publication",
    Record.Kind.BALLOT: "ballots:detail",
}


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """``may`` is false where somebody else does the step; ``waits`` says who."""

    key: str
    title: str
    stage: str
    evidence: str
    says: str
    due: date | None
    left: str
    tone: str
    may: bool
    waits: str
    buttons: tuple[Button, ...]
    asked: tuple[str, ...]
    optional: bool = False
    #: Steps before it are not done: it needs a reason.
    ahead: bool = False
    #: Done as often as asked, and may be done once more.
    again: bool = False


def page_of(name: str, *args: Any, **query: Any) -> str:
    """An address of another app; empty where no app has such a page."""
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode(query)}" if query else url


def record_url(record: Record) -> str:
    name = SHOWN_AT.get(record.kind, "")
    return page_of(name, record.pk) if name else ""


def ways_on(found: MatterFile, user: Any, day: date) -> tuple[Way, ...]:
    """Those with the nearest last day first; what need not be done comes last, after it what is done already."""
    made = [way_of(found, one, user, day) for one in found.open]
    return tuple(sorted(made, key=lambda way: (way.again, way.optional, way.due or date.max)))


def way_of(found: MatterFile, one: OpenStep, user: Any, day: date, *, ahead: bool = False) -> Way:
    step, left = one.step, one.days_left(day)
    may = policies.may_act(user, found.matter, step)
    titles = found.words.codes.get("post", {})
    kinds = kind_titles(found, step)
    return Way(
        key=step.key,
        title=step.title,
        stage=step.stage,
        evidence=step.evidence,
        says=step.says,
        due=one.due,
        left=days_said(left),
        tone=days_tone(left),
        may=may,
        waits="" if may else _waits(found.matter, step),
        buttons=_buttons(found, step, kinds) if may else (),
        asked=step_asked(found.procedure, step, lambda code: titles.get(code, code), kinds),
        optional=step.optional,
        ahead=ahead,
        again=is_settled(found.procedure, step, found.standing),
    )


def kind_titles(found: MatterFile, step: StepOf) -> Mapping[str, str]:
    return found.words.codes.get(KIND_LISTS.get(step.evidence, ""), {})


def _waits(matter: Matter, step: StepOf) -> str:
    if step.by == "upper":
        names = "、".join(str(unit) for unit in policies.above(matter.unit))
        return _("这一步由上级办理：%(units)s。") % {"units": names}
    if step.by == "subject" and matter.person:
        return _("这一步由%(who)s本人或者本组织的记录员办理。") % {"who": matter.person}
    return _("这一步由%(unit)s的书记或者记录员办理。") % {"unit": matter.unit}


def _buttons(found: MatterFile, step: StepOf, kinds: Mapping[str, str]) -> tuple[Button, ...]:
    if step.evidence == "act":
        return ()
    offered = [kind for kind in step.kinds if kind in kinds or not kinds] or [""]
    made = []
    for place, kind in enumerate(offered):
        url = _address(found, step, kind)
        if url:
            label = _label(step.evidence, kinds.get(kind, ""))
            made.append(Button(label, url, primary=place == 0))
    return tuple(made)


def _label(evidence: str, kind: str) -> str:
    if evidence == "segment":
        return _("录入%(kind)s") % {"kind": kind or _("会议")}
    if evidence == "publication":
        return _("去公开：%(kind)s") % {"kind": kind} if kind else _("去公开")
    if evidence == "ballot":
        return _("组织投票：%(kind)s") % {"kind": kind} if kind else _("组织投票")
    return _("写一份：%(kind)s") % {"kind": kind} if kind else _("写一份文档")


def _address(found: MatterFile, step: StepOf, kind: str) -> str:
    matter = found.matter
    query = {"kind": kind, "matter": matter.pk, "step": step.key}
    if step.evidence == "publication":
        # Title, text and the names to be masked are filled in by the guard, never by the address.
        query = {"kind": kind, "about": matter.about}
    if step.evidence == "document":
        query = {"kind": kind}
    if step.evidence == "ballot":
        sheets = (key for key, one in found.words.ballot_sheets.items() if one.kind == kind)
        query = {"sheet": next(sheets, ""), "about": matter.about}
    return page_of(ENTERED_AT[step.evidence], matter.unit_id, **query)
