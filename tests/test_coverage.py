"""The coverage ledger names every row once, in a legal state, and nothing that does not exist."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import NoReverseMatch, get_resolver, reverse

from zhibu.__main__ import ENGINE

ROOT = Path(__file__).resolve().parents[1]
LEDGER = ROOT / "docs" / "coverage.tsv"

#: How many rows each letter of the source table has: 395 together.
COUNTS = {
    "A": 26, "B": 55, "C": 40, "D": 24, "E": 32, "F": 8, "G": 13, "H": 35, "I": 11,
    "J": 24, "K": 18, "Y": 20, "M": 22, "N": 30, "O": 12, "P": 13, "Q": 12,
}  # fmt: skip
IDS = [
    f"{letter}{number:02d}" for letter, count in COUNTS.items() for number in range(1, count + 1)
]
STATES = {"works", "partly", "not yet", "not decidable", "refused"}

with LEDGER.open(encoding="utf-8", newline="") as _handle:
    ROWS = list(csv.DictReader(_handle, delimiter="\t"))
CLAIMS = [row for row in ROWS if row["state"] in {"works", "partly"}]


@cache
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _address_exists(name: str) -> bool:
    """An address may want arguments; it exists all the same."""
    namespace, _, view = name.rpartition(":")
    resolver = get_resolver()
    for part in namespace.split(":"):
        if part not in resolver.namespace_dict:
            return False
        resolver = resolver.namespace_dict[part][1]
    if view in resolver.reverse_dict:
        return True
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


def test_every_row_of_the_source_table_is_there_once():
    assert [row["row"] for row in ROWS] == IDS
    assert len(IDS) == 395


def test_every_state_is_legal_and_see_points_at_a_row_that_stands_for_itself():
    states = {row["row"]: row["state"] for row in ROWS}
    for row, state in states.items():
        target = re.fullmatch(r"see ([A-Z]\d\d)", state)
        assert state in STATES or target, f"{row}: {state}"
        if target:
            assert target[1] in states, row
            assert not states[target[1]].startswith("see "), row


def test_whoever_claims_something_names_a_place_and_a_test():
    assert CLAIMS, "nothing is claimed yet"
    for row in CLAIMS:
        assert row["where"] and row["test"], row["row"]
    for row in ROWS:
        assert row["state"] != "refused" or row["note"], f"{row['row']} is refused without a reason"


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: row["row"])
def test_the_named_tests_exist(row):
    for name in row["test"].split():
        path, _, function = name.partition("::")
        assert (ROOT / path).is_file(), name
        assert function in _functions(ROOT / path), name


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: row["row"])
def test_the_named_pages_and_commands_exist(row):
    commands = {*get_commands(), *(words[0] for words in ENGINE)}
    places = row["where"].split("; ")
    for place in places:
        if place.startswith("zhibu "):
            assert place.split()[1] in commands, place
        elif (ROOT / place).exists():
            continue
        else:
            assert _address_exists(place), place
