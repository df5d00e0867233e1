"""Reading a pack from its folder or workbook: shapes first, then words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from zhibu_engine.elections import ElectionRule
from zhibu_engine.kinds import kinds
from zhibu_engine.model import Model
from zhibu_engine.packs import procedure as procedure_schema
from zhibu_engine.packs import schema
from zhibu_engine.packs.ballot_sheets import BallotSheet, Choice
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.packs.schema import CodeList, DocumentKind, Header, SegmentKind, Standard
from zhibu_engine.packs.source import (
    ENTRIES,
    Located,
    PackError,
    Place,
    Places,
    without_empty,
    yaml_read,
)
from zhibu_engine.packs.workbook_read import book_pack
from zhibu_engine.votes import Quorum, VoteRule

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Pack:
    """One version of a pack. ``source`` is its whole data as written; the typed parts come from it."""

    header: Header
    source: Mapping[str, Any]
    codes: Mapping[str, CodeList]
    segment_kinds: Mapping[str, SegmentKind]
    document_kinds: Mapping[str, DocumentKind]
    ballot_sheets: Mapping[str, BallotSheet]
    standards: Mapping[str, Standard]
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    #: Where each part was written; empty when the pack came from a dump.
    places: Places = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        return self.header.key

    @property
    def version(self) -> str:
        return self.header.version

    @property
    def title(self) -> str:
        return self.header.title

    @property
    def depends(self) -> tuple[str, ...]:
        return self.header.depends

    @property
    def adopts_kinds(self) -> tuple[str, ...]:
        return self.header.adopts_kinds

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the data."""
        text = json.dumps(self.source, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def dump(self) -> dict[str, Any]:
        """The whole pack as JSON-able data."""
        copied: dict[str, Any] = json.loads(json.dumps(self.source, ensure_ascii=False))
        return copied

    @staticmethod
    def from_dump(dumped: Mapping[str, Any]) -> Pack:
        return _build(_canonical(dumped), {})

    def place(self, part: str, key: str, path: Place) -> str:
        """``file:line``, or the key where the pack came from a dump."""
        known = self.places.get((part, key))
        if known is None:
            return f"{self.key} {key}"
        located, prefix = known
        return located.place((*prefix, *path))


def pack_load(path: Path) -> Pack:
    """Load a pack, checking its words if the packs it depends on are found (``find.packs_below``).

    Raises:
        PackError: with file and line or cell, the unknown word and the words that exist.
    """
    from zhibu_engine.packs.find import packs_below
    from zhibu_engine.packs.words import packs_merge

    pack = pack_read(path)
    below = packs_below(pack, [path.parent])
    if below is not None:
        packs_merge([*below, pack])
    return pack


def pack_read(path: Path) -> Pack:
    """Load the pack in a folder or a workbook without asking whether its words exist."""
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        book = book_pack(path)
        return _build(_canonical(book.source), book.places)
    if not (path / "pack.yaml").is_file():
        raise PackError(f"{path}：这里没有 pack.yaml，不是制度包的文件夹。")
    return _folder(path)


def _folder(folder: Path) -> Pack:
    places: Places = {}
    header, located = yaml_read(folder / "pack.yaml", "pack.yaml")
    places["pack", ""] = located, ()
    source: dict[str, Any] = {
        "pack": header,
        "codes": {},
        "kinds": {},
        "documents": {},
        "ballots": {},
        "standards": {},
        "procedures": {},
    }
    for path, name in _files(folder, "codes"):
        source["codes"][path.stem], located = yaml_read(path, name)
        places["codes", path.stem] = located, ()
    for part in ENTRIES:
        for path, name in _files(folder, part):
            value, located = yaml_read(path, name)
            for key, entry in _mapping(value, name).items():
                if key in source[part]:
                    raise PackError(f"{located.place((key,))}：“{key}”在本制度包中写了两次。")
                source[part][key] = entry
                places[part, key] = located, (key,)
    for part in ("standards", "procedures"):
        for path, name in _files(folder, part):
            value, located = yaml_read(path, name)
            key = _mapping(value, name).get("key", path.stem)
            if key in source[part]:
                raise PackError(f"{located.place(('key',))}：“{key}”在本制度包中写了两次。")
            source[part][key] = value
            places[part, key] = located, ()
    return _build(_canonical(without_empty(source)), places)


def _files(folder: Path, part: str) -> Iterator[tuple[Path, str]]:
    for path in sorted((folder / part).glob("*.y*ml")):
        yield path, f"{folder.name}/{part}/{path.name}"


def _mapping(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PackError(f"{name}:1：这里要写成“代码: 内容”的形式。")
    return value


def _canonical(source: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON would give it back, so that a loaded and a dumped pack are equal."""
    plain: dict[str, Any] = json.loads(json.dumps(source, ensure_ascii=False, default=str))
    return plain


def _build(source: dict[str, Any], places: Places) -> Pack:
    def read(model: type[M], part: str, key: str, value: Any, **more: Any) -> M:
        located, prefix = places.get((part, key), (Located(f"{part}/{key}", {}), ()))
        if not isinstance(value, dict):
            raise PackError(f"{located.place(prefix)}：“{key or part}”要写成“名称: 内容”的形式。")
        try:
            return model.model_validate({**value, **more})
        except ValidationError as error:
            raise PackError(_sentences(error, value, located, prefix)) from None

    return Pack(
        header=read(Header, "pack", "", source["pack"]),
        source=source,
        codes={key: read(CodeList, "codes", key, value) for key, value in source["codes"].items()},
        segment_kinds={
            key: read(SegmentKind, "kinds", key, value, code=key)
            for key, value in source["kinds"].items()
        },
        document_kinds={
            key: read(DocumentKind, "documents", key, value, code=key)
            for key, value in source["documents"].items()
        },
        ballot_sheets={
            # A dump of a pack from before there were any has no such part.
            key: read(BallotSheet, "ballots", key, value, code=key)
            for key, value in source.get("ballots", {}).items()
        },
        standards={
            key: read(Standard, "standards", key, value, **_overlay_title(key, value))
            for key, value in source["standards"].items()
        },
        procedures={
            key: read(Procedure, "procedures", key, value, **_overlay_title(key, value))
            for key, value in source.get("procedures", {}).items()
        },
        places=places,
    )


def _overlay_title(key: str, value: Any) -> dict[str, str]:
    """An overlay need not repeat the title; lists of packs still need a name for it."""
    if isinstance(value, dict) and value.get("extends") is True and "title" not in value:
        return {"title": f"{key}（只写改动）"}
    return {}


def _sentences(error: ValidationError, value: Any, located: Located, prefix: Place) -> str:
    return "\n".join(
        dict.fromkeys(
            _sentence(tuple(one["loc"]), dict(one), error.title, value, located, prefix)
            for one in error.errors()
        )
    )


def _sentence(
    path: Place,
    one: dict[str, Any],
    title: str,
    value: Any,
    located: Located,
    prefix: Place,
) -> str:
    where = located.place((*prefix, *path))
    word = path[-1] if path else ""
    kind, context = one["type"], one.get("ctx", {})
    if kind == "missing":
        return f"{where}：缺少“{word}”。"
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        known = "、".join(_words_of(path, title, value))
        return f"{where}：不认识的词“{word}”；可用的有：{known}。"
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return (
            f"{where}：“{word}”不认识“{one['input']}”；可用的有：{expected.replace(', ', '、')}。"
        )
    if kind == "value_error":
        return f"{where}：{context.get('error')}"
    if kind == "string_type":
        return f"{where}：“{word}”要写成文字；像 0164 这样的代码请加引号。"
    if kind == "string_pattern_mismatch":
        return f"{where}：“{one['input']}”只能用小写字母、数字和连接符，并以字母开头。"
    return f"{where}：“{word}”写法不对（{one['msg']}），现为“{one['input']}”。"


#: The model of what stands under a word, for naming the words that it knows.
_UNDER: dict[str, type[Any]] = {
    "steps": procedure_schema.StepOf,
    "form": procedure_schema.FormField,
    "columns": procedure_schema.Column,
    "fields": procedure_schema.FormField,
    "settings": procedure_schema.Setting,
    "presiding": procedure_schema.Acting,
    "recording": procedure_schema.Acting,
    "substitutes": procedure_schema.Substitute,
    "parties": procedure_schema.Party,
    "intervals": procedure_schema.Interval,
    "due": procedure_schema.Interval,
    "papers": procedure_schema.Paper,
    "repeats": procedure_schema.Repeats,
    "decisions": procedure_schema.Decision,
    "gives": procedure_schema.Given,
    "requires": procedure_schema.Required,
    "spawns": procedure_schema.Spawns,
    "when": procedure_schema.When,
    "unless": procedure_schema.When,
    "scope": procedure_schema.Scope,
    "reopening": procedure_schema.Reopening,
    "clauses": schema.Clause,
    "items": schema.Item,
    "groups": schema.Group,
    "criteria": schema.Criterion,
    "applies": schema.Applies,
    "quorum": Quorum,
    "turnout": Quorum,
    "vote": VoteRule,
    "election": ElectionRule,
    "choices": Choice,
    "wording": schema.Wording,
}


def _words_of(path: Place, title: str, value: Any) -> list[str]:
    above = [part for part in path[:-1] if isinstance(part, str)]
    if not above:
        found = getattr(schema, title, None) or getattr(procedure_schema, title, None)
        return _fields(found or BallotSheet)
    if above[-1] == "rule":
        for part in path[:-1]:
            value = value[part]
        return ["kind", *getattr(kinds()[value["kind"]], "__dataclass_fields__", {})]
    if above[-2:-1] == ["applies"]:
        return _fields(schema.Range)
    if above[-1] == "bands":
        return ["members_from", "size_from", "size_to"]
    return _fields(_UNDER[above[-1]]) if above[-1] in _UNDER else []


def _fields(model: type[Model]) -> list[str]:
    return [entry.alias or name for name, entry in model.model_fields.items() if name != "code"]
