"""`zhibu judge`: judge now, all units or one, for today or for another day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhibu.organization.models import Unit
from zhibu.records.models import Change
from zhibu.shared import clock
from zhibu.standards.models import Score
from zhibu.standards.services import changes_drain, units_judge


class Command(BaseCommand):
    help = "重新评判：全部组织（--all）、一个组织（--unit 代码），或只评判有变化的"

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="评判全部组织")
        which.add_argument("--unit", metavar="CODE", help="只评判一个组织（组织代码）")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="评判日，缺省为今天"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["as_of"] or clock.today()
        if day > clock.today():
            raise CommandError("评判日不能晚于今天。")
        if options["unit"]:
            units = list(Unit.objects.filter(code=options["unit"]).values_list("pk", flat=True))
            if not units:
                raise CommandError(f"没有组织代码为“{options['unit']}”的组织。")
        elif options["all"]:
            units = list(Unit.objects.values_list("pk", flat=True))
        else:
            drained = changes_drain(day=day)
            self.stdout.write(f"补评了 {drained} 个有变化的组织。全部重评请用 --all。")
            return
        written = units_judge(unit_ids=units, day=day, years=[day.year])
        if options["all"]:
            Change.objects.all().delete()
        judged = (
            Score.objects.filter(unit__in=units, year=day.year).values("unit").distinct().count()
        )
        self.stdout.write(f"评判日 {day}：评判了 {judged} 个组织，写入 {written} 行变化。")
