"""The closure of placements: who stood above whom, from when to when.

On the tree line a unit stands below its parent, the parent's parent and so on, each for the
days on which all steps between held. On the guidance line a unit stands below a body when it, or
one that stands above it in the tree, is placed below that body, and below all above the body.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from zhibu.organization.models import Ancestry, Line, Placement
from zhibu.shared.errors import RuleBroken

#: Deeper than any organisation; a chain this long is a ring.
DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Step:
    """One placement, or a chain of them, with the days on which it held."""

    unit_id: int
    ancestor_id: int
    depth: int
    from_on: date | None
    to_on: date | None


Steps = dict[str, dict[int, list[Step]]]


def steps_read() -> Steps:
    """All placements by line and unit: an installation has thousands, not millions."""
    found: Steps = {line.value: defaultdict(list) for line in Line}
    rows = Placement.objects.values_list("line", "unit_id", "parent_id", "from_on", "to_on")
    for line, unit_id, parent_id, from_on, to_on in rows:
        found[line][unit_id].append(Step(unit_id, parent_id, 1, from_on, to_on))
    return found


def _together(a: Step, b: Step) -> tuple[date | None, date | None] | None:
    """The days on which both held; None if there are none."""
    starts = [d for d in (a.from_on, b.from_on) if d is not None]
    ends = [d for d in (a.to_on, b.to_on) if d is not None]
    first, last = max(starts, default=None), min(ends, default=None)
    if first and last and first > last:
        return None
    return first, last


def tree_above(steps: Steps, unit_id: int) -> Iterator[Step]:
    """The unit itself, always, and all above it on the tree line."""
    here = [Step(unit_id, unit_id, 0, None, None)]
    while here:
        yield from here
        above = []
        for low in here:
            for step in steps[Line.TREE].get(low.ancestor_id, ()):
                days = _together(low, step)
                if days is not None:
                    above.append(Step(unit_id, step.ancestor_id, low.depth + 1, *days))
        if above and above[0].depth > DEEPEST:
            raise RuleBroken(_("隶属关系成了环，请检查上级。"))
        here = above


def guidance_above(steps: Steps, unit_id: int) -> Iterator[Step]:
    """All that guide the unit or one above it in the tree, and all above the guiding body."""
    for low in tree_above(steps, unit_id):
        for step in steps[Line.GUIDANCE].get(low.ancestor_id, ()):
            days = _together(low, step)
            if days is None:
                continue
            edge = Step(unit_id, step.ancestor_id, low.depth + 1, *days)
            for high in tree_above(steps, step.ancestor_id):
                both = _together(edge, high)
                if both is not None and high.ancestor_id != unit_id:
                    yield Step(unit_id, high.ancestor_id, edge.depth + high.depth, *both)


def ancestry_rows(steps: Steps, unit_ids: Iterable[int]) -> Iterator[Ancestry]:
    for unit_id in unit_ids:
        for line, above in ((Line.TREE, tree_above), (Line.GUIDANCE, guidance_above)):
            # Two ways up that meet give the same row once, the shorter way.
            shortest: dict[tuple[int, date | None, date | None], int] = {}
            for step in above(steps, unit_id):
                key = (step.ancestor_id, step.from_on, step.to_on)
                shortest[key] = min(step.depth, shortest.get(key, DEEPEST * 2))
            for (ancestor_id, from_on, to_on), depth in shortest.items():
                yield Ancestry(
                    unit_id=unit_id,
                    ancestor_id=ancestor_id,
                    line=line,
                    depth=depth,
                    from_on=from_on,
                    to_on=to_on,
                )


def rebuild(unit_ids: Iterable[int]) -> None:
    """Write the rows of these units anew."""
    ids = sorted(set(unit_ids))
    steps = steps_read()
    rows = list(ancestry_rows(steps, ids))
    for start in range(0, len(ids), 500):
        Ancestry.objects.filter(unit__in=ids[start : start + 500]).delete()
    Ancestry.objects.bulk_create(rows, batch_size=1000)


def below_ever(unit_id: int) -> set[int]:
    """Whose rows a change of this unit's placements touches: all ever below it, on either line, and itself."""
    return {unit_id, *Ancestry.objects.filter(ancestor=unit_id).values_list("unit_id", flat=True)}
