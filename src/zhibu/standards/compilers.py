"""Compiling standards when a pack is installed; the packs app finds this module by discovery."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhibu_engine.compile import standard_compile
from zhibu_engine.packs import Words


def words_compile(words: Words, keys: Iterable[str]) -> dict[str, Any]:
    """Compile the pack's own standards, and those of the packs below it under its words.

    A local pack may override what makes a meeting valid; the national standard must then be
    judged by the local word for those who adopted the local pack.
    """
    wanted = {*keys, *words.standards}
    return {key: standard_compile(words, key).dump() for key in sorted(wanted)}
