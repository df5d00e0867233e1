"""Shares as whole numbers: how a pack writes them, how they are said, how many of a number they ask for."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

Share = tuple[int, int]

_NUMERALS = "零一二三四五六七八九十"


def share_parse(value: Any) -> Share:
    """``"1/2"`` or ``"80%"`` as (numerator, denominator)."""
    if isinstance(value, list | tuple) and len(value) == 2:
        return int(value[0]), int(value[1])
    text = str(value)
    try:
        over, under = (text[:-1], "100") if text.endswith("%") else text.split("/")
        share = int(over), int(under)
    except ValueError:
        raise ValueError(f'“{text}”不是比例，请写成 "1/2" 或 "80%"。') from None
    if not 0 <= share[0] <= share[1] or share[1] < 1:
        raise ValueError(f"比例“{text}”要在 0 到 1 之间。")
    return share


#: In a pack a share is text.
ShareField = Annotated[
    Share,
    BeforeValidator(share_parse),
    WithJsonSchema({"type": "string", "format": "share"}, mode="validation"),
]


def share_zh(share: Share) -> str:
    over, under = share
    if 100 * over % under == 0:
        return f"{100 * over // under}%"
    return f"{over}/{under}"


def share_spoken(share: Share) -> str:
    """As regulations say it: 半数, 三分之二; else as a percentage or a fraction."""
    over, under = share
    if over == under:
        return "全部"
    if 2 * over == under:
        return "半数"
    if 0 < over < under < len(_NUMERALS):
        return f"{_NUMERALS[under]}分之{_NUMERALS[over]}"
    return share_zh(share)


def share_needs(share: Share, base: int, *, strict: bool) -> int:
    """The smallest whole number, 1 or more, that is the share of ``base`` or, where ``strict``, more than it."""
    over, under = share
    least = base * over // under + 1 if strict else -(-base * over // under)
    return max(least, 1)
