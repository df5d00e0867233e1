"""One large judging: what is judged, from where to where, and how a region's facts are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhibu_engine.bulk.partitions import Partition, partitions_find
from zhibu_engine.bulk.store import FORMAT, is_done
from zhibu_engine.compile import Compiled
from zhibu_engine.prepare import Facts, FactsError, facts_prepare, judging_form
from zhibu_engine.reads import columns_read
from zhibu_engine.tallies import Int64

Engine = Literal["local", "duckdb", "spark"]


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


def is_counted(compiled: Compiled) -> bool:
    """Units of one whole year; other subjects and averages of periods are judged in memory."""
    standard = compiled.standard
    return standard.subject.kind == "unit" and not standard.average


def facts_of(partition: Partition, as_of: date) -> Facts:
    """All facts of a partition in memory."""
    try:
        facts = facts_prepare(
            {
                name: pa.concat_tables(
                    [pq.read_table(part.path, partitioning=None) for part in parts],
                    promote_options="permissive",
                )
                for name, parts in partition.parts.items()
            },
            as_of,
        )
    except (pa.ArrowException, OSError) as error:
        raise FactsError(f"“{partition.name}”读不完整，请重新导出：{error}") from None
    return replace(facts, absent=partition.absent)


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
