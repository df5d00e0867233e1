"""The same clauses branch by branch in plain Python over the same rows, as is usual elsewhere.

python -m bench.plain_python [--branches 2000] [--rounds 7]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.generate import generate
from bench.standards import clauses_counted, compiled_of_packs
from bench.timing import calibration, median, seconds
from tests.engine.oracle import Oracle
from tests.engine.oracle.rows import Row
from zhibu_engine.assess import assess
from zhibu_engine.compile import Compiled
from zhibu_engine.facts import RELATIONS
from zhibu_engine.prepare import facts_prepare

DAY = date(2025, 12, 31)
Rows = dict[str, list[Row]]
Found = set[tuple[Any, ...]]


def rows_by_unit(tables: dict[str, pa.Table]) -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    for name, table in tables.items():
        for row in table.to_pylist():
            found.setdefault(row["unit_id"], {}).setdefault(name, []).append(row)
    return {unit: rows for unit, rows in found.items() if "unit" in rows}


def plainly(compiled: tuple[Compiled, ...], branches: dict[int, Rows]) -> Found:
    return {
        (one.standard_key, unit, *finding)
        for one in compiled
        for unit, rows in branches.items()
        for finding in Oracle(one.words, one.standard, rows, DAY).findings(unit)
    }


def by_engine(compiled: tuple[Compiled, ...], tables: dict[str, pa.Table]) -> Found:
    facts = facts_prepare(tables, DAY)
    wanted = ("unit_id", "clause", "verdict", "earned", "measured", "required")
    return {
        (one.standard_key, *(row[name] for name in wanted))
        for one in compiled
        for row in assess(one, facts).rows()
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--branches", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    compiled = compiled_of_packs()
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        place = Path(folder) / "facts"
        generate(place, branches=arguments.branches, regions=1)
        tables = {
            path.stem: pq.read_table(path, partitioning=None) for path in place.rglob("*.parquet")
        }
    tables = {name: table for name, table in tables.items() if name in RELATIONS}
    branches = rows_by_unit(tables)
    differing = len(plainly(compiled, branches) ^ by_engine(compiled, tables))
    plain, engine, loops = [], [], []
    for _ in range(arguments.rounds):
        plain.append(seconds(lambda: plainly(compiled, branches)))
        engine.append(
            seconds(lambda: [assess(one, facts_prepare(tables, DAY)) for one in compiled])
        )
        loops.append(calibration())
    print(
        json.dumps(
            {
                "branches": arguments.branches,
                **clauses_counted(compiled),
                "rounds": arguments.rounds,
                "differing_findings": differing,
                "plain_python_s": median(plain),
                "engine_s": median(engine),
                "plain / engine": median([a / b for a, b in zip(plain, engine, strict=True)]),
                "calibration_ms": median(loops),
            }
        )
    )


if __name__ == "__main__":
    main()
