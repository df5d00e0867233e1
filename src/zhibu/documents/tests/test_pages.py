"""Pages of documents at the door: they work by plain posts, refuse with 422, and hide what one may not see."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.documents.models import Document
from zhibu.documents.services import ItemInput, document_create
from zhibu.documents.tests import factories
from zhibu.organization.models import RoleGrant
from zhibu.shared.clock import fixed

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
def clerk(branch, client):
    made = factories.user("clerk", branch)
    client.force_login(made)
    return made


def lines(*texts: str, **more: str) -> dict[str, str]:
    filled = {f"items-{n}-text": text for n, text in enumerate(texts)}
    return {"items-TOTAL_FORMS": str(len(texts)), "items-INITIAL_FORMS": "0", **filled, **more}


def write_url(branch, **query: str) -> str:
    words = "&".join(
        f"{key}={value}" for key, value in {"kind": "year_plan", "year": "2026", **query}.items()
    )
    return f"{reverse('documents:write', args=[branch.pk])}?{words}"


def test_a_plan_is_written_by_a_plain_post(client, branch, clerk):
    answer = client.post(
        write_url(branch), {"day": "2026-03-20", "body": "", **lines("学习", "志愿服务")}
    )
    document = Document.objects.get()
    assert answer.url == reverse("documents:detail", args=[document.pk])
    assert [item.text for item in document.items.all()] == ["学习", "志愿服务"]
    page = client.get(answer.url).content.decode()
    assert "志愿服务" in page
    assert "系统内未见记录" in page


def test_asking_for_more_lines_keeps_what_is_typed_and_writes_nothing(client, branch, clerk):
    answer = client.post(write_url(branch), {"more": "1", "day": "", **lines("学习")})
    assert answer.status_code == 200
    assert answer.content.decode().count('-text"') >= 4
    assert "学习" in answer.content.decode()
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param({"day": ""}, "还没有保存", id="no day"),
        pytest.param({"day": "2026-03-21"}, "日期不能晚于今天", id="tomorrow"),
        pytest.param({"day": "2026-01-02"}, "补录", id="late without a reason"),
    ],
)
def test_a_refused_form_says_why_with_422_and_keeps_the_text(client, branch, clerk, data, said):
    answer = client.post(write_url(branch), {"body": "全年打算", **lines("学习"), **data})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "全年打算" in answer.content.decode()
    assert not Document.objects.exists()


def test_a_blank_plan_is_refused_and_nothing_is_written(client, branch, clerk):
    answer = client.post(write_url(branch), {"day": "2026-03-20", "body": " ", **lines("")})
    assert answer.status_code == 422
    assert "请填写正文，或者至少写一条计划条目。" in answer.content.decode()
    assert not Document.objects.exists()


def test_an_empty_list_says_so_and_offers_to_write_one(client, branch, clerk):
    page = client.get(
        reverse("documents:list", args=[branch.pk]), {"year": "2026", "kind": "year_plan"}
    ).content.decode()
    assert "没有符合条件的计划或总结。" in page and ">None<" not in page
    assert "写年度工作计划" in page
    assert '<option value="year_plan" selected' in page


def test_the_year_end_summary_starts_with_the_lines_of_the_plan(client, branch, clerk):
    document_create(
        owner=branch,
        actor=clerk,
        kind="year_plan",
        year=2026,
        day=DAY,
        items=[ItemInput("修好活动室")],
    )
    page = client.get(
        reverse("documents:new", args=[branch.pk]), {"kind": "year_summary"}
    ).content.decode()
    assert "修好活动室" in page
    assert "未答复" in page


def test_the_address_fills_period_and_text(client, branch, clerk):
    page = client.get(
        reverse("documents:new", args=[branch.pk]),
        {"kind": "stage_summary", "period": "quarter-1", "body": "开会三次。"},
    ).content.decode()
    assert "2026 年第 1 季度阶段小结" in page
    assert "开会三次。" in page


def test_who_may_only_look_sees_the_document_and_no_form(client, branch, clerk):
    made = document_create(
        owner=branch, actor=clerk, kind="year_plan", year=2026, day=DAY, body="全年打算"
    )
    client.force_login(factories.user("inspector", branch, RoleGrant.Role.INSPECTOR))
    page = client.get(made.get_absolute_url())
    assert page.status_code == 200
    assert "作废这份文档" not in page.content.decode()
    assert client.get(reverse("documents:edit", args=[made.pk])).status_code == 403
    assert (
        client.post(reverse("documents:void", args=[made.pk]), {"reason": "试"}).status_code == 403
    )


def test_another_branch_finds_nothing(client, branch, clerk):
    made = document_create(
        owner=branch, actor=clerk, kind="year_plan", year=2026, day=DAY, body="全年打算"
    )
    client.force_login(factories.user("other", factories.unit("zb02")))
    for name, args in (
        ("detail", made.pk),
        ("edit", made.pk),
        ("list", branch.pk),
        ("new", branch.pk),
    ):
        assert client.get(reverse(f"documents:{name}", args=[args])).status_code == 404


def test_the_list_filters_and_exports(client, branch, clerk):
    document_create(
        owner=branch, actor=clerk, kind="year_plan", year=2026, day=DAY, body="全年打算"
    )
    document_create(
        owner=branch,
        actor=clerk,
        kind="stage_summary",
        year=2025,
        period="half",
        index=2,
        day=DAY,
        body="下半年工作。",
    )
    url = reverse("documents:list", args=[branch.pk])
    page = client.get(url, {"kind": "stage_summary"}).content.decode()
    assert "2025 年下半年阶段小结" in page
    assert "2026 年年度工作计划" not in page
    assert client.get(url, {"export": "xlsx"}).content[:2] == b"PK"
