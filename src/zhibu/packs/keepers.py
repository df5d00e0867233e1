"""Who may bring new versions of packs: the apps above know who answers for what."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from zhibu.shared.discovery import discover


def _is_program(user: Any) -> bool:
    """The command line and the installer set up everything."""
    return isinstance(user, str) or bool(user.is_authenticated and user.is_installer)


def may_draft(user: Any) -> bool:
    """Bring a draft, which binds nobody, and see those of others."""
    return _is_program(user) or any(module.drafts(user) for module in discover("pack_keepers"))


def may_publish(user: Any, keys: Collection[str]) -> bool:
    """Publish a version of a pack: ``keys`` are the packs whose words change by it."""
    return _is_program(user) or any(
        module.publishes(user, keys) for module in discover("pack_keepers")
    )
