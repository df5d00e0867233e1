"""`zhibu facts export`: the live facts as files that `zhibu assess` reads."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhibu.organization.models import Unit
from zhibu.shared import clock
from zhibu.standards.export import FORMATS, facts_export


class Command(BaseCommand):
    help = "导出事实（facts export 文件夹），可用 zhibu assess 评判出同样的得分"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
        export = actions.add_parser("export", help="把数据库中的事实写成文件")
        export.add_argument("folder", type=Path)
        export.add_argument("--unit", metavar="CODE", help="只导出这个组织和它的下级（组织代码）")
        export.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="评判日，缺省为今天"
        )
        export.add_argument("--format", choices=FORMATS, default="csv")
        export.add_argument("--english", action="store_true", help="用英文的表名和列名")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["as_of"] or clock.today()
        unit = None
        if options["unit"]:
            unit = Unit.objects.filter(code=options["unit"]).first()
            if unit is None:
                raise CommandError(f"没有组织代码为“{options['unit']}”的组织。")
        try:
            written = facts_export(
                folder=options["folder"],
                unit=unit,
                as_of=day,
                form=options["format"],
                english=options["english"],
            )
        except FileExistsError as error:
            raise CommandError(str(error)) from error
        for name, rows in written.items():
            self.stdout.write(f"{name}：{rows} 行")
        self.stdout.write(f"已写入 {options['folder']}，评判日 {day}。")
