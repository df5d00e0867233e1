"""Reading single cells as people type them. A refusal is :class:`CellWrong` with a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

_EPOCH = date(1899, 12, 30)
_LAST_SERIAL = 73050  # 2099-12-31
_DAY = re.compile(
    r"^(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?$"
)
_YES = frozenset({"是", "有", "1", "y", "Y", "yes", "√", "对"})
_NO = frozenset({"否", "无", "0", "n", "N", "no", "×", "不是", ""})


class CellWrong(Exception):
    """The cell can not be taken; the message says what is wrong and what to do."""


def cell_text(value: Any) -> str:
    """The cell as text: whole numbers without ``.0``, full-width forms narrowed, edges trimmed."""
    if type(value) is str:
        # Most cells are plain; only those that may hold full-width forms are worth normalising.
        return value.strip() if value.isascii() else _narrow(value)
    if value is None:
        return ""
    if type(value) is float and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return str(value)


@lru_cache(maxsize=65536)
def _narrow(value: str) -> str:
    """NFKC for digits, letters and spaces, but Chinese marks stay: codes carry （ and 、."""
    return (
        "".join(
            unicodedata.normalize("NFKC", c) if c.isalnum() or c.isspace() or c in "－．／：" else c
            for c in value
        )
        .strip()
        .strip("\u200b\ufeff")
        .strip()
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or only its month (``day`` is then ``None``)."""

    year: int
    month: int
    day: date | None

    def __str__(self) -> str:
        return self.day.isoformat() if self.day else f"{self.year:04d}-{self.month:02d}"


