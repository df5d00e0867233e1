"""What a decision does elsewhere: apps say so in their ``effects.py``, found by the name that the pack writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhibu.shared.discovery import discover
from zhibu.shared.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class EffectCall:
    """``fields`` hold what the step and the matter's form say, the step's over the form's."""

    unit: Any
    person: Any
    day: date
    title: str
    actor: Any
    fields: dict[str, Any] = field(default_factory=dict)


def effect_apply(name: str, call: EffectCall) -> None:
    """Do what the decision asks, inside the act that recorded it.

    ``EFFECTS`` of a module maps names to functions of plain keywords (unit, person, day, title, actor, fields).

    Raises:
        RuleBroken: no app knows the effect, or it can not be done now.
    """
    effect = _known().get(name)
    if effect is None:
        raise RuleBroken(f"程序中的结果“{name}”本系统不会办理。请联系管理员核对制度包。")
    effect(
        unit=call.unit, person=call.person, day=call.day, title=call.title, actor=call.actor,
        fields=call.fields,
    )  # fmt: skip


def _known() -> dict[str, Callable[..., None]]:
    found: dict[str, Callable[..., None]] = {}
    for module in discover("effects"):
        found.update(getattr(module, "EFFECTS", {}))
    return found
