"""What strangers read, hand in and never see."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.urls import get_resolver, reverse

from zhibu.documents.models import Objection
from zhibu.organization.tests.factories import make_user
from zhibu.portal.tests.factories import CARD, DAY, HOLDER, IDENTITY, PHONE, PRIVATE, villages
from zhibu.shared.clock import fixed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    cache.clear()
    with fixed(DAY):
        yield
    cache.clear()


@pytest.fixture
def world(db):
    return villages()


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.found |= {v for k, v in attrs if k in ("href", "action") and v and tag != "link"}


def crawl(client, start: str) -> dict[str, str]:
    """Every page that links lead to, with its text; posters are only counted."""
    pages, waiting = {}, [start]
    while waiting:
        address = waiting.pop().partition("#")[0]
        if not address or address in pages or "poster.pdf" in address or "send" in address:
            continue
        answer = client.get(address)
        assert answer.status_code == 200, address
        pages[address] = answer.content.decode()
        links = Links()
        links.feed(pages[address])
        waiting += links.found
    return pages


def test_a_crawl_of_all_open_pages_finds_nothing_that_should_be_masked(client, world):
    pages = crawl(client, reverse("portal:index"))

    shown = {reverse("portal:notice", args=[one.token]) for one in (
        world.resolution, world.progress, world.ended, world.far_notice, world.withdrawn,
    )}  # fmt: skip
    assert shown <= set(pages)
    assert all(address.startswith("/open/") for address in pages)
    for address, text in pages.items():
        bare = "".join(text.split())
        digits = re.sub(r"[\s-]", "", text)
        left = [word for word in (*PRIVATE, "陈大", "欧阳秋") if word in bare]
        left += [number for number in (PHONE, IDENTITY, CARD) if number in digits]
        assert left == [], address
    assert HOLDER in pages[reverse("portal:notice", args=[world.resolution.token])]
    assert not any("不上网的" in text or "只给党员的" in text for text in pages.values())


def test_every_other_address_of_the_site_is_a_log_in_or_a_404_for_a_stranger(client, world):
    """Also with the keys of rows that exist."""
    seen, told = 0, set()
    for name, arguments in _addresses():
        values = {one: _value(one, world) for one in arguments}
        address = reverse(name, kwargs=values)
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            seen += 1
            if answer.status_code == 302:
                assert "/account/login" in answer["Location"], name
            elif answer.status_code not in {404, 405}:
                told.add(f"{name} {method} {answer.status_code}")
    assert seen > 150
    assert told == {"accounts:login get 200", "accounts:login post 200"}


def _value(argument: str, world) -> object:
    if argument == "unit_pk":
        return world.one.pk
    key = world.resolution.pk
    return key if argument.endswith("pk") or argument in {"number", "year"} else str(key)


def _addresses():
    """Every named address outside the portal with its arguments; those of other shapes are left out."""
    for namespace, (_prefix, resolver) in get_resolver().namespace_dict.items():
        for name in resolver.reverse_dict if namespace != "portal" else ():
            if isinstance(name, str):
                (bits, *_rest) = resolver.reverse_dict.getlist(name)[0]
                _pattern, arguments = bits[0]
                if "uuid" not in str(resolver.reverse_dict[name][3]).lower():
                    yield f"{namespace}:{name}", arguments


def test_what_is_not_for_everybody_is_the_same_404_as_what_does_not_exist(client, world):
    missing = client.get(reverse("portal:notice", args=["no-such-token"]))
    assert missing.status_code == 404
    for closed in world.closed:
        for name in ("notice", "poster", "objection"):
            answer = client.get(reverse(f"portal:{name}", args=[closed.token]))
            assert (answer.status_code, answer.content) == (404, missing.content)
        answer = client.post(reverse("portal:objection_send", args=[closed.token]), {"text": "有"})
        assert answer.status_code == 404
    assert client.get(reverse("portal:unit", args=["nobody"])).content == missing.content


def test_no_cookie_is_read_or_set_and_pages_may_be_kept(client, world):
    address = reverse("portal:notice", args=[world.resolution.token])
    plain = client.get(address)
    client.force_login(make_user("clerk", ("recorder", world.one), must_change_password=True))
    answer = client.get(address)

    assert answer.content == plain.content
    for one in (plain, answer):
        assert not one.cookies
        assert one["Cache-Control"] == "public, max-age=0, s-maxage=60"
        assert "Cookie" not in one.get("Vary", "")
        assert "<script" not in one.content.decode()


def test_a_browser_that_has_the_page_gets_no_bytes_until_it_changes(client, world):
    address = reverse("portal:notice", args=[world.far_notice.token])
    known = client.get(address)["ETag"]
    assert client.get(address, HTTP_IF_NONE_MATCH=known).status_code == 304
    send(client, world.far_notice)
    assert client.get(address, HTTP_IF_NONE_MATCH=known).status_code == 200


def test_search_engines_are_kept_out_where_the_installation_says_so(client, world, settings):
    assert "X-Robots-Tag" not in client.get(reverse("portal:index"))
    settings.PORTAL_NOINDEX = True
    answer = client.get(reverse("portal:index"))
    assert answer["X-Robots-Tag"] == "noindex" and 'content="noindex"' in answer.content.decode()


def test_units_stand_below_their_township_and_threads_run_from_resolution_to_result(client, world):
    index = client.get(reverse("portal:index")).content.decode()
    assert index.index("甲镇党委") < index.index("甲镇一村") < index.index("乙镇党委")
    unit = client.get(reverse("portal:unit", args=["E1"])).content.decode()
    assert unit.index("决议公开") < unit.index("进展公开")
    assert unit.count("陈某某家门前修路</h3>") == 1
    archive = client.get(reverse("portal:unit", args=["E2"])).content.decode()
    assert "现在没有正在公开的内容" in archive and "2026 年，1 件" in archive


def test_a_notice_says_when_it_was_corrected_or_withdrawn(client, world):
    corrected = client.get(reverse("portal:notice", args=[world.progress.token])).content.decode()
    assert "已于 2026年3月20日 更正：刘某的卡号 622" in corrected and "第 2 版" in corrected
    gone = client.get(reverse("portal:notice", args=[world.withdrawn.token]))
    text = gone.content.decode()
    assert gone.status_code == 200 and "撤回：写了陈某某的电话138" in text
    assert "误发的公开" not in text and "提出异议" not in text
    assert client.get(reverse("portal:poster", args=[world.withdrawn.token])).status_code == 404
    assert client.get(reverse("portal:objection", args=[world.withdrawn.token])).status_code == 404


def test_objections_show_number_day_masked_words_and_answer(client, world):
    text = client.get(reverse("portal:notice", args=[world.resolution.token])).content.decode()
    assert "我是吴某某，陈某某多占了，打 138********" in text
    assert "没有多占" in text and "与此无关" in text and "骂人" not in text
    assert "不同意" not in text and "还没有答复" in text


def send(client, publication, **changes):
    page = client.get(reverse("portal:objection", args=[publication.token]))
    assert page["Cache-Control"] == "no-store"
    key = re.search(r'name="key" value="([\w-]+)"', page.content.decode())[1]
    filled = {"text": "路太窄", "name": "", "contact": "", "website": "", "key": key, **changes}
    return client.post(reverse("portal:objection_send", args=[publication.token]), filled), filled


def test_an_objection_is_handed_in_and_its_number_is_said(client, world):
    answer, filled = send(client, world.resolution, name="吴老汉", contact=PHONE)
    assert answer.url == reverse("portal:sent", args=[world.resolution.token, 4])
    assert "第 4 号" in client.get(answer.url).content.decode()
    made = Objection.objects.get(number=4)
    assert (made.via, made.name, made.contact) == ("portal", "吴老汉", PHONE)
    assert not answer.cookies

    again = client.post(reverse("portal:objection_send", args=[world.resolution.token]), filled)
    assert again.url == answer.url
    assert world.resolution.objections.count() == 4
    missing = reverse("portal:sent", args=[world.resolution.token, 5])
    assert client.get(missing).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"text": ""}, "请写明您的意见", id="nothing said"),
        pytest.param({"text": "长" * 501}, "500", id="too long"),
        pytest.param({"website": "http://spam"}, "清空再提交", id="a machine"),
        pytest.param({"key": "short"}, "重新打开本页", id="no key"),
    ],
)
def test_a_refused_objection_says_why_and_takes_no_number(client, world, changes, said):
    answer, _filled = send(client, world.far_notice, **changes)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not world.far_notice.objections.exists()


def test_one_address_hands_in_only_so_many_an_hour(client, world, settings):
    settings.PORTAL_OBJECTIONS_PER_HOUR = 2
    for number in (1, 2):
        answer, _filled = send(client, world.far_notice, text=f"意见{number}")
        assert answer.status_code == 302
    answer, _filled = send(client, world.far_notice, text="意见三")
    assert answer.status_code == 429 and "意见三" in answer.content.decode()
    other, _filled = send(client, world.far_notice, text="意见四"), None
    assert other[0].status_code == 429
    assert world.far_notice.objections.count() == 2

    client.defaults["REMOTE_ADDR"] = "10.0.0.9"
    answer, _filled = send(client, world.far_notice, text="别处的意见")
    assert answer.status_code == 302


def test_pages_cost_a_fixed_number_of_queries(client, world, django_assert_num_queries):
    for number in range(4):
        world.say(world.one, title=f"又一份{number}", about=f"matter:{number}")
    with django_assert_num_queries(3):
        client.get(reverse("portal:index"))
    for address in (
        reverse("portal:unit", args=["E1"]),
        reverse("portal:notice", args=[world.resolution.token]),
    ):
        with django_assert_num_queries(4):
            client.get(address)
        # The words of the packs are kept a minute.
        with django_assert_num_queries(2):
            client.get(address)


def test_the_staff_page_leads_to_the_open_page_and_the_poster(client, world):
    client.force_login(make_user("clerk", ("recorder", world.one)))
    text = client.get(world.resolution.get_absolute_url()).content.decode()
    assert reverse("portal:notice", args=[world.resolution.token]) in text
    assert "二维码海报（A3）" in text
    closed = client.get(world.closed[0].get_absolute_url()).content.decode()
    assert "/open/n/" not in closed


def test_dates_follow_the_day_on_which_one_reads(client, world):
    with fixed(date(2026, 3, 18)):
        text = client.get(reverse("portal:unit", args=["E2"])).content.decode()
    assert "现在没有正在公开的内容" not in text
