"""What the decisions of 换届选举 do to terms and posts, and what they refuse."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.organization.effects import EFFECTS
from zhibu.organization.models import Post, Term
from zhibu.organization.services import post_begin, term_begin
from zhibu.organization.tests.factories import make_person, make_user
from zhibu.shared.errors import RuleBroken

pytestmark = pytest.mark.django_db
ELECTED = date(2024, 6, 20)


@pytest.fixture
def people():
    return [make_person(f"示例{n}") for n in range(4)]


@pytest.fixture
def do(county):
    actor = make_user("secretary", ("secretary", county.one))

    def effect(name, *, who=actor, **fields):
        common = {"unit": county.one, "person": None, "day": date(2024, 6, 29), "title": "换届"}
        EFFECTS[name](actor=who, fields=fields, **common)

    return effect


@pytest.fixture
def old(county, people):
    """The old committee: secretary, deputy and publicity member; the village head is no committee post."""
    codes = ("secretary", "deputy_secretary", "publicity_member", "village_head")
    term_begin(unit=county.one, from_on=date(2021, 6, 1), to_on=date(2024, 6, 30), actor="测试")
    return [
        post_begin(person=who, unit=county.one, code=code, from_on=date(2021, 6, 1), actor="测试")
        for who, code in zip(people, codes, strict=True)
    ]


def rows(people, *codes):
    return [
        {"person": who.pk, "post": code} for who, code in zip(people, codes, strict=False) if code
    ]


def test_a_term_begins_on_the_day_of_the_election_and_ends_the_day_before(county, old, do):
    do("term_begin", term_from="2024-06-20", term_years=3)
    do("term_begin", term_from="2024-06-20", term_years=3)

    terms = Term.objects.filter(unit=county.one).values_list("from_on", "to_on")
    assert list(terms) == [(date(2021, 6, 1), date(2024, 6, 30)), (ELECTED, date(2027, 6, 19))]


def test_old_posts_end_the_day_before_and_who_stays_goes_on(county, people, old, do):
    do(
        "posts_take",
        term_from="2024-06-20",
        posts=rows(people, "deputy_secretary", "secretary", "publicity_member"),
    )

    held = {
        (post.person_id, post.code): (post.from_on, post.to_on)
        for post in Post.objects.filter(unit=county.one)
    }
    first, second, third, fourth = (one.pk for one in people)
    before, since = date(2021, 6, 1), date(2024, 6, 19)
    assert held == {
        (first, "secretary"): (before, since), (first, "deputy_secretary"): (ELECTED, None),
        (second, "deputy_secretary"): (before, since), (second, "secretary"): (ELECTED, None),
        (third, "publicity_member"): (before, None), (fourth, "village_head"): (before, None),
    }  # fmt: skip


def test_another_duty_is_another_post(county, people, old, do):
    posts = [{"person": people[2].pk, "post": "publicity_member", "duty": "联系第一党小组"}]
    do("posts_take", term_from="2024-06-20", posts=posts)

    held = Post.objects.filter(unit=county.one, person=people[2]).order_by("from_on")
    assert [(one.duty, one.to_on) for one in held] == [
        ("", date(2024, 6, 19)),
        ("联系第一党小组", None),
    ]


def test_a_vacancy_is_filled_and_nobody_else_leaves(county, people, old, do):
    do("posts_fill", post_from="2024-08-01", posts=rows([people[3]], "org_member"))

    assert Post.objects.filter(unit=county.one, to_on=None).count() == 5


def test_an_extension_moves_the_end_of_the_last_term(county, old, do):
    upper = make_user("upper", ("township", county.east))
    do("term_extend", who=upper, extended_to="2025-06-30", approval="示例委〔2024〕1号")

    term = Term.objects.get(unit=county.one)
    assert (term.extended_to, term.approval) == (date(2025, 6, 30), "示例委〔2024〕1号")


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("term_begin", {"term_years": 3}, "请填写“本届起”"),
        ("term_begin", {"term_from": "2024-06-20"}, "任期几年"),
        ("posts_take", {"term_from": "2024-06-20"}, "请写明每个人的职务"),
        ("posts_take", {"term_from": "2024-06-20", "posts": [{"person": 1}]}, "请写明每个人的职务"),
        (
            "posts_take",
            {"term_from": "2021-06-01", "posts": [{"person": 0, "post": "secretary"}]},
            "请写明",
        ),
        ("term_extend", {"extended_to": "2025-06-30", "approval": "某号"}, "要由上级登记"),
    ],
)
def test_what_is_missing_or_not_his_is_said(old, do, name, fields, said):
    with pytest.raises(RuleBroken, match=said):
        do(name, **fields)


def test_a_post_entered_for_a_later_day_is_looked_at_first(county, people, old, do):
    with pytest.raises(RuleBroken, match="请先在职务中核对"):
        do("posts_take", term_from="2021-06-01", posts=rows([people[3]], "secretary"))


def test_without_a_term_there_is_nothing_to_extend_and_a_recorder_changes_nothing(
    county, people, do
):
    with pytest.raises(RuleBroken, match="系统内未见本届任期"):
        do("term_extend", extended_to="2025-06-30", approval="某号")
    writer = make_user("writer", ("recorder", county.one))
    with pytest.raises(RuleBroken, match="要由书记或者上级登记"):
        do("term_begin", who=writer, term_from="2024-06-20", term_years=3)
    assert not Term.objects.exists() and not Post.objects.exists()
