"""Judging a large folder, region by region: bounded memory, progress, and going on where it was stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from zhibu_engine.assess import Counted
from zhibu_engine.bulk.counting import Counts, StandardCounts
from zhibu_engine.bulk.duck import statements_counted
from zhibu_engine.bulk.job import Job, Progress, Stopped, facts_of, is_counted, units_read
from zhibu_engine.bulk.judging import Tables
from zhibu_engine.bulk.partitions import Partition
from zhibu_engine.bulk.region import AT_A_TIME, Region
from zhibu_engine.bulk.rows import batches_read
from zhibu_engine.bulk.store import partitions_forget, unfinished_remove
from zhibu_engine.reads import columns_read
from zhibu_engine.tallies import Int64

#: Bytes that a finding takes until it is written, and a pair of a unit and a person until it is counted.
_A_FINDING, _A_PAIR = 120, 48


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
    counted = [one for one in job.compiled if is_counted(one)]
    counts: Sequence[Counted]
    if job.engine == "duckdb" or memory_needed(job, partition, units) > job.memory // job.workers:
        counts = statements_counted(job, counted, partition, units)
    else:
        wanted = columns_read(counted, by_source=True)
        numbers = Counts(
            counted,
            len(units),
            lambda source: batches_read(partition, source, wanted[source], units, job.as_of),
        )
        counts = [StandardCounts(one, numbers) for one in counted]
    region = Region(
        partition.name,
        job.as_of,
        job.compiled,
        table,
        units,
        {one.standard_key: of_one for one, of_one in zip(counted, counts, strict=True)},
        lambda: facts_of(partition, job.as_of),
        partition.absent,
    )
    region.write(job.out, tables, job.manifest(partition))
    return len(units)


def memory_needed(job: Job, partition: Partition, units: Int64) -> int:
    """About how many bytes it takes to count and judge a partition with arrays."""
    numbers, pairs, clauses = 0, 0, 0
    for one in job.compiled:
        numbers += sum(len(reads) for clause in one.plan.clauses for reads in clause.values())
        clauses += len(one.standard.clauses)
        for statement in one.plan.statements:
            covered = statement.covered
            kept = covered.base if covered else "" if statement.group else statement.relation
            pairs += partition.rows(kept)
    judged = min(len(units), AT_A_TIME) * clauses * _A_FINDING
    return len(units) * numbers * 8 + pairs * _A_PAIR + judged
