"""A committee is judged by how its branches stand, and by what was published before."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.organization.models import RoleGrant
from zhibu.standards import services
from zhibu.standards.models import Finding
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
def committee():
    pack_make("A1")
    return committee_make()


def _assemblies(unit, *months):
    for month in months:
        sitting_row(unit, "branch_assembly", date(2025, month, 10))


def _measured(unit, clause):
    finding = Finding.objects.get(unit=unit, clause=clause)
    return finding.verdict, finding.measured, finding.required


def test_branches_are_judged_before_the_committee_whatever_their_numbers(committee):
    branches = [unit_make(committee) for _ in range(3)]
    _assemblies(branches[0], 2, 5, 8)
    _assemblies(branches[1], 2)

    services.units_judge(unit_ids=[committee.pk, *(one.pk for one in branches)], day=DAY)

    shares = sorted(
        1000
        * sum(f.earned for f in own if f.verdict in ("met", "partial", "unmet"))
        // sum(f.possible for f in own if f.verdict in ("met", "partial", "unmet"))
        for own in (list(Finding.objects.filter(unit=one)) for one in branches)
    )
    assert _measured(committee, "branches_median") == ("unmet", shares[1], 300)
    assert _measured(committee, "branches_assembly") == ("unmet", 1, 3)


def test_a_committee_without_branches_is_not_assessed(committee):
    services.units_judge(unit_ids=[committee.pk], day=DAY)

    assert _measured(committee, "branches_median")[0] == "not_assessed"
    assert _measured(committee, "last_year")[0] == "not_assessed"


def test_the_daily_tick_judges_the_committee_again_after_its_branches_moved(committee):
    branch = unit_make(committee)
    services.units_judge(unit_ids=[committee.pk, branch.pk], day=DAY)
    assert _measured(committee, "branches_assembly") == ("unmet", 0, 1)
    _assemblies(branch, 2, 5, 8)
    services.units_judge(unit_ids=[branch.pk], day=DAY)

    assert tick(DAY)["above"] == 1
    assert _measured(committee, "branches_assembly") == ("met", 1, 1)


def test_only_the_last_published_result_of_a_year_speaks(committee):
    from zhibu.standards.live import facts_fetch

    branch = unit_make(committee)
    judge = user_make(committee, RoleGrant.Role.COUNTY)
    for day in (date(2024, 6, 30), date(2024, 12, 31)):
        run = services.run_make(
            standard="sample", scope=committee, as_of=day, title=f"{day}", actor=judge
        )
        services.run_publish(run=run, actor=judge)
    services.run_make(standard="sample", scope=committee, as_of=DAY, title="未发布", actor=judge)

    rows = facts_fetch(unit_ids=[branch.pk], as_of=DAY, relations={"result"})["result"].to_pylist()

    assert [(row["year"], row["standard"], row["clause"]) for row in rows] == [(2024, "sample", "")]
    assert rows[0]["assessed"] == 1600
