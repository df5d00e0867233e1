"""Uploaded sheets and previews are deleted after their days; what was imported stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.files.models import Blob
from zhibu.jobs import services
from zhibu.jobs.keeping import imports_clear
from zhibu.jobs.models import Import
from zhibu.membership.models import Member
from zhibu.membership.tests.factories import official, read, row, take
from zhibu.shared.errors import RuleBroken

pytestmark = pytest.mark.django_db


def files(settings):
    return [path for path in (settings.DATA_DIR / "blobs").rglob("*") if path.is_file()]


def ended(made, day, days):
    """As if it had ended so many days before ``day``, at noon."""
    moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC) - timedelta(days=days)
    Import.objects.filter(pk=made.pk).update(ended_at=moment, created_at=moment)


def tick(day, capture):
    with capture(execute=True):
        return imports_clear(day=day)


def test_an_ended_import_loses_its_sheet_after_thirty_days_and_not_before(
    county, clerk, day, settings, tmp_path, client, django_capture_on_commit_callbacks
):
    settings.DATA_DIR, settings.IMPORT_KEEP_DAYS = tmp_path, 30
    made = take(official([row(1)]), clerk)
    assert len(files(settings)) == 2

    ended(made, day, 30)
    assert tick(day, django_capture_on_commit_callbacks) == 0
    ended(made, day, 31)
    assert tick(day, django_capture_on_commit_callbacks) == 1
    assert tick(day, django_capture_on_commit_callbacks) == 0

    made.refresh_from_db()
    assert (made.state, made.source, made.preview, made.counts["new"]) == (
        "committed",
        None,
        None,
        1,
    )
    assert Member.objects.count() == 1
    assert files(settings) == [] and not Blob.objects.exists()
    assert Event.objects.filter(action="jobs.files_deleted").count() == 1
    client.force_login(clerk)
    page = client.get(reverse("jobs:import_detail", args=[made.pk])).content.decode()
    assert "已到期删除" in page and "王小明" not in page
    assert client.get(reverse("jobs:import_errors", args=[made.pk])).status_code == 302


def test_one_that_nobody_confirmed_is_given_up(county, clerk, day, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    made = read(official([row(1)]), clerk)
    ended(made, day, 31)
    Import.objects.filter(pk=made.pk).update(ended_at=None)

    call_command("tick", day=day, verbosity=0)

    made.refresh_from_db()
    assert (made.state, made.source, made.message) == (
        "dropped",
        None,
        "超过 30 天没有确认，已自动放弃。",
    )


def test_a_refused_one_without_its_sheet_can_not_be_read_again(
    county, clerk, day, settings, tmp_path, client
):
    settings.DATA_DIR = tmp_path
    made = read(b"no sheet", clerk)
    assert made.state == "refused"
    ended(made, day, 31)
    imports_clear(day=day)

    with pytest.raises(RuleBroken, match="已到期删除"):
        services.import_reread(import_id=made.pk, actor=clerk)
    client.force_login(clerk)
    page = client.get(reverse("jobs:import_detail", args=[made.pk])).content.decode()
    assert "重新读取" not in page


def test_one_at_work_is_left_alone(county, clerk, day, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    made = services.import_begin(
        kind="members", filename="甲.xlsx", data=official([row(1)]), actor=clerk
    )
    ended(made, day, 99)

    assert imports_clear(day=day) == 0
    assert Import.objects.get().source is not None


def test_a_new_reading_leaves_no_old_preview(
    county, clerk, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.DATA_DIR = tmp_path
    made = read(official([row(1)]), clerk)
    with django_capture_on_commit_callbacks(execute=True):
        services.import_reread(import_id=made.pk, actor=clerk)
        services.import_read(import_id=made.pk)

    assert Blob.objects.count() == 2 == len(files(settings))
