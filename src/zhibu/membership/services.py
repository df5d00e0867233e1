"""Acts on members: admit, transfer, change, group, end, look at in full, export, import a confirmed sheet."""

from __future__ import annotations

from zhibu.membership.exporting import members_export
from zhibu.membership.members import (
    group_assign,
    member_admit,
    member_end,
    member_transfer,
    member_update,
    member_view_sensitive,
)
from zhibu.membership.sheet_commit import members_commit

__all__ = [
    "group_assign",
    "member_admit",
    "member_end",
    "member_transfer",
    "member_update",
    "member_view_sensitive",
    "members_commit",
    "members_export",
]
