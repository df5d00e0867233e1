"""Judging a large folder, region by region: bounded memory, progress, and going on where it was stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import pyarrow as pa

from zhibu_engine.assess import Counted, assess
from zhibu_engine.bulk.counting import Counts, StandardCounts
from zhibu_engine.bulk.duck import statements_counted
from zhibu_engine.bulk.job import Job, Progress, Stopped, facts_of, is_counted, units_read
from zhibu_engine.bulk.judging import Found, Tables, found_of_counts, found_of_findings
from zhibu_engine.bulk.partitions import Partition
from zhibu_engine.bulk.rows import rows_read
from zhibu_engine.bulk.store import partition_write, partitions_forget, unfinished_remove
from zhibu_engine.prepare import Facts
from zhibu_engine.reads import columns_read
from zhibu_engine.tallies import Int64

#: A row's numbers are held in memory about so many times while a partition is counted.
_COPIES = 3


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
    tables = Tables(job.compiled, job.as_of)
    total = len(job.partitions)
    progress = Progress(total - len(pending), total, 0, 0)
    job.show(progress)
    with ThreadPoolExecutor(job.workers) as pool:
        running: set[Future[int]] = set()
        waiting = iter(pending)
        try:
            while True:
                for partition in _some(waiting, job.workers - len(running), stop):
                    running.add(pool.submit(_partition, job, tables, partition))
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


def _partition(job: Job, tables: Tables, partition: Partition) -> int:
    table, units = units_read(partition, job.as_of)
    listed = partition_judge(job, partition, table, units)
    findings, scores = tables.findings(listed), tables.scores(listed)
    partition_write(job.out, partition.name, findings, scores, job.manifest(partition))
    return len(units)


def partition_judge(job: Job, partition: Partition, table: pa.Table, units: Int64) -> list[Found]:
    """What each standard came to in one region."""
    counted = [one for one in job.compiled if is_counted(one)]
    counts: Sequence[Counted]
    if job.engine == "duckdb" or memory_needed(job, partition) > job.memory // job.workers:
        counts = statements_counted(job, counted, partition, units)
    else:
        wanted = columns_read(counted, by_source=True)
        numbers = Counts(
            len(units),
            lambda source: rows_read(partition, source, wanted[source], units, job.as_of),
        )
        counts = [StandardCounts(one, numbers) for one in counted]
    found = {
        one.standard_key: found_of_counts(one, table, units, of_one, job.as_of, partition.absent)
        for one, of_one in zip(counted, counts, strict=True)
    }
    facts: Facts | None = None
    for one in job.compiled:
        if one.standard_key not in found:
            facts = facts or facts_of(partition, job.as_of)
            found[one.standard_key] = found_of_findings(assess(one, facts))
    return [found[one.standard_key] for one in job.compiled]


def memory_needed(job: Job, partition: Partition) -> int:
    """About how many bytes it takes to count a partition with arrays."""
    wanted: Mapping[str, set[str]] = columns_read(job.compiled)
    return sum(
        partition.rows(name) * len(columns) * 8 * _COPIES for name, columns in wanted.items()
    )
