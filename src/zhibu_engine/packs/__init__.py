"""Packs: versioned data that says what is asked of whom. The format is described in README.md."""

from zhibu_engine.packs.load import Pack, pack_load, pack_read
from zhibu_engine.packs.schema import (
    Applies,
    Clause,
    Criterion,
    DocumentKind,
    Group,
    Item,
    SegmentKind,
    Standard,
    Wording,
)
from zhibu_engine.packs.source import PackError
from zhibu_engine.packs.words import Words, packs_merge
from zhibu_engine.votes import Quorum

__all__ = [
    "Applies",
    "Clause",
    "Criterion",
    "DocumentKind",
    "Group",
    "Item",
    "Pack",
    "PackError",
    "Quorum",
    "SegmentKind",
    "Standard",
    "Wording",
    "Words",
    "pack_load",
    "pack_read",
    "packs_merge",
]
