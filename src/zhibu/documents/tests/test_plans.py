"""Plans and summaries at the services: one a period, old texts kept, adoption by a valid sitting."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from zhibu.audit.models import Event
from zhibu.documents import adoption
from zhibu.documents.adoption import Adopter
from zhibu.documents.facts import SOURCES
from zhibu.documents.models import Document, PlanItem
from zhibu.documents.services import (
    ItemInput,
    document_adopt,
    document_create,
    document_update,
    document_void,
)
from zhibu.documents.tests import factories
from zhibu.records.models import Record
from zhibu.records.services import record_create, record_void
from zhibu.shared.clock import fixed
from zhibu.shared.errors import RuleBroken
from zhibu_engine.facts import RELATIONS

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def today():
    with fixed(DAY):
        yield


@pytest.fixture
def branch():
    factories.words_installed()
    return factories.unit()


@pytest.fixture
def clerk(branch):
    return factories.user("clerk", branch)


def plan(branch, clerk, **changes):
    values = {
        "owner": branch,
        "actor": clerk,
        "kind": "year_plan",
        "year": 2026,
        "day": DAY,
        "items": [
            ItemInput("每月一次主题党日", due_on=date(2026, 12, 20)),
            ItemInput("修好活动室"),
        ],
    }
    return document_create(**(values | changes))


def facts(branch, last=DAY):
    with connection.cursor() as cursor:
        sql = SOURCES[0].sql.replace("{units}", f"h.unit_id IN ({branch.pk})")
        cursor.execute(sql, {"first": last.replace(month=1, day=1), "last": last})
        names = [column.name for column in RELATIONS["document"].columns]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_a_plan_is_written_with_its_lines_its_trace_and_one_fact(branch, clerk):
    person = factories.person()
    document = plan(
        branch,
        clerk,
        items=[
            ItemInput("每月一次主题党日", owner_id=person.pk, due_on=date(2026, 12, 20)),
            ItemInput("修好活动室"),
        ],
    )

    assert document.record.title == "2026 年年度工作计划"
    assert [item.text for item in document.items.all()] == ["每月一次主题党日", "修好活动室"]
    event = Event.objects.get(action__startswith="documents.")
    assert (event.action, event.unit_code) == ("documents.created", branch.code)
    (row,) = facts(branch)
    assert (row["kind"], row["year"], row["period"], row["index"]) == ("year_plan", 2026, "year", 1)
    assert (row["items"], row["items_unassigned"], bool(row["adopted"]), row["entry_delay"]) == (
        2,
        1,
        False,
        0,
    )


def test_the_same_period_has_one_plan_and_a_voided_one_makes_room(branch, clerk):
    first = plan(branch, clerk)
    with pytest.raises(RuleBroken, match="已经录入"):
        plan(branch, clerk)
    assert Document.objects.count() == 1

    document_void(document=first, actor=clerk, reason="录错了年度")
    plan(branch, clerk)
    assert Document.objects.count() == 2
    assert len(facts(branch)) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"kind": "no_such"}, "另选类别", id="unknown kind"),
        pytest.param({"period": "quarter"}, "另选期间", id="period the kind has not"),
        pytest.param(
            {"kind": "stage_summary", "period": "quarter", "index": 5},
            "期间序号",
            id="fifth quarter",
        ),
        pytest.param({"day": date(2026, 3, 21)}, "不能晚于今天", id="tomorrow"),
        pytest.param({"year": 2020}, "相差超过一年", id="another year"),
        pytest.param(
            {"day": date(2014, 1, 1), "year": 2014, "late_reason": "补"},
            "存续期间",
            id="before founding",
        ),
        pytest.param({"day": date(2026, 1, 5)}, "补录", id="late without a reason"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_left(branch, clerk, changes, said):
    with pytest.raises(ValidationError, match=said):
        plan(branch, clerk, **changes)
    assert not Record.objects.exists()
    assert not PlanItem.objects.exists()
    assert not Event.objects.filter(action__startswith="documents.").exists()


def test_somebody_without_a_role_there_writes_nothing(branch):
    stranger = factories.user("stranger", factories.unit("zb02"))
    with pytest.raises(PermissionDenied):
        plan(branch, stranger)
    assert not Record.objects.exists()


def test_a_late_plan_is_taken_with_a_reason_and_marked(branch, clerk):
    plan(branch, clerk, day=date(2026, 1, 5), late_reason="电脑维修")
    (row,) = facts(branch)
    assert (bool(row["late"]), row["entry_delay"]) == (True, 74)


def test_a_summary_line_that_is_not_done_must_say_why(branch, clerk):
    summary = {"kind": "year_summary", "items": [ItemInput("修好活动室", answer="not_done")]}
    with pytest.raises(ValidationError, match="写明原因"):
        plan(branch, clerk, **summary)

    summary["items"] = [
        ItemInput("修好活动室", answer="not_done", note="款项未到"),
        ItemInput("主题党日", answer="done"),
        ItemInput("学习"),
    ]
    plan(branch, clerk, **summary)
    (row,) = facts(branch)
    assert (row["items"], row["items_unanswered"]) == (3, 1)


def offer(monkeypatch, *found: Adopter):
    """A higher app offers sittings; here the test is that app."""

    class Module:
        @staticmethod
        def adopters(*, unit, kinds, until):
            return found

    monkeypatch.setattr(adoption, "discover", lambda name: (Module,))


@pytest.fixture
def sitting(branch, clerk):
    return record_create(kind="sitting", owner=branch, title="支委会", event_on=DAY, actor=clerk)


def test_a_valid_sitting_adopts_and_a_correction_drops_the_adoption(
    branch, clerk, sitting, monkeypatch
):
    document = plan(branch, clerk)
    offer(monkeypatch, Adopter(sitting.pk, "3月20日支委会", DAY, valid=True))

    document_adopt(document=document, actor=clerk, sitting=sitting)
    assert bool(facts(branch)[0]["adopted"]) is True

    document_update(
        document=document,
        actor=clerk,
        reason="补一条",
        day=DAY,
        title="",
        body="",
        items=[ItemInput("学习")],
    )
    assert bool(facts(branch)[0]["adopted"]) is False
    version = document.record.versions.get()
    assert version.content["adopted_by"] == sitting.pk
    assert [item["text"] for item in version.content["items"]] == ["每月一次主题党日", "修好活动室"]


def test_a_voided_sitting_no_longer_adopts(branch, clerk, sitting, monkeypatch):
    document = plan(branch, clerk)
    offer(monkeypatch, Adopter(sitting.pk, "3月20日支委会", DAY, valid=True))
    document_adopt(document=document, actor=clerk, sitting=sitting)

    record_void(record=sitting, reason="重复", content={}, actor=clerk)
    assert bool(facts(branch)[0]["adopted"]) is False


def test_an_invalid_or_foreign_sitting_does_not_adopt(branch, clerk, sitting, monkeypatch):
    document = plan(branch, clerk)
    offer(
        monkeypatch, Adopter(sitting.pk, "3月20日支委会", DAY, valid=False, why="未达到法定人数。")
    )
    with pytest.raises(RuleBroken, match="未达到法定人数"):
        document_adopt(document=document, actor=clerk, sitting=sitting)
    offer(monkeypatch)
    with pytest.raises(RuleBroken, match="先录入会议"):
        document_adopt(document=document, actor=clerk, sitting=sitting)
    assert not document.record.links.exists()
    assert Event.objects.filter(action="documents.adopted").count() == 0


def test_a_correction_without_a_reason_changes_nothing(branch, clerk):
    document = plan(branch, clerk)
    with pytest.raises(ValidationError, match="更正原因"):
        document_update(document=document, actor=clerk, reason=" ", day=DAY, title="改", body="改")
    document.record.refresh_from_db()
    assert document.record.title == "2026 年年度工作计划"
    assert document.items.count() == 2
