"""A whole ledger sheet against what is recorded: new, changed, unchanged or wrong, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.jobs.cells import cell_day, cell_text
from zhibu.jobs.importers import CellWrong, Change, PreviewRow, Problem, Reading, TableRow
from zhibu.meetings import policies
from zhibu.meetings.bulkfacts import BulkFacts
from zhibu.meetings.inputs import SittingInput
from zhibu.meetings.ledgerreading import RowReader, day_read
from zhibu.meetings.planning import SittingPlan, sitting_plan
from zhibu.meetings.recorded import known_load
from zhibu.meetings.sheet import words_split
from zhibu.organization.models import Unit
from zhibu.organization.selectors import name_plain, unit_names
from zhibu.records.selectors import is_late, late_after_days

#: What is written where a ledger gives no reason of its own.
FROM_LEDGER = "由台账导入，原表未说明"

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What a row will write. Its ``repr`` tells whether anything it rests on has changed."""

    given: SittingInput
    entered_on: date
    late_reason: str
    counts: tuple[tuple[int, int, int, int], ...]
    record_id: int | None = None
    plan: SittingPlan | None = field(default=None, repr=False, compare=False)

    @property
    def delay(self) -> int:
        return (self.entered_on - self.given.day).days


@dataclass(slots=True)
class Located:
    """A row whose unit and day are known."""

    row: TableRow
    unit: Unit | None = None
    joint: list[Unit] = field(default_factory=list)
    day: date | None = None
    problems: list[Problem] = field(default_factory=list)


