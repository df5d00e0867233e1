"""Procedures: who may do which step when, judged by posts held that day; hard only for the impossible."""

from zhibu_engine.procedures.acting import ActingSaid, acting_judge
from zhibu_engine.procedures.conformance import (
    Conformance,
    conformance,
    resolution_problems,
)
from zhibu_engine.procedures.guards import Case, acting_said, field_breaches, step_judge
from zhibu_engine.procedures.happenings import Breach, Happening, Seat, Standing
from zhibu_engine.procedures.order import (
    CARRIED,
    REJECTED,
    applicable,
    applies,
    befores,
    decided,
    due_day,
    from_step,
    is_settled,
    matter_due,
    steps_left,
    steps_open,
    turn,
)

__all__ = [
    "CARRIED",
    "REJECTED",
    "ActingSaid",
    "Breach",
    "Case",
    "Conformance",
    "Happening",
    "Seat",
    "Standing",
    "acting_judge",
    "acting_said",
    "applicable",
    "applies",
    "befores",
    "conformance",
    "decided",
    "due_day",
    "field_breaches",
    "from_step",
    "is_settled",
    "matter_due",
    "resolution_problems",
    "step_judge",
    "steps_left",
    "steps_open",
    "turn",
]
