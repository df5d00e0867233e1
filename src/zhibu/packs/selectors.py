"""Reading installed packs. Everything of a version is cached: a published version never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from zhibu.packs.models import PackVersion
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs import Clause, Pack, Standard, Words, packs_merge

Wanted = tuple[tuple[str, str], ...]
#: Primary key and digest of an installed version.
Row = tuple[int, str]


def packs_installed() -> QuerySet[PackVersion]:
    """The published versions without their content, newest of each pack first."""
    return (
        PackVersion.objects.published()
        .defer("content", "compiled")
        .order_by("key", "-published_at", "-pk")
    )


def pack_latest(key: str) -> PackVersion | None:
    """The version published last."""
    return packs_installed().filter(key=key).first()


def pack_drafts() -> QuerySet[PackVersion]:
    """Versions that bind nobody yet, the newest first."""
    return PackVersion.objects.drafts().defer("content", "compiled").order_by("-pk")


def packs_changed_by(key: str) -> set[str]:
    """The pack itself and those that stand on it: their words change when it does."""
    newest = {version.key: version for version in reversed(packs_installed())}
    below = {name: set(pack_content(version).depends) for name, version in newest.items()}
    found = {key}
    while more := {name for name, bases in below.items() if bases & found} - found:
        found |= more
    return found


def pack_words(versions: Wanted) -> Words:
    """The words of these packs and of those they depend on, later over earlier by key.

    An empty version means the newest; a pack that is not installed is left out.
    """
    known = _known()
    order: dict[str, Row] = {}
    for key, version in versions:
        if (key, version) in known:
            _add(known[key, version], order, known)
    return _merged(tuple(order.values()))


def pack_content(version: PackVersion) -> Pack:
    """The pack as the engine reads it."""
    return _content((version.pk, version.digest))


def pack_compiled(pack_version_id: int, standard_key: str) -> Any:
    """The compiled statements of a standard as stored when the version was installed; None if there are none."""
    digest = PackVersion.objects.values_list("digest", flat=True).get(pk=pack_version_id)
    return _compiled((pack_version_id, digest)).get(standard_key)


@lru_cache(maxsize=64)
def _content(row: Row) -> Pack:
    # The digest is part of the key: a number may come back with other content after a restore.
    return Pack.from_dump(PackVersion.objects.values_list("content", flat=True).get(pk=row[0]))


@lru_cache(maxsize=64)
def _compiled(row: Row) -> Mapping[str, Any]:
    return PackVersion.objects.values_list("compiled", flat=True).get(pk=row[0])


@lru_cache(maxsize=32)
def _merged(rows: tuple[Row, ...]) -> Words:
    return packs_merge([_content(row) for row in rows]) if rows else Words()


@dataclass(frozen=True, slots=True)
class PackOverview:
    """A pack as listed: its newest version whole, the earlier ones by name."""

    newest: PackVersion
    earlier: list[PackVersion]
    pack: Pack


def packs_overview() -> list[PackOverview]:
    by_key: dict[str, list[PackVersion]] = {}
    for version in packs_installed():
        by_key.setdefault(version.key, []).append(version)
    return [PackOverview(rows[0], rows[1:], pack_content(rows[0])) for rows in by_key.values()]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a standard and the clauses under it; ``points`` as the heading carries them."""

    title: str
    points: int
    clauses: list[Clause]


def standard_sections(standard: Standard) -> list[Section]:
    """The clauses under their scored items, else under their groups, in the order written."""
    headings = [(i.key, i.title, i.points) for i in standard.items] or [
        (g.key, g.title, 0) for g in standard.groups
    ]
    sections = {key: Section(title, points, []) for key, title, points in headings}
    rest = Section("", 0, [])
    for clause in standard.clauses:
        sections.get(clause.item, sections.get(clause.group, rest)).clauses.append(clause)
    return [*sections.values(), *([rest] if rest.clauses else [])]


def _known() -> dict[tuple[str, str], Row]:
    """(key, version) → (id, digest); under (key, "") stands the newest."""
    found: dict[tuple[str, str], Row] = {}
    published = PackVersion.objects.published().order_by("published_at", "pk")
    rows = published.values_list("pk", "key", "version", "digest")
    for pk, key, version, digest in rows:
        found[key, version] = found[key, ""] = (pk, digest)
    return found


def _add(row: Row, order: dict[str, Row], known: Mapping[tuple[str, str], Row]) -> None:
    """Put a pack behind those it depends on; of two versions of one pack the one named last wins."""
    pack = _content(row)
    for key in pack.depends:
        if key in order:
            continue
        if (key, "") not in known:
            raise RuleBroken(f"制度包“{pack.title}”依赖“{key}”，请先安装“{key}”。")
        _add(known[key, ""], order, known)
    order[pack.key] = row
