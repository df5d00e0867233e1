"""YAML with line numbers: values without surprises, and where each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

#: Parts of a pack that are mappings of code → entry.
ENTRIES = ("kinds", "documents", "ballots")
#: Parts that came later: a pack with none of them keeps the digest that it had.
LATER = ("procedures", "ballots")
#: A path of words and places within the data of one file.
Place = tuple[str | int, ...]


class PackError(ValueError):
    """A pack that cannot be used; the message is Chinese and says where and what to do."""


def without_empty(source: dict[str, Any]) -> dict[str, Any]:
    """The data of a pack without parts of ``LATER`` that hold nothing."""
    return {part: one for part, one in source.items() if one or part not in LATER}


def circle(chain: Sequence[str]) -> str:
    """The sentence about packs that depend on each other."""
    return (
        f"制度包之间循环依赖：{' → '.join(chain)}；"
        "请从其中一个的 depends 中去掉另一个，依赖只能从本地指向上级。"
    )


class Located:
    """Where every value of one file or workbook stands, by its path: a line, or a cell."""

    def __init__(self, name: str, lines: dict[Place, int] | dict[Place, str]) -> None:
        self.name = name
        self.lines: dict[Place, int | str] = {**lines}

    def place(self, path: Place) -> str:
        """``file:line``, or the cell, of the deepest known part of the path."""
        path = tuple(path)
        while path and path not in self.lines:
            path = path[:-1]
        found = self.lines.get(path, 1)
        return f"{self.name}：{found}" if isinstance(found, str) else f"{self.name}:{found}"


#: Part and key → where it was written, and its path there.
Places = dict[tuple[str, str], tuple[Located, Place]]


class _Loader(yaml.SafeLoader):
    pass


# Dates stay text until something asks for a date; a code like 2026-01 must not become one by chance.
RESOLVERS = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.yaml_implicit_resolvers = RESOLVERS


def yaml_read(path: Path, name: str) -> tuple[Any, Located]:
    """The value of a YAML file and its lines; a repeated key is refused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PackError(f"{name}：不是 UTF-8 编码的文本，请另存为 UTF-8。") from None
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[tuple[str | int, ...], int] = {}
        value = None if node is None else _value(loader, node, (), lines, name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError(
            f"{name}:{line}：YAML 写法有误（{error.problem}），请检查缩进、冒号和引号。"
        ) from None
    finally:
        loader.dispose()
    return value, Located(name, lines)


def _value(
    loader: _Loader,
    node: yaml.Node,
    path: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], int],
    name: str,
) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(loader, child, (*path, place), lines, name)
            for place, child in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        found: dict[Any, Any] = {}
        for key_node, child in node.value:
            key = loader.construct_object(key_node)
            line = key_node.start_mark.line + 1
            if key in found:
                raise PackError(f"{name}:{line}：“{key}”写了两次。")
            found[key] = _value(loader, child, (*path, key), lines, name)
            lines[(*path, key)] = line
        return found
    return loader.construct_object(node)


def as_date(value: Any) -> date:
    """A day as a case file writes it."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise PackError(f"“{value}”不是日期，请写成 2025-03-31。") from None
