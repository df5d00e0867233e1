"""Two years of invented meetings, as clerks of very uneven diligence would hand them in."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from zhibu.demo.people import Person
from zhibu.demo.prefecture import Branch

THEMES = {
    "党支部学习会": (
        "学习基层治理新要求",
        "学习身边典型事迹",
        "学习乡村建设规划",
        "学习安全生产规定",
        "学习廉洁自律要求",
    ),
    "支部委员会": (
        "研究月度工作安排",
        "研究发展党员工作",
        "研究问题整改措施",
        "研究主题党日方案",
        "研究困难党员帮扶",
    ),
    "主题党日": (
        "环境整治志愿服务",
        "走访困难老党员",
        "参观村史馆",
        "护林防火巡查",
        "集中学习与交流",
        "义务植树",
    ),
    "党员大会": ("听取支委会工作报告", "讨论年度工作计划", "讨论预备党员转正", "通报党费收缴情况"),
    "党课": ("把小事办成实事", "做群众信得过的人", "从一本账说起", "守规矩才能走得远"),
    "组织生活会": ("年度组织生活会",),
    "民主评议党员": ("年度民主评议党员",),
    "党小组会": ("小组学习与谈心", "小组讨论支部任务"),
}
FORMS = (
    "集中学习",
    "交流研讨",
    "志愿服务",
    "参观见学",
    "走访慰问",
    "实地调研",
    "观看影片",
    "重温誓词",
)
REASONS = ("公出", "生病", "外出务工", "照顾家人", "值班")
RESOLUTIONS = (
    "同意所提安排，由各委员分头落实",
    "同意，月底前办结并报告",
    "原则同意，补充完善后执行",
)
ALL_MEMBERS = ("党支部学习会", "主题党日", "党员大会", "党课", "组织生活会", "民主评议党员")


@dataclass(slots=True)
class Row:
    """One line of the ledger sheet, in the words of its headings."""

    cells: dict[str, object]


class Ledger:
    """The meetings of one branch over the years asked for."""

    def __init__(self, branch: Branch, random: Random, today: date) -> None:
        self.branch, self.random, self.today = branch, random, today
        #: Idle branches write one text for the whole year.
        self.copies = branch.quality < 0.35 and random.random() < 0.6

    def rows(self, years: tuple[int, ...]) -> Iterator[Row]:
        for year in years:
            for month in range(1, 13):
                if date(year, month, 1) > self.today:
                    return
                yield from self._month(year, month)

    def _month(self, year: int, month: int) -> Iterator[Row]:
        wanted = ["支部委员会", "党支部学习会", "主题党日"]
        if month % 3 == 0:
            wanted += ["党员大会", "党课"]
        if month == 12 or (month == 11 and self.random.random() < 0.3):
            wanted += ["组织生活会", "民主评议党员"]
        held = [kind for kind in wanted if self._held(month)]
        if (
            not self.branch.committee(date(year, month, 15))
            or len(self.branch.committee(date(year, month, 15))) < 3
        ):
            held = [kind for kind in held if kind != "支部委员会"]
        together = [kind for kind in held if kind in ALL_MEMBERS]
        alone = [kind for kind in held if kind not in ALL_MEMBERS]
        while together:
            count = 2 if self.branch.rural and self.random.random() < 0.55 else 1
            yield from self._sitting(year, month, together[:count])
            together = together[count:]
        for kind in alone:
            yield from self._sitting(year, month, [kind])
        if self.branch.groups and self._held(month):
            for title, members in self.branch.groups:
                yield from self._group_meeting(year, month, title, members)

    def _held(self, month: int) -> bool:
        quality = self.branch.quality
        bunched = quality < 0.6 and month in (11, 12)
        return self.random.random() < min(0.995, quality + 0.06 + (0.3 if bunched else 0.0))

    def _sitting(self, year: int, month: int, kinds: list[str]) -> Iterator[Row]:
        day = self._day(year, month)
        if day is None or not self.branch.alive(day):
            return
        roster = self.branch.committee(day) if kinds == ["支部委员会"] else self.branch.roster(day)
        if len(roster) < 2:
            return
        yield Row(self._cells(day, kinds, roster))

    def _group_meeting(
        self, year: int, month: int, title: str, members: list[Person]
    ) -> Iterator[Row]:
        day = self._day(year, month)
        roster = [person for person in members if day and person.joined <= day]
        if day is None or not self.branch.alive(day) or len(roster) < 3:
            return
        cells = self._cells(day, ["党小组会"], roster)
        cells.update({"召集主体": "党小组", "党小组": title, "主持人": roster[0].name})
        yield Row(cells)

    def _day(self, year: int, month: int) -> date | None:
        last = calendar.monthrange(year, month)[1]
        day = date(year, month, self.random.randrange(1, last + 1))
        if day.weekday() >= 5 and not self.branch.rural:
            day -= timedelta(days=2) if day.day > 2 else -timedelta(days=2)
        return day if day <= self.today else None

    def _cells(self, day: date, kinds: list[str], roster: list[Person]) -> dict[str, object]:
        random, quality = self.random, self.branch.quality
        absent = self._absent(roster)
        theme = THEMES[kinds[0]][0] if self.copies else random.choice(THEMES[kinds[0]])
        presider, recorder = (
            self._presider(day, roster, absent),
            self._recorder(day, roster, absent),
        )
        voting = any(kind in ("党员大会", "支部委员会") for kind in kinds)
        cells: dict[str, object] = {
            "党组织": self.branch.unit.short or self.branch.unit.name,
            "日期": day,
            "开始时间": random.choice(("08:30", "09:00", "14:30", "15:00", "19:30")),
            "地点": random.choice(("党员活动室", "村委会会议室", "三楼会议室", "文化广场")),
            "会议类别": "、".join(kinds),
            "召集主体": "党支部",
            "主题": theme,
            "主持人": presider.name if presider else "",
            "记录人": recorder.name if recorder else "",
            "授课人": presider.name if "党课" in kinds and presider else "",
            "应到": len(roster),
            "实到": len(roster) - len(absent),
            "缺席人员及原因": "、".join(absent.values()),
            "议题": theme,
            "活动形式": random.choice(FORMS) if "主题党日" in kinds else "",
            "学习材料": "学习读本" if "党支部学习会" in kinds else "",
            "决议": random.choice(RESOLUTIONS) if voting and random.random() < quality else "",
        }
        if kinds == ["党支部学习会"] and quality < 0.6 and random.random() < 0.15:
            cells.update(
                {"召集主体": "行政", "列席非党员人数": len(roster) * 2}
            )  # a staff meeting, relabelled
        self._forget(cells)
        self._entered(cells, day)
        return cells

    def _absent(self, roster: list[Person]) -> dict[int, str]:
        random, quality = self.random, self.branch.quality
        rate = 0.02 + (1 - quality) * random.uniform(0.05, 0.75)
        found: dict[int, str] = {}
        names = [person.name for person in roster]
        for index, person in enumerate(roster):
            if (
                random.random() >= rate
                or names.count(person.name) > 1
                or len(found) >= len(roster) - 1
            ):
                continue
            if random.random() < 0.55 + quality / 2:
                found[index] = f"{person.name}（请假：{random.choice(REASONS)}）"
            else:
                found[index] = f"{person.name}（缺席）"
        return found

    def _presider(self, day: date, roster: list[Person], absent: dict[int, str]) -> Person | None:
        there = [person for index, person in enumerate(roster) if index not in absent]
        for post in ("书记", "副书记", "组织委员", "宣传委员", "纪检委员"):
            person = self.branch.holder(post, day)
            if (
                person
                and any(person is one for one in there)
                and self.random.random() < 0.9 + self.branch.quality / 10
            ):
                return person
        return there[0] if there else None

    def _recorder(self, day: date, roster: list[Person], absent: dict[int, str]) -> Person | None:
        if self.random.random() > 0.5 + self.branch.quality / 2:
            return None
        there = [person for index, person in enumerate(roster) if index not in absent]
        clerk = (
            self.branch.holder("村文书", day)
            if self.branch.rural
            else self.branch.holder("组织委员", day)
        )
        return clerk if any(clerk is one for one in there) else (there[-1] if there else None)

    def _forget(self, cells: dict[str, object]) -> None:
        """What a hurried clerk leaves empty."""
        carelessness = (1 - self.branch.quality) * 0.25
        for name in ("议题", "记录人", "地点", "主题"):
            if self.random.random() < carelessness:
                cells[name] = ""

    def _entered(self, cells: dict[str, object], day: date) -> None:
        """Diligent branches write it down within days, others months later and say why."""
        slow = self.random.random() > self.branch.quality
        entered = min(
            day
            + timedelta(
                days=self.random.randrange(12, 150) if slow else self.random.randrange(0, 4)
            ),
            self.today,
        )
        cells["录入日期"] = entered
        if (entered - day).days > 7:
            cells["补录原因"] = self.random.choice(
                ("记录员外出，回来后补录", "纸质记录核对后补录", "人员交接期间漏录")
            )
