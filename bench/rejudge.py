"""Judging one branch again after a save: fetch, judge, write what changed, beyond the bare save.

    python -m bench.rejudge [--json] [--branches N]        ZHIBU_DATABASE_URL chooses the database

Aims: p95 of it all at most 30 ms, of judging alone at most 20 ms. A calibration loop of plain
Python runs beside it: the processor of a shared machine changes its speed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta

from bench.timing import calibration, percentile

ROUNDS = 200


def timed(act: Callable[[], object], cpu: list[float] | None = None) -> float:
    """Milliseconds by the clock; those of this process's processor are added to ``cpu``."""
    start, used = time.perf_counter(), time.process_time()
    act()
    if cpu is not None:
        cpu.append((time.process_time() - used) * 1000)
    return (time.perf_counter() - start) * 1000


def prepare(branches: int) -> list[int]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.world import world_make
    from zhibu.standards.services import units_judge

    call_command("migrate", verbosity=0, interactive=False)
    today = date(2025, 11, 20)
    units = world_make(today, branches)
    if connection.vendor == "postgresql":
        # Autovacuum has gathered statistics wherever data has lain for a minute.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    # The usual state: judged before, so that only what changed is written.
    start = time.perf_counter()
    units_judge(unit_ids=units, day=today)
    print(
        f"first judging of {len(units)} branches: {time.perf_counter() - start:.2f} s",
        file=sys.stderr,
    )
    return units


def measure(units: list[int]) -> dict[str, float]:
    from django.db import transaction

    from zhibu.meetings.models import Segment, SegmentHost, Sitting
    from zhibu.organization.models import Unit
    from zhibu.records.models import Record, RecordHost
    from zhibu.shared import clock
    from zhibu.standards import services
    from zhibu.standards.adopted import unit_rows
    from zhibu.standards.judging import units_assess

    today = date(2025, 11, 20)
    clerk = Record.objects.first().entered_by
    owners = Unit.objects.in_bulk(units)

    def save(unit: Unit, n: int) -> None:
        on = today - timedelta(days=n % 300)
        record = Record.objects.create(
            kind="sitting",
            owner=unit,
            title="测量",
            event_on=on,
            entered_at=clock.now(),
            entered_by=clerk,
        )
        RecordHost.objects.create(record=record, unit=unit)
        segment = Segment.objects.create(
            sitting=Sitting.objects.create(record=record),
            kind="committee_meeting",
            convener="branch",
            presider_post="secretary",
        )
        SegmentHost.objects.create(
            segment=segment, unit=unit, due=5, entitled=5, present=5, present_entitled=5
        )

    bare, whole, alone, loops, used = [], [], [], [], []
    for n in range(-20, ROUNDS):
        unit = owners[units[n % len(units)]]
        with transaction.atomic():
            saving = timed(lambda unit=unit, n=n: save(unit, n))
            took = timed(
                lambda unit=unit: services.units_judge(unit_ids=[unit.pk], day=today), used
            )
        rows = unit_rows([unit.pk])
        only = timed(lambda rows=rows: units_assess(rows, today))
        if n >= 0:  # the first rounds only warm it up
            bare.append(saving)
            whole.append(took)
            alone.append(only)
            loops.append(calibration())
    return {
        "bare_save_p50": percentile(bare, 0.5),
        "rejudge_p50": percentile(whole, 0.5),
        "rejudge_p95": percentile(whole, 0.95),
        "rejudge_cpu_p50": percentile(used[20:], 0.5),
        "rejudge_cpu_p95": percentile(used[20:], 0.95),
        "fetch_and_judge_p50": percentile(alone, 0.5),
        "fetch_and_judge_p95": percentile(alone, 0.95),
        **judge_alone(units, today),
        "calibration_p50": percentile(loops, 0.5),
        "calibration_p95": percentile(loops, 0.95),
    }


def judge_alone(units: list[int], today: date) -> dict[str, float]:
    """Facts at hand: prepare them, count and judge all standards of one branch."""
    from zhibu.standards.adopted import standards_applied, unit_rows
    from zhibu.standards.judging import facts_of
    from zhibu_engine.assess import assess
    from zhibu_engine.prepare import facts_prepare

    took, used = [], []
    for unit in units[:ROUNDS]:
        applied = standards_applied(unit_rows([unit]), today)[unit]
        compiled = [one.compiled for one in applied]
        raw = facts_of([unit], today, compiled)

        def judge(compiled: list = compiled, raw: dict = raw, unit: int = unit) -> None:
            facts = facts_prepare(raw, today)
            for one in compiled:
                assess(one, facts, [unit])

        took.append(timed(judge, used))
    return {
        "judge_cpu_p50": percentile(used, 0.5),
        "judge_cpu_p95": percentile(used, 0.95),
        "judge_p50": percentile(took, 0.5),
        "judge_p95": percentile(took, 0.95),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--branches", type=int, default=300)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        os.environ["ZHIBU_DATA_DIR"] = folder
        numbers = {
            key: round(value, 2) for key, value in measure(prepare(arguments.branches)).items()
        }
    if arguments.json:
        print(json.dumps(numbers))
        return
    for key, value in numbers.items():
        print(f"{key:<22}{value:9.2f} ms")


if __name__ == "__main__":
    main()
