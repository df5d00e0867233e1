"""How the environment's words become settings. No Django here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_OPTIONS = {
    # A write takes its lock at once, so two clerks wait for each other instead of failing.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}


class SettingWrong(RuntimeError):
    """An environment variable says something that can not be used."""


def words(name: str) -> list[str]:
    """A comma-separated list; absent means empty."""
    return [w.strip() for w in os.environ.get(name, "").split(",") if w.strip()]


def flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def one_of(name: str, *allowed: str) -> str:
    """One word of a few; absent means the first."""
    said = os.environ.get(name) or allowed[0]
    if said not in allowed:
        raise SettingWrong(f"{name} 写的是“{said}”，只能用 {'、'.join(allowed)}。")
    return said


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Read ``ZHIBU_DATABASE_URL``; empty means the SQLite file in the data folder.

    ``sqlite:////abs/path.sqlite3``, ``postgresql://user:secret@host:5432/name`` or, over a
    socket, ``postgresql:///name?host=/run/postgresql&user=zhibu``.
    """
    if not url:
        return _sqlite(data_dir / "zhibu.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path).removeprefix("/") or data_dir / "zhibu.sqlite3"))
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql(parts)
    raise SettingWrong(f"ZHIBU_DATABASE_URL 写的是“{parts.scheme}”，只能用 sqlite 或 postgresql。")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def _postgresql(parts: Any) -> dict[str, Any]:
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "zhibu",
        "USER": query.get("user") or unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or query.get("port") or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Compiling to machine code costs more than our short statements take.
        "OPTIONS": {"options": "-c jit=off"},
    }
