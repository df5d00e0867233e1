"""Finding the headings of a sheet as people really make it, and the rows below them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

#: Headings are looked for in so many rows from the top.
SEARCH_ROWS = 12
#: How the line under the last row begins; it stands alone in its row.
_NOTE = re.compile(r"^(注|备注|说明|填表说明|填表人|审核人|负责人|合计|制表)\s*[:：]?")


class SheetWrong(Exception):
    """The file as a whole can not be read; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: the first heading is its own, the others are forgiven."""

    key: str
    headings: tuple[str, ...]
    required: bool = False

    @property
    def title(self) -> str:
        return self.headings[0]


def heading_normal(value: Any) -> str:
    """A heading without spaces, line breaks, full-width forms, stars and closing marks."""
    text = unicodedata.normalize("NFKC", str(value))
    return re.sub(r"[\s*※:：]+", "", re.sub(r"[((].*?[))]$", "", re.sub(r"\s+", "", text)))


def column_letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class TableRow:
    """One row below the headings. ``number`` is the row number people see in Excel."""

    number: int
    cells: Sequence[Any]
    places: Mapping[str, int]

    def __getitem__(self, key: str) -> Any:
        place = self.places.get(key)
        if place is None or place >= len(self.cells):
            return ""
        return self.cells[place]

    def cell(self, key: str) -> str:
        """The address of a column's cell in this row, ``D7``."""
        place = self.places.get(key)
        return "" if place is None else f"{column_letter(place)}{self.number}"


@dataclass(slots=True)
class Table:
    """A recognised sheet: where each column stands, and its rows as they lie."""

    sheet: str
    grid: list[list[Any]]
    places: dict[str, int]
    first_heading: int
    last_heading: int
    unknown: tuple[str, ...] = ()
    merges: Sequence[Any] = ()
    _numbers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        ignored = self.places.get("number")
        for index in range(self.last_heading + 1, len(self.grid)):
            if _is_data(self.grid[index], ignored):
                self._numbers.append(index)

    def __len__(self) -> int:
        return len(self._numbers)

    def rows(self) -> Iterator[TableRow]:
        grid, places = self.grid, self.places
        for index in self._numbers:
            yield TableRow(index + 1, grid[index], places)

    def has(self, key: str) -> bool:
        return key in self.places


def _is_data(cells: Sequence[Any], ignored: int | None) -> bool:
    filled = 0
    first = None
    for place, value in enumerate(cells):
        if value == "" or (type(value) is str and not value.strip()):
            continue
        if place == ignored and not (type(value) is str and _NOTE.match(value.strip())):
            continue
        filled += 1
        if filled > 1:
            return True
        first = value
    # Nothing but a running number: the row was numbered in advance.
    return filled == 1 and not (type(first) is str and _NOTE.match(first.strip()))


def _read_headings(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> dict[str, int]:
    """Which column stands where, taking one heading row, or an upper and a lower one."""
    known = {heading_normal(name): c.key for c in columns for name in c.headings}
    width = max((len(row) for row in rows), default=0)
    places: dict[str, int] = {}
    above = ""
    for place in range(width):
        texts = [heading_normal(row[place]) if place < len(row) else "" for row in rows]
        above = texts[0] or above
        names = [*reversed(texts), above + texts[-1] if len(texts) > 1 else ""]
        for name in names:
            key = known.get(name) if name else None
            if key and key not in places:
                places[key] = place
                break
    return places


def table_find(
    columns: Sequence[Column], sheet: str, grid: list[list[Any]], merges: Sequence[Any] = ()
) -> Table | None:
    """The table in this sheet, or ``None`` when fewer than two of its headings are there."""
    best: tuple[int, int, int, dict[str, int]] | None = None
    for top in range(min(SEARCH_ROWS, len(grid))):
        for height in (1, 2):
            if top + height > len(grid):
                continue
            places = _read_headings(columns, grid[top : top + height])
            if len(places) >= 2 and (best is None or len(places) > best[0]):
                best = (len(places), top, height, places)
    if best is None:
        return None
    _count, top, height, places = best
    taken = set(places.values())
    unknown = dict.fromkeys(
        str(value).strip()
        for row in grid[top : top + height]
        for place, value in enumerate(row)
        if place not in taken and str(value).strip()
    )
    return Table(sheet, grid, places, top, top + height - 1, tuple(unknown), merges)


def table_require(columns: Sequence[Column], found: Sequence[Table], seen: Sequence[str]) -> Table:
    """The best table that has all required columns.

    Raises:
        SheetWrong: none has them; says which headings were found and which are missing.
    """
    wanted = {c.key for c in columns if c.required}
    for table in sorted(found, key=lambda one: len(one.places), reverse=True):
        missing = [c.title for c in columns if c.key in wanted - set(table.places)]
        if not missing:
            return table
        have = "、".join(c.title for c in columns if c.key in table.places)
        raise SheetWrong(
            _(
                "工作表“%(sheet)s”缺少这些列：%(missing)s。已认出的列：%(have)s。请对照模板补上表头后再上传。"
            )
            % {"sheet": table.sheet, "missing": "、".join(missing), "have": have}
        )
    raise SheetWrong(
        _(
            "没有找到这种表的表头，请检查是否选错了文件。需要的列：%(wanted)s。文件里的工作表：%(seen)s。"
        )
        % {
            "wanted": "、".join(c.title for c in columns if c.required),
            "seen": "、".join(seen) or _("无"),
        }
    )
