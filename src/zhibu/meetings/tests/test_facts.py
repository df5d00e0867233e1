"""The rows promised to the engine."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from zhibu.documents.models import Document
from zhibu.meetings.facts import SOURCES
from zhibu.meetings.models import Sitting
from zhibu.meetings.services import AgendaInput, RoleInput, sitting_void
from zhibu.meetings.tests.factories import DAY, Branch
from zhibu.meetings.tests.test_entering import absent, assembly, branch, enter  # noqa: F401
from zhibu.records.models import Record, RecordHost, RecordLink
from zhibu.shared import clock
from zhibu_engine.facts import RELATIONS

pytestmark = pytest.mark.django_db


def rows(
    relation: str, *unit_ids: int, first: date = date(2025, 1, 1), last: date = date(2025, 12, 31)
):
    promise = next(p for p in SOURCES if p.relation == relation)
    units = ", ".join(str(pk) for pk in unit_ids)
    sql = promise.text(connection.vendor).replace("{units}", f"{promise.unit_column} IN ({units})")
    with connection.cursor() as cursor:
        cursor.execute(sql, {"first": first, "last": last})
        found = cursor.fetchall()
        names = [column.name for column in RELATIONS[relation].columns]
        assert len(cursor.description) == len(names)
    return [dict(zip(names, row, strict=True)) for row in found]


def test_a_segment_row_says_what_was_frozen_with_the_record(branch):
    study = assembly(
        branch,
        agenda=(AgendaInput("学习", is_study=True), AgendaInput("定事", resolution="同意")),
        hosts=absent(branch, branch.others[0]),
    )
    sitting = enter(branch, study)

    (row,) = rows("segment", branch.unit.pk)

    assert (row["record_id"], row["kind"], row["title"]) == (
        sitting.pk,
        "branch_assembly",
        "季度党员大会",
    )
    assert (row["due"], row["entitled"], row["present"], row["present_entitled"]) == (11, 10, 10, 9)
    assert (row["agenda_items"], row["resolutions"], bool(row["first_item_study"])) == (2, 1, True)
    assert (row["convener"], row["presider_post"], row["recorder_post"]) == (
        "branch",
        "secretary",
        "org_member",
    )
    assert (
        not row["joint"] and not row["duplicate"] and not row["late"] and row["secretary_present"]
    )


def test_a_joint_sitting_gives_each_host_its_own_row(branch):
    other = Branch()
    enter(branch, assembly(branch, hosts=absent(branch, branch.others[0]) + absent(other)))

    found = {row["unit_id"]: row for row in rows("segment", branch.unit.pk, other.unit.pk)}

    assert [found[b.unit.pk]["present"] for b in (branch, other)] == [10, 11]
    assert all(row["joint"] for row in found.values())


def test_attendance_and_parts_name_who_was_there_and_in_what_post(branch):
    enter(branch, assembly(branch, hosts=absent(branch, branch.others[0])))

    states = [row["state"] for row in rows("attendance", branch.unit.pk)]
    parts = {row["role"]: row for row in rows("part", branch.unit.pk)}

    assert (states.count("present"), states.count("leave")) == (10, 1)
    assert (parts["presider"]["person"], parts["presider"]["post"]) == ("王书记", "secretary")
    assert parts["recorder"]["kind"] == "branch_assembly"


def test_voided_records_and_other_years_are_no_facts(branch):
    sitting = enter(branch)
    assert rows("segment", branch.unit.pk, last=date(2025, 3, 9)) == []
    assert len(rows("segment", branch.unit.pk, last=DAY)) == 1

    sitting_void(sitting=sitting, actor=branch.clerk, reason="录错")

    assert [rows(relation, branch.unit.pk) for relation in ("segment", "attendance", "part")] == [
        [],
        [],
        [],
    ]


def test_how_late_an_entry_was_is_a_fact(branch):
    with clock.fixed(date(2025, 5, 1)):
        enter(
            branch,
            assembly(branch, roles=(RoleInput("presider", branch.secretary.pk),)),
            late_reason="补",
        )

    (row,) = rows("segment", branch.unit.pk)
    assert (row["entry_delay"], bool(row["late"])) == (52, True)
    assert Sitting.objects.count() == 1


def test_a_link_is_seen_from_both_ends_with_the_days_between(branch):
    sitting = enter(branch, assembly(branch))
    plan = Record.objects.create(
        kind="document",
        owner=branch.unit,
        title="年度计划",
        event_on=DAY - timedelta(days=9),
        entered_at=clock.now(),
        entered_by=branch.clerk,
    )
    RecordHost.objects.create(record=plan, unit=branch.unit)
    Document.objects.create(record=plan, kind="year_plan", period="year", year=DAY.year)
    RecordLink.objects.create(record=plan, target=sitting.record, relation="adopted_by")

    found = {row["record_id"]: row for row in rows("link", branch.unit.pk)}

    assert found[plan.pk]["target_kind"] == "branch_assembly"
    assert (found[plan.pk]["after_days"], found[plan.pk]["relation"]) == (9, "adopted_by")
    assert found[sitting.pk]["target_kind"] == "year_plan"
    assert found[sitting.pk]["after_days"] == -9
