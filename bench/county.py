"""A county from the live database to written: judged for the first time, and again with 5 % of its branches changed.

    python -m bench.county [--json] [--branches N] [--rounds N]        ZHIBU_DATABASE_URL chooses the database

Aims: 1,500 branches and 60,000 findings at most 3 s at first, at most 2 s again. Medians; beside each stands the
calibration loop of ``bench.rejudge``, run right before and after: the processor of a shared machine changes its speed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta

from bench.rejudge import calibration

TODAY = date(2025, 11, 20)
CHANGED = 0.05


def prepare(branches: int) -> list[int]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.world import world_make

    call_command("migrate", verbosity=0, interactive=False)
    start = time.perf_counter()
    units = world_make(TODAY, branches)
    if connection.vendor == "postgresql":
        # Autovacuum has gathered statistics wherever data has lain for a minute.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(f"world: {time.perf_counter() - start:.1f} s", file=sys.stderr)
    return units


def forget() -> None:
    """As before the first judging; PostgreSQL also forgets the dead rows, as autovacuum does in time."""
    from django.db import connection

    from zhibu.standards.models import Finding, Score

    for model in (Finding, Score):
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            truncates = connection.vendor == "postgresql"
            cursor.execute(f"TRUNCATE {table}" if truncates else f"DELETE FROM {table}")


def sitting_add(units: list[int], number: int) -> None:
    """One more committee meeting for each of these, of a month that lacks one or not."""
    from zhibu.meetings.models import Segment, SegmentHost, Sitting
    from zhibu.records.models import Record, RecordHost
    from zhibu.shared import clock

    clerk = Record.objects.first().entered_by
    for unit in units:
        record = Record.objects.create(
            kind="sitting",
            owner_id=unit,
            title="测量",
            event_on=TODAY - timedelta(days=(7 * number + unit) % 300),
            entered_at=clock.now(),
            entered_by=clerk,
        )
        RecordHost.objects.create(record=record, unit_id=unit)
        segment = Segment.objects.create(
            sitting=Sitting.objects.create(record=record),
            kind="committee_meeting",
            convener="branch",
            presider_post="secretary",
        )
        SegmentHost.objects.create(
            segment=segment, unit_id=unit, due=5, entitled=5, present=5, present_entitled=5
        )


def timed(units: list[int]) -> tuple[float, float, float, int]:
    """(seconds, of this process's processor, calibration in milliseconds, rows written)."""
    from zhibu.standards.services import units_judge

    before = calibration()
    start, used = time.perf_counter(), time.process_time()
    written = units_judge(unit_ids=units, day=TODAY)
    took, used = time.perf_counter() - start, time.process_time() - used
    return took, used, (before + calibration()) / 2, written


def measure(units: list[int], rounds: int) -> dict[str, float]:
    from zhibu.standards.models import Finding
    from zhibu.standards.services import engine_warm

    engine_warm()
    first, again, idle = [], [], []
    part = max(int(len(units) * CHANGED), 1)
    for number in range(rounds):
        forget()
        first.append(timed(units))
        start = number * part % len(units)
        sitting_add((units + units)[start : start + part], number)
        again.append(timed(units))
        idle.append(timed(units))
    findings = Finding.objects.count()
    numbers = {"branches": float(len(units)), "findings": float(findings)}
    for name, rows in (("first", first), ("changed_5_percent", again), ("unchanged", idle)):
        numbers[f"{name}_s"] = statistics.median(row[0] for row in rows)
        numbers[f"{name}_cpu_s"] = statistics.median(row[1] for row in rows)
        numbers[f"{name}_calibration_ms"] = statistics.median(row[2] for row in rows)
        numbers[f"{name}_rows"] = statistics.median(row[3] for row in rows)
    return numbers


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.county")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--branches", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        os.environ["ZHIBU_DATA_DIR"] = folder
        found = measure(prepare(arguments.branches), arguments.rounds)
        numbers = {key: round(value, 2) for key, value in found.items()}
    if arguments.json:
        print(json.dumps(numbers))
        return
    for key, value in numbers.items():
        print(f"{key:<32}{value:12.2f}")


if __name__ == "__main__":
    main()
