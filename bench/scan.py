"""The measure of a large judging: one DuckDB scan that reads every used column of the same files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from zhibu_engine.bulk.partitions import Partition
from zhibu_engine.facts import RELATIONS

#: Each reads every value. (``max`` and ``count`` would be answered from the ends of the files.)
_READ = {
    "id": "sum({0})",
    "int": "sum({0})",
    "bool": "count(*) FILTER ({0})",
    "day": "sum({0} - DATE '1970-01-01')",
    "code": "sum(strlen({0}))",
}


def scan_sql(partitions: Iterable[Partition], wanted: Mapping[str, set[str]]) -> str:
    """One statement over all files of all relations."""
    partitions = list(partitions)
    parts = []
    for name, columns in wanted.items():
        files = [part.path for partition in partitions for part in partition.parts.get(name, ())]
        if files:
            parts.append(f"(SELECT {_columns(name, columns, partitions)} FROM {_read(files)})")
    return f"SELECT {', '.join(parts)}"


def _columns(name: str, columns: set[str], partitions: list[Partition]) -> str:
    present = frozenset.intersection(
        *(one.columns(name) for one in partitions if one.parts.get(name))
    )
    typed = RELATIONS[name].by_name
    terms = [
        _READ[typed[column].type].format(f'"{column}"') for column in sorted(columns & present)
    ]
    return f"[{', '.join(f'CAST({term} AS HUGEINT)' for term in terms)}]"


def _read(files: list[Path]) -> str:
    listed = ", ".join(f"'{path}'" for path in files)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def scan(sql: str, threads: int) -> list[list[int]]:
    with duckdb.connect(config={"threads": threads}) as connection:
        return list(connection.execute(sql).fetchall()[0])
