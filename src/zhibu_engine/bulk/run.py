"""Judging a large folder, region by region: bounded memory, progress, and going on where it was stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhibu_engine.bulk.counting import Counts, StandardCounts
from zhibu_engine.bulk.duck import statements_counted
from zhibu_engine.bulk.judging import Judging
from zhibu_engine.bulk.partitions import Partition, partitions_find
from zhibu_engine.bulk.reads import columns_read
from zhibu_engine.bulk.rows import rows_read
from zhibu_engine.bulk.store import (
    FORMAT,
    is_done,
    partition_write,
    partitions_forget,
    unfinished_remove,
)
from zhibu_engine.compile import Compiled
from zhibu_engine.prepare import FactsError, judging_form
from zhibu_engine.tallies import Int64

Engine = Literal["local", "duckdb", "spark"]
#: A row's numbers are held in memory about so many times while a partition is counted.
_COPIES = 3


@dataclass(frozen=True)
class Progress:
    """``fresh`` partitions were judged by this run; the others were done before."""

    done: int
    total: int
    fresh: int
    units: int


class Stopped(Exception):
    """Somebody asked to stop; what is finished stays."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(f"{progress.done}/{progress.total}")
        self.progress = progress


@dataclass(frozen=True)
class Job:
    """One large judging: these standards, this folder, this day."""

    facts: Path
    out: Path
    compiled: tuple[Compiled, ...]
    as_of: date
    engine: Engine = "local"
    memory: int = 8 * 2**30
    workers: int = 2
    show: Callable[[Progress], None] = field(default=lambda progress: None)

    @cached_property
    def partitions(self) -> list[Partition]:
        wanted = columns_read(self.compiled)
        looks_back = any(one.plan.looks_back for one in self.compiled)
        years = _Years(self.as_of.year, looks_back)
        return partitions_find(self.facts, years, wanted)

    def manifest(self, partition: Partition) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "as_of": self.as_of.isoformat(),
            "facts": partition.digest,
            "standards": {
                one.standard_key: f"{one.words.digest(one.standard_key)[:32]}-{one.plan.digest[:16]}"
                for one in self.compiled
            },
        }

    def pending(self) -> list[Partition]:
        return [
            one for one in self.partitions if not is_done(self.out, one.name, self.manifest(one))
        ]


class _Years(frozenset[int]):
    """The years whose events count: the judged one, or all up to it."""

    def __new__(cls, year: int, looks_back: bool) -> _Years:
        return super().__new__(cls, range(1900 if looks_back else year, year + 1))


def bulk_judge(job: Job, stop: threading.Event | None = None) -> Progress:
    """Judge every partition that is not yet judged; a finished one is left alone.

    Raises:
        FactsError: in Chinese; partitions finished before the error stay.
        Stopped: ``stop`` was set.
    """
    partitions = job.partitions
    unfinished_remove(job.out)
    partitions_forget(job.out, {one.name for one in partitions})
    pending = job.pending()
    if job.engine == "spark":
        from zhibu_engine.bulk.spark import spark_judge

        return spark_judge(job, pending)
    return _in_process(job, pending, threading.Event() if stop is None else stop)


def _in_process(job: Job, pending: Sequence[Partition], stop: threading.Event) -> Progress:
    judging = Judging(job.compiled, job.as_of)
    total = len(job.partitions)
    progress = Progress(total - len(pending), total, 0, 0)
    job.show(progress)
    with ThreadPoolExecutor(job.workers) as pool:
        running: set[Future[int]] = set()
        waiting = iter(pending)
        try:
            while True:
                for partition in _some(waiting, job.workers - len(running), stop):
                    running.add(pool.submit(_partition, job, judging, partition))
                if not running:
                    break
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    units = future.result()
                    progress = Progress(
                        progress.done + 1, total, progress.fresh + 1, progress.units + units
                    )
                    job.show(progress)
        except BaseException:
            stop.set()
            raise
    if progress.done < total:
        raise Stopped(progress)
    return progress


def _some(waiting: Iterable[Partition], number: int, stop: threading.Event) -> Iterable[Partition]:
    for _, partition in zip(range(number), waiting, strict=False):
        if stop.is_set():
            return
        yield partition


def _partition(job: Job, judging: Judging, partition: Partition) -> int:
    table, units = units_read(partition, job.as_of)
    if job.engine == "duckdb" or _bytes(job, partition) > job.memory // job.workers:
        counted = statements_counted(job, partition, units)
    else:
        wanted = columns_read(job.compiled, by_source=True)
        counts = Counts(
            len(units),
            lambda source: rows_read(partition, source, wanted[source], units, job.as_of),
        )
        counted = [StandardCounts(one, counts) for one in job.compiled]
    findings, scores = judging.partition(table, units, counted)
    partition_write(job.out, partition.name, findings, scores, job.manifest(partition))
    return len(units)


def _bytes(job: Job, partition: Partition) -> int:
    wanted: Mapping[str, set[str]] = columns_read(job.compiled)
    return sum(
        partition.rows(name) * len(columns) * 8 * _COPIES for name, columns in wanted.items()
    )


def units_read(partition: Partition, as_of: date) -> tuple[pa.Table, Int64]:
    """The unit relation in judging form, and its numbers in order."""
    wanted = ("unit_id", "kind", "sector", "founded", "withdrawn", "temporary")
    try:
        tables = [
            pq.read_table(
                part.path, columns=[one for one in wanted if one in part.columns], partitioning=None
            )
            for part in partition.parts["unit"]
        ]
    except (pa.ArrowException, OSError) as error:
        raise FactsError(f"“{partition.name}”的《组织》读不完整，请重新导出：{error}") from None
    table = judging_form("unit", pa.concat_tables(tables, promote_options="permissive"), as_of)
    ids = table.column("unit_id").to_numpy()
    return table, np.unique(ids)
