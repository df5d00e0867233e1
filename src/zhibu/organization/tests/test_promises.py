"""What is promised to the engine has the contract's columns, and the past its days."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from zhibu.organization.facts import SOURCES
from zhibu.organization.services import post_begin, term_begin, unit_move
from zhibu.organization.tests.factories import make_person
from zhibu_engine.facts import RELATIONS

pytestmark = pytest.mark.django_db
LAST = date(2025, 12, 31)


def rows(relation: str, unit_id: int | None = None) -> list[dict[str, object]]:
    promise = next(source for source in SOURCES if source.relation == relation)
    condition = "1 = 1" if unit_id is None else f"{promise.unit_column} = {unit_id}"
    day = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            promise.sql.replace("{units}", condition),
            {"first": day(date(2025, 1, 1)), "last": day(LAST)},
        )
        found = cursor.fetchall()
    names = [column.name for column in RELATIONS[relation].columns]
    return [dict(zip(names, row, strict=True)) for row in found]


@pytest.fixture
def full(county):
    unit_move(unit=county.one, parent=county.west, day=date(2025, 7, 1), actor="测试")
    term_begin(unit=county.one, from_on=date(2024, 1, 1), to_on=date(2027, 1, 1), actor="测试")
    person = make_person()
    post_begin(
        person=person,
        unit=county.one,
        code="secretary",
        from_on=date(2024, 1, 1),
        actor="测试",
        duty="全面",
    )
    post_begin(
        person=person,
        unit=county.group,
        code="group_leader",
        from_on=date(2025, 1, 1),
        actor="测试",
    )
    return county


@pytest.mark.parametrize("relation", [source.relation for source in SOURCES])
def test_each_promise_gives_the_columns_of_the_contract(full, relation):
    assert rows(relation)


def test_the_tree_carries_its_days(full):
    above = [r for r in rows("unit_ancestor", full.one.pk) if r["depth"] == 1]
    shown = {(r["ancestor_id"], str(r["from_day"]), str(r["to_day"])) for r in above}

    assert shown == {
        (full.east.pk, "2015-01-01", "2025-06-30"),
        (full.west.pk, "2025-07-01", "None"),
    }


def test_a_group_counts_its_leaders_of_the_judging_day(full):
    found = rows("group", full.one.pk)

    assert [(r["group_id"], r["leaders"], r["members"]) for r in found] == [(full.group.pk, 1, 0)]


def test_a_post_says_whether_its_duty_is_written(full):
    duties = {r["post"]: bool(r["has_duty"]) for r in rows("post")}

    assert duties == {"secretary": True, "group_leader": False}
