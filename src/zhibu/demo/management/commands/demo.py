"""`zhibu demo`: an invented prefecture, imported, judged, shown and served."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from zhibu.demo.building import LOGINS, PASSWORD, Building, ImportRefused, demo_exists
from zhibu.demo.report import logins_table, scores_tables
from zhibu.organization.models import Unit
from zhibu.shared import clock


class Command(BaseCommand):
    help = "演示：造出一个虚构的市，按正常途径导入、评判，然后启动网页"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="只造数据，不启动网页")
        parser.add_argument("--scale", type=float, default=1.0, help="规模，1 为三百个支部")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        call_command("migrate", interactive=False, verbosity=0)
        if demo_exists():
            console.print("演示数据已经在库里，直接使用；要重新造，请删除数据目录后再运行。")
        elif Unit.objects.exists():
            raise CommandError(
                "数据目录里已有真实数据，演示不会写进去。请用 ZHIBU_DATA_DIR 指定一个空目录。"
            )
        else:
            self._build(console, options["scale"])
        console.print(*scores_tables(clock.today()))
        console.print(logins_table(LOGINS))
        console.print(
            f"各账号密码：{PASSWORD}　数据目录：{settings.DATA_DIR}　以上单位、人员、号码均为虚构。"
        )
        if not options["no_serve"]:
            call_command("serve", host=options["host"], port=options["port"])

    def _build(self, console: Console, scale: float) -> None:
        building = Building(settings.DATA_DIR / "demo-sheets", clock.today(), scale)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console) as progress:
            for step in building.steps():
                task = progress.add_task(step.title, total=1)

                def told(done: int, total: int, task: Any = task) -> None:
                    progress.update(task, completed=done, total=total)

                try:
                    said = step.run(told)
                except ImportRefused as refused:
                    raise CommandError(str(refused)) from refused
                total = progress.tasks[task].total
                progress.update(task, completed=total, description=f"{step.title}：{said}")
