"""How private numbers look when one may not see them whole."""

from __future__ import annotations


def _middle(value: str, head: int, tail: int) -> str:
    if len(value) <= head + tail:
        # Too short to keep both ends: showing them would show everything.
        return value[:1] + "*" * max(len(value) - 1, 0)
    return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]


def mask_id(value: str) -> str:
    """130402********0017"""
    return _middle(value or "", 6, 4)


def mask_phone(value: str) -> str:
    """138****1234"""
    return _middle(value or "", 3, 4)


def mask_address(value: str) -> str:
    """The place down to the county, the door never."""
    value = value or ""
    return value if not value else value[:6] + "****"


def mask_name(value: str) -> str:
    """王** — for places where even the name says too much."""
    value = value or ""
    return value[:1] + "*" * (len(value) - 1)
