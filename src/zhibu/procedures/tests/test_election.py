"""换届选举 through the doors: a meeting does the step, its counts are filled in afterwards, posts and term follow."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.organization.models import Post, Term
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.selectors import matter_file
from zhibu.procedures.services import Evidence, StepRefused, step_act, step_fill
from zhibu.procedures.tests.factories import Village, matter_make, meet, village_make
from zhibu.shared import clock
from zhibu_engine.votes import VoteCount

pytestmark = pytest.mark.django_db
ELECTED = date(2026, 6, 20)
FORM = {"term_ends": "2026-06-30", "planned_on": "2026-06-20", "term_years": 5}


@pytest.fixture
def village() -> Village:
    with clock.fixed(date(2026, 7, 10)):
        yield village_make()


@pytest.fixture
def matter(village) -> Matter:
    return matter_make(
        village, "election", title="2026年换届选举", form=FORM, opened_on=date(2026, 5, 1)
    )


def act(village: Village, matter: Matter, step: str, day: date, *papers: str, **more) -> MatterStep:
    given = Evidence(papers=tuple((key, 0) for key in papers))
    more = {"actor": village.secretary, "late_reason": "一并补录", **more}
    return step_act(matter=matter, step=step, day=day, evidence=given, **more)


def until_election(village: Village, matter: Matter) -> list[int]:
    four = [
        village.people[post].pk
        for post in ("secretary", "village_head", "village_clerk", "first_secretary")
    ]
    upper = {"actor": village.staff, "decision": "approved"}
    meet(village, matter, "study", "committee_meeting", date(2026, 5, 10), count=None)
    act(village, matter, "request", date(2026, 5, 15), "request")
    act(village, matter, "reply", date(2026, 5, 20), "reply", **upper)
    act(village, matter, "nominate", date(2026, 5, 25), fields={"nominees": four})
    act(
        village,
        matter,
        "candidates_request",
        date(2026, 6, 1),
        "request",
        fields={"candidates": four},
    )
    act(village, matter, "candidates_reply", date(2026, 6, 5), "reply", **upper)
    others = [village.people["village_team"].pk, village.people["township_cadre"].pk]
    named = {"inspectors": others[:1], "tellers": others[1:]}
    act(village, matter, "method", ELECTED, "method", fields=named)
    return four


def counts(people: list[int], votes: list[int], seats: int) -> dict:
    rows = [{"person": who, "votes_for": n} for who, n in zip(people, votes, strict=True)]
    return {"seats": seats, "issued": 7, "collected": 7, "candidates": rows}


def meet_to_elect(village: Village, matter: Matter) -> MatterStep:
    came = VoteCount(entitled=7, present=7, votes_for=0, due=7)
    return meet(
        village, matter, "elect", "branch_assembly", ELECTED, count=came, secret=True, ask=False
    )  # fmt: skip


def open_keys(matter: Matter) -> list[str]:
    return [one.step.key for one in matter_file(matter).open]


def test_from_the_request_to_the_new_term_and_posts(village, matter):
    four = until_election(village, matter)
    made = meet_to_elect(village, matter)
    assert (made.decision, open_keys(matter)) == ("", ["elect"])
    made = step_fill(made=made, fields=counts(four, [7, 6, 4, 3], 3), actor=village.clerk)
    assert (made.decision, open_keys(matter)) == ("carried", ["elect_secretary"])

    made = meet(
        village, matter, "elect_secretary", "committee_meeting", ELECTED, ask=False,
        count=VoteCount(entitled=3, present=3, votes_for=0),
    )  # fmt: skip
    said = {**counts(four[:1], [3], 1), "issued": 3, "collected": 3}
    step_fill(made=made, fields=said, actor=village.clerk)
    act(village, matter, "report", date(2026, 6, 21), "report")
    act(
        village,
        matter,
        "result_reply",
        date(2026, 6, 28),
        "reply",
        actor=village.staff,
        decision="approved",
    )
    posts = [{"person": four[1], "post": "secretary"}, {"person": four[0], "post": "org_member"}]
    fields = {"term_from": "2026-06-20", "posts": posts}
    act(village, matter, "duties", date(2026, 6, 29), fields=fields)
    act(village, matter, "handover", date(2026, 7, 5), "handover")

    matter.refresh_from_db()
    assert (matter.state, matter.breaches, matter.conforms) == ("done", 0, True)
    assert list(Term.objects.values_list("from_on", "to_on")) == [(ELECTED, date(2031, 6, 19))]
    held = Post.objects.filter(unit=village.unit, code__in=("secretary", "org_member")).order_by(
        "from_on", "code"
    )
    assert [(one.person_id, one.code, one.to_on) for one in held][1:] == [
        (four[0], "org_member", None), (four[1], "secretary", None),
    ]  # fmt: skip
    assert held[0].to_on == date(2026, 6, 19)
    assert [(one.value, one.from_on) for one in matter.outcomes.all()] == [("完成换届", ELECTED)]


def test_impossible_counts_are_refused_and_corrected_ones_keep_the_former(village, matter):
    four = until_election(village, matter)
    made = meet_to_elect(village, matter)
    with pytest.raises(StepRefused, match="多于有效票 7 张"):
        step_fill(made=made, fields=counts(four, [8, 5, 4, 3], 3), actor=village.clerk)

    step_fill(made=made, fields=counts(four, [7, 6, 3, 3], 3), actor=village.clerk)
    assert open_keys(matter) == ["elect_rest"]
    made.refresh_from_db()
    again = {"fields": counts(four, [7, 6, 4, 3], 3), "actor": village.clerk}
    made = step_fill(made=made, reason="少数了一票", **again)
    assert (made.decision, open_keys(matter)) == ("carried", ["elect_secretary"])
    assert matter.turns.last().before["form"]["candidates"][2]["votes_for"] == 3


def post_of(four: list[int]) -> dict[str, str]:
    data = {"f-seats": "3", "f-issued": "7", "f-collected": "7", "f-candidates-rows": "5"}
    for n, (who, votes) in enumerate(zip(four, ("7", "6", "4", "3"), strict=True)):
        data |= {f"f-candidates-{n}-person": str(who), f"f-candidates-{n}-votes_for": votes}
    return data


def test_the_counts_are_filled_in_on_a_page_and_said_in_a_sentence(client, village, matter):
    four = until_election(village, matter)
    made = meet_to_elect(village, matter)
    client.force_login(village.clerk)
    url = reverse("procedures:step_fill", args=[matter.pk, made.pk])
    assert url in client.get(matter.get_absolute_url()).content.decode()
    impossible = client.post(url, {**post_of(four), "f-candidates-0-votes_for": "9"})
    assert impossible.status_code == 422
    assert "多于有效票 7 张" in impossible.content.decode()

    assert client.post(url, post_of(four)).status_code == 302
    page = client.get(matter.get_absolute_url()).content.decode()
    assert "示例书记 7 票、示例主任 6 票、示例文书 4 票，当选。" in page
    assert "得赞成票超过实到有选举权的人的半数才能当选" in page


def test_the_first_day_of_the_term_is_filled_in_beforehand(client, village, matter):
    four = until_election(village, matter)
    made = meet_to_elect(village, matter)
    step_fill(made=made, fields=counts(four, [7, 6, 4, 3], 3), actor=village.clerk)
    client.force_login(village.secretary)

    page = client.get(f"{matter.get_absolute_url()}?step=duties").content.decode()

    assert 'name="f-term_from" value="2026-06-20"' in page


def test_a_stranger_fills_nothing(client, village, matter):
    until_election(village, matter)
    made = meet_to_elect(village, matter)
    client.force_login(village.stranger)

    assert client.get(reverse("procedures:step_fill", args=[matter.pk, made.pk])).status_code == 404
