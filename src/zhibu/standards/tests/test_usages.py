"""Every record shows where it counts."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.records.models import Record
from zhibu.records.selectors import record_usages
from zhibu.shared import clock
from zhibu.standards.tests.factories import committee_make, pack_make, sitting_row, unit_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    pack_make()
    with clock.fixed(date(2025, 10, 10)):
        yield unit_make(committee_make())


def labels(record: Record) -> list[str]:
    return [usage.label for usage in record_usages(record) if "标准" in usage.label]


def test_a_valid_meeting_names_the_clauses_that_count_it(branch):
    record = sitting_row(branch, "branch_assembly", date(2025, 2, 10))

    assert labels(record) == ["支部规范化示例标准：党员大会每季度一次"]
    assert any(
        f"/unit/{branch.pk}/sample/assembly_quarterly/" in usage.url
        for usage in record_usages(record)
    )


@pytest.mark.parametrize(
    "flaw",
    [
        {"convener": "administration"},
        {"presider_post": ""},
        {"present_entitled": 1},
        {"duplicate": True},
    ],
)
def test_a_meeting_that_does_not_count_is_used_nowhere(branch, flaw):
    assert labels(sitting_row(branch, "branch_assembly", date(2025, 2, 10), **flaw)) == []


def test_a_voided_record_is_used_nowhere(branch):
    record = sitting_row(branch, "branch_assembly", date(2025, 2, 10))
    record.state = Record.State.VOIDED
    record.save()

    assert labels(record) == []
