"""Realistic facts of any size, as Parquet partitioned by region and year.

    python -m bench.generate --branches 200000 --regions 8 --out DIR [--attendance] [--workers 2]

Every odd kind of branch is among them: eager and idle ones, late and incomplete records, sittings held
together, branches merged, withdrawn, founded in the year or temporary, vacancies and expired terms. All
names are invented. The same arguments give the same facts. One region is in memory at a time.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.generate_people import Units, coded, days, people_tables, units_make

_EPOCH = date(1970, 1, 1)
_RARE = ("", "film", "contest", "oath", "care_visit", "online", "other")
_FORMS = ("collective_study", "discussion", "lecture", "reading", "visit", "volunteering", *_RARE)
_CONVENERS = ("branch", "branch_committee", "party_group", "party_committee", "administration", "")
_PRESIDERS = (
    "secretary",
    "deputy_secretary",
    "org_member",
    "committee_member",
    "group_leader",
    "",
)
_LECTURERS = ("", "secretary", "deputy_secretary", "committee_member")


@dataclass(frozen=True)
class Slot:
    """A sitting that a branch may hold: what, in which days of the year, how surely."""

    kind: str
    first: int
    last: int
    chance: float
    joint: bool = False


def _slots() -> tuple[Slot, ...]:
    months = [(place * 365 // 12, (place + 1) * 365 // 12 - 1) for place in range(12)]
    quarters = [(place * 365 // 4, (place + 1) * 365 // 4 - 1) for place in range(4)]
    found = [Slot("committee_meeting", *month, 0.93) for month in months]
    found += [Slot("theme_day", *month, 0.95) for month in months]
    found += [Slot("group_meeting", *month, 0.8) for month in months for _ in range(2)]
    found += [Slot("branch_study", *month, 0.75) for month in months]
    found += [Slot("branch_study", *month, 0.6) for month in months]
    found += [Slot("committee_meeting", *month, 0.5) for month in months[1::2]]
    found += [Slot("branch_assembly", *quarter, 0.93) for quarter in quarters]
    found += [Slot("branch_assembly", 0, 364, 0.5)] * 4
    found += [Slot("party_lecture", *quarter, 0.9) for quarter in quarters]
    found += [Slot("life_meeting", 270, 364, 0.9), Slot("appraisal_meeting", 280, 364, 0.88)]
    found += [Slot("staff_study", 0, 364, 0.4)] * 3
    found += [
        Slot("theme_day", *quarters[1], 0.1, True),
        Slot("party_lecture", 180, 240, 0.1, True),
    ]
    return tuple(found)


SLOTS = _slots()
KINDS = tuple(dict.fromkeys(slot.kind for slot in SLOTS))


def _held(
    dice: np.random.Generator, units: Units, year: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit place, slot place and day of year of each sitting, by unit."""
    count, zeal = len(units.zeal), units.zeal
    chance = np.array([slot.chance for slot in SLOTS], dtype=np.float32)
    # The eager hold nearly all, the idle hold few and those late in the year.
    held = dice.random((count, len(SLOTS)), dtype=np.float32) < chance * zeal[:, None]
    first = np.array([slot.first for slot in SLOTS], dtype=np.int16)
    width = np.array([slot.last - slot.first + 1 for slot in SLOTS], dtype=np.float32)
    day = first + (dice.random((count, len(SLOTS)), dtype=np.float32) * width).astype(np.int16)
    groups = np.array([slot.kind == "group_meeting" for slot in SLOTS])
    held[units.groups == 0] &= ~groups
    for place, slot in enumerate(SLOTS):
        if slot.joint:
            # Three neighbours hold it together, on one day.
            held[:, place] = np.repeat(held[::3, place], 3)[:count]
            day[:, place] = np.repeat(day[::3, place], 3)[:count]
    start = (date(year, 1, 1) - _EPOCH).days
    held &= (units.founded[:, None] <= start + day) & (units.withdrawn[:, None] >= start + day)
    owner, slot_of = np.nonzero(held)
    return owner, slot_of, start + day[owner, slot_of]


