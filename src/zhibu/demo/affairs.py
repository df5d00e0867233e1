"""Invented village matters: proposed, discussed, resolved, published and made known through the services of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import transaction

from zhibu.accounts.models import User
from zhibu.demo.people import People
from zhibu.documents.services import objection_answer, objection_receive, publication_publish
from zhibu.meetings.services import AgendaInput, HostInput, RoleInput, SegmentInput, sitting_enter
from zhibu.membership.selectors import roster_on
from zhibu.organization.models import Post, Unit
from zhibu.organization.services import PersonFields, person_create, post_begin
from zhibu.procedures.models import Matter
from zhibu.procedures.services import matter_open, step_act
from zhibu.shared.changes import deferred

LATE = "系统启用前办理的事项，集中补录"
#: How many of the village's people represent the others.
REPRESENTATIVES = 12
TEAM = (
    ("township_cadre", 1),
    ("village_team", 2),
    ("village_cadre", 2),
    ("villager_representative", REPRESENTATIVES),
)


@dataclass(frozen=True, slots=True)
class Affair:
    """``reaches``: the last step that was done; ``flaw``: what does not conform on its way."""

    title: str
    kind: str
    weight: str
    summary: str
    amount: int | None
    reaches: str
    flaw: str = ""


AFFAIRS = (
    Affair("硬化三组入户道路", "project", "major", "三组至河坝的土路改为水泥路，长约四百米，村集体出资，村民投工。",
           8_600_000, "aware"),
    Affair("修订村规民约", "village_rules", "ordinary", "把红白事从简、门前三包写入村规民约。", None, "publish"),
    Affair("出租旧小学校舍", "asset", "major", "闲置校舍对外出租三年，租金归村集体。", 3_600_000, "propose", "leader"),
    Affair("更换路灯灯泡", "project", "daily", "主干道八盏路灯不亮，统一更换。", 48_000, "examine", "order"),
)  # fmt: skip
ORDER = ("propose", "consult", "examine", "resolve", "publish", "progress", "result", "aware")
MEETINGS = {
    "propose": ("committee_meeting", "研究"),
    "consult": ("joint_consultation", "商议"),
    "examine": ("branch_assembly", "审议"),
    "resolve": ("villager_representatives", "表决"),
}
PAPERS = {
    "publish": ("resolution", "决议"),
    "progress": ("progress", "进展"),
    "result": ("result", "结果"),
}


def affairs_write(villages: Sequence[Unit], today: date, actor: User) -> int:
    """Every village takes up one matter less than the one before it; the last ones have none."""
    written = 0
    with transaction.atomic(), deferred():
        people = People(Random(4099), today)
        for number, unit in enumerate(villages):
            village = _Village(unit, today, actor, people)
            for affair in AFFAIRS[: max(0, len(AFFAIRS) - number)]:
                village.write(affair)
                written += 1
    return written


class _Village:
    """The matters of one village, each ending some weeks before today."""

    def __init__(self, unit: Unit, today: date, actor: User, people: People) -> None:
        self.unit, self.today, self.actor = unit, today, actor
        self.seats = {
            code: [post.person for post in Post.objects.held_on(today).filter(unit=unit, code=code)]
            for code in ("secretary", "village_clerk", "township_leader")
        }
        self._complete(people)

    def _complete(self, people: People) -> None:
        """Those whom a village matter needs and the sheets of posts do not name."""
        for code, wanted in (*TEAM, ("village_clerk", 1), ("township_leader", 1), ("secretary", 1)):
            held = self.seats.setdefault(code, [])
            while len(held) < wanted:
                name = people.name(male=len(held) % 2 == 0)
                person = person_create(
                    fields=PersonFields(name=name), unit=self.unit, actor=self.actor
                )
                start = max(self.unit.founded_on, date(self.today.year - 1, 1, 1))
                post_begin(
                    person=person, unit=self.unit, code=code, from_on=start, actor=self.actor
                )
                held.append(person)

    def write(self, affair: Affair) -> None:
        steps = ORDER[: ORDER.index(affair.reaches) + 1]
        if affair.flaw == "order":
            steps = ("propose", "examine")
        days = [self.today - timedelta(days=10 + 12 * back) for back in range(len(steps))][::-1]
        matter = matter_open(
            unit=self.unit, procedure="six_steps", title=affair.title, opened_on=days[0], actor=self.actor,
            form={"kind": affair.kind, "weight": affair.weight, "summary": affair.summary,
                  **({"amount": affair.amount} if affair.amount else {})},
        )  # fmt: skip
        for step, day in zip(steps, days, strict=True):
            self._step(matter, affair, step, day)

    def _step(self, matter: Matter, affair: Affair, step: str, day: date) -> None:
        if step in MEETINGS:
            self._meet(matter, affair, step, day)
        elif step in PAPERS:
            self._publish(matter, affair, step, day)
        else:
            step_act(
                matter=matter, step=step, day=day, actor=self.actor, late_reason=LATE,
                fields={"way": "interview", "asked": 30, "knew": 28, "questions": "问：何时完工？答：已通车。"},
            )  # fmt: skip

    def _meet(self, matter: Matter, affair: Affair, step: str, day: date) -> None:
        kind, verb = MEETINGS[step]
        chair = self.seats["township_leader" if affair.flaw == "leader" else "secretary"][0]
        reasons = {"presider": "书记住院，由包村领导代为主持"} if affair.flaw == "leader" else {}
        reasons |= {"order:consult": "灯泡急用，会后补商议"} if affair.flaw == "order" else {}
        votes = self._votes(step)
        item = AgendaInput(
            title=f"{verb}：{affair.title}", discussion="逐项说明，大家发表了意见。", resolution="同意。" if votes else "",
            matter_id=matter.pk, step=step, reasons=reasons, **votes,
        )  # fmt: skip
        sitting_enter(
            owner=self.unit, actor=self.actor, day=day, place="村党群服务中心", late_reason=LATE,
            segments=[
                SegmentInput(
                    kind=kind, convener="branch", theme=f"{verb}{affair.title}", hosts=(self._host(step),),
                    agenda=(item,),
                    roles=(RoleInput("presider", chair.pk, reason=next(iter(reasons.values()), "")),
                           RoleInput("recorder", self.seats["village_clerk"][0].pk)),
                )
            ],
        )  # fmt: skip

    def _host(self, step: str) -> HostInput:
        listed: tuple[int, ...] | None = None
        if step == "consult":
            named = (
                "secretary",
                "village_clerk",
                "township_leader",
                "township_cadre",
                "village_team",
                "village_cadre",
            )
            listed = self._ids(named)
        elif step == "resolve":
            listed = self._ids(("villager_representative",))
        return HostInput(self.unit.pk, listed=listed)

    def _ids(self, codes: Sequence[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(person.pk for code in codes for person in self.seats[code]))

    def _votes(self, step: str) -> dict[str, Any]:
        if step not in ("examine", "resolve"):
            return {}
        voters = REPRESENTATIVES if step == "resolve" else self._entitled()
        return {"votes_for": voters - voters // 6, "votes_against": voters // 6, "votes_abstain": 0}

    def _entitled(self) -> int:
        return sum(seat.entitled for seat in roster_on(self.unit.pk, self.today, None))

    def _publish(self, matter: Matter, affair: Affair, step: str, day: date) -> None:
        kind, what = PAPERS[step]
        made = publication_publish(
            unit=self.unit, kind=kind, title=f"{affair.title}{what}公开", about=matter.about,
            about_title=affair.title, channels=["notice_board", "portal"], place="村务公开栏", from_on=day,
            body=f"{affair.summary}{_TOLD[step]}", table=self._table(affair), actor=self.actor, late_reason=LATE,
        )  # fmt: skip
        if step == "publish":
            said = objection_receive(
                publication=made, via="oral", text="施工期间车辆从哪里绕行？" if affair.kind == "project" else "何时开始执行？",
                received_on=min(day + timedelta(days=2), self.today), actor=self.actor,
            )  # fmt: skip
            if affair.reaches == "aware":
                objection_answer(
                    objection=said, answer="从河坝便道绕行，村里设置指示牌。", actor=self.actor
                )

    def _table(self, affair: Affair) -> list[tuple[str, str]]:
        rows = [("事项", affair.title)]
        if affair.amount:
            rows.append(("金额", f"{affair.amount // 100:,} 元"))
        return rows


_TOLD = {
    "publish": "村民代表会议表决通过。",
    "progress": "路基已经完成，正在浇筑路面。",
    "result": "工程已经完工，验收合格，费用在预算以内。",
}
