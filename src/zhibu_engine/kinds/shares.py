"""Shares of rows: shared by the kinds that ask how many of the rows pass."""

from __future__ import annotations

from typing import Literal

import numpy as np

from zhibu_engine.kinds.base import Judged, Said, percent
from zhibu_engine.shares import Share, share_zh
from zhibu_engine.tallies import Int64

WhenNone = Literal["not_assessed", "unmet", "not_applicable"]


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