class Ledger:
    """One pass over a sheet."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.names: dict[str, list[Unit]] = defaultdict(list)
        units = list(Unit.objects.exclude(kind=Unit.Kind.GROUP))
        for unit in units:
            for name in unit_names(unit):
                self.names[name].append(unit)
        ids = [unit.pk for unit in units]
        self._enterable = policies.units_enterable(reading.actor, ids)
        self._backdatable = policies.units_backdatable(reading.actor, ids)

    def rows(self) -> Iterator[PreviewRow]:
        located = [self._locate(row) for row in self.reading.table.rows()]
        good = [one for one in located if one.unit and one.day and not one.problems]
        if good:
            days = [one.day for one in good if one.day]
            units = {one.unit.pk for one in good if one.unit} | {
                u.pk for one in good for u in one.joint
            }
            self.facts = BulkFacts(units, min(days), max(days))
            self.known = known_load({one.unit.pk for one in good if one.unit}, min(days), max(days))
        seen: Counter[Key] = Counter()
        for done, one in enumerate(located):
            if done % 500 == 0:
                self.reading.progress(done)
            yield self._judge(one, seen)
        self.reading.progress(len(located))

    def _locate(self, row: TableRow) -> Located:
        found = Located(row)
        day, problem = day_read(row)
        if problem or day is None:
            found.problems += [problem] if problem else []
        elif day > self.reading.day:
            found.problems.append(
                Problem(row.cell("day"), _("日期不能晚于今天。请核对日期，或开会以后再导入。"))
            )
        found.day = day
        if day is None:
            return found
        found.unit = self._unit(found, "unit", cell_text(row["unit"]))
        if found.unit and found.unit.pk not in self._enterable:
            text = _("您不能为“%(unit)s”录入会议。请联系上级管理员授权，或删去这一行。")
            found.problems.append(Problem(row.cell("unit"), text % {"unit": found.unit}))
        for name in words_split(cell_text(row["joint"])):
            unit = self._unit(found, "joint", name)
            if unit and unit != found.unit:
                found.joint.append(unit)
        return found

    def _unit(self, found: Located, key: str, name: str) -> Unit | None:
        if not name:
            found.problems.append(Problem(found.row.cell(key), _("请填写党组织名称。")))
            return None
        day = found.day or self.reading.day
        plain = name_plain(name)
        fit = [
            u
            for u in self.names.get(plain, ())
            if u.founded_on <= day and (not u.withdrawn_on or u.withdrawn_on >= day)
        ]
        fit = list({unit.pk: unit for unit in fit}.values())
        exact = [unit for unit in fit if plain in {name_plain(unit.name), unit.code}]
        fit = exact or fit
        if len(fit) > 1:
            mine = [unit for unit in fit if unit.pk in self._enterable]
            fit = mine if len(mine) == 1 else fit
        if len(fit) == 1:
            return fit[0]
        text = (
            _("有 %(count)s 个组织叫“%(name)s”，请改填全称或组织代码。")
            if fit
            else _(
                "没有找到名为“%(name)s”的党组织。请核对名称（全称、简称或代码），并看当日是否已成立。"
            )
        )
        found.problems.append(
            Problem(found.row.cell(key), text % {"name": name, "count": len(fit)})
        )
        return None

    def _judge(self, one: Located, seen: Counter[Key]) -> PreviewRow:
        number, label = (
            one.row.number,
            f"{one.day or ''} {one.unit or cell_text(one.row['unit'])}".strip(),
        )
        if one.problems or one.unit is None or one.day is None:
            return PreviewRow(number, "error", label, problems=one.problems)
        reader = RowReader(one.row, self.facts, one.unit, one.joint, one.day)
        given = reader.read()
        if given is None or reader.problems:
            return PreviewRow(
                number, "error", label, problems=_once(reader.problems), warnings=reader.warnings
            )
        plan = sitting_plan(given, self.facts, default_reason=FROM_LEDGER)
        if plan.problems:
            problems = [
                Problem(one.row.cell(_CELLS.get(p.field, "kinds")), p.text) for p in plan.problems
            ]
            return PreviewRow(number, "error", label, problems=problems, warnings=reader.warnings)
        warnings = [
            *reader.warnings,
            *(Problem(one.row.cell(_CELLS.get(c.code, "kinds")), c.text) for c in plan.cautions),
        ]
        entered_on, late_reason = self._entered(one, reader, warnings)
        if reader.problems:
            return PreviewRow(number, "error", label, problems=reader.problems, warnings=warnings)
        return self._compare(
            number,
            label,
            plan,
            RowPlan(given, entered_on, late_reason, _counts(plan), None, plan),
            seen,
            warnings,
        )

    def _entered(
        self, one: Located, reader: RowReader, warnings: list[Problem]
    ) -> tuple[date, str]:
        """The entry day of an old ledger is believed when a higher office hands it in."""
        entered, day = self.reading.day, one.day or self.reading.day
        try:
            said = cell_day(one.row["entered_on"])
        except CellWrong as error:
            reader.wrong("entered_on", str(error))
            return entered, ""
        if said is not None and not day <= said <= self.reading.day:
            reader.wrong("entered_on", _("录入日期应在会议日期和今天之间。请核对，或清空这一格。"))
        elif said is not None and one.unit and one.unit.pk in self._backdatable:
            entered = said
        elif said is not None and said != entered:
            warnings.append(
                Problem(
                    one.row.cell("entered_on"),
                    _("录入日期由上级统一导入时才采用，这里按今天录入。"),
                )
            )
        reason = reader.text("late_reason")[:200]
        limit = late_after_days(self.facts.words(one.unit.pk if one.unit else 0, day))
        if not is_late(day, entered, limit):
            return entered, ""
        if not reason:
            warnings.append(
                Problem(
                    one.row.cell("late_reason"),
                    _("属于补录而没有写原因，将记为“由台账导入，原表未说明”。"),
                )
            )
        return entered, reason or FROM_LEDGER

    def _compare(
        self, number: int, label: str, plan: SittingPlan, row: RowPlan, seen: Counter[Key], warnings: list[Problem]
    ) -> PreviewRow:  # fmt: skip
        summary = f"{plan.title}　" + "、".join(
            f"{present}/{due}" for due, _e, present, _p in row.counts
        )
        key = sitting_key(row.given)
        old = self.known.take(key, plan.digest)
        same = (*key, plan.digest)
        seen[same] += 1
        if old is None:
            if seen[same] > 1:
                warnings.append(
                    Problem(
                        "", _("与本表另一行是同一次会议、同样内容，将标为重复，评判时只计一次。")
                    )
                )
                for segment in plan.segments:
                    for host in segment.hosts:
                        host.duplicate = True
            return PreviewRow(number, "new", label, summary, warnings=warnings, payload=row)
        changes = [Change(name, was, now) for name, was, now in old.differences(plan, self.facts)]
        if not changes:
            return PreviewRow(number, "unchanged", label, summary, warnings=warnings)
        if old.sitting.record.owner_id != row.given.owner_id:
            text = _("这次会议由“%(unit)s”录入，与已录入的不同。请由该组织更正，或删去这一行。")
            problem = Problem("", text % {"unit": old.sitting.record.owner})
            return PreviewRow(number, "error", label, summary, changes=changes, problems=[problem])
        given = old.merged(row.given, plan, self.facts)
        merged = sitting_plan(given, self.facts, default_reason=FROM_LEDGER)
        row = replace(row, given=given, record_id=old.record_id, plan=merged)
        return PreviewRow(
            number, "changed", label, summary, changes=changes, warnings=warnings, payload=row
        )


def sitting_key(given: SittingInput) -> Key:
    """What makes two rows the same sitting, whatever they say of it."""
    group = next((host.group_id for s in given.segments for host in s.hosts if host.group_id), None)
    return (
        given.owner_id,
        group,
        given.day,
        given.starts_at,
        tuple(s.kind for s in given.segments),
    )


def _counts(plan: SittingPlan) -> tuple[tuple[int, int, int, int], ...]:
    hosts = [host for segment in plan.segments for host in segment.hosts]
    return tuple((h.due, h.entitled, h.present, h.present_entitled) for h in hosts)


def _once(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


#: Which cell a problem or caution of a plan is about.
_CELLS = {
    "present": "present", "absences": "away", "hosts": "joint", "group": "group", "presider": "presider",
    "convener": "convener", "ends_at": "ends_at", "absent_unnamed": "present", "role_absent": "away",
    "quorum": "present", "nobody_due": "due",
}  # fmt: skip
