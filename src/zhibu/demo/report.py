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


def scores_table(day: date) -> Table:
    """Mean, minimum and 10th percentile of points earned per 100 assessed, per standard and part."""
    table = Table(title=f"{day.year} 年得分（截至 {timezone.localtime():%Y-%m-%d %H:%M}）")
    for heading in (
        "标准",
        "范围",
        "支部",
        "平均得分率",
        "最低",
        "第10百分位",
        "平均已评分值",
        "平均未评",
        "平均未到期",
    ):
        table.add_column(heading, justify="left" if heading in ("标准", "范围") else "right")
    for standard, scope in (("liuhua", "SZ"), ("rural-frequencies", "QH")):
        top = Unit.objects.filter(code=scope).first()
        if top is None:
            continue
        for unit in [top, *unit_children(top, day)][:13]:
            row = _row(standard, unit, day)
            if row:
                table.add_row(*row)
    return table


def _row(standard: str, unit: Unit, day: date) -> list[str]:
    ids = unit_descendant_ids(unit, day, ("tree",))
    scores = list(Score.objects.filter(standard=standard, year=day.year, unit__in=ids))
    rates = sorted(100 * score.earned / score.assessed for score in scores if score.assessed)
    if not rates:
        return []
    count = len(scores)
    return [
        standard,
        str(unit),
        str(count),
        f"{sum(rates) / len(rates):.1f}",
        f"{rates[0]:.1f}",
        f"{rates[(len(rates) - 1) // 10]:.1f}",
        f"{sum(score.assessed for score in scores) / count / 100:.1f}",
        f"{sum(score.not_assessed for score in scores) / count / 100:.1f}",
        f"{sum(score.not_due for score in scores) / count / 100:.1f}",
    ]


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
