"""Counting with Apache Spark, judging with the same Python: the regions of a folder on one machine or a cluster.

Spark runs the statements compiled for it over views of the files and puts the numbers of each region aside as
Parquet; then each region is judged and its files written by one process of the cluster. Facts and results lie
where all of them can reach them. (``mapInArrow`` would ask for pandas, which is kept out: it slows every start.)
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhibu_engine.arrays import Result
from zhibu_engine.bulk.form import view_sql
from zhibu_engine.bulk.job import Job, Progress, facts_of, is_counted
from zhibu_engine.bulk.judging import Tables
from zhibu_engine.bulk.partitions import Partition
from zhibu_engine.bulk.region import Region
from zhibu_engine.compile import Compiled
from zhibu_engine.facts import RELATIONS
from zhibu_engine.plan import Statement
from zhibu_engine.prepare import FactsError
from zhibu_engine.tally import NULL, Tallies

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: The place of the units themselves among the numbered statements.
_UNITS = -1
#: Up to so many rows of a relation are counted by one task.
_FEW = 500_000
_TYPES = {
    "id": "bigint",
    "int": "bigint",
    "bool": "boolean",
    "day": "date",
    "code": "string",
    "text": "string",
}


def spark_judge(job: Job, pending: Sequence[Partition]) -> Progress:
    """Judge the pending regions.

    Raises:
        FactsError: Spark or Java is missing, or a file cannot be read to its end.
    """
    total = len(job.partitions)
    progress = Progress(total - len(pending), total, 0, 0)
    job.show(progress)
    if not pending:
        return progress
    session = _session(job)
    aside = job.out / "_counts"
    try:
        _numbers(session, job, pending).write.partitionBy("region").parquet(
            str(aside), mode="overwrite"
        )
        judge = _Region(job.out, job.as_of, _packed(job))
        tasks = [(one, job.manifest(one), str(aside)) for one in pending]
        context = session.sparkContext
        for units in context.parallelize(tasks, len(tasks)).map(judge).toLocalIterator(True):
            done, fresh = progress.done + 1, progress.fresh + 1
            progress = Progress(done, total, fresh, progress.units + units)
            job.show(progress)
    except Exception as error:
        raise _plain(error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        for name in ("rows", "base", "files", "units"):
            session.catalog.dropTempView(name)
    return progress


def _session(job: Job) -> SparkSession:
    try:
        from pyspark import SparkConf
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise FactsError(
            "没有安装 Spark；请安装“zhibu[spark]”，或者不写 --engine spark。"
        ) from None
    memory = f"{job.memory // 2**20}m"
    # Where nothing else is said the workers are this Python, which has the engine; not any python3 of the PATH.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        return (
            SparkSession.builder.appName("zhibu")
            .master(SparkConf().get("spark.master") or f"local[{job.workers}]")
            .config("spark.driver.memory", memory)
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", str(job.workers))
            .getOrCreate()
        )
    except (PySparkException, OSError, RuntimeError) as error:
        raise FactsError(f"Spark 没有启动；它需要 Java 17 以上：{error}") from None


def _numbers(session: SparkSession, job: Job, pending: Sequence[Partition]) -> DataFrame:
    """All results in one shape, with the region of their unit."""
    units = _files(session, pending, "unit")
    units.createOrReplaceTempView("files")
    view = view_sql("unit", "files", units.columns, job.as_of, "pyspark", also="region")
    units = session.sql(view)
    units.createOrReplaceTempView("units")
    found = session.sql(
        f"SELECT {_UNITS} AS statement, unit_id, kind AS code, sector, "
        "array(founded, withdrawn, CAST(temporary AS BIGINT)) AS numbers FROM units"
    )
    for place, (statement, sql) in enumerate(_statements(job)):
        result = _result(session, job, pending, statement, sql)
        if result is not None:
            numbers = ", ".join(f"CAST({one} AS BIGINT)" for one in result.columns[2:])
            result.createOrReplaceTempView("rows")
            found = found.unionAll(
                session.sql(
                    f"SELECT {place} AS statement, unit_id, code, '' AS sector, "
                    f"array({numbers}) AS numbers FROM rows"
                )
            )
    # One file for each region.
    return found.join(units.select("unit_id", "region"), "unit_id").repartition("region")


def _result(
    session: SparkSession,
    job: Job,
    pending: Sequence[Partition],
    statement: Statement,
    sql: str,
) -> DataFrame | None:
    views = [("rows", statement.source)]
    if statement.covered is not None:
        views.append(("base", statement.covered.base))
    for name, source in views:
        relation = source.partition("@")[0]
        if not any(partition.rows(relation) for partition in pending):
            return None
        files = _files(session, pending, relation)
        files.createOrReplaceTempView("files")
        session.sql(
            view_sql(source, "files", files.columns, job.as_of, "pyspark")
        ).createOrReplaceTempView(name)
    return session.sql(sql)


def _files(session: SparkSession, pending: Sequence[Partition], relation: str) -> DataFrame:
    paths = [str(part.path) for partition in pending for part in partition.parts.get(relation, ())]
    present = frozenset[str]().union(*(one.columns(relation) for one in pending))
    shape = ", ".join(
        f"`{column.name}` {_TYPES[column.type]}"
        for column in RELATIONS[relation].columns
        if column.name in present
    )
    files = session.read.schema(shape).parquet(*paths)
    if relation == "unit":
        place = "url_decode(regexp_extract(_metadata.file_path, '/region=([^/]+)/', 1))"
        files = files.selectExpr("*", f"{place} AS region")
    if sum(partition.rows(relation) for partition in pending) <= _FEW:
        # One task, and nothing to be sent about between counting and adding up.
        files = files.coalesce(1)
    return files


def _statements(job: Job) -> Iterator[tuple[Statement, str]]:
    for one in job.compiled:
        if is_counted(one):
            yield from zip(one.plan.statements, one.sql, strict=True)


def _packed(job: Job) -> tuple[dict[str, Any], ...]:
    return tuple(one.dump() for one in job.compiled)


@dataclass(frozen=True)
class _Region:
    """What a process of the cluster does with the numbers of one region."""

    out: Path
    as_of: date
    packed: tuple[dict[str, Any], ...]

    def __call__(self, task: tuple[Partition, dict[str, Any], str]) -> int:
        partition, manifest, aside = task
        compiled = [Compiled.load(one) for one in self.packed]
        table = pq.read_table(Path(aside) / partition.name, partitioning=None)
        results = _results(table, compiled)
        units_table, units = _units(table)
        region = Region(
            partition.name,
            self.as_of,
            compiled,
            units_table,
            units,
            {
                one.standard_key: Tallies.joined(units, [next(results) for _ in one.sql])
                for one in compiled
                if is_counted(one)
            },
            lambda: facts_of(partition, self.as_of),
            partition.absent,
        )
        region.write(self.out, Tables(compiled, self.as_of), manifest)
        return len(units)


def _results(table: pa.Table, compiled: Iterable[Compiled]) -> Iterator[Result]:
    """The rows of each statement, in the order of the standards and their statements."""
    place = table.column("statement").to_numpy()
    order = np.argsort(place, kind="stable")
    counted = [one for one in compiled if is_counted(one)]
    statements = [statement for one in counted for statement in one.plan.statements]
    bounds = np.searchsorted(place[order], np.arange(len(statements) + 1))
    for number, statement in enumerate(statements):
        rows = table.take(pa.array(order[bounds[number] : bounds[number + 1]]))
        yield _unpacked(rows, statement.columns)


def _unpacked(rows: pa.Table, columns: int) -> Result:
    packed = rows.column("numbers").combine_chunks()
    flat = packed.flatten() if isinstance(packed, pa.ListArray) else pa.array([], pa.int64())
    numbers = flat.fill_null(NULL).to_numpy(zero_copy_only=False).reshape(-1, columns)
    codes = np.array(rows.column("code").to_pylist(), dtype=object)
    return (
        rows.column("unit_id").to_numpy().astype(np.int64),
        codes,
        [np.ascontiguousarray(numbers[:, place]) for place in range(columns)],
    )


def _units(table: pa.Table) -> tuple[pa.Table, Any]:
    """The unit relation in judging form, and its numbers in order."""
    rows = table.filter(pa.array(table.column("statement").to_numpy() == _UNITS))
    units, kinds, numbers = _unpacked(rows, 3)
    found = pa.table(
        {
            "unit_id": units,
            "kind": pa.array(kinds, pa.string()),
            "sector": rows.column("sector"),
            "founded": numbers[0],
            "withdrawn": numbers[1],
            "temporary": numbers[2] != 0,
        }
    )
    return found, np.unique(units)


def _plain(error: Exception) -> Exception:
    """What the user can mend, in a sentence; anything else as it is."""
    text = str(error)
    if isinstance(error, FactsError):
        return error
    if "parquet" in text.lower() and ("footer" in text or "Could not read" in text):
        return FactsError(f"Spark 读不了其中的 Parquet 文件，请重新导出：{text.splitlines()[0]}")
    return error
