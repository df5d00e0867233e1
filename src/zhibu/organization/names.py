"""How Chinese names are found and put in order: pinyin initials and stroke order."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "strokes.txt"
_UNKNOWN = (99, 0xFFFF)

#: Surnames read differently from the same character elsewhere.
_SURNAMES = {
    "仇": "q", "单": "s", "解": "x", "区": "o", "查": "z", "曾": "z", "尉": "w", "盖": "g", "朴": "p", "种": "c",
    "乐": "y", "燕": "y", "覃": "q", "召": "s", "缪": "m", "员": "y", "洗": "x", "秘": "b", "繁": "p", "翟": "z",
    "尉迟": "yc", "万俟": "mq", "单于": "cy", "长孙": "zs", "澹台": "tt",
}  # fmt: skip


@cache
def _strokes() -> dict[str, tuple[int, int]]:
    """Character → (number of strokes, place in the order of all characters)."""
    table: dict[str, tuple[int, int]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        count, characters = line.split("\t")
        for character in characters.replace("|", ""):
            table[character] = (int(count), len(table))
    return table


def stroke_count(character: str) -> int:
    """Strokes of one character; 99 where nobody knows, so that it sorts last."""
    return _strokes().get(character, _UNKNOWN)[0]


def stroke_key(name: str) -> str:
    """Sort key of a name: surname strokes first, then stroke shapes 横竖撇点折, character by character.

    Four hexadecimal digits a character; a shorter name comes before a longer one that begins with it.
    """
    table = _strokes()
    return "".join(f"{table.get(c, _UNKNOWN)[1]:04x}" for c in name.replace("·", "")[:16])


@lru_cache(maxsize=20_000)
def _initials(text: str) -> str:
    # Its dictionaries take 45 MB: only a process that writes names pays for them.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, strict=False)).lower()


def pinyin_initials(name: str) -> str:
    """First letters of the pinyin, ``王小明`` → ``wxm``; surnames are read as surnames."""
    name = "".join(c for c in name if c.isalnum())
    for length in (2, 1):
        if name[:length] in _SURNAMES:
            return (_SURNAMES[name[:length]] + _initials(name[length:]))[:64]
    return _initials(name)[:64]
