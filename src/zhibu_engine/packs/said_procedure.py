"""A procedure in Chinese lines as an officer would read them: what it asks for, its open values, and step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zhibu_engine.packs.notation import Names
from zhibu_engine.packs.notation_write import cell_write
from zhibu_engine.packs.shape import Shape, shape_of
from zhibu_engine.packs.sheets import step_kinds
from zhibu_engine.packs.words import Words

OPEN = "（未填，不检查）"


def procedure_lines(key: str, words: Words) -> Iterator[str]:
    """The whole procedure, step by step, under the stages of the institution's own."""
    procedure, written = words.procedures[key], words.source["procedures"][key]
    names = Names({**words.codes, **step_kinds(words.codes)})
    label = f"（{procedure.label}）" if procedure.label else ""
    yield f"{procedure.title}{label}，步骤 {len(procedure.steps)} 个"
    lists = ("form", "settings", "steps")
    yield from _words(
        written, shape_of("Procedure"), names, "  ", ("key", "title", "label", *lists)
    )
    for entry in written.get("form", ()):
        yield f"  登记栏“{entry['title']}”{_rest(entry, shape_of('FormField'), names)}"
    for setting in procedure.settings:
        value = OPEN if setting.value is None else _said(setting.value, Shape("any"), names)
        yield f"  设置项“{setting.title}”（{setting.key}）：{value}"
    stage = ""
    for place, entry in enumerate(written["steps"], start=1):
        if entry.get("stage", "") != stage:
            stage = entry.get("stage", "")
            yield f"  〔{stage or '其余'}〕"
        yield f"  {place}. {entry['title']}（{entry['key']}）"
        yield from _words(entry, shape_of("StepOf"), names, "     ", ("key", "title", "stage"))


def _words(
    entry: Mapping[str, Any], shape: Shape, names: Names, indent: str, aside: tuple[str, ...]
) -> Iterator[str]:
    for word, value in entry.items():
        if word not in aside:
            yield f"{indent}{shape.names[word]}：{_said(value, shape.words[word], names)}"


def _rest(entry: Mapping[str, Any], shape: Shape, names: Names) -> str:
    rest = {word: value for word, value in entry.items() if word not in ("key", "title")}
    return f"（{_said(rest, shape, names)}）" if rest else ""


def _said(value: Any, shape: Shape, names: Names) -> str:
    return str(cell_write(value, shape, names)).replace("、\n", "、")
