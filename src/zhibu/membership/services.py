"""Acts on members: admit, transfer, change, group, end, and a whole confirmed sheet."""

from __future__ import annotations

from zhibu.membership.sheet_commit import members_commit

__all__ = ["members_commit"]
