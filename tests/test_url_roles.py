"""One table lists every URL and what each role gets there; a URL missing from it fails.

The roles stand on a branch (member, recorder, secretary), on the committee over it (township) or
over all (county, inspector, auditor, administrator). ``elsewhere`` is secretary of another branch,
``stranger`` is signed in without any role, ``installer`` runs the program. Arguments that name a
unit name that branch; all others name nothing, so they show that nothing is given away.

``ZHIBU_WRITE_SNAPSHOTS=1`` writes what was observed, to be read before it is committed.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from zhibu.meetings.tests.factories import words_make
from zhibu.membership.tests.factories import make_member
from zhibu.organization.tests.factories import County, make_user

TABLE = Path(__file__).with_name("url_roles.tsv")
ROLES = {
    "member": "one",
    "recorder": "one",
    "secretary": "one",
    "township": "east",
    "county": "top",
    "inspector": "top",
    "auditor": "top",
    "administrator": "top",
}
READERS = ["anonymous", "stranger", "elsewhere", "installer", *ROLES]
COLUMNS = ["url", "method", *READERS]

#: Of arguments that are not called ``unit_pk``, these name a unit.
NAMES_A_UNIT = {
    *("home:unit", "home:draft", "home:owed"),
    *(
        f"organization:{act}"
        for act in (
            *("unit", "found", "rename", "move", "merge", "withdraw", "group", "adopt"),
            *("post_begin", "term_begin", "grants", "grant_new", "account_new"),
        )
    ),
}
NOTHING = {"IntConverter": 999_999, "UUIDConverter": "00000000-0000-0000-0000-000000000000"}


def _walk(resolver=None, namespace="") -> dict[str, dict[str, str]]:
    """Every named URL with its arguments' converters."""
    found: dict[str, dict[str, str]] = {}
    for entry in (resolver or get_resolver()).url_patterns:
        arguments = {k: type(c).__name__ for k, c in entry.pattern.converters.items()}
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found |= {n: {**arguments, **a} for n, a in _walk(entry, inner).items()}
        elif isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name"
            found[namespace + entry.name] = arguments
    return found


URLS = _walk()
APPS = sorted({name.partition(":")[0] for name in URLS})


def _rows() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["url"]: row for row in csv.DictReader(stream, delimiter="\t")}


@pytest.fixture
def county(db):
    words_make()
    made = County()
    made.member = make_member(made.one)
    return made


@pytest.fixture
def readers(county):
    """One browser for each reader."""
    users = {
        "stranger": make_user("stranger"),
        "elsewhere": make_user("elsewhere", ("secretary", county.two)),
        "installer": make_user("installer", is_installer=True),
    }
    users |= {role: make_user(role, (role, getattr(county, at))) for role, at in ROLES.items()}
    browsers = {name: Client() for name in READERS}
    for name, user in users.items():
        browsers[name].force_login(user)
    return browsers


def _address(name: str, county: County) -> str:
    arguments = {}
    for argument, converter in URLS[name].items():
        is_unit = argument == "unit_pk" or (argument == "pk" and name in NAMES_A_UNIT)
        if is_unit:
            arguments[argument] = county.one.pk
        elif argument == "person_pk":
            arguments[argument] = county.member.person_id
        else:
            arguments[argument] = NOTHING.get(converter, "x")
    return reverse(name, kwargs=arguments)


def _status(browser: Client, method: str, url: str) -> str:
    # What a post changes is undone, in the browser too (log-out), so that nobody is in the way.
    cookies = browser.cookies.copy()
    with transaction.atomic():
        status = getattr(browser, method)(url).status_code
        transaction.set_rollback(True)
    browser.cookies = cookies
    return str(status)


@pytest.mark.parametrize("app", APPS)
def test_every_url_answers_each_role_as_the_table_says(app, county, readers):
    names = sorted(name for name in URLS if name.partition(":")[0] == app)
    observed = {}
    for name in names:
        url = _address(name, county)
        method = "post" if _status(readers["county"], "get", url) == "405" else "get"
        statuses = {who: _status(browser, method, url) for who, browser in readers.items()}
        observed[name] = {"url": name, "method": method, **statuses}
    if os.environ.get("ZHIBU_WRITE_SNAPSHOTS"):
        _write(observed)
    listed = {name: row for name, row in _rows().items() if name.partition(":")[0] == app}
    assert observed == listed


def _write(observed) -> None:
    """Written by one process: `make snapshot` runs without workers."""
    rows = {name: row for name, row in _rows().items() if name in URLS} | observed
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(
            stream, COLUMNS, delimiter="\t", lineterminator="\n", extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(row for _, row in sorted(rows.items()))


def test_every_url_is_listed_and_every_row_exists():
    assert set(_rows()) == set(URLS)


def test_nothing_but_log_in_and_the_portal_is_open_to_all():
    """302 leads to the log-in page; anything else must be on this short list."""
    open_to_all = {
        name
        for name, row in _rows().items()
        if row["anonymous"] != "302" and not name.startswith("portal:")
    }
    assert open_to_all <= {"healthz", "accounts:login"}


def test_the_portal_is_the_same_for_everybody():
    told = {name: {row[who] for who in READERS} for name, row in _rows().items()}
    assert {n for n, said in told.items() if n.startswith("portal:") and len(said) > 1} == set()


def test_who_has_no_right_on_a_unit_does_not_learn_that_it_exists():
    """Any URL with arguments answers a stranger and another branch's secretary with 404."""
    told = {
        f"{name} {who} {row[who]}"
        for name, row in _rows().items()
        for who in ("stranger", "elsewhere")
        if any(a in {"unit_pk", "person_pk"} or name in NAMES_A_UNIT for a in URLS[name])
        and row[who] not in {"404", "405"}
    }
    assert told == set()
