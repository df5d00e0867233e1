"""Which standards apply to which units on a day, for many units in a few queries."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from zhibu.organization.models import Adoption, Ancestry, Unit
from zhibu.packs.models import PackVersion
from zhibu_engine.compile import Compiled, CompiledStale, standard_compile
from zhibu_engine.packs import Applies, Words

logger = logging.getLogger(__name__)

#: What everybody keeps who has adopted nothing.
FALLBACK = "national"


@dataclass(frozen=True, slots=True)
class Version:
    """An installed pack version without its content, which is large."""

    pk: int
    key: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A standard as a unit keeps it: from which pack version, on trial or in force."""

    key: str
    version: Version
    mode: str = Adoption.Mode.ENFORCE

    @property
    def is_trial(self) -> bool:
        return self.mode == Adoption.Mode.OBSERVE

    @property
    def compiled(self) -> Compiled:
        return compiled_load(self.version, self.key)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What decides whether a standard speaks of a unit at all."""

    pk: int
    kind: str
    sector: str
    is_temporary: bool
    founded_on: date
    withdrawn_on: date | None

    def seen_on(self, day: date) -> date:
        """The day on which its place in the tree is looked up: at most its last."""
        return min(day, self.withdrawn_on) if self.withdrawn_on else day


def unit_rows(unit_ids: Iterable[int], *, lock: bool = False) -> list[UnitRow]:
    """Lock when judging: two saves of one branch at once must be judged one after the other."""
    units = Unit.objects.filter(pk__in=list(unit_ids)).order_by("pk")
    if lock:
        units = units.select_for_update(no_key=True)
    fields = ("pk", "kind", "sector", "is_temporary", "founded_on", "withdrawn_on")
    return [UnitRow(*row) for row in units.values_list(*fields)]


def versions_published() -> tuple[Version, ...]:
    """The newest first."""
    rows = PackVersion.objects.published().order_by("-published_at", "-pk")
    return tuple(Version(*row) for row in rows.values_list("pk", "key", "version", "digest"))


def standards_applied(
    rows: Iterable[UnitRow], day: date, *, units: bool = True
) -> dict[int, tuple[Applied, ...]]:
    """The standards of each unit. What is adopted nearer to the unit wins by key.

    Those that judge units, which are kept as findings; with ``units`` false those that judge persons, matters
    or entries, which are judged when somebody looks (``selectors.subjects``).
    """
    rows = list(rows)
    adopted = _adoptions(rows, day)
    published = versions_published()
    return {
        row.pk: tuple(
            applied
            for applied in _standards(adopted.get(row.pk, ()), published)
            if (applied.compiled.standard.subject.kind == "unit") is units
            and standard_covers(applied.compiled.standard.applies, row)
        )
        for row in rows
    }


def packs_adopted(units: Iterable[UnitRow], day: date) -> dict[int, set[str]]:
    """The packs each unit has adopted, itself or above it."""
    found = _adoptions(list(units), day)
    return {unit: {pack for pack, _version, _mode in rows} for unit, rows in found.items()}


def _adoptions(units: list[UnitRow], day: date) -> dict[int, tuple[tuple[str, str, str], ...]]:
    """(pack, version, mode) of each unit, the nearest first."""
    by_day: dict[date, list[int]] = {}
    for unit in units:
        by_day.setdefault(unit.seen_on(day), []).append(unit.pk)
    found: dict[int, list[tuple[str, str, str]]] = {}
    for seen_on, unit_ids in by_day.items():
        above: dict[int, list[tuple[str, str, str]]] = {}
        for unit, pack, version, mode in (
            Adoption.objects.held_on(seen_on)
            .order_by("pk")
            .values_list("unit", "pack_key", "pack_version", "mode")
        ):
            above.setdefault(unit, []).append((pack, version, mode))
        lines = Ancestry.objects.held_on(seen_on).filter(
            line="tree", unit__in=unit_ids, ancestor__in=above
        )
        for unit, ancestor in lines.order_by("unit", "depth").values_list("unit", "ancestor"):
            found.setdefault(unit, []).extend(above[ancestor])
    return {unit: tuple(rows) for unit, rows in found.items()}


@lru_cache(maxsize=256)
def _standards(
    adopted: tuple[tuple[str, str, str], ...], published: tuple[Version, ...]
) -> tuple[Applied, ...]:
    chosen: dict[str, Applied] = {}
    seen: set[str] = set()
    for pack, wanted, mode in (
        *adopted,
        *([] if adopted else [(FALLBACK, "", Adoption.Mode.ENFORCE)]),
    ):
        if pack in seen:
            continue
        seen.add(pack)
        version = next((v for v in published if v.key == pack and wanted in {"", v.version}), None)
        if version is None:
            continue
        for key in standard_keys(version):
            # A pack that depends on another holds that one's standards too, under its own words.
            if key not in chosen or chosen[key].version.key in _below(version):
                chosen[key] = Applied(key, version, mode)
    return tuple(chosen[key] for key in sorted(chosen))


@lru_cache(maxsize=64)
def standard_keys(version: Version) -> tuple[str, ...]:
    return tuple(sorted(PackVersion.objects.values_list("compiled", flat=True).get(pk=version.pk)))


def standards_looking_below() -> set[str]:
    """The keys of the standards that judge a unit by the units below it."""
    return {key for version in versions_published() for key in _looking_below(version)}


@lru_cache(maxsize=256)
def _looking_below(version: Version) -> frozenset[str]:
    """Kept apart from the compiled standards, of which fewer are kept than a county may have published."""
    keys = standard_keys(version)
    return frozenset(key for key in keys if "below" in compiled_load(version, key).plan.relations)


@lru_cache(maxsize=64)
def _below(version: Version) -> frozenset[str]:
    content = PackVersion.objects.values_list("content", flat=True).get(pk=version.pk)
    return frozenset(content.get("pack", {}).get("depends", ()))


@lru_cache(maxsize=64)
def compiled_load(version: Version, standard: str) -> Compiled:
    """Kept by digest, not by row number: what is published never changes."""
    dumped = PackVersion.objects.values_list("compiled", flat=True).get(pk=version.pk)[standard]
    try:
        return Compiled.load(dumped)
    except CompiledStale:
        # The program was updated since the pack was installed. Slow once per process, never wrong.
        logger.warning(
            "%s %s: statements are compiled anew, install the pack again", version.key, standard
        )
        return standard_compile(Words.from_dump(dumped["words"]), standard)


def standard_covers(applies: Applies, unit: UnitRow) -> bool:
    """Whether the standard as a whole is meant for such a unit; its clauses are the engine's business."""
    return (
        (not applies.kinds or unit.kind in applies.kinds)
        and unit.kind not in applies.except_kinds
        and (not applies.sectors or unit.sector in applies.sectors)
        and unit.sector not in applies.except_sectors
        and applies.temporary in {None, unit.is_temporary}
    )
