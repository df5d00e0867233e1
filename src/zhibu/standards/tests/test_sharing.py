"""Where else a record counts: on the finding, and on the page of a standard that was newly adopted."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.home.tests.factories import world
from zhibu.shared import clock
from zhibu.standards.models import Finding
from zhibu.standards.selectors.sharing import finding_shared

pytestmark = pytest.mark.django_db
DAY = date(2025, 11, 20)


def test_the_pages_say_where_else_the_records_count_and_what_is_met(client):
    with clock.fixed(DAY):
        made = world(DAY, members=12)
        branch = made.branch
        lines = {
            (standard, row.clause): finding_shared(branch, standard, row.clause, 2025)
            for standard in ("liuhua", "branch-regulation")
            for row in Finding.objects.filter(unit=branch, standard=standard)
        }
        (standard, clause), shared = next((k, v) for k, v in lines.items() if v)
        assert all(f"/{standard}/" not in one.url for one in shared)
        assert any(not one for one in lines.values())

        client.force_login(made.clerk)
        page = client.get(
            reverse("standards:finding", args=[branch.pk, standard, clause])
        ).content.decode()
        assert "还用于" in page or "还会用于" in page
        assert shared[0].clause in page
        page = client.get(reverse("standards:unit", args=[branch.pk])).content.decode()
        assert "与其他标准共用记录的有" in page and "不用另外录入" in page
