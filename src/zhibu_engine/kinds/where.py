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

#: Column → what a row with it has, and what one without it has not.
FLAGS: dict[str, tuple[str, str]] = {
    "adopted": ("登记了通过它的会议", "没有登记通过它的会议"),
    "has_duty": ("写明了分工", "没有写明分工"),
    "late": ("是补录的", "不是补录的"),
    "first_item_study": ("第一项议题是学习", "第一项议题不是学习"),
    "secretary_present": ("书记到会", "书记没有到会"),
    "joint": ("是联合召开的", "不是联合召开的"),
    "duplicate": ("与另一条记录重复", "没有重复"),
    "leader": ("是党员领导干部", "不是党员领导干部"),
    "lost": ("标记为失联", "没有标记为失联"),
    "floating": ("是流动党员", "不是流动党员"),
    "suspended": ("已停止党籍", "没有停止党籍"),
    "temporary": ("是临时组织", "不是临时组织"),
    "conforms": ("符合程序", "不符合程序"),
    "excused": ("写明了理由", "没有写明理由"),
    "passed": ("通过", "没有通过"),
    "secret": ("是无记名的", "不是无记名的"),
    "judged": ("已经评判", "没有评判"),
}
#: Code column → the same, around the names of the codes.
CODES: dict[str, tuple[str, str]] = {
    "presider_post": ("由{}主持", "不是由{}主持"),
    "recorder_post": ("由{}记录", "不是由{}记录"),
    "lecturer_post": ("由{}授课", "不是由{}授课"),
    "convener": ("由{}召集", "不是由{}召集"),
    "form": ("形式是{}", "形式不是{}"),
    "state": ("{}", "没有{}"),
    "role": ("担任{}", "不是担任{}"),
    "code": ("选的是{}", "选的不是{}"),
    "post": ("职务是{}", "职务不是{}"),
}
#: (column, from, to) → passing, failing, and the reason against one row.
NUMBERS: dict[tuple[str, int | None, int | None], tuple[str, str, str]] = {
    ("absent_unexplained", None, 0): (
        "没有漏写缺席原因",
        "漏写了缺席原因",
        "有 {absent_unexplained} 人缺席没有写明原因。",
    ),
    ("items_unassigned", None, 0): (
        "写明了每一条的责任人和时限",
        "有条目没有写明责任人或者时限",
        "有 {items_unassigned} 条没有写明责任人或者时限。",
    ),
    ("items_unanswered", None, 0): (
        "写明了每一条的完成情况",
        "有条目没有写明完成情况",
        "有 {items_unanswered} 条没有写明完成情况。",
    ),
    ("missing_fields", None, 0): (
        "填齐了必填项",
        "有必填项没有填",
        "必填项缺失：还有 {missing_fields} 项没有填。",
    ),
    ("resolutions", 1, None): ("写明了决议", "没有写明决议", "没有写明决议。"),
    ("agenda_items", 1, None): ("写明了议题", "没有写明议题", "没有写明议题。"),
    ("items", 1, None): ("有条目", "没有条目", "没有条目。"),
    ("nonmembers", None, 0): (
        "没有非党员参加",
        "有非党员参加",
        "有非党员 {nonmembers} 人参加。",
    ),
}
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
        # A column without a list holds codes that its register or procedure defines.
        listed = ("", *words.codes.get(column.codes, {})) if column.codes else codes
        for problem in unknown_words(codes, listed, column.name, column.zh):
            yield Problem((path, *problem.path), problem.message)


def where_checks(relation: str, where: Mapping[str, Any], words: Words) -> tuple[Check, ...]:
    """One check for each column, with its reason."""
    return tuple(
        _check(RELATIONS[relation].by_name[name], value, words) for name, value in where.items()
    )


def where_condition(relation: str, where: Mapping[str, Any], words: Words) -> Condition:
    """By the names of the columns: PostgreSQL gives a stored mapping back in an order of its own."""
    return (
        both(
            *(
                check.condition
                for check in where_checks(relation, dict(sorted(where.items())), words)
            )
        )
        if where
        else ALWAYS
    )


def _check(column: Column, value: Any, words: Words) -> Check:
    return Check(column.name, _condition(column, value), _phrases(column, value, words)[2])


def where_phrases(relation: str, where: Mapping[str, Any], words: Words) -> tuple[str, str]:
    """What a row that passes has, and what one that fails has not: 写明了分工, 没有写明分工."""
    found = [
        _phrases(RELATIONS[relation].by_name[name], value, words) for name, value in where.items()
    ]
    if len(found) == 1:
        return found[0][0], found[0][1]
    return "、".join(one[0] for one in found), "不符合其中的要求"


def _condition(column: Column, value: Any) -> Condition:
    if column.type == "bool":
        return Flag(column.name, bool(value))
    if column.type == "code":
        return OneOf(column.name, _codes(value))
    parts: list[Condition] = []
    if "from" in value:
        parts.append(at_least(column.name, value["from"]))
    if "to" in value:
        parts.append(at_most(column.name, value["to"]))
    return both(*parts)


def _phrases(column: Column, value: Any, words: Words) -> tuple[str, str, str]:
    """Passing, failing, and the reason against one row."""
    if column.type == "bool":
        yes, no = FLAGS.get(column.name, (f"是{column.zh}", f"不是{column.zh}"))
        return (yes, no, f"{no}。") if value else (no, yes, f"{yes}。")
    if column.type == "int":
        return _number_phrases(column, value)
    names = words.codes.get(column.codes, {})
    said = "或者".join(names.get(code, code) or "空" for code in _codes(value))
    yes, no = CODES.get(column.name, (column.zh + "是{}", column.zh + "不是{}"))
    return yes.format(said), no.format(said), f"{no.format(said)}。"


def _number_phrases(column: Column, value: Mapping[str, int]) -> tuple[str, str, str]:
    known = NUMBERS.get((column.name, value.get("from"), value.get("to")))
    if known is not None:
        return known
    bounds = [f"不少于 {value['from']}"] if "from" in value else []
    bounds += [f"不多于 {value['to']}"] if "to" in value else []
    asked = "、".join(bounds)
    reason = f"{column.zh} {{{column.name}}}，要求{asked}。"
    return f"{column.zh}{asked}", f"{column.zh}不符合“{asked}”", reason


def _codes(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def number_problems(relation: str, column: str, path: str) -> Iterator[Problem]:
    """A column that is added up or compared must hold whole numbers."""
    numbers = [one.name for one in RELATIONS[relation].columns if one.type == "int"]
    for problem in unknown_words([column], numbers, path, "数字列"):
        yield Problem((path,), problem.message)
