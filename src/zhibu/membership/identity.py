"""Citizen identity numbers (GB 11643-1999) and telephone numbers, as people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from zhibu.jobs.cells import CellWrong, cell_text

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
#: A county code may be long abolished; only the province must be one.
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
_ID = re.compile(r"^\d{17}[\dX]$")
_MASKED_ID = re.compile(r"^\d{6}\*{6,}[\dX]{4}$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_MASKED = re.compile(r"\*{2,}")
_LANDLINE = re.compile(r"^(0\d{2,3}-?)?\d{7,8}(-\d{1,6})?$")
_ORD = {str(n): n for n in range(10)}


@dataclass(frozen=True, slots=True)
class Identity:
    """A checked number and what it says; ``masked`` numbers say nothing."""

    number: str
    born_on: date | None = None
    sex: str = ""
    masked: bool = False


def check_digit(body: str) -> str:
    """The eighteenth character for the first seventeen digits."""
    return _CHECK[
        sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11
    ]


def identity_read(value: Any) -> Identity | None:
    """Read the cell of an identity number; blank is ``None``.

    Raises:
        CellWrong: damaged by Excel, of the old kind, mistyped; the sentence says which.
    """
    if value == "" or value is None:
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    text = cell_text(value).replace(" ", "").replace("-", "").lstrip("'’‘").upper()
    if not text:
        return None
    if _MASKED_ID.match(text):
        return Identity(text, masked=True)
    return _checked(text)


def _from_number(value: float) -> Identity:
    digits = str(int(value))
    if len(digits) == 15:
        raise CellWrong(_old())
    if len(digits) >= 16:
        raise CellWrong(
            _(
                "身份证号存成了数字，后三位已被 Excel 改坏。请把单元格设为文本，照原件重新填写全部 18 位。"
            )
        )
    raise CellWrong(_length(len(digits)))


def _old() -> str:
    return _("这是 15 位旧身份证号。请填写现在的 18 位号码（可查身份证或户口簿）。")


def _length(count: int) -> str:
    return _("身份证号是 %(n)d 位，应为 18 位。请对照身份证补全。") % {"n": count}


def _checked(text: str) -> Identity:
    if not _ID.match(text):
        if len(text) == 15 and text.isdigit():
            raise CellWrong(_old())
        if re.match(r"^\d(\.\d+)?E\+?\d+$", text):
            raise CellWrong(
                _(
                    "身份证号被 Excel 改成了科学计数，已不完整。请把单元格设为文本，照原件重新填写全部 18 位。"
                )
            )
        if len(text) != 18:
            raise CellWrong(_length(len(text)))
        raise CellWrong(_("身份证号里有不该有的字符。前 17 位应是数字，最后一位是数字或 X。"))
    if text[:2] not in _PROVINCES:
        raise CellWrong(
            _("身份证号开头的“%(code)s”不是省级代码。请对照身份证核对。") % {"code": text[:2]}
        )
    born = _born(text[6:14])
    if born is None:
        raise CellWrong(_("身份证号第 7 到 14 位不是出生日期。请对照身份证核对。"))
    if check_digit(text[:17]) != text[17]:
        raise CellWrong(_("身份证号的校验位不对，说明有一位或几位填错。请对照身份证逐位核对。"))
    return Identity(text, born, "male" if _ORD[text[16]] % 2 else "female")


@lru_cache(maxsize=65536)
def _born(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def is_masked(text: str) -> bool:
    return bool(_MASKED.search(text))


def mobile_read(value: Any) -> str:
    """A mobile number without spaces and country code; a masked one passes as it is.

    Raises:
        CellWrong: it is no mobile number.
    """
    if value == "":
        return ""
    text = cell_text(value).replace(" ", "").replace("-", "")
    for prefix in ("+86", "0086", "86"):
        if text.startswith(prefix) and len(text) > 11:
            text = text[len(prefix) :]
    if not text or _MOBILE.match(text) or is_masked(text):
        return text
    raise CellWrong(
        _("手机号应是 1 开头的 11 位数字，只填一个；座机请填在“固定电话”。没有手机可以空着。")
    )


def landline_read(value: Any) -> str:
    if value == "":
        return ""
    text = cell_text(value)
    plain = re.sub(r"[\s()（）]", "", text).replace("—", "-").replace("－", "-")
    if not plain or _LANDLINE.match(plain) or is_masked(plain):
        return plain
    raise CellWrong(_("固定电话请写成“区号-号码”的样子，例如 0310-1234567。没有可以空着。"))
