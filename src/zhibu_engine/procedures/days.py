"""Days that a pack counts from other days: limits of steps and blanks."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu_engine.packs.blanks import FormField, Interval
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.procedures.happenings import Standing

#: Months of what an interval can be the same of.
_SPANS = {"month": 1, "quarter": 3, "year": 12}


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last day of a shorter month."""
    months += day.year * 12 + day.month - 1
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def workdays_later(day: date, days: int) -> date:
    """So many Mondays to Fridays on; public holidays are not known here, so the day is never too late."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def later(day: date, number: int, unit: str) -> date:
    if unit == "months":
        return months_later(day, number)
    return workdays_later(day, number) if unit == "workdays" else day + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Limit:
    """First and last day that an interval allows; None: open."""

    interval: Interval
    since: date
    first: date | None
    last: date | None


def limits(
    procedure: Procedure,
    intervals: tuple[Interval, ...],
    standing: Standing,
    this: date | None = None,
) -> Iterator[Limit]:
    """Of each interval whose start has happened and whose number is known. ``this``: the day of the step."""
    for interval in intervals:
        since = since_day(interval.since, standing, this)
        if since is None:
            continue
        first, last = _bounds(procedure, interval, since)
        if first is not None or last is not None:
            yield Limit(interval, since, first, last)


def _bounds(
    procedure: Procedure, interval: Interval, since: date
) -> tuple[date | None, date | None]:
    least, most = procedure.number(interval.min), procedure.number(interval.max)
    before = procedure.number(interval.before)
    first = None if least is None else later(since, least, interval.unit)
    last = None if most is None else later(since, most, interval.unit)
    if before is not None:
        last = later(since, -before, interval.unit)
    month_day = procedure.month_day(interval.by)
    if month_day:
        last = _this_years(month_day, since)
    if interval.same:
        months = _SPANS[interval.same]
        first = date(since.year, (since.month - 1) // months * months + 1, 1)
        last = months_later(first, months) - timedelta(days=1)
    return first, last


def _this_years(month_day: str, since: date) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    last = date(since.year, month, min(day, monthrange(since.year, month)[1]))
    return last if last >= since else date(since.year + 1, last.month, last.day)


def since_day(since: str, standing: Standing, this: date | None = None) -> date | None:
    """The day that an interval counts from, by its name in the pack."""
    head, _, tail = since.partition(".")
    if since == "this":
        return this
    if since == "opened":
        return standing.opened
    if head == "parent":
        return since_day(tail, standing.parent) if standing.parent else None
    if head == "form":
        return as_day(standing.form.get(tail))
    return as_day(value_said(standing, since)) if tail else standing.day(since, this)


def value_said(standing: Standing, key: str) -> object:
    """A field of the form, or of what a step said (``step.field``, its last saying)."""
    step, _, name = key.partition(".")
    if not name or step == "form":
        return standing.form.get(name or key)
    said = standing.at(step)
    return said[-1].fields.get(name) if said else None


def as_day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def day_fixed(procedure: Procedure, one: FormField, standing: Standing, this: date) -> date | None:
    """The only day that a blank allows, if its intervals leave one: nobody needs to work it out."""
    found = tuple(limits(procedure, one.intervals, standing, this))
    first = max((limit.first for limit in found if limit.first), default=None)
    last = min((limit.last for limit in found if limit.last), default=None)
    return first if first is not None and first == last else None
