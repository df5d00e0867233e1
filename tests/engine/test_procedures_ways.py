"""What a procedure says of order, days, repeats, votes and people, judged from what happened."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures import (
    REJECTED,
    Happening,
    Seat,
    Standing,
    conformance,
    decided,
    due_day,
    matter_due,
    resolution_problems,
    step_judge,
    steps_left,
    steps_open,
    turn,
)
from zhibu_engine.procedures.replay import Reopened, replay
from zhibu_engine.votes import VoteCount

OPENED = date(2025, 3, 3)


def _procedure(steps: str, more: str = "") -> Procedure:
    written = yaml.safe_load(f"key: way\ntitle: 办法\nsteps:\n{steps}\n{more}")
    return Procedure.model_validate(written)


def _day(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def _did(step: str, day: str, **more) -> Happening:
    return Happening(step, _day(day), **more)


def _standing(*done: Happening, **more) -> Standing:
    return Standing(OPENED, done=tuple(sorted(done, key=lambda one: one.day)), **more)


def _open(procedure: Procedure, *done: Happening, **more) -> list[str]:
    return [step.key for step in steps_open(procedure, _standing(*done, **more))]


def _left(procedure: Procedure, *done: Happening, **more) -> list[str]:
    return [step.key for step in steps_left(procedure, _standing(*done, **more))]


def _codes(procedure: Procedure, *done: Happening, **more) -> list[str]:
    standing = _standing(*done, **more)
    found = conformance(procedure, standing).breaches
    return [
        f"{one.step}:{breach.code}"
        for one, breaches in zip(standing.done, found, strict=True)
        for breach in breaches
    ]


# ---------------------------------------------------------------- order

ABC = """
  - {key: a, title: 甲}
  - {key: b, title: 乙}
  - {key: c, title: 丙}
"""
FORK = """
  - {key: a, title: 甲}
  - {key: b, title: 乙}
  - {key: c, title: 丙, after: [a]}
  - {key: d, title: 丁, after: [b, c]}
"""


def test_a_step_opens_when_all_before_it_are_done():
    procedure = _procedure(FORK)

    assert _open(procedure) == ["a"]
    assert _open(procedure, _did("a", "03-04")) == ["b", "c"]
    assert _open(procedure, _did("a", "03-04"), _did("c", "03-05")) == ["b"]
    assert _open(procedure, *(_did(key, "03-05") for key in "abc")) == ["d"]
    assert _left(procedure, *(_did(key, "03-05") for key in "abcd")) == []


def test_what_was_left_out_or_done_too_early_is_counted_and_never_refused():
    procedure = _procedure(ABC)

    assert _codes(procedure, _did("a", "03-04"), _did("c", "03-05")) == ["c:order:b"]
    assert _codes(procedure, _did("a", "03-06"), _did("b", "03-05")) == ["b:order:a"]
    assert _codes(procedure, _did("a", "03-01")) == ["a:order:opened"]
    assert _codes(procedure, _did("a", "03-05"), _did("b", "03-05")) == []


def test_a_step_put_off_is_no_step_done_for_what_follows():
    procedure = _procedure(
        """
  - {key: a, title: 甲, decisions: [{key: go, title: 同意}, {key: wait, title: 暂缓, then: again}]}
  - {key: b, title: 乙}
"""
    )
    waited, went = _did("a", "03-04", decision="wait"), _did("a", "03-08", decision="go")

    assert _open(procedure, waited) == ["a"]
    assert _codes(procedure, waited, _did("b", "03-05"), went) == ["b:order:a"]
    assert _codes(procedure, waited, went, _did("b", "03-09")) == []


def test_an_optional_step_holds_nobody_up_and_closes_when_something_after_it_is_done():
    procedure = _procedure(
        """
  - {key: a, title: 甲}
  - {key: b, title: 乙, optional: true}
  - {key: c, title: 丙, optional: true}
  - {key: d, title: 丁}
