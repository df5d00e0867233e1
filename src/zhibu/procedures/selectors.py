"""Reading matters: lists, the file of one, what is owed, which record does which step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from zhibu.organization.models import Ancestry, RoleGrant, Unit
from zhibu.organization.selectors import adoption_versions, unit_words, units_adoptions
from zhibu.packs.selectors import pack_words
from zhibu.procedures.evidence import happening_of
from zhibu.procedures.explaining import days_said, days_tone
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.standing import standing_of
from zhibu.records.models import Record
from zhibu.shared import clock
from zhibu_engine.packs import Words
from zhibu_engine.packs.procedure import Procedure, StepOf
from zhibu_engine.procedures import Standing, due_day, steps_left, steps_open
from zhibu_engine.procedures.conformance import resolution_problems

#: Roles that see private matters; a plain member sees only his own.
READING = (
    *(RoleGrant.Role.RECORDER, RoleGrant.Role.SECRETARY, RoleGrant.Role.TOWNSHIP),
    *(RoleGrant.Role.COUNTY, RoleGrant.Role.INSPECTOR),
)


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step whose turn it is."""

    matter_id: int
    matter: str
    procedure: str
    step: StepOf
    due: date | None
    unit_id: int = 0
    owner_id: int | None = None
    state: str = ""
    #: Only those who hold a role on the unit may read of it.
    private: bool = False

    def days_left(self, day: date) -> int | None:
        """Negative: overdue."""
        return (self.due - day).days if self.due else None


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step as it stands in a matter's file."""

    row: MatterStep
    step: StepOf | None
    title: str
    decision: str
    #: What it is about, as others than those who work for the unit may read it: a private matter's procedure alone.
    subject: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class MatterFile:
    """One matter, whole (一事一档)."""

    matter: Matter
    procedure: Procedure | None
    words: Words
    standing: Standing
    done: tuple[StepDone, ...]
    open: tuple[OpenStep, ...]
    left: tuple[StepOf, ...]
    aside: tuple[StepDone, ...] = field(default_factory=tuple)


def procedures_offered(unit: Unit, day: date) -> list[Procedure]:
    """What can be opened by hand at a unit, in the order of the packs."""
    return [
        one
        for one in unit_words(unit, day).procedures.values()
        if not one.child
        and (not one.scope.kinds or unit.kind in one.scope.kinds)
        and (not one.scope.sectors or unit.sector in one.scope.sectors)
    ]


def matter_file(matter: Matter) -> MatterFile:
    """Everything of a matter, judged by the unit's packs of today."""
    words = unit_words(matter.unit, clock.today())
    procedure = words.procedures.get(matter.procedure)
    written = ("record__entered_by", "record__on_behalf_of", "person", "actor")
    rows = list(matter.steps.select_related(*written).order_by("day", "pk"))
    standing = standing_of(matter, [row for row in rows if row.state == MatterStep.State.STANDING])
    shown = tuple(_done(row, procedure) for row in rows)
    is_open = procedure is not None and matter.is_running
    return MatterFile(
        matter=matter,
        procedure=procedure,
        words=words,
        standing=standing,
        done=tuple(one for one in shown if one.row.state == MatterStep.State.STANDING),
        open=_open(matter, procedure, standing) if procedure and is_open else (),
        left=steps_left(procedure, standing) if procedure and is_open else (),
        aside=tuple(one for one in shown if one.row.state != MatterStep.State.STANDING),
    )


def _done(row: MatterStep, procedure: Procedure | None) -> StepDone:
    known = procedure.step(row.step) if procedure and row.step in procedure.step_index else None
    decision = known.decision(row.decision) if known else None
    title = decision.title if decision else ("表决未通过" if row.decision == "rejected" else "")
    private = procedure is not None and procedure.private
    subject = procedure.title if procedure and private else row.matter.title
    return StepDone(row, known, known.title if known else row.step, title, subject, private)


def _open(matter: Matter, procedure: Procedure, standing: Standing) -> tuple[OpenStep, ...]:
    return tuple(
        OpenStep(
            matter.pk,
            matter.title,
            matter.procedure,
            step,
            _nearest(due_day(procedure, step, standing), matter.wanted_on),
            matter.unit_id,
            matter.owner_id,
            matter.state,
            procedure.private,
        )
        for step in steps_open(procedure, standing)
    )


def _nearest(*days: date | None) -> date | None:
    return min(filter(None, days), default=None)


def steps_waiting(unit: Unit, *, evidence: str = "", kinds: Iterable[str] = ()) -> list[OpenStep]:
    """Open steps of the unit's running matters, for a form that could do them; those with the nearest day first."""
    wanted = set(kinds)
    found = [
        one
        for one in steps_owed([unit.pk])
        if (not evidence or one.step.evidence == evidence)
        and (not wanted or not one.step.kinds or wanted & set(one.step.kinds))
    ]
    return found


def steps_owed(unit_ids: Iterable[int], *, owner_id: int | None = None) -> list[OpenStep]:
    """All open steps of running matters of these units (or of one person), nearest day first.

    Three queries, those of the packs' words and those of the matters that ordered them, however many there are.
    """
    matters = Matter.objects.running().select_related("unit", "parent")
    matters = (
        matters.filter(unit__in=list(unit_ids))
        if owner_id is None
        else matters.filter(owner=owner_id)
    )
    if not matters:
        return []
    rows: dict[int, list[MatterStep]] = {}
    standing_rows = MatterStep.objects.filter(matter__in=matters, state=MatterStep.State.STANDING)
    for row in standing_rows.order_by("day", "pk"):
        rows.setdefault(row.matter_id, []).append(row)
    words: dict[int, Words] = {}
    found: list[OpenStep] = []
    children = _children_open(matters)
    parents: dict[int, Standing] = {}
    today = clock.today()
    for matter in matters:
        if matter.unit_id not in words:
            words[matter.unit_id] = unit_words(matter.unit, today)
        procedure = words[matter.unit_id].procedures.get(matter.procedure)
        if procedure is not None:
            standing = _standing(matter, rows.get(matter.pk, []), children, parents)
            found.extend(_open(matter, procedure, standing))
    return sorted(found, key=lambda one: (one.due or date.max, one.matter_id))


