"""What the words of a pack are called in Chinese: headings of the workbook, titles in editors, the handbook.

A word that is not here is shown as it is written, so a new word works at once; a test asks for its name.
"""

from __future__ import annotations

import inspect

from zhibu_engine.packs.word_names import CLOSER, NOTES, VALUES, VALUES_CLOSER, WORDS


def word_zh(word: str, within: str = "") -> str:
    """The Chinese name of a word, or the word itself."""
    return CLOSER.get((within, word)) or WORDS.get(word, word)


def value_zh(value: str, word: str) -> str:
    """The Chinese name of a value that a word may take, or the value itself."""
    return VALUES_CLOSER.get((word, value)) or VALUES.get(value, value)


def kind_title(cls: type) -> str:
    """The first words of a rule kind's docstring."""
    return (inspect.getdoc(cls) or "").partition("。")[0].strip()


def kind_usage(cls: type) -> str:
    """The Chinese paragraph 用法： of a rule kind's docstring; "" where it has none."""
    for paragraph in (inspect.getdoc(cls) or "").split("\n\n"):
        if paragraph.startswith("用法："):
            return "".join(line.strip() for line in paragraph.splitlines()).removeprefix("用法：")
    return ""


def word_note(word: str) -> str:
    return NOTES.get(word, "")
