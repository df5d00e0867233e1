"""试行 before 执行: what is only observed is shown, said to be on trial, and asked of nobody."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.organization.models import Adoption
from zhibu.organization.services import pack_adopt
from zhibu.shared import clock
from zhibu.standards import services
from zhibu.standards.models import RunScore, Score
from zhibu.standards.selectors import next_actions, standards_for, unit_grid, unit_score
from zhibu.standards.tests.factories import (
    committee_make,
    pack_make,
    sitting_row,
    unit_make,
    user_make,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 10)
TRIAL = "正在试行"


@pytest.fixture(autouse=True)
def today():
    with clock.fixed(DAY):
        yield


@pytest.fixture
def branch():
    pack_make()
    branch = unit_make(committee_make())
    sitting_row(branch, "branch_assembly", date(2025, 2, 10))
    return branch


def observe(branch, from_on=date(2020, 1, 1)):
    Adoption.objects.update(mode=Adoption.Mode.OBSERVE, from_on=from_on)
    services.units_judge(unit_ids=[branch.pk], day=DAY)


def test_what_is_in_force_asks_for_something_and_what_is_on_trial_asks_for_nothing(branch):
    services.units_judge(unit_ids=[branch.pk], day=DAY)
    assert next_actions(branch, DAY) and unit_grid(branch, 2025, DAY)

    observe(branch)

    score = unit_score(branch, "sample", 2025)
    assert score.standard.is_trial and score.failed
    assert next_actions(branch, DAY) == [] and unit_grid(branch, 2025, DAY) == []


def test_every_page_of_a_standard_on_trial_says_so(client, branch):
    observe(branch)
    client.force_login(user_make(branch))
    for url in (
        reverse("standards:unit", args=[branch.pk]),
        reverse("standards:finding", args=[branch.pk, "sample", "assembly_quarterly"]),
        reverse("home:unit", args=[branch.pk]),
    ):
        assert "试行" in client.get(url).content.decode(), url

    Adoption.objects.update(mode=Adoption.Mode.ENFORCE)
    services.units_judge(unit_ids=[branch.pk], day=DAY)
    assert "试行" not in client.get(reverse("standards:unit", args=[branch.pk])).content.decode()


def test_the_panorama_says_how_many_only_try(client, branch):
    observe(branch)
    committee = Adoption.objects.get().unit
    client.force_login(user_make(committee, role="township"))
    page = client.get(reverse("standards:heatmap", args=[committee.pk])).content.decode()
    assert "有 1 个组织正在试行本标准" in page


def test_on_the_day_of_the_switch_the_same_standard_binds(branch):
    """From observe to enforce by day: nothing has to be done on that day but the daily judging."""
    observe(branch)
    unit = Adoption.objects.get().unit
    pack_adopt(
        unit=unit, pack_key="sample-pack", actor="测试", from_on=date(2025, 10, 20), mode="enforce"
    )
    assert Score.objects.get().mode == "observe" and standards_for(branch, DAY)[0].is_trial

    services.stale_judge(day=date(2025, 10, 19))
    assert Score.objects.get().mode == "observe"
    services.stale_judge(day=date(2025, 10, 20))
    assert Score.objects.get().mode == "enforce"
    assert next_actions(branch, date(2025, 10, 20))


def test_a_run_keeps_whether_it_was_a_trial(client, branch):
    observe(branch)
    committee = Adoption.objects.get().unit
    clerk = user_make(committee, role="township")
    run = services.run_make(
        standard="sample", scope=committee, as_of=date(2025, 9, 30), title="试", actor=clerk
    )
    services.run_publish(run=run, actor=clerk)
    Adoption.objects.update(mode=Adoption.Mode.ENFORCE)

    assert RunScore.objects.get().is_trial
    client.force_login(clerk)
    assert "试行" in client.get(reverse("standards:run", args=[run.pk])).content.decode()
