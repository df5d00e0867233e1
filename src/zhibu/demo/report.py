"""What the demo prints: scores by part of the prefecture, and who may log in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from rich.table import Table

from zhibu.accounts.models import User
from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_children, unit_descendant_ids
from zhibu.standards.models import Score


def scores_tables(day: date) -> list[Table]:
    """Per standard and part: mean, minimum and 10th percentile of the share of assessed points earned."""
    tables = []
    for standard, title, code in (
        ("liuhua", "机关党支部“六化”建设（示例）", "SZ"),
        ("rural-frequencies", "村（社区）党支部组织生活频次", "QH"),
    ):
        top = Unit.objects.filter(code=code).first()
        if top is None:
            continue
        table = Table(title=f"{title}　{day.year} 年，截至 {timezone.localtime():%Y-%m-%d %H:%M}")
        table.add_column("范围")
        for heading in ("支部", "平均%", "最低%", "P10%", "已评分", "未评分", "未到期分"):
            table.add_column(heading, justify="right")
        for unit in [top, *unit_children(top, day)][:13]:
            row = _row(standard, unit, day)
            if row:
                table.add_row(*row)
        tables.append(table)
    return tables


def _row(standard: str, unit: Unit, day: date) -> list[str]:
    ids = unit_descendant_ids(unit, day, ("tree",))
    scores = list(Score.objects.filter(standard=standard, year=day.year, unit__in=ids))
    rates = sorted(100 * score.earned / score.assessed for score in scores if score.assessed)
    if not rates:
        return []
    count = len(scores)
    tenth = rates[(len(rates) - 1) // 10]
    points = ("assessed", "not_assessed", "not_due")
    means = [sum(getattr(score, name) for score in scores) / count / 100 for name in points]
    shown = [sum(rates) / len(rates), rates[0], tenth, *means]
    return [str(unit), str(count), *(f"{number:.1f}" for number in shown)]


def logins_table(usernames: Iterable[tuple[str, str]]) -> Table:
    """The accounts of the demo that exist, with whom they stand for and what they see."""
    table = Table(title="可用账号")
    for heading in ("用户名", "是谁", "看得到什么"):
        table.add_column(heading)
    shown = {user.username: user for user in User.objects.all()}
    for username, sees in usernames:
        if username in shown:
            table.add_row(username, shown[username].display_name, sees)
    return table
