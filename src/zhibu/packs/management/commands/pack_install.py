"""``zhibu pack_install [DIR …]``: install packs, or those of the distribution."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhibu.packs.services import builtin_packs, pack_install
from zhibu.shared.errors import RuleBroken


class Command(BaseCommand):
    help = "安装制度包；不写文件夹时安装自带的各制度包。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, metavar="DIR", help="制度包的文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in options["folders"] or builtin_packs():
            try:
                version = pack_install(path=folder, actor="系统")
            except RuleBroken as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{version.title} {version.version}：已安装。")
