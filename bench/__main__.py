"""`make bench`: every measurement, one table, and bench/results.json.

    python -m bench [--branches 300] [--rows 100000] [--skip-import]

A calibration loop runs beside the judging, since shared processors change their speed: read the
milliseconds together with it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")
#: Key → (what it is, aim).
AIMS = {
    "rejudge_p95": "≤ 30 ms",
    "judge_p95": "≤ 20 ms",
    "worked_mb": "≤ 260 MB",
    "preview / calamine": "≤ 8 x",
}


def run(*command: str, database: str = "") -> str:
    environment = {**os.environ, "ZHIBU_DATABASE_URL": database}
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        raise SystemExit(f"{' '.join(command)} failed")
    return done.stdout


def rejudge(branches: int, database: str = "") -> dict[str, float]:
    said = run("-m", "bench.rejudge", "--json", "--branches", str(branches), database=database)
    return json.loads(said.splitlines()[-1])


def rejudge_postgresql(branches: int) -> dict[str, float] | None:
    from tests import postgres
    from tests.machine import TOOLS

    if not TOOLS["postgresql"].found():
        print("PostgreSQL is not installed here: not measured.", file=sys.stderr)
        return None
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(postgres.cluster())
        return rejudge(branches, postgres.url(home))


def members_import(rows: int) -> dict[str, float]:
    said = run("bench/members_import.py", str(rows))
    found = re.findall(r"^(.{1,28}?)\s+(\d+\.\d+) ?(?:x|s)\b", said, re.MULTILINE)
    return {name.strip(): float(value) for name, value in found}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--branches", type=int, default=300)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--skip-import", action="store_true")
    arguments = parser.parse_args()
    results: dict[str, dict[str, float] | None] = {
        "rejudge, SQLite": rejudge(arguments.branches),
        "rejudge, PostgreSQL": rejudge_postgresql(arguments.branches),
        "web worker": json.loads(run("-m", "bench.worker_memory", "--json").splitlines()[-1]),
    }
    if not arguments.skip_import:
        results["member sheet"] = members_import(arguments.rows)
    RESULTS.write_text(
        json.dumps(
            {
                "day": datetime.now(tz=UTC).date().isoformat(),
                "branches": arguments.branches,
                **results,
            },
            indent=2,
        )
        + "\n",
        encoding="utf-8",
    )
    for title, numbers in results.items():
        print(f"\n{title}")
        for key, value in (numbers or {"not measured": 0.0}).items():
            print(f"  {key:<26}{value:10.2f}   {AIMS.get(key, '')}".rstrip())
    print(f"\nwritten to {RESULTS}")


if __name__ == "__main__":
    main()
