"""What a vote comes to is true whatever the numbers are, and its sentence says the same."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from zhibu_engine.shares import share_spoken
from zhibu_engine.votes import ORDINARY, Quorum, VoteCount, VoteRule, vote_judge

HALF = (1, 2)
OF_PRESENT = VoteRule(of="present", more_than=HALF)
AT_LEAST_HALF = VoteRule(of="entitled", at_least=HALF)
#: 接收预备党员: strict turnout, more than half of all entitled, opinions in writing count.
ADMISSION = VoteRule(
    of="entitled",
    more_than=HALF,
    turnout=Quorum(of="entitled", more_than=HALF),
    secret=True,
    written_opinions=True,
)
ALL_COUNTS = [
    (entitled, present, votes_for)
    for entitled in range(1, 10)
    for present, votes_for in product(range(entitled + 1), repeat=2)
    if votes_for <= present
]


def counted(entitled, present, votes_for, **more):
    return VoteCount(entitled=entitled, present=present, votes_for=votes_for, **more)


@pytest.mark.parametrize(("entitled", "present", "votes_for"), ALL_COUNTS)
def test_half_is_not_more_than_half_but_it_is_at_least_half(entitled, present, votes_for):
    count = counted(entitled, present, votes_for)

    assert vote_judge(ORDINARY, count).carried is (votes_for + votes_for > entitled)
    assert vote_judge(AT_LEAST_HALF, count).carried is (votes_for + votes_for >= entitled)
    assert vote_judge(OF_PRESENT, count).carried is (present > 0 and 2 * votes_for > present)


@pytest.mark.parametrize(
    ("rule", "entitled", "needed"),
    [
        (ORDINARY, 9, 5),
        (ORDINARY, 10, 6),
        (AT_LEAST_HALF, 9, 5),
        (AT_LEAST_HALF, 10, 5),
        (VoteRule(of="entitled", at_least="2/3"), 9, 6),
        (VoteRule(of="entitled", at_least="2/3"), 10, 7),
        (VoteRule(of="entitled", more_than="2/3"), 9, 7),
        (VoteRule(of="entitled", at_least="80%"), 31, 25),
        (VoteRule(of="entitled", at_least="1/1"), 9, 9),
    ],
)
def test_the_fewest_votes_that_carry(rule, entitled, needed):
    assert vote_judge(rule, counted(entitled, entitled, needed)).needed == needed
    assert vote_judge(rule, counted(entitled, entitled, needed)).carried
    assert not vote_judge(rule, counted(entitled, entitled, needed - 1)).carried


def test_of_nobody_nothing_is_carried():
    for of in ("entitled", "present", "cast", "due"):
        rule = VoteRule(of=of, at_least=HALF)
        assert not vote_judge(rule, counted(0, 0, 0)).carried


@pytest.mark.parametrize(
    ("present", "met"), [(9, False), (10, False), (11, True), (20, True)], ids=str
)
def test_admission_asks_for_more_than_half_to_come(present, met):
    result = vote_judge(ADMISSION, counted(20, present, present, written=0))

    assert result.turnout_met is met
    assert result.carried is (met and present > 10)
    assert ("表决无效" in result.sentence) is not met


def test_opinions_in_writing_are_votes_but_do_not_make_a_quorum():
    carried = vote_judge(ADMISSION, counted(20, 11, 12, written=2))
    empty = vote_judge(ADMISSION, counted(20, 10, 14, written=4))

    assert carried.carried and "另有书面意见 2 份" in carried.sentence
    assert not empty.turnout_met and not empty.carried


def test_a_rule_that_does_not_count_writing_refuses_it():
    result = vote_judge(ORDINARY, counted(20, 11, 12, written=2))

    assert not result.carried
    assert "不计书面意见" in result.problems[0]
    assert result.sentence.startswith("票数不成立")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (counted(10, 11, 0), "实到有表决权的 11 人，多于应到有表决权的 10 人"),
        (counted(10, 8, 9), "共 9 票，多于实到有表决权的 8 人"),
        (counted(10, 8, 8, invalid=1), "和无效票共 9 票，多于实到有表决权的 8 人"),
        (counted(10, 8, 9, written=3), "到会的人不再计书面意见"),
        (counted(10, 8, 1, written=2), "书面意见 2 份，多于有效票 1 票"),
        (counted(10, 8, 0, due=9), "有表决权的 10 人，多于应到的 9 人"),
        (counted(10, 8, 0, due=12, attended=13), "实到 13 人，多于应到的 12 人"),
        (counted(10, 8, 0, due=12, attended=7), "实到有表决权的 8 人，多于实到的 7 人"),
        (counted(10, 8, 8, issued=11), "发出 11 张票，多于应到有表决权的 10 人"),
        (counted(10, 8, 8, issued=8, collected=9, invalid=0), "多于发出的 8 张，表决无效"),
        (counted(10, 8, 7, issued=8, collected=8, invalid=0), "有效票与无效票共 7 张"),
        (counted(10, 8, -1), "不能小于 0"),
    ],
)
def test_what_cannot_be_is_said_and_has_no_result(count, said):
    result = vote_judge(ADMISSION, count)

    assert said in "".join(result.problems)
    assert not result.carried and "通过" not in result.sentence


def test_paper_ballots_are_told_with_the_result():
    count = counted(10, 8, 6, votes_against=1, issued=8, collected=8, invalid=1)

    assert vote_judge(ORDINARY, count).sentence == (
        "应到有表决权的 10 人，实到 8 人，发出票 8 张，收回票 8 张，无效票 1 张；"
        "赞成 6 票，反对 1 票，弃权 0 票，未表决 0 人。"
        "赞成票须超过应到有表决权的 10 人的半数（至少 6 票），实得 6 票，通过。"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"of": "entitled"}, "其中一个"),
        ({"of": "entitled", "more_than": "1/2", "at_least": "1/2"}, "其中一个"),
        ({"of": "entitled", "more_than": "1/1"}, "赞成不会超过全部"),
        ({"of": "entitled", "at_least": "0%"}, "要大于 0"),
    ],
)
def test_a_rule_that_decides_nothing_is_refused(words, said):
    with pytest.raises(ValidationError, match=said):
        VoteRule.model_validate(words)


def test_a_rule_comes_back_from_json_as_it_was():
    assert VoteRule.model_validate_json(ADMISSION.model_dump_json()) == ADMISSION


# ---------------------------------------------------------------- the sentence against the numbers

SHARES = [(1, 2), (2, 3), (3, 4), (4, 5), (17, 20), (1, 3)]
BY_WORD = {share_spoken(share): Fraction(*share) for share in SHARES}
NUMBER = r"(\d+)"


@st.composite
def rules(draw):
    word = st.sampled_from(["more_than", "at_least"])
    turnout = {
        "of": draw(st.sampled_from(["entitled", "due"])),
        draw(word): draw(st.sampled_from(SHARES)),
    }
    return VoteRule.model_validate(
        {
            "of": draw(st.sampled_from(["entitled", "present", "cast", "due"])),
            draw(word): draw(st.sampled_from(SHARES)),
            "turnout": draw(st.sampled_from([None, turnout])),
            "written_opinions": draw(st.booleans()),
        }
    )


@st.composite
def counts(draw):
    entitled = draw(st.integers(0, 60))
    present = draw(st.integers(0, entitled))
    written = draw(st.integers(0, entitled - present))
    left, votes = present + written, []
    for _ in range(4):
        votes.append(draw(st.integers(0, left)))
        left -= votes[-1]
    due = entitled + draw(st.integers(0, 9))
    return VoteCount(
        due=due,
        attended=draw(st.integers(present, due)),
        entitled=entitled,
        present=present,
        written=written,
        votes_for=votes[0],
        votes_against=votes[1],
        votes_abstain=votes[2],
        invalid=draw(st.sampled_from([None, votes[3]])),
    )


@given(rules(), counts())
def test_the_sentence_can_be_recomputed_from_its_own_numbers(rule, count):
    result = vote_judge(rule, count)
    assume(not result.problems)
    said = result.sentence

    entitled, present = map(
        int, re.search(rf"应到有表决权的 {NUMBER} 人，实到 {NUMBER} 人", said).groups()
    )
    votes = [
        int(n)
        for n in re.search(rf"赞成 {NUMBER} 票，反对 {NUMBER} 票，弃权 {NUMBER} 票", said).groups()
    ]
    silent = int(re.search(rf"未表决 {NUMBER} 人", said)[1])
    written = int((re.search(rf"书面意见 {NUMBER} 份", said) or [0, 0])[1])
    invalid = int((re.search(rf"无效票 {NUMBER} 张", said) or [0, 0])[1])
    assert present + written == sum(votes) + silent + invalid
    assert present + written <= entitled

    valid = True
    if found := re.search(
        rf"实到人数须(超过|不少于)\D+{NUMBER} 人的(.+?)（至少 {NUMBER} 人），实到 {NUMBER} 人，(.+?)。",
        said,
    ):
        valid = _holds(found[1], int(found[2]), found[3], int(found[4]), int(found[5]))
        assert valid is (found[6] == "达到规定")
    found = re.search(
        rf"赞成票须(超过|不少于)\D+{NUMBER} 人的(.+?)（至少 {NUMBER} 票），实得 {NUMBER} 票，(.+?)。",
        said,
    )
    assert (found is None) is (not valid)
    carried = False
    if found:
        assert int(found[5]) == votes[0]
        carried = _holds(found[1], int(found[2]), found[3], int(found[4]), votes[0])
        assert found[6] == ("通过" if carried else "未通过")
    assert carried is result.carried


def _holds(word: str, base: int, share: str, needed: int, got: int) -> bool:
    """Recompute with fractions; the number that is said to be enough must be the smallest such."""
    asked = BY_WORD[share] * base

    def enough(number: int) -> bool:
        return base > 0 and (number > asked if word == "超过" else number >= asked)

    if base:
        assert enough(needed) and not enough(needed - 1)
    return enough(got)


@given(rules(), counts(), st.integers(1, 50))
def test_more_votes_than_voters_never_have_a_result(rule, count, more):
    over = VoteCount(
        entitled=count.entitled,
        present=count.present,
        written=count.written,
        votes_for=count.voters + more,
    )
    assert vote_judge(rule, over).problems
    assert not vote_judge(rule, over).carried
