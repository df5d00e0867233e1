"""The process is killed in the middle of writing: nothing is half-written, and the page says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[4]

PREPARE = """
    from datetime import date
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    from zhibu.organization.tests.factories import make_unit
    from zhibu.membership.tests.factories import official, read, row
    make_unit("E1", name="甲镇一村党支部")
    made = read(official([row(n) for n in range(1, 60)]), "命令行")
    from zhibu.jobs import services
    services.import_confirm(import_id=made.pk, actor="命令行")
"""
#: The last thing before the end of the transaction: all members are written, none is committed.
WRITE = """
    import sys, time
    from zhibu.jobs import services
    from zhibu.membership import importers
    whole = importers.services.members_commit
    def slow(**kw):
        done = whole(**kw)
        print("written", flush=True)
        time.sleep(60)
        return done
    importers.services.members_commit = slow
    services.import_write(import_id=1)
"""
LOOK = """
    from zhibu.jobs import services
    from zhibu.jobs.models import Import
    from zhibu.membership.models import Member
    from zhibu.organization.models import Person
    print(Import.objects.get().state, Person.objects.count())
    print(services.imports_recover(), Import.objects.get().state, Import.objects.get().message, Person.objects.count())
    services.import_confirm(import_id=1, actor="命令行")
    print(services.import_write(import_id=1).state, Member.objects.count())
"""


def script(code: str) -> list[str]:
    return [sys.executable, "-c", "import django; django.setup()\n" + textwrap.dedent(code)]


@pytest.fixture
def database():
    """A database of its own that other processes see: a file in the data folder, or one beside the tests'."""
    whole = os.environ.get("ZHIBU_DATABASE_URL", "")
    if not whole.startswith("postgres"):
        yield ""
        return
    name = f"killed_{os.getpid()}"
    with psycopg.connect(whole, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield whole.replace(urlsplit(whole).path, f"/{name}", 1)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_kill_in_the_middle_of_a_commit_leaves_nothing(tmp_path, database):
    env = {
        **os.environ, "ZHIBU_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zhibu.config.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "ZHIBU_DATABASE_URL": database,
    }  # fmt: skip
    subprocess.run(script(PREPARE), env=env, check=True, cwd=ROOT)
    writer = subprocess.Popen(script(WRITE), env=env, stdout=subprocess.PIPE, cwd=ROOT)
    assert writer.stdout.readline() == b"written\n"
    time.sleep(0.1)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()

    seen = subprocess.run(
        script(LOOK), env=env, check=True, cwd=ROOT, capture_output=True, text=True
    ).stdout

    before, after, again = seen.splitlines()
    assert before == "committing 0"
    assert after == "1 refused 程序中断，没有写入任何内容，请重新确认。 0"
    assert again == "committed 59"
