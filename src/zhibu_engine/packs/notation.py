"""Values in a cell as people write them: ``会议类别：党员大会、支委会；期间：每季度；不少于：1``.

``；`` or a line break parts the words, ``、`` the values of a list, ``（…）`` holds words within a value. Text with
any of these signs stands in 『』. Whatever is written is read back at once: what comes back otherwise is written
with its code, and in the last resort refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhibu_engine.packs.shape import ANY, Shape
from zhibu_engine.packs.word_names import FIXED_LISTS

OPEN, CLOSE = "（({", "）)}"
PARTS, COMMAS = "；;\n", "、,，"
QUOTES = {"『": "』", "「": "」", "“": "”", '"': '"'}
_WHOLE = re.compile(r"-?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.\d+(e[+-]?\d+)?|-?[1-9]\d*e[+-]?\d+")
_WORDS: dict[str, list[Any] | None] = {"（空）": [], "(空)": [], "（无）": None, "(无)": None}
YES, NO = "是", "否"


class NotationError(ValueError):
    """A cell that cannot be read or written; the message is Chinese."""


@dataclass(frozen=True)
class Names:
    """Code lists: list → code → Chinese."""

    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def known(self, name: str) -> Mapping[str, str]:
        return self.lists.get(name) or FIXED_LISTS.get(name, {})

    def code(self, name: str, said: str) -> str:
        """The code of what is said in Chinese, or what is said."""
        known = self.known(name)
        if said in known:
            return said
        found = [code for code, zh in known.items() if zh == said]
        return found[0] if len(found) == 1 else said

    def said(self, name: str, code: str) -> str:
        return self.known(name).get(code, code)


def cell_value(cell: Any, shape: Shape, names: Names) -> Any:
    """The value that a cell says.

    Raises:
        NotationError: with the unknown word and the words that exist, or the sign that is missing.
    """
    if not isinstance(cell, str):
        return _number_cell(cell, shape)
    if shape.form == "text" and not (cell[:1] == "『" and cell[-1:] == "』"):
        return bare_value(cell.strip(), shape, names)
    reader = _Reader(cell.strip(), names)
    if shape.form == "words" and not _constant(cell.strip()):
        found: Any = reader.mapping(shape, "")
    elif _single(shape, reader):
        found = [reader.mapping(shape.item or ANY, "")]
    elif reader.has_key(shape):
        found = reader.mapping(shape, "")
    else:
        found = reader.value(shape, top=True)
    reader.end()
    return found


def _single(shape: Shape, reader: _Reader) -> bool:
    """Whether the only entry of a list of entries stands there without brackets."""
    entries = shape.form == "list" and shape.item is not None and shape.item.form == "words"
    return entries and not _constant(reader.text) and reader.sign not in (*OPEN, "[", "【", "")


def _constant(text: str) -> bool:
    return text in _WORDS or text in ("（）", "()")


def _number_cell(cell: Any, shape: Shape) -> Any:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        number = int(cell) if float(cell).is_integer() else cell
        if shape.share and 0 < cell <= 1 and (100 * cell) == round(100 * cell):
            return f"{round(100 * cell)}%"
        if shape.form in ("text", "list"):
            return [str(number)] if shape.form == "list" else str(number)
        return number
    return str(cell)[:10]  # a day


def bare_value(token: str, shape: Shape, names: Names) -> Any:
    """One value without signs around it."""
    if token in _WORDS and shape.form != "text":
        return _WORDS[token]
    if shape.form == "text":
        return _one_of(token, shape) if shape.names else names.code(shape.codes, token)
    if shape.form in ("flag", "any") and token in (YES, NO):
        return token == YES
    if shape.codes:
        code = names.code(shape.codes, token)
        if code != token:
            return code
    short = unicodedata.normalize("NFKC", token)
    if shape.form in ("number", "any"):
        if _WHOLE.fullmatch(short):
            return int(short)
        if _DECIMAL.fullmatch(short):
            return float(short)
    return token


def _one_of(token: str, shape: Shape) -> str:
    back = {zh: value for value, zh in shape.names.items()}
    if token not in back and token not in shape.names:
        known = "、".join(shape.names.values())
        raise NotationError(f"不认识“{token}”；可用的有：{known}。")
    return back.get(token, token)


def under(shape: Shape, word: str) -> Shape:
    if word in shape.words:
        return shape.words[word]
    return shape.item or ANY


class _Reader:
    """Reads one cell from left to right."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.place = 0

    @property
    def sign(self) -> str:
        return self.text[self.place : self.place + 1]

    def blank(self, more: str = "") -> None:
        while self.sign and (self.sign.isspace() or self.sign in more):
            self.place += 1

    def end(self) -> None:
        self.blank(PARTS)
        if self.sign:
            raise NotationError(f"“{self.text[self.place :][:20]}”前面缺“；”或者多了括号。")

    def has_key(self, shape: Shape) -> bool:
        """Whether an open value begins with ``词：``."""
        if shape.form != "any" or shape.form == "list" or self.sign in OPEN + "[【":
            return False
        found = re.match(r"\s*(『[^』]*』|[^：:；;\n、，,（(\[【]+)[：:]", self.text)
        return bool(found) and (bool(shape.words) or shape.item is not None)

    def quoted(self) -> str | None:
        closing = QUOTES.get(self.sign)
        if closing is None:
            return None
        start = place = self.place + 1
        while True:
            place = self.text.find(closing, place)
            if place < 0:
                raise NotationError(f"“{self.text[self.place :][:20]}”缺“{closing}”。")
            if self.text[place + 1 : place + 2] == closing and closing == "』":
                place += 2
                continue
            break
        self.place = place + 1
        return self.text[start:place].replace(closing * 2, closing)

    def mapping(self, shape: Shape, closing: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            self.blank(PARTS)
            if not self.sign or (closing and self.sign in CLOSE):
                break
            word = self.word(shape)
            if word in found:
                raise NotationError(f"“{shape.names.get(word, word)}”写了两次。")
            found[word] = self.value(under(shape, word))
            self.blank()
            if (
                self.sign
                and self.sign not in PARTS + CLOSE
                and self.text[self.place - 1] not in PARTS + "\n"
            ):
                raise NotationError(f"“{self.text[self.place :][:20]}”前面缺“；”。")
        if closing:
            if not self.sign:
                raise NotationError("括号没有成对，缺“）”。")
            self.place += 1
        return found

    def word(self, shape: Shape) -> str:
        said = self.quoted()
        if said is None:
            found = re.compile(r"[^：:；;\n（）(){}]+").match(self.text, self.place)
            if not found:
                raise NotationError(f"“{self.text[self.place :][:20]}”前面缺词，请写成“词：值”。")
            said = found.group().strip()
            self.place = found.end()
        self.blank()
        if self.sign not in ("：", ":"):
            raise NotationError(f"“{said}”后面缺“：”，请写成“词：值”。")
        self.place += 1
        return self.known(said, shape)

    def known(self, said: str, shape: Shape) -> str:
        back = {zh: word for word, zh in shape.names.items()}
        if said in back or said in shape.names:
            return back.get(said, said)
        if not shape.words and shape.form != "words":
            return said
        if shape.form == "words" or shape.called:
            known = "、".join(shape.names.values())
            raise NotationError(f"{shape.called or '这里'}不认识的词“{said}”；可用的有：{known}。")
        return said

    def value(self, shape: Shape, top: bool = False) -> Any:
        self.blank()
        if shape.form == "list":
            return self.values(shape.item or ANY)
        first = self.one(shape, top)
        self.blank_line()
        if shape.form in ("any",) and self.sign and self.sign in COMMAS:
            return [first, *self.rest(shape)]
        return first

    def values(self, item: Shape) -> Any:
        for said, value in _WORDS.items():
            if self.text.startswith(said, self.place):
                self.place += len(said)
                return list(value) if value is not None else None
        if self.sign in ("[", "【"):
            return self.bracket(item)
        first = self.one(item, listed=True)
        self.blank_line()
        return [first, *self.rest(item)]

    def rest(self, item: Shape) -> list[Any]:
        found = []
        while self.sign and self.sign in COMMAS:
            self.place += 1
            self.blank()
            if not self.sign or self.sign in PARTS + CLOSE + "]】":
                break
            found.append(self.one(item, listed=True))
            self.blank_line()
        return found

    def blank_line(self) -> None:
        """Over blanks, and over a line break that stands before a further value of a list."""
        found = re.compile(r"[^\S\n]*(\n\s*(?=[、,，]))?").match(self.text, self.place)
        self.place = found.end() if found else self.place

    def bracket(self, item: Shape) -> list[Any]:
        self.place += 1
        self.blank()
        found: list[Any] = []
        if self.sign not in ("]", "】"):
            found = [self.one(item, listed=True)]
            self.blank()
            found += self.rest(item)
            self.blank()
        if self.sign not in ("]", "】"):
            raise NotationError("方括号没有成对，缺“]”。")
        self.place += 1
        return found

    def one(self, shape: Shape, top: bool = False, listed: bool = False) -> Any:
        for said, value in _WORDS.items():
            if self.text.startswith(said, self.place):
                self.place += len(said)
                return list(value) if value is not None else None
        if self.sign and self.sign in OPEN and shape.form != "text":
            self.place += 1
            return self.mapping(shape, "）")
        if self.sign in ("[", "【"):
            return self.bracket((shape.item or ANY) if shape.form == "list" else shape)
        said_ = self.quoted()
        if said_ is not None:
            return said_
        return self.token(shape, listed)

    def token(self, shape: Shape, listed: bool) -> Any:
        """Up to the next sign; brackets within a text belong to it."""
        ends = PARTS + ("" if shape.form == "text" and not listed else COMMAS)
        depth, start = 0, self.place
        while self.sign:
            if self.sign in OPEN + "[【":
                depth += 1
            elif self.sign in CLOSE + "]】":
                if depth == 0:
                    break
                depth -= 1
            elif depth == 0 and self.sign in ends:
                break
            self.place += 1
        said = self.text[start : self.place].strip()
        if not said:
            raise NotationError(f"“{self.text[max(0, start - 12) : start]}”后面缺值。")
        return bare_value(said, shape, self.names)
