"""Random facts of every odd kind, in file form, for the engine's tests and benches."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pyarrow as pa

from tests.engine.making_records import Maker, Rows, odd_day
from zhibu_engine.facts import MAY_BE_ABSENT, RELATIONS
from zhibu_engine.packs import Words
from zhibu_engine.sources import FILE_FORM


def random_rows(words: Words, units: int, seed: int, as_of: date, *, sittings: int = 40) -> Rows:
    """Units that are founded late, withdrawn, idle or busy; rows out of season; nulls where they may be."""
    dice = random.Random(seed)
    rows: Rows = {name: [] for name in RELATIONS}
    maker = Maker(rows, words, dice, as_of)
    for unit in range(1, units + 1):
        _unit(rows, words, dice, unit, as_of, sittings, maker)
    for listed in rows.values():
        dice.shuffle(listed)
    return rows


def tables(rows: Rows) -> dict[str, pa.Table]:
    """Rows as Arrow tables in file form; a relation without rows is left out.

    Those that a source may lack altogether stay, empty: left out they would be 未评 and not a zero.
    """
    return {
        name: pa.table(
            {
                column.name: pa.array(
                    [row.get(column.name) for row in listed], FILE_FORM[column.type]
                )
                for column in RELATIONS[name].columns
                if (column.empty is None and not column.optional)
                or any(column.name in row for row in listed)
            }
        )
        for name, listed in rows.items()
        if listed or name in MAY_BE_ABSENT
    }


def _code(dice: random.Random, words: Words, name: str, blank: float = 0.1) -> str:
    return "" if dice.random() < blank else dice.choice(list(words.codes[name]))


def _unit(
    rows: Rows,
    words: Words,
    dice: random.Random,
    unit: int,
    as_of: date,
    sittings: int,
    maker: Maker,
) -> None:
    founded = (
        None
        if dice.random() < 0.2
        else odd_day(dice, as_of, 700 if dice.random() < 0.3 else 4000, 40)
    )
    withdrawn = odd_day(dice, as_of, 300, 300) if dice.random() < 0.15 else None
    kind = dice.choice(["branch", "branch", "joint_branch", "committee"])
    rows["unit"].append(
        {
            "unit_id": unit,
            "code": f"U{unit}",
            "name": f"第{unit}党支部",
            "kind": kind,
            "sector": _code(dice, words, "sector"),
            "founded": founded,
            "withdrawn": withdrawn,
            "temporary": dice.random() < 0.1,
        }
    )
    persons = [unit * 100 + place for place in range(dice.choice([0, 2, 3, 8, 25]))]
    _people(rows, words, dice, unit, persons, as_of)
    for place in range(dice.choice([0, 3, sittings])):
        _sitting(rows, words, dice, unit, unit * 1000 + place, persons, as_of)
    for place in range(dice.randint(0, 8)):
        _document(rows, words, dice, unit, unit * 1000 + 900 + place, as_of)
    for name in ("segment", "document"):
        for row in rows[name][-dice.choice([1, 4, 30]) :]:
            if row["unit_id"] == unit and dice.random() < 0.7:
                maker.link(unit, row["record_id"], row["day"])
    maker.unit(unit, persons, 12)


def _people(
    rows: Rows, words: Words, dice: random.Random, unit: int, persons: list[int], as_of: date
) -> None:
    groups = [unit * 10 + place for place in range(dice.choice([0, 0, 2]))]
    for group in groups:
        rows["group"].append(
            {
                "unit_id": unit,
                "group_id": group,
                "name": f"第{group}小组",
                "members": dice.randint(0, 4),
                "leaders": dice.randint(0, 1),
                "from_day": odd_day(dice, as_of, 900, 10),
                "to_day": odd_day(dice, as_of, 100, 100) if dice.random() < 0.2 else None,
            }
        )
    for person in persons:
        rows["member"].append(
            {
                "unit_id": unit,
                "person_id": person,
                "person": f"某{person}",
                "category": dice.choice(["full", "full", "probationary"]),
                "group_id": dice.choice([None, *groups]),
                "leader": dice.random() < 0.15,
                "suspended": dice.random() < 0.05,
                "from_day": dice.choice([None, odd_day(dice, as_of, 2000, 10)]),
                "to_day": odd_day(dice, as_of, 200, 200) if dice.random() < 0.15 else None,
            }
        )
    for person in persons[:5]:
        rows["post"].append(
            {
                "unit_id": unit,
                "person_id": person,
                "person": f"某{person}",
                "post": _code(dice, words, "post", 0),
                "has_duty": dice.random() < 0.7,
                "from_day": odd_day(dice, as_of, 1500, 10),
                "to_day": dice.choice([None, None, odd_day(dice, as_of, 400, 400)]),
            }
        )
    for _ in range(dice.randint(0, 2)):
        start = odd_day(dice, as_of, 2500, 10)
        rows["term"].append(
            {
                "unit_id": unit,
                "from_day": start,
                "to_day": dice.choice([None, start + timedelta(days=1095)]),
                "extended_to": dice.choice([None, None, odd_day(dice, as_of, 200, 300)]),
            }
        )


def _sitting(
    rows: Rows,
    words: Words,
    dice: random.Random,
    unit: int,
    record: int,
    persons: list[int],
    as_of: date,
) -> None:
    due = dice.choice([0, 3, 10, 40])
    entitled = dice.randint(0, due)
    present_entitled = dice.randint(0, entitled)
    present = present_entitled + dice.randint(0, due - entitled)
    kind = _code(dice, words, "segment_kind", 0)
    day = None if dice.random() < 0.03 else odd_day(dice, as_of, 420, 20)
    rows["segment"].append(
        {
            "unit_id": unit,
            "record_id": record,
            "segment_id": record,
            "kind": kind,
            "day": day,
            "title": f"第{record}次",
            "convener": dice.choice(["branch", _code(dice, words, "convener")]),
            "presider_post": dice.choice(["secretary", _code(dice, words, "post")]),
            "recorder_post": _code(dice, words, "post"),
            "lecturer_post": _code(dice, words, "post"),
            "form": _code(dice, words, "activity_form"),
            "due": due,
            "entitled": entitled,
            "present": present,
            "present_entitled": present_entitled,
            "nonmembers": dice.choice([0, 0, 2, 30]),
            "absent_unexplained": dice.choice([0, 0, 3]),
            "agenda_items": dice.choice([None, 0, 2]),
            "resolutions": dice.choice([0, 1]),
            "missing_fields": dice.choice([0, 0, 0, 2]),
            "entry_delay": dice.choice([0, 3, 40]),
            "late": dice.random() < 0.1,
            "first_item_study": dice.choice([None, True, False]),
            "secretary_present": dice.random() < 0.8,
            "joint": dice.random() < 0.1,
            "duplicate": dice.random() < 0.05,
        }
    )
    for person in persons[: dice.randint(0, 4)]:
        rows["attendance"].append(
            {
                "unit_id": unit,
                "record_id": record,
                "segment_id": record,
                "person_id": person,
                "kind": kind,
                "state": _code(dice, words, "attendance_state", 0),
                "day": day,
            }
        )
        rows["part"].append(
            {
                "unit_id": unit,
                "record_id": record,
                "person_id": person,
                "person": f"某{person}",
                "role": _code(dice, words, "part_role", 0),
                "post": _code(dice, words, "post"),
                "kind": kind,
                "day": day,
            }
        )


def _document(
    rows: Rows, words: Words, dice: random.Random, unit: int, record: int, as_of: date
) -> None:
    rows["document"].append(
        {
            "unit_id": unit,
            "record_id": record,
            "kind": _code(dice, words, "document_kind", 0),
            "day": dice.choice([None, odd_day(dice, as_of, 500, 30)]),
            "title": f"第{record}份",
            "period": dice.choice(["year", "half", "quarter"]),
            "year": as_of.year - dice.choice([0, 0, 0, 1, 2]),
            "index": dice.choice([None, 1, 2, 3, 4, 0, 9]),
            "adopted": dice.random() < 0.6,
            "items": dice.randint(0, 5),
            "items_unassigned": dice.choice([0, 0, 2]),
            "items_unanswered": dice.choice([0, 0, 2]),
            "entry_delay": dice.choice([0, 60]),
            "late": dice.random() < 0.1,
        }
    )
