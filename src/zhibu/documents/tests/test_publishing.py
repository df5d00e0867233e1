"""Publications and objections at the services: masked, frozen, numbered, refused with a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from zhibu.audit.models import Event
from zhibu.documents import guarding
from zhibu.documents.facts import PUBLICATION
from zhibu.documents.models import Objection, Publication
from zhibu.documents.selectors import (
    notice_shown,
    notices_of,
    open_units,
    publications_about,
    publications_waiting,
)
from zhibu.documents.services import (
    objection_answer,
    objection_receive,
    publication_correct,
    publication_draft,
    publication_publish,
    publication_withdraw,
)
from zhibu.documents.tests import factories
from zhibu.membership.tests.factories import make_member
from zhibu.records.models import Record
from zhibu.shared.clock import fixed
from zhibu.shared.errors import RuleBroken
from zhibu_engine.facts import RELATIONS

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def today():
    cache.clear()
    with fixed(DAY):
        yield


@pytest.fixture
def branch():
    factories.words_installed()
    made = factories.unit()
    factories.secretary(made, "林知远")
    make_member(made, "陈大为")
    return made


@pytest.fixture
def clerk(branch):
    return factories.user("clerk", branch)


def publish(branch, clerk, **changes) -> Publication:
    values = {
        "unit": branch,
        "kind": "resolution",
        "title": "关于修路的决议",
        "body": "林知远主持，陈大为、周小满家的地各占三分，电话 13812345678。",
        "table": [["周小满", "300 元"], ["合计", "600 元"]],
        "channels": ["notice_board", "portal"],
        "place": "村口公开栏",
        "from_on": DAY,
        "actor": clerk,
        "about": "matter:12",
        "about_title": "修路",
        "private_persons": [factories.person("周小满")],
    }
    return publication_publish(**(values | changes))


def facts(branch, last=DAY):
    sql = PUBLICATION.text(connection.vendor).replace("{units}", f"h.unit_id IN ({branch.pk})")
    day = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.execute(sql, {"first": day(last.replace(month=1, day=1)), "last": day(last)})
        names = [column.name for column in RELATIONS["publication"].columns]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_what_is_published_is_masked_frozen_and_logged(branch, clerk):
    made = publish(branch, clerk)

    assert made.body == "林知远主持，陈某某、周某某家的地各占三分，电话 138********。"
    assert made.table == [["周某某", "300 元"], ["合计", "600 元"]]
    assert made.parties == "周小满"
    assert "周小满" not in made.record.search_text
    event = Event.objects.get(action="documents.published")
    assert event.data == {"title": "关于修路的决议"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT parties FROM documents_publication")
        assert cursor.fetchone()[0].startswith("v1:")


def test_the_preview_shows_what_will_be_masked_and_writes_nothing(branch):
    draft = publication_draft(
        unit=branch, day=DAY, title="补助", body="陈大为 13812345678", private_persons=["周小满"]
    )
    assert draft.body == "陈某某 138********"
    assert {(spot.sort, spot.shown) for spot in draft.spots} == {
        ("name", "陈某某"),
        ("number", "138********"),
    }
    assert not Publication.objects.exists()


def test_a_party_who_holds_a_post_that_day_is_named(branch, clerk):
    holder = factories.secretary(branch, "周小满")
    made = publish(branch, clerk, private_persons=[holder])
    assert "周小满家的地" in made.body
    assert made.parties == ""


def test_a_holder_of_another_day_is_private(branch, clerk):
    branch.posts.update(to_on=date(2026, 3, 1))
    assert "林某某主持" in publish(branch, clerk).body


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"kind": "no_such"}, "另选类别", id="unknown kind"),
        pytest.param({"channels": []}, "至少选择一种", id="no channel"),
        pytest.param({"channels": ["fax"]}, "另选", id="unknown channel"),
        pytest.param({"title": " "}, "标题", id="no title"),
        pytest.param({"body": "", "table": []}, "正文", id="nothing said"),
        pytest.param({"table": [["a", "b", "c"]]}, "两格", id="three columns"),
        pytest.param({"to_on": date(2026, 3, 19)}, "不能早于", id="ends before it starts"),
        pytest.param({"from_on": date(2026, 3, 21)}, "不能晚于今天", id="tomorrow"),
        pytest.param({"from_on": date(2014, 3, 1)}, "存续期间", id="before founding"),
        pytest.param({"from_on": date(2026, 1, 1)}, "补录", id="late without a reason"),
        pytest.param({"audience": "members"}, "不能放到公开网页", id="members only on the portal"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_left(branch, clerk, changes, said):
    with pytest.raises(ValidationError, match=said):
        publish(branch, clerk, **changes)
    assert not Record.objects.exists()
    assert not Event.objects.filter(action__startswith="documents.").exists()


def test_somebody_without_a_role_there_publishes_nothing(branch):
    with pytest.raises(PermissionDenied):
        publish(branch, factories.user("stranger", factories.unit("zb02")))
    assert not Record.objects.exists()


def test_any_sentence_of_a_guard_refuses_and_it_is_told_what_was_published(
    branch, clerk, monkeypatch
):
    class Module:
        @staticmethod
        def publication_refusals(*, about, kind, day):
            return ["没有有效的决议。"] if (about, kind) == ("matter:12", "resolution") else []

        @staticmethod
        def publication_changed(publication, actor):
            told.append((publication.kind, actor))

    told = []
    monkeypatch.setattr(guarding, "discover", lambda name: (Module,))
    with pytest.raises(RuleBroken, match="没有有效的决议"):
        publish(branch, clerk)
    assert not Record.objects.exists()
    assert publish(branch, clerk, kind="progress")
    assert told == [("progress", clerk)]


def test_the_same_text_twice_on_one_day_is_refused(branch, clerk):
    publish(branch, clerk)
    with pytest.raises(RuleBroken, match="已经公开过"):
        publish(branch, clerk)
    assert Publication.objects.count() == 1


def correct(made, clerk, **changes):
    values = {
        "publication": made,
        "reason": "周小满的金额写错",
        "title": "关于修路的决议",
        "body": "每户三百元，周小满同。",
        "channels": ["notice_board", "portal"],
        "actor": clerk,
    }
    return publication_correct(**(values | changes))


def test_a_correction_keeps_the_old_version_and_says_why(branch, clerk):
    made = publish(branch, clerk)
    before = made.body
    correct(made, clerk)

    shown = notice_shown(made.token, DAY)
    assert (shown.body, shown.correct_reason, shown.corrected_on, shown.version) == (
        "每户三百元，周某某同。",
        "周某某的金额写错",
        DAY,
        2,
    )
    version = made.record.versions.get()
    assert (version.content["body"], version.reason) == (before, "周某某的金额写错")
    assert Event.objects.get(action="documents.publication_corrected").data["reason"] == (
        "周某某的金额写错"
    )


def test_a_correction_gives_a_reason_and_hides_nothing_from_strangers(branch, clerk):
    made = publish(branch, clerk)
    with pytest.raises(ValidationError, match="更正原因"):
        correct(made, clerk, reason=" ")
    with pytest.raises(RuleBroken, match="撤回"):
        correct(made, clerk, channels=["notice_board"])
    assert made.record.versions.count() == 0


def test_a_withdrawn_publication_says_so_and_nothing_else(branch, clerk):
    made = publish(branch, clerk)
    publication_withdraw(publication=made, reason="周小满申请复核", actor=clerk)

    shown = notice_shown(made.token, DAY)
    assert (shown.title, shown.body, shown.table, shown.withdraw_reason) == (
        "决议公开",
        "",
        (),
        "周某某申请复核",
    )
    assert open_units(DAY) == []
    with pytest.raises(RuleBroken, match="已经撤回"):
        publication_withdraw(publication=made, reason="再撤", actor=clerk)
    with pytest.raises(RuleBroken, match="不再接收"):
        objection_receive(publication=made, via="portal", text="有意见", actor="公开网页")


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": "members", "channels": ["notice_board"]},
        {"channels": ["notice_board"]},
    ],
    ids=["members only", "not on the portal"],
)
def test_strangers_have_nothing_to_read_of_it(branch, clerk, changes):
    made = publish(branch, clerk, **changes)
    assert notice_shown(made.token, DAY) is None
    assert notices_of(branch, DAY) == []
    with pytest.raises(RuleBroken, match="不在网上"):
        objection_receive(publication=made, via="portal", text="有意见", actor="公开网页")
    assert objection_receive(publication=made, via="oral", text="有意见", actor=clerk).number == 1


def test_objections_are_numbered_sealed_and_shown_once_answered(branch, clerk):
    made = publish(branch, clerk)
    first = objection_receive(
        publication=made,
        via="portal",
        text="我是吴老汉，周小满多占了，打 13912345678",
        name="吴老汉",
        contact="13912345678",
        actor="公开网页",
    )
    second = objection_receive(publication=made, via="paper", text="不同意", actor=clerk)

    assert (first.number, second.number) == (1, 2)
    assert first.shown == "我是吴某某，周某某多占了，打 139********"
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, name, contact FROM documents_objection WHERE number = 1")
        assert all(value.startswith("v1:") for value in cursor.fetchone())
    assert [o.text for o in notice_shown(made.token, DAY).objections] == ["", ""]

    objection_answer(objection=first, answer="吴老汉：已核实，周小满没有多占。", actor=clerk)
    objection_answer(objection=second, answer="没有写明理由。", taken=False, actor=clerk)
    shown = notice_shown(made.token, DAY).objections
    assert [(o.text, o.answer, o.state) for o in shown] == [
        (
            "我是吴某某，周某某多占了，打 139********",
            "吴某某：已核实，周某某没有多占。",
            "answered",
        ),
        ("", "没有写明理由。", "not_taken"),
    ]
    logged = " ".join(str(event.data) + event.actor for event in Event.objects.all())
    assert "吴老汉" not in logged and "13912345678" not in logged


def test_one_form_sent_twice_is_one_objection(branch, clerk):
    made = publish(branch, clerk)
    numbers = {
        objection_receive(
            publication=made, via="portal", text="有意见", key="form-1", actor="公开网页"
        ).number
        for _twice in range(2)
    }
    assert numbers == {1}
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"text": " "}, "写明异议", id="nothing said"),
        pytest.param({"text": "长" * 501}, "最多 500 字", id="too long"),
        pytest.param({"received_on": date(2026, 3, 21)}, "收到日期", id="tomorrow"),
        pytest.param({"received_on": date(2026, 3, 19)}, "收到日期", id="before it was published"),
    ],
)
def test_a_wrong_objection_is_refused_and_takes_no_number(branch, clerk, changes, said):
    made = publish(branch, clerk)
    with pytest.raises(ValidationError, match=said):
        objection_receive(
            **{"publication": made, "via": "paper", "text": "有意见", "actor": clerk, **changes}
        )
    assert objection_receive(publication=made, via="paper", text="有", actor=clerk).number == 1


def test_an_answer_is_given_once_by_whoever_may(branch, clerk):
    made = publish(branch, clerk)
    objection = objection_receive(publication=made, via="paper", text="有意见", actor=clerk)
    with pytest.raises(PermissionDenied):
        objection_answer(objection=objection, answer="好", actor=factories.user("other"))
    with pytest.raises(ValidationError, match="写明答复"):
        objection_answer(objection=objection, answer=" ", actor=clerk)
    objection_answer(objection=objection, answer="已改", actor=clerk)
    with pytest.raises(RuleBroken, match="已经办结"):
        objection_answer(objection=objection, answer="再改", actor=clerk)


def test_what_waits_for_an_answer_is_told_until_it_is_answered(branch, clerk):
    made = publish(branch, clerk)
    objection = objection_receive(publication=made, via="paper", text="有意见", actor=clerk)
    (waiting,) = publications_waiting([branch.pk])
    assert (waiting.url, waiting.number, waiting.since) == (made.get_absolute_url(), 1, DAY)

    objection_answer(objection=objection, answer="已改", actor=clerk)
    assert publications_waiting([branch.pk]) == []


def test_what_is_about_a_matter_is_found_by_its_key_in_order(branch, clerk):
    publish(branch, clerk, kind="result", title="修路结果")
    publish(branch, clerk, from_on=date(2026, 3, 18))
    publish(branch, clerk, about="matter:13")
    assert [one.kind for one in publications_about("matter:12")] == ["resolution", "result"]


def test_a_fact_counts_days_and_objections_as_of_the_judging_day(branch, clerk):
    made = publish(branch, clerk, from_on=date(2026, 3, 14), to_on=date(2026, 3, 24))
    with fixed(date(2026, 3, 15)):
        objection = objection_receive(publication=made, via="paper", text="有意见", actor=clerk)
    objection_answer(objection=objection, answer="已改", actor=clerk)

    told = {
        last: (row["days_shown"], row["objections"], row["unanswered"], row["entry_delay"])
        for last in (date(2026, 3, 14), date(2026, 3, 19), DAY, date(2026, 4, 30))
        for row in facts(branch, last)
    }
    assert told == {
        date(2026, 3, 14): (1, 0, 0, 6),
        date(2026, 3, 19): (6, 1, 1, 6),
        DAY: (7, 1, 0, 6),
        date(2026, 4, 30): (11, 1, 0, 6),
    }
    assert (facts(branch)[0]["kind"], facts(branch)[0]["record_id"]) == ("resolution", made.pk)
    publication_withdraw(publication=made, reason="误发", actor=clerk)
    assert facts(branch, date(2026, 4, 30))[0]["days_shown"] == 7
    assert facts(branch, date(2026, 3, 13)) == []
