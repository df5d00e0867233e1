"""Which sheets a pack's workbook has, and how an entry of a pack lies in a row; made from the schema.

A word with a list of entries (clauses, items, levels) has a sheet of its own; every other word is a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from zhibu_engine.kinds import kinds
from zhibu_engine.packs.naming import kind_title, word_zh
from zhibu_engine.packs.notation import Names
from zhibu_engine.packs.shape import Shape, facts_shape, shape_of

#: Sheets for people; nothing in them is read, but the code lists of the second help to read names.
NOTES, LISTS_SHEET, RULES_SHEET = "说明", "可用的词", "规则写法"
#: Words that only rows have: the kind of a rule stands apart from its other words.
RULE_KIND, STANDARD, PROCEDURE, FILE = "rule.kind", "standard.key", "procedure.key", "file"
#: Parts whose entries hold lists with sheets of their own: part → definition, name, the word that names the entry.
WHOLES = {
    "standards": ("Standard", "标准", STANDARD),
    "procedures": ("Procedure", "程序", PROCEDURE),
}
EXPECT = "expect."


@dataclass(frozen=True)
class ColumnOf:
    """A column: the word of the entry that it holds, its heading and what its cells may say."""

    word: str
    zh: str
    shape: Shape
    required: bool = False


@dataclass(frozen=True)
class SheetOf:
    """A sheet: the part of the pack that its rows are entries of, and the word of the list within an entry."""

    name: str
    part: str
    columns: tuple[ColumnOf, ...]
    many: str = ""

    @property
    def owner(self) -> str:
        """The word that names the standard or procedure of a row."""
        return WHOLES[self.part][2] if self.many and self.part in WHOLES else ""

    def column(self, heading: str) -> ColumnOf | None:
        return next((one for one in self.columns if heading in (one.zh, one.word)), None)


@cache
def sheets() -> tuple[SheetOf, ...]:
    """All sheets in the order people fill them in."""
    head = shape_of("Header")
    found = [SheetOf("制度包", "pack", _columns(head, head.words)), *_whole("standards")]
    for name, part, definition in (
        ("会议类别", "kinds", "SegmentKind"),
        ("文档类别", "documents", "DocumentKind"),
        ("测评表样", "ballots", "BallotSheet"),
    ):
        entry = shape_of(definition)
        found.append(SheetOf(name, part, _columns(entry, entry.words)))
    return (*found, *_whole("procedures"), _codes(), *_cases())


def _whole(part: str) -> Iterator[SheetOf]:
    """The sheet of standards or procedures, and one for each list that they hold."""
    definition, called, owner = WHOLES[part]
    whole = shape_of(definition)
    lists = {word: _entry(shape) for word, shape in whole.words.items() if _is_list(shape)}
    plain = [word for word in whole.words if word not in lists]
    yield SheetOf(called, part, _columns(whole, plain))
    for word, entry in lists.items():
        key = ColumnOf(owner, called, Shape("text", called=called), required=True)
        columns = (key, *_rule_apart(_columns(entry, entry.words)))
        name = word_zh(word, definition)
        yield SheetOf(name if part == "standards" else f"{called}{name}", part, columns, word)


def _is_list(shape: Shape) -> bool:
    return shape.form == "list" and shape.item is not None and shape.item.form == "words"


def _entry(shape: Shape) -> Shape:
    assert shape.item is not None
    return shape.item


def _columns(shape: Shape, words: Any) -> tuple[ColumnOf, ...]:
    return tuple(
        ColumnOf(word, shape.names.get(word, word), shape.words[word], word in shape.required)
        for word in words
    )


def _rule_apart(columns: tuple[ColumnOf, ...]) -> tuple[ColumnOf, ...]:
    """The rule's kind in a column with a drop-down, its other words in the next."""
    found: list[ColumnOf] = []
    for column in columns:
        if column.word == "rule":
            found.append(ColumnOf(RULE_KIND, "规则类别", rule_kinds()))
            column = replace(column, zh="规则写法")
        found.append(column)
    return tuple(found)


@cache
def rule_kinds() -> Shape:
    names = {name: kind_title(cls) or name for name, cls in sorted(kinds().items())}
    return Shape("text", names=names, called="规则类别")


def _codes() -> SheetOf:
    text = Shape("text")
    return SheetOf(
        "代码",
        "codes",
        (
            ColumnOf("list", "代码表", text, required=True),
            ColumnOf("list.title", "代码表名称", text),
            ColumnOf("code", "代码", text),
            ColumnOf("name", "名称", text),
        ),
    )


def _cases() -> tuple[SheetOf, SheetOf]:
    file, case, expect = shape_of("CaseFile"), shape_of("Case"), shape_of("Expect")
    key = ColumnOf(FILE, "用例组", Shape("text"), required=True)
    words = [word for word in file.words if word != "cases"]
    shared = replace(file, words={**file.words, "defaults": facts_shape()})
    own = replace(case, words={**case.words, "facts": facts_shape()})
    own_words = [word for word in case.words if word not in ("expect", "key")]
    expected = tuple(
        ColumnOf(EXPECT + word, f"预期{expect.names[word]}", shape)
        for word, shape in expect.words.items()
    )
    return (
        SheetOf("用例默认", "cases", (key, *_columns(shared, words))),
        SheetOf("用例", "cases", (key, *_columns(own, own_words), *expected), "cases"),
    )


def flat(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as the words of its row: a rule's kind and what a case expects lie apart."""
    found = dict(entry)
    rule, expect = found.get("rule"), found.get("expect")
    if isinstance(rule, dict) and "kind" in rule:
        found[RULE_KIND] = rule["kind"]
        found["rule"] = {word: value for word, value in rule.items() if word != "kind"}
        if not found["rule"]:
            del found["rule"]
    if isinstance(expect, dict) and "name" not in expect:
        found.pop("expect")
        found.update({EXPECT + word: value for word, value in expect.items()})
    return found


def folded(row: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of a row: the opposite of ``flat``."""
    found: dict[str, Any] = {}
    for word, value in row.items():
        if word == RULE_KIND:
            found["rule"] = {"kind": value, **(row.get("rule") or {})}
        elif word == "rule" and RULE_KIND in row:
            continue
        elif word.startswith(EXPECT):
            found.setdefault("expect", {})[word.removeprefix(EXPECT)] = value
        else:
            found[word] = value
    return found


def names_of(*sources: Mapping[str, Any]) -> Names:
    """The code lists of packs, with their segment and document kinds, and all kinds that a step may ask for."""
    lists: dict[str, dict[str, str]] = {"segment_kind": {}, "document_kind": {}}
    for source in sources:
        for name, listed in source.get("codes", {}).items():
            lists.setdefault(name, {}).update(_strings(listed.get("codes")))
        for part, name in (("kinds", "segment_kind"), ("documents", "document_kind")):
            for code, entry in source.get(part, {}).items():
                if isinstance(entry, dict) and isinstance(entry.get("title"), str):
                    lists[name][code] = entry["title"]
    return Names({**lists, **step_kinds(lists)})


def step_kinds(lists: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """All kinds of evidence that a step may ask for, as one list."""
    parts = ("ballot_kind", "publication_kind", "document_kind", "segment_kind")
    kinds_of = [lists.get(name, {}) for name in parts]
    return {"step_kind": {code: zh for one in kinds_of for code, zh in one.items()}}


def _strings(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, dict) else ()
    return {str(code): name for code, name in pairs if isinstance(name, str)}
