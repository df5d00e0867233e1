"""Draw the pages of the handbook that are made from the program: the rule kinds, and the records with their codes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from zhibu_engine.facts import DERIVED, RELATIONS, Column, Relation  # noqa: E402
from zhibu_engine.kinds import kinds  # noqa: E402
from zhibu_engine.packs import pack_read  # noqa: E402
from zhibu_engine.packs.naming import kind_title, kind_usage, value_zh  # noqa: E402
from zhibu_engine.packs.notation_write import cell_write  # noqa: E402
from zhibu_engine.packs.shape import Shape, rule_shape, rule_shapes  # noqa: E402
from zhibu_engine.packs.sheets import names_of  # noqa: E402
from zhibu_engine.packs.word_names import CONDITIONS, FIXED_LISTS  # noqa: E402

BOOK = ROOT / "docs" / "handbook"
EXAMPLES = ROOT / "tests" / "engine" / "every-kind"
MADE = "本页由程序生成（`make snapshot`），请不要手工改。"
TYPES = {
    "id": "编号",
    "int": "整数",
    "bool": "是、否",
    "day": "日期",
    "code": "代码",
    "text": "文字",
}


def kinds_page() -> str:
    """One section for each rule kind: what it asks, when it is met, its words, and an example that is tested."""
    rows = [f"| [{kind_title(cls)}](#{name}) | `{name}` |" for name, cls in sorted(kinds().items())]
    head = [
        "# 规则类别",
        MADE,
        "一条条款怎样由记录评判，由它的规则决定。先在下表找到要的一类，再看它的写法。"
        "怎样写一个条款，见[制度包怎么写](制度包怎么写.md)；记录的列和代码，见[记录和代码](记录和代码.md)。"
        "例子里的会议类别、登记册等代码是举例用的，请换成您的制度包和它依赖的制度包里有的代码。",
        "\n".join(["| 规则 | 代码 |", "|---|---|", *rows]),
    ]
    return _text([*head, *(block for name in sorted(kinds()) for block in _kind(name))])


def _kind(name: str) -> Iterator[str]:
    cls = kinds()[name]
    yield f'<a id="{name}"></a>\n\n## {kind_title(cls)}（`{name}`）'
    usage, met, unmet = kind_said(cls)
    yield usage
    yield f"- 满足：{met}\n- 不满足：{unmet}"
    rows = list(_words(name))
    if rows:
        yield "\n".join(["| 词 | 工作簿里 | 写什么 | 不写时 |", "|---|---|---|---|", *rows])
    example = _examples()[name]
    yield f"```yaml\nrule: {_flow(example)}\n```"
    said = _in_a_cell(example)
    yield f"工作簿里：规则类别选“{kind_title(cls)}”，规则写法写“{said}”。"


def kind_said(cls: type) -> tuple[str, str, str]:
    """用法, 满足 and 不满足 of a rule kind's docstring; "" for what it does not say."""
    usage, _, rest = kind_usage(cls).partition("满足：")
    met, _, unmet = rest.partition("不满足：")
    return usage, met, unmet


def _words(name: str) -> Iterator[str]:
    shape = rule_shape(name)
    for one in fields(kinds()[name]):  # type: ignore[arg-type]
        under = shape.words[one.name]
        what = (
            "条件，写“列: 值”" if one.name in CONDITIONS and under.form == "any" else _what(under)
        )
        default = one.default if one.default is not MISSING else None
        if one.default_factory is not MISSING:
            default = one.default_factory()
        must = one.name in shape.required
        absent = "必填" if must else _default(one.name, default)
        yield f"| `{one.name}` | {shape.names[one.name]} | {what} | {absent} |"


def _default(word: str, value: Any) -> str:
    if value is None or value in ((), {}, ""):
        return "不要求"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple) and len(value) == 2 and all(type(part) is int for part in value):
        return "100%" if value[0] == value[1] else f"{value[0]}/{value[1]}"
    if isinstance(value, tuple):
        return "、".join(f"`{part}`" for part in value)
    return f"`{value}`（{value_zh(value, word)}）" if isinstance(value, str) else str(value)


