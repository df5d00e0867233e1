"""The standards that are measured: those of the packs, and made ones with really different clauses."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import chain, islice, product
from pathlib import Path
from typing import Any

from zhibu_engine.cli import packs_find
from zhibu_engine.compile import Compiled, standard_compile
from zhibu_engine.kinds import RuleKind
from zhibu_engine.packs import Words
from zhibu_engine.tallies import CoveredTally

PACKS = Path(__file__).resolve().parents[1] / "packs"
STANDARDS = ("liuhua", "branch-regulation")
_SEGMENTS = (
    *("branch_assembly", "committee_meeting", "group_meeting", "party_lecture"),
    *("theme_day", "life_meeting", "appraisal_meeting", "branch_study"),
)


def words_of_packs() -> Words:
    """National and city-organs."""
    return packs_find("city-organs", PACKS)[1]


def compiled_of_packs(dialect: str = "duckdb") -> tuple[Compiled, ...]:
    words = words_of_packs()
    return tuple(standard_compile(words, key, dialect) for key in STANDARDS)


def clauses_counted(compiled: tuple[Compiled, ...]) -> dict[str, int]:
    """How many clauses there are, are judged from records, and of these ask about each person."""
    clauses = [clause for one in compiled for clause in one.standard.clauses]
    words = compiled[0].words
    judged = [one for one in clauses if one.method == "record" and isinstance(one.rule, RuleKind)]
    persons = [
        one
        for one in judged
        if isinstance(one.rule, RuleKind)
        and any(
            isinstance(tally, CoveredTally) for tally in chain(*one.rule.tallies(words).values())
        )
    ]
    return {
        "clauses": len(clauses),
        "unit_clauses_from_records": len(judged) - len(persons),
        "person_clauses_from_records": len(persons),
    }


def narrowed(key: str, clauses: list[dict[str, Any]], dialect: str = "duckdb") -> Compiled:
    """A standard of just these clauses, for the same units."""
    source = copy.deepcopy(words_of_packs().dump("liuhua"))
    source["standards"] = {
        key: {
            "key": key,
            "title": key,
            "applies": {"kinds": ["branch", "joint_branch"]},
            "groups": [{"key": "all", "title": "all"}],
            "clauses": [
                {
                    "method": "record",
                    "title": f"{key} {place}",
                    "message": key,
                    "fix": key,
                    **one,
                    "key": f"c{place}",
                    "group": "all",
                    "class": "base",
                }
                for place, one in enumerate(clauses)
            ],
        }
    }
    return standard_compile(Words.from_dump(source), key, dialect)


def of_persons() -> Compiled:
    """Coverage clauses: of each member, of each leader, by attendance and by what they did."""
    attended = {"kind": "coverage", "relation": "attendance", "states": ["present"]}
    did = {"kind": "coverage", "relation": "part"}
    rules: list[dict[str, Any]] = [
        {**did, "who": "leaders", "roles": ["lecturer"], "segments": ["party_lecture"]},
        {**attended, "who": "members", "segments": ["branch_study", "party_lecture", "theme_day"]},
        {**attended, "who": "full_members", "segments": ["theme_day"], "at_least": 8},
        {**attended, "who": "members", "segments": ["party_lecture"], "at_least": 2},
        {**attended, "who": "leaders", "segments": ["branch_study"], "at_least": 6},
    ]
    return narrowed("persons", [{"rule": rule} for rule in rules])


def of_many(number: int) -> Compiled:
    """So many clauses, no two of them alike."""
    return narrowed("many", [{"rule": rule} for rule in islice(_rules(), number)])


def _rules() -> Iterator[dict[str, Any]]:
    makers: list[tuple[Callable[..., dict[str, Any]], list[Any], list[Any]]] = [
        (_often, ["month", "quarter", "half", "year"], [1, 2, 3]),
        (_floor, ["60%", "75%", "80%", "90%"], ["due"]),
        (_broken, ["presider", "fields", "duplicate", "convener"], [0, 1]),
        (_present, [3, 5, 10], ["50%", "80%"]),
        (_intime, [3, 7, 15], ["90%", "100%"]),
        (_regular, ["month", "quarter"], ["50%", "100%"]),
    ]
    listed = [
        [make(segment, one, other) for one, other, segment in product(first, second, _SEGMENTS)]
        for make, first, second in makers
    ]
    # By turns, as standards mix them.
    for place in range(max(map(len, listed))):
        yield from (rules[place] for rules in listed if place < len(rules))


def _often(segment: str, per: str, number: int) -> dict[str, Any]:
    return {"kind": "minimum_count", "segments": [segment], "per": per, "at_least": number}


def _floor(segment: str, floor: str, of: str) -> dict[str, Any]:
    return {"kind": "attendance_floor", "segments": [segment], "floor": floor, "of": of}


def _broken(segment: str, breach: str, most: int) -> dict[str, Any]:
    return {"kind": "breach_count", "segments": [segment], "breaches": [breach], "at_most": most}


def _present(segment: str, number: int, share: str) -> dict[str, Any]:
    rule = {"kind": "ratio", "relation": "segment", "segments": [segment], "at_least": share}
    return {**rule, "part": {"present": {"from": number}}}


def _intime(segment: str, days: int, share: str) -> dict[str, Any]:
    return {"kind": "timeliness", "segments": [segment], "within_days": days, "at_least": share}


def _regular(segment: str, per: str, share: str) -> dict[str, Any]:
    return {"kind": "regularity", "segments": [segment], "per": per, "at_least": share}
