"""A vote in the browser, from the office's desk to a member's phone; pictures with ZHIBU_PICTURES."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import PICTURES
from zhibu.ballots.models import Ballot
from zhibu.ballots.services import BallotInput, ballot_cast, ballot_create, ballot_open
from zhibu.home.tests.factories import account
from zhibu.organization.models import Person, RoleGrant

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]

WIDTHS = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}


@pytest.fixture
def clerk(world):
    return account("clerk2", "何记录", world.branch, RoleGrant.Role.RECORDER)


def poll(world, **fields):
    values = {
        "sheet": "resolution",
        "way": "on_line",
        "secret": True,
        "title": "2026 年下半年工作计划表决",
        "texts": ["同意支部 2026 年下半年工作计划"],
        **fields,
    }
    made = ballot_create(owner=world.branch, actor="测试", given=BallotInput(**values))
    return ballot_open(ballot=made, actor="测试", reason="示例")


def others_vote(ballot, world, number, *choices):
    for place, person in enumerate(world.people[10 : 10 + number]):
        user = account(f"voter{ballot.pk}-{place}", str(person), None, "")
        Person.objects.filter(pk=person.pk).update(user=user)
        choice = choices[place % len(choices)]
        chosen = {one["key"]: choice for one in ballot.questions}
        ballot_cast(ballot=ballot, actor=user, chosen=chosen)
        Person.objects.filter(pk=person.pk).update(user=None)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_vote_from_the_desk_to_the_phone_and_back(
    live_server, page, world, clerk, sign_in, picture, violations, complaints, width
):
    page.set_viewport_size(WIDTHS[width])
    sign_in(page, "clerk2")
    page.goto(f"{live_server.url}/ballots/")
    assert violations() == []
    page.get_by_label("准备一次新的").select_option("resolution")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("题目").fill("同意支部 2026 年下半年工作计划")
    picture(f"ballot-new-{width}")
    assert violations() == []
    page.get_by_role("button", name="保存，下一步核对").click()
    picture(f"ballot-draft-{width}")
    assert violations() == []
    page.get_by_role("button", name="开始").click()
    page.get_by_text("已投 0 人，共 42 人").wait_for()
    ballot = Ballot.objects.get()
    others_vote(ballot, world, 25, "approve", "approve", "approve", "approve", "oppose")
    page.reload()
    picture(f"ballot-open-{width}")
    assert violations() == []

    phone = page.context.browser.new_page(viewport=WIDTHS["390"])
    _votes_on_the_phone(phone, live_server, sign_in, width)

    page.reload()
    page.get_by_role("button", name="结束投票，统计结果").click()
    page.get_by_text("实得 20 票，未通过").wait_for()
    page.get_by_role("button", name="向成员公布结果").click()
    page.get_by_text("已向成员公布").wait_for()
    picture(f"ballot-result-{width}")
    assert violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.goto(f"{live_server.url}/ballots/mine/")
    phone.get_by_role("link", name="一般事项表决").click()
    phone.get_by_text("实得 20 票，未通过").wait_for()
    phone.close()
    assert complaints == []


def _votes_on_the_phone(phone, live_server, sign_in, width):
    sign_in(phone, "member")
    phone.goto(f"{live_server.url}/ballots/")
    _keep(phone, f"ballot-mine-{width}")
    phone.get_by_role("link", name="去投票").click()
    phone.get_by_text("反对").click()
    assert phone.get_by_label("反对").is_checked()
    box = phone.locator(".bl-choice").first.bounding_box()
    assert box["height"] >= 48, "large enough for a thumb"
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _keep(phone, f"ballot-vote-{width}")
    phone.get_by_role("button", name="投票").click()
    phone.get_by_text("您已投票").wait_for()
    _keep(phone, f"ballot-voted-{width}")
    phone.go_back()
    phone.reload()
    phone.get_by_text("您已投票").wait_for()


def _keep(page, name):
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_other_pages_at_both_widths(
    live_server, page, world, clerk, sign_in, picture, violations, complaints, width
):
    page.set_viewport_size(WIDTHS[width])
    people = [person.pk for person in world.people[:6]]
    paper = poll(
        world,
        sheet="committee_election",
        way="paper",
        title="支部委员会换届选举",
        person_ids=people,
        seats=5,
        texts=(),
    )
    review = poll(
        world,
        sheet="member_review",
        title="2026 年民主评议党员测评",
        person_ids=[person.pk for person in world.people[:8]],
        voters="members",
        texts=(),
    )
    sign_in(page, "clerk2")
    addresses = {
        "list": f"/ballots/unit/{world.branch.pk}/",
        "new-election": f"/ballots/unit/{world.branch.pk}/new/?sheet=committee_election",
        "new-satisfaction": f"/ballots/unit/{world.branch.pk}/new/?sheet=satisfaction",
        "paper": f"/ballots/{paper.pk}/",
        "slip": f"/ballots/{paper.pk}/slip/",
        "count": f"/ballots/{paper.pk}/count/",
        "review": f"/ballots/{review.pk}/",
    }
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        picture(f"ballot-{name}-{width}")
        assert violations() == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    page.goto(live_server.url + addresses["count"])
    for label, number in (("实到有表决权的人数", 40), ("发出票数", 40), ("收回票数", 40)):
        page.get_by_label(label).fill(str(number))
    for place, votes in enumerate((38, 36, 30, 25, 21, 20), start=1):
        page.locator(f"[name=q{place}-approve]").fill(str(votes))
        page.locator(f"[name=q{place}-oppose]").fill(str(40 - votes))
    page.locator("[name=tellers]").nth(20).check()
    page.locator("[name=scrutineers]").nth(22).check()
    page.get_by_role("button", name="保存计票结果").click()
    page.get_by_text("未超过半数").wait_for()
    picture(f"ballot-elected-{width}")
    assert violations() == []

    sign_out_and_in(page, live_server, sign_in)
    page.goto(f"{live_server.url}/ballots/{review.pk}/vote/")
    page.get_by_role("button", name="投票").click()
    picture(f"ballot-vote-review-{width}")
    assert violations() == []
    assert complaints == []


def sign_out_and_in(page, live_server, sign_in):
    page.context.clear_cookies()
    sign_in(page, "member")
