"""Who may preside and record at each meeting of 三议一会一公开一知晓, cell by cell, as the county's rule says it."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from zhibu_engine.packs import pack_read, packs_merge
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures import Case, Happening, Seat, Standing, acting_said, step_judge

PACKS = Path(__file__).parents[2] / "packs"
WORDS = packs_merge([pack_read(PACKS / key) for key in ("national", "county-rural")])
STEPS = ("propose", "consult", "examine", "resolve")
DAY = date(2025, 3, 3)
MEANT = {"A": "allowed", "S": "substitute", "B": "breach"}

#: One group of letters per meeting (提议 商议 审议 决议). A may preside, S stands in, B does not conform. The four
#: letters: secretary there, secretary away, both again with the county's settings turned on.
TWO_PERSONS = """
secretary                   AAAA AAAA AAAA AAAA
first_secretary             BSBS BBSS AAAA BBBB
deputy_secretary            BSBS BBBB BBBB BBBB
org_member                  BSBS BBBB BBBB BBBB
publicity_member            BSBS BBBB BBBB BBBB
discipline_member           BSBS BBBB BBBB BBBB
committee_member            BSBS BBBB BBBB BBBB
group_leader                BBBB BBBB BBBB BBBB
village_head                BBBB AAAA BBBB BBSS
community_head              BBBB AAAA BBBB BBSS
village_cadre               BBBB BBBB BBBB BBBB
village_clerk               BBBB BBBB BBBB BBBB
villager_representative     BBBB BBBB BBBB BBBB
village_team                BBBB BBBB BBBB BBBB
township_leader             BBBB AAAA BBBB BBBB
township_cadre              BBBB AAAA BBBB BBBB
party_clerk                 BBBB BBBB BBBB BBBB
party_committee_secretary   BBBB BBBB BBBB BBBB
linked_leader               BBBB BBBB BBBB BBBB
county_leader               BBBB BBBB BBBB BBBB
no_post                     BBBB BBBB BBBB BBBB
nobody                      BBBB BBBB BBBB BBBB
"""
#: The same where the secretary is the village head too (一肩挑): whichever post is looked at, it is he.
ONE_PERSON = TWO_PERSONS.replace(
    "village_head                BBBB AAAA BBBB BBSS",
    "village_head                AAAA AAAA AAAA AAAA",
)
#: Who records: without a reason, with one. The same at all four meetings.
RECORDING = """
village_clerk               AA
township_cadre              BS
secretary                   BB
first_secretary             BB
deputy_secretary            BB
org_member                  BB
publicity_member            BB
discipline_member           BB
committee_member            BB
group_leader                BB
village_head                BB
community_head              BB
village_cadre               BB
villager_representative     BB
village_team                BB
township_leader             BB
party_clerk                 BB
party_committee_secretary   BB
linked_leader               BB
county_leader               BB
no_post                     BB
nobody                      BB
"""


def _rows(table: str) -> dict[str, list[str]]:
    return {line.split()[0]: line.split()[1:] for line in table.strip().splitlines()}


def _presiding_cells():
    for one_person, table in ((False, TWO_PERSONS), (True, ONE_PERSON)):
        for role, groups in _rows(table).items():
            for step, group in zip(STEPS, groups, strict=True):
                cells = product((False, True), (True, False))
                for letter, (on, there) in zip(group, cells, strict=True):
                    ways = "一肩挑" if one_person else "两人"
                    label = f"{role}-{step}-{'书记在' if there else '书记不在'}-{ways}-{'开' if on else '关'}"
                    yield pytest.param(role, step, there, one_person, on, MEANT[letter], id=label)


def _six_steps(*, on: bool) -> Procedure:
    """With the settings that concern presiding on or off; off is as it is shipped: no value."""
    written = WORDS.source["procedures"]["six_steps"]
    turned = ("head_presides", "first_secretary_consults")
    settings = [
        {**one, "value": True} if on and one["key"] in turned else one
        for one in written["settings"]
    ]
    return Procedure.model_validate({**written, "settings": settings})


PROCEDURES = {on: _six_steps(on=on) for on in (False, True)}


def _seat(role: str, *, one_person: bool) -> Seat | None:
    if role == "nobody":
        return None
    if one_person and role in ("secretary", "village_head"):
        return Seat(1, frozenset(["secretary", "village_head"]))
    if role == "secretary":
        return Seat(1, frozenset(["secretary"]))
    return Seat(2, frozenset() if role == "no_post" else frozenset([role]))


def _case(step: str, happened: Happening, *, on: bool = False) -> Case:
    procedure = PROCEDURES[on]
    return Case(procedure, procedure.step(step), happened, Standing(DAY))


@pytest.mark.parametrize(
    ("role", "step", "there", "one_person", "on", "expected"), list(_presiding_cells())
)
def test_who_may_preside(role, step, there, one_person, on, expected):
    presider = _seat(role, one_person=one_person)
    present = [Seat(9, frozenset(["villager_representative"]))]
    if presider is not None:
        present.append(presider)
    if there and (presider is None or presider.person_id != 1):
        present.append(_seat("secretary", one_person=one_person))
    case = _case(step, Happening(step, DAY, presider=presider, present=tuple(present)), on=on)

    assert acting_said(case, case.step.presiding, "presider").acted == expected
    breaches = step_judge(case.procedure, case.step, case.happened, case.standing)
    assert [one.hard for one in breaches if one.code == "presider"] == (
        [False] if expected == "breach" else []
    )


def _recording_cells():
    for role, [cells] in _rows(RECORDING).items():
        for step, (reason, letter) in product(STEPS, zip(("", "村文书请假"), cells, strict=True)):
            yield pytest.param(role, step, reason, MEANT[letter], id=f"{role}-{step}-{reason}")


@pytest.mark.parametrize(("role", "step", "reason", "expected"), list(_recording_cells()))
def test_who_may_record(role, step, reason, expected):
    reasons = {"recorder": reason} if reason else {}
    happened = Happening(step, DAY, recorder=_seat(role, one_person=False), reasons=reasons)
    case = _case(step, happened)

    assert acting_said(case, case.step.recording, "recorder").acted == expected
    breaches = step_judge(case.procedure, case.step, happened, case.standing)
    found = [one for one in breaches if one.code == "recorder"]
    assert bool(found) == (expected == "breach")
    # A reason does not make a right recorder of a wrong one, but it is kept beside the breach.
    assert all(one.reason == reason for one in found)


def test_the_tables_hold_every_post_that_the_procedure_speaks_of():
    named: set[str] = set()
    for key in STEPS:
        step = PROCEDURES[False].step(key)
        for acting in (step.presiding, step.recording):
            named |= {*acting.posts, *acting.never}
            named |= {post for one in acting.substitutes for post in (*one.posts, *one.absent)}
        named |= {post for party in step.parties for post in party.posts}

    for table in (TWO_PERSONS, ONE_PERSON, RECORDING):
        rows = set(_rows(table))
        assert named <= rows
        assert rows - {"no_post", "nobody"} <= set(WORDS.codes["post"])
        assert len(rows) == len(table.strip().splitlines())
    assert set(_rows(RECORDING)) == set(_rows(TWO_PERSONS)) == set(_rows(ONE_PERSON))
    assert len(list(_presiding_cells())) == 22 * 4 * 4 * 2


@pytest.mark.parametrize(
    ("step", "role", "there", "says"),
    [
        ("propose", "first_secretary", True, "党支部书记在场，不能由王某代为主持"),
        ("propose", "township_leader", False, "王某的职务不能主持“提议”"),
        ("consult", "first_secretary", True, "本地制度没有准许"),
        ("examine", "org_member", False, "应由党支部书记、第一书记主持"),
        ("resolve", "village_head", True, "应由党支部书记主持；确需如此请说明原因"),
    ],
)
def test_a_breach_says_who_should_preside_and_what_to_do(step, role, there, says):
    titles = WORDS.codes["post"]
    presider = Seat(2, frozenset([role]), "王某")
    present = (presider, *((Seat(1, frozenset(["secretary"])),) if there else ()))
    happened = Happening(step, DAY, presider=presider, present=present)

    breaches = step_judge(
        PROCEDURES[False], PROCEDURES[False].step(step), happened, Standing(DAY), posts=titles.get
    )

    assert says in next(one.text for one in breaches if one.code == "presider")


def test_who_stands_in_does_so_on_the_rule_that_is_cited_for_him():
    for role, basis in (
        ("first_secretary", "本地规定"),
        ("deputy_secretary", "《中国共产党支部工作条例"),
    ):
        presider = Seat(2, frozenset([role]))
        case = _case("propose", Happening("propose", DAY, presider=presider, present=(presider,)))

        said = acting_said(case, case.step.presiding, "presider")

        assert said.why == "absent"
        assert said.substitute.basis.startswith(basis)
