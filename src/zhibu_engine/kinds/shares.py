"""Shares of rows: shared by the kinds that ask how many of the rows pass."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema

from zhibu_engine.kinds.base import Judged, Said, percent
from zhibu_engine.tallies import Int64

Share = tuple[int, int]
WhenNone = Literal["not_assessed", "unmet", "not_applicable"]


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


def share_judged(part: Int64, rows: Int64, share: Share | None, when_none: WhenNone) -> Judged:
    """``part`` of ``rows`` against a share. Without rows there is nothing to rate: that is never met."""
    over, under = share or (0, 1)
    some = rows > 0
    return Judged(
        part,
        rows,
        some & (part * under >= rows * over),
        applies=some if when_none == "not_applicable" else None,
        assessed=some if when_none == "not_assessed" else None,
        missing=np.where(some, rows - part, 1),
        share=share,
    )


def share_sentence(
    said: Said, noun: str, unit: str, share: Share | None, *, passing: str, failing: str
) -> str:
    """How many there are and how many pass; where all must pass, how many do not."""
    noun, unit = said.noun(noun), said.unit(unit)
    if said.wording:
        passing, failing = said.wording.passing or passing, said.wording.failing or failing
    rows, part = said.required, said.measured
    if not rows:
        return f"系统内未见{noun}。"
    head = f"{noun} {rows} {unit}"
    together = "都" if rows > 1 else ""
    if said.statistic or share is None:
        return f"{head}，{part} {unit}{passing}，占 {percent(part, rows)}。"
    if part == rows:
        return f"{head}，{together}{passing}。"
    if part == 0:
        return f"{head}，{together}{failing}。"
    if share[0] == share[1]:
        return f"{head}，{rows - part} {unit}{failing}。"
    asked = f"要求不低于 {share_zh(share)}"
    return f"{head}，{part} {unit}{passing}，占 {percent(part, rows)}，{asked}。"
