"""What is wrong with the blanks of a form or step: empty, out of bounds, copied, of the wrong people, on wrong days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from zhibu_engine.packs.blanks import LISTED, FormField, column_blank
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures.days import as_day, limits, value_said
from zhibu_engine.procedures.happenings import Breach, Happening, Standing


@dataclass(frozen=True)
class Form:
    """Blanks with what was written in them, and what stood when they were."""

    procedure: Procedure
    fields: tuple[FormField, ...]
    said: Mapping[str, Any]
    standing: Standing | None = None
    happened: Happening | None = None


def field_breaches(
    procedure: Procedure,
    fields: tuple[FormField, ...],
    said: Mapping[str, Any],
    standing: Standing | None = None,
    *,
    happened: Happening | None = None,
) -> Iterator[Breach]:
    """All of them, each under ``field:`` and the key of its blank."""
    form = Form(procedure, fields, said, standing, happened)
    instead = {one.or_else for one in fields if one.or_else}
    for one in fields:
        value = said.get(one.key)
        # What stands in for another blank need not be filled itself.
        texts = iter(()) if one.key in instead else _texts(form, one, value)
        for text in texts:
            yield Breach(f"field:{one.key}", text)


def _texts(form: Form, one: FormField, value: Any) -> Iterator[str]:
    if _is_empty(one, value):
        if one.required and not (one.or_else and _reaches_other(form, one)):
            yield f"请填写“{one.title}”。"
        return
    if _is_number(value):
        yield from _bounds(form, one, value)
        yield from _within(form, one, value)
    elif one.type in LISTED and isinstance(value, list):
        yield from _number_of(form, one, len(value))
    if one.type == "rows":
        yield from _rows(form, one, value)
    if one.type == "day":
        yield from _days(form, one, value)
    if one.type in ("person", "persons"):
        yield from _people_right(form, one, value)
    if one.differs_from:
        yield from _differs(form, one, value)


def _is_empty(one: FormField, value: Any) -> bool:
    return value in (None, "", []) or (one.type == "flag" and value is False)


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _bounds(form: Form, one: FormField, value: int) -> Iterator[str]:
    least, most = form.procedure.number(one.at_least), form.procedure.number(one.at_most)
    times = 100 if one.type == "money" else 1  # kept in fen, bounded in yuan
    if least is not None and value < least * times and not _reaches_other(form, one):
        yield f"“{one.title}”至少为 {least}，现为 {value / times:g}{_or_else(form, one)}。"
    if most is not None and value > most * times:
        yield f"“{one.title}”至多为 {most}，现为 {value / times:g}。"


def _other_blank(form: Form, one: FormField) -> FormField | None:
    return next((other for other in form.fields if other.key == one.or_else), None)


def _reaches_other(form: Form, one: FormField) -> bool:
    other = _other_blank(form, one)
    least = form.procedure.number(other.at_least) if other else None
    value = form.said.get(one.or_else)
    return least is not None and isinstance(value, int) and value >= least


def _or_else(form: Form, one: FormField) -> str:
    other = _other_blank(form, one)
    if other is None:
        return ""
    return f"；或者“{other.title}”至少为 {form.procedure.number(other.at_least)}"


def _within(form: Form, one: FormField, value: int) -> Iterator[str]:
    whole = form.said.get(one.within)
    if not one.within or not isinstance(whole, int) or isinstance(whole, bool):
        return
    whose = next((other.title for other in form.fields if other.key == one.within), one.within)
    if value > whole:
        yield f"“{one.title}”{value}，多于“{whose}”{whole}。请核对。"
    least = form.procedure.number(one.percent)
    if least is not None and value * 100 < least * whole:
        yield f"“{one.title}”应占“{whose}”的 {least}% 以上，现为 {value}/{whole}。"
    most = form.procedure.number(one.percent_most)
    if most is not None and value * 100 > most * whole:
        yield f"“{one.title}”应不超过“{whose}”的 {most}%，现为 {value}/{whole}。"


def _number_of(form: Form, one: FormField, number: int) -> Iterator[str]:
    least, most = form.procedure.number(one.at_least), form.procedure.number(one.at_most)
    unit = "行" if one.type == "rows" else "个" if one.type == "units" else "人"
    if least is not None and number < least:
        yield f"“{one.title}”至少 {least} {unit}，现有 {number} {unit}。"
    if most is not None and number > most:
        yield f"“{one.title}”至多 {most} {unit}，现有 {number} {unit}。"


def _rows(form: Form, one: FormField, rows: list[Any]) -> Iterator[str]:
    columns = tuple(map(column_blank, one.columns))
    for number, row in enumerate(rows, 1):
        below = Form(form.procedure, columns, row, form.standing, form.happened)
        for column in columns:
            for text in _texts(below, column, row.get(column.key)):
                yield f"“{one.title}”第 {number} 行：{text}"


def _days(form: Form, one: FormField, value: Any) -> Iterator[str]:
    day = as_day(value)
    if day is None or form.standing is None:
        return
    this = form.happened.day if form.happened else None
    for limit in limits(form.procedure, one.intervals, form.standing, this):
        about = f"（{limit.interval.title}）" if limit.interval.title else ""
        if limit.first == limit.last and day != limit.first:
            yield f"“{one.title}”应为 {limit.first}，现为 {day}{about}。请核对。"
        elif limit.first and day < limit.first:
            yield f"“{one.title}”最早 {limit.first}，现为 {day}{about}。请核对，或者说明原因。"
        elif limit.last and day > limit.last:
            yield f"“{one.title}”最迟 {limit.last}，现为 {day}{about}。请核对，或者说明原因。"


def _people_right(form: Form, one: FormField, value: Any) -> Iterator[str]:
    """Only of persons of whom the program knows what they are: nothing is said against others."""
    named = {seat.person_id: seat for seat in form.happened.named} if form.happened else {}
    wanted = value if isinstance(value, list) else [value]
    for seat in filter(None, map(named.get, wanted)):
        if one.category and seat.category and seat.category != one.category:
            yield f"“{one.title}”中的{seat.name}当日不是所要求的党员类别。请换人，或者说明原因。"
        if one.posts and not seat.posts & set(one.posts):
            yield f"“{one.title}”中的{seat.name}当日没有所要求的职务。请换人，或者说明原因。"


def _differs(form: Form, one: FormField, value: Any) -> Iterator[str]:
    other = _other(one.differs_from, form)
    if one.type in ("person", "persons"):
        both = _people(value) & _people(other)
        if both:
            yield f"“{one.title}”中有 {len(both)} 人不应同时在另一栏中。请换人，或者说明原因。"
    elif _same(value, other):
        yield f"“{one.title}”照抄了前面的内容，没有写出新的内容。请重新写。"


def _other(key: str, form: Form) -> object:
    if "." not in key or form.standing is None:
        return form.said.get(key)
    return value_said(form.standing, key)


def _people(value: Any) -> set[int]:
    """Persons of a blank, or of the rows of one."""
    listed = value if isinstance(value, list) else [value]
    plain = [one.get("person") if isinstance(one, Mapping) else one for one in listed]
    return {one for one in plain if isinstance(one, int) and not isinstance(one, bool)}


def _same(one: object, other: object) -> bool:
    def plain(text: object) -> str:
        return "".join(char for char in str(text or "") if char.isalnum())

    return bool(plain(other)) and plain(one) == plain(other)
