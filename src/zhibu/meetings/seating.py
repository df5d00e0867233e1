"""Who was due, entitled and present: 「全到，除了…」 over the roster of that day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from zhibu.meetings import terms
from zhibu.meetings.dayfacts import DayFacts, Seat
from zhibu.meetings.inputs import Caution, HostInput, Problem

if TYPE_CHECKING:
    from zhibu.meetings.planning import SegmentPlan, SittingPlan

Frozen = dict[tuple[int, int | None, str], list[Seat]]


@dataclass(slots=True)
class Seating:
    """The counts of one host, as they will be frozen."""

    unit_id: int
    group_id: int | None
    seats: list[Seat]
    exceptions: dict[int, tuple[str, str]]
    nonmembers: int = 0
    due: int = 0
    entitled: int = 0
    present: int = 0
    present_entitled: int = 0
    absent_unexplained: int = 0
    missing_fields: int = 0
    secretary_present: bool = False
    duplicate: bool = False
    #: Only the number of those present is known, not who they were.
    numbers_only: bool = False
    strangers: list[int] = field(default_factory=list)


def seat(
    plan: SittingPlan, segment: SegmentPlan, index: int, facts: DayFacts, frozen: Frozen
) -> None:
    """Fill the segment's hosts; the owner hosts it where nobody else is named."""
    given = segment.given.hosts or (HostInput(plan.given.owner_id),)
    for host in given:
        if segment.kind.due == "group" and host.group_id is None:
            plan.problems.append(Problem("group", _("请选择开会的党小组。"), index))
        if any(host.unit_id == other.unit_id for other in segment.hosts):
            text = _("%(unit)s写了两次，一个组织只能算一次。") % {
                "unit": facts.unit_name(host.unit_id)
            }
            plan.problems.append(Problem("hosts", text, index))
            continue
        key = (host.unit_id, host.group_id, segment.given.kind)
        seats = (
            frozen.get(key)
            if key in frozen
            else due_seats(segment.kind, host, plan.given.day, facts)
        )
        seating = Seating(
            host.unit_id, host.group_id, list(seats or []), {}, max(host.nonmembers, 0)
        )
        _mark(plan, seating, host, index, facts)
        if host.due is not None and terms.takes_numbers(segment.kind):
            _count_stated(plan, seating, host, index, segment.kind)
        else:
            _count(plan, seating, host, index, facts)
        _secretary(seating, segment, plan.given.day, facts)
        _check_quorum(plan, segment, seating, index, facts)
        segment.hosts.append(seating)


def due_seats(kind: Any, host: HostInput, day: date, facts: DayFacts) -> list[Seat]:
    """The due list of a kind: all members, the committee, a group, or those listed."""
    if host.listed is not None:
        return [_with_vote(kind, one) for one in _listed(kind, host, day, facts)]
    spell = facts.spell(host.unit_id, day)
    key = (kind.code, kind.due, kind.entitled, host.unit_id, host.group_id, spell)
    if key not in facts.due_memo:
        facts.due_memo[key] = _due_seats(kind, host, day, facts)
    return facts.due_memo[key]


def _due_seats(kind: Any, host: HostInput, day: date, facts: DayFacts) -> list[Seat]:
    if kind.due == "committee":
        posts = facts.posts(host.unit_id, day)
        held = [(who, name) for who, name, code in posts if code in terms.COMMITTEE]
        seats = [Seat(who, name, True) for who, name in dict.fromkeys(held)]
    elif kind.due == "counted":
        seats = []
    elif kind.due == "listed":
        seats = _listed(kind, host, day, facts)
    else:
        group = host.group_id if kind.due == "group" else None
        seats = facts.roster(host.unit_id, day, group)
    return [_with_vote(kind, one) for one in seats]


def _with_vote(kind: Any, one: Seat) -> Seat:
    if kind.entitled == "none":
        return Seat(one.person_id, one.name, False)
    if kind.entitled == "full_members":
        return one
    return Seat(one.person_id, one.name, True)


def _listed(kind: Any, host: HostInput, day: date, facts: DayFacts) -> list[Seat]:
    """Those named; else those who hold one of the kind's posts, or any post, in the unit; else its members."""
    if host.listed is not None:
        return [
            Seat(person, facts.person_name(person), True) for person in dict.fromkeys(host.listed)
        ]
    posts = facts.posts(host.unit_id, day)
    fit = kind.due_posts
    held = dict.fromkeys((who, name) for who, name, code in posts if not fit or code in fit)
    if held or fit:
        return [Seat(who, name, True) for who, name in held]
    return facts.roster(host.unit_id, day, None)


def _mark(
    plan: SittingPlan, seating: Seating, host: HostInput, index: int, facts: DayFacts
) -> None:
    known = {one.person_id for one in seating.seats} if host.absences else set()
    for away in host.absences:
        if away.person_id in known:
            seating.exceptions[away.person_id] = (away.state, away.reason.strip()[:100])
            continue
        seating.strangers.append(away.person_id)
        text = _("%(name)s当日不在%(unit)s的应到名单上。请核对姓名，或先更正党员名册。") % {
            "name": facts.person_name(away.person_id),
            "unit": facts.unit_name(host.unit_id),
        }
        plan.problems.append(Problem("absences", text, index))


