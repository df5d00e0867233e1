"""Entering, correcting and voiding a record."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from zhibu.records.models import Record, RecordVersion
from zhibu.records.selectors import record_usages, record_versions
from zhibu.records.services import Part, record_correct, record_void
from zhibu.records.tests.factories import person_make, record_make, unit_make, user_make
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken

pytestmark = pytest.mark.django_db
EVENT = date(2025, 3, 10)


def test_a_record_on_the_last_day_of_the_limit_is_not_late():
    with clock.fixed(date(2025, 3, 17)):
        record = record_make(event_on=EVENT)

    assert (record.is_late, record.entry_delay) == (False, 7)


def test_a_late_record_without_a_reason_is_refused_and_nothing_is_written():
    with clock.fixed(date(2025, 3, 18)), pytest.raises(ValidationError, match="补录原因"):
        record_make(event_on=EVENT)

    assert not Record.objects.exists()


def test_a_late_record_with_a_reason_is_taken_and_marked():
    with clock.fixed(date(2025, 3, 18)):
        record = record_make(event_on=EVENT, late_reason="纸质记录后补")

    record.refresh_from_db()
    assert (record.is_late, record.late_reason, record.entry_delay) == (True, "纸质记录后补", 8)


def test_a_record_of_a_day_to_come_is_refused():
    with clock.fixed(date(2025, 3, 9)), pytest.raises(ValidationError, match="不能晚于今天"):
        record_make(event_on=EVENT)

    assert not Record.objects.exists()


def test_hosts_named_twice_count_once_and_participants_keep_their_post():
    unit, other, person = unit_make(), unit_make(), person_make()
    with clock.fixed(EVENT):
        record = record_make(
            owner=unit,
            hosts=[unit, other, unit],
            participants=[Part(part=1, person_id=person.pk, role="presider", post="secretary")],
        )

    assert {h.unit_id for h in record.hosts.all()} == {unit.pk, other.pk}
    assert record.participants.get().post == "secretary"


def test_a_correction_keeps_the_old_content_and_the_entry_day():
    with clock.fixed(date(2025, 3, 12)):
        record = record_make(event_on=EVENT)
    with clock.fixed(date(2025, 9, 1)):
        changed = record_correct(
            record=record,
            reason="日期写错",
            content={"day": "2025-03-10"},
            actor=user_make(),
            event_on=date(2025, 3, 11),
            title="支委会",
        )

    assert (changed.version, changed.event_on, changed.entry_delay) == (2, date(2025, 3, 11), 1)
    assert not changed.is_late
    old = record_versions(changed)[0]
    assert (old.version, old.content, old.reason) == (1, {"day": "2025-03-10"}, "日期写错")


def test_a_correction_without_a_reason_changes_nothing():
    with clock.fixed(EVENT):
        record = record_make()
        with pytest.raises(ValidationError, match="更正原因"):
            record_correct(record=record, reason=" ", content={}, actor=user_make(), title="改")

    record.refresh_from_db()
    assert (record.version, record.title) == (1, "党员大会")
    assert not RecordVersion.objects.exists()


def test_a_voided_record_stays_readable_and_can_not_be_corrected():
    with clock.fixed(EVENT):
        record = record_void(
            record=record_make(), reason="重复录入", content={"a": 1}, actor=user_make()
        )
        with pytest.raises(RuleBroken, match="已作废"):
            record_correct(record=record, reason="再改", content={}, actor=user_make())

    assert record.state == Record.State.VOIDED
    assert record_versions(record)[0].reason == "重复录入"


def test_a_record_nobody_uses_has_no_usages():
    with clock.fixed(EVENT):
        assert record_usages(record_make()) == []
