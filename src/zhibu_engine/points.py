"""Points: written with at most two decimals, kept as whole numbers of 0.01."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator


def hundredths(number: Any) -> int:
    """Points as the pack writes them (4, 0.5) in 0.01 points."""
    if isinstance(number, bool) or not isinstance(number, int | float | str | Decimal):
        raise ValueError("分值要写成数字。")
    try:
        exact = Decimal(str(number)) * 100
    except ArithmeticError:
        raise ValueError(f"“{number}”不是分值。") from None
    if exact != exact.to_integral_value() or exact < 0:
        raise ValueError(f"分值“{number}”要不小于 0、最多两位小数。")
    return int(exact)


#: Points in a pack: a number (or text) as written, whole 0.01 as kept.
Points = Annotated[int, BeforeValidator(hundredths, json_schema_input_type=float | str)]


def points_zh(points: int) -> str:
    """0.01 points as people write them: 450 → 4.5."""
    return f"{points // 100}.{points % 100:02d}".rstrip("0").rstrip(".")
