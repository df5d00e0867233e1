"""Daily work. Safe to call as often as one likes: each part does nothing the second time."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhibu.shared import clock
from zhibu.shared.discovery import discover


class Command(BaseCommand):
    help = "办理每日例行工作（到期提醒、定期评判等），可重复执行"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="按这一天办理，缺省为今天")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["day"] or clock.today()
        for module in discover("ticks"):
            module.tick(day)
            if options["verbosity"] > 1:
                self.stdout.write(f"{module.__name__}：已办理")
