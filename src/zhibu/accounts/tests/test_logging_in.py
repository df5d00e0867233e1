"""Coming in: by name or phone, never with the first password only, and locked after five misses."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from zhibu.accounts.models import User
from zhibu.accounts.services import account_create, account_disable, password_change, password_reset
from zhibu.audit.models import Event
from zhibu.shared.errors import RuleBroken

PASSWORD, PHONE = "Mima-12345", "199" + "00001111"
LOGIN, OWN = "/account/login", "/account/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    user = account_create(
        username="zhangsan", display_name="张三", password=PASSWORD, phone=PHONE, actor="测试"
    )
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    user.refresh_from_db()
    return user


def post(client, name, password=PASSWORD, **more):
    return client.post(LOGIN, {"username": name, "password": password, **more})


@pytest.mark.parametrize("name", ["zhangsan", PHONE, f"+86 {PHONE[:3]} {PHONE[3:]}", " zhangsan "])
def test_user_name_and_phone_both_open_the_door(client, user, name):
    response = post(client, name, next=OWN)

    assert response.status_code == 302
    assert response["Location"] == OWN
    assert Event.objects.filter(action="accounts.logged_in").count() == 1


@pytest.mark.parametrize(
    ("name", "password"), [("zhangsan", "wrong"), ("nobody", PASSWORD), (PHONE, "wrong")]
)
def test_a_wrong_pair_is_refused_with_one_and_the_same_sentence(client, user, name, password):
    response = post(client, name, password)

    assert response.status_code == 422
    assert "用户名、手机号或密码不对" in response.content.decode()
    assert not Event.objects.filter(action="accounts.logged_in").exists()


def test_five_misses_lock_even_the_right_password_out(client, user):
    for _n in range(5):
        response = post(client, "zhangsan", "wrong")
    assert response.status_code == 429

    response = post(client, "zhangsan")
    assert response.status_code == 429
    assert "15 分钟后再试" in response.content.decode()


def test_another_spelling_of_name_or_phone_gives_no_more_guesses(client, user):
    spelled = [
        PHONE,
        f"{PHONE[:3]} {PHONE[3:]}",
        f"+86{PHONE}",
        f"{PHONE[:3]}--{PHONE[3:]}",
        "zhangsan",
    ]
    answers = [post(client, name, "wrong").status_code for name in spelled]

    assert answers == [422, 422, 422, 422, 429]
    for name in (*spelled, "ｚｈａｎｇｓａｎ", f"86-{PHONE[:4]} {PHONE[4:]}"):
        assert post(client, name).status_code == 429
    assert not Event.objects.filter(action="accounts.logged_in").exists()


@pytest.mark.parametrize("name", [f"a{PHONE}", f"{PHONE}x", f"{PHONE[:3]}.{PHONE[3:]}", "²²²²²²²"])
def test_what_holds_more_than_digits_blanks_and_hyphens_is_no_phone(client, user, name):
    assert post(client, name).status_code == 422


def test_an_account_is_not_made_with_a_phone_nobody_can_read(user):
    with pytest.raises(RuleBroken, match="手机号看不懂"):
        account_create(username="other", display_name="", phone=f"a{PHONE}", actor="测试")


def test_after_logging_in_nobody_is_sent_to_another_site(client, user):
    assert post(client, "zhangsan", next="https://evil.example/x")["Location"] == "/"


def test_the_first_password_must_be_changed_before_anything_else(client):
    made = account_create(username="lisi", display_name="李四", actor="测试")
    assert post(client, "lisi", made.first_password).status_code == 302

    assert client.get(OWN)["Location"] == reverse("accounts:password")
    fragment = client.get(OWN, HTTP_HX_REQUEST="true")
    assert fragment["HX-Redirect"] == reverse("accounts:password")

    form = {"old": made.first_password, "new": "Xin-mima-7", "again": "Xin-mima-7"}
    assert client.post("/account/password", form).status_code == 302
    assert client.get(OWN).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wrong", "Xin-mima-7", "原密码不对"),
        (PASSWORD, PASSWORD, "不能与原密码相同"),
        (PASSWORD, "short7", "至少"),
        (PASSWORD, "zhangsan1", "相似"),
        (PASSWORD, "59381726", "数字"),
        (PASSWORD, PHONE, "手机号|数字"),
    ],
)
def test_weak_or_wrong_passwords_are_refused(user, old, new, said):
    with pytest.raises(ValidationError, match=said):
        password_change(user=user, old=old, new=new, actor=user)

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not Event.objects.filter(action="accounts.password_changed").exists()


def test_the_form_says_what_is_wrong_and_keeps_the_old_password(client, user):
    client.force_login(user)
    response = client.post(
        "/account/password", {"old": PASSWORD, "new": "Xin-mima-7", "again": "other"}
    )

    assert response.status_code == 422
    assert "不一样" in response.content.decode()


def test_a_reset_makes_a_new_first_password_and_the_old_no_longer_works(client, user):
    first = password_reset(user=user, actor="测试")

    assert post(client, "zhangsan").status_code == 422
    assert post(client, "zhangsan", first).status_code == 302
    assert first not in str(list(Event.objects.values()))


def test_a_disabled_account_is_out_at_once(client, user):
    client.force_login(user)
    account_disable(user=user, actor="测试")

    assert client.get(OWN).status_code == 302
    assert post(client, "zhangsan").status_code == 422


def test_a_name_or_phone_already_taken_is_refused(user):
    with pytest.raises(RuleBroken, match="用户名"):
        account_create(username="zhangsan", display_name="", actor="测试")
    with pytest.raises(RuleBroken, match="手机号"):
        account_create(username="other", display_name="", phone=PHONE, actor="测试")
    assert User.objects.count() == 1


def test_an_idle_session_ends(client, user, settings):
    client.force_login(user)
    assert client.get(OWN).status_code == 200
    settings.IDLE_SECONDS = -1

    response = client.get(OWN)
    assert response["Location"].startswith(LOGIN)
    assert client.get(OWN)["Location"].startswith(LOGIN)


def test_logging_out_is_a_post_and_is_written_down(client, user):
    client.force_login(user)
    assert client.get("/account/logout").status_code == 405
    assert client.post("/account/logout").status_code == 302
    assert Event.objects.filter(action="accounts.logged_out").exists()


def test_the_phone_number_itself_is_nowhere_in_the_database(user):
    assert PHONE not in str(list(User.objects.values())) + str(list(Event.objects.values()))
