"""No table, no two copies of the database and no log tie a voter to what he chose."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from zhibu.audit.models import Event
from zhibu.ballots import box, services
from zhibu.ballots.models import Answer, Box, NamedAnswer, Roll
from zhibu.ballots.questions import questions_of
from zhibu.ballots.tests.factories import SURVEY, ballot_make, cast, open_make, voter_make
from zhibu.meetings.tests.factories import Branch, member_make
from zhibu.shared.errors import RuleBroken

CHOICES = ("zzgood", "zzfair", "zzpoor")


@pytest.fixture(autouse=True)
def keys(settings, tmp_path) -> Path:
    settings.BALLOT_KEYS_DIR = tmp_path / "ballot-keys"
    return settings.BALLOT_KEYS_DIR


@pytest.fixture
def branch(db):
    return Branch()


@pytest.fixture
def voters(branch):
    return [voter_make(person, branch) for person in branch.others]


@pytest.fixture
def survey(branch):
    return open_make(branch, "survey", texts=["食堂怎么样"], choices=SURVEY)


def dump() -> dict[str, set[str]]:
    """Every row of every table, as a backup would hold it."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        rows = serializers.serialize("jsonl", model._base_manager.all()).splitlines()
        found[model._meta.label] = set(rows)
    return found


def changed(before, after) -> dict[str, int]:
    """Table → rows that are new or other than before."""
    return {name: len(after[name] - before[name]) for name in after if after[name] != before[name]}


def test_each_cast_changes_a_mark_on_the_roll_and_the_one_sealed_row_and_nothing_else(
    survey, voters
):
    for number, voter in enumerate(voters):
        browser = Client()
        browser.force_login(voter)
        browser.get(reverse("ballots:vote", args=[survey.pk]))
        before = dump()
        length = len(bytes(Box.objects.get().sealed))

        response = browser.post(
            reverse("ballots:cast", args=[survey.pk]), {"q1": CHOICES[number % 3]}
        )

        after = dump()
        assert response.status_code == 302
        assert response.url == reverse("ballots:voted", args=[survey.pk])
        assert changed(before, after) == {"ballots.Roll": 1, "ballots.Box": 1} | {
            name: 1 for name in changed(before, after) if name == "sessions.Session"
        }
        assert not [
            row
            for name, rows in after.items()
            for row in rows - before[name]
            if any(choice in row for choice in CHOICES)
        ]
        assert not any(choice in str(browser.session.items()) for choice in CHOICES)
        assert length == len(bytes(Box.objects.get().sealed)), "the length must not tell"
    assert Event.objects.filter(action__startswith="ballots.").count() == 2


def test_the_same_votes_the_other_way_round_leave_the_same_database_but_for_the_ciphertext(
    branch, voters
):
    """Whoever lacks the key file cannot tell the two histories apart."""
    left = []
    for first, second in (("zzgood", "zzpoor"), ("zzpoor", "zzgood")):
        ballot = open_make(branch, "survey", texts=["食堂怎么样"], choices=SURVEY)
        cast(ballot, voters[0], first)
        between = len(bytes(ballot.box.sealed))
        cast(ballot, voters[1], second)
        cast(ballot, voters[2], "zzfair")
        marks = list(Roll.objects.filter(ballot=ballot).values_list("person", "cast"))
        services.ballot_close(ballot=ballot, actor=branch.clerk)
        answers = Counter(one.chosen["q1"] for one in Answer.objects.filter(ballot=ballot))
        left.append((between, sorted(marks), answers))

    assert left[0] == left[1]


def test_every_ballot_has_one_width_whatever_was_chosen(branch, settings):
    ballot = ballot_make(branch, "survey", texts=["一", "二"], choices=SURVEY)
    questions = questions_of(ballot.questions)
    each = box.width(questions)
    box.key_make(ballot.pk)

    lengths = {
        len(box.seal(ballot.pk, [{"q1": a, "q2": b}] * number, each)) - box.NONCE_BYTES - 16
        for a in CHOICES
        for b in CHOICES
        for number in (1, 40)
    }

    assert lengths == {box.STEP}


