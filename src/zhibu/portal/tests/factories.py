"""Two townships with villages that publish, and private people in everything they write."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from zhibu.documents.models import Publication
from zhibu.documents.services import (
    objection_answer,
    objection_receive,
    publication_correct,
    publication_publish,
    publication_withdraw,
)
from zhibu.documents.tests.factories import words_installed
from zhibu.membership.tests.factories import make_member
from zhibu.organization.models import Unit
from zhibu.organization.services import post_begin
from zhibu.organization.tests.factories import County, make_person
from zhibu.shared.clock import fixed

DAY = date(2026, 3, 20)
ACTOR = "测试"
#: Who must not be read anywhere: members without a post, parties, and who wrote in.
PRIVATE = ("陈大为", "欧阳秋生", "吴老汉", "周小满", "刘三")
PHONE, IDENTITY, CARD = "13812345678", "130402198001010017", "6222021234567890123"
HOLDER = "林知远"


class Villages(County):
    """``one`` and ``two`` lie below 甲镇, ``far`` below 乙镇; each has a private member and a secretary."""

    def __init__(self) -> None:
        super().__init__()
        words_installed()
        secretary = make_person(HOLDER)
        for unit, name in ((self.one, "陈大为"), (self.two, "欧阳秋生"), (self.far, "刘三")):
            make_member(unit, name, phone=PHONE)
            post_begin(
                person=secretary, unit=unit, code="secretary", from_on=date(2020, 1, 1), actor=ACTOR
            )
        self.resolution = self.say(self.one, kind="resolution", title="陈大为家门前修路的决议")
        self.progress = self.say(self.one, kind="progress", title="修路过半", day=DAY)
        self.ended = self.say(
            self.two, kind="notice", title="欧阳秋生低保公示", about="", about_title="",
            to_on=DAY - timedelta(days=1),
        )  # fmt: skip
        self.far_notice = self.say(self.far, kind="finance", title="刘三代垫款", about="")
        self.closed = [
            self.say(self.one, title="不上网的", channels=["notice_board"]),
            self.say(self.one, title="只给党员的", channels=["meeting"], audience="members"),
        ]
        self.withdrawn = self.say(self.one, title="误发的公开", about="")
        publication_withdraw(
            publication=self.withdrawn, reason=f"写了陈大为的电话{PHONE}", actor=ACTOR
        )
        self._objections()
        self._correction()

    def say(
        self, unit: Unit, *, day: date = DAY - timedelta(days=5), **changes: Any
    ) -> Publication:
        values = {
            "kind": "resolution",
            "title": "公开",
            "body": f"{HOLDER}主持。陈大为、欧阳秋生、刘三和吴老汉的地，身份证 {IDENTITY}，电话 {PHONE}。",
            "table": [["周小满 卡号", CARD], ["陈 大 为", "300 元"], ["电话 138-1234-5678", "无"]],
            "channels": ["notice_board", "portal"],
            "place": "刘三家对面",
            "about": "matter:1",
            "about_title": "陈大为家门前修路",
            "private_persons": PRIVATE,
            "from_on": day,
        }
        return publication_publish(unit=unit, actor=ACTOR, **(values | changes))

    def _objections(self) -> None:
        words = f"我是吴老汉，陈大为多占了，打 {PHONE}"
        taken = objection_receive(
            publication=self.resolution, via="portal", text=words, name="吴老汉", contact=PHONE,
            actor=ACTOR,
        )  # fmt: skip
        refused = objection_receive(
            publication=self.resolution, via="paper", text=f"周小满骂人 {IDENTITY}", actor=ACTOR
        )
        objection_receive(
            publication=self.resolution, via="oral", text="欧阳秋生不同意", actor=ACTOR
        )
        objection_answer(
            objection=taken, answer=f"吴老汉：已量过，陈大为 {PHONE} 没有多占。", actor=ACTOR
        )
        objection_answer(objection=refused, answer="周小满的话与此无关。", taken=False, actor=ACTOR)

    def _correction(self) -> None:
        publication_correct(
            publication=self.progress, reason=f"刘三的卡号 {CARD} 写错", title="修路过半",
            body="陈大为家门前已铺完。", table=[["刘三", "工钱 100 元"]],
            channels=["portal"], actor=ACTOR,
        )  # fmt: skip


def villages() -> Villages:
    with fixed(DAY):
        return Villages()
