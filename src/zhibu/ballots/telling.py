"""Whoever stands above is told what a ballot came to, inside the same act.

Ballots know no matters. A higher app says in its ``ballot_guards.py``: ``def ballot_changed(ballot, actor)``;
it is called when a ballot was closed, its paper count entered, or it was voided.
"""

from __future__ import annotations

from typing import Any

from zhibu.shared.discovery import discover


def ballot_tell(ballot: Any, actor: Any) -> None:
    for module in discover("ballot_guards"):
        module.ballot_changed(ballot, actor)
