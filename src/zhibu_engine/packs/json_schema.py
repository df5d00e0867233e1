"""The format of a pack as JSON Schema, made from the models and the rule kinds; editors and workbooks read it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from zhibu_engine.facts import RELATIONS
from zhibu_engine.kinds import kinds
from zhibu_engine.packs import schema
from zhibu_engine.packs.ballot_sheets import BallotSheet
from zhibu_engine.packs.naming import kind_title, kind_usage, word_zh
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.packs.source import ENTRIES
from zhibu_engine.verdicts import CODES, VERDICTS

Schema = dict[str, Any]

#: What each kind of file of a pack holds, and the definition of one entry of it.
PARTS: dict[str, tuple[str, str]] = {
    "pack": ("pack.yaml", "Header"),
    "codes": ("codes/*.yaml", "CodeList"),
    "kinds": ("kinds/*.yaml", "SegmentKind"),
    "documents": ("documents/*.yaml", "DocumentKind"),
    "ballots": ("ballots/*.yaml", "BallotSheet"),
    "standards": ("standards/*.yaml", "Standard"),
    "procedures": ("procedures/*.yaml", "Procedure"),
    "cases": ("cases/*.yaml", "CaseFile"),
}
_MODELS = (
    schema.Header,
    schema.CodeList,
    schema.SegmentKind,
    schema.DocumentKind,
    BallotSheet,
    schema.Standard,
    Procedure,
)


def _object(properties: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
    }


_POINTS: Schema = {"type": ["number", "string"]}
#: States of a matter.
STATES = ("running", "returned", "reopened", "terminated", "done")
#: ``losses.loss_parse`` reads these by hand, so they are written here by hand; a test compares the words.
LOSS: Schema = _object(
    {
        "flag": _POINTS,
        "per_missing": _POINTS,
        "per_extra": _POINTS,
        "at_most": _POINTS,
        "zero_from": {"type": "integer"},
        "steps": {"type": "object", "additionalProperties": _POINTS},
        "tiers": {
            "type": "array",
            "items": _object(
                {"from": {"type": "integer"}, "to": {"type": "integer"}, "earns": _POINTS},
                "from",
                "earns",
            ),
        },
        "rate": _object({"per": {"type": "integer"}, "loses": _POINTS}, "per", "loses"),
        "proportional": {"type": "boolean"},
    }
)
#: What a case may expect and say; ``cases`` reads the words from here.
EXPECT: Schema = _object(
    {
        "verdict": {"enum": list(VERDICTS)},
        "code": {"enum": list(CODES)},
        "measured": {"type": "integer"},
        "required": {"type": "integer"},
        "lost": {"type": "number"},
        "earned": {"type": "number"},
        "missing": {"type": "array", "items": {"type": "string"}},
        "rejected": {"type": "integer"},
        "counted": {"type": "integer"},
        "until": {"type": "string"},
        # Of the total, in a case without a clause.
        **{
            name: {"type": "number"}
            for name in ("possible", "assessed", "bonus", "penalty", "zeroed")
        },
        **{name: {"type": "number"} for name in ("not_assessed", "not_due", "not_applicable")},
        **{name: {"type": "integer"} for name in ("met", "failed")},
        **{name: {"type": "string"} for name in ("level", "level_low", "level_high")},
        # Of a matter.
        **{
            name: {"type": "array", "items": {"type": "string"}}
            for name in ("open", "left", "breaches", "refused", "outcomes")
        },
        "state": {"enum": list(STATES)},
        "due": {"type": "object", "additionalProperties": {"type": "string"}},
        "publishable": {"type": "boolean"},
    }
)
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer"}
#: One person: a post, several posts, or a name with posts.
_PERSON: Schema = {"type": ["string", "array", "object"]}
#: Words of a case about a matter; ``matter_cases`` reads them.
_MATTER: Schema = {
    "procedure": _TEXT,
    "opened": _TEXT,
    "form": {"type": "object"},
    "settings": {"type": "object"},
    "parent": {"type": "object"},
}
HAPPENED: Schema = _object(
    {
        "step": _TEXT,
        "reopen": _TEXT,
        "day": _TEXT,
        "kind": _TEXT,
        "presider": _PERSON,
        "recorder": _PERSON,
        **{name: {"type": "array", "items": _PERSON} for name in ("present", "due")},
        "votes": _object(
            {
                name: _COUNT
                for name in (
                    *("entitled", "present", "for", "against", "abstain", "due", "attended"),
                    *("written", "issued", "collected", "invalid"),
                )
            }
        ),
        "secret": {"type": "boolean"},
        "fields": {"type": "object"},
        "papers": {"type": "array", "items": _TEXT},
        "decision": _TEXT,
        "actors": {"type": "array", "items": _TEXT},
        **{name: _COUNT for name in ("shown", "objections_open", "children_open")},
        "reasons": {"type": "object", "additionalProperties": _TEXT},
    }
)
CASE: Schema = _object(
    {
        "name": _TEXT,
        "standard": _TEXT,
        "clause": _TEXT,
        "as_of": _TEXT,
        "subject": {"type": "integer"},
        "manual": {"type": "object", "additionalProperties": _POINTS},
        "facts": {"$ref": "#/$defs/Facts"},
        **_MATTER,
        "done": {"type": "array", "items": {"$ref": "#/$defs/Happened"}},
        "expect": {"$ref": "#/$defs/Expect"},
    },
    "expect",
)
CASE_FILE: Schema = _object(
    {
        "standard": _TEXT,
        "clause": _TEXT,
        "as_of": _TEXT,
        "defaults": {"$ref": "#/$defs/Facts"},
        **_MATTER,
        "each": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Happened"}},
        "cases": {"type": "array", "items": {"$ref": "#/$defs/Case"}},
    },
    "cases",
)


class _Generate(GenerateJsonSchema):
    #: A default that is an object of ours is no JSON; defaults of that kind are left out below.
    ignored_warning_kinds = {"non-serializable-default", "skipped-choice"}


@cache
def definitions() -> Mapping[str, Schema]:
    """Every definition by name: the models, ``Rule``, ``rule_<kind>``, ``Loss``, and those of the cases."""
    wanted: list[Any] = [(cls.__name__, "validation", TypeAdapter(cls)) for cls in _MODELS]
    wanted += [(name, "validation", TypeAdapter(cls)) for name, cls in kinds().items()]
    made, shared = TypeAdapter.json_schemas(wanted, schema_generator=_Generate)
    found: dict[str, Schema] = dict(shared["$defs"])
    for name, cls in kinds().items():
        own = made[name, "validation"]["$ref"].rpartition("/")[2]
        found[f"rule_{name}"] = _rule(name, cls, found.pop(own))
    found["Rule"] = _any_rule()
    found |= {"Loss": LOSS, "Expect": EXPECT, "Case": CASE, "CaseFile": CASE_FILE}
    found["Happened"] = HAPPENED
    found["Facts"] = _facts()
    clause = found["Clause"]["properties"]
    clause["rule"] = {"anyOf": [{"$ref": "#/$defs/Rule"}, {"type": "null"}]}
    clause["loss"] = {"$ref": "#/$defs/Loss"}
    return {name: _named(one, name) for name, one in sorted(found.items())}


def _rule(name: str, cls: type, made: Schema) -> Schema:
    return {
        **made,
        "title": kind_title(cls),
        "description": kind_usage(cls) or kind_title(cls),
        "properties": {"kind": {"const": name}, **made.get("properties", {})},
        "required": ["kind", *made.get("required", [])],
    }


def _any_rule() -> Schema:
    """One of the kinds; written as ``if`` so that an editor names the wrong word, not every kind."""
    names = sorted(kinds())
    return {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": names}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}},
                "then": {"$ref": f"#/$defs/rule_{name}"},
            }
            for name in names
        ],
    }


def _facts() -> Schema:
    """Rows of relations as a case writes them: any column, a day or several days."""
    found: Schema = {}
    for relation in RELATIONS.values():
        columns = {column.name: {"title": column.zh} for column in relation.columns}
        row = {"type": "object", "additionalProperties": False, "properties": columns}
        found[relation.name] = {
            "title": relation.zh,
            "anyOf": [row, {"type": "array", "items": row}],
        }
    return {"type": "object", "additionalProperties": False, "properties": found}


def _named(node: Any, within: str) -> Any:
    """With Chinese titles for people who hover over a word, and without defaults that are no scalars."""
    if isinstance(node, list):
        return [_named(one, within) for one in node]
    if not isinstance(node, dict):
        return node
    found: Schema = {}
    for key, value in node.items():
        if key == "properties":
            found[key] = {
                word: {"title": word_zh(word, within), **_untitled(_named(one, word))}
                for word, one in value.items()
            }
        elif key in ("const", "enum", "required"):
            found[key] = value
        elif key != "default" or not isinstance(value, dict | list):
            found[key] = _named(value, within)
    return found


def _untitled(node: Schema) -> Schema:
    return {key: value for key, value in node.items() if key != "title" or not str(value).isascii()}


def part_schema(part: str) -> Schema:
    """A whole JSON Schema for one kind of file."""
    files, name = PARTS[part]
    known = definitions()
    root = dict(known[name])
    if part in ENTRIES:
        words = {word: one for word, one in root["properties"].items() if word != "code"}
        required = [word for word in root["required"] if word != "code"]
        entry = {**root, "properties": words, "required": required}
        root = {"type": "object", "additionalProperties": entry}
    if part == "standards":
        root["if"] = {"properties": {"extends": {"const": True}}, "required": ["extends"]}
        root["else"] = {"required": ["title", "clauses"]}
    if part == "procedures":
        root["if"] = {"properties": {"extends": {"const": True}}, "required": ["extends"]}
        root["else"] = {"required": ["title", "steps"]}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{word_zh(part, 'part')}：{files}",
    }
    return {**head, **{k: v for k, v in root.items() if k != "title"}, "$defs": _used(root, known)}


def _used(root: Schema, known: Mapping[str, Schema]) -> dict[str, Schema]:
    """The definitions that a schema refers to, directly or through others."""
    found: dict[str, Schema] = {}
    waiting = [root]
    while waiting:
        for name in _references(waiting.pop()):
            if name not in found:
                found[name] = known[name]
                waiting.append(known[name])
    return dict(sorted(found.items()))


def _references(node: Any) -> set[str]:
    if isinstance(node, list):
        return {name for one in node for name in _references(one)}
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
    return own | {name for one in node.values() for name in _references(one)}
