"""Who audits: each app above answers in ``audit_scopes.py``."""

from __future__ import annotations

from typing import Any

from zhibu.shared.discovery import discover


def may_audit_somewhere(user: Any) -> bool:
    if not user.is_authenticated:
        return False
    return user.is_installer or any(module.audits(user) for module in discover("audit_scopes"))
