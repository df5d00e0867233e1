"""What makes a procedure no way at all: going back forwards, children without end, values of the wrong kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from zhibu_engine.kinds.base import Problem
from zhibu_engine.packs.blanks import FormField, Interval, Setting
from zhibu_engine.packs.procedure import Procedure, StepOf

Path = tuple[str | int, ...]
MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_DAY = re.compile(rf"(\d{{4}}-)?{MONTH_DAY.pattern}")
#: What a decision called ``rejected`` may lead to: nobody goes on from a vote that did not carry.
_AFTER_REJECTED = ("back", "again", "end")
_MEETING = ("presiding", "recording", "parties", "turnout", "vote", "for_kind")
_NAMED = {"units": ("unit", "units"), "persons": ("person", "persons"), "rows": ("rows",)}


def way_problems(procedure: Procedure, procedures: Mapping[str, Procedure]) -> Iterator[Problem]:
    """``procedures`` are those of all packs together."""
    for place, setting in enumerate(procedure.settings):
        yield from _at(("settings", place), _setting_problems(setting))
    for place, one in enumerate(procedure.form):
        yield from _at(("form", place), _blank(procedure, one, procedure.form))
    for place, interval in enumerate(procedure.due):
        yield from _at(("due", place), _by_problems(procedure, interval))
    yield from _setting_uses(procedure)
    for place, step in enumerate(procedure.steps):
        found = [
            problem
            for look in (_step, _bounded, _decisions, _children)
            for problem in look(procedure, step)
        ]
        yield from _at(("steps", place), found)
    yield from _endless(procedure, procedures)


def _at(at: Path, problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield Problem((*at, *problem.path), problem.message)


def _setting_problems(setting: Setting) -> Iterator[Problem]:
    value = setting.value
    fits = {
        "flag": isinstance(value, bool),
        "day": isinstance(value, str) and bool(_DAY.fullmatch(value)),
        "share": isinstance(value, str | int) and not isinstance(value, bool),
    }.get(setting.type, isinstance(value, int) and not isinstance(value, bool) and value >= 0)
    if value is not None and not fits:
        asked = {"flag": "true 或者 false", "day": "“11-30”这样的月日", "share": "比例"}
        said = asked.get(setting.type, "不小于 0 的整数")
        yield Problem(("value",), f"“{setting.title or setting.key}”要写成{said}，现为“{value}”。")


def _setting_uses(procedure: Procedure) -> Iterator[Problem]:
    """A number that is a yes or no, or a condition that is a number."""
    types = {one.key: one.type for one in procedure.settings}
    for at, key in procedure.numbers():
        wanted = "flag" if at[-1] == "setting" else ""
        if key in types and (types[key] == "flag") != (wanted == "flag"):
            asked = "type: flag（是否）" if wanted else "数（count、days、money）"
            yield Problem(at, f"设置项“{key}”用在这里，它的类型应为{asked}，现为 {types[key]}。")


def _by_problems(procedure: Procedure, interval: Interval) -> Iterator[Problem]:
    if not interval.by or MONTH_DAY.fullmatch(interval.by):
        return
    days = [one.key for one in procedure.settings if one.type == "day"]
    if interval.by not in days:
        known = f"，或者 type 为 day 的设置项：{'、'.join(days)}" if days else ""
        yield Problem(("by",), f"by 要写成“11-30”这样的月日{known}；现为“{interval.by}”。")


def _blank(
    procedure: Procedure, one: FormField, fields: tuple[FormField, ...]
) -> Iterator[Problem]:
    for place, interval in enumerate(one.intervals):
        yield from _at(("intervals", place), _by_problems(procedure, interval))
    key = one.differs_from
    if key and key not in {other.key for other in fields} and procedure.blank(key) is None:
        yield Problem(("differs_from",), f"没有“{key}”这一栏。")


def _bounded(procedure: Procedure, step: StepOf) -> Iterator[Problem]:
    """A condition that asks for more than a blank that is no number can say."""
    for name in ("when", "unless"):
        condition = getattr(step, name)
        if condition is None or (condition.at_least, condition.below) == (None, None):
            continue
        blank = procedure.blank(condition.field)
        if blank is not None and blank.type not in ("int", "money"):
            yield Problem(
                (name, "field"), f"“{blank.title}”不是数，不能和 at_least、below 一起写。"
            )


def _step(procedure: Procedure, step: StepOf) -> Iterator[Problem]:
    for name, entries in (
        ("parties", step.parties),
        ("papers", step.papers),
        ("fields", step.fields),
    ):
        keys = [one.key for one in entries]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                yield Problem((name, place, "key"), f"“{key}”写了两次。")
    for place, one in enumerate(step.fields):
        yield from _at(("fields", place), _blank(procedure, one, step.fields))
    for place, interval in enumerate(step.intervals):
        yield from _at(("intervals", place), _by_problems(procedure, interval))
    if step.key in step.not_by:
        yield Problem(("not_by",), f"“{step.title}”不能由做它的人做，永远办不到。")
    if step.evidence in ("document", "publication"):
        for name in (name for name in _MEETING if getattr(step, name)):
            yield Problem((name,), f"以{step.evidence}为凭的步骤不写 {name}，它只用于会议和表决。")
    if step.shown is not None and step.evidence != "publication":
        yield Problem(("shown",), "公开（evidence: publication）的步骤才写 shown。")


def _decisions(procedure: Procedure, step: StepOf) -> Iterator[Problem]:
    before = {step.key, *_earlier(procedure, step)}
    for place, one in enumerate(step.decisions):
        if one.to in procedure.step_index and one.to not in before:
            title = procedure.step(one.to).title
            yield Problem(
                ("decisions", place, "to"),
                f"只能退回到前面的步骤，“{title}”不在“{step.title}”之前。",
            )
        if one.key == "rejected" and one.then not in _AFTER_REJECTED:
            yield Problem(
                ("decisions", place, "then"),
                f"没有通过（rejected）不能接着办；then 可以写 {'、'.join(_AFTER_REJECTED)}。",
            )


def _earlier(procedure: Procedure, step: StepOf) -> set[str]:
    known, found, waiting = procedure.step_index, set[str](), list(procedure.before(step))
    while waiting:
        key = waiting.pop()
        if key in known and key not in found:
            found.add(key)
            waiting.extend(procedure.before(procedure.step(key)))
    return found


def _children(procedure: Procedure, step: StepOf) -> Iterator[Problem]:
    """Whom the children are for must be named somewhere."""
    asked = step.spawns
    wanted = _NAMED.get(asked.per) if asked else None
    if asked is None or wanted is None:
        return
    own = next((one for one in step.fields if one.key == asked.field), None)
    field = own or procedure.blank(asked.field)
    if field is None or field.type not in wanted:
        said = "、".join(wanted)
        yield Problem(("spawns", "field"), f"要写一栏类型为 {said} 的，从中取每一个分出一件。")


def _endless(procedure: Procedure, procedures: Mapping[str, Procedure]) -> Iterator[Problem]:
    """Children that spawn their own parents would never end."""
    for place, step in enumerate(procedure.steps):
        waiting, seen = [step.spawns.procedure] if step.spawns else [], set[str]()
        while waiting:
            key = waiting.pop()
            if key == procedure.key:
                yield Problem(
                    ("steps", place, "spawns", "procedure"),
                    f"“{procedure.title}”分出的事项又分出它自己，没有尽头。",
                )
                break
            if key in procedures and key not in seen:
                seen.add(key)
                spawned = [one.spawns for one in procedures[key].steps if one.spawns]
                waiting += [one.procedure for one in spawned]