def _children_open(matters: Any) -> Mapping[tuple[int, str], int]:
    counted: dict[tuple[int, str], int] = {}
    children = Matter.objects.running().filter(parent__in=matters)
    for parent_id, step in children.values_list("parent_id", "parent_step"):
        counted[parent_id, step] = counted.get((parent_id, step), 0) + 1
    return counted


def _standing(
    matter: Matter,
    rows: list[MatterStep],
    children: Mapping[tuple[int, str], int],
    parents: dict[int, Standing],
) -> Standing:
    """``parents`` remembers those asked for: many children have one."""
    done = tuple(happening_of(row, children.get((matter.pk, row.step), 0)) for row in rows)
    if matter.parent is None:
        return Standing(matter.opened_on, matter.form, done)
    if matter.parent.pk not in parents:
        parents[matter.parent.pk] = standing_of(matter.parent)
    return Standing(matter.opened_on, matter.form, done, parents[matter.parent.pk])


def steps_of_record(record_id: int) -> list[MatterStep]:
    """Which steps of which matters a record does."""
    rows = MatterStep.objects.filter(record=record_id, state=MatterStep.State.STANDING)
    return list(rows.select_related("matter", "matter__unit").order_by("part", "item", "pk"))


def steps_shown(record_id: int) -> list[StepDone]:
    """The same as a page shows them, with those that a return left behind."""
    rows = MatterStep.objects.filter(record=record_id).exclude(state=MatterStep.State.VOIDED)
    words: dict[int, Words] = {}
    found = []
    for row in rows.select_related("matter__unit").order_by("part", "item", "pk"):
        unit = row.matter.unit
        if unit.pk not in words:
            words[unit.pk] = unit_words(unit, clock.today())
        found.append(_done(row, words[unit.pk].procedures.get(row.matter.procedure)))
    return found


def step_named(matter_id: int, step: str) -> OpenStep | None:
    """A step by its key, whether it is its turn or not; None where there is no such matter or step."""
    matter = Matter.objects.select_related("unit").filter(pk=matter_id).first()
    known = unit_words(matter.unit, clock.today()).procedures if matter else {}
    procedure = known.get(matter.procedure) if matter else None
    if matter is None or procedure is None or step not in procedure.step_index:
        return None
    found = procedure.step(step)
    return OpenStep(
        matter.pk, matter.title, matter.procedure, found, None, matter.unit_id, matter.owner_id, matter.state
    )  # fmt: skip


def tasks_of_record(record_id: int) -> list[Matter]:
    """Matters that a record ordered, with the segment and agenda item they stand under."""
    rows = Matter.objects.filter(origin=record_id).select_related("owner", "unit", "origin")
    return list(rows.order_by("origin_part", "origin_item", "pk"))


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as a sitting's page shows it. ``left``: days to its last day in words; empty once it is closed."""

    matter: Matter
    owner: str
    due: date | None
    left: str
    tone: str
    #: The sitting that ordered it was voided since.
    unfounded: bool


def task_line(matter: Matter, day: date) -> TaskLine:
    due = matter.due_on if matter.is_running else matter.wanted_on
    left = (due - day).days if due and matter.is_running else None
    voided = matter.origin is not None and matter.origin.state == Record.State.VOIDED
    owner = str(matter.owner or "")
    return TaskLine(matter, owner, due, days_said(left), days_tone(left), voided)


def resolutions_open(unit: Unit) -> list[Matter]:
    """Tasks that resolutions of the unit ordered and that are not done: they head the next agenda."""
    rows = Matter.objects.running().filter(unit=unit, origin__kind=Record.Kind.SITTING)
    return list(rows.select_related("owner", "origin").order_by("due_on", "pk"))


def units_words(unit_ids: Iterable[int], day: date) -> dict[int, Words]:
    """:func:`unit_words` of many units: two queries, and one for each choice of packs."""
    adopted = {pk: adoption_versions(one) for pk, one in units_adoptions(unit_ids, day).items()}
    words = {versions: pack_words(versions) for versions in set(adopted.values())}
    return {pk: words[versions] for pk, versions in adopted.items()}


def matters_seen(
    user: Any, rows: QuerySet[Matter], words: Mapping[int, Words] | None = None
) -> QuerySet[Matter]:
    """Of visible matters those the user may read: private ones only with a role on the unit, or about oneself."""
    if isinstance(user, str):
        return rows
    today = clock.today()
    if words is None:
        words = units_words(set(rows.order_by().values_list("unit_id", flat=True)), today)
    private = {
        key for one in words.values() for key, known in one.procedures.items() if known.private
    }
    if not private:
        return rows
    granted = RoleGrant.objects.held_on(today).filter(user=user, role__in=READING).values("unit")
    below = Ancestry.objects.held_on(today).filter(ancestor__in=granted).values("unit")
    return rows.filter(
        ~Q(procedure__in=private) | Q(unit__in=below) | Q(unit__in=granted) | Q(person__user=user)
    )


def matter_resolution_problems(matter: Matter) -> tuple[str, ...]:
    """Why nothing of it may be published yet."""
    procedure = unit_words(matter.unit, clock.today()).procedures.get(matter.procedure)
    return resolution_problems(procedure, standing_of(matter)) if procedure else ()
