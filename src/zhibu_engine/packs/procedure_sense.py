"""Everything in a procedure that refers to nothing, or that no matter could ever get through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zhibu_engine.kinds.base import Problem, unknown_words
from zhibu_engine.packs.procedure import Acting, FormField, Interval, Procedure, StepOf, When

#: Which code list the kinds of a step's evidence come from.
EVIDENCE = {
    "segment": "segment_kind",
    "document": "document_kind",
    "publication": "publication_kind",
    "ballot": "ballot_kind",
}
Path = tuple[str | int, ...]


def procedure_problems(procedure: Procedure, words: Any) -> Iterator[Problem]:
    """``words`` are all the words of the packs together."""
    keys = [step.key for step in procedure.steps]
    yield from _twice(("steps",), keys)
    yield from _twice(("form",), [one.key for one in procedure.form])
    yield from _twice(("settings",), [one.key for one in procedure.settings])
    yield from _scope(procedure, words.codes)
    yield from _field_problems(("form",), procedure.form, words.codes)
    for key, path in ((procedure.resolves, "resolves"), (_reopens(procedure), "reopening")):
        if key:
            yield from _under((path,), unknown_words([key], keys, path, "步骤"))
    settings = [one.key for one in procedure.settings]
    for at, key in procedure.numbers():
        yield from _under(at, unknown_words([key], settings, "设置项（settings）", "设置项"))
    for place, interval in enumerate(procedure.due):
        yield from _since(("due", place), procedure, interval, words)
    for place, step in enumerate(procedure.steps):
        yield from _under(("steps", place), _step_problems(procedure, step, words))
    yield from _circle(procedure)


def _reopens(procedure: Procedure) -> str:
    return procedure.reopening.to if procedure.reopening else ""


def _scope(procedure: Procedure, codes: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    for name, listed in (("kinds", "unit_kind"), ("sectors", "sector")):
        named = getattr(procedure.scope, name)
        yield from _under(("scope",), unknown_words(named, codes.get(listed, {}), name, "代码"))


def _twice(at: Path, keys: list[str]) -> Iterator[Problem]:
    for place, key in enumerate(keys):
        if key in keys[:place]:
            yield Problem((*at, place, "key"), f"“{key}”写了两次。")


def _under(at: Path, problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield Problem((*at, *problem.path), problem.message)


def _field_problems(
    at: Path, fields: tuple[FormField, ...], codes: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    for place, one in enumerate(fields):
        if one.codes:
            yield from _under((*at, place), unknown_words([one.codes], codes, "codes", "代码表"))
        if one.within:
            others = [other.key for other in fields if other.type == "int"]
            yield from _under((*at, place), unknown_words([one.within], others, "within", "数字栏"))


def _step_problems(procedure: Procedure, step: StepOf, words: Any) -> Iterator[Problem]:
    keys = [one.key for one in procedure.steps]
    codes = words.codes
    yield from unknown_words(step.after or (), keys, "after", "步骤")
    yield from unknown_words(step.not_by, keys, "not_by", "步骤")
    if step.evidence in EVIDENCE:
        known = codes.get(EVIDENCE[step.evidence], {})
        yield from unknown_words(step.kinds, known, "kinds", "类别")
    elif step.kinds:
        yield Problem(("kinds",), "登记（evidence: act）的步骤不写 kinds。")
    yield from unknown_words(step.for_kind, step.kinds, "for_kind", "本步骤的 kinds")
    for name in ("presiding", "recording"):
        acting = getattr(step, name)
        if acting is not None:
            yield from _under((name,), _acting_problems(acting, codes.get("post", {})))
    for place, party in enumerate(step.parties):
        named = unknown_words(party.posts, codes.get("post", {}), "posts", "职务")
        yield from _under(("parties", place), named)
    for place, interval in enumerate(step.intervals):
        yield from _since(("intervals", place), procedure, interval, words)
    yield from _field_problems(("fields",), step.fields, codes)
    for name in ("when", "unless"):
        condition = getattr(step, name)
        if condition is not None:
            yield from _under((name,), _when_problems(procedure, condition, codes))
    yield from _decision_problems(procedure, step, codes)
    if step.spawns is not None:
        spawned = unknown_words([step.spawns.procedure], words.procedures, "procedure", "程序")
        yield from _under(("spawns",), spawned)


def _acting_problems(acting: Acting, posts: Mapping[str, str]) -> Iterator[Problem]:
    for name in ("posts", "never"):
        yield from unknown_words(getattr(acting, name), posts, name, "职务")
    for place, one in enumerate(acting.substitutes):
        for name in ("posts", "absent"):
            named = unknown_words(getattr(one, name), posts, name, "职务")
            yield from _under(("substitutes", place), named)


def _when_problems(
    procedure: Procedure, condition: When, codes: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    if not condition.field:
        return
    field = _field(procedure, condition.field)
    if field is None:
        yield Problem(("field",), f"没有“{condition.field}”这一栏。")
    elif field.codes:
        known = codes.get(field.codes, {})
        yield from unknown_words(map(str, condition.any_of), known, "any_of", "代码")


def _field(procedure: Procedure, key: str) -> FormField | None:
    """A field of the form, or of a step as ``step.field``."""
    head, _, tail = key.partition(".")
    fields = procedure.form
    if tail and head != "form":
        steps = [step for step in procedure.steps if step.key == head]
        fields = steps[0].fields if steps else ()
    wanted = tail or head
    return next((one for one in fields if one.key == wanted), None)


def _decision_problems(
    procedure: Procedure, step: StepOf, codes: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    yield from _twice(("decisions",), [one.key for one in step.decisions])
    keys = [one.key for one in procedure.steps]
    for place, one in enumerate(step.decisions):
        at: Path = ("decisions", place)
        if one.to:
            yield from _under(at, unknown_words([one.to], keys, "to", "步骤"))
        for gift in one.gives:
            listed = unknown_words([gift.kind], codes.get("outcome_kind", {}), "gives", "结果类别")
            yield from _under(at, listed)


def _since(at: Path, procedure: Procedure, interval: Interval, words: Any) -> Iterator[Problem]:
    """Where an interval counts from: opened, a step, a day of a form, or the same of the parent."""
    since = interval.since
    head, _, tail = since.partition(".")
    if since == "opened":
        return
    if head == "parent":
        parents = [
            one
            for one in words.procedures.values()
            for step in one.steps
            if step.spawns and step.spawns.procedure == procedure.key
        ]
        if tail != "opened" and not any(_day_of(one, tail) for one in parents):
            yield Problem((*at, "since"), f"上级程序中没有“{tail}”这一步或者日期。")
    elif not _day_of(procedure, since):
        known = "、".join(["opened", *(step.key for step in procedure.steps)])
        yield Problem((*at, "since"), f"不知道从哪一天算起：“{since}”；可用的有：{known}。")


def _day_of(procedure: Procedure, since: str) -> bool:
    if since in procedure.step_index:
        return True
    field = _field(procedure, since) if "." in since else None
    return field is not None and field.type == "day"


def _circle(procedure: Procedure) -> Iterator[Problem]:
    """A step that must wait for itself can never be done."""
    known = procedure.step_index
    for place, step in enumerate(procedure.steps):
        waiting, seen = list(step.after or ()), set[str]()
        while waiting:
            key = waiting.pop()
            if key == step.key:
                yield Problem(("steps", place, "after"), f"“{step.title}”要等它自己，永远办不到。")
                break
            if key in known and key not in seen:
                seen.add(key)
                waiting.extend(procedure.before(procedure.step(key)))
