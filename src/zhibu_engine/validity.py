"""When a segment counts as one of its kind: named conditions, each with the reason of its refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhibu_engine.conditions import All, AtLeastZero, Condition, Flag, OneOf, at_least, at_most

if TYPE_CHECKING:
    from zhibu_engine.packs.schema import Quorum, SegmentKind


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that a row must pass, the short name of its breach and the reason in words."""

    name: str
    condition: Condition
    reason: str


#: Names that ``breach_count`` may use, with their Chinese headings.
BREACHES: dict[str, str] = {
    "convener": "召集主体不符",
    "presider": "主持人当日职务不符",
    "recorder": "记录人当日职务不符",
    "lecturer": "授课人当日职务不符",
    "quorum": "未达到法定人数",
    "present": "实到人数不足",
    "nonmembers": "非党员过半",
    "fields": "必填项缺失",
    "duplicate": "重复记录",
}


def segment_checks(kind: SegmentKind) -> tuple[Check, ...]:
    """The conditions that the pack has written for a kind; what it left open is not checked."""
    found: list[Check] = []
    if kind.conveners:
        found.append(
            Check(
                "convener",
                OneOf("convener", kind.conveners),
                f"召集主体不符，不能计为{kind.title}。",
            )
        )
    if kind.presiders:
        found.append(
            Check(
                "presider",
                OneOf("presider_post", (*kind.presiders, *kind.substitutes)),
                "主持人当日职务不符：当日没有可以主持的职务。",
            )
        )
    if kind.recorders:
        found.append(
            Check("recorder", OneOf("recorder_post", kind.recorders), "记录人当日职务不符。")
        )
    if kind.lecturers:
        found.append(
            Check("lecturer", OneOf("lecturer_post", kind.lecturers), "授课人当日职务不符。")
        )
    if kind.quorum is not None:
        found.append(Check("quorum", quorum_condition(kind.quorum), "未达到法定人数。"))
    if kind.min_present is not None:
        found.append(
            Check(
                "present",
                at_least("present", kind.min_present),
                f"实到人数不足 {kind.min_present} 人。",
            )
        )
    if kind.max_nonmember_share is not None:
        over, under = kind.max_nonmember_share
        # nonmembers ÷ (present + nonmembers) ≤ over ÷ under
        share = AtLeastZero((("present", over), ("nonmembers", over - under)))
        found.append(Check("nonmembers", share, f"非党员过半，不能计为{kind.title}。"))
    found.append(Check("fields", at_most("missing_fields", 0), "必填项缺失。"))
    found.append(Check("duplicate", Flag("duplicate", False), "重复记录：与另一条记录内容相同。"))
    return tuple(found)


def quorum_condition(quorum: Quorum) -> Condition:
    """Nobody due means that no quorum can be shown, so it fails."""
    present = "present_entitled" if quorum.of == "entitled" else "present"
    over, under = quorum.share
    enough = AtLeastZero(((present, under), (quorum.of, -over)), -1 if quorum.strict else 0)
    return All((at_least(quorum.of, 1), enough))
