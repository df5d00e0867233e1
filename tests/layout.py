"""Where things lie, and the bands of pyproject.toml: one truth for the linter and the tests."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
APPS = SRC / "zhibu"
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {c["id"]: c for c in CONFIG["tool"]["importlinter"]["contracts"]}
BANDS: list[list[str]] = [
    [app.strip() for app in re.split(r"[|:]", band)] for band in CONTRACTS["bands"]["layers"]
]
RANK = {app: rank for rank, band in enumerate(reversed(BANDS)) for app in band}


def app_folders() -> list[Path]:
    return sorted(p.parent for p in APPS.glob("*/apps.py"))


def python_files() -> list[Path]:
    """Our own code, tests included, migrations not."""
    folders = [SRC, ROOT / "tests", ROOT / "tools", ROOT / "bench"]
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*.py")
        if "migrations" not in path.parts
    )


def templates() -> list[Path]:
    return sorted(SRC.rglob("templates/**/*.html"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))