"""
    )
    first, last = _did("a", "03-04"), _did("d", "03-06")

    assert _open(procedure, first) == ["b", "c", "d"]
    assert _left(procedure, first) == ["d"]
    assert _open(procedure, first, last) == []
    assert _codes(procedure, first, last) == []
    # Without the step before the optional ones, the last one came too soon.
    assert _codes(procedure, last) == ["d:order:a"]


@pytest.mark.parametrize(
    ("condition", "form", "done", "kept"),
    [
        ("when: {field: kind, any_of: [big]}", {"kind": "big"}, (), True),
        ("when: {field: kind, any_of: [big]}", {"kind": "small"}, (), False),
        ("when: {field: kind, any_of: [big]}", {}, (), False),
        ("when: {field: kinds, any_of: [big]}", {"kinds": ["small", "big"]}, (), True),
        ("unless: {field: kind, any_of: [big]}", {"kind": "big"}, (), False),
        ("when: {setting: turned}", {}, (), True),
        ("when: {setting: shut}", {}, (), False),
        ("unless: {setting: silent}", {}, (), True),
        ("unless: {setting: turned, field: kind, any_of: [big]}", {"kind": "small"}, (), True),
        ("when: {field: a.size, any_of: [2]}", {}, ({"size": 2},), True),
        ("when: {field: a.size, any_of: [2]}", {}, ({"size": 2}, {"size": 3}), False),
    ],
)
def test_a_condition_takes_a_step_out_and_hands_on_to_the_one_before_it(
    condition, form, done, kept
):
    procedure = _procedure(
        f"""
  - {{key: a, title: 甲, repeats: {{}}}}
  - {{key: b, title: 乙, {condition}}}
  - {{key: c, title: 丙, after: [b]}}
""",
        "settings: [{key: turned, title: 开, type: flag, value: true}, {key: shut, title: 关, type: flag, value: false},"
        " {key: silent, title: 未填, type: flag}]",
    )
    said = done or ({},)
    before = [_did("a", f"03-0{4 + n}", fields=fields) for n, fields in enumerate(said)]

    assert ("b" in _open(procedure, *before, form=form)) == kept
    assert ("c" in _open(procedure, *before, form=form)) == (not kept)
    assert ("b" in _left(procedure, *before, form=form)) == kept


# ---------------------------------------------------------------- repeats

REPEATED = """
  - {key: a, title: 甲}
  - {key: b, title: 乙, repeats: {at_least: times, every: 1, unit: months}}
  - {key: c, title: 丙}
