"""When a segment counts as one of its kind: named conditions, each with the reason of its refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhibu_engine.conditions import All, AtLeastZero, Condition, Flag, OneOf, at_least, at_most

if TYPE_CHECKING:
    from zhibu_engine.packs.schema import SegmentKind
    from zhibu_engine.votes import Quorum


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that a row must pass, the short name of its breach and the reason in words.

    ``{column}`` in a reason is the row's number in that column.
    """

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
                f"主持人当天没有可以主持{kind.title}的职务。",
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
        found.append(Check("quorum", quorum_condition(kind.quorum), _quorum_reason(kind.quorum)))
    if kind.min_present is not None:
        found.append(
            Check(
                "present",
                at_least("present", kind.min_present),
                "实到 {present} 人，" + f"要求不少于 {kind.min_present} 人。",
            )
        )
    if kind.max_nonmember_share is not None:
        over, under = kind.max_nonmember_share
        # nonmembers ÷ (present + nonmembers) ≤ over ÷ under
        share = AtLeastZero((("present", over), ("nonmembers", over - under)))
        found.append(
            Check(
                "nonmembers",
                share,
                "非党员 {nonmembers} 人、党员 {present} 人，"
                + f"非党员过半，不能计为{kind.title}。",
            )
        )
    found.append(
        Check(
            "fields", at_most("missing_fields", 0), "必填项缺失：还有 {missing_fields} 项没有填。"
        )
    )
    found.append(Check("duplicate", Flag("duplicate", False), "重复记录：与另一条记录内容相同。"))
    return tuple(found)


def _quorum_reason(quorum: Quorum) -> str:
    if quorum.of == "entitled":
        return "未达到法定人数：有表决权的应到 {entitled} 人，实到 {present_entitled} 人。"
    return "未达到法定人数：应到 {due} 人，实到 {present} 人。"


def quorum_condition(quorum: Quorum) -> Condition:
    """Nobody due means that no quorum can be shown, so it fails."""
    present = "present_entitled" if quorum.of == "entitled" else "present"
    over, under = quorum.share
    enough = AtLeastZero(((present, under), (quorum.of, -over)), -1 if quorum.strict else 0)
    return All((at_least(quorum.of, 1), enough))
