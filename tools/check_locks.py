"""Refuse lock files that carry any address: they must install from whatever index one uses."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "package-lock.json")


def faults(name: str, text: str) -> list[str]:
    found = [
        f"{name}:{number}: an address"
        for number, line in enumerate(text.splitlines(), start=1)
        if "://" in line
    ]
    if name.endswith(".lock") and "--hash=sha256:" not in text:
        found.append(f"{name}: no hashes")
    if name.endswith(".json") and '"resolved"' in text:
        found.append(f"{name}: a download address")
    return found


if __name__ == "__main__":
    problems = [f for name in LOCKS for f in faults(name, (ROOT / name).read_text())]
    print("\n".join(problems) or "lock files: no addresses, all hashed")
    sys.exit(bool(problems))
