"""Pages of publications at the door: preview before the act, plain posts, refusals with 422, nothing given away."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.documents.models import Objection, Publication
from zhibu.documents.services import objection_receive, publication_publish, publication_withdraw
from zhibu.documents.tests import factories
from zhibu.membership.tests.factories import make_member
from zhibu.organization.models import Ancestry, RoleGrant
from zhibu.shared.clock import fixed

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)
FILLED = {
    "about": "matter:12",
    "kind": "resolution",
    "title": "修路决议",
    "about_title": "修路",
    "body": "陈大为家让地三分。",
    "table": "吴老汉：300 元\n合计\t600 元",
    "private_names": "吴老汉",
    "channels": ["notice_board", "portal"],
    "audience": "public",
    "from_on": "2026-03-20",
    "to_on": "",
}


@pytest.fixture(autouse=True)
def today():
    with fixed(DAY):
        yield


@pytest.fixture
def branch():
    factories.words_installed()
    made = factories.unit()
    make_member(made, "陈大为")
    return made


@pytest.fixture
def clerk(branch, client):
    made = factories.user("clerk", branch)
    client.force_login(made)
    return made


@pytest.fixture
def made(branch, clerk):
    return publication_publish(
        unit=branch,
        kind="notice",
        title="低保公示",
        body="陈大为家。",
        channels=["portal"],
        from_on=DAY,
        actor=clerk,
    )


def address(name, *args):
    return reverse(f"documents:{name}", args=args)


def test_the_preview_shows_masked_text_and_writes_nothing(client, branch, clerk):
    answer = client.post(address("publication_publish", branch.pk), FILLED)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "陈某某家让地三分。" in text and "吴某某" in text and "确认公开" in text
    assert not Publication.objects.exists()

    again = client.post(address("publication_publish", branch.pk), {**FILLED, "back": "1"})
    assert "陈大为家让地三分。" in again.content.decode() and again.status_code == 200


def test_what_is_confirmed_is_published_as_previewed(client, branch, clerk):
    answer = client.post(address("publication_publish", branch.pk), {**FILLED, "confirmed": "1"})
    publication = Publication.objects.get()
    assert answer.url == publication.get_absolute_url()
    assert publication.table == [["吴某某", "300 元"], ["合计", "600 元"]]
    assert (publication.about, publication.is_open) == ("matter:12", True)
    text = client.get(answer.url).content.decode()
    assert "吴老汉" not in text and "陈大为" not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"title": ""}, "还没有公开", id="no title"),
        pytest.param({"table": "没有冒号"}, "没有分成项目和内容", id="a line of one cell"),
        pytest.param({"from_on": "2026-03-21"}, "日期不能晚于今天", id="tomorrow"),
        pytest.param({"to_on": "2026-03-01"}, "不能早于公开起日", id="ends before it starts"),
        pytest.param({"audience": "members"}, "不能放到公开网页上", id="members on the portal"),
    ],
)
def test_a_refused_form_says_why_with_422_and_keeps_the_text(client, branch, clerk, changes, said):
    filled = {**FILLED, "confirmed": "1", **changes}
    answer = client.post(address("publication_publish", branch.pk), filled)
    assert answer.status_code == 422
    assert said in answer.content.decode() and "陈大为家让地三分。" in answer.content.decode()
    assert not Publication.objects.exists()


def test_the_address_fills_the_form(client, branch, clerk):
    query = {"kind": "result", "about": "matter:12", "about_title": "修路", "title": "修路结果"}
    text = client.get(address("publication_new", branch.pk), query).content.decode()
    assert 'value="matter:12"' in text and "修路结果" in text
    assert '<option value="result" selected' in text


def test_a_correction_is_previewed_and_said_on_the_page(client, branch, clerk, made):
    page = client.get(address("publication_edit", made.pk)).content.decode()
    assert "陈某某家。" in page
    filled = {**FILLED, "title": "低保公示", "reason": "金额写错", "body": "陈大为家二百元。"}
    preview = client.post(address("publication_correct", made.pk), filled)
    assert "陈某某家二百元。" in preview.content.decode()
    answer = client.post(address("publication_correct", made.pk), {**filled, "confirmed": "1"})
    assert "已于 2026-03-20 更正：金额写错" in client.get(answer.url).content.decode()


def test_a_withdrawal_wants_a_reason_and_ends_all_acts(client, branch, clerk, made):
    refused = client.post(address("publication_withdraw", made.pk), {"reason": ""})
    assert refused.status_code == 422 and "撤回原因" in refused.content.decode()
    answer = client.post(address("publication_withdraw", made.pk), {"reason": "误发"})
    assert "已于 2026-03-20 撤回：误发" in client.get(answer.url).content.decode()
    assert client.get(address("publication_edit", made.pk)).status_code == 404


def test_an_objection_on_paper_is_entered_and_answered(client, branch, clerk, made):
    filled = {"via": "paper", "received_on": "2026-03-20", "text": "陈大为有车", "name": "吴老汉"}
    answer = client.post(address("objection_enter", made.pk), filled)
    assert answer.url.endswith("#objection-1")
    waiting = client.get(reverse("home:unit", args=[branch.pk])).content.decode()
    assert "等待答复的异议" in waiting

    refused = client.post(address("objection_answer", made.pk, 1), {"answer": " "})
    assert refused.status_code == 422 and "写明答复" in refused.content.decode()
    client.post(address("objection_answer", made.pk, 1), {"answer": "已核实。"})
    objection = Objection.objects.get()
    assert (objection.state, objection.answer) == ("answered", "已核实。")
    waiting = client.get(reverse("home:unit", args=[branch.pk])).content.decode()
    assert "等待答复的异议" not in waiting


def test_a_wrong_objection_is_refused_with_422(client, branch, clerk, made):
    filled = {"via": "portal", "received_on": "2026-03-20", "text": "有意见"}
    assert client.post(address("objection_enter", made.pk), filled).status_code == 422
    filled = {"via": "oral", "received_on": "2026-03-19", "text": "有意见"}
    answer = client.post(address("objection_enter", made.pk), filled)
    assert answer.status_code == 422 and "收到日期应在公开以后" in answer.content.decode()
    assert not Objection.objects.exists()


def test_who_may_only_look_sees_no_name_no_words_and_no_form(client, branch, clerk, made):
    objection_receive(publication=made, via="oral", text="陈大为有车", name="吴老汉", actor=clerk)
    client.force_login(factories.user("inspector", branch, RoleGrant.Role.INSPECTOR))
    text = client.get(made.get_absolute_url()).content.decode()
    assert "吴老汉" not in text and "陈大为" not in text and "陈某某有车" in text
    assert "公开答复" not in text and "撤回这份公开" not in text
    for name, args in (
        ("publication_edit", [made.pk]),
        ("publication_new", [branch.pk]),
    ):
        assert client.get(address(name, *args)).status_code == 403
    for name, args in (
        ("publication_withdraw", [made.pk]),
        ("objection_enter", [made.pk]),
        ("objection_answer", [made.pk, 1]),
        ("publication_publish", [branch.pk]),
        ("publication_correct", [made.pk]),
    ):
        assert client.post(address(name, *args), {"reason": "x", "answer": "x"}).status_code == 403


def test_another_branch_finds_nothing(client, branch, clerk, made):
    client.force_login(factories.user("other", factories.unit("zb02")))
    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.get(address("publications", branch.pk)).status_code == 404
    assert client.post(address("publication_withdraw", made.pk)).status_code == 404


def test_the_list_filters_and_exports(client, branch, clerk, made):
    gone = publication_publish(
        unit=branch,
        kind="result",
        title="修路结果",
        body="完工。",
        channels=["meeting"],
        from_on=date(2026, 3, 14),
        to_on=date(2026, 3, 18),
        actor=clerk,
    )
    objection_receive(publication=made, via="oral", text="有意见", actor=clerk)

    def shown(**query):
        text = client.get(address("publications", branch.pk), query).content.decode()
        return ["低保公示" in text, "修路结果" in text]

    assert shown() == [True, True]
    assert shown(kind="result") == [False, True]
    assert shown(show="standing") == [True, False]
    assert shown(show="ended") == [False, True]
    assert shown(show="waiting") == [True, False]
    publication_withdraw(publication=gone, reason="误发", actor=clerk)
    assert shown(show="withdrawn") == [False, True]
    sheet = client.get(address("publications", branch.pk), {"export": "xlsx"})
    assert sheet["Content-Type"].endswith("sheet")


def test_the_list_of_a_unit_above_names_who_published_and_shows_no_other_branch(
    client, branch, clerk, made
):
    above, other = factories.unit("xz01", name="示例镇党委"), factories.unit("zb09")
    Ancestry.objects.create(unit=branch, ancestor=above, line="tree", depth=1)
    publication_publish(
        unit=other, kind="notice", title="别处公示", body="无。", channels=["portal"],
        from_on=DAY, actor=factories.user("other", other),
    )  # fmt: skip
    client.force_login(factories.user("above", above, RoleGrant.Role.TOWNSHIP))
    text = client.get(address("publications", above.pk)).content.decode()
    assert "低保公示" in text and str(branch) in text
    assert "别处公示" not in text


def test_longer_lists_cost_no_more_queries(
    client, branch, clerk, made, django_assert_max_num_queries
):
    for number in range(8):
        publication_publish(
            unit=branch, kind="notice", title=f"公示{number}", body="无。", channels=["portal"],
            from_on=DAY, actor=clerk,
        )  # fmt: skip
        objection_receive(publication=made, via="oral", text=f"意见{number}", actor=clerk)
    with django_assert_max_num_queries(19):
        client.get(address("publications", branch.pk))
    with django_assert_max_num_queries(25):
        client.get(made.get_absolute_url())
