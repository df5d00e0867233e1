"""One branch, three roads to its score: by hand, from the live database, from exported facts."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from zhibu.accounts.models import User
from zhibu.documents.models import Document, PlanItem
from zhibu.meetings.models import Attendance, Segment, SegmentHost, Sitting
from zhibu.membership.models import Member, Membership
from zhibu.organization.models import Person, Post, Term, Unit
from zhibu.organization.services import ancestry_rebuild, pack_adopt, unit_found
from zhibu.packs.services import builtin_packs, pack_install
from zhibu.records.models import Participant, Record, RecordHost, RecordLink
from zhibu.standards.models import Finding, Score
from zhibu.standards.services import units_judge
from zhibu_engine.cli import main

FOLDER = Path(__file__).parent / "packs" / "worked_example"
#: docs/worked-example.md, section 三: worked out by hand.
BY_HAND = {"assessed": 5300, "earned": 4475, "not_assessed": 4700, "not_due": 0}
AS_OF = date(2025, 12, 31)
PROGRAM = "测试"


def _rows(relation: str) -> list[dict[str, str]]:
    with (FOLDER / f"{relation}.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


class Loaded:
    """The CSV folder of the worked example as rows of the live database."""

    def __init__(self, clerk: User) -> None:
        self.clerk = clerk
        self.records: dict[str, Record] = {}
        self.unit = self._organization()
        self._members()
        self._sittings()
        self._documents()

    def _organization(self) -> Unit:
        row = _rows("unit")[0]
        unit = unit_found(
            code=row["code"], name=row["name"], kind=row["kind"], sector=row["sector"],
            founded_on=_day(row["founded"]), parent=None, actor=PROGRAM,
        )  # fmt: skip
        self.groups = {}
        for group in _rows("group"):
            self.groups[group["group_id"]] = unit_found(
                code=f"{row['code']}-{group['group_id']}", name=f"{row['name']}{group['name']}", kind="group",
                founded_on=_day(group["from_day"]), parent=unit, actor=PROGRAM,
            )  # fmt: skip
        for term in _rows("term"):
            Term.objects.create(
                unit=unit, from_on=_day(term["from_day"]), to_on=_day(term["to_day"])
            )
        ancestry_rebuild()
        return unit

    def _members(self) -> None:
        self.persons = {}
        for row in _rows("member"):
            person = self.persons[row["person_id"]] = Person.objects.create(name=row["person"])
            member = Member.objects.create(
                person=person, category=row["category"], joined_on=_day(row["joined"]),
                full_on=_day(row["full_on"]), is_leader=row["leader"] == "true",
            )  # fmt: skip
            Membership.objects.create(
                member=member, unit=self.unit, group=self.groups.get(row["group_id"]),
                from_on=_day(row["from_day"]), to_on=_day(row["to_day"]),
            )  # fmt: skip
        for row in _rows("post"):
            Post.objects.create(
                person=self.persons[row["person_id"]], unit=self.unit, code=row["post"],
                duty="负责" if row["has_duty"] == "true" else "", from_on=_day(row["from_day"]),
                to_on=_day(row["to_day"]),
            )  # fmt: skip
        for group in _rows("group"):
            for _number in range(int(group["leaders"])):
                leader = next(r for r in _rows("member") if r["group_id"] == group["group_id"])
                Post.objects.create(
                    person=self.persons[leader["person_id"]], unit=self.groups[group["group_id"]],
                    code="group_leader", from_on=_day(group["from_day"]),
                )  # fmt: skip

    def _record(self, row: dict[str, str], kind: str) -> Record:
        found = self.records.get(row["record_id"])
        if found:
            return found
        day, delay = _day(row["day"]), int(row["entry_delay"])
        assert day is not None
        record = Record.objects.create(
            kind=kind, owner=self.unit, title=row["title"] or "记录", event_on=day,
            entered_at=timezone.make_aware(
                timezone.datetime.combine(day + timedelta(days=delay), timezone.datetime.min.time())
            ),
            entry_delay=delay, entered_by=self.clerk, is_late=row["late"] == "true",
        )  # fmt: skip
        RecordHost.objects.create(record=record, unit=self.unit)
        self.records[row["record_id"]] = record
        if kind == Record.Kind.SITTING:
            Sitting.objects.create(record=record)
        return record

    def _sittings(self) -> None:
        hosts: dict[str, SegmentHost] = {}
        orders: dict[str, int] = defaultdict(int)
        segments: dict[tuple[str, str], Segment] = {}
        for row in _rows("segment"):
            record = self._record(row, Record.Kind.SITTING)
            orders[row["record_id"]] += 1
            true = {name for name, value in row.items() if value == "true"}
            segment = Segment.objects.create(
                sitting=record.sitting, order=orders[row["record_id"]], kind=row["kind"],
                convener=row["convener"], form=row["form"], theme=row["title"],
                presider_post=row["presider_post"], recorder_post=row["recorder_post"],
                lecturer_post=row["lecturer_post"], agenda_items=row["agenda_items"],
                resolutions=row["resolutions"], first_item_study="first_item_study" in true,
            )  # fmt: skip
            hosts[row["segment_id"]] = SegmentHost.objects.create(
                segment=segment, unit=self.unit, duplicate="duplicate" in true,
                secretary_present="secretary_present" in true,
                **{name: int(row[name]) for name in (
                    "due", "entitled", "present", "present_entitled", "nonmembers", "absent_unexplained",
                    "missing_fields",
                )},
            )  # fmt: skip
            segments[row["record_id"], row["kind"]] = segment
        for row in _rows("attendance"):
            Attendance.objects.create(
                host=hosts[row["segment_id"]],
                person=self._person(row["person_id"]),
                state=row["state"],
            )
        for row in _rows("part"):
            Participant.objects.create(
                record=self.records[row["record_id"]], part=segments[row["record_id"], row["kind"]].order,
                person=self._person(row["person_id"]), role=row["role"], post=row["post"],
            )  # fmt: skip

    def _person(self, key: str) -> Person:
        if key not in self.persons:
            self.persons[key] = Person.objects.create(name=f"来宾{key}")
        return self.persons[key]

    def _documents(self) -> None:
        adopting = Record.objects.filter(sitting__segments__kind="committee_meeting").first()
        for row in _rows("document"):
            record = self._record(row, Record.Kind.DOCUMENT)
            document = Document.objects.create(
                record=record,
                kind=row["kind"],
                year=row["year"],
                period=row["period"],
                index=row["index"],
            )
            for order in range(int(row["items"])):
                PlanItem.objects.create(
                    document=document, order=order + 1, text=f"第{order + 1}条", answer="done",
                    owner=None if order < int(row["items_unassigned"]) else self.persons["101"],
                    due_on=AS_OF,
                )  # fmt: skip
            if row["adopted"] == "true":
                RecordLink.objects.create(
                    record=record, target=adopting, relation=RecordLink.Relation.ADOPTED_BY
                )


@pytest.fixture
def branch(db) -> Unit:
    for path in builtin_packs():
        pack_install(path=path, actor=PROGRAM)
    unit = Loaded(User.objects.create_user("clerk")).unit
    pack_adopt(unit=unit, pack_key="city-organs", actor=PROGRAM, from_on=date(2024, 1, 1))
    units_judge(unit_ids=[unit.pk], day=AS_OF)
    return unit


def test_the_live_database_gives_the_score_worked_out_by_hand(branch):
    score = Score.objects.get(unit=branch, standard="liuhua", year=2025)

    assert {name: getattr(score, name) for name in BY_HAND} == BY_HAND


def test_exported_facts_judged_by_the_command_give_every_finding_of_the_live_database(
    branch, tmp_path
):
    call_command("facts", "export", str(tmp_path / "facts"), f"--as-of={AS_OF}")

    answer = main(
        ["assess", "--facts", str(tmp_path / "facts"), "--pack", "city-organs", "--as-of", "2025-12-31",
         "--standard", "liuhua", "--unit", branch.code, "--out", str(tmp_path / "out.json")]
    )  # fmt: skip

    assert answer == 0
    out = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    live = {
        finding.clause: (
            finding.verdict,
            finding.possible,
            finding.earned,
            finding.measured,
            finding.required,
        )
        for finding in Finding.objects.filter(unit=branch, standard="liuhua", year=2025)
    }
    assert len(live) > 40
    [standard] = out["standards"]
    assert {name: standard["scores"][0][name] for name in BY_HAND} == BY_HAND
    assert _findings(standard) == live


def _findings(standard: dict) -> dict[str, tuple]:
    return {
        row["clause"]: (
            row["verdict"],
            row["possible"],
            row["earned"],
            row["measured"],
            row["required"],
        )
        for row in standard["findings"]
    }
