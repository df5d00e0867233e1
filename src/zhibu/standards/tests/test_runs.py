"""Runs: kept for good, the same bytes whatever merges afterwards."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.organization.models import Ancestry, Placement, Unit
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import services
from zhibu.standards.models import Run, RunFinding, RunScore
from zhibu.standards.selectors.runs import run_workbook
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
def committee():
    pack_make()
    committee = committee_make()
    for month in (2, 8):
        sitting_row(unit_make(committee), "branch_assembly", date(2025, month, 10))
    return committee


@pytest.fixture
def clerk(committee):
    return user_make(committee, role="township")


def make(committee, clerk):
    return services.run_make(
        standard="sample", scope=committee, as_of=date(2025, 9, 30), title="三季度评判", actor=clerk
    )


def test_a_run_keeps_every_unit_below_the_scope_and_what_it_rests_on(committee, clerk):
    run = make(committee, clerk)

    assert run.scores.count() == 2 and run.findings.count() == 10
    assert run.pack_digest and run.tree_digest and run.facts_digest
    assert set(run.scores.values_list("parent_name", flat=True)) == {committee.name}
    assert Event.objects.get(action="standards.run_made").data["units"] == 2


def test_two_runs_of_the_same_facts_have_the_same_digests_and_a_new_record_another(
    committee, clerk
):
    first, second = make(committee, clerk), make(committee, clerk)
    assert (first.tree_digest, first.facts_digest) == (second.tree_digest, second.facts_digest)

    sitting_row(Unit.objects.branches().first(), "committee_meeting", date(2025, 3, 3))

    assert make(committee, clerk).facts_digest != first.facts_digest


def test_only_who_judges_the_scope_makes_a_run(committee):
    secretary = user_make(Unit.objects.branches().first())
    with pytest.raises(PermissionDenied):
        make(committee, secretary)
    assert not Run.objects.exists()


def test_publishing_freezes_why_points_were_lost(committee, clerk):
    run = services.run_publish(run=make(committee, clerk), actor=clerk)

    lost = run.findings.filter(clause="assembly_quarterly").first()
    assert "系统内" in lost.explanation["sentence"]
    assert lost.explanation["counted"][0]["relation"] == "segment"
    assert Event.objects.filter(action="standards.run_published").count() == 1


def test_a_run_whose_facts_changed_is_not_published(committee, clerk):
    run = make(committee, clerk)
    sitting_row(Unit.objects.branches().first(), "committee_meeting", date(2025, 3, 3))

    with pytest.raises(RuleBroken, match="重新评判"):
        services.run_publish(run=run, actor=clerk)
    assert Run.objects.get().published_at is None


def test_a_published_run_refuses_every_change(committee, clerk):
    run = services.run_publish(run=make(committee, clerk), actor=clerk)
    finding, score = run.findings.first(), run.scores.first()
    acts = [
        lambda: services.run_publish(run=run, actor=clerk),
        lambda: services.run_remove(run=run, actor=clerk),
        run.save,
        run.delete,
        finding.save,
        score.delete,
        lambda: Run.objects.filter(pk=run.pk).update(title="另一个"),
        lambda: RunFinding.objects.update(earned=0),
        lambda: RunScore.objects.filter(run=run).delete(),
        lambda: RunFinding.objects.bulk_update([finding], ["earned"]),
    ]
    for act in acts:
        with pytest.raises(RuleBroken, match="已经发布"):
            act()
    assert (run.findings.count(), run.scores.count()) == (10, 2)


def test_an_unpublished_run_can_be_thrown_away(committee, clerk):
    services.run_remove(run=make(committee, clerk), actor=clerk)
    assert not Run.objects.exists() and not RunFinding.objects.exists()


def test_the_export_is_the_same_bytes_after_units_merged_moved_and_were_renamed(committee, clerk):
    run = services.run_publish(run=make(committee, clerk), actor=clerk)
    before = run_workbook(Run.objects.get())

    first, second = Unit.objects.branches().order_by("pk")
    Unit.objects.filter(pk=first.pk).update(
        withdrawn_on=date(2025, 10, 1), merged_into=second, name="改了名"
    )
    Placement.objects.filter(unit=second).update(to_on=date(2025, 10, 1))
    Ancestry.objects.filter(unit=second, depth=1).update(to_on=date(2025, 10, 1))
    sitting_row(second, "committee_meeting", date(2025, 3, 3))
    services.units_judge(unit_ids=[first.pk, second.pk], day=DAY)

    assert run_workbook(Run.objects.get(pk=run.pk)) == before


def test_the_pages_of_runs_make_publish_and_hide(client, committee, clerk):
    client.force_login(clerk)
    made = client.post(
        reverse("standards:run_make", args=[committee.pk]),
        {"title": "年中评判", "standard": "sample", "as_of": "2025-06-30"},
    )
    assert made.status_code == 422  # nothing was judged below yet, so the standard is not offered
    services.units_judge(unit_ids=Unit.objects.branches().values_list("pk", flat=True), day=DAY)
    made = client.post(
        reverse("standards:run_make", args=[committee.pk]),
        {"title": "年中评判", "standard": "sample", "as_of": "2025-06-30"},
        follow=True,
    )
    assert "年中评判" in made.content.decode()
    run = Run.objects.get()
    shown = client.post(
        reverse("standards:run_publish", args=[run.pk]), follow=True
    ).content.decode()
    assert "不再变化" in shown
    unit = run.scores.first().unit_id
    assert (
        "支委会" in client.get(reverse("standards:run_unit", args=[run.pk, unit])).content.decode()
    )

    client.force_login(user_make(Unit.objects.branches().first()))
    assert client.get(reverse("standards:run", args=[run.pk])).status_code == 404
