"""Sheets that go in whole or not at all: ``zhibu import units FILE`` and ``zhibu import posts FILE``."""

from __future__ import annotations

from pathlib import Path

from zhibu.organization.services import posts_import, units_import

#: The name under which the log shows what was done on the server itself.
COMMAND_LINE = "命令行"


def _units(path: Path) -> int:
    return units_import(rows=path, actor=COMMAND_LINE)


def _posts(path: Path) -> int:
    return posts_import(rows=path, actor=COMMAND_LINE)


LOADERS = {"units": _units, "posts": _posts}
