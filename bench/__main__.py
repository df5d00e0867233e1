"""`make bench`: every measurement, one table, and bench/results.json.

    python -m bench [--only scale --only people …] [--country] [--branches 300] [--rows 100000]

Each part can be run alone; the results of the others are kept. A country of 5.3 million branches is only
measured when asked for. A calibration loop runs beside the judging, since shared processors change their
speed: read the milliseconds together with it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
#: Key → aim.
AIMS = {
    "rejudge_p95": "≤ 30 ms",
    "judge_p95": "≤ 20 ms",
    "first_s": "≤ 3 s",
    "changed_5_percent_s": "≤ 2 s",
    "worked_mb": "≤ 260 MB",
    "preview / calamine": "≤ 8 x",
    "unit_clauses_from_records": "≥ 40",
    "judging / scan": "≤ 10 x, better 5",
    "a branch / of 200000": "≤ 1.3 x",
    "peak_gb": "< 16 GB",
    "clauses_40_p95_ms": "≤ 20 ms",
    "clauses_160_p95_ms": "≤ 40 ms",
    "differing_findings": "0",
    "differing_duckdb": "0",
    "differing_spark": "0",
    "differing_oracle": "0",
    "lost": "0",
    "doubled": "0",
    "gaps_in_numbers": "0",
    "without_receipt": "0",
    "errors": "0",
}
Numbers = dict[str, Any]


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


def county(database: str = "") -> dict[str, float]:
    said = run("-m", "bench.county", "--json", database=database)
    return json.loads(said.splitlines()[-1])


def portal(given: argparse.Namespace, database: str = "") -> dict[str, float]:
    said = run("-m", "bench.portal", "--json", f"--readers={given.readers}", database=database)
    return json.loads(said.splitlines()[-1])


def on_postgresql(measure: Callable[[str], dict[str, float]]) -> dict[str, float] | None:
    """In a private cluster, where PostgreSQL is installed."""
    from tests import postgres
    from tests.machine import TOOLS

    if not TOOLS["postgresql"].found():
        print("PostgreSQL is not installed here: not measured.", file=sys.stderr)
        return None
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(postgres.cluster())
        return measure(postgres.url(home))


def members_import(rows: int) -> dict[str, float]:
    said = run("bench/members_import.py", str(rows))
    found = re.findall(r"^(.{1,28}?)\s+(\d+\.\d+) ?(?:x|s)\b", said, re.MULTILINE)
    return {name.strip(): float(value) for name, value in found}


def last_line(*command: str) -> Numbers:
    """What a measurement prints last; what it says meanwhile is shown."""
    done = subprocess.run([sys.executable, *command], stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


#: Name → (title, measurement).
PARTS: dict[str, tuple[str, Callable[[argparse.Namespace], Numbers | None]]] = {
    "rejudge": ("rejudge, SQLite", lambda given: rejudge(given.branches)),
    "rejudge-postgresql": (
        "rejudge, PostgreSQL",
        lambda given: on_postgresql(lambda url: rejudge(given.branches, url)),
    ),
    "county": ("county of 1,500 branches, SQLite", lambda given: county()),
    "county-postgresql": (
        "county of 1,500 branches, PostgreSQL",
        lambda given: on_postgresql(county),
    ),
    "worker": (
        "web worker",
        lambda given: json.loads(run("-m", "bench.worker_memory", "--json").splitlines()[-1]),
    ),
    "import": ("member sheet", lambda given: members_import(given.rows)),
    "one": ("one branch", lambda given: last_line("-m", "bench.one_branch")),
    "plain": ("plain Python, 2,000 branches", lambda given: last_line("-m", "bench.plain_python")),
    "portal": (
        "public pages, 1,000 readers and 20 writers, SQLite",
        lambda given: portal(given),
    ),
    "portal-postgresql": (
        "public pages, 1,000 readers and 20 writers, PostgreSQL",
        lambda given: on_postgresql(lambda url: portal(given, url)),
    ),
    "engines": ("engines, 20,000 branches", lambda given: last_line("-m", "bench.engines")),
    "scale": ("200,000 branches", lambda given: scale("scale", given)),
    "people": ("5 million members", lambda given: scale("people", given)),
    "country": ("5.3 million branches", lambda given: scale("country", given)),
}
#: Only when asked for.
LONG = {"country"}


def scale(case: str, given: argparse.Namespace) -> Numbers:
    more = [
        f"--{name}={getattr(given, name)}" for name in ("data", "facts") if getattr(given, name)
    ]
    return last_line("-m", "bench.scale", case, *more)


def show(title: str, numbers: Numbers | None) -> None:
    print(f"\n{title}")
    for key, value in (numbers or {"not measured": 0.0}).items():
        if isinstance(value, dict):
            for name, listed in value.items():
                print(f"  {key.replace('_', ' ')}, {name}: {', '.join(listed)}")
        elif isinstance(value, int):
            print(f"  {key:<30}{value:14,}   {AIMS.get(key, '')}".rstrip())
        elif isinstance(value, float):
            print(f"  {key:<30}{value:14,.2f}   {AIMS.get(key, '')}".rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--only", action="append", choices=PARTS, help="may be repeated")
    parser.add_argument("--country", action="store_true", help="also 5.3 million branches")
    parser.add_argument("--branches", type=int, default=300, help="of the database measurements")
    parser.add_argument("--readers", type=int, default=1000, help="of the public pages")
    parser.add_argument("--rows", type=int, default=100_000, help="of the member sheet")
    parser.add_argument("--data", help="where large facts are made")
    parser.add_argument("--facts", help="facts made before, for one large case (--only)")
    arguments = parser.parse_args()
    names = arguments.only or [one for one in PARTS if one not in LONG or arguments.country]
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    for name in names:
        title, measure = PARTS[name]
        numbers = measure(arguments)
        if numbers is not None:
            numbers = {"day": datetime.now(tz=UTC).date().isoformat(), **rounded(numbers)}
        results[title] = numbers
        RESULTS.write_text(
            json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        show(title, numbers)
    print(f"\nwritten to {RESULTS}")


def rounded(numbers: Numbers) -> Numbers:
    return {key: round(one, 3) if isinstance(one, float) else one for key, one in numbers.items()}


if __name__ == "__main__":
    main()
