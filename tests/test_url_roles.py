"""One table lists every URL and what a stranger gets there; a URL missing from it fails.

``stranger`` is signed in but holds no role anywhere. ``ZHIBU_WRITE_SNAPSHOTS=1`` adds missing
rows with what was observed, to be read before they are committed.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

TABLE = Path(__file__).with_name("url_roles.tsv")
COLUMNS = ["url", "method", "anonymous", "stranger", "who"]
SAMPLES = {"IntConverter": 1, "UUIDConverter": "00000000-0000-0000-0000-000000000000"}


def urls(resolver=None, namespace="") -> dict[str, dict[str, object]]:
    """Every named URL with sample arguments that name nothing that exists."""
    found: dict[str, dict[str, object]] = {}
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            outer = {k: _sample(c) for k, c in entry.pattern.converters.items()}
            found |= {n: {**outer, **a} for n, a in urls(entry, inner).items()}
        elif isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name"
            found[namespace + entry.name] = {
                name: _sample(converter) for name, converter in entry.pattern.converters.items()
            }
    return found


def _sample(converter) -> object:
    return SAMPLES.get(type(converter).__name__, "x")


def rows() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["url"]: row for row in csv.DictReader(stream, delimiter="\t")}


@pytest.fixture
def stranger(db):
    return get_user_model().objects.create_user(
        "stranger", "correct horse battery", must_change_password=False
    )


@pytest.mark.django_db
def test_every_url_answers_strangers_as_the_table_says(client, stranger):
    listed, observed = rows(), {}
    for name, arguments in sorted(urls().items()):
        method = listed.get(name, {}).get("method") or "get"
        observed[name] = _observe(client, stranger, reverse(name, kwargs=arguments), method)
        if observed[name]["anonymous"] == "405":
            observed[name] = _observe(client, stranger, reverse(name, kwargs=arguments), "post")
    if os.environ.get("ZHIBU_WRITE_SNAPSHOTS"):
        _write(listed, observed)
        listed = rows()
    expected = {
        name: {key: row[key] for key in ("method", "anonymous", "stranger")}
        for name, row in listed.items()
    }
    assert observed == expected


def _observe(client, stranger, url, method) -> dict[str, str]:
    client.logout()
    anonymous = getattr(client, method)(url)
    client.force_login(stranger)
    signed_in = getattr(client, method)(url)
    return {
        "method": method,
        "anonymous": str(anonymous.status_code),
        "stranger": str(signed_in.status_code),
    }


def _write(listed, observed) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        for name, seen in sorted(observed.items()):
            writer.writerow({"url": name, **seen, "who": listed.get(name, {}).get("who", "")})


def test_nothing_but_log_in_is_open_to_all():
    """302 leads to the log-in page; anything else must be on this short list."""
    open_to_all = {name for name, row in rows().items() if row["anonymous"] != "302"}
    assert open_to_all <= {"healthz", "accounts:login"}
