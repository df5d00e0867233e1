"""Readers and writers of the public pages at once, against a served instance: is anything lost or doubled?

    python -m bench.portal [--json] [--readers 1000] [--writers 20] [--seconds 60] [--pace 15]

ZHIBU_DATABASE_URL chooses the database. Each reader opens a page every ``--pace`` seconds (50 to 70 pages a second
for a thousand). Of the writers three in five hand in objections (one in five of them twice, with the same form),
the others are clerks who answer them or publish; each acts every two seconds. All go through HTTP; afterwards every receipt is looked up in the
database. Readers, writers, server and database share the machine: the times say how it feels on a small one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from bench.portal_client import Browser, Crowd, Receipts, Target
from bench.timing import percentile

VILLAGES, MEMBERS, NOTICES = 12, 30, 3
PASSWORD = "Ceshi-mima-2026"


def prepare(writers: int) -> list[Target]:
    """Villages below a township, each with members, three notices and a clerk."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from bench.world import world_make
    from zhibu.documents.services import publication_publish
    from zhibu.organization.models import Unit
    from zhibu.shared import clock

    call_command("migrate", verbosity=0, interactive=False)
    units = Unit.objects.in_bulk(world_make(clock.today(), VILLAGES))
    targets = []
    for place, unit in enumerate(units.values()):
        _clerk(f"clerk{place}", unit)
        made = [
            publication_publish(
                unit=unit, kind="resolution", title=f"第 {n} 号决议", body="修渠三百米。" * 40,
                table=[["合计", "600 元"]], channels=["portal"], from_on=clock.today(),
                about=f"matter:{place}-{n}", about_title=f"事项{n}", actor="bench",
            )
            for n in range(NOTICES)
        ]  # fmt: skip
        notices = [(one.pk, one.token) for one in made]
        targets.append(Target(unit.pk, unit.code, f"clerk{place}", notices))
    return targets


def _clerk(name: str, unit: object) -> None:
    from datetime import date

    from zhibu.accounts.models import User
    from zhibu.organization.models import RoleGrant

    user = User.objects.create_user(name, PASSWORD, must_change_password=False)
    RoleGrant.objects.create(user=user, unit=unit, role="recorder", from_on=date(2020, 1, 1))


@contextlib.contextmanager
def served() -> Iterator[int]:
    """`zhibu serve` on a free port, with no limit on objections from this one address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ZHIBU_PORTAL_OBJECTIONS_PER_HOUR": "1000000"}
    process = subprocess.Popen(
        [sys.executable, "-m", "zhibu", "serve", "--port", str(port)],
        env=environment, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        _wait(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if process.poll() is not None:
            raise SystemExit("zhibu serve ended before it answered")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.5)
    raise SystemExit("zhibu serve does not answer")


async def crowd_run(port: int, targets: list[Target], given: argparse.Namespace) -> Crowd:
    crowd = Crowd(port, given.seconds, given.pace)
    villagers = max(1, given.writers * 3 // 5)
    clerks = max(2, given.writers - villagers)
    signed_in = []
    for n in range(clerks):
        browser = Browser(port)
        target = targets[n % len(targets)]
        await browser.sign_in(target.clerk, PASSWORD)
        signed_in.append((browser, target))
    crowd.start()
    await asyncio.gather(
        *(crowd.read(targets, n / given.readers) for n in range(given.readers)),
        *(crowd.object(targets[: clerks // 2 or 1], n) for n in range(villagers)),
        *(
            # The first half answers what comes in for its village, the other half publishes.
            crowd.answer(browser, target)
            if n < (clerks // 2 or 1)
            else crowd.publish(browser, target, n)
            for n, (browser, target) in enumerate(signed_in)
        ),
    )
    return crowd


def verified(receipts: Receipts) -> dict[str, int]:
    """Look up every receipt; then everything that is there without one."""
    from django.core.management import call_command
    from django.db.models import Count

    from zhibu.documents.models import Objection, Publication

    stored = {(one.publication_id, one.number): one for one in Objection.objects.all()}
    texts = {key: one.text for key, one in stored.items()}
    lost = sum(texts.get(key) != text for key, text in receipts.objections.items())
    lost += sum(stored[key].state != "answered" for key in receipts.answers)
    titles = dict(Publication.objects.values_list("record__title").annotate(n=Count("pk")))
    lost += sum(title not in titles for title in receipts.publications)
    doubled = len(texts) - len(set(texts.values()))
    doubled += sum(titles.get(title, 1) - 1 for title in receipts.publications)
    numbers: dict[int, list[int]] = {}
    for publication, number in stored:
        numbers.setdefault(publication, []).append(number)
    gaps = sum(sorted(one) != list(range(1, len(one) + 1)) for one in numbers.values())
    call_command("audit_verify", verbosity=0)
    return {
        "objections": len(stored), "answers": len(receipts.answers),
        "publications": len(receipts.publications), "sent_twice": receipts.twice,
        "lost": lost, "doubled": doubled, "gaps_in_numbers": gaps,
        "without_receipt": len(set(stored) - set(receipts.objections)),
    }  # fmt: skip


def measure(given: argparse.Namespace) -> dict[str, float]:
    targets = prepare(given.writers)
    from django.db import connections

    connections.close_all()
    with served() as port:
        crowd = asyncio.run(crowd_run(port, targets, given))
    if crowd.faults:
        print(dict(crowd.faults), file=sys.stderr)
    return {
        "readers": given.readers,
        "writers": given.writers,
        "pages": len(crowd.reads),
        "pages_a_second": len(crowd.reads) / given.seconds,
        "page_p50_ms": percentile(crowd.reads, 0.5) * 1000,
        "page_p95_ms": percentile(crowd.reads, 0.95) * 1000,
        "write_p50_ms": percentile(crowd.writes, 0.5) * 1000,
        "write_p95_ms": percentile(crowd.writes, 0.95) * 1000,
        "errors": crowd.faults.total(),
        **verified(crowd.receipts),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument(
        "--pace", type=float, default=15, help="seconds between two pages of a reader"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        os.environ["ZHIBU_DATA_DIR"] = folder
        numbers = measure(given)
    if given.json:
        print(json.dumps(numbers))
        return
    for key, value in numbers.items():
        print(f"{key:<20}{value:12,.1f}")


if __name__ == "__main__":
    main()
