"""Ways of 发展党员 from the application to the archive, admissible but for the one rule that is named broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from zhibu_engine.packs import pack_read, packs_merge
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures import (
    Happening,
    Seat,
    Standing,
    conformance,
    decided,
    months_later,
)
from zhibu_engine.votes import VoteCount

ROOT = Path(__file__).resolve().parents[2]
SECRETARY = Seat(1, frozenset({"secretary"}), "示例书记", "full")
FULL = [SECRETARY, *(Seat(n, frozenset(), f"示例党员{n}", "full") for n in range(2, 9))]
NEW = Seat(9, frozenset(), "示例新人", "probationary")
KEPT = ("volunteer", "application", "political", "convert", "observation")


@cache
def development() -> Procedure:
    return packs_merge([pack_read(ROOT / "packs" / "national")]).procedures["member_development"]


#: Where a first vote that does not carry would be found too.
ONE_VOTE = ("turnout:admit", "majority:admit", "skip:pre_examine")
Pick = Callable[[int, int], int]


@dataclass
class Way:
    """A history in the making. ``broken`` names the one rule that it breaks."""

    pick: Pick
    broken: str = ""
    born: date = date(1990, 2, 28)
    form: dict[str, Any] = field(default_factory=dict)
    done: list[Happening] = field(default_factory=list)
    #: The last day of each step, also of one that was left out.
    days: dict[str, date] = field(default_factory=dict)

    def day(self, step: str) -> date:
        return self.days[step]

    def is_(self, broken: str) -> bool:
        return self.broken == broken

    def within(self, since: date, months: int, broken: str) -> date:
        """Any day up to so many months on; over them where that is what is broken."""
        last = months_later(since, months)
        if self.is_(broken):
            return last + timedelta(days=self.pick(1, 40))
        return since + timedelta(days=self.pick(0, (last - since).days))

    def soon(self, days: int = 20) -> timedelta:
        return timedelta(days=self.pick(0, days))

    def do(self, step: str, day: date, **more: Any) -> None:
        self.days[step] = max(day, self.days.get(step, day))
        if self.is_(f"skip:{step}"):
            return
        found = development().step(step)
        papers = {
            one.key for one in found.papers if one.required and f"paper:{step}" != self.broken
        }
        made = Happening(step, day, papers=frozenset(papers), named=(*FULL, NEW), **more)
        self.done.append(replace(made, decision=decided(found, made)))

    def vote(self, step: str, day: date, decision: str = "", **fields: Any) -> None:
        """Random counts that carry, by a hair or not; some of the votes came in writing."""
        entitled = self.pick(3, 30)
        needs = entitled // 2 + 1
        present = self.pick(needs, entitled)
        written = self.pick(0, entitled - present)
        votes_for = self.pick(max(needs, written), present + written)
        if self.is_(f"turnout:{step}"):
            present, written, votes_for = entitled // 2, 0, entitled // 2
        if self.is_(f"majority:{step}"):
            written, votes_for = 0, entitled // 2
        count = VoteCount(entitled=entitled, present=present, written=written, votes_for=votes_for)
        self.do(
            step, day, kind="branch_assembly", count=count, decision=decision, fields=fields,
            secret=False if self.is_(f"open:{step}") else [True, None][self.pick(0, 1)],
        )  # fmt: skip

    def standing(self) -> Standing:
        form = {"born_on": self.born.isoformat(), **self.form}
        return Standing(self.day("apply"), form, tuple(sorted(self.done, key=lambda one: one.day)))


def travel(pick: Pick, route: str = "full", broken: str = "") -> Way:
    way = Way(pick, broken)
    until_target(way)
    _until_admission(way)
    _until_full(way, route)
    kept = {f"kept_{one}": True for one in KEPT if broken != f"kept:{one}"}
    last = max(one.day for one in way.done)
    way.do("archive", last + way.soon(), fields={"place": "committee", **kept})
    return way


def until_target(way: Way) -> None:
    grown = months_later(way.born, 216)
    apply = grown + timedelta(days=way.pick(0, 4000))
    if way.is_("age"):
        apply = grown - timedelta(days=way.pick(1, 400))
    if way.is_("expelled"):
        way.form["expelled_on"] = months_later(apply, -59).isoformat()
    way.do("apply", apply, fields={"citizen": not way.is_("citizen")})
    talker = 2 if way.is_("talker") else 1
    talked = (
        apply + timedelta(days=9) if way.is_("activist_first") else way.within(apply, 1, "talk")
    )
    way.do("talk", talked, fields={"talker": talker})
    asked = way.day("talk") + way.soon(200)
    if way.is_("activist_first"):
        asked = way.day("talk") - timedelta(days=1)
    way.do(
        "activist", asked, kind="committee_meeting", decision="agreed", fields={"way": "members"}
    )
    filed = max(asked, way.day("talk")) + way.soon()
    way.do("activist_file", filed, decision="filed")
    count = {"contacts:none": 0, "contacts:three": 3}.get(way.broken, way.pick(1, 2))
    contacts = [seat.person_id for seat in FULL[:count]]
    if way.is_("contacts:probationary"):
        contacts = [NEW.person_id]
    way.do("contacts", filed + way.soon(), fields={"contacts": contacts})
    _reviews(way, months_later(asked, 12))


def _reviews(way: Way, year_over: date) -> None:
    last, number = way.day("contacts"), 0
    late = way.pick(0, 1)
    while number < 2 or months_later(last, 6) < year_over:
        half = months_later(last, 6)
        if way.is_("review_late") and number == late:
            last = half + timedelta(days=way.pick(1, 60))
        else:
            last = half - timedelta(days=60 if way.is_("year") else way.pick(0, 60))
        way.do("observe", last, fields={"found": "" if way.is_("review_empty") else "表现良好"})
        number += 1
        if way.is_("review_once"):
            break
    first = max(last, year_over)
    target = first + timedelta(days=way.pick(0, max(0, (months_later(last, 6) - first).days)))
    if way.is_("year"):
        target = year_over - timedelta(days=way.pick(1, 20))
    if way.is_("review_old"):
        target = months_later(last, 6) + timedelta(days=way.pick(1, 30))
    way.do(
        "target", target, kind="committee_meeting", decision="agreed", fields={"heard": not way.is_("unheard")}
    )  # fmt: skip


def _until_admission(way: Way) -> None:
    day = way.day("target") + way.soon()
    way.do("target_file", day, decision="agreed")
    count = {"introducers:one": 1, "introducers:three": 3}.get(way.broken, 2)
    named = [seat.person_id for seat in FULL[:count]]
    if way.is_("introducers:probationary"):
        named = [1, NEW.person_id]
    way.do("introducers", day, fields={"introducers": named})
    way.do("political", day + way.soon(), decision="passed")
    trained = way.day("political") + way.soon()
    enough = way.pick(0, 2)
    days, hours = [(3, None), (2, 24), (way.pick(3, 9), way.pick(0, 60))][enough]
    if way.is_("training"):
        days, hours = way.pick(0, 2), way.pick(0, 23)
    way.do("training", trained, fields={"days": days, "hours": hours})
    screened = trained + way.soon()
    if way.is_("untrained_first"):
        screened = trained - timedelta(days=1)
    way.do("screen", screened, kind="committee_meeting")
    seen = max(screened, trained) + way.soon()
    leaves = {"leaves": months_later(seen, 3) - timedelta(days=way.pick(1, 80))}.get(way.broken)
    leaves = leaves or [None, months_later(seen, 3) + way.soon()][way.pick(0, 1)]
    way.do("pre_examine", seen, decision="passed", fields={"leaves_on": leaves})
    way.do("volunteer", seen + way.soon())
    admitted = seen + timedelta(days=20) + way.soon()
    if way.pick(0, 1) and way.broken not in ONE_VOTE:
        refused = VoteCount(entitled=8, present=8, votes_for=4, votes_against=4)
        way.do("admit", admitted, kind="branch_assembly", count=refused)
        admitted += timedelta(days=1) + way.soon()
    way.vote("admit", admitted)
    _approval(way, admitted)


def _approval(way: Way, admitted: date) -> None:
    approved = way.within(admitted, 3, "approve3")
    if way.is_("approve6"):
        approved = months_later(admitted, 6) + timedelta(days=way.pick(1, 40))
    talked = admitted + timedelta(days=way.pick(0, (approved - admitted).days))
    if way.is_("talk_late"):
        talked = approved + timedelta(days=1)
    way.do("upper_talk", talked, fields={"talker": "示例组织员"})
    joined = admitted + timedelta(days=1 if way.is_("joined") else 0)
    fields = {"collective": not way.is_("collective"), "joined_on": joined.isoformat()}
    way.do("approve", approved, decision="approved", fields=fields)
    way.do("record_up", max(approved, talked) + way.soon())
    way.do("assign", approved + way.soon())
    way.do("oath", way.day("assign") + way.soon())
    way.do("probation", way.day("assign") + way.soon(90), fields={"found": "表现良好"})


def _until_full(way: Way, route: str) -> None:
    admitted = way.day("admit")
    expiry = months_later(admitted, 12)
    asked = (
        expiry - timedelta(days=1 + way.pick(0, 1)) if way.is_("probation") else expiry + way.soon()
    )
    asked = max(asked, way.day("probation"), way.day("oath"))
    way.do("convert_apply", asked)
    met = asked if way.is_("probation") else asked + way.soon()
    first = {"full": "full", "cancel": "cancel"}.get(route, "extend")
    way.vote("convert", met, first)
    approved = way.within(met, 3, "approve_convert")
    if first == "full":
        full_on = expiry + timedelta(days=way.pick(1, 9) if way.is_("full_on") else 0)
        way.do(
            "convert_approve",
            approved,
            decision="approved",
            fields={"full_on": full_on.isoformat()},
        )
    elif first == "cancel":
        way.do("cancel_approve", approved, decision="approved")
    else:
        _extension(way, expiry, approved, route)


def _extension(way: Way, expiry: date, approved: date, route: str) -> None:
    least, most = months_later(way.day("admit"), 18), months_later(way.day("admit"), 24)
    until = least + timedelta(days=way.pick(0, (most - least).days))
    if way.is_("extend_short"):
        until = least - timedelta(days=way.pick(1, 100))
    if way.is_("extend_long"):
        until = most + timedelta(days=way.pick(1, 100))
    way.do(
        "extend_approve",
        approved,
        decision="approved",
        fields={"probation_until": until.isoformat()},
    )
    way.do("probation_more", approved + way.soon(), fields={"found": "有进步"})
    asked = max(until, way.day("probation_more")) + way.soon()
    if way.is_("extension_early"):
        asked = max(until - timedelta(days=1), way.day("probation_more"))
    way.do("convert_apply_again", asked)
    met = asked if way.is_("extension_early") else asked + way.soon()
    way.vote("convert_again", met, route.removeprefix("extend_"))
    again = way.within(met, 3, "approve_again")
    if route == "extend_full":
        full_on = until + timedelta(days=1 if way.is_("full_on_again") else 0)
        fields = {"full_on": full_on.isoformat()}
        way.do("convert_again_approve", again, decision="approved", fields=fields)
    else:
        way.do("cancel_again_approve", again, decision="approved")


def found(way: Way) -> list[tuple[str, str]]:
    """Step and code of every breach, in the order of the days."""
    standing = way.standing()
    said = conformance(development(), standing)
    return [
        (one.step, breach.code)
        for one, breaches in zip(standing.done, said.breaches, strict=True)
        for breach in breaches
    ]
