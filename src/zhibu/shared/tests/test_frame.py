"""Pages, pieces, errors and the menu."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from zhibu.shared import nav
from zhibu.shared.templatetags.zhibu import bar, icon, percent, points, verdict

pytestmark = [pytest.mark.urls("tests.gallery.urls"), pytest.mark.django_db]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        pytest.param({}, True, id="plain link"),
        pytest.param(HTMX, False, id="htmx"),
        pytest.param({**HTMX, "HTTP_HX_BOOSTED": "true"}, True, id="boosted"),
        pytest.param({**HTMX, "HTTP_HX_HISTORY_RESTORE_REQUEST": "true"}, True, id="back button"),
    ],
)
def test_page_or_fragment(client, headers, whole):
    response = client.get("/piece/", **headers)

    assert ("<html" in response.content.decode()) is whole
    assert "只换这一块" in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_a_missing_page_says_what_to_do(client):
    response = client.get("/no-such-page/")

    assert response.status_code == 404
    assert "没有找到这个页面" in response.content.decode()


def test_an_expired_form_says_that_nothing_was_saved():
    response = Client(enforce_csrf_checks=True).post("/gallery/", {"title": "x"})

    assert response.status_code == 403
    assert "没有保存" in response.content.decode()


def test_a_broken_page_still_answers_in_words(client, monkeypatch):
    def broken(request):
        raise RuntimeError

    monkeypatch.setattr("zhibu.shared.nav.place", broken)
    client.raise_request_exception = False
    response = client.get("/gallery/")

    assert response.status_code == 500
    assert "系统出错" in response.content.decode()


def test_pages_of_signed_in_people_are_not_kept_by_browsers(client):
    user = get_user_model().objects.create_user("a", "x", must_change_password=False)
    client.force_login(user)

    assert "no-store" in client.get("/gallery/")["Cache-Control"]


def test_no_page_allows_inline_or_foreign_code(client):
    policy = client.get("/gallery/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert client.get("/gallery/")["X-Frame-Options"] == "DENY"


def test_health_asks_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert client.get("/healthz").content == b"ok\n"


def test_only_the_longest_matching_address_is_current():
    shown = [
        nav.Entry("a", "/", "home", False, True, False),
        nav.Entry("b", "/members/", "users", False, True, False),
        nav.Entry("c", "/members/import/", "users", False, True, False),
    ]

    assert [e.current for e in nav._mark_current(shown, "/members/import/3/")] == [
        False,
        False,
        True,
    ]
    assert [e.current for e in nav._mark_current(shown, "/")] == [True, False, False]


@pytest.mark.parametrize(
    ("hundredths", "shown"), [(4250, "42.5"), (4200, "42"), (0, "0"), (-5, "-0.05"), (None, "—")]
)
def test_points_are_shown_without_needless_zeros(hundredths, shown):
    assert points(hundredths) == shown


def test_small_drawings():
    assert percent(0.875) == "87.5%"
    assert bar(1, 0)["share"] == "0.0"
    assert bar(5, 4)["share"] == "100.0"
    assert str(verdict("not_assessed")["label"]) == "未评"
    with pytest.raises(KeyError):
        verdict("green")
    with pytest.raises(Exception, match="no icon"):
        icon("no-such-icon")


def test_a_phone_has_room_for_five_and_an_entry_may_own_another_prefix(rf, monkeypatch):
    items = {
        f"piece{n}": nav.Item(
            label=f"{n}",
            url_name="healthz",
            icon="home",
            order=n,
            phone=n != 1,
            show=lambda r: True,
        )
        for n in range(8)
    }
    monkeypatch.setattr(nav, "_items", items)
    monkeypatch.setattr(nav, "discover", lambda name: ())

    shown = nav.entries(rf.get("/"), "main")

    assert [entry.phone for entry in shown] == [True, False, *[True] * 4, False, False]
    home = [nav.Entry("a", "/", "home", False, True, False, "/home/")]
    assert nav._mark_current(home, "/home/3/")[0].current
    assert nav._mark_current(home, "/")[0].current
    assert not nav._mark_current(home, "/members/")[0].current
