"""``zhibu audit_verify``: does the chain of audit events hold?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhibu.audit import selectors
from zhibu.audit.models import Event


class Command(BaseCommand):
    help = "核对审计日志的链是否完整；有断裂时以失败退出。"

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = list(selectors.chain_breaks())
        for found in breaks:
            place = f"第 {found.event_id} 号事件" if found.event_id else "日志末端"
            self.stderr.write(f"{place}：{found.reason}")
        if breaks:
            raise CommandError(f"审计日志有 {len(breaks)} 处断裂。")
        self.stdout.write(f"审计日志完整，共 {Event.objects.count()} 条。")