"""
TWICE = "settings: [{key: times, title: 次数, value: 2}]"
SILENT = "settings: [{key: times, title: 次数}]"


def test_a_recurring_step_counts_up_to_its_number_and_stays_open_until_the_next_is_done():
    twice = _procedure(REPEATED, TWICE)
    a, first, second = _did("a", "03-04"), _did("b", "04-01"), _did("b", "04-20")

    assert _open(twice, a, first) == ["b"]
    assert _left(twice, a, first) == ["b", "c"]
    assert _open(twice, a, first, second) == ["b", "c"]
    assert _open(twice, a, first, second, _did("c", "04-30")) == []
    assert _codes(twice, a, first, _did("c", "04-30")) == ["c:order:b"]
    assert _open(_procedure(REPEATED, SILENT), a, first) == ["b", "c"]


def test_the_next_repetition_is_due_from_the_last_one():
    procedure = _procedure(REPEATED, TWICE)
    step = procedure.step("b")

    assert due_day(procedure, step, _standing()) == _day("04-03")
    assert due_day(procedure, step, _standing(_did("a", "03-10"))) == _day("04-10")
    found = _standing(_did("a", "03-10"), _did("b", "04-30"))
    assert due_day(procedure, step, found) == _day("05-30")


def test_a_repetition_is_held_to_the_one_before_it_whatever_came_later():
    procedure = _procedure("  - {key: a, title: 甲, repeats: {every: 10}}")
    days = ("03-10", "03-30", "04-05")

    assert _codes(procedure, *(_did("a", day) for day in days)) == ["a:late:repeats"]


def test_a_repetition_that_was_put_off_does_not_count():
    procedure = _procedure(
        "  - {key: a, title: 甲, repeats: {at_least: 2},"
        " decisions: [{key: go, title: 做了}, {key: wait, title: 改期, then: again}]}"
    )
    went, waited = _did("a", "03-05", decision="go"), _did("a", "03-04", decision="wait")

    assert _left(procedure, waited, went) == ["a"]
    assert _left(procedure, waited, went, _did("a", "03-06", decision="go")) == []


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("interval", "day", "code"),
    [
        ("{since: a, min: 5}", "03-14", "soon"),
        ("{since: a, min: 5}", "03-15", ""),
        ("{since: a, max: 5}", "03-15", ""),
        ("{since: a, max: 5}", "03-16", "late"),
        ("{since: opened, max: 7}", "03-10", ""),
        ("{since: opened, max: 7}", "03-11", "late"),
        ("{since: a, min: 1, unit: months}", "04-09", "soon"),
        ("{since: a, min: 1, unit: months}", "04-10", ""),
        ("{since: a, max: 5, unit: workdays}", "03-17", ""),
        ("{since: a, max: 5, unit: workdays}", "03-18", "late"),
        ('{since: a, by: "11-30"}', "11-30", ""),
        ('{since: a, by: "11-30"}', "12-01", "late"),
        ("{since: form.from, max: 3}", "03-23", ""),
        ("{since: form.from, max: 3}", "03-24", "late"),
        ("{since: a.told, max: 3}", "03-15", ""),
        ("{since: a.told, max: 3}", "03-16", "late"),
        ("{since: parent.opened, max: 30}", "03-31", ""),
        ("{since: parent.opened, max: 30}", "04-01", "late"),
        ("{since: parent.told, max: 30}", "04-04", ""),
        ("{since: parent.told, max: 30}", "04-05", "late"),
        ("{since: a, max: wanted}", "12-31", ""),
    ],
)
def test_days_are_counted_from_what_the_pack_names(interval, day, code):
    procedure = _procedure(
        f"  - {{key: a, title: 甲}}\n  - {{key: b, title: 乙, intervals: [{interval}]}}",
        "settings: [{key: wanted, title: 天数, type: days}]",
    )
    parent = Standing(_day("03-01"), done=(_did("told", "03-05"),))
    standing = _standing(
        _did("a", "03-10", fields={"told": "2025-03-12"}),
        form={"from": "2025-03-20"},
        parent=parent,
    )

    found = step_judge(procedure, procedure.step("b"), _did("b", day), standing)

    assert [one.code.partition(":")[0] for one in found] == ([code] if code else [])
    assert all((one.days > 0) == (code == "late") for one in found)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-11-30", 3, "2026-02-28"),
        ("2025-12-31", 12, "2026-12-31"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_one_of_a_shorter_month(start, months, last):
    procedure = _procedure(
        f"  - {{key: a, title: 甲, intervals: [{{since: opened, max: {months}, unit: months}}]}}"
    )
    standing = Standing(date.fromisoformat(start))

    assert due_day(procedure, procedure.step("a"), standing) == date.fromisoformat(last)


def test_a_last_day_of_the_year_that_is_over_is_the_one_of_the_next_year():
    procedure = _procedure('  - {key: a, title: 甲, intervals: [{since: opened, by: "11-30"}]}')

    for opened, last in (("2025-11-30", "2025-11-30"), ("2025-12-01", "2026-11-30")):
        standing = Standing(date.fromisoformat(opened))
        assert due_day(procedure, procedure.step("a"), standing) == date.fromisoformat(last)


def test_the_nearest_of_several_last_days_is_due():
    procedure = _procedure(
        '  - {key: a, title: 甲, intervals: [{since: opened, max: 30}, {since: opened, by: "03-20"}]}',
        "due: [{since: opened, max: 2, unit: months}]",
    )

    assert due_day(procedure, procedure.step("a"), _standing()) == _day("03-20")
    assert matter_due(procedure, _standing()) == _day("05-03")


# ---------------------------------------------------------------- where a decision leads

DECIDING = """
  - {key: a, title: 甲}
  - {key: b, title: 乙}
  - key: c
    title: 丙
    decisions:
      - {key: go, title: 同意, then: on}
      - {key: back, title: 退回, then: back, to: b}
      - {key: again, title: 再议, then: again}
      - {key: stop, title: 不办, then: end}
      - {key: done, title: 就此办结, then: done, gives: [{kind: project, value: closed}]}
  - {key: d, title: 丁}
"""


@pytest.mark.parametrize(
    ("decision", "state", "standing", "open_"),
    [
        ("go", "running", "abc", ["d"]),
        ("back", "returned", "a", ["b"]),
        ("again", "running", "abc", ["c"]),
        ("stop", "terminated", "abc", []),
        ("done", "done", "abc", []),
    ],
)
def test_a_decision_leads_on_back_again_to_an_end_or_to_done(decision, state, standing, open_):
    procedure = _procedure(DECIDING)
    history = [_did("a", "03-04"), _did("b", "03-05"), _did("c", "03-06", decision=decision)]

    came = replay(procedure, _standing(), history)

    assert came.state == state
    assert "".join(one.step for one in came.standing.done) == standing
    assert came.refused == ()
    assert came.outcomes == (("project:closed",) if decision == "done" else ())
    if state in ("running", "returned"):
        assert [one.key for one in steps_open(procedure, came.standing)] == open_
    missing = conformance(procedure, came.standing).missing
    assert missing == (() if state in ("done", "terminated") else missing)


def test_a_closed_matter_takes_no_more_steps_until_it_is_taken_up_again():
    procedure = _procedure(ABC, "reopening: {to: b}")
    history = [_did(key, f"03-0{n}") for n, key in enumerate("abc", start=4)]

    closed = replay(procedure, _standing(), [*history, _did("c", "03-09")])
    again = replay(procedure, _standing(), [*history, Reopened(_day("04-01")), _did("b", "04-02")])

    assert (closed.state, closed.refused) == ("done", ("c:closed",))
    assert again.state == "reopened"
    assert [one.step for one in again.standing.done] == ["a", "b"]


def test_a_step_must_come_out_as_one_of_its_decisions():
    procedure = _procedure(DECIDING)

    found = step_judge(procedure, procedure.step("c"), _did("c", "03-06"), _standing())

    assert [(one.code, one.hard) for one in found if one.hard] == [("decision", True)]
    assert "同意、退回、再议、不办、就此办结" in next(one.text for one in found if one.hard)


def test_going_back_sets_steps_aside_wherever_they_are_written():
    procedure = _procedure(
        """
  - {key: last, title: 末, after: [mid], decisions: [{key: back, title: 退回, then: back, to: first}]}
  - {key: mid, title: 中, after: [first]}
  - {key: first, title: 首, after: []}
