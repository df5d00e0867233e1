"""Correcting and voiding: the old version stays, both are judged again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from zhibu.audit.models import Event
from zhibu.meetings.models import AgendaItem, SegmentHost
from zhibu.meetings.services import SittingRefused, sitting_correct, sitting_void
from zhibu.meetings.tests.factories import DAY, Branch, clerk_make, member_make, unit_make
from zhibu.meetings.tests.test_entering import absent, assembly, branch, enter  # noqa: F401
from zhibu.records.models import Record, RecordVersion
from zhibu.shared import changes, clock
from zhibu.shared.errors import RuleBroken

pytestmark = pytest.mark.django_db


def correct(branch, sitting, *segments, **fields):
    values = {
        "reason": "笔误",
        "actor": branch.clerk,
        "day": DAY,
        "segments": segments or (assembly(branch),),
    }
    return sitting_correct(sitting=sitting, **{**values, **fields})


def test_a_correction_keeps_the_old_version_and_its_reason(branch, monkeypatch):
    sitting = enter(branch, assembly(branch, theme="原主题"), place="会议室")
    told = []
    monkeypatch.setattr(changes, "_listeners", [told.append])

    correct(
        branch, sitting, assembly(branch, theme="新主题", hosts=absent(branch, branch.others[0]))
    )

    record = Record.objects.get()
    assert (record.version, record.title) == (2, "党员大会：新主题")
    assert SegmentHost.objects.get().present == 10
    old = RecordVersion.objects.get()
    assert (old.reason, old.content["segments"][0]["theme"], old.content["place"]) == (
        "笔误",
        "原主题",
        "会议室",
    )
    assert Event.objects.last().action == "meetings.corrected"
    assert told == [{branch.unit.pk}]


def test_a_correction_on_the_same_day_keeps_the_frozen_roster(branch):
    sitting = enter(branch)
    member_make(branch.unit, "后来补登记的人")

    correct(branch, sitting)
    assert SegmentHost.objects.get().due == 11

    correct(branch, sitting, day=date(2025, 3, 9))
    assert SegmentHost.objects.get().due == 12


def test_a_correction_without_a_reason_or_that_is_refused_leaves_all_as_it_was(branch):
    sitting = enter(branch)
    with pytest.raises(SittingRefused, match="更正原因"):
        correct(branch, sitting, reason="")
    with pytest.raises(SittingRefused, match="不能晚于今天"):
        correct(branch, sitting, day=date(2025, 3, 11))
    with pytest.raises(PermissionDenied):
        correct(branch, sitting, actor=clerk_make(unit_make()))

    assert Record.objects.get().version == 1
    assert not RecordVersion.objects.exists()
    assert AgendaItem.objects.count() == 1


def test_a_host_left_out_by_a_correction_is_judged_again_too(branch, monkeypatch):
    other = Branch()
    both = tuple(h for b in (branch, other) for h in absent(b))
    sitting = enter(branch, assembly(branch, hosts=both))
    told = []
    monkeypatch.setattr(changes, "_listeners", [told.append])

    correct(branch, sitting)

    assert told == [{branch.unit.pk, other.unit.pk}]
    assert not SegmentHost.objects.filter(unit=other.unit).exists()


def test_a_correction_of_the_day_moves_the_lateness_but_not_the_entry_day(branch):
    sitting = enter(branch)
    with clock.fixed(date(2025, 8, 1)):
        correct(branch, sitting, day=date(2025, 3, 5))

    record = Record.objects.get()
    assert (record.event_on, record.entry_delay, record.is_late) == (date(2025, 3, 5), 5, False)


def test_a_voided_sitting_counts_no_more_and_its_copy_counts_instead(branch, monkeypatch):
    meeting = assembly(branch)
    first = enter(branch, meeting, starts_at=time(9))
    copy = enter(branch, replace(meeting), starts_at=time(9))
    assert SegmentHost.objects.get(segment__sitting=copy).duplicate
    told = []
    monkeypatch.setattr(changes, "_listeners", [told.append])
    with pytest.raises(ValidationError, match="作废原因"):
        sitting_void(sitting=first, actor=branch.clerk, reason=" ")

    sitting_void(sitting=first, actor=branch.clerk, reason="重复录入")

    assert Record.objects.get(pk=first.pk).state == Record.State.VOIDED
    assert not SegmentHost.objects.get(segment__sitting=copy).duplicate
    assert told == [{branch.unit.pk}]
    with pytest.raises(RuleBroken, match="已作废"):
        correct(branch, first)
