"""Acts on matters and their steps."""

from zhibu.procedures.evidence import Evidence
from zhibu.procedures.services.matters import (
    matter_export,
    matter_open,
    matter_origin_move,
    matter_reopen,
    matter_return,
    matter_terminate,
    matter_update,
)
from zhibu.procedures.services.mending import step_fill, step_paper_add, step_reason
from zhibu.procedures.services.steps import (
    StepRefused,
    step_act,
    step_breaches,
    step_correct,
    step_restate,
    step_satisfy,
    step_void,
)

__all__ = [
    "Evidence",
    "StepRefused",
    "matter_export",
    "matter_open",
    "matter_origin_move",
    "matter_reopen",
    "matter_return",
    "matter_terminate",
    "matter_update",
    "step_act",
    "step_breaches",
    "step_correct",
    "step_fill",
    "step_paper_add",
    "step_reason",
    "step_restate",
    "step_satisfy",
    "step_void",
]
