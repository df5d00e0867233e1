"""The pages, as each reader gets them; everything by plain posts."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from zhibu.ballots import services
from zhibu.ballots.models import Ballot, Roll
from zhibu.ballots.tests.factories import SURVEY, ballot_make, cast, open_make, voter_make
from zhibu.meetings.tests.factories import Branch, clerk_make
from zhibu.shared import clock


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.BALLOT_KEYS_DIR = tmp_path / "ballot-keys"


@pytest.fixture
def branch(db):
    return Branch()


@pytest.fixture
def clerk(branch):
    return browser(branch.clerk)


def browser(user):
    made = Client()
    made.force_login(user)
    return made


def address(name, ballot):
    return reverse(f"ballots:{name}", args=[ballot.pk])


@pytest.fixture
def voters(branch):
    return [voter_make(person, branch) for person in branch.others]


def test_from_preparing_to_the_published_result_by_plain_posts(branch, clerk, voters):
    new = reverse("ballots:new", args=[branch.unit.pk]) + "?sheet=resolution&about=matter:7"
    page = clerk.get(new).content.decode()
    assert "一般事项表决" in page and 'value="matter:7"' in page
    said = {
        "title": "年度工作计划表决",
        "way": "on_line",
        "secret": "yes",
        "questions": "同意年度工作计划",
        "voters": "full_members",
        "about": "matter:7",
    }
    create = reverse("ballots:create", args=[branch.unit.pk]) + "?sheet=resolution"
    response = clerk.post(create, said)
    ballot = Ballot.objects.get()
    assert response.url == ballot.get_absolute_url()
    assert ballot.about == "matter:7"
    assert "核对无误后开始" in clerk.get(response.url).content.decode()

    clerk.post(address("open", ballot))
    assert "没有账号" in clerk.get(response.url).content.decode()
    for voter in voters:
        mine = browser(voter)
        assert "去投票" in mine.get(reverse("ballots:mine")).content.decode()
        text = mine.get(address("vote", ballot)).content.decode()
        assert "这是无记名投票" in text and "投出以后不能更改" in text
        done = mine.post(address("cast", ballot), {"q1": "approve"}, follow=True)
        assert "您已投票" in done.content.decode()
        assert "赞成" not in done.content.decode()
    text = clerk.get(response.url).content.decode()
    assert "已投 7 人，共 10 人" in text and "还有 3 人没有投票" in text

    clerk.post(address("close", ballot))
    text = clerk.get(response.url).content.decode()
    assert "赞成票须超过应到有表决权的 10 人的半数（至少 6 票），实得 7 票，通过。" in text
    assert mine.get(response.url).status_code == 404, "not published yet"
    clerk.post(address("publish", ballot))
    shown = mine.get(response.url)
    assert "实得 7 票，通过" in shown.content.decode()
    assert "作废" not in shown.content.decode()
    assert "已公布的结果" in mine.get(reverse("ballots:mine")).content.decode()


def test_a_member_sees_only_open_ballots_of_his_own_and_published_results(branch, clerk, voters):
    mine = browser(voters[0])
    draft = ballot_make(branch)
    others = open_make(
        branch, voters="named", voter_ids=[person.pk for person in branch.others[1:]]
    )

    assert mine.get(draft.get_absolute_url()).status_code == 404
    assert mine.get(address("vote", draft)).status_code == 404
    assert mine.get(others.get_absolute_url()).status_code == 404
    assert mine.get(address("vote", others)).status_code == 404
    assert mine.post(address("cast", others), {"q1": "approve"}).status_code == 404
    assert mine.get(reverse("ballots:list", args=[branch.unit.pk])).status_code == 403
    for name in ("open", "close", "publish", "void"):
        assert mine.post(address(name, others)).status_code == 404
    for name in ("slip", "count"):
        assert mine.get(address(name, others)).status_code == 404
    own = open_make(branch)
    assert mine.get(own.get_absolute_url()).url == address("vote", own)
    assert Roll.objects.filter(cast=True).count() == 0


def test_another_branch_s_clerk_finds_nothing(branch):
    ballot = open_make(branch)
    stranger = browser(clerk_make(Branch().unit))

    assert stranger.get(ballot.get_absolute_url()).status_code == 404
    assert stranger.post(address("void", ballot), {"reason": "x"}).status_code == 404


def test_who_has_voted_comes_to_the_page_that_says_so_whatever_he_opens(branch, voters):
    ballot = open_make(branch)
    cast(ballot, voters[0], "approve")
    mine = browser(voters[0])

    assert mine.get(address("vote", ballot)).url == address("voted", ballot)
    assert mine.post(address("cast", ballot), {"q1": "oppose"}).url == address("voted", ballot)
    other = browser(voters[1])
    assert other.get(address("voted", ballot)).url == address("vote", ballot)


def test_an_unanswered_question_is_shown_and_nothing_is_cast(branch, voters):
    ballot = open_make(branch, "survey", texts=["食堂", "宿舍"], choices=SURVEY)
    response = browser(voters[0]).post(address("cast", ballot), {"q1": "zzgood"})

    assert response.status_code == 422
    text = response.content.decode()
    assert "这一题还没有选" in text and "还没有投出" in text
    assert re.search(r'value="zzgood"[^>]*checked', text), "what was chosen stays chosen"
    assert not Roll.objects.filter(cast=True).exists()


def test_before_a_named_vote_the_voter_is_told(branch, voters, clerk):
    ballot = open_make(branch, "survey", texts=["食堂"], choices=SURVEY, secret=False)
    mine = browser(voters[0])

    assert "您的选择会和您的姓名一起保存" in mine.get(address("vote", ballot)).content.decode()
    mine.post(address("cast", ballot), {"q1": "zzpoor"})
    services.ballot_close(ballot=ballot, actor=branch.clerk)
    services.ballot_publish(ballot=ballot, actor=branch.clerk)

    assert "谁选了什么" in clerk.get(ballot.get_absolute_url()).content.decode()
    assert "谁选了什么" not in mine.get(ballot.get_absolute_url()).content.decode()


def test_too_few_ballots_are_said_to_be_too_few(branch, voters, clerk):
    ballot = open_make(branch)
    cast(ballot, voters[0], "oppose")
    clerk.post(address("close", ballot))

    text = clerk.get(ballot.get_absolute_url()).content.decode()
    assert "只收到 1 票，不足 3 票" in text
    assert "实得" not in text


def test_paper_from_the_slip_to_the_count(branch, clerk):
    ballot = open_make(
        branch,
        "committee_election",
        way="paper",
        seats=3,
        texts=(),
        person_ids=[person.pk for person in branch.others[:4]],
    )
    slip = clerk.get(address("slip", ballot)).content.decode()
    assert "候选人（以姓氏笔画为序）" in slip and "应选 3 人" in slip
    form = clerk.get(address("count", ballot)).content.decode()
    assert 'name="q4-approve"' in form
    said = {"day": clock.today().isoformat(), "present": "10", "issued": "10", "collected": "10"}
    said |= {"invalid": "0", "tellers": branch.others[4].pk, "scrutineers": branch.others[0].pk}
    for number, votes in enumerate((9, 8, 7, 3), start=1):
        said |= {
            f"q{number}-approve": votes,
            f"q{number}-oppose": 10 - votes,
            f"q{number}-abstain": 0,
        }

    refused = clerk.post(address("counted", ballot), said)
    assert refused.status_code == 422
    assert "候选人不能担任监票人" in refused.content.decode()
    said["scrutineers"] = branch.others[5].pk
    done = clerk.post(address("counted", ballot), said, follow=True).content.decode()

    assert "9 票、" in done and "当选" in done and "未超过半数" in done
    assert "监票" in done
    again = clerk.get(address("count", ballot)).content.decode()
    assert "更正原因" in again and 'value="9"' in again


def test_a_refusal_on_the_page_is_a_sentence(branch, clerk):
    ballot = ballot_make(branch, "admission", secret=False, person_ids=[branch.newcomer.pk])
    assert "规定用无记名方式" in clerk.get(ballot.get_absolute_url()).content.decode()

    response = clerk.post(address("open", ballot))

    assert response.status_code == 422
    assert "确需这样办的，请写明原因" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"about": "javascript:1"}, "请从事项页面重新进入"),
        ({"voters": "named"}, "至少选一个参加的人"),
        ({"questions": "一\n一"}, "写得一样"),
        ({"title": ""}, "必填"),
    ],
)
def test_a_wrong_form_comes_back_as_it_was_filled_in(branch, clerk, fields, said):
    values = {
        "title": "表决",
        "way": "on_line",
        "secret": "yes",
        "questions": "同意",
        "voters": "full_members",
        "about": "",
        **fields,
    }
    create = reverse("ballots:create", args=[branch.unit.pk]) + "?sheet=resolution"

    response = clerk.post(create, values)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("name", ["start", "mine"])
def test_the_menu_leads_everybody_somewhere(branch, voters, clerk, name):
    assert clerk.get(reverse(f"ballots:{name}"), follow=True).status_code == 200
    assert browser(voters[0]).get(reverse(f"ballots:{name}"), follow=True).status_code == 200


def test_the_list_and_a_result_take_few_queries_however_many_there_are(
    branch, voters, clerk, django_assert_max_num_queries
):
    for _ in range(6):
        ballot = open_make(branch)
        for voter in voters[:3]:
            cast(ballot, voter, "approve")
        services.ballot_close(ballot=ballot, actor=branch.clerk)
    clerk.get(reverse("ballots:list", args=[branch.unit.pk]))

    with django_assert_max_num_queries(16):
        clerk.get(reverse("ballots:list", args=[branch.unit.pk]))
    with django_assert_max_num_queries(28):
        clerk.get(ballot.get_absolute_url())
