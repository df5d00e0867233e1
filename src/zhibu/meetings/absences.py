"""「张三（请假：生病）、李四（缺席）」 as clerks write it, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.meetings.dayfacts import Seat
from zhibu.meetings.inputs import Absence

#: Reasons offered at a tap; any other may be written.
REASONS = (
    gettext_lazy("公出"),
    gettext_lazy("生病"),
    gettext_lazy("外出务工"),
    gettext_lazy("照顾家人"),
    gettext_lazy("值班"),
)

_ONE = re.compile(r"\s*([^（）()、，,；;\n]+?)\s*(?:[（(]([^（）()]*)[）)])?\s*(?:[、，,；;\n]+|$)")
_LEAVE = ("请假", "事假", "病假", "公假")


class NotUnderstood(ValueError):
    """The text is not a list of names; the message says how to write one."""


@dataclass(frozen=True, slots=True)
class NamedAbsence:
    name: str
    state: str
    reason: str


def absences_parse(text: str) -> list[NamedAbsence]:
    """Read the list. A bare name is 缺席 without a reason; a bare reason means leave."""
    found, at, text = [], 0, (text or "").strip()
    if text in {"无", "无。", "—", "-"}:
        return []
    while at < len(text):
        match = _ONE.match(text, at)
        if not match or match.end() == at:
            raise NotUnderstood(
                _("看不懂“%(text)s”。请写成：张三（请假：生病）、李四（缺席）。")
                % {"text": text[at : at + 12]}
            )
        found.append(_one(match[1].strip(), (match[2] or "").strip()))
        at = match.end()
    return found


def _one(name: str, said: str) -> NamedAbsence:
    head, _colon, reason = said.replace(":", "：").partition("：")
    head, reason = head.strip(), reason.strip()
    if head in {"", "缺席", "未到", "旷会"}:
        return NamedAbsence(name, "absent", reason)
    if head in _LEAVE:
        return NamedAbsence(name, "leave", reason or (head if head != "请假" else ""))
    return NamedAbsence(name, "leave", said)


def absences_match(
    named: Iterable[NamedAbsence], by_name: Mapping[str, list[int]]
) -> tuple[list[Absence], list[str]]:
    """Find each name among those due; a name nobody or two people bear is a problem, never a guess."""
    found, problems = [], []
    for one in named:
        people = by_name.get(one.name, [])
        if len(people) == 1:
            found.append(Absence(people[0], one.state, one.reason))
        elif people:
            problems.append(
                _("应到名单上有 %(count)s 位“%(name)s”，请在名单中点选，或写上同名标记。")
                % {"count": len(people), "name": one.name}
            )
        else:
            problems.append(
                _("应到名单上没有“%(name)s”。请核对姓名，或先更正党员名册。") % {"name": one.name}
            )
    return found, problems


def names_index(seats: Iterable[Seat]) -> dict[str, list[int]]:
    """Name → people; a name with its mark（大）is found with and without the mark."""
    index: dict[str, list[int]] = {}
    for one in seats:
        bare = one.name.split("（")[0]
        for name in dict.fromkeys((one.name, bare, one.name.replace("（", "").replace("）", ""))):
            index.setdefault(name, []).append(one.person_id)
    return index


def absence_words(name: str, state: str, reason: str) -> str:
    said = _("请假") if state == "leave" else _("缺席")
    return f"{name}（{said}：{reason}）" if reason else f"{name}（{said}）"