def segments_make(
    dice: np.random.Generator, units: Units, year: int, first_record: int
) -> tuple[pa.Table, np.ndarray, np.ndarray, np.ndarray]:
    owner, slot, day = _held(dice, units, year)
    length = len(owner)
    kind = np.array([KINDS.index(one.kind) for one in SLOTS], dtype=np.int8)[slot]
    joint = np.array([one.joint for one in SLOTS])[slot]
    number = first_record + np.arange(length, dtype=np.int64)
    together = first_record + length + owner // 3 * len(SLOTS) + slot
    record = np.where(joint, together, number)
    committee = kind == KINDS.index("committee_meeting")
    group = kind == KINDS.index("group_meeting")
    due = np.where(committee, units.committee[owner], units.members[owner])
    due = np.where(group, (due + 1) // np.maximum(units.groups[owner], 1), due)
    # Counts of people come in few different values, as they do in life.
    here = np.clip(0.55 + 0.5 * dice.random(length, dtype=np.float32) ** 0.5, 0, 1)
    present = np.rint(due * here).astype(np.int64)
    entitled = np.where(np.isin(kind, [KINDS.index("branch_assembly")]), (due * 19 + 19) // 20, due)
    present_entitled = np.minimum(present, entitled)
    chance = dice.random((6, length), dtype=np.float32)
    sloppy = 1.4 - units.zeal[owner]
    study = kind == KINDS.index("staff_study")
    theme = kind == KINDS.index("theme_day")
    lecture = kind == KINDS.index("party_lecture")
    delay = np.minimum(-np.log(chance[3] + 1e-6) * 9 * sloppy, 250).astype(np.int64)
    columns = {
        "unit_id": units.unit_id[owner],
        "record_id": record,
        "segment_id": record,
        "kind": coded(kind, KINDS),
        "day": days(day),
        "convener": _conveners(dice, chance[0], committee, group, study),
        "presider_post": _presiders(chance[1], group),
        "recorder_post": coded(np.where(chance[1] < 0.3, 3, 5).astype(np.int8), _PRESIDERS),
        "lecturer_post": coded(
            np.where(lecture, 1 + (chance[2] * 3).astype(np.int8), 0).astype(np.int8), _LECTURERS
        ),
        "form": coded(
            np.where(theme, chance[2] * len(_FORMS), _FORMS.index("")).astype(np.int8), _FORMS
        ),
        "due": due,
        "entitled": entitled,
        "present": present,
        "present_entitled": present_entitled,
        "nonmembers": np.where(study, due, np.where(chance[2] < 0.03, 2, 0)),
        "absent_unexplained": np.where(chance[4] < 0.06 * sloppy, np.minimum(due - present, 2), 0),
        "agenda_items": 1 + (chance[4] * 3).astype(np.int64),
        "resolutions": (chance[5] * 2.6).astype(np.int64),
        "missing_fields": np.where(chance[5] < 0.05 * sloppy, 1 + (delay & 1), 0),
        "entry_delay": delay,
        "late": delay > 30,
        "first_item_study": pa.array(chance[4] < 0.5, mask=~committee),
        "secretary_present": chance[1] < 0.9,
        "joint": joint,
        "duplicate": chance[0] > 1 - 0.01 * sloppy,
    }
    return pa.table(columns), owner, kind, day


def _conveners(
    dice: np.random.Generator,
    chance: np.ndarray,
    committee: np.ndarray,
    group: np.ndarray,
    study: np.ndarray,
) -> pa.Array:
    found = np.zeros(len(chance), dtype=np.int8)
    found[committee & (chance > 0.3)] = 1
    found[group] = 2
    found[study] = 4
    odd = chance < 0.015
    found[odd] = dice.integers(3, 6, odd.sum())
    return coded(found, _CONVENERS)


def _presiders(chance: np.ndarray, group: np.ndarray) -> pa.Array:
    found = np.searchsorted([0.8, 0.88, 0.93, 0.98], chance).astype(np.int8)
    found[found == 4] = 5
    found[group & (chance < 0.97)] = 4
    return coded(found, _PRESIDERS)


def attendance_make(
    dice: np.random.Generator,
    units: Units,
    segments: pa.Table,
    owner: np.ndarray,
    kind: np.ndarray,
    day: np.ndarray,
) -> pa.Table:
    """Everybody due at the sittings of all members: present, on leave or absent."""
    whole = np.flatnonzero(
        np.isin(kind, [KINDS.index(one) for one in ("theme_day", "party_lecture", "branch_study")])
    )
    size = units.members[owner[whole]]
    row = np.repeat(whole, size)
    place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    chance = dice.random(len(row), dtype=np.float32)
    state = (chance > 0.85).astype(np.int8) + (chance > 0.95)
    return pa.table(
        {
            "unit_id": units.unit_id[owner[row]],
            "record_id": segments["record_id"].to_numpy()[row],
            "segment_id": segments["segment_id"].to_numpy()[row],
            "person_id": units.first_person[owner[row]] + place,
            "kind": coded(kind[row], KINDS),
            "state": coded(state, ("present", "leave", "absent")),
            "day": days(day[row]),
        }
    )


def parts_make(
    dice: np.random.Generator,
    units: Units,
    segments: pa.Table,
    owner: np.ndarray,
    kind: np.ndarray,
    day: np.ndarray,
) -> pa.Table:
    """Who presided, and who gave the lecture."""
    lecture = np.flatnonzero(kind == KINDS.index("party_lecture"))
    row = np.concatenate([np.arange(len(owner)), lecture])
    role = np.concatenate([np.zeros(len(owner), np.int8), np.ones(len(lecture), np.int8)])
    order = np.argsort(row, kind="stable")
    row, role = row[order], role[order]
    person = dice.integers(0, np.maximum(np.minimum(units.members[owner[row]], 5), 1))
    return pa.table(
        {
            "unit_id": units.unit_id[owner[row]],
            "record_id": segments["record_id"].to_numpy()[row],
            "person_id": units.first_person[owner[row]] + person,
            "role": coded(role, ("presider", "lecturer")),
            "kind": coded(kind[row], KINDS),
            "day": days(day[row]),
        }
    )


def region_write(
    region: int, out: Path, *, branches: int, regions: int, year: int, seed: int, attendance: bool
) -> dict[str, int]:
    """Write one region; returns the rows of each relation."""
    first = branches * region // regions
    count = branches * (region + 1) // regions - first
    dice = np.random.default_rng([seed, region])
    units = units_make(dice, first + 1, count, year)
    folder = out / f"region={region + 1:03d}"
    written = {}
    for name, table in people_tables(dice, units, year):
        written[name] = _write(table, folder / f"{name}.parquet")
    found = segments_make(dice, units, year, (first + 1) * 1000)
    yearly = {"segment": found[0]}
    if attendance:
        yearly["attendance"] = attendance_make(dice, units, *found)
        yearly["part"] = parts_make(dice, units, *found)
    for name, table in yearly.items():
        written[name] = _write(table, folder / f"year={year}" / f"{name}.parquet")
    return written


def _write(table: pa.Table, path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = [name for name in ("record_id", "segment_id") if name in table.column_names]
    pq.write_table(
        table,
        path,
        compression="zstd",
        row_group_size=122_880,
        use_dictionary=[name for name in table.column_names if name not in numbers],
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
    )
    return table.num_rows


def generate(
    out: Path,
    *,
    branches: int,
    regions: int,
    year: int = 2025,
    seed: int = 1,
    attendance: bool = False,
    workers: int = 1,
) -> dict[str, int]:
    """Write all regions anew; returns the rows of each relation."""
    if out.exists():
        shutil.rmtree(out)
    make = partial(
        region_write,
        out=out,
        branches=branches,
        regions=regions,
        year=year,
        seed=seed,
        attendance=attendance,
    )
    total: dict[str, int] = {}
    for written in _each(make, regions, workers):
        for name, rows in written.items():
            total[name] = total.get(name, 0) + rows
    return total


def _each(make: partial[dict[str, int]], regions: int, workers: int) -> Iterator[dict[str, int]]:
    if workers == 1:
        yield from map(make, range(regions))
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(make, range(regions))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.generate")
    parser.add_argument("--branches", type=int, required=True)
    parser.add_argument("--regions", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--attendance", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    arguments = vars(parser.parse_args())
    start = time.perf_counter()
    total = generate(**arguments)
    took = time.perf_counter() - start
    for name, rows in total.items():
        print(f"{name:<12}{rows:>14,}")
    print(f"{took:.1f} s, {sum(total.values()) / took / 1e6:.1f} million rows a second")


if __name__ == "__main__":
    main()
