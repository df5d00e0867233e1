"""What the page from above shows: all villages below, and the lists that ask for something to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.procedures import inspecting
from zhibu.procedures.explaining import days_said
from zhibu.procedures.listing import RUNNING, Scope, kind_choices
from zhibu.shared.numbers import whole
from zhibu_engine.packs.procedure import Procedure

#: The setting of a procedure that says after how many idle months a village is looked at.
IDLE = "idle_months"


@dataclass(frozen=True, slots=True)
class Sums:
    units: int
    with_any: int
    opened: int
    done: int
    skipped: int
    overdue: int


@dataclass(frozen=True, slots=True)
class OverviewPage:
    unit: Unit
    procedure: Procedure | None
    procedures: tuple[tuple[str, str], ...]
    year: int
    years: tuple[int, ...]
    #: None: neither the address nor the county says it, so it is asked for.
    months: int | None
    counts: tuple[inspecting.UnitCount, ...] = ()
    sums: Sums | None = None
    kinds: tuple[tuple[str, str, int], ...] = ()
    idle: tuple[inspecting.UnitCount, ...] = ()
    recorded: tuple[inspecting.Recorded, ...] = ()
    guided: tuple[inspecting.Guided, ...] = ()
    guided_left: str = ""
    both: tuple[inspecting.BothPosts, ...] = ()
    running: str = RUNNING

    @property
    def whole(self) -> int:
        return sum(one.whole for one in self.guided)

    @property
    def asks_presider(self) -> bool:
        """Who presides and records matters in this procedure."""
        known = self.procedure
        return bool(known and any(step.presiding or step.recording for step in known.steps))


def overview_page(user: Any, scope: Scope, query: Any) -> OverviewPage:
    known = _chosen(scope, query.get("procedure", ""))
    year = whole(query.get("year", ""), least=2000, most=2200) or scope.day.year
    offered = tuple((key, one.title) for key, one in scope.procedures.items() if not one.child)
    base = {"unit": scope.unit, "procedure": known, "procedures": offered, "year": year,
            "years": tuple(range(scope.day.year, scope.day.year - 5, -1))}  # fmt: skip
    if known is None:
        return OverviewPage(**base, months=None)
    months = whole(query.get("months", ""), least=1, most=120) or known.number(IDLE)
    units = inspecting.units_asked(scope, known)
    counts, kinds = inspecting.matters_counted(user, scope, known.key, year, units)
    titles = kind_choices(scope, known.key)
    return OverviewPage(
        **base,
        months=months,
        counts=tuple(counts),
        sums=_sums(counts),
        kinds=tuple((code, title, kinds.get(code, 0)) for code, title in titles.items()),
        idle=tuple(inspecting.units_idle(counts, scope.day, months)) if months else (),
        recorded=tuple(inspecting.acts_recorded(scope, known.key, units)),
        guided=tuple(inspecting.guidance(user, scope, known, year)),
        guided_left=_guided_left(scope.day, year),
        both=tuple(inspecting.both_posts(scope, units)),
    )


def _chosen(scope: Scope, asked: str) -> Procedure | None:
    """As asked, else the first that comes to a resolution, else none."""
    offered = [one for one in scope.procedures.values() if not one.child]
    found = next((one for one in offered if one.key == asked), None)
    return found or next((one for one in reversed(offered) if one.resolves), None)


def _sums(counts: list[inspecting.UnitCount]) -> Sums:
    return Sums(
        units=len(counts),
        with_any=sum(1 for one in counts if one.opened),
        opened=sum(one.opened for one in counts),
        done=sum(one.done for one in counts),
        skipped=sum(one.skipped for one in counts),
        overdue=sum(one.overdue for one in counts),
    )


def _guided_left(day: date, year: int) -> str:
    last = date(year, *inspecting.YEAR_END)
    left = (last - day).days
    return _("%(last)s 以前，%(left)s") % {"last": last, "left": days_said(left)}
