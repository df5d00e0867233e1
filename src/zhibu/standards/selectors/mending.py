"""How a clause is mended: correct what was not counted, enter what is missing, or see why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from zhibu.meetings.models import SegmentHost
from zhibu.standards.links import Link, form_link
from zhibu.standards.selectors.grid import VALID_STATES
from zhibu_engine.calendar import Calendar, Span
from zhibu_engine.kinds import RuleKind
from zhibu_engine.kinds.attendance_floor import AttendanceFloor
from zhibu_engine.kinds.breach_count import BreachCount
from zhibu_engine.kinds.completeness import Completeness
from zhibu_engine.kinds.minimum_count import MinimumCount
from zhibu_engine.kinds.ratio import Ratio
from zhibu_engine.kinds.timeliness import Timeliness
from zhibu_engine.packs import Clause, Words

#: Another record does not mend these: what is already recorded has to be looked at.
_OF_RECORDS = (AttendanceFloor, BreachCount, Completeness, Ratio, Timeliness)
#: Periods named one by one; of more only the first ones are.
_NAMED = 3

#: Days of the valid records of each kind of meeting.
Days = dict[str, list[date]]


@dataclass(frozen=True, slots=True)
class Mending:
    """What to press. ``title`` is the act; empty where the clause's own title says it."""

    link: Link
    title: str = ""
    why: str = ""
    #: None where the act mends the past: the last day of today's period would mislead.
    until: date | None = None


def sitting_days(unit_id: int, as_of: date) -> Days:
    """One query: when the unit met this year, by kind of meeting."""
    rows = SegmentHost.objects.filter(
        unit=unit_id,
        segment__sitting__record__state__in=VALID_STATES,
        segment__sitting__record__event_on__year=as_of.year,
        segment__sitting__record__event_on__lte=as_of,
    ).values_list("segment__kind", "segment__sitting__record__event_on")
    found: Days = {}
    for kind, on in rows:
        found.setdefault(kind, []).append(on)
    return found


def lacking_spans(rule: RuleKind, detail: int, as_of: date) -> list[Span]:
    """The due periods that a finding marks as lacking something."""
    if not isinstance(rule, MinimumCount):
        return []
    spans = Calendar(as_of).spans(rule.per)
    return [span for place, span in enumerate(spans) if detail >> place & 1 and span.last <= as_of]


def due_spans(rule: object, as_of: date) -> list[Span]:
    """The periods that are over, of a rule that asks for records in each."""
    if not isinstance(rule, MinimumCount):
        return []
    return [span for span in Calendar(as_of).spans(rule.per) if span.last <= as_of]


def mending(
    clause: Clause,
    words: Words,
    unit_id: int,
    *,
    verdict: str,
    detail: int,
    until: date | None,
    days: Days,
    as_of: date,
    finding_url: str,
) -> Mending | None:
    """The one next act of a clause; None where there is nothing to press now."""
    link = form_link(clause.form, unit_id, words, as_of) if clause.form else None
    if link is None:
        return None
    look = Link(finding_url, _("看原因并更正"))
    if verdict != "not_due" and clause.form.startswith("sitting") and is_of_records(clause):
        return Mending(look)
    rule = clause.rule
    if not isinstance(rule, MinimumCount):
        return Mending(link, until=until)
    noun = _noun(clause, words)
    held = sorted(day for kind in rule.segments for day in days.get(kind, ()))
    spans = lacking_spans(rule, detail, as_of)
    uncounted = 0 if rule.where or rule.at_least > 1 else sum(_inside(held, span) for span in spans)
    if uncounted:
        said = {"number": uncounted, "noun": noun}
        return Mending(look, _("更正 %(number)s 条没有计入的%(noun)s") % said)
    current_held = _current_held(rule, held, as_of)
    if spans:
        said = {"periods": periods_said(spans), "noun": noun}
        return Mending(
            late_link(clause, words, unit_id, spans[0], as_of),
            _("补录%(periods)s的%(noun)s") % said,
            _late_said(None if current_held else until),
        )
    if verdict == "not_due" and current_held:
        return None
    return Mending(link, until=until)


def late_link(clause: Clause, words: Words, unit_id: int, span: Span, as_of: date) -> Link:
    """The form with a day of a past period, to be entered late."""
    made = form_link(clause.form, unit_id, words, min(span.last, as_of))
    if made is None:
        raise ValueError(clause.form)
    return Link(made.url, _("补录%(period)s这一次") % {"period": span.label})


def periods_said(spans: Sequence[Span]) -> str:
    said = "、".join(span.label for span in spans[:_NAMED])
    if len(spans) <= _NAMED:
        return said
    return _("%(said)s等 %(number)s 个期间") % {"said": said, "number": len(spans)}


def _late_said(until: date | None) -> str:
    if until is None:
        return _("过去的可以补录。")
    said = {"month": until.month, "day": until.day}
    return _("过去的可以补录；眼下这一期最迟 %(month)s 月 %(day)s 日。") % said


def is_of_records(clause: Clause) -> bool:
    return isinstance(clause.rule, _OF_RECORDS)


def _noun(clause: Clause, words: Words) -> str:
    _head, _colon, kind = clause.form.partition(":")
    return words.codes["segment_kind"].get(kind, clause.title)


def _inside(days: Collection[date], span: Span) -> int:
    return sum(span.first <= day <= span.last for day in days)


def _current_held(rule: MinimumCount, held: Collection[date], as_of: date) -> bool:
    """The period that is open today already has what it asks for."""
    spans = Calendar(as_of).spans(rule.per)
    current = next(span for span in spans if span.first <= as_of <= span.last)
    return _inside(held, current) >= rule.at_least