def _what(shape: Shape) -> str:
    if shape.form == "list" and shape.item is not None:
        if shape.item.form == "words":
            return "一行一项，各写：" + _inner(shape.item)
        return f"{_what(shape.item)}，可以写几个"
    if shape.form == "words":
        return "写：" + _inner(shape)
    if shape.share:
        return '比例，如 `"80%"`'
    if shape.names and shape.form == "text":
        return "、".join(_called(value, zh) for value, zh in shape.names.items())
    if shape.codes == "column":
        return "《会议》的一列，如 `form`"
    if shape.codes in FIXED_LISTS:
        return "、".join(_called(code, zh) for code, zh in FIXED_LISTS[shape.codes].items())
    if shape.codes:
        return f"代码表 `{shape.codes}` 中的代码"
    known = {
        "number": "整数",
        "flag": "true、false",
        "text": "文字或代码",
        "any": "见上面的用法和下面的例子",
    }
    return known[shape.form]


def _called(code: str, zh: str) -> str:
    return f"`{code}`" if code == zh else f"`{code}` {zh}"


def _inner(shape: Shape) -> str:
    return "、".join(f"`{word}`（{zh}）" for word, zh in shape.names.items())


def _examples() -> dict[str, dict[str, Any]]:
    """The rule of the first clause of each kind in the standards that hold one of every kind."""
    found: dict[str, dict[str, Any]] = {}
    standards = pack_read(EXAMPLES).source["standards"]
    for key in ("every", "more"):
        for clause in standards[key]["clauses"]:
            if "rule" in clause:
                found.setdefault(clause["rule"]["kind"], clause["rule"])
    return found


def _flow(value: Any) -> str:
    text: str = yaml.safe_dump(
        value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10_000
    )
    return text.strip()


def _in_a_cell(rule: dict[str, Any]) -> str:
    words = {word: value for word, value in rule.items() if word != "kind"}
    said = cell_write(words, rule_shapes(rule), names_of(pack_read(EXAMPLES).source))
    return str(said).replace("\n", "；")


def records_page() -> str:
    """Every relation of the facts with its columns, and the code lists of the national pack."""
    head = [
        "# 记录和代码",
        MADE,
        "规则的 `where`、`part`，用例的 `facts`，事实工作簿和事实文件夹，用的都是下面这些记录和列。"
        "YAML 里写左边的英文名，工作簿里写中文名。空着的格，就是没有：数是 0，日期是没有。",
        "`where` 里，整数列写 `{from: 3}`（不少于）、`{to: 5}`（不多于）或者两个都写；"
        "是否列写 true 或 false；代码列写一个代码或者几个代码。日期列不能作条件。"
        "有日期的记录另有几列由程序算出："
        + "、".join(f"`{c.name}`（{c.meaning}）" for c in DERIVED)
        + "。",
    ]
    tables = [block for relation in RELATIONS.values() for block in _relation(relation)]
    return _text([*head, *tables, *_codes()])


def _relation(relation: Relation) -> Iterator[str]:
    yield f"## {relation.zh}（`{relation.name}`）\n\n{relation.meaning}。"
    rows = [
        f"| `{one.name}` | {one.zh} | {_type(one)} | {one.meaning.replace('|', '/')} | {'' if one.optional or one.empty is not None else '必填'} |"
        for one in relation.columns
    ]
    yield "\n".join(["| 列 | 中文 | 类型 | 意思 | |", "|---|---|---|---|---|", *rows])


def _type(column: Column) -> str:
    return f"{TYPES[column.type]} `{column.codes}`" if column.codes else TYPES[column.type]


def _codes() -> Iterator[str]:
    yield (
        "# 全国通用制度包（national）的代码\n\n"
        "依赖 `national` 的制度包可以用下面的代码。要加代码，在自己的包里写同名的代码表，只写要加的。"
    )
    pack = pack_read(ROOT / "packs" / "national")
    lists = {name: (one.title, dict(one.codes)) for name, one in pack.codes.items()}
    lists["segment_kind"] = (
        "会议类别",
        {code: one.title for code, one in pack.segment_kinds.items()},
    )
    lists["document_kind"] = (
        "文档类别",
        {code: one.title for code, one in pack.document_kinds.items()},
    )
    used = {column.codes for relation in RELATIONS.values() for column in relation.columns}
    used |= {"register", "procedure"}
    for name, (title, codes) in sorted(lists.items()):
        if name in used:
            listed = "、".join(f"`{code}` {zh}" for code, zh in codes.items())
            yield f"**{title}（`{name}`）**：{listed}。"
    missing = sorted(used - set(lists) - {""})
    yield f"还没有代码、要由您的制度包写的：{'、'.join(f'`{name}`' for name in missing)}。"


def _text(blocks: list[str]) -> str:
    return "\n\n".join(blocks) + "\n"


PAGES = {"规则类别.md": kinds_page, "记录和代码.md": records_page}

if __name__ == "__main__":
    for name, draw in PAGES.items():
        (BOOK / name).write_text(draw(), encoding="utf-8")
