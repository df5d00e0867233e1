"""Invented plans and summaries, written through the same services as on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from django.db import transaction

from zhibu.accounts.models import User
from zhibu.demo.prefecture import Branch
from zhibu.documents.models import Document, PlanItem
from zhibu.documents.services import ItemInput, adopters, document_adopt, document_create
from zhibu.organization.models import Post, Unit
from zhibu.records.models import Record
from zhibu.shared.changes import deferred

LATE = "系统启用前形成的文档，集中补录"
TASKS = (
    "按月召开支部委员会，按季召开党员大会",
    "开展主题党日，全年形式不少于六种",
    "书记和班子成员讲党课",
    "走访慰问生活困难的党员",
    "整理党务台账，做到当月事当月记",
    "完成届期内的班子补选",
)


def plans_write(
    branches: Sequence[Branch],
    years: tuple[int, ...],
    today: date,
    actor: User,
    told: Callable[[int, int], None],
) -> int:
    """Plans early in the year, half-year summaries, and last year's closing summary; weak branches skip some."""
    random = Random(23)
    units = Unit.objects.in_bulk(field_name="code")
    written = 0
    with transaction.atomic(), deferred():
        for number, branch in enumerate(branches, start=1):
            unit = units[branch.unit.code]
            for year in years:
                written += _Year(branch, unit, year, today, actor, random).write()
            told(number, len(branches))
    return written


class _Year:
    """The documents of one branch in one year."""

    def __init__(
        self, branch: Branch, unit: Unit, year: int, today: date, actor: User, random: Random
    ) -> None:
        self.branch, self.unit, self.year, self.today = branch, unit, year, today
        self.actor, self.random = actor, random
        held = Post.objects.filter(unit=unit).values_list("person_id", flat=True)
        self.people = list(held)

    def write(self) -> int:
        return sum((self._plan(), self._half_summary(), self._closing_summary()))

    def _plan(self) -> int:
        day = date(self.year, 1, 5) + timedelta(days=self.random.randrange(0, 75))
        if not self._does(day):
            return 0
        tidy = self.random.random() < self.branch.quality
        items = [
            ItemInput(
                text=text,
                owner_id=self.random.choice(self.people)
                if self.people and (tidy or order > 1)
                else None,
                due_on=date(self.year, 3 + order * 2 if order < 4 else 11, 28),
            )
            for order, text in enumerate(self.random.sample(TASKS, 5))
        ]
        plan = self._create("year_plan", day, items=items)
        if self.random.random() < self.branch.quality:
            self._adopt(plan, day)
        return 1

    def _adopt(self, plan: Document, day: date) -> None:
        offered = adopters(self.unit, ("committee_meeting", "branch_assembly"), self.today)
        near = [one for one in offered if one.valid and abs((one.day - day).days) <= 60]
        if near:
            chosen = min(near, key=lambda one: abs((one.day - day).days))
            document_adopt(
                document=plan, actor=self.actor, sitting=Record.objects.get(pk=chosen.record_id)
            )

    def _half_summary(self) -> int:
        day = date(self.year, 7, 1) + timedelta(days=self.random.randrange(0, 25))
        if not self._does(day):
            return 0
        self._create(
            "stage_summary",
            day,
            period=Document.Period.HALF,
            body="上半年各项工作按计划推进，会议记录见台账。",
        )
        return 1

    def _closing_summary(self) -> int:
        day = date(self.year, 12, 20) + timedelta(days=self.random.randrange(0, 11))
        if not self._does(day):
            return 0
        items = [
            ItemInput(text=text, answer=self._answer(), note="见会议台账")
            for text in self.random.sample(TASKS, 5)
        ]
        self._create("year_summary", day, items=items, body="全年计划逐条对照如下。")
        return 1

    def _answer(self) -> str:
        if self.random.random() > self.branch.quality + 0.05:
            return ""
        return self.random.choice([PlanItem.Answer.DONE] * 3 + [PlanItem.Answer.PARTLY])

    def _does(self, day: date) -> bool:
        return (
            day <= self.today
            and self.branch.alive(day)
            and self.random.random() < self.branch.quality + 0.08
        )

    def _create(self, kind: str, day: date, **fields: object) -> Document:
        return document_create(
            owner=self.unit,
            actor=self.actor,
            kind=kind,
            year=self.year,
            day=day,
            late_reason=LATE,
            **fields,
        )
