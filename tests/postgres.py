"""A private, throw-away PostgreSQL cluster: ``python -m tests.postgres COMMAND …``.

Works as root (only initdb and pg_ctl drop to another user, because PostgreSQL refuses root)
and as anybody else. Nothing listens on the network; the socket lies in a temporary folder.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.machine import postgresql_bin

QUICK = (
    "-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off "
    "-c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB"
)


def _other_user() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Yield the folder of the socket; the cluster is gone afterwards."""
    folder = postgresql_bin()
    # Not TMPDIR: a socket's path must stay under 100 bytes.
    home = tempfile.mkdtemp(prefix="zhibu-pg-", dir="/tmp")
    as_user = _other_user()
    if as_user:
        os.chown(home, as_user["user"], as_user["group"])  # type: ignore[arg-type]
    environment = {**os.environ, "HOME": home, "LC_ALL": "C.UTF-8"}

    def run(program: str, *arguments: str) -> None:
        command = [f"{folder}/{program}", "-D", f"{home}/data", *arguments]
        subprocess.run(
            command, check=True, cwd=home, stdout=subprocess.DEVNULL, env=environment, **as_user
        )

    try:
        run("initdb", *"-U zhibu -A trust -E UTF8 --locale=C.UTF-8 --no-sync".split())
        run("pg_ctl", "-w", "-l", f"{home}/log", "-o", QUICK.format(home=home), "start")
        try:
            yield home
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def url(home: str, name: str = "postgres") -> str:
    return f"postgresql:///{name}?host={home}&user=zhibu"


def main(command: list[str]) -> int:
    if not postgresql_bin():
        print("\n*** PostgreSQL is missing: its tests were NOT run (apt-get install postgresql)")
        return 1 if os.environ.get("CI") == "true" or os.environ.get("ZHIBU_NO_SKIP") else 0
    with cluster() as home:
        environment = {**os.environ, "ZHIBU_DATABASE_URL": url(home)}
        return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
