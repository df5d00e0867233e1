"""Matters, steps and outcomes as the engine is told of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from zhibu.procedures.facts import SOURCES
from zhibu.procedures.models import Outcome
from zhibu.procedures.services import step_act
from zhibu.procedures.tests.factories import DAY, matter_make, meet, village_make
from zhibu_engine.facts import RELATIONS

pytestmark = pytest.mark.django_db


def rows(relation: str, last: date) -> list[dict[str, object]]:
    promise = next(source for source in SOURCES if source.relation == relation)
    day = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            promise.text(connection.vendor).replace("{units}", "1 = 1"),
            {"first": day(date(2025, 1, 1)), "last": day(last)},
        )
        found = cursor.fetchall()
    names = [column.name for column in RELATIONS[relation].columns]
    return [dict(zip(names, row, strict=True)) for row in found]


def test_a_running_matter_is_overdue_from_the_day_after_its_last_day(db):
    village = village_make()
    task = matter_make(
        village, procedure="task", title="清渠", form={}, wanted_on=DAY + timedelta(days=5)
    )
    over = {n: rows("matter", DAY + timedelta(days=n))[0]["overdue_days"] for n in (4, 5, 6, 12)}
    assert over == {4: 0, 5: 0, 6: 1, 12: 7}
    step_act(
        matter=task, step="finish", day=DAY + timedelta(days=8), actor=village.clerk, fields={"done": "已清"},
        files=[("proof", "照片.pdf", b"%PDF-1.4\n%%EOF\n")], late_reason="补",
    )  # fmt: skip
    (row,) = rows("matter", DAY + timedelta(days=60))
    assert (row["state"], row["overdue_days"], row["steps_missing"]) == ("done", 3, 0)
    assert bool(row["conforms"])


def test_steps_and_what_was_wrong_with_them_and_outcomes_with_their_days(db):
    village = village_make()
    matter = matter_make(village)
    leader = village.people["township_leader"].pk
    meet(
        village, matter, "propose", "committee_meeting", DAY,
        presider_id=leader, reasons={"presider": "书记外出"},
    )  # fmt: skip
    (step,) = rows("matter_step", DAY)
    assert (step["step"], bool(step["conforms"]), bool(step["excused"]), step["breaches"]) == (
        "propose",
        False,
        True,
        1,
    )
    Outcome.objects.create(
        matter=matter, unit=village.unit, kind="project", value="done", from_on=DAY,
        withdrawn_on=DAY + timedelta(days=9),
    )  # fmt: skip
    (outcome,) = rows("outcome", DAY + timedelta(days=3))
    assert str(outcome["to_day"]) == str(DAY + timedelta(days=9))
