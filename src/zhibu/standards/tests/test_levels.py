"""Levels, bonus and deductions of a standard, on the pages, in runs and in their exports."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from zhibu.organization.models import Adoption
from zhibu.shared import clock
from zhibu.standards import services
from zhibu.standards.models import Score
from zhibu.standards.tests.factories import (
    committee_make,
    pack_make,
    sitting_row,
    unit_make,
    user_make,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 10)


@pytest.fixture(autouse=True)
def today():
    with clock.fixed(DAY):
        yield


@pytest.fixture
def branch():
    """Assemblies in three quarters, one of them with an unfit chair; committee meetings in nine months; 8 of 20 are open."""
    pack_make("L1")
    branch = unit_make(committee_make())
    for month in (2, 5, 8):
        sitting_row(branch, "branch_assembly", date(2025, month, 10))
    sitting_row(branch, "branch_assembly", date(2025, 3, 12), presider_post="deputy")
    for month in range(1, 10):
        sitting_row(branch, "committee_meeting", date(2025, month, 3))
    services.units_judge(unit_ids=[branch.pk], day=DAY)
    return branch


def committee():
    return Adoption.objects.get().unit


def test_a_level_stays_open_while_open_points_leave_more_than_one(client, branch):
    score = Score.objects.get()
    assert (score.level, score.level_low, score.level_high) == ("", "fair", "model")
    assert score.penalty == 100 and score.bonus == 0
    assert score.possible == 2000
    assert score.assessed + score.not_assessed + score.not_due + score.not_applicable == 2000

    client.force_login(user_make(branch))
    for url in (
        reverse("standards:unit", args=[branch.pk]),
        reverse("home:unit", args=[branch.pk]),
    ):
        page = client.get(url).content.decode()
        assert "等次待定：未评 4 分" in page and "可能为达标或示范" in page, url
        assert "其中扣分 1 分" in page
    assert (
        "扣 1 分（最多 3 分）"
        in client.get(reverse("standards:unit", args=[branch.pk])).content.decode()
    )


def test_the_panorama_counts_levels_and_shows_what_was_taken(client, branch):
    client.force_login(user_make(committee(), role="township"))
    url = reverse("standards:heatmap", args=[committee().pk])
    page = client.get(url, {"by": "clause"}).content.decode()
    assert "等次待定" in page and "示范" in page
    assert ">-1<" in page


def test_a_run_keeps_level_and_parts_and_its_export_says_them(client, branch):
    clerk = user_make(committee(), role="township")
    run = services.run_make(
        standard="sample", scope=committee(), as_of=DAY, title="三季度", actor=clerk
    )
    services.run_publish(run=run, actor=clerk)
    kept = run.scores.get()
    assert (kept.level_low, kept.level_high, kept.penalty) == ("fair", "model", 100)

    client.force_login(clerk)
    assert (
        "可能为达标或示范" in client.get(reverse("standards:run", args=[run.pk])).content.decode()
    )
    url = reverse("standards:run_unit", args=[run.pk, branch.pk])
    assert "可能为达标或示范" in client.get(url).content.decode()
    book = client.get(reverse("standards:run", args=[run.pk]), {"export": "xlsx"}).content
    cells = [
        cell
        for row in openpyxl.load_workbook(io.BytesIO(book))["得分"].iter_rows(values_only=True)
        for cell in row
    ]
    assert any("可能为达标或示范" in str(cell) for cell in cells) and "扣分" in cells
