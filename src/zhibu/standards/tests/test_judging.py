"""Judging: what is written, what is not, and what is never lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhibu.records.models import Change
from zhibu.shared.changes import deferred, units_changed
from zhibu.standards import services
from zhibu.standards.models import Exemption, Finding, Score
from zhibu.standards.tests.factories import (
    committee_make,
    pack_make,
    sitting_row,
    unit_make,
    user_make,
)
from zhibu.standards.ticks import tick

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 10)


@pytest.fixture
def branch():
    pack_make()
    return unit_make(committee_make())


def test_a_branch_is_judged_by_the_standard_its_committee_adopted(branch):
    for month in (2, 5, 8):
        sitting_row(branch, "branch_assembly", date(2025, month, 10))

    services.units_judge(unit_ids=[branch.pk], day=DAY)

    found = {f.clause: f for f in Finding.objects.filter(unit=branch)}
    assert found["assembly_quarterly"].verdict == "met"
    assert (found["committee_monthly"].verdict, found["committee_monthly"].earned) == (
        "partial",
        150,
    )
    assert found["plan_by_march"].verdict == "unmet"
    assert (found["life_meeting_yearly"].verdict, found["life_meeting_yearly"].until_on) == (
        "not_due",
        date(2025, 12, 31),
    )
    assert (found["reviewed"].verdict, found["reviewed"].code) == ("not_assessed", "manual")
    score = Score.objects.get(unit=branch)
    assert (score.earned, score.assessed, score.not_assessed, score.not_due) == (
        550,
        1400,
        400,
        200,
    )
    assert (
        score.possible == score.assessed + score.not_assessed + score.not_due + score.not_applicable
    )


def test_judging_again_writes_nothing_and_a_new_meeting_only_what_it_changed(branch):
    services.units_judge(unit_ids=[branch.pk], day=DAY)
    assert services.units_judge(unit_ids=[branch.pk], day=DAY) == 0

    sitting_row(branch, "branch_assembly", date(2025, 2, 10))

    assert services.units_judge(unit_ids=[branch.pk], day=DAY) == 2  # one finding, one score
    assert Finding.objects.get(unit=branch, clause="assembly_quarterly").measured == 1


def test_many_units_are_judged_with_as_many_queries_as_one(branch):
    committee = branch.placements.get().parent
    others = [unit_make(committee) for _ in range(5)]
    services.units_judge(unit_ids=[branch.pk], day=DAY)  # fills the caches
    with CaptureQueriesContext(
        connection,
    ) as one:
        services.units_judge(unit_ids=[branch.pk], day=DAY)
    services.units_judge(unit_ids=[unit.pk for unit in others], day=DAY)
    with CaptureQueriesContext(connection) as many:
        services.units_judge(unit_ids=[branch.pk, *(unit.pk for unit in others)], day=DAY)

    # One more asks whether a standard looks at units below, which must be judged first.
    assert len(many) == len(one) + 1
    assert len(one) <= 20


def test_a_listener_judges_in_the_same_transaction(branch):
    with deferred():
        units_changed([branch.pk])
        assert not Finding.objects.exists()

    assert Finding.objects.filter(unit=branch).count() == 5
    assert not Change.objects.exists()


def test_when_judging_fails_the_record_is_kept_and_the_tick_judges_it(branch, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("engine")

    with monkeypatch.context() as patch:
        patch.setattr(services.judging, "units_assess", broken)
        record = sitting_row(branch, "branch_assembly", date(2025, 2, 10))
        units_changed([branch.pk])

    assert type(record).objects.filter(pk=record.pk).exists()
    assert list(Change.objects.values_list("unit_id", flat=True)) == [branch.pk]
    assert not Finding.objects.exists()

    tick(DAY)

    assert not Change.objects.exists()
    assert Finding.objects.get(unit=branch, clause="assembly_quarterly").measured == 1


def test_a_new_day_judges_again_what_was_last_judged_before(branch):
    services.units_judge(unit_ids=[branch.pk], day=date(2025, 3, 30))
    assert Finding.objects.get(unit=branch, clause="plan_by_march").verdict == "not_due"

    assert tick(date(2025, 4, 1))["rejudged"] == 1
    assert Finding.objects.get(unit=branch, clause="plan_by_march").verdict == "unmet"
    assert Score.objects.get(unit=branch).as_of == date(2025, 4, 1)


def test_a_new_year_begins_by_itself(branch):
    services.units_judge(unit_ids=[branch.pk], day=date(2025, 12, 31))

    tick(date(2026, 1, 1))

    assert Score.objects.filter(unit=branch).count() == 2


def test_a_late_entry_marks_last_year_and_it_is_judged_when_asked_for(branch):
    services.units_judge(unit_ids=[branch.pk], day=date(2025, 12, 31))
    sitting_row(branch, "branch_assembly", date(2025, 2, 10))
    today = date(2026, 1, 20)

    services.units_judge(unit_ids=[branch.pk], day=today)

    assert Score.objects.get(unit=branch, year=2025).is_stale
    services.year_refresh(unit_ids=[branch.pk], year=2025, day=today)
    assert not Score.objects.get(unit=branch, year=2025).is_stale
    assert Finding.objects.get(unit=branch, year=2025, clause="assembly_quarterly").measured == 1
    assert services.year_refresh(unit_ids=[branch.pk], year=2025, day=today) == 0


def test_a_branch_founded_in_mid_year_owes_only_the_periods_of_its_life(branch):
    young = unit_make(branch.placements.get().parent, founded_on=date(2025, 6, 15))

    services.units_judge(unit_ids=[young.pk], day=DAY)

    found = {f.clause: f for f in Finding.objects.filter(unit=young)}
    assert found["assembly_quarterly"].required == 1
    assert found["committee_monthly"].required == 3


def test_a_standard_no_longer_adopted_leaves_no_finding(branch):
    services.units_judge(unit_ids=[branch.pk], day=DAY)
    parent = branch.placements.get().parent
    parent.adoptions.update(to_on=date(2025, 10, 10))

    services.units_judge(unit_ids=[branch.pk], day=date(2025, 10, 11))

    assert not Finding.objects.exists() and not Score.objects.exists()


def test_an_exemption_makes_the_clause_not_applicable_and_nobody_exempts_his_own_branch(branch):
    from django.core.exceptions import PermissionDenied, ValidationError

    secretary = user_make(branch)
    over = user_make(branch.placements.get().parent, role="township")
    asked = {
        "unit": branch,
        "standard": "sample",
        "clause": "plan_by_march",
        "from_on": date(2020, 1, 1),
        "to_on": date(2099, 1, 1),
    }

    with pytest.raises(PermissionDenied):
        services.exemption_grant(**asked, reason="机构改革", actor=secretary)
    with pytest.raises(ValidationError, match="理由"):
        services.exemption_grant(**asked, reason=" ", actor=over)
    assert not Exemption.objects.exists()

    services.exemption_grant(**asked, reason="机构改革", actor=over)

    assert Finding.objects.get(unit=branch, clause="plan_by_march").verdict == "not_applicable"
