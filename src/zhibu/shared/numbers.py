"""Whole numbers out of addresses and forms, where anything may have been typed."""

from __future__ import annotations

#: The largest key a database column holds.
KEY_MOST = 2**63 - 1


def whole(text: object, *, least: int = 0, most: int = KEY_MOST) -> int | None:
    """The number the text writes in plain digits, or None: not ``²``, no thousand digits, not out of bounds."""
    said = str(text if text is not None else "").strip()
    if not (said.isascii() and said.isdecimal() and len(said) <= len(str(most))):
        return None
    number = int(said)
    return number if least <= number <= most else None