"""
    )
    done = [_did("first", "03-04"), _did("mid", "03-05"), _did("last", "03-06", decision="back")]

    assert set(turn(procedure, _standing(*done), done[-1]).aside) == {"first", "mid", "last"}


# ---------------------------------------------------------------- votes

VOTED = """
  - key: a
    title: 甲
    evidence: segment
    kinds: [small, large]
    turnout: {of: entitled, at_least: "1/2"}
    vote: {of: entitled, more_than: "1/2"}
    for_kind: {large: {turnout: {of: due, at_least: "2/3"}, vote: {of: present, more_than: "1/2", secret: true}}}
  - {key: b, title: 乙, evidence: publication}
"""


@pytest.mark.parametrize(
    ("kind", "numbers", "decision", "codes"),
    [
        ("small", (20, 16, 11, 5), "", []),
        ("small", (20, 16, 10, 6), REJECTED, []),
        ("small", (20, 9, 9, 0), REJECTED, ["turnout"]),
        ("large", (20, 14, 8, 6), "", []),
        ("large", (20, 14, 7, 7), REJECTED, []),
        ("large", (20, 13, 13, 0), "", ["turnout"]),
        ("small", (20, 16, 12, 5), "", ["votes:0"]),
    ],
)
def test_a_vote_is_decided_by_the_rule_of_its_kind(kind, numbers, decision, codes):
    procedure = _procedure(VOTED, "resolves: a")
    entitled, present, votes_for, against = numbers
    count = VoteCount(
        entitled=entitled, present=present, votes_for=votes_for, votes_against=against
    )
    happened = _did("a", "03-04", kind=kind, count=count)
    step = procedure.step("a")

    came = decided(step, happened)
    found = step_judge(procedure, step, happened, _standing())

    assert came == decision
    assert [one.code for one in found] == codes
    assert all(one.hard == one.code.startswith("votes") for one in found)
    sure = Happening("a", happened.day, kind=kind, count=count, decision=came)
    valid = came != REJECTED and not codes
    assert (resolution_problems(procedure, _standing(sure)) == ()) == valid
    assert ("b" in _open(procedure, sure)) == (came != REJECTED)


def test_nothing_is_published_while_the_resolution_is_put_off_missing_or_without_a_count():
    procedure = _procedure(
        """
  - key: a
    title: 甲
    evidence: segment
    vote: {of: entitled, more_than: "1/2"}
    decisions: [{key: go, title: 决定}, {key: wait, title: 再议, then: again}]
  - {key: b, title: 乙, evidence: publication}
