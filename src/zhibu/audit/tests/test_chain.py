"""The log: one chain, no unknown acts, every tampering found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from zhibu.audit import selectors
from zhibu.audit.models import Chain, Event
from zhibu.audit.services import Entry, event_record, events_record
from zhibu.audit.words import UnknownAction, Word, sentence, words

ACTION, PRIVATE = "test.done", "test.private"


@pytest.fixture(autouse=True)
def acts(monkeypatch):
    known = {
        **words(),
        ACTION: Word(sentence="做了 %(what)s。"),
        PRIVATE: Word(sentence="改了电话。", private=("phone",)),
    }
    monkeypatch.setattr("zhibu.audit.words.words", lambda: known)


def write(what="甲", **data):
    return event_record(actor="测试", action=ACTION, target="test:1", what=what, **data)


@pytest.mark.django_db
def test_events_hang_on_each_other_and_the_chain_holds():
    first, second = write("甲"), write("乙", day=date(2026, 1, 2), count=3, share=0.1)

    assert second.previous == first.digest
    assert list(selectors.chain_breaks()) == []
    assert Event.objects.get(pk=second.pk).data == {
        "what": "乙",
        "day": "2026-01-02",
        "count": 3,
        "share": "0.1",
    }


@pytest.mark.django_db
def test_an_act_nobody_named_is_refused_and_leaves_no_row():
    with pytest.raises(UnknownAction):
        event_record(actor="测试", action="test.unheard", target="test:1")

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_private_value_never_reaches_the_log():
    event = event_record(actor="测试", action=PRIVATE, target="test:1", phone="SECRET-VALUE")

    assert "SECRET-VALUE" not in str(Event.objects.values().get(pk=event.pk))
    assert "phone" in event.data


def change(events):
    Event.objects.filter(pk=events[1].pk).update(actor="别人")


def change_data(events):
    Event.objects.filter(pk=events[1].pk).update(data={"what": "丁"})


def remove_middle(events):
    Event.objects.filter(pk=events[1].pk).delete()


def cut_tail(events):
    Event.objects.filter(pk=events[2].pk).delete()


def rewrite_digest(events):
    event = events[1]
    event.actor = "别人"
    event.digest = event.computed_digest()
    event.save(update_fields=["actor", "digest"])


def lose_head(events):
    Chain.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "tamper", [change, change_data, remove_middle, cut_tail, rewrite_digest, lose_head]
)
def test_tampering_is_found(tamper):
    events = [write("甲"), write("乙"), write("丙")]
    tamper(events)

    assert list(selectors.chain_breaks())
    with pytest.raises(CommandError, match="断裂"):
        call_command("audit_verify")


@pytest.mark.django_db
def test_a_whole_chain_passes_the_command(capsys):
    write()
    call_command("audit_verify")

    assert "完整，共 1 条" in capsys.readouterr().out


@pytest.mark.django_db
def test_many_acts_cost_the_statements_of_one(django_assert_max_num_queries):
    write()
    with django_assert_max_num_queries(5):
        entries = [Entry(action=ACTION, target=f"test:{n}", data={"what": n}) for n in range(50)]
        events_record(actor="测试", entries=entries)

    assert list(selectors.chain_breaks()) == []


@pytest.mark.django_db
def test_the_sentence_takes_its_values_and_survives_missing_ones():
    assert sentence(ACTION, {"what": "甲"}) == "做了 甲。"
    assert sentence(ACTION, {}) == "做了 —。"
    assert sentence("gone.act", {}) == "gone.act"


@pytest.fixture
def database_file(tmp_path, monkeypatch):
    """SQLite's shared memory does not wait for locks as files do, and threads need to."""
    if connection.vendor == "sqlite":
        path = str(tmp_path / "copy.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [path])
        monkeypatch.setitem(connections.settings["default"], "NAME", path)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_file")
def test_writers_at_once_make_one_chain():
    def write_some():
        for n in range(5):
            write(n)

    with ThreadPoolExecutor(4) as pool:
        for job in [pool.submit(closing_connection, write_some) for _ in range(4)]:
            job.result()
        count, breaks = pool.submit(
            closing_connection, lambda: (Event.objects.count(), list(selectors.chain_breaks()))
        ).result()

    assert count == 20
    assert breaks == []


def closing_connection(work):
    try:
        return work()
    finally:
        connection.close()
