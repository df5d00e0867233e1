"""The sheet carries the content itself, in the size asked for, and nothing that is masked."""

from __future__ import annotations

import re
import subprocess

import pytest
from django.core.cache import cache
from django.urls import reverse

from zhibu.documents.services import publication_correct
from zhibu.portal import poster
from zhibu.portal.tests.factories import ACTOR, CARD, DAY, IDENTITY, PHONE, PRIVATE, villages
from zhibu.shared.clock import fixed

pytestmark = [pytest.mark.django_db, pytest.mark.needs("fonts"), pytest.mark.needs("poppler")]


@pytest.fixture(autouse=True)
def today():
    cache.clear()
    poster._families.cache_clear()
    with fixed(DAY):
        yield
    poster._families.cache_clear()
    cache.clear()


@pytest.fixture
def world(db):
    return villages()


def sheet(client, publication, size: str):
    answer = client.get(reverse("portal:poster", args=[publication.token]), {"size": size})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return answer.content


def read(pdf: bytes) -> str:
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(run.stdout.decode().split())


def paper(pdf: bytes) -> str:
    run = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    return re.search(r"Page size:\s+(\S+) x (\S+)", run.stdout.decode()).group(1)


@pytest.mark.parametrize(
    ("size", "width"), [("a4", "595.276"), ("a3", "841.89"), ("poster", "595.276")]
)
def test_the_sheet_has_the_content_the_code_s_address_and_nothing_private(
    client, world, size, width
):
    pdf = sheet(client, world.resolution, size)
    text = read(pdf)
    assert paper(pdf) == width
    assert "陈某某家门前修路的决议" in text and "林知远主持。" in text and "300元" in text
    assert f"/open/n/{world.resolution.token}/" in text
    assert [word for word in (*PRIVATE, PHONE, IDENTITY, CARD) if word in text] == []


def test_words_that_look_like_markup_stay_words(client, world):
    made = world.say(world.far, title="#set text *粗* $x$", body='"引号" [方括号] \\ @人', about="")
    text = read(sheet(client, made, "a4"))
    assert "#settext*粗*$x$" in text and "[方括号]" in text and "@人" in text


def test_the_portal_s_own_address_is_printed_where_it_has_one(client, world, settings):
    settings.PORTAL_URL = "https://gongkai.example.cn"
    text = read(sheet(client, world.resolution, "a4"))
    assert f"https://gongkai.example.cn/open/n/{world.resolution.token}/" in text


def test_a_correction_makes_a_new_sheet(client, world):
    before = sheet(client, world.far_notice, "a4")
    assert sheet(client, world.far_notice, "a4") == before
    publication_correct(
        publication=world.far_notice, reason="金额写错", title="垫款", body="二百元。",
        channels=["portal"], actor=ACTOR,
    )  # fmt: skip
    text = read(sheet(client, world.far_notice, "a4"))
    assert "二百元" in text and "已于2026年3月20日更正：金额写错" in text


def test_without_a_chinese_font_it_says_so_instead_of_drawing_boxes(client, world, settings):
    settings.PORTAL_FONTS = ["No Such Font"]
    answer = client.get(reverse("portal:poster", args=[world.resolution.token]))
    assert answer.status_code == 503 and "没有可用的中文字体" in answer.content.decode()
