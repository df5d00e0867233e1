"""Exemptions of a scope: listed with reason, person and end, granted and ended by who judges."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.organization.models import Adoption
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import services
from zhibu.standards.models import Exemption, Finding
from zhibu.standards.tests.factories import committee_make, pack_make, unit_make, user_make

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 10)


@pytest.fixture(autouse=True)
def today():
    with clock.fixed(DAY):
        yield


@pytest.fixture
def branch():
    pack_make()
    branch = unit_make(committee_make())
    services.units_judge(unit_ids=[branch.pk], day=DAY)
    return branch


@pytest.fixture
def officer(branch):
    return user_make(Adoption.objects.get().unit, role="township")


SENT = {
    "clause": "sample/assembly_quarterly",
    "reason": "新建支部",
    "from_on": "2025-09-01",
    "to_on": "2025-12-31",
}


def page(client, unit, name="exemptions"):
    return reverse(f"standards:{name}", args=[unit.pk])


def verdict():
    return Finding.objects.get(clause="assembly_quarterly").verdict


def test_granted_listed_and_ended_from_the_page(client, branch, officer):
    scope = Adoption.objects.get().unit
    client.force_login(officer)
    shown = client.post(
        page(client, scope, "exemption_grant"), {**SENT, "unit": branch.pk}, follow=True
    ).content.decode()
    assert verdict() == "not_applicable"
    for said in ("新建支部", str(officer), "2025-12-31", "豁免中", "党员大会每季度一次"):
        assert said in shown, said

    held = Exemption.objects.get()
    client.post(page(client, held, "exemption_end"))
    held.refresh_from_db()
    assert held.to_on == date(2025, 10, 9) and verdict() != "not_applicable"
    assert Event.objects.filter(action="standards.exemption_ended").count() == 1
    assert "已到期" in client.get(page(client, scope)).content.decode()


def test_a_wrong_form_is_shown_again_and_changes_nothing(client, branch, officer):
    client.force_login(officer)
    scope = Adoption.objects.get().unit
    wrong = {**SENT, "unit": branch.pk, "to_on": "2025-01-01"}
    assert client.post(page(client, scope, "exemption_grant"), wrong).status_code == 422
    unknown = {**SENT, "unit": branch.pk, "clause": "sample/none"}
    assert client.post(page(client, scope, "exemption_grant"), unknown).status_code == 422
    assert not Exemption.objects.exists()


def test_the_branch_reads_its_exemptions_and_can_neither_grant_nor_end(client, branch, officer):
    given = {"standard": "sample", "clause": "assembly_quarterly", "reason": "新建"}
    held = services.exemption_grant(
        unit=branch, from_on=DAY, to_on=date(2025, 12, 31), actor=officer, **given
    )
    secretary = user_make(branch)
    client.force_login(secretary)
    shown = client.get(page(client, branch)).content.decode()
    assert "新建" in shown and "结束豁免" not in shown
    assert client.post(page(client, branch, "exemption_grant"), SENT).status_code == 404
    with pytest.raises(PermissionDenied):
        services.exemption_end(exemption=held, actor=secretary)


def test_one_that_has_run_out_is_not_ended_again_and_one_begun_today_is_gone(branch, officer):
    given = {
        "standard": "sample",
        "clause": "assembly_quarterly",
        "reason": "新建",
        "actor": officer,
    }
    past = services.exemption_grant(
        unit=branch, from_on=date(2025, 1, 1), to_on=date(2025, 2, 1), **given
    )
    with pytest.raises(RuleBroken, match="已经到期"):
        services.exemption_end(exemption=past, actor=officer)
    new = services.exemption_grant(unit=branch, from_on=DAY, to_on=DAY, **given)
    services.exemption_end(exemption=new, actor=officer)
    assert list(Exemption.objects.all()) == [past]
