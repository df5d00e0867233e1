"""还差什么 in words: acts of one kind together, what they bring, and what is not counted on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhibu_engine.compose import NO_LEVEL
from zhibu_engine.explain import points_zh
from zhibu_engine.gap.least import Gap, Left, Step


@dataclass(frozen=True, slots=True)
class Told:
    """Acts of one kind, told together. Points in 0.01; ``until`` is the nearest last day (None: past)."""

    title: str
    points: int
    until: date | None
    form: str
    day: date | None
    late: bool
    #: The record to be mended: relation and number.
    record: tuple[str, int] = ("", 0)
    #: Several last days: the first of them is told.
    several: bool = False

    @property
    def until_zh(self) -> str:
        if self.until is None:
            return "已开展的随时可以补录"
        nearest = "最近的一次在" if self.several else ""
        return f"{nearest}{self.until.month} 月 {self.until.day} 日以前"


def acts_told(found: Gap) -> list[Told]:
    """What brings most first."""
    groups: dict[tuple[str, ...], list[Step]] = {}
    for step in found.steps:
        act = step.act
        same = ("held", act.form, act.noun, str(act.late)) if act.span else (str(act.key),)
        groups.setdefault(same, []).append(step)
    told = [_told(steps) for steps in groups.values()]
    return sorted(told, key=lambda one: (-one.points, one.until or date.max, one.title))


def _told(steps: list[Step]) -> Told:
    steps = sorted(steps, key=lambda step: step.act.day or date.max)
    first = steps[0].act
    title = first.title
    untils = {step.act.until for step in steps if step.act.until}
    number = sum(step.times for step in steps)
    if first.span and number > 1:
        spans = "、".join(
            f"{step.act.span}（{step.times} 次）" if step.times > 1 else step.act.span
            for step in steps
        )
        title = (
            f"如{spans}已召开{first.noun}，请补录"
            if first.late
            else f"{spans}召开{first.noun}，共 {number} 次"
        )
    return Told(
        title,
        sum(step.points for step in steps),
        min(untils, default=None),
        first.form,
        first.day,
        first.late,
        first.record,
        len(untils) > 1,
    )


def summary(found: Gap) -> str:
    """What comes of it, in one or two sentences."""
    last = f"{found.by.month} 月 {found.by.day} 日"
    idle = f"照现在的记录，到 {last}预计得 {points_zh(found.idle.earned)} 分{_level(found, found.idle.level_low)}"
    if found.given_up:
        return f"{idle}。可选的办法太多，程序没有算完；请先办失分最多的条款。"
    if not found.reached:
        return f"{idle}。只靠补录、召开和补全，到 {last}达不到{_goal(found)}。"
    if not found.steps:
        return f"{idle}，不用再办什么也能达到{_goal(found)}。"
    after = points_zh(found.after.earned)
    return f"{idle}。办好下面的事，得 {after} 分，达到{_goal(found)}。这是费力最少的办法。"


def _goal(found: Gap) -> str:
    """A level is a name, points are a number."""
    if found.goal.level == NO_LEVEL:
        return f" {points_zh(found.goal.points)} 分"
    return f"“{found.goal_zh}”"


def _level(found: Gap, key: str) -> str:
    title = next((one.title for one in found.standard.levels if one.key == key), "")
    return f"（{title}）" if title else ""


def not_counted(found: Gap) -> list[str]:
    """What the reckoning leaves out, and what stands in the way where the goal is out of reach."""
    said = []
    points = sum(left.points for left in found.open)
    if found.open:
        what = f"{points_zh(points)} 分未评" if points else f"{len(found.open)} 条未评"
        said.append(f"{what}，没有算在内：{_titles(found.open)}。")
    if found.stuck and not found.reached:
        lost = sum(left.points for left in found.stuck)
        points_said = f"（共 {points_zh(lost)} 分）" if lost else ""
        said.append(f"这些条款没有能预计的办法{points_said}：{_titles(found.stuck)}。")
    if not found.reached and found.goal.level != NO_LEVEL:
        must = set(found.standard.levels[found.goal.level].must)
        blocked = [left for left in (*found.open, *found.stuck) if left.clause in must]
        if blocked:
            said.append(f"“{found.goal_zh}”必须满足而现在还不能满足：{_titles(blocked)}。")
    return said


def _titles(left: Iterable[Left]) -> str:
    titles = [one.title for one in left]
    shown = "、".join(titles[:5])
    return f"{shown}等 {len(titles)} 条" if len(titles) > 5 else shown
