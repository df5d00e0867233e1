"""The same imports as on the pages, from the server's command line."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from zhibu.jobs import services
from zhibu.jobs.importers import STATES, importers
from zhibu.jobs.mending import mend_sheet
from zhibu.jobs.models import Import
from zhibu.shared.discovery import discover
from zhibu.shared.errors import RuleBroken

SHOWN_ERRORS = 20


def loaders() -> dict[str, Any]:
    """Sheets that go in whole or not at all, without a preview: ``LOADERS`` of an app's importers.py."""
    found: dict[str, Any] = {}
    for module in discover("importers"):
        found.update(getattr(module, "LOADERS", {}))
    return found


class Command(BaseCommand):
    help = "导入表格：members 党员、sittings 会议台账、units 组织等"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", metavar="类别", choices=sorted({*importers(), *loaders()}))
        parser.add_argument("file", metavar="文件", type=Path)
        parser.add_argument("--unit", default="", help="只导入这个组织（代码）及其下级")
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            default=None,
            help="新党员的组织关系不早于这一天起算，如 2024-01-01",
        )
        parser.add_argument("--yes", action="store_true", help="不再询问，直接写入没有错误的行")
        parser.add_argument("--errors", type=Path, help="把没有导入的行写成待改的表")

    def handle(self, *args: Any, **options: Any) -> None:
        self.console = Console(file=self.stdout, highlight=False, soft_wrap=True)
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"找不到文件 {path}。请核对路径。")
        try:
            if options["kind"] in importers():
                self._import(path, options)
            else:
                loaded = loaders()[options["kind"]](path)
                self.console.print(f"已导入 {path.name}：{loaded} 行。")
        except RuleBroken as error:
            raise CommandError(str(error)) from error

    def _import(self, path: Path, options: dict[str, Any]) -> None:
        wanted = {name: str(options[name]) for name in ("unit", "since") if options[name]}
        made = services.import_begin(
            kind=options["kind"], filename=path.name, data=path.read_bytes(),
            actor=services.COMMAND_LINE, options=wanted,
        )  # fmt: skip
        made = self._with_bar(
            "读取", lambda told: services.import_read(import_id=made.pk, told=told)
        )
        if made.state != Import.State.PREVIEWED:
            raise CommandError(f"未导入：{made.message}")
        self._show(made, options["errors"])
        good = made.counts["new"] + made.counts["changed"]
        if not good:
            self.console.print("没有可导入的行：没有新增，也没有变化。")
            return
        if not options["yes"] and not self._agreed(good):
            services.import_drop(import_id=made.pk, actor=services.COMMAND_LINE)
            self.console.print("已放弃，没有写入任何内容。")
            return
        services.import_confirm(import_id=made.pk, actor=services.COMMAND_LINE)
        made = self._with_bar(
            "写入", lambda told: services.import_write(import_id=made.pk, told=told)
        )
        if made.state != Import.State.COMMITTED:
            raise CommandError(f"未导入：{made.message}")
        self.console.print(
            f"已导入：新增 {made.counts['new']} 行，修改 {made.counts['changed']} 行。"
        )

    def _with_bar(self, words: str, act: Any) -> Import:
        columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(words, total=None)
            return act(lambda done, total: bar.update(task, completed=done, total=total or None))

    def _show(self, made: Import, errors: Path | None) -> None:
        table = Table(title=f"{made.filename}　工作表“{made.counts['sheet']}”")
        for label in STATES.values():
            table.add_column(str(label), justify="right")
        table.add_row(*(str(made.counts[state]) for state in STATES))
        self.console.print(table)
        if made.counts.get("ignored"):
            self.console.print(f"这些列不认识，没有读取：{'、'.join(made.counts['ignored'])}")
        preview = services.import_preview(made=made)
        places = [*preview.places("error"), *preview.places("ask")]
        for row in preview.rows(places[:SHOWN_ERRORS]):
            said = "；".join(f"{p.cell} {p.message}".strip() for p in row.problems) or row.question
            self.console.print(f"第 {row.number} 行 {row.label}：{said}", markup=False)
        if len(places) > SHOWN_ERRORS:
            self.console.print(
                f"……还有 {len(places) - SHOWN_ERRORS} 行，用 --errors 待改.xlsx 可全部写出。"
            )
        if errors and places:
            errors.write_bytes(mend_sheet(made=made, actor=services.COMMAND_LINE))
            self.console.print(f"没有导入的 {len(places)} 行已写到 {errors}。", markup=False)

    def _agreed(self, good: int) -> bool:
        if not sys.stdin.isatty():
            raise CommandError("没有写入任何内容。看过预览后，请加 --yes 再运行。")
        return input(f"写入 {good} 行？输入“是”或 y 确认：").strip().lower() in {"是", "y", "yes"}
