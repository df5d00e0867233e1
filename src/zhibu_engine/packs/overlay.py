"""``extends: true``: a later pack changes a few entries of an earlier standard or procedure instead of copying it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.packs.schema import Standard
from zhibu_engine.packs.source import PackError

if TYPE_CHECKING:
    from zhibu_engine.packs.load import Pack

_LISTS = ("groups", "levels", "criteria", "items", "clauses")
#: A setting is given a value without saying again what it is.
_PROCEDURE_LISTS = ("form", "settings", "steps")
_NAMES = {"standards": "标准", "procedures": "程序"}


def overlaid(
    pack: Pack, key: str, below: Mapping[str, Any], part: str = "standards"
) -> dict[str, Any]:
    """The earlier one with the pack's entries in place of those of the same key, new ones behind.

    Raises:
        PackError: no earlier pack has that standard or procedure.
    """
    if key not in below:
        known = "、".join(below) or "（无）"
        place = pack.place(part, key, ("extends",))
        raise PackError(
            f"{place}：前面的制度包中没有{_NAMES[part]}“{key}”，不能用 extends；有：{known}。"
        )
    written, base = pack.source[part][key], below[key]
    merged = {**base, **{word: value for word, value in written.items() if word != "extends"}}
    for name in _LISTS if part == "standards" else _PROCEDURE_LISTS:
        entries = {entry["key"]: entry for entry in base.get(name) or ()}
        for entry in written.get(name) or ():
            known_entry = entries.get(entry["key"], {}) if name == "settings" else {}
            entries[entry["key"]] = {**known_entry, **entry}
        merged[name] = list(entries.values())
    return merged


def overlay_path(
    path: tuple[str | int, ...], whole: Standard | Procedure, overlay: Standard | Procedure
) -> tuple[str | int, ...]:
    """Where the overlay wrote what stands at a path of the merged whole; () if it did not."""
    lists = (*_LISTS, *_PROCEDURE_LISTS)
    if len(path) < 2 or path[0] not in lists or not isinstance(path[1], int):
        return path
    part = str(path[0])
    key = getattr(whole, part)[path[1]].key
    for place, entry in enumerate(getattr(overlay, part)):
        if entry.key == key:
            return (part, place, *path[2:])
    return ()
