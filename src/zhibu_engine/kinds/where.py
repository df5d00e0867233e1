"""``where`` of a rule: ``{column: value}`` on a relation of the fact contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zhibu_engine.conditions import ALWAYS, Condition, Flag, OneOf, at_least, at_most, both
from zhibu_engine.facts import RELATIONS, Column
from zhibu_engine.kinds.base import Problem, unknown_words
from zhibu_engine.validity import Check

if TYPE_CHECKING:
    from zhibu_engine.packs.words import Words

_USABLE = ("int", "bool", "code")


def where_problems(
    relation: str, where: Mapping[str, Any], words: Words, path: str = "where"
) -> Iterator[Problem]:
    """Columns and codes that do not exist, and values of a wrong shape."""
    columns = RELATIONS[relation].by_name
    usable = [name for name, column in columns.items() if column.type in _USABLE]
    for name, value in where.items():
        if name not in usable:
            known = "、".join(usable)
            yield Problem(
                (path, name),
                f"《{RELATIONS[relation].zh}》没有可用的列“{name}”；可用的有：{known}。",
            )
            continue
        yield from _value_problems(columns[name], value, words, path)


def _value_problems(column: Column, value: Any, words: Words, path: str) -> Iterator[Problem]:
    at = (path, column.name)
    if column.type == "bool":
        if not isinstance(value, bool):
            yield Problem(at, f"列“{column.name}”要写 true 或 false。")
    elif column.type == "int":
        if not (
            isinstance(value, Mapping)
            and value
            and set(value) <= {"from", "to"}
            and all(type(number) is int for number in value.values())
        ):
            yield Problem(at, f"列“{column.name}”要写成 {{from: 整数}}、{{to: 整数}} 或两者。")
    else:
        codes = _codes(value)
        if not codes or not all(isinstance(code, str) for code in codes):
            yield Problem(at, f"列“{column.name}”要写代码或代码的列表。")
            return
        for problem in unknown_words(
            codes, ("", *words.codes.get(column.codes, {})), column.name, column.zh
        ):
            yield Problem((path, *problem.path), problem.message)


def where_checks(relation: str, where: Mapping[str, Any], words: Words) -> tuple[Check, ...]:
    """One check for each column, with its reason."""
    return tuple(
        _check(RELATIONS[relation].by_name[name], value, words) for name, value in where.items()
    )


def where_condition(relation: str, where: Mapping[str, Any], words: Words) -> Condition:
    return (
        both(*(check.condition for check in where_checks(relation, where, words)))
        if where
        else ALWAYS
    )


def _check(column: Column, value: Any, words: Words) -> Check:
    if column.type == "bool":
        said = "应为是" if value else "应为否"
        return Check(
            column.name, Flag(column.name, bool(value)), f"不符合条款条件：{column.zh}{said}。"
        )
    if column.type == "int":
        parts: list[Condition] = []
        bounds: list[str] = []
        if "from" in value:
            parts.append(at_least(column.name, value["from"]))
            bounds.append(f"不少于 {value['from']}")
        if "to" in value:
            parts.append(at_most(column.name, value["to"]))
            bounds.append(f"不多于 {value['to']}")
        return Check(
            column.name, both(*parts), f"不符合条款条件：{column.zh}应{'、'.join(bounds)}。"
        )
    codes = _codes(value)
    names = words.codes.get(column.codes, {})
    said_codes = "、".join(names.get(code, code) or "空" for code in codes)
    return Check(
        column.name, OneOf(column.name, codes), f"不符合条款条件：{column.zh}应为{said_codes}。"
    )


def _codes(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)
