"""Facts in file form as a large folder: by region, events by year, as ``zhibu_engine.bulk`` reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhibu_engine.facts import RELATIONS


def partitions_write(
    facts: dict[str, pa.Table],
    root: Path,
    regions: int = 2,
    shape: Callable[[pa.Table], pa.Table] = lambda table: table,
) -> Path:
    """Units go to regions by turns; events without a day lie in the folder of their region."""
    for region in range(regions):
        folder = root / f"region={region + 1}"
        for name, table in facts.items():
            mine = table.filter(pc.equal(_rest(table["unit_id"], regions), region))
            relation = RELATIONS[name]
            if not relation.event or "year" in relation.by_name:
                _write(shape(mine), folder / f"{name}.parquet")
                continue
            years = pc.year(mine[relation.event])
            _write(shape(mine.filter(pc.is_null(years))), folder / f"{name}-0.parquet")
            for year in pc.unique(years).drop_null().to_pylist():
                part = mine.filter(pc.fill_null(pc.equal(years, year), False))
                _write(shape(part), folder / f"year={year}" / f"{name}.parquet")
    return root


def _rest(values: pa.ChunkedArray, by: int) -> pa.ChunkedArray:
    return pc.subtract(values, pc.multiply(pc.divide(values, by), by))


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
