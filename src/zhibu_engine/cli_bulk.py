"""``zhibu assess-bulk``: a large folder of facts, judged region by region."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhibu_engine.packs import PackError

if TYPE_CHECKING:
    from zhibu_engine.bulk import Progress
    from zhibu_engine.compile import Compiled
    from zhibu_engine.packs import Words

#: Stopped by the user; what is finished stays.
STOPPED = 130
_UNITS = {"MB": 2**20, "GB": 2**30}


def bulk_register(
    commands: Any, day: Callable[[str], Any], find: Callable[[str, Path | None], Any]
) -> None:
    """Add the command. ``day`` reads a day, ``find`` a pack with its words, as the other commands do."""
    bulk = commands.add_parser("assess-bulk", help="按地区评判大批事实（Parquet 文件夹）")
    bulk.add_argument("--facts", required=True, type=Path, help="按地区、年份分的 Parquet 文件夹")
    bulk.add_argument(
        "--pack", required=True, action="append", metavar="KEY[@VERSION]", help="制度包，可写多次"
    )
    bulk.add_argument("--packs-dir", type=Path, help="制度包所在的文件夹")
    bulk.add_argument(
        "--standard", action="append", help="只评判这个标准，可写多次；不写的评判全部"
    )
    bulk.add_argument("--as-of", required=True, type=day, metavar="YYYY-MM-DD", help="评判日")
    bulk.add_argument("--out", required=True, type=Path, help="放评判结果的文件夹")
    bulk.add_argument(
        "--engine",
        choices=("local", "duckdb", "spark"),
        default="local",
        help="计数的办法：local 本机数组，duckdb 本机语句，spark 集群；结果相同",
    )
    bulk.add_argument("--memory", type=_bytes, default=8 * 2**30, metavar="8GB", help="内存上限")
    bulk.add_argument("--workers", type=_count, default=2, help="同时评判几个地区")
    bulk.set_defaults(run=lambda arguments: _bulk(arguments, find))


def _bytes(text: str) -> int:
    number, unit = text[:-2].strip(), text[-2:].upper()
    if unit not in _UNITS or not number.isdigit() or int(number) < 1:
        raise argparse.ArgumentTypeError(f"“{text}”不是内存大小，请写成 8GB 或者 800MB")
    return int(number) * _UNITS[unit]


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}”不是个数，请写 1 以上的整数")
    return int(text)


def _bulk(arguments: argparse.Namespace, find: Callable[[str, Path | None], Any]) -> int:
    from zhibu_engine.bulk import Job, Stopped, bulk_judge

    compiled = tuple(_compiled(arguments, find))
    job = Job(
        arguments.facts,
        arguments.out,
        compiled,
        arguments.as_of,
        engine=arguments.engine,
        memory=arguments.memory,
        workers=arguments.workers,
        show=_Shown(),
    )
    with _stoppable() as stop:
        try:
            progress = bulk_judge(job, stop)
        except Stopped as stopped:
            done = stopped.progress
            print(
                f"已停下：{done.done}/{done.total} 个地区已评判。再运行同一命令会接着做。",
                file=sys.stderr,
            )
            return STOPPED
    before = progress.total - progress.fresh
    kept = f"，其中 {before} 个地区先前已评判、没有变化" if before else ""
    print(
        f"{len(compiled)} 个标准，{progress.total} 个地区{kept}；本次评判 {progress.units} 个组织。"
        f"已写入 {arguments.out}"
    )
    return 0


def _compiled(
    arguments: argparse.Namespace, find: Callable[[str, Path | None], Any]
) -> Iterator[Compiled]:
    """The wanted standards, each with the words of the pack that was named for it."""
    from zhibu_engine.compile import standard_compile

    words: dict[str, Words] = {}
    known: dict[str, None] = {}
    for named in arguments.pack:
        pack, merged = find(named, arguments.packs_dir)
        known |= dict.fromkeys(merged.standards)
        for key in arguments.standard or pack.standards:
            if key in merged.standards:
                words[key] = merged
    for key in arguments.standard or ():
        if key not in known:
            raise PackError(f"没有标准“{key}”；有：{'、'.join(known) or '（无）'}。")
    if not words:
        raise PackError("这些制度包没有标准可供评判。")
    dialect = "pyspark" if arguments.engine == "spark" else "duckdb"
    for key, merged in words.items():
        yield standard_compile(merged, key, dialect)


class _Shown:
    """Progress on stderr: one line that is written over, or a line for each region in a file."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        left = ""
        if progress.fresh > 0 and progress.done < progress.total:
            each = (time.monotonic() - self._start) / progress.fresh
            left = f"，约还需 {each * (progress.total - progress.done):.0f} 秒"
        line = f"已评判 {progress.done}/{progress.total} 个地区、{progress.units} 个组织{left}"
        if sys.stderr.isatty():
            end = "\n" if progress.done == progress.total else ""
            print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """The first Ctrl-C (or kill) lets the regions being judged finish; a second one ends at once."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        print("\n正在停下：做完手上的地区……再按一次立即停下。", file=sys.stderr)

    before = {one: signal.signal(one, ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