""",
        "resolves: a",
    )
    count = VoteCount(entitled=20, present=16, votes_for=15)

    for done in ((), (_did("a", "03-04", decision="wait", count=count),), (_did("a", "03-04", decision="go"),)):  # fmt: skip
        assert resolution_problems(procedure, _standing(*done)), done
    good = _did("a", "03-04", decision="go", count=count)
    assert resolution_problems(procedure, _standing(good)) == ()


def test_a_secret_vote_by_show_of_hands_is_counted():
    procedure = _procedure(VOTED)
    count = VoteCount(entitled=20, present=16, votes_for=15)

    for secret, codes in ((False, ["secret"]), (True, []), (None, [])):
        happened = _did("a", "03-04", kind="large", count=count, secret=secret)
        found = step_judge(procedure, procedure.step("a"), happened, _standing())
        assert [one.code for one in found] == codes


# ---------------------------------------------------------------- people, papers, blanks


@pytest.mark.parametrize("order", ["buyer first", "acceptor first"])
def test_nobody_does_both_of_two_steps_that_are_kept_apart_in_whatever_order(order):
    procedure = _procedure(
        "  - {key: buy, title: 采购}\n  - {key: accept, title: 验收, after: [], not_by: [buy]}"
    )
    keys = ("buy", "accept") if order == "buyer first" else ("accept", "buy")
    first, second = (
        _did(key, f"03-0{4 + n}", actors=frozenset({"甲"})) for n, key in enumerate(keys)
    )

    came = replay(procedure, _standing(), [first, second])
    other = replay(
        procedure, _standing(), [first, _did(second.step, "03-05", actors=frozenset({"乙"}))]
    )

    assert came.refused == (f"{keys[1]}:separation",)
    assert other.refused == ()


def test_a_group_must_attend_and_an_absence_is_seen_where_it_was_due():
    procedure = _procedure(
        """
  - key: a
    title: 甲
    evidence: segment
    parties:
      - {key: team, title: 工作队, posts: [village_team]}
      - {key: heads, title: 负责人, posts: [head], all: true}
"""
    )
    step = procedure.step("a")
    team, one, two = (
        Seat(n, frozenset([post])) for n, post in enumerate(("village_team", "head", "head"))
    )

    for present, due, codes in (
        ((team, one, two), (one, two), []),
        ((team, one), (one, two), ["party:heads"]),
        ((one, two), (one, two), ["party:team"]),
        ((team, one), (), []),
        ((team,), (), ["party:heads"]),
    ):
        happened = _did("a", "03-04", present=present, due=due)
        found = step_judge(procedure, step, happened, _standing())
        assert [breach.code for breach in found] == codes


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"asked": 20, "knew": 18}, []),
        ({"asked": 20, "knew": 15}, ["field:knew"]),
        ({"asked": 20, "knew": 21}, ["field:knew"]),
        ({"asked": 9, "knew": 9}, ["field:asked"]),
        ({"asked": 20}, ["field:knew"]),
        ({"asked": 20, "knew": 0}, ["field:knew"]),
    ],
)
def test_a_number_is_held_to_its_bounds_and_to_its_share_of_another(fields, codes):
    procedure = _procedure(
        """
  - key: a
    title: 甲
    fields:
      - {key: asked, title: 询问, type: int, required: true, at_least: 10}
      - {key: knew, title: 知晓, type: int, required: true, within: asked, percent: least}
""",
        "settings: [{key: least, title: 知晓率, value: 80}]",
    )

    found = step_judge(
        procedure, procedure.step("a"), _did("a", "03-04", fields=fields), _standing()
    )

    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("cause", "copied"),
    [
        ("台账不全", True),
        (" 台账，不全。", True),
        ("没有专人管台账", False),
        ("", False),
    ],
)
def test_a_cause_that_repeats_the_problem_is_no_cause(cause, copied):
    procedure = _procedure(
        "  - {key: a, title: 甲, fields: [{key: cause, title: 原因, differs_from: form.problem}]}",
        "form: [{key: problem, title: 问题}]",
    )
    happened = _did("a", "03-04", fields={"cause": cause})

    found = step_judge(
        procedure, procedure.step("a"), happened, _standing(form={"problem": "台账不全"})
    )

    assert bool(found) == copied


def test_a_step_waits_for_its_children_even_where_it_need_not_have_been_done():
    for optional in ("false", "true"):
        procedure = _procedure(
            f"""
  - {{key: a, title: 甲, optional: {optional}, spawns: {{procedure: task, per: units, field: units}}}}
  - {{key: b, title: 乙, after: []}}
"""
        )
        b, waiting = _did("b", "03-05"), _did("a", "03-04", children_open=2)

        assert _left(procedure, b, waiting) == ["a"]
        assert _left(procedure, b, _did("a", "03-04")) == []


def test_a_reason_is_kept_beside_its_breach_and_the_breach_still_counts():
    procedure = _procedure("  - {key: a, title: 甲, papers: [{key: proof, title: 凭据}]}")
    happened = _did("a", "03-04", reasons={"paper:proof": "原件在县里"})

    found = conformance(procedure, _standing(happened))

    assert [one.reason for one in found.breaches[0]] == ["原件在县里"]
    assert found.count == 1 and not found.conforms


def test_a_step_that_a_later_pack_no_longer_has_is_history_and_nothing_more():
    procedure = _procedure(ABC)

    found = conformance(procedure, _standing(_did("gone", "03-04"), _did("a", "03-05")))

    assert found.breaches == ((), ())
    assert found.missing == ("b", "c")
