"""换届选举: a clean way has no breach; what the counts, days and people break is found at its step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhibu_engine.packs import pack_read, packs_merge
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures import (
    Happening,
    Seat,
    Standing,
    conformance,
    decided,
    election_of,
    steps_left,
    steps_open,
)
from zhibu_engine.votes import VoteCount

ROOT = Path(__file__).resolve().parents[2]
ENDS = date(2026, 6, 30)
FORM = {"term_ends": "2026-06-30", "planned_on": "2026-06-20", "term_years": 3}
PEOPLE = tuple(Seat(n, frozenset(), f"示例党员{n}", "full") for n in range(1, 13))


@cache
def procedures() -> Mapping[str, Procedure]:
    return packs_merge([pack_read(ROOT / "packs" / "national")]).procedures


def counts(votes: list[int], seats: int, present: int, **more: Any) -> dict[str, Any]:
    rows = [{"person": n, "votes_for": number} for n, number in enumerate(votes, 1)]
    said = {"seats": seats, "issued": present, "collected": present, "candidates": rows}
    return {**said, **more}


def came(entitled: int, present: int) -> VoteCount:
    return VoteCount(entitled=entitled, present=present, votes_for=0)


WHOLE: dict[str, dict[str, Any]] = {
    "remind": {"day": date(2025, 12, 30)},
    "study": {"day": date(2026, 5, 10), "kind": "committee_meeting"},
    "request": {"day": date(2026, 5, 15)},
    "reply": {"day": date(2026, 5, 20), "decision": "approved"},
    "nominate": {"day": date(2026, 5, 25), "fields": {"nominees": [1, 2, 3, 4]}},
    "candidates_request": {"day": date(2026, 6, 1), "fields": {"candidates": [1, 2, 3, 4]}},
    "candidates_reply": {"day": date(2026, 6, 5), "decision": "approved"},
    "method": {"day": date(2026, 6, 20), "fields": {"inspectors": [5], "tellers": [6, 7]}},
    "elect": {
        "day": date(2026, 6, 20), "kind": "branch_assembly", "count": came(20, 18), "secret": True,
        "fields": counts([17, 15, 14, 6], 3, 18),
    },
    "elect_secretary": {
        "day": date(2026, 6, 20), "kind": "committee_meeting", "count": came(3, 3),
        "fields": counts([3], 1, 3),
    },
    "report": {"day": date(2026, 6, 21)},
    "result_reply": {"day": date(2026, 6, 28), "decision": "approved"},
    "duties": {
        "day": date(2026, 6, 29), "decision": "settled",
        "fields": {"term_from": "2026-06-20", "posts": [{"person": 1, "post": "secretary"}]},
    },
    "handover": {"day": date(2026, 7, 5)},
}  # fmt: skip


def happened(known: Procedure, step: str, said: Mapping[str, Any], lacks: str = "") -> Happening:
    papers = {one.key for one in known.step(step).papers if one.required} - {lacks}
    made = Happening(step, papers=frozenset(papers), named=PEOPLE, **said)
    return replace(made, decision=decided(known.step(step), made))


def way(
    changed: Mapping[str, Any] | None = None, form: Mapping[str, Any] = FORM, key: str = "election"
) -> Standing:
    """The whole way with some steps changed; None leaves a step out."""
    known = procedures()[key]
    steps = {**WHOLE, **(changed or {})}
    done = [happened(known, step, said) for step, said in steps.items() if said is not None]
    return Standing(date(2025, 12, 1), form, tuple(sorted(done, key=lambda one: one.day)))


def found(standing: Standing, key: str = "election") -> list[tuple[str, str]]:
    said = conformance(procedures()[key], standing)
    return [
        (one.step, breach.code)
        for one, breaches in zip(standing.done, said.breaches, strict=True)
        for breach in breaches
    ]


def changed(step: str, **said: Any) -> dict[str, Any]:
    return {step: {**WHOLE[step], **said}}


def test_a_clean_way_has_no_breach_and_leaves_nothing():
    assert found(way()) == []
    assert steps_left(procedures()["election"], way()) == ()


FEW = counts([12, 12, 12, 2], 3, 15)
#: The election and all that follows it, after the term has run out.
LATER = {
    step: {**WHOLE[step], "day": date(2026, 7, n)}
    for n, step in enumerate(
        ("elect", "elect_secretary", "report", "result_reply", "duties", "handover"), 1
    )
}
LATER["duties"]["fields"] = {**WHOLE["duties"]["fields"], "term_from": "2026-07-01"}
BROKEN: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "reminded too late": (changed("remind", day=date(2026, 1, 2)), [("remind", "late:0")]),
    "asked too late": (
        {**changed("request", day=date(2026, 5, 21)), **changed("reply", day=date(2026, 5, 22))},
        [("request", "late:0")],
    ),
    "no reply": ({"reply": None}, [("nominate", "order:reply")]),
    "candidate counts": (
        changed("method", fields={"inspectors": [4], "tellers": [6]}), [("method", "field:inspectors")],
    ),
    "after the term": (LATER, [("elect", "late:0")]),
    "no surplus": (changed("elect", fields=counts([17, 15, 14], 3, 18)), [("elect", "candidates")]),
    "open": (changed("elect", secret=False), [("elect", "secret")]),
    "turnout": (
        changed("elect", count=came(20, 15), fields=FEW), [("elect", "turnout"), ("elect_secretary", "order:elect")],
    ),
    "over issued": (
        changed("elect", fields=counts([17, 15, 14, 6], 3, 18, collected=19)),
        [("elect", "turnout"), ("elect_secretary", "order:elect")],
    ),
    "two for one": (changed("elect_secretary", fields=counts([2, 1], 1, 3)), [("elect_secretary", "candidates")]),
    "no counts": (
        changed("elect", fields={}),
        [
            ("elect", "field:candidates"), ("elect", "field:seats"), ("elect", "field:issued"),
            ("elect", "field:collected"), ("elect", "field:candidates"), ("elect_secretary", "order:elect"),
        ],
    ),
    "another first day": (
        changed("duties", fields={**WHOLE["duties"]["fields"], "term_from": "2026-06-21"}),
        [("duties", "field:term_from")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_broken_is_found_at_its_step(broken):
    change, expected = BROKEN[broken]

    assert found(way(change)) == expected


def test_an_election_that_fills_not_all_seats_is_held_again():
    short = changed("elect", fields=counts([17, 15, 9, 9], 3, 18))
    known = procedures()["election"]
    standing = way(
        {
            **short,
            "elect_secretary": None,
            "report": None,
            "result_reply": None,
            "duties": None,
            "handover": None,
        }
    )
    assert [one.key for one in steps_open(known, standing)] == ["elect_rest"]

    again = {
        "day": date(2026, 6, 20), "kind": "branch_assembly", "count": came(20, 18), "fields": counts([18], 1, 18),
    }  # fmt: skip
    standing = way({**short, "elect_rest": again})
    assert steps_left(known, standing) == ()
    assert found(standing) == []


def test_a_branch_without_a_committee_elects_its_secretary_at_once():
    form = {**FORM, "no_committee": True}
    assembly = changed(
        "elect_secretary", kind="branch_assembly", count=came(5, 5), fields=counts([4], 1, 5)
    )
    standing = way({"elect": None, **assembly}, form)

    assert found(standing) == []
    assert steps_left(procedures()["election"], standing) == ()


def test_names_that_electors_wrote_in_are_no_surplus():
    fields = counts([17, 15, 14, 1], 3, 18)
    fields["candidates"][3]["written_in"] = True

    assert found(way(changed("elect", fields=fields))) == [("elect", "candidates")]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_who_is_elected_follows_from_the_counts_alone(data):
    """Whatever the counts: four fifths came, each elected got more than half of those there, never more than seats."""
    entitled = data.draw(st.integers(7, 60))
    present = data.draw(st.integers(0, entitled))
    seats = data.draw(st.integers(1, 5))
    surplus = -(-seats // 5)
    votes = data.draw(
        st.lists(st.integers(0, present), min_size=seats + surplus, max_size=seats + surplus)
    )
    if sum(votes) > present * seats:
        votes = [number * seats // len(votes) for number in votes]
    said = {
        **WHOLE["elect"],
        "count": came(entitled, present),
        "fields": counts(votes, seats, present),
    }
    known = procedures()["election"]
    made = happened(known, "elect", said)
    result = election_of(known.step("elect"), made)
    assert result is not None and not result.problems

    enough = present * 5 >= entitled * 4 and present > 0
    assert (made.decision == "rejected") is not bool(enough and (result.elected or result.tied))
    assert (made.decision == "carried") is (len(result.elected) == seats)
    assert all(result.candidates[name].votes_for * 2 > present for name in result.elected)
    assert "candidates" not in {code for _, code in found(way({"elect": said}))}


def extension(**fields: Any) -> list[tuple[str, str]]:
    known = procedures()["election_extension"]
    form = {"change": "postpone", "term_ends": "2026-06-30", "reason": "集中力量抗洪"}
    said = {"extended_to": "2027-06-30", "approval": "示例委〔2026〕1号", **fields}
    steps = {
        "study": {"day": date(2026, 5, 1), "kind": "committee_meeting"},
        "request": {"day": date(2026, 5, 10)},
        "reply_postpone": {"day": date(2026, 5, 20), "decision": "approved", "fields": said},
    }
    done = tuple(happened(known, step, one) for step, one in steps.items())
    standing = Standing(date(2026, 5, 1), form, done)
    assert steps_left(known, standing) == ()
    return found(standing, "election_extension")


def test_an_extension_is_a_year_at_most_and_names_its_approval():
    assert extension() == []
    assert extension(extended_to="2027-07-01") == [("reply_postpone", "field:extended_to")]
    assert extension(extended_to="2026-06-30") == [("reply_postpone", "field:extended_to")]
    assert extension(approval="") == [("reply_postpone", "field:approval")]


def test_a_by_election_is_in_time_where_a_county_says_how_long():
    known = procedures()["by_election"]
    said = {**WHOLE["elect_secretary"], "day": date(2026, 9, 2)}
    made = happened(known, "elect_secretary", said)
    standing = Standing(date(2026, 5, 30), {"vacated_on": "2026-06-01", "heads": True}, (made,))
    assert ("elect_secretary", "late:0") not in found(standing, "by_election")

    given = [one.model_copy(update={"value": 3}) for one in known.settings]
    local = known.model_copy(update={"settings": tuple(given)})
    codes = [breach.code for breach in conformance(local, standing).breaches[0]]
    assert "late:0" in codes
    assert "elect" not in {one.key for one in steps_left(local, standing)}
