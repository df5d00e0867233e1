"""Preparing, opening, answering, closing, counting: what is taken and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from zhibu.audit.models import Event
from zhibu.ballots import services
from zhibu.ballots.models import Ballot, Count, Roll
from zhibu.ballots.questions import Choice, choices_read
from zhibu.ballots.selectors import ballot_result, ballots_of
from zhibu.ballots.services import PaperCount
from zhibu.ballots.tests.factories import SURVEY, ballot_make, cast, open_make, voter_make
from zhibu.meetings.tests.factories import Branch, clerk_make
from zhibu.membership.tests.factories import make_member
from zhibu.records.models import Participant, Record
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu.standards.live import facts_fetch


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.BALLOT_KEYS_DIR = tmp_path / "ballot-keys"


@pytest.fixture
def branch(db):
    return Branch()


@pytest.fixture
def voters(branch):
    people = (branch.secretary, branch.organizer, branch.publicist, *branch.others)
    return [voter_make(person, branch) for person in people]


def rows_of_facts(branch):
    """As the engine gets them."""
    facts = facts_fetch(unit_ids=[branch.unit.pk], as_of=clock.today(), relations=["ballot_result"])
    names = ("entitled", "cast", "in_favour", "against", "abstained", "score", "passed", "secret")
    return [tuple(int(row[name]) for name in names) for row in facts["ballot_result"].to_pylist()]


def test_a_resolution_goes_from_draft_to_the_sentence_and_to_the_facts(branch, voters):
    ballot = ballot_make(branch, about="matter:12")
    assert ballot.record.state == Record.State.DRAFT
    services.ballot_open(ballot=ballot, actor=branch.clerk)
    assert Roll.objects.filter(ballot=ballot).count() == 10, "the newcomer has no vote"
    for voter in voters[:7]:
        cast(ballot, voter, "approve")
    cast(ballot, voters[7], "oppose")
    assert ballot_result(ballot) is None
    assert rows_of_facts(branch) == []

    ballot = services.ballot_close(ballot=ballot, actor=branch.clerk)

    outcome = ballot_result(ballot)
    assert outcome.passed
    assert outcome.sentences == (
        "应到有表决权的 10 人，参加 8 人；赞成 7 票，反对 1 票，弃权 0 票，未表决 0 人。"
        "参加人数须不少于应到有表决权的 10 人的半数（至少 5 人），参加 8 人，达到规定。"
        "赞成票须超过应到有表决权的 10 人的半数（至少 6 票），实得 7 票，通过。",
    )
    ballot.record.refresh_from_db()
    assert (ballot.record.state, ballot.record.event_on) == ("entered", clock.today())
    assert rows_of_facts(branch) == [(10, 8, 7, 1, 0, 0, 1, 1)]
    [brief] = ballots_of("matter:12")
    assert (brief.passed, brief.sentences) == (True, outcome.sentences)
    said = list(
        Event.objects.filter(action__startswith="ballots.").values_list("action", flat=True)
    )
    assert said == ["ballots.created", "ballots.opened", "ballots.closed"]


def test_half_of_those_due_is_not_carried_however_many_came(branch, voters):
    ballot = open_make(branch)
    for voter in voters[:5]:
        cast(ballot, voter, "approve")

    ballot = services.ballot_close(ballot=ballot, actor=branch.clerk)

    assert not ballot_result(ballot).passed
    assert ballot.result.passed is False


def test_scores_are_the_mean_half_up(branch, voters):
    ballot = open_make(branch, "survey", texts=["食堂", "宿舍"], choices=SURVEY)
    for chosen in (("zzgood", "zzpoor"), ("zzfair", "zzpoor"), ("zzfair", "zzpoor")):
        cast(ballot, voters.pop(), *chosen)

    ballot = services.ballot_close(ballot=ballot, actor=branch.clerk)

    outcome = ballot_result(ballot)
    assert [one.score for one in outcome.questions] == [7334, 0]
    assert outcome.score == ballot.result.score == 3667
    assert [one.numbers for one in outcome.questions] == [
        (("很好", 1), ("还行", 2), ("不好", 0)),
        (("很好", 0), ("还行", 0), ("不好", 3)),
    ]
    assert outcome.sentences == () and not outcome.passed


def test_nobody_votes_twice_for_another_or_without_a_vote(branch, voters):
    ballot = open_make(branch)
    cast(ballot, voters[0], "approve")

    with pytest.raises(RuleBroken, match="已经投过票"):
        cast(ballot, voters[0], "oppose")
    with pytest.raises(PermissionDenied):
        cast(ballot, voter_make(branch.newcomer, branch), "approve")
    with pytest.raises(PermissionDenied):
        cast(ballot, branch.clerk, "approve")
    assert Roll.objects.filter(cast=True).count() == 1


@pytest.mark.parametrize("chosen", [(), ("",), ("tea",)])
def test_a_ballot_that_is_not_whole_is_refused_and_can_be_cast_again(branch, voters, chosen):
    ballot = open_make(branch)

    with pytest.raises(RuleBroken, match="还有 1 题没有选"):
        cast(ballot, voters[0], *chosen)
    cast(ballot, voters[0], "approve")


def test_after_the_last_day_nobody_votes(branch, voters):
    ballot = open_make(branch, closes_on=clock.today())
    cast(ballot, voters[0], "approve")

    with (
        clock.fixed(clock.today() + timedelta(days=1)),
        pytest.raises(RuleBroken, match="截止日期"),
    ):
        cast(ballot, voters[1], "approve")


def test_before_opening_and_after_closing_nobody_votes(branch, voters):
    ballot = ballot_make(branch)
    with pytest.raises(PermissionDenied):
        cast(ballot, voters[0], "approve")
    services.ballot_open(ballot=ballot, actor=branch.clerk)
    with pytest.raises(RuleBroken, match="还没有人投票"):
        services.ballot_close(ballot=ballot, actor=branch.clerk)
    for voter in voters[:3]:
        cast(ballot, voter, "approve")
    services.ballot_close(ballot=ballot, actor=branch.clerk)

    with pytest.raises(RuleBroken, match="不在进行中"):
        cast(ballot, voters[5], "approve")
    with pytest.raises(RuleBroken, match="已经开始过"):
        services.ballot_open(ballot=ballot, actor=branch.clerk)


def test_who_only_reads_or_belongs_elsewhere_organises_nothing(branch, voters):
    ballot = ballot_make(branch)
    for user in (voters[0], clerk_make(Branch().unit)):
        for act in (
            lambda user=user: ballot_make(branch, actor=user),
            lambda user=user: services.ballot_open(ballot=ballot, actor=user),
            lambda user=user: services.ballot_close(ballot=ballot, actor=user),
            lambda user=user: services.ballot_void(ballot=ballot, actor=user, reason="错"),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_a_named_vote_where_the_rule_asks_for_a_secret_one_needs_a_reason(branch):
    newcomer = branch.newcomer
    ballot = ballot_make(branch, "admission", secret=False, person_ids=[newcomer.pk])

    with pytest.raises(RuleBroken, match="规定用无记名方式"):
        services.ballot_open(ballot=ballot, actor=branch.clerk)
    ballot = services.ballot_open(ballot=ballot, actor=branch.clerk, reason="大会另有决定")

    assert ballot.reason == "大会另有决定"
    assert "大会另有决定" in Event.objects.get(action="ballots.opened").data["reason"]


# ---------------------------------------------------------------- elections


def election(branch, candidates=4, **fields):
    people = branch.others[:candidates]
    values = {"person_ids": [p.pk for p in people], "seats": 3, "texts": (), **fields}
    return open_make(branch, "committee_election", title="支部委员会选举", **values)


def test_too_few_candidates_are_told_before_opening(branch):
    with pytest.raises(RuleBroken, match="候选人应不少于 4 人，现有 3 人"):
        election(branch, 3)
    assert election(branch, 3, reason="只有三人愿意").state == Ballot.State.OPEN


def test_more_names_than_seats_are_refused_before_the_ballot_falls_into_the_box(branch, voters):
    ballot = election(branch)

    with pytest.raises(RuleBroken, match="应选 3 人，您选了 4 人"):
        cast(ballot, voters[0], *["approve"] * 4)
    cast(ballot, voters[0], "approve", "approve", "approve", "oppose")


def test_an_election_on_line_says_who_is_elected_and_who_is_voted_on_again(branch, voters):
    ballot = election(branch)
    for number, voter in enumerate(voters[:8]):
        third = ("approve", "oppose") if number % 2 else ("oppose", "approve")
        cast(ballot, voter, "approve", "approve", *third)

    ballot = services.ballot_close(ballot=ballot, actor=branch.clerk)

    outcome = ballot_result(ballot)
    names = [str(person) for person in branch.others[:4]]
    assert set(outcome.election.elected) == set(names[:2])
    assert outcome.election.seats_open == 1, "four of eight is not more than half"
    assert not outcome.passed
    assert "还缺 1 个名额，另行选举" in outcome.sentences[0]


def test_a_candidate_neither_watches_nor_counts(branch):
    ballot = election(branch, way="paper")
    count = PaperCount(present=10, issued=10, collected=10, chosen={})
    outsiders = branch.others[4:6]

    for tellers, scrutineers in (
        ([outsiders[0].pk], [branch.others[0].pk]),
        ([branch.others[0].pk], [outsiders[0].pk]),
    ):
        with pytest.raises(RuleBroken, match="候选人不能担任监票人、计票人"):
            services.ballot_count_enter(
                ballot=ballot,
                actor=branch.clerk,
                day=clock.today(),
                count=count,
                tellers=tellers,
                scrutineers=scrutineers,
            )
    with pytest.raises(RuleBroken, match="不能既计票又监票"):
        counted(branch, ballot, count, scrutineers=[branch.others[4].pk])
    assert not Count.objects.exists()


def counted(branch, ballot, count, **fields):
    values = {
        "day": clock.today(),
        "tellers": [branch.others[4].pk],
        "scrutineers": [branch.others[5].pk],
        **fields,
    }
    return services.ballot_count_enter(ballot=ballot, actor=branch.clerk, count=count, **values)


def test_a_paper_election_keeps_its_tellers_and_the_tie(branch):
    ballot = election(branch, way="paper")
    got = (9, 8, 7, 6)
    chosen = {
        f"q{n}": {"approve": votes, "oppose": 9 - votes} for n, votes in enumerate(got, start=1)
    }
    count = PaperCount(present=10, issued=10, collected=10, invalid=1, chosen=chosen)

    with pytest.raises(RuleBroken, match="赞成票共 30 票"):
        counted(branch, ballot, count)
    chosen["q1"], chosen["q2"] = {"approve": 8, "oppose": 1}, {"approve": 7, "oppose": 2}
    chosen["q3"] = chosen["q4"] = {"approve": 6, "oppose": 3}
    ballot = counted(branch, ballot, count)

    outcome = ballot_result(ballot)
    names = [str(person) for person in branch.others[:4]]
    assert outcome.election.elected == (names[0], names[1])
    assert outcome.election.tied == (names[2], names[3])
    assert "再次投票" in outcome.sentences[0] and not outcome.passed
    parts = Participant.objects.filter(record=ballot.record).values_list("role", "person")
    assert set(parts) == {
        ("teller", branch.others[4].pk),
        ("scrutineer", branch.others[5].pk),
    }


def test_more_ballots_than_issued_are_recorded_and_undo_the_election(branch):
    ballot = election(branch, way="paper")
    count = PaperCount(present=10, issued=9, collected=10, chosen={"q1": {"approve": 10}})

    ballot = counted(branch, ballot, count)

    assert "选举无效，请重新选举" in ballot_result(ballot).sentences[0]
    assert ballot.result.passed is False


# ---------------------------------------------------------------- paper


def votes(**numbers):
    chosen = {"approve": 7, "oppose": 1, "abstain": 1, **numbers.pop("chosen", {})}
    values = {"present": 10, "issued": 10, "collected": 10, "invalid": 1, **numbers}
    return PaperCount(chosen={"q1": chosen}, **values)


def test_paper_ballots_come_to_the_same_kind_of_sentence(branch):
    ballot = counted(branch, open_make(branch, way="paper"), votes())

    assert (
        "发出票 10 张，收回票 10 张，无效票 1 张；赞成 7 票" in ballot_result(ballot).sentences[0]
    )
    assert ballot.state == Ballot.State.CLOSED and ballot.result.cast == 9


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"collected": 11}, "多于发出的 10 张"),
        ({"present": 11}, "多于应到有表决权的 10 人"),
        ({"invalid": 0}, "两数应当相等"),
        ({"chosen": {"approve": 12}}, "共 15 票"),
        ({"written": 1}, "不计书面意见"),
    ],
)
def test_numbers_that_cannot_be_are_refused_and_nothing_is_written(branch, numbers, said):
    ballot = open_make(branch, way="paper")

    with pytest.raises(RuleBroken, match=said):
        counted(branch, ballot, votes(**numbers))
    ballot.refresh_from_db()
    assert ballot.state == Ballot.State.OPEN
    assert not Count.objects.exists() and not Participant.objects.exists()


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"collected": 11, "issued": 10}, "多于发出的 10 张"),
        ({"present": 12}, "不能多于名册上的"),
        ({"invalid": 10}, "两数应当相等"),
        ({"invalid": 11}, "无效票多于收回的票"),
    ],
)
def test_where_nothing_is_decided_the_sums_must_be_right_all_the_same(branch, numbers, said):
    ballot = open_make(branch, "survey", texts=["食堂"], choices=SURVEY, way="paper")
    values = {"present": 10, "issued": 10, "collected": 10, "invalid": 0, **numbers}

    with pytest.raises(RuleBroken, match=said):
        counted(branch, ballot, PaperCount(chosen={"q1": {"zzgood": 10}}, **values))


def test_opinions_in_writing_count_in_an_admission(branch):
    ballot = open_make(branch, "admission", way="paper", person_ids=[branch.newcomer.pk])
    count = votes(present=8, issued=8, collected=8, invalid=0, written=1, chosen={"approve": 7})

    ballot = counted(branch, ballot, count)

    assert "另有书面意见 1 份" in ballot_result(ballot).sentences[0]
    assert ballot.result.passed


def test_a_wrong_count_is_corrected_with_a_reason_and_the_old_numbers_stay(branch):
    ballot = counted(branch, open_make(branch, way="paper"), votes())

    with pytest.raises(ValidationError, match="更正原因"):
        counted(branch, ballot, votes(chosen={"approve": 4, "oppose": 4}))
    ballot = counted(branch, ballot, votes(chosen={"approve": 4, "oppose": 4}), reason="抄错一行")

    assert not ballot_result(ballot).passed
    [old] = ballot.record.versions.all()
    assert old.content["chosen"]["q1"]["approve"] == 7


def test_a_count_entered_late_says_why(branch):
    ballot = open_make(branch, way="paper")
    day = clock.today() - timedelta(days=30)

    with pytest.raises(ValidationError, match="补录"):
        counted(branch, ballot, votes(), day=day)
    counted(branch, ballot, votes(), day=day, late_reason="下乡")

    record = Record.objects.get(pk=ballot.pk)
    assert (record.event_on, record.is_late, record.entry_delay) == (day, True, 30)


def test_a_voided_ballot_is_no_fact_and_keeps_its_roll(branch):
    ballot = counted(branch, open_make(branch, way="paper", about="matter:3"), votes())
    assert len(rows_of_facts(branch)) == 1

    services.ballot_void(ballot=ballot, actor=branch.clerk, reason="计票有争议")

    assert rows_of_facts(branch) == []
    assert ballots_of("matter:3") == []
    assert Roll.objects.filter(ballot=ballot).count() == 10


# ---------------------------------------------------------------- preparing


def test_choices_are_written_one_a_line_with_a_score_behind():
    known = (Choice("excellent", "优秀"), Choice("no", "不满意", None, "against"))

    found = choices_read("优秀 100\n 合格　85.5 \n\n不满意\n第 3 方案", known)

    assert found == (
        Choice("excellent", "优秀", 10000),
        Choice("c2", "合格", 8550),
        Choice("no", "不满意", None, "against"),
        Choice("c4", "第 3 方案"),
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"texts": []}, "至少写一个题目"),
        ({"texts": ["一", "一"]}, "写得一样"),
        ({"sheet": "survey"}, "选项要有 2 至"),
        ({"sheet": "tea"}, "没有这种表样"),
        ({"sheet": "committee_election", "person_ids": [1]}, "填写应选人数"),
        ({"voters": "named"}, "至少选一个"),
    ],
)
def test_a_sheet_that_asks_nothing_is_refused(branch, fields, said):
    with pytest.raises(RuleBroken, match=said):
        ballot_make(branch, **fields)
    assert not Ballot.objects.exists() and not Record.objects.exists()


def test_the_choices_of_a_vote_are_those_of_its_rule(branch):
    ballot = ballot_make(branch, choices=SURVEY)

    assert [one["key"] for one in ballot.questions[0]["choices"]] == [
        "approve",
        "oppose",
        "abstain",
    ]


@pytest.mark.parametrize(
    ("source", "size"), [("full_members", 10), ("members", 11), ("posts", 3), ("named", 4)]
)
def test_the_roll_is_frozen_on_the_day_it_opens(branch, source, size):
    ids = [one.pk for one in branch.others[:4]]
    ballot = open_make(
        branch, "survey", texts=["食堂"], choices=SURVEY, voters=source, voter_ids=ids
    )
    make_member(branch.unit, "后来人")

    assert Roll.objects.filter(ballot=ballot, entitled=True).count() == size


def test_where_something_is_decided_a_newcomer_is_due_but_has_no_vote(branch):
    ballot = open_make(branch, voters="members")

    assert Roll.objects.get(ballot=ballot, person=branch.newcomer).entitled is False
