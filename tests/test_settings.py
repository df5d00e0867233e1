"""The environment's words: databases, the one command, the days."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from zhibu.__main__ import is_for_engine
from zhibu.config.environment import SettingWrong, database, one_of
from zhibu.shared import clock

HERE = Path("/data")


def test_no_setting_means_sqlite_in_the_data_folder():
    assert database("", HERE)["NAME"] == "/data/zhibu.sqlite3"
    assert database("", HERE)["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database("sqlite:////x/y.sqlite3", HERE)["NAME"] == "/x/y.sqlite3"


def test_postgresql_by_host_or_socket():
    by_host = database("postgresql://u:p%40ss@db:5433/zb", HERE)
    by_socket = database("postgresql:///zb?host=/run/pg&user=u", HERE)

    assert [by_host[k] for k in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        *("u", "p@ss", "db", "5433", "zb")
    ]
    assert [by_socket[k] for k in ("USER", "HOST", "NAME")] == ["u", "/run/pg", "zb"]
    assert "jit=off" in by_host["OPTIONS"]["options"]


def test_another_database_is_refused_in_words():
    with pytest.raises(SettingWrong, match="只能用 sqlite 或 postgresql"):
        database("mysql://x/y", HERE)


def test_a_word_that_is_none_of_the_few_is_refused_in_words(monkeypatch):
    assert one_of("ZHIBU_MASK_NAME_STYLE", "mou", "star") == "mou"
    monkeypatch.setenv("ZHIBU_MASK_NAME_STYLE", "dots")
    with pytest.raises(SettingWrong, match="只能用 mou、star"):
        one_of("ZHIBU_MASK_NAME_STYLE", "mou", "star")


@pytest.mark.django_db
@pytest.mark.django_db
def test_the_database_is_the_one_asked_for():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone()[0] == 2
        else:
            cursor.execute("SHOW jit")
            assert cursor.fetchone()[0] == "off"


def test_judging_files_does_not_wake_django():
    assert is_for_engine(["facts", "template", "x.xlsx"])
    assert not is_for_engine(["facts", "export", "x"])
    code = "import sys, zhibu.__main__, zhibu_engine; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_today_can_be_held_still_and_is_let_go():
    with clock.fixed(date(2026, 3, 31)):
        assert clock.today() == date(2026, 3, 31)
    assert clock.today() == clock.now().date()
