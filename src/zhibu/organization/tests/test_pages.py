"""Every page and form of the organisation: seen by whom, sent, refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from zhibu.accounts.models import User
from zhibu.audit.models import Event
from zhibu.organization.models import Adoption, Person, Post, RoleGrant, SensitiveView, Term, Unit
from zhibu.organization.services import post_begin, post_end, term_begin, unit_move
from zhibu.organization.tests.factories import make_person, make_user
from zhibu.packs.services import builtin_packs, pack_install
from zhibu.shared import clock

pytestmark = pytest.mark.django_db
FIRST = date(2024, 1, 1)


@pytest.fixture
def packs():
    for folder in builtin_packs():
        pack_install(path=folder, actor="测试")


@pytest.fixture
def sign_in(client):
    def sign(role, unit):
        user = make_user(f"{role}-{unit.code}", (role, unit))
        client.force_login(user)
        return user

    return sign


def get(client, name, /, *args, **query):
    return client.get(reverse(f"organization:{name}", args=args), query)


def post(client, name, /, *args, **data):
    return client.post(reverse(f"organization:{name}", args=args), data)


def test_the_tree_shows_mine_and_what_is_below_and_nothing_else(client, county, sign_in):
    sign_in("township", county.east)
    page = get(client, "tree").content.decode()

    assert county.one.name in page
    assert county.far.name not in page
    assert get(client, "unit", county.one.pk).status_code == 200
    assert get(client, "unit", county.far.pk).status_code == 404
    assert get(client, "unit", county.top.pk).status_code == 404


def test_what_is_guided_is_seen_by_the_guiding_body(client, county, sign_in):
    sign_in("township", county.work)
    assert get(client, "unit", county.far.pk).status_code == 404
    unit_move(unit=county.far, parent=county.work, day=FIRST, actor="测试", line="guidance")

    assert get(client, "unit", county.far.pk).status_code == 200


def test_the_tree_of_another_day_is_last_years_tree(client, county, sign_in):
    sign_in("county", county.top)
    unit_move(unit=county.one, parent=county.west, day=date(2026, 1, 1), actor="测试")

    before = get(client, "unit", county.one.pk, day="2025-12-31").content.decode()
    after = get(client, "unit", county.one.pk).content.decode()
    crumbs = '<nav class="zb-crumbs"'
    assert "甲镇党委" in before.split(crumbs)[1].split("</nav>")[0]
    assert "乙镇党委" in after.split(crumbs)[1].split("</nav>")[0]
    assert get(client, "tree", day="2010-01-01").status_code == 200
    assert get(client, "tree", day="去年").status_code == 200


FORMS = [
    "found",
    "rename",
    "move",
    "merge",
    "withdraw",
    "adopt",
    "post_begin",
    "term_begin",
    "grants",
    "account_new",
]


@pytest.mark.parametrize("name", FORMS)
def test_who_may_not_act_does_not_find_the_form(client, county, sign_in, name):
    sign_in("member", county.one)

    assert get(client, name, county.one.pk).status_code == 404
    assert get(client, name, county.far.pk).status_code == 404


@pytest.mark.parametrize("name", FORMS)
def test_who_may_act_finds_it(client, county, name, packs):
    client.force_login(make_user("root", is_installer=True))

    assert get(client, name, county.east.pk).status_code == 200


def test_a_unit_is_founded_renamed_moved_and_withdrawn_from_the_pages(client, county, sign_in):
    sign_in("county", county.top)
    founded = {"name": "甲镇三村党支部", "code": "E3", "kind": "branch", "founded_on": "2025-01-01"}
    assert post(client, "found", county.east.pk, **founded).status_code == 302
    three = Unit.objects.get(code="E3")
    assert post(client, "rename", three.pk, name="甲镇新三村党支部").status_code == 302
    move = {"line": "tree", "parent": county.west.pk, "day": "2025-06-01"}
    assert post(client, "move", three.pk, **move).status_code == 302
    assert post(client, "withdraw", three.pk, day="2025-12-31").status_code == 302
    three.refresh_from_db()
    assert (three.name, three.withdrawn_on) == ("甲镇新三村党支部", date(2025, 12, 31))


def test_two_units_are_merged_from_the_page(client, county, sign_in):
    sign_in("township", county.east)
    assert (
        post(client, "merge", county.two.pk, into=county.one.pk, day="2025-12-31").status_code
        == 302
    )

    county.two.refresh_from_db()
    assert county.two.merged_into == county.one


def test_a_refusal_comes_back_in_the_form(client, county, sign_in):
    sign_in("county", county.top)
    response = post(client, "withdraw", county.east.pk, day="2025-12-31")

    assert response.status_code == 422
    assert "还有下级组织" in response.content.decode()
    again = post(
        client, "found", county.east.pk, name="x", code="E1", kind="branch", founded_on="2025-01-01"
    )
    assert again.status_code == 422
    assert Unit.objects.filter(code="E1").count() == 1


def test_a_secretary_enters_posts_terms_and_groups_of_the_own_branch(
    client, county, sign_in, packs
):
    sign_in("secretary", county.one)
    person = {
        "new_name": "周小文",
        "code": "secretary",
        "from_on": "2024-05-01",
        "duty": "全面工作",
    }
    assert post(client, "post_begin", county.one.pk, **person).status_code == 302
    assert (
        post(
            client, "term_begin", county.one.pk, from_on="2024-05-01", to_on="2027-05-01"
        ).status_code
        == 302
    )
    assert (
        post(client, "group", county.one.pk, name="第二党小组", founded_on="2024-05-01").status_code
        == 302
    )
    page = get(client, "unit", county.one.pk).content.decode()

    assert "党支部书记" in page
    assert "周小文" in page
    assert "第二党小组" in page
    assert "届满" in page
    held = Post.objects.get(code="secretary")
    assert post(client, "post_end", held.pk, to_on="2025-05-01").status_code == 302
    assert "以前的任职" in get(client, "unit", county.one.pk).content.decode()
    assert post(client, "post_begin", county.far.pk, **person).status_code == 404


def test_both_or_no_person_is_refused(client, county, sign_in, packs):
    sign_in("secretary", county.one)
    response = post(client, "post_begin", county.one.pk, code="secretary", from_on="2024-05-01")

    assert response.status_code == 422
    assert "只填一处" in response.content.decode()
    assert not Post.objects.exists()


def test_an_extension_needs_the_unit_above(client, county, sign_in):
    term = term_begin(unit=county.one, from_on=FIRST, to_on=date(2026, 1, 1), actor="测试")
    sign_in("secretary", county.one)
    assert get(client, "term_extend", term.pk).status_code == 404
    sign_in("township", county.east)
    assert (
        post(
            client, "term_extend", term.pk, extended_to="2025-01-01", approval="某批复"
        ).status_code
        == 422
    )
    assert (
        post(
            client, "term_extend", term.pk, extended_to="2026-06-01", approval="某批复"
        ).status_code
        == 302
    )
    assert Term.objects.get().extended_to == date(2026, 6, 1)


def test_a_pack_is_adopted_for_all_below(client, county, sign_in, packs):
    sign_in("county", county.top)
    form = {"pack": "city-organs ", "mode": "enforce", "from_on": "2025-01-01"}
    assert post(client, "adopt", county.top.pk, **form).status_code == 302

    assert Adoption.objects.get().pack_key == "city-organs"
    assert "本组织沿用" in get(client, "unit", county.one.pk).content.decode()


def test_an_account_is_made_for_a_person_and_its_password_shown_once(client, county, sign_in):
    administrator = sign_in("administrator", county.east)
    person = make_person("周小文")
    post_begin(person=person, unit=county.one, code="secretary", from_on=FIRST, actor="测试")
    form = {"person": person.pk, "username": "zhouxiaowen", "role": "secretary"}
    response = post(client, "account_new", county.one.pk, **form)

    made = User.objects.get(username="zhouxiaowen")
    password = response.content.decode().split("<strong>")[2].split("</strong>")[0]
    assert made.check_password(password)
    assert made.must_change_password
    assert Person.objects.get(pk=person.pk).user == made
    assert RoleGrant.objects.filter(user=made, unit=county.one, role="secretary").exists()
    assert password not in str(list(Event.objects.values()))
    grant = RoleGrant.objects.get(user=made)
    assert post(client, "account_reset", grant.pk).status_code == 200
    made.refresh_from_db()
    assert not made.check_password(password)
    assert post(client, "grant_revoke", grant.pk).status_code == 302
    assert not Unit.objects.visible_to(made).exists()
    assert administrator.pk != made.pk


def test_a_role_is_given_by_login_name_and_a_stranger_is_refused(client, county, sign_in):
    sign_in("administrator", county.east)
    make_user("other")
    assert (
        post(client, "grant_new", county.one.pk, username="nobody", role="recorder").status_code
        == 422
    )
    assert (
        post(client, "grant_new", county.one.pk, username="other", role="recorder").status_code
        == 302
    )
    assert (
        post(client, "grant_new", county.one.pk, username="other", role="recorder").status_code
        == 422
    )
    assert (
        post(client, "grant_new", county.far.pk, username="other", role="recorder").status_code
        == 404
    )
    assert RoleGrant.objects.filter(user__username="other").count() == 1


def test_a_private_number_is_shown_once_with_its_purpose_on_record(client, county, sign_in):
    number = "130402" + "19800101" + "0017"
    person = make_person("周小文", id_number=number)
    post_begin(person=person, unit=county.one, code="secretary", from_on=FIRST, actor="测试")
    sign_in("secretary", county.one)
    assert number not in get(client, "sensitive", person.pk).content.decode()
    assert (
        post(client, "sensitive", person.pk, fields_wanted="id_number", purpose="").status_code
        == 422
    )
    assert not SensitiveView.objects.exists()

    shown = post(
        client, "sensitive", person.pk, fields_wanted="id_number", purpose="核对转接介绍信"
    )
    assert number in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert SensitiveView.objects.get().purpose == "核对转接介绍信"
    assert number not in str(list(Event.objects.values())) + str(list(Person.objects.values()))
    sign_in("recorder", county.one)
    assert get(client, "sensitive", person.pk).status_code == 404
    sign_in("secretary", county.far)
    assert get(client, "sensitive", person.pk).status_code == 404


def test_who_left_the_post_is_out_of_sight_the_day_after(client, county, sign_in):
    person = make_person("周小文", id_number="130402" + "19800101" + "0017")
    first = post_begin(
        person=person, unit=county.one, code="secretary", from_on=FIRST, actor="测试"
    )
    user = sign_in("secretary", county.one)
    today = clock.today()
    post_end(post=first, to_on=today, actor="测试")
    assert get(client, "sensitive", person.pk).status_code == 200
    Post.objects.filter(pk=first.pk).update(to_on=today - timedelta(days=1))

    asked = {"fields_wanted": "id_number", "purpose": "核对转接介绍信"}
    assert get(client, "sensitive", person.pk).status_code == 404
    assert post(client, "sensitive", person.pk, **asked).status_code == 404
    assert not Person.objects.visible_to(user).exists()
    assert not SensitiveView.objects.exists()
    sign_in("county", county.top)
    assert get(client, "sensitive", person.pk).status_code == 404


def test_the_tree_costs_the_same_however_large(
    client, county, sign_in, django_assert_max_num_queries
):
    sign_in("county", county.top)
    get(client, "tree")
    with django_assert_max_num_queries(14):
        get(client, "tree")
    with django_assert_max_num_queries(60):
        get(client, "unit", county.east.pk)
