"""What this machine can run. Only the standard library: CI asks before anything is installed.

``python3 tests/machine.py --apt`` prints the Debian packages that the tests name and the
machine lacks, one a line.
"""

from __future__ import annotations

import glob
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Tool:
    name: str
    packages: tuple[str, ...]
    found: Callable[[], bool]


@cache
def chromium() -> str:
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


@cache
def postgresql_bin() -> str:
    """The folder that holds initdb and pg_ctl; Debian keeps it off the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return str(Path(on_path).resolve().parent)
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    return str(Path(max(found, key=lambda p: int(p.split("/")[4]))).parent) if found else ""


@cache
def chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("chromium", ("chromium",), lambda: bool(chromium())),
        Tool("postgresql", ("postgresql",), lambda: bool(postgresql_bin())),
        Tool("fonts", ("fontconfig", "fonts-wqy-microhei"), chinese_font),
        Tool("java", ("default-jre-headless",), lambda: bool(shutil.which("java"))),
        Tool("libreoffice", ("libreoffice-calc-nogui",), lambda: bool(shutil.which("soffice"))),
        Tool("poppler", ("poppler-utils",), lambda: bool(shutil.which("pdftoppm"))),
    )
}


def named_by_tests() -> set[str]:
    """Tools that a test asks for with ``needs("…")``; PostgreSQL has a pass of its own."""
    used = {"postgresql"}
    for folder in ("src", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name.startswith("test_") or path.name == "conftest.py":
                used.update(re.findall(r"needs\(\"(\w+)\"", path.read_text(encoding="utf-8")))
    return used & TOOLS.keys()


def missing() -> list[Tool]:
    return [TOOLS[name] for name in sorted(named_by_tests()) if not TOOLS[name].found()]


if __name__ == "__main__":
    if "--apt" in sys.argv:
        print("\n".join(package for tool in missing() for package in tool.packages))
    else:
        for tool in TOOLS.values():
            print(f"{tool.name:<12} {'yes' if tool.found() else 'no'}")
