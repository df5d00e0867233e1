"""One region from its counts to its files: judged and written some units at a time, however many it has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from zhibu_engine.assess import Counted, assess
from zhibu_engine.bulk.job import is_counted
from zhibu_engine.bulk.judging import Found, Tables, found_of_counts, found_of_findings
from zhibu_engine.bulk.store import partition_write
from zhibu_engine.compile import Compiled
from zhibu_engine.plan import Read
from zhibu_engine.prepare import Facts
from zhibu_engine.tallies import Int64

#: Units judged and written together.
AT_A_TIME = 65_536


@dataclass(frozen=True)
class Region:
    """``table`` is the unit relation in judging form, ``units`` its numbers in order."""

    name: str
    as_of: date
    compiled: Sequence[Compiled]
    table: pa.Table
    units: Int64
    #: The counts of each standard that is counted, by its key.
    counts: Mapping[str, Counted]
    #: All facts in memory, for the other standards.
    facts: Callable[[], Facts]
    #: Relations that no region has.
    absent: Collection[str] = ()

    def write(self, out: Path, tables: Tables, manifest: Mapping[str, Any]) -> None:
        pieces = ((tables.findings(found), tables.scores(found)) for found in self._judged())
        partition_write(out, self.name, pieces, manifest)

    def _judged(self) -> Iterator[list[Found]]:
        for start in range(0, max(len(self.units), 1), AT_A_TIME):
            some = slice(start, start + AT_A_TIME)
            yield [
                found_of_counts(
                    one,
                    self.table,
                    self.units[some],
                    _Some(self.counts[one.standard_key], some),
                    self.as_of,
                    self.absent,
                )
                for one in self.compiled
                if is_counted(one)
            ]
        others = [one for one in self.compiled if not is_counted(one)]
        if others:
            facts = self.facts()
            # Counted here with arrays: the statements may be those of Spark.
            yield [found_of_findings(assess(replace(one, sql=()), facts)) for one in others]


@dataclass(frozen=True)
class _Some:
    """The counts of some units."""

    counts: Counted
    some: slice

    def column(self, reads: tuple[Read, ...]) -> Int64:
        return self.counts.column(reads)[self.some]