def test_the_order_in_the_box_is_not_the_order_of_casting(branch, survey, voters):
    for voter, choice in zip(voters, (*CHOICES, *CHOICES), strict=False):
        cast(survey, voter, choice)
    orders = set()
    for _ in range(12):
        inside = box.unseal(survey.pk, Box.objects.get().sealed)
        orders.add(tuple(one["q1"] for one in inside))
        found = Box.objects.get()
        found.sealed = box.seal(survey.pk, inside, box.width(questions_of(survey.questions)))
        found.save(update_fields=["sealed"])

    assert len(orders) > 3
    assert len({tuple(sorted(order)) for order in orders}) == 1


def test_closed_the_answers_lie_loose_and_box_and_key_are_gone(
    branch, survey, voters, keys, django_capture_on_commit_callbacks
):
    for number, voter in enumerate(voters):
        cast(survey, voter, CHOICES[number % 3])
    old = bytes(Box.objects.get().sealed)

    with django_capture_on_commit_callbacks(execute=True):
        services.ballot_close(ballot=survey, actor=branch.clerk)

    assert not Box.objects.exists()
    assert not list(keys.glob("*"))
    with pytest.raises(RuleBroken, match="密钥文件"):
        box.unseal(survey.pk, old)
    rows = list(Answer.objects.all())
    assert {field.name for field in Answer._meta.fields} == {"id", "ballot", "chosen"}
    assert Counter(one.chosen["q1"] for one in rows) == {"zzgood": 3, "zzfair": 2, "zzpoor": 2}
    assert {one.pk.version for one in rows} == {4}
    people = {str(person.pk) for person in branch.others}
    assert not [
        row for row in dump()["ballots.Answer"] if any(f'"person": {p}' in row for p in people)
    ]


def test_released_ballots_are_written_in_another_order_than_they_were_cast(branch):
    """Seven the same and one other: over many ballots the other one is not always written last."""
    voters = [voter_make(person, branch) for person in branch.others]
    places = set()
    for _ in range(15):
        ballot = open_make(branch, "survey", texts=["食堂怎么样"], choices=SURVEY)
        for voter in voters[:-1]:
            cast(ballot, voter, "zzgood")
        cast(ballot, voters[-1], "zzpoor")
        services.ballot_close(ballot=ballot, actor=branch.clerk)
        with connection.cursor() as cursor:
            # As the table itself lies, in no order asked for.
            cursor.execute("SELECT chosen FROM ballots_answer WHERE ballot_id = %s", [ballot.pk])
            written = ["zzpoor" in str(row[0]) for row in cursor.fetchall()]
        places.add(written.index(True))

    assert len(places) > 1


def test_too_few_secret_ballots_are_destroyed_unread(branch, survey, voters):
    cast(survey, voters[0], "zzpoor")
    cast(survey, voters[1], "zzgood")
    ballot = services.ballot_close(ballot=survey, actor=branch.clerk)

    assert not Answer.objects.exists()
    assert not Box.objects.exists()
    assert ballot.result.too_few and ballot.result.cast == 2
    assert (ballot.result.in_favour, ballot.result.against) == (0, 0)


def test_a_later_lower_limit_does_not_bring_back_what_was_destroyed(
    branch, survey, voters, settings
):
    from zhibu.ballots.selectors import ballot_result

    cast(survey, voters[0], "zzpoor")
    cast(survey, voters[1], "zzgood")
    ballot = services.ballot_close(ballot=survey, actor=branch.clerk)
    settings.BALLOT_LEAST_SHOWN = 2

    assert ballot_result(ballot).too_few


def test_a_secret_vote_of_two_is_not_opened_on_line(branch):
    ballot = ballot_make(branch, voters="named", voter_ids=[p.pk for p in branch.others[:2]])

    with pytest.raises(RuleBroken, match="改用纸质票"):
        services.ballot_open(ballot=ballot, actor=branch.clerk)
    assert not Roll.objects.exists()


