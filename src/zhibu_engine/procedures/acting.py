"""Who may preside or record at a step: by posts held that day, stand-ins on their conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from zhibu_engine.packs.procedure import Acting, Substitute
from zhibu_engine.procedures.happenings import Seat

Acted = Literal["allowed", "substitute", "breach"]


@dataclass(frozen=True, slots=True)
class ActingSaid:
    """``why``: the condition that a stand-in meets, or what is wrong; one of the words of ``WHY``."""

    acted: Acted
    why: str = ""
    #: Posts whose holder is there although a stand-in acts for him.
    present: tuple[str, ...] = ()
    substitute: Substitute | None = None


def acting_judge(
    acting: Acting,
    seat: Seat | None,
    present: Iterable[Seat],
    *,
    turned_on: Callable[[str], bool],
    reason: str = "",
) -> ActingSaid:
    """Whether the person may act there.

    An accepted post is enough, whatever else he is: under 一肩挑 either of both posts is looked at. A stand-in
    must meet every condition written for him. ``why`` is one of: missing, never, not_absent, reason, setting, post.
    """
    if seat is None:
        return ActingSaid("breach", "missing")
    if seat.posts & set(acting.posts):
        return ActingSaid("allowed")
    others = [one for one in present if one.person_id != seat.person_id]
    failed: ActingSaid | None = None
    for one in acting.substitutes:
        if not seat.posts & set(one.posts):
            continue
        said = _stand_in(one, others, turned_on, reason)
        if said.acted == "substitute":
            return said
        failed = failed or said
    if failed is not None:
        return failed
    if seat.posts & set(acting.never):
        return ActingSaid("breach", "never")
    return ActingSaid("breach", "post")


def _stand_in(
    one: Substitute, others: list[Seat], turned_on: Callable[[str], bool], reason: str
) -> ActingSaid:
    if one.setting and not turned_on(one.setting):
        return ActingSaid("breach", "setting", substitute=one)
    there = tuple(post for post in one.absent if any(post in seat.posts for seat in others))
    if there:
        return ActingSaid("breach", "not_absent", there, one)
    if one.reason and not reason.strip():
        return ActingSaid("breach", "reason", substitute=one)
    return ActingSaid("substitute", "absent" if one.absent else "", substitute=one)
