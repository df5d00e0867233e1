"""A standard, and what changed between two versions of it, in Chinese lines as an officer would read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zhibu_engine.kinds import kinds
from zhibu_engine.packs.load import Pack
from zhibu_engine.packs.naming import kind_title
from zhibu_engine.packs.notation import Names
from zhibu_engine.packs.notation_write import cell_write
from zhibu_engine.packs.schema import Clause, Standard
from zhibu_engine.packs.shape import Shape, rule_shapes, shape_of
from zhibu_engine.packs.sheets import WHOLES, SheetOf, flat, names_of, sheets, step_kinds
from zhibu_engine.packs.source import ENTRIES
from zhibu_engine.packs.words import Words
from zhibu_engine.points import points_zh


def rule_said(rule: Mapping[str, Any], names: Names) -> str:
    """A rule in words: its kind, then its own words."""
    title = kind_title(kinds()[rule["kind"]]) or rule["kind"]
    words = {word: value for word, value in rule.items() if word != "kind"}
    if not words:
        return title
    return f"{title}（{_cell(words, rule_shapes(rule), names)}）"


#: Word of a loss → how it reads.
_LOSSES = {
    "flag": "不满足扣 {} 分",
    "per_missing": "每缺一个扣 {} 分",
    "per_extra": "超出要求的，每多一个加 {} 分",
    "at_most": "最多 {} 分",
    "zero_from": "缺 {} 个以上扣完",
}


def loss_said(loss: Mapping[str, Any] | None, points: int) -> str:
    """How points are lost, in words."""
    found: list[str] = []
    for word, value in (loss or {}).items():
        if word in _LOSSES:
            found.append(_LOSSES[word].format(value))
        elif word == "steps":
            found += [f"缺 {missing} 个起扣 {lost} 分" for missing, lost in dict(value).items()]
        elif word == "tiers":
            found += [f"{tier['from']} 以上得 {tier['earns']} 分" for tier in value]
        elif word == "rate":
            found.append(f"比要求每低 {value['per']} 个百分点扣 {value['loses']} 分")
        elif word == "proportional":
            found.append("按完成比例得分")
        else:
            found.append(f"{word}：{value}")
    return "，".join(found) or f"不满足扣 {points_zh(points)} 分"


def standard_lines(key: str, words: Words) -> Iterator[str]:
    """The whole standard, clause by clause, under its groups and items."""
    standard, written = words.standards[key], words.source["standards"][key]
    names = Names(words.codes)
    label = f"（{standard.label}）" if standard.label else ""
    total = f"，总分 {points_zh(standard.total_points)} 分" if standard.total_points else ""
    yield f"{standard.title}{label}{total}，条款 {len(standard.clauses)} 条"
    for word, value in written.items():
        shape = shape_of("Standard").words.get(word)
        aside = word in ("key", "title", "label", "total_points")
        if not aside and shape is not None and shape.form != "list":
            yield f"  {shape_of('Standard').names[word]}：{_cell(value, shape, names)}"
    for level in written.get("levels", ()):
        shape = shape_of("Level")
        rest = {word: one for word, one in level.items() if word not in ("key", "title")}
        yield f"  等次“{level['title']}”：{_cell(rest, shape, names) if rest else '其余'}"
    by_key = {clause["key"]: clause for clause in written["clauses"]}
    heading: tuple[str, str] | None = None
    for clause in standard.clauses:
        here = _heading(standard, clause)
        if here != heading:
            heading = here
            yield ""
            yield "  ".join(part for part in here if part)
        yield from _clause_lines(standard, clause, by_key[clause.key], names)


def _heading(standard: Standard, clause: Clause) -> tuple[str, str]:
    groups = {group.key: group.title for group in standard.groups}
    for item in standard.items:
        if item.key == clause.item:
            return groups.get(item.group, ""), f"{item.title}（{points_zh(item.points)} 分）"
    return groups.get(clause.group, ""), ""


def _clause_lines(
    standard: Standard, clause: Clause, written: Mapping[str, Any], names: Names
) -> Iterator[str]:
    shape = shape_of("Clause")
    points = f"，{points_zh(clause.points)} 分" if clause.points else ""
    kind = shape.words["class"].names[clause.class_]
    yield f"  {clause.title}〔{kind}{points}〕 {clause.key}"
    if clause.message:
        yield f"    要求：{clause.message}"
    if written.get("rule"):
        yield f"    规则：{rule_said(written['rule'], names)}"
    else:
        method = shape.words["method"].names[clause.method]
        yield f"    规则：{method}{'：' + clause.waits_for if clause.waits_for else ''}"
    if clause.class_ == "bonus":
        yield f"    加分：最多加 {points_zh(clause.points)} 分"
    elif clause.points and clause.method == "record":
        yield f"    扣分：{loss_said(written.get('loss'), clause.points)}"
    if clause.caps_level:
        titles = {level.key: level.title for level in standard.levels}
        yield f"    {shape.names['caps_level']}：{titles[clause.caps_level]}"
    for word in ("applies", "zeroes", "caps_score"):
        if word in written:
            yield f"    {shape.names[word]}：{_cell(written[word], shape.words[word], names)}"
    if clause.basis:
        yield f"    依据：{clause.basis}"
    if clause.fix:
        yield f"    怎么办：{clause.fix}"


def _cell(value: Any, shape: Shape, names: Names) -> str:
    return str(cell_write(value, shape, names)).replace("、\n", "、")


def changes(old: Pack, new: Pack, below: Names | None = None) -> Iterator[str]:
    """What changed from one version to the other, one sentence for each entry."""
    lists = {name: dict(listed) for name, listed in (below.lists if below else {}).items()}
    for name, listed in names_of(old.source, new.source).lists.items():
        lists.setdefault(name, {}).update(listed)
    names = Names({**lists, **step_kinds(lists)})
    for sheet in sheets():
        if sheet.part == "cases":
            continue
        before, after = _entries(sheet, old.source), _entries(sheet, new.source)
        for key in dict.fromkeys([*before, *after]):
            called = _called(sheet, key, after.get(key) or before[key])
            if key not in before:
                yield f"增加了{called}。"
            elif key not in after:
                yield f"去掉了{called}。"
            else:
                said = list(_differences(sheet, before[key], after[key], names))
                if said:
                    yield f"{called}：{'；'.join(said)}。"
        if [key for key in before if key in after] != [key for key in after if key in before]:
            yield f"《{sheet.name}》的次序变了。"


def _entries(sheet: SheetOf, source: Mapping[str, Any]) -> dict[tuple[str, ...], dict[str, Any]]:
    if sheet.part == "pack":
        return {("",): dict(source["pack"])}
    if sheet.part == "codes":
        return {
            (key, code): {"name": name}
            for key, listed in source["codes"].items()
            for code, name in listed["codes"].items()
        }
    if sheet.part in ENTRIES:
        return {(code,): dict(entry) for code, entry in source.get(sheet.part, {}).items()}
    wholes = source.get(sheet.part, {})
    if not sheet.many:
        known = {column.word for column in sheet.columns}
        return {
            (key,): {word: value for word, value in one.items() if word in known}
            for key, one in wholes.items()
        }
    return {
        (key, str(entry.get("key", entry.get("since", "")))): dict(entry)
        for key, one in wholes.items()
        for entry in one.get(sheet.many) or ()
    }


def _called(sheet: SheetOf, key: tuple[str, ...], entry: Mapping[str, Any]) -> str:
    if sheet.part == "pack":
        return "制度包"
    if sheet.part == "codes":
        return f"代码表“{key[0]}”中的“{key[1]} {entry['name']}”"
    title = entry.get("title", "")
    within = f"{WHOLES[sheet.part][1]}“{key[0]}”的" if sheet.owner else ""
    return f"{within}{sheet.name}“{key[-1]}{' ' + title if title else ''}”"


def _differences(
    sheet: SheetOf, before: dict[str, Any], after: dict[str, Any], names: Names
) -> Iterator[str]:
    old, new = flat(before), flat(after)
    for column in sheet.columns:
        was, now = old.get(column.word), new.get(column.word)
        if was == now and (column.word in old) == (column.word in new):
            continue
        if column.word == "rule":
            shape = rule_shapes(after.get("rule") or before["rule"])
            same_kind = (before.get("rule") or {}).get("kind") == (after.get("rule") or {}).get(
                "kind"
            )
            if not same_kind:
                yield _change(
                    "规则写法", was, now, rule_shapes(before.get("rule") or {}), shape, names
                )
                continue
        else:
            shape = column.shape
        if isinstance(was, dict) and isinstance(now, dict):
            for word in dict.fromkeys([*was, *now]):
                if was.get(word) != now.get(word) or (word in was) != (word in now):
                    inner = shape.under(word)
                    said = f"{column.zh}的{shape.names.get(word, word)}"
                    yield _change(said, was.get(word), now.get(word), inner, inner, names)
        else:
            yield _change(column.zh, was, now, shape, shape, names)


def _change(called: str, was: Any, now: Any, old: Shape, new: Shape, names: Names) -> str:
    if was is None:
        return f"{called}写为 {_cell(now, new, names)}"
    if now is None:
        return f"{called}不再写（原为 {_cell(was, old, names)}）"
    return f"{called}由 {_cell(was, old, names)} 改为 {_cell(now, new, names)}"
