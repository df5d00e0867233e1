"""What a vote comes to is true whatever the numbers are."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from zhibu.meetings.votes import Vote


@st.composite
def votes(draw):
    entitled = draw(st.integers(1, 500))
    present = draw(st.integers(0, entitled))
    for_ = draw(st.integers(0, present))
    against = draw(st.integers(0, present - for_))
    abstain = draw(st.integers(0, present - for_ - against))
    return Vote(for_, against, abstain, entitled, present)


@given(votes())
def test_the_statement_adds_up_and_names_the_right_denominator(vote):
    entitled, present, *cast = (int(n) for n in re.findall(r"\d+", vote.statement)[:6])

    assert vote.is_possible
    assert (entitled, present) == (vote.entitled, vote.present)
    assert sum(cast) == present
    assert ("未通过" not in vote.statement) is (2 * vote.votes_for > vote.entitled)
    if not vote.is_carried:
        needed = int(re.findall(r"至少须 (\d+) 票", vote.statement)[0])
        assert 2 * needed > entitled and 2 * (needed - 1) <= entitled


@given(votes(), st.integers(1, 50))
def test_more_votes_than_voters_is_never_possible(vote, more):
    over = Vote(
        vote.present - vote.votes_against - vote.votes_abstain + more,
        vote.votes_against,
        vote.votes_abstain,
        vote.entitled,
        vote.present,
    )
    assert not over.is_possible


def test_exactly_half_of_those_due_does_not_carry():
    assert not Vote(15, 0, 0, 30, 30).is_carried
    assert Vote(16, 4, 0, 30, 20).is_carried
