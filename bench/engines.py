"""Arrays, DuckDB, Spark and the row-by-row oracle on branches of every odd kind, finding by finding.

python -m bench.engines [--branches 20000] [--regions 4]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.timing import seconds
from tests.engine.making import random_rows, tables
from tests.engine.oracle import Oracle
from tests.engine.parting import partitions_write
from tests.machine import TOOLS
from zhibu_engine.bulk import Job, bulk_judge
from zhibu_engine.compile import standard_compile
from zhibu_engine.packs import Words, pack_read, packs_merge

DAY = date(2025, 11, 22)
PACK = Path(__file__).resolve().parents[1] / "tests" / "engine" / "every-kind"
FOUND = ("clause", "verdict", "earned", "measured", "required")
ENGINES = ("local", "duckdb", "spark")


def run(words: Words, root: Path, out: Path, engine: Any, workers: int) -> float:
    dialect = "pyspark" if engine == "spark" else "duckdb"
    compiled = tuple(standard_compile(words, key, dialect) for key in words.standards)
    job = Job(root, out, compiled, DAY, engine=engine, workers=workers)
    return seconds(lambda: bulk_judge(job))


def differing(one: Path, other: Path) -> int:
    """Findings in one of two outputs that the other has not."""
    total = 0
    for path in sorted(one.glob("region=*/findings.parquet")):
        tables_ = [pq.read_table(side / path.parent.name / path.name) for side in (one, other)]
        mine, theirs = ({tuple(row.values()) for row in table.to_pylist()} for table in tables_)
        total += len(mine ^ theirs)
    return total


def oracle_differing(words: Words, rows: dict[str, list[Any]], out: Path) -> int:
    """Against the interpreter, for every standard, whomever it judges."""
    by_unit: dict[int, dict[str, list[Any]]] = {}
    for name, listed in rows.items():
        for row in listed:
            by_unit.setdefault(row["unit_id"], {}).setdefault(name, []).append(row)
    found: dict[int, set[Any]] = {}
    for path in sorted(out.glob("region=*/findings.parquet")):
        table = pq.read_table(path).select(["unit_id", "standard", "subject_id", *FOUND])
        for unit, *values in zip(*table.to_pydict().values(), strict=True):
            found.setdefault(unit, set()).add(tuple(values))
    tasks = ((words, unit, listed, by_unit[unit]) for unit, listed in found.items())
    # Spawned, not forked: the engines have left threads behind.
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        return sum(pool.imap_unordered(_unit_differing, tasks, chunksize=50))


def _unit_differing(task: tuple[Words, int, set[Any], dict[str, list[Any]]]) -> int:
    words, unit, listed, rows = task
    oracle = Oracle(words, words.standards["every"], rows, DAY)
    read = {
        (key, subject, *line)
        for key, standard in words.standards.items()
        for subject, lines in oracle.beside(standard).subjects(unit)
        for line in lines
    }
    return len(listed ^ read)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--branches", type=int, default=20_000)
    parser.add_argument("--regions", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    words = packs_merge([pack_read(PACK)])
    rows = random_rows(words, arguments.branches, 3, DAY, sittings=30)
    found: dict[str, Any] = {"branches": arguments.branches}
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        root = partitions_write(tables(rows), Path(folder) / "facts", arguments.regions)
        for engine in ENGINES:
            if engine == "spark" and not TOOLS["java"].found():
                print("Java is not installed here: Spark is not measured.", file=sys.stderr)
                continue
            out = Path(folder) / engine
            found[f"{engine}_s"] = run(words, root, out, engine, arguments.workers)
            if engine == "local":
                files = out.glob("region=*/findings.parquet")
                found["findings"] = sum(pq.read_metadata(path).num_rows for path in files)
            else:
                found[f"differing_{engine}"] = differing(Path(folder) / "local", out)
        started: list[int] = []
        found["oracle_s"] = seconds(
            lambda: started.append(oracle_differing(words, rows, Path(folder) / "local"))
        )
        found["differing_oracle"] = started[0]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
