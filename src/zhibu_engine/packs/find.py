"""Finding packs by key, folder or workbook, with the packs they depend on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from zhibu_engine.packs.load import Pack, pack_load, pack_read
from zhibu_engine.packs.source import PackError, circle
from zhibu_engine.packs.words import Words, packs_merge


def pack_places() -> list[Path]:
    """Where packs lie that nobody names: the working folder, beside the sources, inside the package."""
    here = Path(__file__).resolve()
    places = (
        Path.cwd() / "packs",
        here.parents[3] / "packs",
        here.parents[2] / "zhibu" / "packs_builtin",
    )
    return [place for place in places if place.is_dir()]


def packs_find(named: str, folder: Path | None = None) -> tuple[Pack, Words]:
    """A pack by ``KEY``, ``KEY@VERSION``, folder or workbook, with the words of the packs it depends on.

    Raises:
        PackError: there is no such pack, or it has mistakes.
    """
    path = Path(named)
    if path.suffix.lower() == ".xlsx" or (path / "pack.yaml").is_file():
        return pack_at(path)
    key, _, version = named.partition("@")
    places = [folder] if folder is not None else pack_places()
    for place in places:
        found = _beside(place, key)
        if found is not None:
            pack, words = pack_at(found)
            if version and version != pack.version:
                raise PackError(
                    f"制度包“{key}”在 {place} 中是 {pack.version} 版，不是 {version} 版。"
                )
            return pack, words
    known = sorted({path.parent.name for place in places for path in place.glob("*/pack.yaml")})
    raise PackError(f"找不到制度包“{key}”；有：{'、'.join(known) or '（无）'}。")


def pack_at(path: Path) -> tuple[Pack, Words]:
    """The pack in a folder or a workbook, with the words of all it depends on."""
    path = path.resolve()
    pack = pack_load(path)
    below = packs_below(pack, [path.parent, *pack_places()])
    return pack, packs_merge([*(below or ()), pack])


def _beside(place: Path, key: str) -> Path | None:
    for path in (place / key, place / f"{key}.xlsx"):
        if (path / "pack.yaml").is_file() or (path.suffix == ".xlsx" and path.is_file()):
            return path
    return None


def packs_below(pack: Pack, places: Sequence[Path]) -> list[Pack] | None:
    """The packs it depends on, lowest first; None where one of them is not found.

    Raises:
        PackError: packs depend on each other in a circle.
    """
    found: dict[str, Pack] = {}

    def add(above: Pack, chain: tuple[str, ...]) -> Iterator[bool]:
        for key in above.depends:
            if key in chain:
                raise PackError(circle((*chain[chain.index(key) :], key)))
            if key in found:
                continue
            paths = (_beside(place, key) for place in places)
            path = next((path for path in paths if path is not None), None)
            if path is None:
                yield False
                continue
            base = pack_read(path)
            yield from add(base, (*chain, key))
            found[key] = base

    return list(found.values()) if all(list(add(pack, (pack.key,)))) else None
