"""Who is elected, who is voted on again, and how many seats stay open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from zhibu_engine.elections import (
    ElectionCount,
    ElectionRule,
    Tally,
    ballot_void,
    candidates_problem,
    election_judge,
)

#: As the regulation on elections has it; the numbers stand in a pack.
RULE = ElectionRule.model_validate(
    {
        "turnout": {"of": "entitled", "at_least": "4/5"},
        "of": "present",
        "more_than": "1/2",
        "surplus": "20%",
        "over_seats_void": True,
        "over_issued_invalid": True,
    }
)


def elected(votes, *, seats=3, entitled=30, present=30, issued=30, collected=30, void=0):
    count = ElectionCount(
        seats=seats,
        entitled=entitled,
        present=present,
        issued=issued,
        collected=collected,
        void=void,
    )
    tallies = {name: one if isinstance(one, Tally) else Tally(one) for name, one in votes.items()}
    return election_judge(RULE, count, tallies)


@pytest.mark.parametrize(
    ("seats", "fewest"), [(1, 2), (3, 4), (5, 6), (6, 8), (7, 9), (10, 12), (11, 14)]
)
def test_there_must_be_a_fifth_more_candidates_than_seats_rounded_up(seats, fewest):
    assert RULE.candidates_from(seats) == fewest
    assert candidates_problem(RULE, seats, fewest) == ""
    assert f"应不少于 {fewest} 人" in candidates_problem(RULE, seats, fewest - 1)


def test_a_rule_may_ask_for_one_or_two_more_or_for_none():
    extra = RULE.model_copy(update={"surplus": None, "extra_from": 1, "extra_to": 2})
    equal = RULE.model_copy(update={"surplus": None})

    assert [bool(candidates_problem(extra, 5, n)) for n in (5, 6, 7, 8)] == [
        True,
        False,
        False,
        True,
    ]
    assert candidates_problem(equal, 1, 1) == ""


@pytest.mark.parametrize(("names", "void"), [(0, False), (2, False), (3, False), (4, True)])
def test_a_ballot_with_more_names_than_seats_is_void(names, void):
    assert ballot_void(RULE, 3, names) is void


@pytest.mark.parametrize(
    ("entitled", "present", "holds"),
    [(30, 24, True), (30, 23, False), (31, 25, True), (31, 24, False)],
)
def test_four_fifths_of_those_due_must_have_come(entitled, present, holds):
    result = elected(
        {"甲": present},
        seats=1,
        entitled=entitled,
        present=present,
        issued=present,
        collected=present,
    )

    assert result.holds is holds
    assert result.elected == (("甲",) if holds else ())
    assert ("不能选举" in result.sentence) is not holds


@pytest.mark.parametrize(("votes", "in_"), [(15, False), (16, True)])
def test_half_of_those_present_is_not_enough(votes, in_):
    result = elected({"甲": votes}, seats=1, present=30)

    assert (result.elected == ("甲",)) is in_
    assert result.needed == 16


def test_the_denominator_is_those_who_came_whoever_did_not_hand_in_a_ballot():
    assert elected({"甲": 15}, seats=1, present=29, issued=29, collected=20).elected == ("甲",)
    assert elected({"甲": 14}, seats=1, present=29, issued=29, collected=20).elected == ()


def test_more_than_enough_pass_and_the_most_votes_win():
    result = elected({"甲": 20, "乙": 25, "丙": 18, "丁": 22})

    assert result.elected == ("乙", "丁", "甲")
    assert (result.tied, result.seats_open) == ((), 0)
    assert "丙 18 票，票数在应选名额之后，未当选" in result.sentence


def test_a_tie_at_the_last_seat_is_voted_on_again_among_the_tied_only():
    result = elected({"甲": 20, "乙": 18, "丙": 18, "丁": 18, "戊": 16})

    assert result.elected == ("甲",)
    assert result.tied == ("乙", "丙", "丁")
    assert (result.seats_tied, result.seats_open) == (2, 0)
    assert "为其余 2 个名额再次投票" in result.sentence


def test_a_tie_that_fits_the_seats_elects_them_all():
    result = elected({"甲": 25, "乙": 20, "丙": 20, "丁": 10})

    assert result.elected == ("甲", "乙", "丙")
    assert result.tied == ()


def test_too_few_pass_and_the_rest_of_the_seats_stays_open():
    result = elected({"甲": 25, "乙": 15, "丙": 10, "丁": 12})

    assert result.elected == ("甲",)
    assert result.seats_open == 2
    assert "还缺 2 个名额，另行选举" in result.sentence


def test_more_ballots_than_were_issued_undo_the_election_but_fewer_do_not():
    over = elected({"甲": 20}, seats=1, issued=29, collected=30)

    assert not over.holds and over.elected == () and "选举无效" in over.sentence
    assert elected({"甲": 20}, seats=1, issued=30, collected=25).elected == ("甲",)


@pytest.mark.parametrize(
    ("votes", "more", "said"),
    [
        ({"甲": 20}, {"entitled": 20, "present": 21, "issued": 21}, "多于应到有选举权"),
        ({"甲": 20}, {"present": 28, "issued": 29}, "发出选票 29 张，多于实到"),
        ({"甲": 20}, {"collected": 10, "issued": 30, "void": 11}, "无效票 11 张"),
        ({"甲": Tally(20, 9, 2)}, {}, "甲的票共 31 票"),
        ({"甲": 30, "乙": 30, "丙": 30, "丁": 1}, {}, "赞成票共 91 票"),
        ({"甲": 1}, {"seats": 0}, "应选人数"),
    ],
)
def test_what_cannot_be_elects_nobody(votes, more, said):
    result = elected(votes, **more)

    assert said in "".join(result.problems)
    assert result.elected == () and "当选" not in result.sentence


@pytest.mark.parametrize(
    "words", [{"more_than": "1/1"}, {"extra_from": 1}, {"over_seats_void": None}]
)
def test_a_rule_that_makes_no_sense_is_refused(words):
    with pytest.raises(ValidationError):
        ElectionRule.model_validate({**RULE.model_dump(), **words})


@given(
    seats=st.integers(1, 7),
    present=st.integers(24, 30),
    votes=st.lists(st.integers(0, 24), min_size=1, max_size=9),
)
def test_every_seat_is_filled_tied_or_open_and_nobody_wins_over_one_with_more(
    seats, present, votes
):
    names = {f"候选人{index}": Tally(got) for index, got in enumerate(votes)}
    count = ElectionCount(
        seats=seats, entitled=30, present=present, issued=present, collected=present
    )
    result = election_judge(RULE.model_copy(update={"over_seats_void": False}), count, names)

    assert len(result.elected) + result.seats_tied + result.seats_open == seats
    assert not set(result.elected) & set(result.tied)
    assert not result.tied or len(result.tied) > result.seats_tied > 0
    lowest = min((names[name].votes_for for name in result.elected), default=99)
    others = [one.votes_for for name, one in names.items() if name not in result.elected]
    assert all(2 * names[name].votes_for > present for name in (*result.elected, *result.tied))
    assert all(got < lowest for got in others if 2 * got > present)
