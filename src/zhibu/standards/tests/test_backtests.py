"""试算 on the web: a draft tried on a scope, read by plain people, published from there; it writes no finding."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
import yaml
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.organization.models import Adoption, Unit
from zhibu.packs.models import PackVersion
from zhibu.packs.selectors import pack_content, pack_latest
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards import services
from zhibu.standards.models import BackTest, Finding, Score
from zhibu.standards.tests.factories import (
    committee_make,
    pack_make,
    sitting_row,
    unit_make,
    user_make,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 10)


@pytest.fixture(autouse=True)
def today():
    with clock.fixed(DAY):
        yield


@pytest.fixture
def committee():
    """Two branches: one met in three quarters and every month in committee, one not at all."""
    pack_make("L1")
    committee = committee_make()
    busy, _idle = unit_make(committee), unit_make(committee)
    for month in (2, 5, 8):
        sitting_row(busy, "branch_assembly", date(2025, month, 10))
    for month in range(1, 10):
        sitting_row(busy, "committee_meeting", date(2025, month, 3))
    services.units_judge(unit_ids=Unit.objects.branches().values_list("pk", flat=True), day=DAY)
    return committee


@pytest.fixture
def officer(committee):
    return user_make(committee, role="township")


@pytest.fixture
def draft(committee):
    return pack_make("D1", draft=True)


def begin(committee, draft, officer, **fields):
    asked = {"scope": committee, "draft": draft, "standard": "sample", "as_of": DAY}
    return services.backtest_begin(actor=officer, **{**asked, **fields})


def tried(committee, draft, officer):
    return services.backtest_work(backtest_id=begin(committee, draft, officer).pk)


def test_it_says_who_moves_and_why_and_writes_no_finding(committee, draft, officer):
    before = list(Finding.objects.order_by("pk").values()), list(Score.objects.values())

    made = tried(committee, draft, officer)

    assert made.state == "done" and made.done == made.total == 2
    assert (list(Finding.objects.order_by("pk").values()), list(Score.objects.values())) == before
    busy = next(m for m in made.result["moves"] if m["was"][0])
    # Three of nine months: 6 × 0.5 lost of 8, before 3 of 3 quarters: nothing lost of 4.
    assert busy["difference"] == 800 - 300 - 400
    assert any("党员大会每季度一次" in cause["said"] for cause in busy["causes"])
    assert made.result["against"] == "L1"


def test_levels_that_change_come_first_with_what_decides_them(committee, officer):
    lower = pack_make("D2", draft=True)
    made = tried(committee, lower, officer)
    levels = [move["level"] for move in made.result["moves"]]
    assert any(levels) and levels == sorted(levels, reverse=True)
    assert any("可能为" in move["sentence"] for move in made.result["moves"] if move["level"])


def test_a_draft_is_compared_with_nothing_where_nobody_keeps_its_standard(officer, committee):
    Adoption.objects.all().delete()
    made = tried(committee, pack_make("D3", draft=True), officer)
    assert made.state == "done" and made.result["against"] == "" and made.result["moves"] == []
    assert made.result["sides"][0]["units"] == 2


def test_who_does_not_judge_the_scope_tries_and_publishes_nothing(committee, draft, officer):
    secretary = user_make(Unit.objects.branches().first())
    with pytest.raises(PermissionDenied):
        begin(committee, draft, secretary)
    with pytest.raises(RuleBroken, match="不能晚于今天"):
        begin(committee, draft, officer, as_of=DAY + timedelta(days=1))
    with pytest.raises(RuleBroken, match="没有这项标准"):
        begin(committee, draft, officer, standard="other")
    made = tried(committee, draft, officer)
    with pytest.raises(PermissionDenied):
        services.backtest_publish(backtest=made, actor=secretary)
    assert pack_latest("sample-pack").version == "L1"


def test_publishing_from_it_binds_from_now_and_judges_anew(committee, draft, officer):
    made = tried(committee, draft, officer)
    services.backtest_publish(backtest=made, actor=officer)

    assert pack_latest("sample-pack").version == "D1"
    assert Event.objects.filter(action="packs.published").count() == 1
    assert services.changes_drain(day=DAY) == 2
    assert set(Score.objects.values_list("pack__version", flat=True)) == {"D1"}
    with pytest.raises(RuleBroken, match="已经发布"):
        services.backtest_publish(backtest=made, actor=officer)


def test_another_draft_than_the_one_tried_is_not_published(committee, draft, officer):
    made = tried(committee, draft, officer)
    PackVersion.objects.filter(pk=draft.pk).update(digest="0" * 64)
    with pytest.raises(RuleBroken, match="又改过"):
        services.backtest_publish(backtest=made, actor=officer)
    unfinished = begin(committee, draft, officer)
    with pytest.raises(RuleBroken, match="还没有完成"):
        services.backtest_publish(backtest=unfinished, actor=officer)


def test_a_pack_that_binds_units_of_others_is_not_published_by_one_of_them(
    committee, draft, officer
):
    other = committee_make()
    unit_make(other)
    made = tried(committee, draft, officer)
    with pytest.raises(PermissionDenied):
        services.backtest_publish(backtest=made, actor=officer)
    assert PackVersion.objects.get(pk=draft.pk).is_draft


def test_a_worker_that_was_killed_is_found_out(committee, draft, officer):
    made = begin(committee, draft, officer)
    long_ago = clock.now() - timedelta(minutes=10)
    BackTest.objects.filter(pk=made.pk).update(state="running", beat_at=long_ago)
    assert services.backtests_recover() == 1
    made.refresh_from_db()
    assert made.state == "failed" and "重新试算" in made.message


# Pages


def zipped(version: PackVersion) -> bytes:
    """The folder of a pack as a zip, as an office would send it."""
    source = pack_content(version).source
    files = {"pack.yaml": source["pack"]}
    files |= {f"codes/{key}.yaml": value for key, value in source["codes"].items()}
    files |= {"kinds/all.yaml": source["kinds"], "documents/all.yaml": source["documents"]}
    files |= {f"standards/{key}.yaml": value for key, value in source["standards"].items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, value in files.items():
            archive.writestr(f"示例/{name}", yaml.safe_dump(dict(value), allow_unicode=True))
    return packed.getvalue()


def test_from_the_file_to_the_published_version_without_a_script(client, committee, officer):
    version = pack_make("D9", draft=True)
    content = zipped(version)
    version.delete()
    client.force_login(officer)
    page = reverse("standards:backtests", args=[committee.pk])
    assert "还没有稿子" in client.get(page).content.decode()

    file = SimpleUploadedFile("示例.zip", content)
    shown = client.post(
        reverse("standards:draft_upload", args=[committee.pk]), {"file": file}, follow=True
    ).content.decode()
    assert "稿子已上传" in shown
    draft = PackVersion.objects.get(version="D9")
    assert draft.is_draft

    shown = client.post(
        reverse("standards:backtest_begin", args=[committee.pk]),
        {"draft": f"{draft.pk}/sample", "as_of": "2025-10-10"},
        follow=True,
    ).content.decode()
    for said in (
        "试算了 2 个组织",
        "条没有组织失分",
        "哪些组织会变",
        "党员大会每季度一次",
        "发布这份稿子",
        "现行标准（L1 版）",
    ):
        assert said in shown, said
    made = BackTest.objects.get()
    book = client.get(reverse("standards:backtest", args=[made.pk]), {"export": "xlsx"})
    assert {"概况", "条款", "变化的组织", "变化的条款"} <= set(
        openpyxl.load_workbook(io.BytesIO(book.content)).sheetnames
    )
    shown = client.post(
        reverse("standards:backtest_publish", args=[made.pk]), follow=True
    ).content.decode()
    assert "内容不再改动" in shown and not PackVersion.objects.get(pk=draft.pk).is_draft


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.txt", b"x", "请上传制度包", id="another kind of file"),
        pytest.param("a.zip", b"PK-not", "打不开", id="no zip"),
        pytest.param("a.xlsx", b"text", "不是 Excel 文件", id="no workbook"),
        pytest.param("a.zip", None, "要有一个制度包", id="no pack inside"),
        pytest.param("a.zip", "../pack.yaml", "文件位置不对", id="escapes the folder"),
    ],
)
def test_a_wrong_file_is_refused_in_words(client, committee, officer, name, content, said):
    if not isinstance(content, bytes):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(content or "readme.md", "x")
        content = packed.getvalue()
    client.force_login(officer)
    answer = client.post(
        reverse("standards:draft_upload", args=[committee.pk]),
        {"file": SimpleUploadedFile(name, content)},
    )
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not PackVersion.objects.drafts().exists()


def test_mine_is_shown_and_others_pages_are_not_there(client, committee, draft, officer):
    made = tried(committee, draft, officer)
    pages = [
        reverse("standards:backtests", args=[committee.pk]),
        reverse("standards:backtest", args=[made.pk]),
    ]
    for user, status in (
        (officer, 200),
        (user_make(Unit.objects.branches().first()), 404),
        (user_make(committee, role="inspector"), 404),
        (user_make(committee_make(), role="county"), 404),
    ):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [status] * 2, user


def test_the_result_is_drawn_without_judging_again(
    client, committee, draft, officer, django_assert_max_num_queries
):
    made = tried(committee, draft, officer)
    client.force_login(officer)
    with django_assert_max_num_queries(16):
        client.get(reverse("standards:backtest", args=[made.pk]))
