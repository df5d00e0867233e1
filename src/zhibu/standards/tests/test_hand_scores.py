"""Points given by hand: by whom, with which reason, corrected without losing what was said before."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.organization.models import Adoption, Person, Post
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import services
from zhibu.standards.models import Finding, HandScore, Score
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


def give(branch, officer, **fields):
    given = {
        "standard": "sample",
        "year": 2025,
        "clause": "reviewed",
        "points": 300,
        "reason": "现场查看了评价表",
        "assessor": "panel",
    }
    return services.hand_score_give(unit=branch, actor=officer, **{**given, **fields})


def finding():
    return Finding.objects.get(clause="reviewed")


def test_points_are_judged_at_once_and_what_was_open_becomes_assessed(branch, officer):
    assert (finding().verdict, finding().code) == ("not_assessed", "manual")
    open_before = Score.objects.get().not_assessed

    give(branch, officer)

    assert (finding().verdict, finding().earned) == ("partial", 300)
    assert Score.objects.get().not_assessed == open_before - 400
    assert Event.objects.get(action="standards.hand_scored").data["reason"] == "现场查看了评价表"


def test_a_correction_keeps_the_row_before_it_and_a_withdrawal_makes_it_open_again(branch, officer):
    first = give(branch, officer)
    second = give(branch, officer, points=400, reason="复核后更正")

    first.refresh_from_db()
    assert first.replaced_at and second.replaced_at is None and finding().verdict == "met"
    with pytest.raises(RuleBroken, match="已经被新的评分代替"):
        services.hand_score_withdraw(score=first, actor=officer)

    services.hand_score_withdraw(score=second, actor=officer)
    assert finding().verdict == "not_assessed" and HandScore.objects.count() == 2


def test_nobody_scores_the_own_branch_or_without_a_reason_or_more_than_there_is(branch, officer):
    refused = [
        (PermissionDenied, user_make(branch), {}),
        (ValidationError, officer, {"reason": "  "}),
        (ValidationError, officer, {"points": 401}),
        (ValidationError, officer, {"points": -1}),
        (RuleBroken, officer, {"year": 2026}),
        (RuleBroken, officer, {"clause": "assembly_quarterly"}),
        (RuleBroken, officer, {"clause": "no_such"}),
    ]
    for error, actor, fields in refused:
        with pytest.raises(error):
            give(branch, actor, **fields)
    person = Person.objects.create(name="周工委", user=officer)
    Post.objects.create(person=person, unit=branch, code="deputy", from_on=date(2024, 1, 1))
    with pytest.raises(PermissionDenied):
        give(branch, officer)
    assert not HandScore.objects.exists() and finding().verdict == "not_assessed"


def test_the_database_keeps_one_current_row(branch, officer):
    row = give(branch, officer)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_run_pins_points_given_by_hand_and_freezes_who_gave_them(branch, officer):
    def make(title):
        return services.run_make(
            standard="sample",
            scope=Adoption.objects.get().unit,
            as_of=DAY,
            title=title,
            actor=officer,
        )

    before = make("前")
    give(branch, officer, points=400)
    run = make("后")
    assert run.facts_digest != before.facts_digest
    with pytest.raises(RuleBroken, match="重新评判"):
        services.run_publish(run=before, actor=officer)

    services.run_publish(run=run, actor=officer)
    kept = run.findings.get(clause="reviewed")
    assert kept.earned == 400 and kept.explanation["given"]["by"] == str(officer)
    assert kept.explanation["given"]["reason"] == "现场查看了评价表"


def url(name, branch):
    return reverse(f"standards:{name}", args=[branch.pk, "sample", "reviewed"])


def test_the_page_offers_the_form_to_who_judges_and_shows_who_gave_what(client, branch, officer):
    client.force_login(officer)
    page = client.get(url("finding", branch)).content.decode()
    assert "由评审组评分" in page and "评分理由" in page and "还没有评分" in page

    sent = {"points": "3.5", "assessor": "panel", "reason": "看了台账"}
    refused = client.post(url("hand_score", branch), {**sent, "points": "4.5"})
    assert refused.status_code == 422 and not HandScore.objects.exists()
    shown = client.post(url("hand_score", branch), sent, follow=True).content.decode()
    assert "3.5 / 4 分" in shown and "看了台账" in shown and "评审组评分" in shown
    assert finding().earned == 350

    client.post(reverse("standards:hand_withdraw", args=[HandScore.objects.get().pk]))
    assert finding().verdict == "not_assessed"


def test_the_branch_itself_reads_the_points_but_has_no_form(client, branch, officer):
    give(branch, officer)
    client.force_login(user_make(branch))
    page = client.get(url("finding", branch)).content.decode()
    assert "现场查看了评价表" in page and "更正评分" not in page
    sent = {"points": "1", "assessor": "panel", "reason": "自己给自己"}
    assert client.post(url("hand_score", branch), sent).status_code == 403
    row = HandScore.objects.get()
    assert client.post(reverse("standards:hand_withdraw", args=[row.pk])).status_code == 403
    assert HandScore.objects.current().get() == row
