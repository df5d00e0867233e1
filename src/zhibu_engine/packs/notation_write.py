"""The notation of ``notation`` the other way round: from a value to what a cell says."""

from __future__ import annotations

import re
from typing import Any

from zhibu_engine.packs.notation import (
    CLOSE,
    COMMAS,
    NO,
    OPEN,
    PARTS,
    QUOTES,
    YES,
    Names,
    NotationError,
    bare_value,
    cell_value,
    under,
)
from zhibu_engine.packs.shape import ANY, Shape


def cell_write(value: Any, shape: Shape, names: Names) -> Any:
    """A value as the content of a cell: a number, or text.

    Raises:
        NotationError: nothing that could be written would be read back the same.
    """
    if shape.form in ("number", "any") and type(value) in (int, float) and _fits(value):
        return value
    for plain in (False, True):
        text = _top(value, shape, names, plain)
        try:
            if _same(cell_value(text, shape, names), value):
                return text
        except NotationError:
            continue
    raise NotationError(f"“{value}”写不进单元格。")


def _fits(number: float) -> bool:
    return (
        abs(number) < 10**15
        and float(f"{number:.16G}") == number
        and (type(number) is int or not number.is_integer())
    )


def _same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all through: 4 is not 4.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _top(value: Any, shape: Shape, names: Names, plain: bool) -> str:
    known = shape.form == "words" or shape.words or shape.item
    if isinstance(value, dict) and value and known:
        return _pairs(value, shape, names, plain, "；")
    if isinstance(value, list) and value and shape.form == "list":
        item = shape.item or ANY
        part = "、\n" if isinstance(value[0], dict) else "、"
        return part.join(_inner(one, item, names, plain, True) for one in value)
    if isinstance(value, str) and shape.form == "text":
        said = _said(value, shape, names, plain)
        plainly = said == said.strip() and said and said[0] != "『"
        return said if plainly and _means(said, shape, names, value) else _quoted(value)
    return _inner(value, shape, names, plain)


def _said(value: str, shape: Shape, names: Names, plain: bool) -> str:
    if plain:
        return value
    return names.said(shape.codes, value) if shape.codes else shape.names.get(value, value)


def _pairs(value: dict[str, Any], shape: Shape, names: Names, plain: bool, part: str) -> str:
    return part.join(
        f"{_key(word, shape, plain)}：{_inner(one, under(shape, word), names, plain)}"
        for word, one in value.items()
    )


def _key(word: str, shape: Shape, plain: bool) -> str:
    said = word if plain else shape.names.get(word, word)
    signs = re.search(r"[：:；;\n（）(){}]|^[『「“\"\s]|\s$", said)
    return _quoted(said) if signs or not said else said


def _inner(value: Any, shape: Shape, names: Names, plain: bool, listed: bool = False) -> str:
    if value is None:
        return "（无）"
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict):
        return f"（{_pairs(value, shape, names, plain, '；')}）"
    if isinstance(value, list):
        return _list(value, shape, names, plain, listed)
    return _text(value, shape, names, plain, listed)


def _list(value: list[Any], shape: Shape, names: Names, plain: bool, listed: bool) -> str:
    item = (shape.item or ANY) if shape.form == "list" else shape
    if not value:
        return "（空）"
    part = "、\n" if all(isinstance(one, dict) for one in value) else "、"
    said = part.join(_inner(one, item, names, plain, True) for one in value)
    nested = any(isinstance(one, list) for one in value)
    # A bare （无） would be no list at all.
    bare = (
        not listed and not nested and value != [None] and (shape.form == "list" or len(value) > 1)
    )
    return said if bare else f"[{said}]"


def _text(value: str, shape: Shape, names: Names, plain: bool, listed: bool) -> str:
    said = value
    if not plain:
        said = names.said(shape.codes, value) if shape.codes else _value_name(value, shape)
    whole = shape.form == "text" and not listed
    for text in (said, value):
        if _bare_text(text, PARTS if whole else PARTS + COMMAS) and _means(
            text, shape, names, value
        ):
            return text
    return _quoted(value)


def _means(text: str, shape: Shape, names: Names, value: str) -> bool:
    try:
        return _same(bare_value(text, shape, names), value)
    except NotationError:
        return False


def _bare_text(text: str, ends: str) -> bool:
    """Whether a text can stand without quotes: no sign that would end it, and brackets in pairs."""
    if not text or text != text.strip() or text[0] in (*QUOTES, *OPEN, "[", "【"):
        return False
    depth = 0
    for char in text:
        if char in OPEN + "[【":
            depth += 1
        elif char in CLOSE + "]】":
            depth -= 1
        if depth < 0 or (depth == 0 and char in ends):
            return False
    return depth == 0


def _value_name(value: str, shape: Shape) -> str:
    return shape.names.get(value, value) if not shape.words else value


def _quoted(text: str) -> str:
    return "『" + text.replace("』", "』』") + "』"
