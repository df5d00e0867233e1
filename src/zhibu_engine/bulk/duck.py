"""Counting a partition with DuckDB over its Parquet files: the compiled statements, over views.

For partitions that do not fit into memory at once, since DuckDB puts aside on disk what it cannot hold,
and to compare: both ways must come to the same numbers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from zhibu_engine.arrays import Result
from zhibu_engine.bulk.form import view_sql
from zhibu_engine.bulk.partitions import Partition
from zhibu_engine.compile import Compiled
from zhibu_engine.plan import Statement
from zhibu_engine.prepare import FactsError
from zhibu_engine.tallies import Int64
from zhibu_engine.tally import Tallies, result_of

if TYPE_CHECKING:
    from zhibu_engine.bulk.job import Job


def statements_counted(
    job: Job, compiled: Sequence[Compiled], partition: Partition, units: Int64
) -> list[Tallies]:
    """The counts of each standard.

    Raises:
        FactsError: a file cannot be read to its end, or memory and disk do not suffice.
    """
    limit = f"{job.memory // job.workers // 2**20}MB"
    with (
        tempfile.TemporaryDirectory(prefix="zhibu-bulk-") as aside,
        closing(_connect(limit, aside)) as connection,
    ):
        try:
            return [
                Tallies.joined(
                    units,
                    [
                        _run(connection, statement, sql, partition, job)
                        for statement, sql in zip(one.plan.statements, one.sql, strict=True)
                    ],
                )
                for one in compiled
            ]
        except duckdb.OutOfMemoryException:
            raise FactsError(
                f"“{partition.name}”太大，内存不够；请调大 --memory，或者把该地区分成几个。"
            ) from None
        except duckdb.Error as error:
            raise FactsError(f"“{partition.name}”读不完整，请重新导出：{error}") from None


def _connect(limit: str, aside: str) -> duckdb.DuckDBPyConnection:
    """An instance for one partition: one thread, since others judge at the same time."""
    return duckdb.connect(config={"threads": 1, "memory_limit": limit, "temp_directory": aside})


def _run(
    connection: duckdb.DuckDBPyConnection,
    statement: Statement,
    sql: str,
    partition: Partition,
    job: Job,
) -> Result:
    if not partition.rows(statement.relation):
        return _nothing(statement)
    names: Sequence[tuple[str, str]] = [("rows", statement.source)]
    if statement.covered is not None:
        if not partition.rows(statement.covered.base):
            return _nothing(statement)
        names = [("base", statement.covered.base), *names]
    for name, source in names:
        relation = source.partition("@")[0]
        files = ", ".join(_literal(str(part.path)) for part in partition.parts[relation])
        table = f"read_parquet([{files}], hive_partitioning = false, union_by_name = true)"
        view = view_sql(source, table, partition.columns(relation), job.as_of, "duckdb")
        connection.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {view}')
    return result_of(connection.execute(sql).fetchnumpy())


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _nothing(statement: Statement) -> Result:
    empty = np.zeros(0, dtype=np.int64)
    return empty, np.zeros(0, dtype=object), [empty] * statement.columns
