"""Between a folder of YAML and one workbook, without loss; and a new pack of either form."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from zhibu_engine.packs.load import Pack, pack_read
from zhibu_engine.packs.source import ENTRIES, RESOLVERS, Located, PackError, yaml_read
from zhibu_engine.packs.workbook_read import book_pack
from zhibu_engine.packs.workbook_write import book_write

TEMPLATE = Path(__file__).parent / "template"
_KEY = re.compile(r"[a-z][a-z0-9-]*")


def cases_source(path: Path) -> list[tuple[str, Any, Located]]:
    """The files of cases of a pack: name, content, and where its values stand."""
    if path.suffix.lower() == ".xlsx":
        return book_pack(path).cases
    found = []
    for file in sorted((path / "cases").glob("*.y*ml")):
        value, located = yaml_read(file, f"{path.name}/cases/{file.name}")
        found.append((file.stem, json.loads(json.dumps(value, default=str)), located))
    return found


def pack_convert(pack: Pack, source: Path, target: Path, below: Sequence[Pack]) -> None:
    """Write the pack that was read from ``source`` in the other form.

    Raises:
        PackError: the target exists, or what was written does not come back the same.
    """
    if target.exists():
        raise PackError(f"“{target}”已经存在，请换一个名字，或者先移走它。")
    cases = [(name, value) for name, value, _ in cases_source(source)]
    if target.suffix.lower() == ".xlsx":
        book_write(target, pack.source, cases, [one.source for one in below])
    else:
        folder_write(target, pack.source, cases)
    again = pack_read(target)
    if (
        again.digest != pack.digest
        or [(name, value) for name, value, _ in cases_source(target)] != cases
    ):
        raise PackError(f"“{target}”写出后读回的内容与“{source}”不同，请把两者交给维护人员。")


def folder_write(folder: Path, source: Mapping[str, Any], cases: Sequence[tuple[str, Any]]) -> None:
    """Write a pack as YAML: one file for each code list, standard, procedure and group of cases."""
    folder.mkdir(parents=True)
    _dump(folder / "pack.yaml", source["pack"])
    for part in ("codes", "standards", "procedures"):
        for key, value in source.get(part, {}).items():
            _dump(folder / part / f"{_file_name(key)}.yaml", value)
    for part in ENTRIES:
        if source.get(part):
            _dump(folder / part / f"{part}.yaml", source[part])
    for name, value in cases:
        _dump(folder / "cases" / f"{_file_name(name)}.yaml", value)


def _file_name(name: str) -> str:
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise PackError(f"“{name}”不能作文件名：只用文字、数字、连接符和下划线。")
    return name


def _dump(path: Path, value: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    text = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=None,
    )
    path.write_text(text, encoding="utf-8")


class _Dumper(yaml.SafeDumper):
    """Short values on one line, as people write them; no anchors."""

    #: Days are text in a pack, so they need no quotes.
    yaml_implicit_resolvers = RESOLVERS

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: Any = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = len(repr(mapping)) < 90
        return node


def pack_new(target: Path, depends: Sequence[str], below: Sequence[Pack]) -> Pack:
    """A small pack that checks, to be written over: a folder with comments, or a workbook.

    Raises:
        PackError: the target exists, or its name cannot be a key.
    """
    key = target.stem if target.suffix.lower() == ".xlsx" else target.name
    if not _KEY.fullmatch(key):
        raise PackError(
            f"“{key}”不能作制度包的代号：只能用小写字母、数字和连接符，并以字母开头，如 wanshan-rural。"
        )
    if target.exists():
        raise PackError(f"“{target}”已经存在，请换一个名字。")
    if target.suffix.lower() == ".xlsx":
        with TemporaryDirectory() as scratch:
            folder = Path(scratch) / key
            _template(folder, key, depends)
            pack_convert(pack_read(folder), folder, target, below)
    else:
        _template(target, key, depends)
    return pack_read(target)


def _template(folder: Path, key: str, depends: Sequence[str]) -> None:
    for file in sorted(TEMPLATE.rglob("*.yaml")):
        path = folder / file.relative_to(TEMPLATE)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8").replace("KEY", key)
        path.write_text(text.replace("[national]", f"[{', '.join(depends)}]"), encoding="utf-8")