def _count(
    plan: SittingPlan, seating: Seating, host: HostInput, index: int, facts: DayFacts
) -> None:
    seats, away = seating.seats, seating.exceptions
    seating.due = len(seats)
    seating.entitled = sum(1 for one in seats if one.entitled)
    named_present = len(seats) - len(away)
    seating.present = named_present if host.present is None else host.present
    seating.present_entitled = sum(1 for one in seats if one.entitled and one.person_id not in away)
    seating.absent_unexplained = sum(1 for _state, reason in away.values() if not reason)
    if host.present is None or host.present == named_present:
        return
    if host.present > named_present:
        _too_many(plan, seating, host.present, index, facts)
        return
    # Fewer than the names say: nobody knows who stayed away, so no name is written as present,
    # and of those who may vote only those are counted who must have been there.
    seating.numbers_only = True
    silent = named_present - host.present
    seating.absent_unexplained += silent
    seating.present_entitled = max(seating.present_entitled - silent, 0)
    text = _("%(unit)s实到 %(present)s 人，另有 %(silent)s 人未到而没有写明姓名。") % {
        "unit": facts.unit_name(seating.unit_id),
        "present": host.present,
        "silent": silent,
    }
    plan.cautions.append(Caution("absent_unnamed", text, index))


def _count_stated(
    plan: SittingPlan, seating: Seating, host: HostInput, index: int, kind: Any
) -> None:
    """Numbers of people of whom some, or all, are not in the system: nobody owes a reason for those unnamed."""
    named = len(seating.seats) - len(seating.exceptions)
    due = host.due or 0
    seating.due = due
    seating.present = present = named if host.present is None else host.present
    all_vote = host.entitled is None or host.entitled > due
    seating.entitled = 0 if kind.entitled == "none" else due if all_vote else host.entitled or 0
    # Who may not vote is taken to be there: of those who may, only so many must have come.
    seating.present_entitled = min(max(present - (due - seating.entitled), 0), present)
    seating.absent_unexplained = sum(1 for _state, why in seating.exceptions.values() if not why)
    seating.numbers_only = present < named
    problem = _stated_problem(host, len(seating.seats), due, present, len(seating.exceptions))
    if problem:
        plan.problems.append(Problem("present", problem, index))


def _stated_problem(host: HostInput, listed: int, due: int, present: int, away: int) -> str:
    said = {"due": due, "present": present, "listed": listed, "away": away}
    if due < listed:
        return (
            _(
                "应到 %(due)s 人，少于名单上的 %(listed)s 人。请改正应到人数，或者把不该到的人选为“不列入应到”。"
            )
            % said
        )
    if host.present is None and due > listed:
        return _("填了应到人数，也要填实到人数。")
    if present + away > due:
        return (
            _("实到 %(present)s 人加上未到会的 %(away)s 人，多于应到 %(due)s 人。请核对。") % said
        )
    if host.entitled is not None and host.entitled > due:
        return _("有表决权的人数不能多于应到的 %(due)s 人。请核对。") % said
    return ""


def _too_many(
    plan: SittingPlan, seating: Seating, stated: int, index: int, facts: DayFacts
) -> None:
    said = {
        "unit": facts.unit_name(seating.unit_id),
        "present": stated,
        "due": seating.due,
        "away": len(seating.exceptions),
    }
    if stated > seating.due:
        text = _(
            "实到 %(present)s 人，多于%(unit)s当日名册的应到 %(due)s 人。请改正实到人数，或先更正党员名册。"
        )
    else:
        text = _(
            "实到 %(present)s 人加上未到会的 %(away)s 人，多于%(unit)s的应到 %(due)s 人。请核对。"
        )
    plan.problems.append(Problem("present", text % said, index))


def _secretary(seating: Seating, segment: SegmentPlan, day: date, facts: DayFacts) -> None:
    """He is there if the roster says so, or if he presides or lectures."""
    heads = {
        who for who, _name, code in facts.posts(seating.unit_id, day) if code in terms.SECRETARIES
    }
    acting = {r.person_id for r in segment.given.roles if r.role in {"presider", "lecturer"}}
    seated = set() if seating.numbers_only else {one.person_id for one in seating.seats}
    seating.secretary_present = bool(heads & (acting | (seated - set(seating.exceptions))))


def _check_quorum(
    plan: SittingPlan, segment: SegmentPlan, seating: Seating, index: int, facts: DayFacts
) -> None:
    """Told in words and kept: whether it counts is for the standard to say."""
    quorum = segment.kind.quorum
    if seating.due == 0:
        text = (
            _("%(unit)s的%(kind)s没有应到人数，应到记为 0 人。请更正，填上应到和实到人数。")
            if terms.takes_numbers(segment.kind)
            else _("系统内没有%(unit)s当日应到%(kind)s的人员，应到记为 0 人。请先登记党员或任职。")
        )
        said = {"unit": facts.unit_name(seating.unit_id), "kind": segment.kind.title}
        plan.cautions.append(Caution("nobody_due", text % said, index))
        return
    if quorum is None:
        return
    if has_quorum(quorum, seating):
        return
    of_entitled = quorum.of == "entitled"
    base = seating.entitled if of_entitled else seating.due
    there = seating.present_entitled if of_entitled else seating.present
    text = (
        _("%(unit)s应到有表决权的 %(base)s 人，实到 %(there)s 人，未达到法定人数，评判时不计数。")
        if of_entitled
        else _("%(unit)s应到 %(base)s 人，实到 %(there)s 人，未达到法定人数，评判时不计数。")
    )
    said = {"unit": facts.unit_name(seating.unit_id), "base": base, "there": there}
    plan.cautions.append(Caution("quorum", text % said, index))


def has_quorum(quorum: Any, host: Any) -> bool:
    """``host`` has the four counts: one being planned or one that was stored."""
    of_entitled = quorum.of == "entitled"
    base = host.entitled if of_entitled else host.due
    there = host.present_entitled if of_entitled else host.present
    over, under = quorum.share
    enough = there * under > base * over if quorum.strict else there * under >= base * over
    return base > 0 and enough