def cell_moment(value: Any) -> Moment | None:
    """A day or month in any of the usual spellings; blank is ``None``."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _of(value.date())
    if isinstance(value, date):
        return _of(value)
    if isinstance(value, bool | timedelta):
        raise CellWrong(_("这里应是日期，例如 2020-07-01。"))
    if isinstance(value, int | float):
        return _number_moment(float(value))
    text = cell_text(value)
    return _text_moment(text) if text else None


def cell_day(value: Any) -> date | None:
    """A whole day.

    Raises:
        CellWrong: not a date, or only a month; the sentence proposes how to write it.
    """
    moment = cell_moment(value)
    if moment is None:
        return None
    if moment.day is None:
        raise CellWrong(
            _("只写了年月，这一项要写到日。请查档案后补上日，例如 %(example)s-01。")
            % {"example": moment}
        )
    return moment.day


def _of(day: date) -> Moment:
    return Moment(day.year, day.month, day)


def _number_moment(number: float) -> Moment:
    if not isfinite(number):
        raise CellWrong(_("这个数字不是日期。请写成 2020-07-01 的样子。"))
    if not number.is_integer():
        return _decimal_moment(number)
    whole = int(number)
    if 19000101 <= whole <= 21001231 or 190001 <= whole <= 210012:
        return _text_moment(str(whole))
    if 1900 <= whole <= 2100:
        raise CellWrong(_("只写了年份 %(year)d。请写到日，例如 %(year)d-07-01。") % {"year": whole})
    if 1 <= whole <= _LAST_SERIAL:
        return _of(_EPOCH + timedelta(days=whole))
    raise CellWrong(_("这个数字不是日期。请写成 2020-07-01 的样子。"))


def _decimal_moment(number: float) -> Moment:
    """2020.07 typed as a number; 2020.1 may have been 2020.10, so it is asked back."""
    year, month = int(number), round((number - int(number)) * 100)
    if 1900 <= year <= 2100 and abs(number * 100 - round(number * 100)) < 1e-6:
        if month == 10:
            raise CellWrong(
                _("%(year)d.1 可能是 1 月，也可能是 10 月。请写成 %(year)d-01 或 %(year)d-10。")
                % {"year": year}
            )
        if month % 10 == 0 and month <= 90:
            month //= 10
        return _text_moment(f"{year}-{month:02d}")
    if 1 <= number <= _LAST_SERIAL:
        return _of(_EPOCH + timedelta(days=int(number)))
    raise CellWrong(_("这个数字不是日期。请写成 2020-07-01 的样子。"))


@lru_cache(maxsize=65536)
def _text_moment(text: str) -> Moment:
    compact = text.replace(" ", "") if "年" in text else text
    if compact.isdigit() and len(compact) == 8:
        compact = f"{compact[:4]}-{compact[4:6]}-{compact[6:]}"
    elif compact.isdigit() and len(compact) == 6:
        compact = f"{compact[:4]}-{compact[4:]}"
    elif compact.isdigit() and len(compact) == 5:
        return _number_moment(float(compact))
    match = _DAY.match(compact)
    if not match:
        raise CellWrong(_("“%(text)s”不是日期。请写成 2020-07-01 的样子。") % {"text": text[:20]})
    year, month, day = int(match[1]), int(match[2]), match[3]
    try:
        whole = date(year, month, int(day) if day else 1)
    except ValueError as error:
        raise CellWrong(
            _("日历上没有“%(text)s”这一天。请核对年、月、日。") % {"text": text[:20]}
        ) from error
    return Moment(year, month, whole if day else None)


def cell_yes(value: Any) -> bool:
    text = cell_text(value)
    if value is True or text in _YES:
        return True
    if value is False or text in _NO:
        return False
    raise CellWrong(_("“%(text)s”看不懂。请填“是”或“否”。") % {"text": text[:20]})


class CodeList:
    """A code list and every way in which a cell may name one of its codes."""

    def __init__(
        self, title: str, codes: Mapping[str, str], synonyms: Mapping[str, str] | None = None
    ) -> None:
        self.title = title
        self.codes = dict(codes)
        self._known: dict[str, str] = {}
        for code, name in self.codes.items():
            for way in (code, name, code + name, f"{code}-{name}", f"{code}.{name}"):
                self._known.setdefault(self._normal(way), code)
        for name, code in (synonyms or {}).items():
            self._known.setdefault(self._normal(name), code)
        self._seen: dict[Any, str] = {}

    @staticmethod
    def _normal(text: str) -> str:
        text = unicodedata.normalize("NFKC", text)
        return re.sub(r"[\s\u200b、,]+", "", text).upper()

    def read(self, value: Any) -> str:
        """The code; blank stays blank.

        Raises:
            CellWrong: no such code; near ones are named.
        """
        if value == "":
            return ""
        code = self._seen.get(value) if isinstance(value, str) else None
        if code is None:
            code = self._find(value)
            if isinstance(value, str) and len(self._seen) < 10_000:
                self._seen[value] = code
        return code

    def _find(self, value: Any) -> str:
        text = cell_text(value)
        if not text:
            return ""
        normal = self._normal(text)
        found = self._known.get(normal)
        if found is None and normal.isdigit():
            # A number cell loses its leading zeros.
            found = next(
                (self._known[normal.zfill(n)] for n in (2, 3, 4) if normal.zfill(n) in self._known),
                None,
            )
        if found is None:
            raise CellWrong(self._refusal(text))
        return found

    def _refusal(self, text: str) -> str:
        from difflib import get_close_matches

        bare = re.sub(r"^[0-9A-Za-z]+", "", text).strip() or text
        near = get_close_matches(bare, list(self.codes.values()), n=2, cutoff=0.5)
        if near:
            return _("%(title)s里没有“%(text)s”。是不是“%(near)s”？请从代码表中选。") % {
                "title": self.title,
                "text": text[:20],
                "near": "”或“".join(near),
            }
        return _("%(title)s里没有“%(text)s”。请从表后所附的代码表中选。") % {
            "title": self.title,
            "text": text[:20],
        }

    def show(self, code: str) -> str:
        """As the official sheet writes it: ``01 汉族``."""
        return f"{code} {self.codes[code]}" if code in self.codes else code