def test_the_key_is_a_file_that_nobody_else_may_read(survey, keys):
    [path] = keys.glob("*")

    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == box.KEY_BYTES
    assert not [
        name for name, rows in dump().items() for row in rows if path.read_bytes().hex() in row
    ]


def test_without_the_key_nobody_votes_and_the_roll_stays(branch, survey, voters, keys):
    cast(survey, voters[0], "zzgood")
    next(keys.glob("*")).unlink()

    for act in (
        lambda: cast(survey, voters[1], "zzgood"),
        lambda: services.ballot_close(ballot=survey, actor=branch.clerk),
    ):
        with pytest.raises(RuleBroken, match="作废这次投票，重新组织"):
            act()
    services.ballot_void(ballot=survey, actor=branch.clerk, reason="密钥丢失")

    assert Roll.objects.filter(cast=True).count() == 1
    assert not Box.objects.exists()


def test_an_older_box_put_back_is_noticed(branch, survey, voters):
    old = bytes(Box.objects.get().sealed)
    cast(survey, voters[0], "zzgood")
    Box.objects.update(sealed=old)

    with pytest.raises(RuleBroken, match="与投票名册不符"):
        cast(survey, voters[1], "zzpoor")
    with pytest.raises(RuleBroken, match="两数不符"):
        services.ballot_close(ballot=survey, actor=branch.clerk)


def test_a_box_of_another_ballot_does_not_open(branch, survey):
    other = open_make(branch, "survey", texts=["另一次"], choices=SURVEY)
    box.key_path(other.pk).write_bytes(box.key_path(survey.pk).read_bytes())

    with pytest.raises(RuleBroken, match="票箱与密钥不符"):
        box.unseal(other.pk, survey.box.sealed)


def test_old_keys_left_by_a_crash_go_with_the_next_closing(
    branch, survey, voters, keys, django_capture_on_commit_callbacks
):
    for number in (888_888, 999_999):
        box.key_make(number)
    os.utime(box.key_path(999_999), (1, 1))
    for voter in voters[:3]:
        cast(survey, voter, "zzgood")

    with django_capture_on_commit_callbacks(execute=True):
        services.ballot_close(ballot=survey, actor=branch.clerk)

    assert [path.stem for path in keys.glob("*")] == ["888888"], "that one may be about to open"


def test_an_open_vote_keeps_the_name_and_no_box(branch, voters):
    ballot = open_make(branch, "survey", texts=["食堂怎么样"], choices=SURVEY, secret=False)
    cast(ballot, voters[0], "zzgood")

    assert NamedAnswer.objects.get().person == branch.others[0]
    assert not Box.objects.exists()


@pytest.fixture
def database_file(tmp_path, monkeypatch):
    """SQLite's shared memory does not wait for locks as files do, and threads need to."""
    if connection.vendor == "sqlite":
        path = str(tmp_path / "copy.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [path])
        monkeypatch.setitem(connections.settings["default"], "NAME", path)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_each_counted_exactly_once(request):
    branch = Branch()
    people = [*branch.others, *(member_make(branch.unit) for _ in range(5))]
    voters = [voter_make(person, branch) for person in people]
    ballot = open_make(branch, "survey", texts=["食堂怎么样"], choices=SURVEY)
    request.getfixturevalue("database_file")
    refused = []

    def vote(user):
        try:
            cast(ballot, user, "zzgood")
        except RuleBroken as error:
            refused.append(error.message)
        finally:
            connection.close()

    def seen():
        try:
            inside = box.unseal(ballot.pk, Box.objects.get(ballot=ballot).sealed)
            return len(inside), Roll.objects.filter(ballot=ballot, cast=True).count()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        # Everybody presses the button twice.
        list(pool.map(vote, [*voters, *voters]))
        inside, marked = pool.submit(seen).result()

    assert (inside, marked) == (12, 12)
    assert len(refused) == 12
    assert all("已经投过票" in said for said in refused)
