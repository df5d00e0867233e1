"""How a shortfall becomes lost points. Whole numbers in 0.01 points, half up, never below 0 or over the points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from zhibu_engine.kinds.base import Judged
from zhibu_engine.points import hundredths
from zhibu_engine.tallies import Int64


@dataclass(frozen=True, slots=True)
class Loss:
    """One shape of loss; exactly one shape is set. ``at_most`` and ``zero_from`` go with any of them.

    ``at_most`` is the ceiling of what is lost; missing ``zero_from`` or more loses everything. ``per_extra``
    is the other way round: a bonus for each one beyond what is required.
    """

    flag: int | None = None
    per_missing: int | None = None
    per_extra: int | None = None
    at_most: int | None = None
    zero_from: int | None = None
    steps: tuple[tuple[int, int], ...] = ()
    tiers: tuple[tuple[int, int], ...] = ()
    rate: tuple[int, int] | None = None
    proportional: bool = False

    @property
    def gains(self) -> bool:
        return self.per_extra is not None

    def earned(self, points: int, judged: Judged) -> Int64:
        """Points earned: all of them where the clause is met, the rest after the loss elsewhere."""
        if judged.earned is not None:
            return np.clip(judged.earned, 0, points).astype(np.int64)
        if self.per_extra is not None:
            extra = (judged.measured - judged.required) * self.per_extra
            return np.asarray(np.clip(extra, 0, points), dtype=np.int64)
        return np.where(judged.met, points, points - self.lost(points, judged)).astype(np.int64)

    def lost(self, points: int, judged: Judged) -> Int64:
        """Points lost by units that do not meet the clause."""
        lost = self._shaped(points, judged)
        if self.at_most is not None:
            lost = np.minimum(lost, self.at_most)
        if self.zero_from is not None:
            lost = np.where(judged.shortfall >= self.zero_from, points, lost)
        return np.clip(lost, 0, points).astype(np.int64)

    def _shaped(self, points: int, judged: Judged) -> Int64:
        shortfall = judged.shortfall
        lost: Int64
        if self.per_missing is not None:
            lost = shortfall * self.per_missing
        elif self.steps:
            lost = np.zeros(len(shortfall), dtype=np.int64)
            for missing, step in self.steps:
                lost = np.where(shortfall >= missing, step, lost)
        elif self.tiers:
            earned = np.zeros(len(shortfall), dtype=np.int64)
            for number, earns in sorted(self.tiers):
                earned = np.where(judged.measured >= number, earns, earned)
            lost = points - earned
        elif self.rate is not None:
            per, loses = self.rate
            lost = _points_under(judged) // per * loses
        elif self.proportional:
            needed = np.maximum(judged.required, 1)
            part = np.clip(judged.measured, 0, needed)
            lost = points - (2 * part * points + needed) // (2 * needed)
        else:
            lost = np.full(
                len(shortfall), points if self.flag is None else self.flag, dtype=np.int64
            )
        return lost


def _points_under(judged: Judged) -> Int64:
    """Whole percentage points by which the share falls short of the required one."""
    over, under = judged.share or (1, 1)
    rows = np.maximum(judged.required, 1)
    under_by: Int64 = (100 * over * rows - 100 * under * judged.measured) // (under * rows)
    return np.clip(under_by, 0, None)


def _number(value: Any) -> int:
    if type(value) is not int or value < 1:
        raise ValueError("次数要写 1 以上的整数。")
    return value


def _steps(value: Any) -> Loss:
    # JSON makes the keys of a mapping text.
    steps = tuple(
        sorted((_number(int(key)), hundredths(lost)) for key, lost in dict(value).items())
    )
    if any(later[1] < earlier[1] for earlier, later in pairwise(steps)):
        raise ValueError("steps 缺得越多，扣分不能越少。")
    return Loss(steps=steps)


def _tiers(value: Any) -> Loss:
    """Tiers by the lower bound; ``to`` may be written too, and then the tiers must not overlap."""
    tiers = sorted(
        ((int(tier["from"]), tier.get("to"), hundredths(tier["earns"])) for tier in value),
        key=lambda tier: tier[0],
    )
    for tier in value:
        strange = set(tier) - {"from", "to", "earns"}
        if strange:
            raise ValueError(
                f"tiers 不认识“{'、'.join(sorted(strange))}”；可用的有：from、to、earns。"
            )
    for (low, to, earns), (above, _, more) in pairwise(tiers):
        if low == above or (to is not None and int(to) >= above):
            raise ValueError(f"tiers 中从 {low} 起和从 {above} 起的两档重叠，请改 from 或者 to。")
        if to is not None and int(to) != above - 1:
            raise ValueError(f"tiers 在 {int(to) + 1} 至 {above - 1} 之间没有分档，请补上。")
        if more < earns:
            raise ValueError(f"tiers 中从 {above} 起的一档得分低于从 {low} 起的一档。")
    if any(to is not None and int(to) < low for low, to, _ in tiers):
        raise ValueError("tiers 中有一档的 to 小于 from。")
    return Loss(tiers=tuple((low, earns) for low, _, earns in tiers))


def _rate(value: Any) -> Loss:
    return Loss(rate=(_number(value["per"]), hundredths(value["loses"])))


_SHAPES: dict[str, Callable[[Any], Loss]] = {
    "flag": lambda value: Loss(flag=hundredths(value)),
    "per_missing": lambda value: Loss(per_missing=hundredths(value)),
    "per_extra": lambda value: Loss(per_extra=hundredths(value)),
    "steps": _steps,
    "tiers": _tiers,
    "rate": _rate,
    "proportional": lambda value: Loss(proportional=bool(value)),
}


def loss_parse(source: Mapping[str, Any]) -> Loss:
    """Read the ``loss`` of a clause."""
    shapes = [word for word in source if word in _SHAPES]
    others = set(source) - set(_SHAPES) - {"at_most", "zero_from"}
    if not shapes and not others and source:
        # Only a bound: all points are at stake, as without a loss.
        return _bounded(Loss(), source)
    if others or len(shapes) != 1:
        strange = "、".join(sorted(map(str, others))) or "、".join(shapes) or "（空）"
        raise ValueError(f"loss 要写且只写一种，现为：{strange}；可用的有：{'、'.join(_SHAPES)}。")
    try:
        loss = _SHAPES[shapes[0]](source[shapes[0]])
    except (KeyError, TypeError, AttributeError):
        raise ValueError(f"loss 的“{shapes[0]}”写法不对，请对照手册。") from None
    return _bounded(loss, source)


def _bounded(loss: Loss, source: Mapping[str, Any]) -> Loss:
    if "at_most" in source:
        loss = replace(loss, at_most=hundredths(source["at_most"]))
    if "zero_from" in source:
        loss = replace(loss, zero_from=_number(source["zero_from"]))
    return loss
