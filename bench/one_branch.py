"""One branch: prepare its fetched rows, count and judge them, for 40 and for 160 clauses that all differ.

python -m bench.one_branch
"""

from __future__ import annotations

import json
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.generate import generate
from bench.standards import of_many
from bench.timing import calibration, percentile
from zhibu_engine.assess import assess
from zhibu_engine.compile import Compiled
from zhibu_engine.facts import RELATIONS
from zhibu_engine.prepare import facts_prepare

DAY = date(2025, 12, 31)
BRANCHES = 250


def branches_read(folder: Path) -> list[tuple[int, dict[str, pa.Table]]]:
    """The rows of each branch, as a fetch would bring them."""
    files = {
        path.stem: pq.read_table(path, partitioning=None) for path in folder.rglob("*.parquet")
    }
    plain = {name: _decoded(table) for name, table in files.items() if name in RELATIONS}
    units = plain["unit"]["unit_id"].to_pylist()
    return [
        (unit, {name: one.filter(pc.equal(one["unit_id"], unit)) for name, one in plain.items()})
        for unit in units
    ]


def _decoded(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.string()))
    return table


def measure(
    compiled: Compiled, branches: list[tuple[int, dict[str, pa.Table]]]
) -> tuple[list[float], list[float]]:
    took, loops = [], []
    for unit, rows in branches:
        start = time.perf_counter()
        assess(compiled, facts_prepare(rows, DAY), [unit])
        took.append((time.perf_counter() - start) * 1000)
        loops.append(calibration())
    return took[50:], loops[50:]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        generate(Path(folder) / "facts", branches=BRANCHES, regions=1, attendance=True)
        branches = branches_read(Path(folder) / "facts")
    found: dict[str, Any] = {}
    for clauses in (40, 160):
        took, loops = measure(of_many(clauses), branches)
        found |= {
            f"clauses_{clauses}_p50_ms": percentile(took, 0.5),
            f"clauses_{clauses}_p95_ms": percentile(took, 0.95),
            f"clauses_{clauses}_calibration_p50_ms": percentile(loops, 0.5),
            f"clauses_{clauses}_calibration_p95_ms": percentile(loops, 0.95),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
