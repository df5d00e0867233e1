"""What may stand in a cell: read from the JSON Schema, with the Chinese names of words, values and codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from zhibu_engine.facts import RELATIONS, Column
from zhibu_engine.kinds import kinds
from zhibu_engine.packs.json_schema import Schema, definitions
from zhibu_engine.packs.naming import kind_title, value_zh, word_zh
from zhibu_engine.packs.word_names import CONDITIONS, LISTS, LISTS_CLOSER, WORDS


@dataclass(frozen=True)
class Shape:
    """``form``: text, number, flag, list, words (a mapping of known words) or any.

    ``names`` are the Chinese names of its words or of its values; ``codes`` the code list of its values.
    """

    form: str
    words: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    codes: str = ""
    share: bool = False
    #: Called this in an error; "" for what has no name.
    called: str = ""
    required: frozenset[str] = frozenset()

    def under(self, word: str) -> Shape:
        """The shape of what stands under a word."""
        return self.words.get(word, ANY)


ANY = Shape("any")


@cache
def shape_of(name: str) -> Shape:
    """The shape of a definition of the schema."""
    return _shape(definitions()[name], name)


@cache
def rule_shape(kind: str, relation: str = "") -> Shape:
    """The words of a rule kind beside ``kind``. Conditions speak of the columns of a relation, or of anything."""
    whole = shape_of(f"rule_{kind}")
    conditions = _columns(relation) if relation else ANY
    words = {
        word: conditions if word in CONDITIONS and shape.form in ("any", "words") else shape
        for word, shape in whole.words.items()
        if word != "kind"
    }
    if "kinds" in words:
        words["kinds"] = Shape("list", item=Shape("text", codes=_kinds_of(kind, relation)))
    names = {word: name for word, name in whole.names.items() if word != "kind"}
    called = f"规则“{kind_title(kinds()[kind]) or kind}”"
    return Shape("words", words, names=names, called=called, required=whole.required)


def _kinds_of(kind: str, relation: str) -> str:
    """The code list that the ``kinds`` of a rule come from."""
    if kind == "outcome_held":
        return RELATIONS["outcome"].by_name["kind"].codes
    column = RELATIONS[relation].by_name.get("kind") if relation else None
    return column.codes if column else ""


def rule_shapes(value: Mapping[str, Any]) -> Shape:
    """The shape of a rule as it is written: rows of sittings where it names no relation."""
    kind, relation = value.get("kind"), value.get("relation", "")
    if kind not in kinds():
        return ANY
    return rule_shape(kind, relation if relation in RELATIONS else "segment")


@cache
def facts_shape() -> Shape:
    """Rows of relations, with the names of their columns."""
    words = {name: _columns(name) for name in RELATIONS}
    names = {relation.name: relation.zh for relation in RELATIONS.values()}
    return Shape("words", words, names=names, called="事实")


@cache
def _columns(relation: str) -> Shape:
    found = RELATIONS[relation].by_name.values()
    words = {column.name: _column(column) for column in found}
    names = {column.name: column.zh for column in found}
    return Shape("any", words, names=names, called=f"《{RELATIONS[relation].zh}》")


def _column(column: Column) -> Shape:
    bounds = {"from": ANY, "to": ANY}
    return Shape("any", bounds, codes=column.codes, names={word: WORDS[word] for word in bounds})


def _shape(node: Schema, within: str, word: str = "") -> Shape:
    """``within`` is the definition it stands in, ``word`` the word it stands under."""
    known = definitions()
    if "$ref" in node:
        return _referred(node["$ref"].rpartition("/")[2], known)
    options = [one for one in node.get("anyOf", ()) if one != {"type": "null"}]
    if len(options) == 1:
        return _shape(options[0], within, word)
    if "enum" in node and all(isinstance(value, str) for value in node["enum"]):
        return Shape("text", names=_values(node["enum"], word), called=word_zh(word, within))
    if options or not isinstance(node.get("type"), str):
        return _loose(options, within, word)
    if node["type"] == "array":
        return Shape("list", item=_shape(node["items"], within, word), called=word_zh(word, within))
    if node["type"] == "object":
        return _object(node, within, word)
    return _scalar(node, within, word)


def _referred(name: str, known: Mapping[str, Schema]) -> Shape:
    if name == "Facts":
        return facts_shape()
    return ANY if name == "Rule" else _shape(known[name], name)


def _list_of(within: str, word: str) -> str:
    """The code list that the values of a word come from."""
    return LISTS_CLOSER.get((within, word), LISTS.get(word, ""))


def _loose(options: list[Schema], within: str, word: str) -> Shape:
    """Of no type, or of several: a number as written, or text."""
    types = {one.get("type") for one in options}
    return (
        Shape("number")
        if types == {"number", "string"}
        else Shape("any", codes=_list_of(within, word))
    )


def _scalar(node: Schema, within: str, word: str) -> Shape:
    called = word_zh(word, within)
    if node["type"] == "boolean":
        return Shape("flag", called=called)
    if node["type"] in ("integer", "number"):
        return Shape("number", called=called)
    share = node.get("format") == "share"
    return Shape("text", codes=_list_of(within, word), share=share, called=called)


def _object(node: Schema, within: str, word: str) -> Shape:
    properties = node.get("properties")
    if not properties:
        more = node.get("additionalProperties")
        under = _shape(more, within, word) if isinstance(more, dict) else ANY
        return Shape("any", item=under, called=word_zh(word, within))
    own = within if within in definitions() else word
    words = {name: _shape(one, own, name) for name, one in properties.items()}
    names = dict(_unlike({name: word_zh(name, word if word else own) for name in properties}))
    return Shape(
        "words",
        words,
        names=names,
        called=word_zh(word, within),
        required=frozenset(node.get("required", ())),
    )


def _unlike(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names that tell the words apart; a word whose name is taken keeps its own."""
    seen: set[str] = set()
    for word, name in names.items():
        yield word, word if name in seen or (name != word and name in names) else name
        seen.add(name)


def _values(values: list[str], word: str) -> dict[str, str]:
    return dict(_unlike({value: value_zh(value, word) for value in values}))
