"""Everything in a procedure that refers to nothing, or that no matter could ever get through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zhibu_engine.kinds.base import Problem, unknown_words
from zhibu_engine.packs.blanks import FormField, Interval, When, column_blank
from zhibu_engine.packs.procedure import Acting, Given, Procedure, StepOf

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
    numbers = [other.key for other in fields if other.type == "int"]
    categories = codes.get("member_category", {})
    for place, one in enumerate(fields):
        found = [
            *unknown_words([one.codes] if one.codes else [], codes, "codes", "代码表"),
            *unknown_words([one.within] if one.within else [], numbers, "within", "数字栏"),
            *unknown_words([one.or_else] if one.or_else else [], numbers, "or_else", "数字栏"),
            *unknown_words(
                [one.category] if one.category else [], categories, "category", "人员类别"
            ),
            *unknown_words(one.posts, codes.get("post", {}), "posts", "职务"),
        ]
        yield from _under((*at, place), found)
        yield from _field_problems(
            (*at, place, "columns"), tuple(map(column_blank, one.columns)), codes
        )


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
    yield from _blank_problems(procedure, step, words)
    for name in ("when", "unless"):
        condition = getattr(step, name)
        if condition is not None:
            yield from _under((name,), _when_problems(procedure, condition, codes))
    yield from _decision_problems(procedure, step, words)
    if step.spawns is not None:
        yield from _under(("spawns",), _spawn_problems(procedure, step, words))


def _blank_problems(procedure: Procedure, step: StepOf, words: Any) -> Iterator[Problem]:
    yield from _field_problems(("fields",), step.fields, words.codes)
    for place, one in enumerate(step.fields):
        for n, interval in enumerate(one.intervals):
            if interval.since != "this":
                yield from _since(("fields", place, "intervals", n), procedure, interval, words)
    if step.election is None:
        return
    kinds = {one.key: one.type for one in step.fields}
    for name, wanted in (("seats", "int"), ("candidates", "rows")):
        known = [key for key, kind in kinds.items() if kind == wanted]
        asked = unknown_words([getattr(step.election, name)], known, name, "本步骤的栏")
        yield from _under(("election",), asked)


def _spawn_problems(procedure: Procedure, step: StepOf, words: Any) -> Iterator[Problem]:
    spawns = step.spawns
    if spawns is None:
        return
    yield from unknown_words([spawns.procedure], words.procedures, "procedure", "程序")
    if spawns.per != "rows":
        return
    field = procedure.blank(f"{step.key}.{spawns.field}") or procedure.blank(spawns.field)
    columns = [one.key for one in field.columns] if field else []
    if not columns:
        yield Problem(("field",), f"没有“{spawns.field}”这一栏，或者它不是 rows。")
    named = [one for one in (spawns.title, spawns.owner, spawns.due) if one]
    yield from unknown_words(named, columns, "title、owner、due", "列")


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
    if condition.step:
        known_steps = procedure.step_index
        yield from unknown_words([condition.step], known_steps, "step", "步骤")
        if condition.step in known_steps:
            chosen = [one.key for one in procedure.step(condition.step).decisions]
            yield from unknown_words(condition.came, chosen, "came", "结果")
    if not condition.field:
        return
    field = procedure.blank(condition.field)
    if field is None:
        yield Problem(("field",), f"没有“{condition.field}”这一栏。")
    elif field.codes:
        known = codes.get(field.codes, {})
        yield from unknown_words(map(str, condition.any_of), known, "any_of", "代码")


def _decision_problems(procedure: Procedure, step: StepOf, words: Any) -> Iterator[Problem]:
    known = words.codes.get("outcome_kind", {})
    for place, asked in enumerate(step.requires):
        named = unknown_words([asked.kind], known, "kind", "结果类别")
        yield from _under(("requires", place), named)
    yield from _twice(("decisions",), [one.key for one in step.decisions])
    keys = [one.key for one in procedure.steps]
    for place, one in enumerate(step.decisions):
        at: Path = ("decisions", place)
        if one.to:
            yield from _under(at, unknown_words([one.to], keys, "to", "步骤"))
        for gift in one.gives:
            listed = unknown_words(
                [gift.kind], words.codes.get("outcome_kind", {}), "gives", "结果类别"
            )
            yield from _under(at, listed)
            if gift.since:
                yield from _since((*at, "gives"), procedure, gift, words)


def _since(
    at: Path, procedure: Procedure, interval: Interval | Given, words: Any
) -> Iterator[Problem]:
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
    field = procedure.blank(since) if "." in since else None
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
