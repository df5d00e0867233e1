"""Resident memory of a web worker that has judged, explained and drawn the pages. Aim: at most 260 MB.

python -m bench.worker_memory [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile

ROUNDS = 60
SEED = """
import os, sys
from bench.rejudge import prepare
prepare(60)
"""


def resident() -> float:
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def worker() -> dict[str, float]:
    """What a worker does after its fork, in a process that has seeded nothing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhibu.config.settings"
    from zhibu.config.wsgi import application  # noqa: F401

    plain = resident()
    from django.test import Client

    from zhibu.accounts.models import User
    from zhibu.organization.models import RoleGrant, Unit
    from zhibu.shared import clock
    from zhibu.standards.services import engine_warm, units_judge

    engine_warm()
    warm = resident()
    county = Unit.objects.get(code="B")
    user = User.objects.create(username=f"look{os.getpid()}", must_change_password=False)
    RoleGrant.objects.create(user=user, unit=county, role="county", from_on=clock.today())
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    branches = list(Unit.objects.branches().values_list("pk", flat=True))
    for n in range(ROUNDS):
        pk = branches[n % len(branches)]
        units_judge(unit_ids=[pk])
        for path in (f"/standards/unit/{pk}/", f"/standards/heatmap/{county.pk}/"):
            assert client.get(path).status_code == 200, path
        page = client.get(f"/standards/unit/{pk}/").content.decode()
        finding = page.split('class="std-clause" href="')[1].split('"')[0]
        assert client.get(finding).status_code == 200
    modules = {
        "ibis_imported": float("ibis" in sys.modules),
        "pandas_imported": float("pandas" in sys.modules),
    }
    return {"django_mb": plain, "warm_mb": warm, "worked_mb": resident(), **modules}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", action="store_true")
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps({key: round(value, 1) for key, value in worker().items()}))
        return
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        environment = {**os.environ, "ZHIBU_DATA_DIR": folder, "ZHIBU_DATABASE_URL": ""}
        subprocess.run(
            [sys.executable, "-c", SEED], env=environment, check=True, stderr=subprocess.DEVNULL
        )
        command = [sys.executable, "-m", "bench.worker_memory", "--worker"]
        said = subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout
    numbers = json.loads(said.splitlines()[-1])
    if arguments.json:
        print(json.dumps(numbers))
        return
    for key, value in numbers.items():
        print(f"{key:<18}{value:8.1f}")


if __name__ == "__main__":
    main()
