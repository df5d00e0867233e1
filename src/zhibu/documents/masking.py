"""What must not be read by everybody, found in a text and masked. Pure: no database.

A masked text is as long as the text: letters are replaced one by one. When in doubt it is masked:
a clerk sees the preview and may word it differently, a reader can not unsee a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import category, decimal, normalize

from zhibu.documents.numerals import private_spans
from zhibu.documents.surnames import COMPOUND

#: What stands for a letter of a given name, by style (setting ``MASK_NAME_STYLE``).
STYLES = {"mou": "某", "star": "*"}


@dataclass(frozen=True, slots=True)
class Names:
    """Whose names are masked (``private``) and whose are not (``plain``: office-holders)."""

    private: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()

    @classmethod
    def of(cls, private: Iterable[str], plain: Iterable[str] = ()) -> Names:
        """Names of one letter are left out: they are in every text."""
        kept = [frozenset(n for n in map(bare, names) if len(n) > 1) for names in (private, plain)]
        return cls(*kept)


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing that was masked: what it looks like now, and what sort of thing it was."""

    sort: str
    shown: str


@dataclass(frozen=True, slots=True)
class Masked:
    text: str
    spots: tuple[Spot, ...] = ()


def bare(name: str) -> str:
    """A name as it is looked for: no blanks, full-width letters narrow."""
    return _plain(name).letters


def name_masked(name: str, style: str = "mou") -> str:
    """张某某, 欧阳某; of a name with a dot the first letter stays."""
    kept = _kept(name)
    return name[:kept] + "".join(c if _is_dot(c) else STYLES[style] for c in name[kept:])


def mask(text: str, names: Names, style: str = "mou") -> Masked:
    """Mask numbers and private names. A name inside a longer plain one belongs to that one."""
    plain = _plain(text)
    letters = list(text)
    spots: list[tuple[int, int, str]] = []
    for start, end in private_spans(plain.letters):
        _cover(letters, plain.places, range(start + 3, end), "*")
        spots.append((start, end, "number"))
    for start, end in _name_spans(plain.letters, names):
        kept = _kept(plain.letters[start:end])
        _cover(letters, plain.places, range(start + kept, end), STYLES[style])
        spots.append((start, end, "name"))
    masked = "".join(letters)
    found = tuple(
        Spot(sort, masked[plain.places[start] : plain.places[end - 1] + 1])
        for start, end, sort in sorted(spots)
    )
    return Masked(masked, found)


def _cover(letters: list[str], places: list[int], covered: range, with_what: str) -> None:
    for index in covered:
        place = places[index]
        if not _is_dot(letters[place]) and not _is_separator(letters[place]):
            letters[place] = with_what


def _kept(name: str) -> int:
    """How many letters of a name stay: the surname's."""
    return 2 if len(name) > 2 and name[:2] in COMPOUND else 1


def _name_spans(letters: str, names: Names) -> Iterator[tuple[int, int]]:
    longer = [span for name in names.plain for span in _found(letters, name)]
    for name in names.private:
        for start, end in _found(letters, name):
            inside = any(a <= start and end <= b and b - a > end - start for a, b in longer)
            if not inside:
                yield start, end


def _found(letters: str, name: str) -> Iterator[tuple[int, int]]:
    """Every place, also overlapping ones."""
    start = letters.find(name)
    while start >= 0:
        yield start, start + len(name)
        start = letters.find(name, start + 1)


@dataclass(frozen=True, slots=True)
class _Plain:
    """A text as it is searched, and where each of its letters stands in the original."""

    letters: str
    places: list[int]


_BLANKS = re.compile(r"\s+")


def _plain(text: str) -> _Plain:
    """Without blanks and invisible letters, full-width letters and digits narrow.

    Blanks between digits stay as one: groups of digits are told by them. An empty line parts.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        narrow = _narrow(letter)
        if narrow.isspace():
            narrow = _blank(text, place, letters)
        for one in narrow:
            letters.append(one)
            places.append(place)
    return _Plain("".join(letters), places)


def _blank(text: str, place: int, before: list[str]) -> str:
    """What is kept of a blank: a line's end where a paragraph ends, a blank between digits, else nothing."""
    if before and before[-1] in " \n":
        return ""
    run = _BLANKS.match(text, place)
    if run and run.group().count("\n") > 1:
        return "\n"
    after = _narrow(text[run.end()]) if run and run.end() < len(text) else ""
    between = before and before[-1].isdigit() and after[:1].isdigit()
    return " " if between else ""


def _narrow(letter: str) -> str:
    if letter.isdecimal():
        return str(decimal(letter))
    if category(letter) == "Cf":
        return ""
    narrow = normalize("NFKC", letter)
    # ① is a bullet, no digit: it must not grow together with the number after it.
    return letter if any(one.isdecimal() for one in narrow) else narrow


def _is_dot(letter: str) -> bool:
    return letter in "·•・‧･"


def _is_separator(letter: str) -> bool:
    return letter.isspace() or letter in "-‐‑‒–—―－−.()（）"
