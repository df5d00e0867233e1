"""Procedures: who may do which step when, judged by posts held that day; hard only for the impossible."""

from zhibu_engine.procedures.acting import ActingSaid, acting_judge
from zhibu_engine.procedures.conformance import (
    Conformance,
    conformance,
    resolution_problems,
)
from zhibu_engine.procedures.days import as_day, day_fixed, months_later, since_day, value_said
from zhibu_engine.procedures.electing import CARRIED, PARTLY, REJECTED, election_of
from zhibu_engine.procedures.fields import field_breaches
from zhibu_engine.procedures.guards import Case, acting_said, step_judge
from zhibu_engine.procedures.happenings import Breach, Happening, Seat, Standing
from zhibu_engine.procedures.order import (
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
    waits_for_children,
)

__all__ = [
    "CARRIED",
    "PARTLY",
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
    "as_day",
    "befores",
    "conformance",
    "day_fixed",
    "decided",
    "due_day",
    "election_of",
    "field_breaches",
    "from_step",
    "is_settled",
    "matter_due",
    "months_later",
    "resolution_problems",
    "since_day",
    "step_judge",
    "steps_left",
    "steps_open",
    "turn",
    "value_said",
    "waits_for_children",
]
