"""Judging units: at once, again when days pass, and past years when somebody opens them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from django.db import transaction
from django.db.models import Max

from zhibu.organization.models import Ancestry, Unit
from zhibu.records.models import Change
from zhibu.shared import clock
from zhibu.standards.adopted import standards_looking_below, unit_rows
from zhibu.standards.judging import units_assess, year_end
from zhibu.standards.models import Score
from zhibu.standards.store import Written, judgement_store

#: So many units are judged, written and released at once: a county of usual size in one go, since each portion
#: asks everything anew. A clerk who saves meanwhile waits for its end, some three seconds.
BATCH = 1500


def units_judge(
    *, unit_ids: Iterable[int], day: date | None = None, years: Collection[int] | None = None
) -> int:
    """Judge units anew and write only what changed; gives the number of rows written.

    Without ``years`` the year of ``day`` is judged, and past years of the same units are marked
    to be judged when somebody asks for them: a late entry changes last year's score too.
    """
    day = day or clock.today()
    written = Written()
    for batch in _batches(set(unit_ids)):
        written += _batch_judge(batch, day, years)
    return written.total


@transaction.atomic
def _batch_judge(unit_ids: list[int], day: date, years: Collection[int] | None) -> Written:
    units = unit_rows(unit_ids, lock=True)
    present = [unit.pk for unit in units]
    written = Written()
    for year in years or [day.year]:
        judgement = units_assess(units, year_end(year, day))
        written += judgement_store(judgement, present)
    if years is None:
        Score.objects.filter(unit__in=present, year__lt=day.year, is_stale=False).update(
            is_stale=True
        )
    return written


def _batches(unit_ids: set[int]) -> Iterator[list[int]]:
    """Branches before the committees above them, where these are judged by how the branches stand."""
    for group in _from_below(unit_ids):
        for start in range(0, len(group), BATCH):
            yield group[start : start + BATCH]


def _from_below(unit_ids: set[int]) -> list[list[int]]:
    if len(unit_ids) < 2 or not standards_looking_below():
        return [sorted(unit_ids)]
    above = Ancestry.objects.filter(unit__in=unit_ids, line="tree", to_on__isnull=True)
    depth = dict(above.order_by().values_list("unit").annotate(depth=Max("depth")))
    groups: dict[int, list[int]] = {}
    for unit in sorted(unit_ids):
        groups.setdefault(depth.get(unit, 0), []).append(unit)
    return [groups[level] for level in sorted(groups, reverse=True)]


def year_refresh(*, unit_ids: Iterable[int], year: int, day: date) -> int:
    """Make a past year's findings ready to be shown: judge the units that have none or stale ones."""
    if year >= day.year:
        return 0
    wanted = set(unit_ids)
    scores = Score.objects.filter(
        unit__in=wanted, year=year, as_of=date(year, 12, 31), is_stale=False
    )
    fresh = set(scores.values_list("unit", flat=True))
    return units_judge(unit_ids=wanted - fresh, day=day, years=[year]) if wanted - fresh else 0


def changes_drain(*, day: date) -> int:
    """Judge the units whose judging had failed. Gives their number."""
    waiting = list(Change.objects.values_list("pk", "unit_id"))
    if waiting:
        units_judge(unit_ids={unit for _pk, unit in waiting}, day=day)
        Change.objects.filter(pk__in=[pk for pk, _unit in waiting]).delete()
    return len({unit for _pk, unit in waiting})


def stale_judge(*, day: date) -> int:
    """Judge the units whose current score is of an earlier day: periods end while nobody types."""
    behind = Score.objects.filter(year=day.year, as_of__lt=day).values_list("unit", flat=True)
    begun = Score.objects.filter(year=day.year).values("unit")
    last_year = Score.objects.filter(year=day.year - 1).exclude(unit__in=begun)
    units = {*behind, *last_year.values_list("unit", flat=True)}
    units_judge(unit_ids=units, day=day, years=[day.year])
    return len(units)


def above_judge(*, day: date) -> int:
    """Judge the units whose standards look at the units below them: those may have moved since."""
    kept = Score.objects.filter(year=day.year, standard__in=standards_looking_below())
    units = set(kept.values_list("unit", flat=True))
    units_judge(unit_ids=units, day=day, years=[day.year])
    return len(units)


def engine_warm() -> None:
    """Pay the first judgement's imports and connection before the first request.

    Call it in a worker after the fork: an engine opened before it makes the child hang.
    """
    unit = Unit.objects.branches().order_by("pk").values_list("pk", flat=True).first()
    if unit is not None:
        units_assess(unit_rows([unit]), clock.today())
