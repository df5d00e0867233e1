"""Web pages, background work and the daily tick from one command, until it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
TICK_SECONDS = 60 * 60
#: A part that dies sooner than this after its start will not be helped by starting it again.
TOO_SOON_SECONDS = 5
ZHIBU = [sys.executable, "-m", "zhibu"]


class Command(BaseCommand):
    help = "启动系统：网页、后台任务和每日例行工作"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址，缺省只限本机")
        parser.add_argument("--port", type=int, default=8000, help="端口，缺省 8000")
        parser.add_argument("--workers", type=int, default=2, help="网页进程数，缺省 2")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        environment = _environment(options["host"])
        collect = [*ZHIBU, "collectstatic", "--noinput", "-v0"]
        if subprocess.run(collect, env=environment, check=False).returncode:
            raise CommandError("网页文件没有准备好，请检查数据目录是否可写、磁盘是否已满。")
        host = f"[{options['host']}]" if ":" in options["host"] else options["host"]
        self.stdout.write(f"支部已启动：http://{host}:{options['port']}/　按 Ctrl+C 停止。")
        self.stdout.write(f"数据目录：{settings.DATA_DIR}")
        if options["host"] not in LOOPBACK and not os.environ.get("ZHIBU_HOSTS"):
            self.stdout.write("其他电脑可以访问。正式使用请设置 ZHIBU_HOSTS，并在前面加 HTTPS。")
        self.stdout.flush()
        commands = {
            "web": _gunicorn(f"{host}:{options['port']}", options["workers"]),
            "worker": [*ZHIBU, "db_worker"],
        }
        sys.exit(Supervisor(commands, environment).run())


def _environment(host: str) -> dict[str, str]:
    environment = {**os.environ, "ZHIBU_STATIC_COLLECTED": "1"}
    environment["ZHIBU_DATA_DIR"] = str(settings.DATA_DIR)
    if host not in LOOPBACK:
        environment.setdefault("ZHIBU_HOSTS", "*")
    return environment


def _gunicorn(address: str, workers: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "zhibu.config.wsgi:application"),
        *("--bind", address, "--workers", str(workers), "--threads", "12"),
        *("--timeout", "120", "--max-requests", "5000", "--max-requests-jitter", "500"),
        *("--log-level", "warning"),
    ]


class Supervisor:
    """Keeps the parts running together and stops them together."""

    def __init__(self, commands: dict[str, list[str]], environment: dict[str, str]) -> None:
        self.commands = commands
        self.environment = environment
        self.running: dict[str, tuple[subprocess.Popen[bytes], float]] = {}
        self.stopping = False

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for name in self.commands:
            self._start(name)
        status, next_tick = 0, 0.0
        while not self.stopping:
            if time.monotonic() >= next_tick:
                subprocess.run([*ZHIBU, "tick"], env=self.environment, check=False)
                next_tick = time.monotonic() + TICK_SECONDS
            status = self._watch()
            time.sleep(0.5)
        self._end()
        return status

    def _start(self, name: str) -> None:
        # Own groups: Ctrl+C in a terminal reaches only us, and we end the parts in order.
        process = subprocess.Popen(
            self.commands[name], env=self.environment, start_new_session=True
        )
        self.running[name] = (process, time.monotonic())

    def _watch(self) -> int:
        for name, (process, since) in list(self.running.items()):
            if process.poll() is None:
                continue
            if time.monotonic() - since < TOO_SOON_SECONDS:
                self.stopping = True
                return process.returncode or 1
            self._start(name)
        return 0

    def _stop(self, number: int, frame: Any) -> None:
        self.stopping = True

    def _end(self) -> None:
        for process, _ in self.running.values():
            if process.poll() is None:
                process.terminate()
        for process, _ in self.running.values():
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
