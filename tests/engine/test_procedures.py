"""Words of a procedure that packs may use: days, blanks, rows, elections, ways that part."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from zhibu_engine.packs.procedure import FormField, Procedure
from zhibu_engine.procedures import (
    Happening,
    Seat,
    Standing,
    applicable,
    decided,
    due_day,
    election_of,
    step_judge,
    steps_left,
)
from zhibu_engine.votes import VoteCount

OPENED = date(2025, 3, 10)


def procedure(*steps: dict[str, Any], **more: Any) -> Procedure:
    written = [{"title": one["key"], **one} for one in steps]
    return Procedure.model_validate({"key": "tried", "title": "试", "steps": written, **more})


def codes(known: Procedure, made: Happening, standing: Standing | None = None) -> list[str]:
    found = step_judge(known, known.step(made.step), made, standing or Standing(OPENED))
    return [one.code for one in found]


def texts(known: Procedure, made: Happening, standing: Standing | None = None) -> str:
    found = step_judge(known, known.step(made.step), made, standing or Standing(OPENED))
    return "".join(one.text for one in found)


@pytest.mark.parametrize(
    ("interval", "day", "code"),
    [
        ({"before": 6, "unit": "months"}, date(2025, 6, 30), []),
        ({"before": 6, "unit": "months"}, date(2025, 7, 1), ["late:0"]),
        ({"before": 30}, date(2025, 12, 1), []),
        ({"before": 30}, date(2025, 12, 2), ["late:0"]),
        ({"same": "quarter"}, date(2025, 10, 1), []),
        ({"same": "quarter"}, date(2025, 9, 30), ["soon:0"]),
        ({"same": "quarter"}, date(2026, 1, 1), ["late:0"]),
        ({"same": "month"}, date(2025, 12, 1), []),
        ({"same": "year"}, date(2026, 1, 1), ["late:0"]),
    ],
)
def test_days_are_counted_back_and_held_to_the_same_quarter(interval, day, code):
    known = procedure(
        {"key": "do", "intervals": [{"since": "form.end", **interval}]},
        form=[{"key": "end", "title": "届满", "type": "day"}],
    )
    standing = Standing(OPENED, {"end": "2025-12-31"})

    assert codes(known, Happening("do", day), standing) == code


def test_a_recurring_step_is_done_again_in_time():
    known = procedure(
        {"key": "begin"}, {"key": "look", "repeats": {"at_least": 2, "every": 6, "unit": "months"}}
    )
    begun = Happening("begin", OPENED)
    first = Happening("look", date(2025, 9, 10))
    assert codes(known, first, Standing(OPENED, {}, (begun,))) == []
    late = Happening("look", date(2026, 3, 11))
    standing = Standing(OPENED, {}, (begun, first))
    assert codes(known, late, standing) == ["late:repeats"]
    assert due_day(known, known.step("look"), standing) == date(2026, 3, 10)


def test_what_follows_a_vote_that_did_not_carry_is_out_of_order():
    known = procedure({"key": "vote", "vote": {"more_than": "1/2"}}, {"key": "next"})
    count = VoteCount(entitled=4, present=4, votes_for=2, votes_against=2)
    made = Happening("vote", OPENED, count=count)
    rejected = Happening("vote", OPENED, count=count, decision=decided(known.step("vote"), made))

    assert codes(known, Happening("next", OPENED), Standing(OPENED, {}, (rejected,))) == [
        "order:vote"
    ]


HOURS = {
    "key": "train",
    "fields": [
        {"key": "days", "title": "天数", "type": "int", "required": True, "at_least": 3, "or_else": "hours"},
        {"key": "hours", "title": "学时", "type": "int", "at_least": 24},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("days", "hours", "found"),
    [
        (3, None, 0), (3, 1, 0), (2, 24, 0), (None, 24, 0), (2, 23, 1), (2, None, 1), (None, 23, 1), (None, None, 1),
    ],
)  # fmt: skip
def test_one_blank_may_do_instead_of_another(days, hours, found):
    made = Happening("train", OPENED, fields={"days": days, "hours": hours})

    assert codes(procedure(HOURS), made) == ["field:days"] * found


def test_the_other_way_is_named_where_neither_is_enough():
    made = Happening("train", OPENED, fields={"days": 2, "hours": 23})

    assert "至少为 3，现为 2；或者“学时”至少为 24" in texts(procedure(HOURS), made)


def people(**field: Any) -> Procedure:
    return procedure(
        {"key": "name", "fields": [{"key": "who", "title": "何人", "type": "persons", **field}]}
    )


NAMED = (
    Seat(1, frozenset({"secretary"}), "示例书记", "full"),
    Seat(2, frozenset(), "示例新人", "probationary"),
    Seat(3, frozenset(), "示例群众", ""),
)


@pytest.mark.parametrize(
    ("field", "who", "said"),
    [
        ({"at_least": 2, "at_most": 2}, [1], "至少 2 人，现有 1 人"),
        ({"at_least": 2, "at_most": 2}, [1, 2], ""),
        ({"at_least": 2, "at_most": 2}, [1, 2, 3], "至多 2 人，现有 3 人"),
        ({"category": "full"}, [1, 2], "示例新人当日不是所要求的党员类别"),
        ({"category": "full"}, [1, 3], ""),
        ({"posts": ["secretary"]}, [1, 3], "示例群众当日没有所要求的职务"),
        ({"posts": ["secretary"]}, [1], ""),
    ],
)
def test_named_persons_are_counted_and_held_to_what_they_are(field, who, said):
    made = Happening("name", OPENED, fields={"who": who}, named=NAMED)

    assert said in texts(people(**field), made)
    assert bool(codes(people(**field), made)) is bool(said)


def test_a_day_is_held_to_the_day_of_its_step():
    blank = {
        "key": "leaves",
        "title": "离开",
        "type": "day",
        "intervals": [{"since": "this", "min": 3, "unit": "months"}],
    }
    known = procedure({"key": "look", "fields": [blank]})

    assert codes(known, Happening("look", OPENED, fields={"leaves": "2025-06-09"})) == [
        "field:leaves"
    ]
    assert codes(known, Happening("look", OPENED, fields={"leaves": "2025-06-10"})) == []
    assert codes(known, Happening("look", OPENED, fields={})) == []


def test_rows_are_held_to_their_columns_and_a_share_to_its_most():
    known = procedure(
        {
            "key": "note",
            "fields": [
                {"key": "talks", "title": "谈话", "type": "rows", "at_least": 2, "columns": [
                    {"key": "person", "title": "谈话人", "type": "person", "required": True, "category": "full"}]},
                {"key": "all", "title": "人数", "type": "int"},
                {"key": "best", "title": "优秀", "type": "int", "within": "all", "percent_most": 33},
            ],
        }
    )  # fmt: skip
    said = {"talks": [{"person": 1}, {"person": 2}, {}], "all": 9, "best": 3}
    made = Happening("note", OPENED, fields=said, named=NAMED)
    found = texts(known, made)

    assert "“谈话”第 2 行：" in found and "“谈话”第 3 行：请填写“谈话人”" in found
    assert "“优秀”应不超过“人数”的 33%，现为 3/9" in found
    made = Happening(
        "note", OPENED, fields={**said, "talks": [{"person": 1}], "best": 2}, named=NAMED
    )
    assert texts(known, made) == "“谈话”至少 2 行，现有 1 行。"


ELECT = {
    "key": "elect",
    "fields": [
        {"key": "seats", "title": "应选名额", "type": "int"},
        {"key": "candidates", "title": "候选人", "type": "rows", "columns": [
            {"key": "person", "title": "姓名", "type": "person"}, {"key": "votes_for", "title": "赞成", "type": "int"}]},
    ],
    "election": {
        "turnout": {"of": "entitled", "at_least": "4/5"}, "of": "present", "more_than": "1/2", "surplus": "20%",
        "over_seats_void": True, "over_issued_invalid": True, "secret": True,
    },
    "decisions": [{"key": "carried", "title": "选满"}, {"key": "partly", "title": "没有选满"}],
}  # fmt: skip


def elected(votes: list[int], *, seats: int = 3, present: int = 20, **more: Any) -> Happening:
    rows = [{"person": n, "votes_for": number} for n, number in enumerate(votes, 1)]
    counts = {"entitled": 20, "present": present, "issued": present, "collected": present}
    fields = {"seats": seats, "candidates": rows, **counts, **more}
    return Happening("elect", OPENED, fields=fields, named=NAMED)


@pytest.mark.parametrize(
    ("made", "found", "came"),
    [
        (elected([19, 18, 17, 6]), [], "carried"),
        (elected([19, 18, 10, 10]), [], "partly"),
        (elected([19, 17, 12, 12]), [], "partly"),
        (elected([10, 10, 10, 10]), [], "rejected"),
        (elected([19, 18, 17]), ["candidates"], "carried"),
        (elected([15, 15, 14, 1], present=15), ["turnout"], "rejected"),
        (elected([15, 15, 14, 1], present=16), [], "carried"),
        (elected([19, 18, 17, 6], collected=21), ["turnout"], "rejected"),
        (elected([21, 18, 17, 1]), ["votes:0"], ""),
        (Happening("elect", OPENED, fields={"seats": 3}), ["field:candidates"], ""),
    ],
    ids=["full", "short", "tied", "nobody", "no_surplus", "turnout", "just", "over_issued", "impossible", "no_counts"],
)  # fmt: skip
def test_an_election_comes_to_what_its_counts_say(made, found, came):
    known = procedure(ELECT)
    breaches = step_judge(known, known.step("elect"), made, Standing(OPENED))
    said = [one.code for one in breaches if one.code != "decision"]

    assert said == found
    assert decided(known.step("elect"), made) == came
    assert [one.code for one in breaches if one.hard and one.code != "decision"] == [
        code for code in found if code.startswith("votes")
    ]


def test_the_meeting_says_who_came_to_an_election_and_names_say_who_was_elected():
    made = elected([19, 18, 17, 6], entitled=None, present=None)
    assert election_of(procedure(ELECT).step("elect"), made) is None
    made = Happening(
        "elect", OPENED, fields=made.fields | {"issued": 20, "collected": 20}, named=NAMED,
        count=VoteCount(entitled=20, present=20, votes_for=0),
    )  # fmt: skip
    result = election_of(procedure(ELECT).step("elect"), made)
    assert result is not None and result.elected == ("示例书记", "示例新人", "示例群众")


def test_ways_part_by_how_a_step_came_out():
    known = procedure(
        {
            "key": "vote",
            "decisions": [{"key": "yes", "title": "是"}, {"key": "later", "title": "缓"}],
        },
        {"key": "wait", "when": {"step": "vote", "came": ["later"]}},
        {"key": "go", "unless": {"step": "vote", "came": ["later"]}, "after": ["vote"]},
    )
    before = Standing(OPENED)
    assert [one.key for one in applicable(known, before)] == ["vote", "go"]
    later = Standing(OPENED, {}, (Happening("vote", OPENED, decision="later"),))
    assert [one.key for one in steps_left(known, later)] == ["wait"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"type": "rows"}, "要写 columns"),
        ({"type": "text", "columns": [{"key": "a", "title": "甲"}]}, "其他的不写"),
        ({"type": "int", "intervals": [{"since": "opened", "min": 1}]}, "才写 intervals"),
        (
            {"type": "day", "intervals": [{"since": "opened"}]},
            "要写 min、max、before、same 或者 by",
        ),
        ({"type": "text", "category": "full"}, "才写 category"),
    ],
)
def test_what_a_blank_cannot_have_is_refused(written, said):
    with pytest.raises(ValidationError, match=said):
        FormField.model_validate({"key": "blank", "title": "某栏", **written})
