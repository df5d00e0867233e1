"""``zhibu pack publish PACK``: run the cases of a pack, then install it; from then on it never changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhibu.packs.services import pack_install
from zhibu.shared.errors import RuleBroken
from zhibu_engine.cases import cases_read, cases_run
from zhibu_engine.packs import PackError
from zhibu_engine.packs.find import pack_at


class Command(BaseCommand):
    help = "发布制度包：用例都相符才装入数据库，装入以后内容不再改变（即 zhibu pack publish）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pack", type=Path, metavar="DIR|FILE.xlsx", help="文件夹或工作簿")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["pack"].resolve()
        try:
            _, words = pack_at(path)
            wrong = list(cases_run(cases_read(path), words))
        except PackError as error:
            raise CommandError(str(error)) from error
        if wrong:
            raise CommandError("\n".join([*wrong, "用例不符，没有发布；请改正后再发布。"]))
        try:
            version = pack_install(path=path, actor="系统")
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{version.title} {version.version}：已发布，摘要 {version.digest[:16]}。"
            "由有权的组织选用以后生效。"
        )
