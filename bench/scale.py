"""Large judgings, as ratios to one DuckDB scan that reads every used column of the same files.

    python -m bench.scale scale   [--branches 200000 --regions 8]      all clauses of national and city-organs
    python -m bench.scale people  [--branches 270000 --regions 22]     coverage of members by attendance rows
    python -m bench.scale country [--branches 5300000 --regions 212]   once, with its first regions beside it

Facts are made under --data (a temporary folder, removed afterwards) and findings written beside them. --facts
names facts that ``bench.generate`` made before, with the same numbers; they are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.generate import generate
from bench.scan import scan, scan_sql
from bench.standards import clauses_counted, compiled_of_packs, of_persons
from bench.timing import calibration, median, peak_gb, seconds
from zhibu_engine.bulk import Job, Progress, Stopped, bulk_judge
from zhibu_engine.bulk.judging import FINDINGS, SCORES
from zhibu_engine.compile import Compiled
from zhibu_engine.reads import columns_read

DAY = date(2025, 12, 31)
GB = 2**30


def judge(facts: Path, out: Path, compiled: tuple[Compiled, ...], **more: Any) -> Progress:
    """Everything: looking through the folder, reading, counting, judging, writing."""
    shutil.rmtree(out, ignore_errors=True)
    return bulk_judge(Job(facts, out, compiled, DAY, **more))


def scanned(facts: Path, out: Path, compiled: tuple[Compiled, ...], workers: int) -> float:
    partitions = Job(facts, out, compiled, DAY).partitions
    sql = scan_sql(partitions, columns_read(compiled))
    return seconds(lambda: scan(sql, workers))


def ratio(
    facts: Path, out: Path, compiled: tuple[Compiled, ...], *, rounds: int, workers: int
) -> dict[str, float]:
    """Scan and judging by turns: medians, and the median of the ratios of each round."""
    scans, whole, loops = [], [], []
    for number in range(rounds + 1):
        scans.append(scanned(facts, out, compiled, workers))
        whole.append(seconds(lambda: judge(facts, out, compiled, workers=workers)))
        loops.append(calibration())
        print(
            f"  {number}: scan {scans[-1]:.2f} s, judging {whole[-1]:.2f} s,"
            f" {whole[-1] / scans[-1]:.2f} times",
            file=sys.stderr,
        )
    # The first round warms up.
    scans, whole = scans[1:], whole[1:]
    return {
        "rounds": rounds,
        "workers": workers,
        "scan_s": median(scans),
        "judging_s": median(whole),
        "judging / scan": median([a / b for a, b in zip(whole, scans, strict=True)]),
        "calibration_ms": median(loops),
        "peak_gb": peak_gb(),
    }


def counted(facts: Path, out: Path) -> dict[str, float]:
    """Rows read and findings written."""
    rows: dict[str, int] = {}
    for path in facts.rglob("*.parquet"):
        rows[path.stem] = rows.get(path.stem, 0) + pq.read_metadata(path).num_rows
    findings = [pq.read_metadata(path).num_rows for path in out.rglob("findings.parquet")]
    size = sum(path.stat().st_size for path in out.rglob("*.parquet"))
    wanted = ("unit", "segment", "member", "attendance", "part")
    return {
        **{f"{name}_rows": rows[name] for name in wanted if name in rows},
        "findings": sum(findings),
        "written_mb": size / 1e6,
    }


def columns(compiled: tuple[Compiled, ...], facts: Path, out: Path) -> dict[str, Any]:
    """The columns read, of relations that have files, and those written."""
    partition = Job(facts, out, compiled, DAY).partitions[0]
    return {
        "columns_read": {
            name: sorted(listed & partition.columns(name))
            for name, listed in columns_read(compiled).items()
            if partition.parts.get(name)
        },
        "columns_written": {"findings": FINDINGS.names, "scores": SCORES.names},
    }


def facts_ready(data: Path, arguments: argparse.Namespace, *, attendance: bool = False) -> Path:
    """Facts made now, unless made ones are named."""
    if arguments.facts:
        return Path(arguments.facts)
    generate(
        data / "facts",
        branches=arguments.branches,
        regions=arguments.regions,
        attendance=attendance,
        workers=arguments.workers,
    )
    return data / "facts"


def scale(data: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    facts, out, compiled = facts_ready(data, arguments), data / "out", compiled_of_packs()
    size = {"branches": arguments.branches, "regions": arguments.regions}
    found = ratio(facts, out, compiled, rounds=arguments.rounds, workers=arguments.workers)
    return {
        **size,
        **clauses_counted(compiled),
        **counted(facts, out),
        **found,
        **columns(compiled, facts, out),
    }


def people(data: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    facts, out = facts_ready(data, arguments, attendance=True), data / "out"
    compiled = (of_persons(),)
    size = {"branches": arguments.branches, "regions": arguments.regions}
    found = ratio(facts, out, compiled, rounds=arguments.rounds, workers=arguments.workers)
    return {
        **size,
        **clauses_counted(compiled),
        **counted(facts, out),
        **found,
        **columns(compiled, facts, out),
    }


def country(data: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """By stretches of as many regions as the case of 200,000 has, which is judged again beside them."""
    start = time.perf_counter()
    facts, few, out = facts_ready(data, arguments), data / "few", data / "out"
    made, compiled = time.perf_counter() - start, compiled_of_packs()
    branches, regions, workers = arguments.branches, arguments.regions, arguments.workers
    group = max(round(regions * 200_000 / branches), 1)
    for folder in sorted(facts.glob("region=*"))[:group]:
        shutil.copytree(folder, few / folder.name)
    shutil.rmtree(out, ignore_errors=True)
    job = Job(facts, out, compiled, DAY, workers=workers, memory=arguments.memory)
    small, pairs, each, whole, done = [_small(few, data, compiled, workers)], [], [], 0.0, False
    while not done:
        # Beside every third stretch: the processor's speed changes within the run.
        if len(each) % 3 == 0:
            small.append(_small(few, data, compiled, workers))
        took, units, done = _stretch(job, group)
        whole += took
        if units:
            each.append(took / units)
            print(f"  {len(each)}: {each[-1] * 1e6:.0f} us a branch", file=sys.stderr)
            if len(each) % 3 == 1:
                pairs.append(each[-1] / small[-1])
    scan_s = scanned(facts, out, compiled, workers)
    return {
        "branches": branches,
        "regions": regions,
        **clauses_counted(compiled),
        **counted(facts, out),
        "generated_s": made,
        "workers": workers,
        "memory_limit_gb": arguments.memory / GB,
        "peak_gb": peak_gb(),
        "judging_s": whole,
        "scan_s": scan_s,
        "judging / scan": whole / scan_s,
        "groups": len(each),
        "us_a_branch": median(each) * 1e6,
        "us_a_branch_of_200000": median(small[1:]) * 1e6,
        "pairs": len(pairs),
        "a branch / of 200000": median(pairs),
        "calibration_ms": calibration(),
        "facts_gb": sum(path.stat().st_size for path in facts.rglob("*.parquet")) / 1e9,
    }


def _stretch(job: Job, regions: int) -> tuple[float, int, bool]:
    """Go on for so many regions: seconds without looking through the folder, units, and whether all is done."""
    stop, begun = threading.Event(), []

    def show(progress: Progress) -> None:
        begun.append(time.perf_counter())
        # Those being judged are finished.
        if progress.fresh > regions - job.workers:
            stop.set()

    try:
        progress = bulk_judge(replace(job, show=show), stop)
    except Stopped as stopped:
        progress = stopped.progress
    return time.perf_counter() - begun[0], progress.units, progress.done == progress.total


def _small(few: Path, data: Path, compiled: tuple[Compiled, ...], workers: int) -> float:
    """Seconds a branch of the case of about 200,000."""
    shutil.rmtree(data / "out-few", ignore_errors=True)
    job = Job(few, data / "out-few", compiled, DAY, workers=workers)
    took, units, _ = _stretch(job, len(job.partitions))
    return took / units


CASES = {
    "scale": (scale, 200_000, 8),
    "people": (people, 270_000, 22),
    "country": (country, 5_300_000, 212),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scale")
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--branches", type=int)
    parser.add_argument("--regions", type=int)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--memory", type=int, default=12 * GB)
    parser.add_argument("--data", type=Path, help="where facts are made (3 GB for a country)")
    parser.add_argument("--facts", help="judge these facts instead of making some")
    arguments = parser.parse_args()
    measure, branches, regions = CASES[arguments.case]
    arguments.branches = arguments.branches or branches
    arguments.regions = arguments.regions or regions
    if arguments.data is not None:
        arguments.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-", dir=arguments.data) as folder:
        found = measure(Path(folder), arguments)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
