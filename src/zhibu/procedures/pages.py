"""What the pages of one matter show, put together once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhibu.organization.models import Unit
from zhibu.organization.selectors import unit_words
from zhibu.procedures import policies
from zhibu.procedures.blanks import Chooser, Line, Named
from zhibu.procedures.explaining import days_said, days_tone, settings_said
from zhibu.procedures.forms import CiteForm, MatterForm, StepForm
from zhibu.procedures.mendforms import FillForm
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.selectors import MatterFile, OpenStep, matter_file, procedures_offered
from zhibu.procedures.timeline import Timeline, timeline_of
from zhibu.procedures.ways import Way, record_url, way_of, ways_on
from zhibu.records.models import Record
from zhibu.shared import clock
from zhibu_engine.packs.procedure import Procedure, StepOf
from zhibu_engine.procedures import applies, day_fixed, is_settled, waits_for_children

#: Documents offered for a step.
MOST_DOCUMENTS = 100


@dataclass(frozen=True, slots=True)
class StepMark:
    """A step in the progress: ``state`` is done, current, later or unneeded."""

    key: str
    title: str
    stage: str
    state: str
    said: str
    day: date | None = None
    faults: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    title: str
    steps: tuple[StepMark, ...]


@dataclass(frozen=True, slots=True)
class DetailPage:
    """``form`` or ``cite`` does the step of ``chosen``, which is the first of ``ways`` or the one asked for."""

    matter: Matter
    file: MatterFile
    title: str
    lines: tuple[Line, ...]
    stages: tuple[Stage, ...]
    ways: tuple[Way, ...]
    chosen: Way | None
    form: StepForm | None
    cite: CiteForm | None
    timeline: Timeline
    settings: tuple[tuple[str, bool], ...]
    left: str
    tone: str
    may_write: bool
    may_turn: bool
    may_reopen: bool
    origin_url: str = ""

    @property
    def others(self) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if way is not self.chosen)

    @property
    def later(self) -> tuple[StepMark, ...]:
        """Steps that may be recorded before their turn, with a reason."""
        if not (self.may_write and self.matter.is_running):
            return ()
        marks = [mark for stage in self.stages for mark in stage.steps]
        return tuple(mark for mark in marks if mark.state == "later")

    @property
    def open_settings(self) -> tuple[str, ...]:
        return tuple(text for text, is_open in self.settings if is_open)

    @property
    def settled_settings(self) -> tuple[str, ...]:
        return tuple(text for text, is_open in self.settings if not is_open)


def detail_page(
    matter: Matter, user: Any, *, asked: str = "", form: StepForm | None = None,
    cite: CiteForm | None = None,
) -> DetailPage:  # fmt: skip
    today = clock.today()
    found = matter_file(matter)
    known = found.procedure
    ways = ways_on(found, user, today) if known else ()
    if known and asked:
        ways = _with_asked(found, user, today, ways, asked)
    chosen = next((way for way in ways if way.key == asked), ways[0] if ways else None)
    if known and chosen and chosen.may:
        form = form or _form(found, chosen)
        cite = cite or _cite(found, chosen)
    left = (matter.due_on - today).days if matter.due_on and matter.is_running else None
    return DetailPage(
        matter=matter,
        file=found,
        title=known.title if known else matter.procedure,
        lines=form_lines(found),
        stages=stages(found),
        ways=ways,
        chosen=chosen,
        form=form,
        cite=cite,
        timeline=timeline_of(found, user),
        settings=settings_said(known) if known else (),
        left=days_said(left),
        tone=days_tone(left),
        may_write=policies.may_open(user, matter.unit) and known is not None,
        may_turn=policies.may_turn(user, matter) and known is not None,
        may_reopen=_may_reopen(matter, known),
        origin_url=record_url(matter.origin) if matter.origin else "",
    )


def _may_reopen(matter: Matter, known: Procedure | None) -> bool:
    return known is not None and known.reopening is not None and not matter.is_running


def form_lines(found: MatterFile) -> tuple[Line, ...]:
    if found.procedure is None:
        return ()
    fields, said = found.procedure.form, found.matter.form
    return Named.of([(fields, said)]).lines(fields, said, found.words)


# Progress


def stages(found: MatterFile) -> tuple[Stage, ...]:
    if found.procedure is None:
        return ()
    made: list[Stage] = []
    for mark in map(lambda step: _mark(found, step), found.procedure.steps):
        if made and made[-1].title == mark.stage:
            made[-1] = Stage(mark.stage, (*made[-1].steps, mark))
        else:
            made.append(Stage(mark.stage, (mark,)))
    return tuple(made)


def _mark(found: MatterFile, step: StepOf) -> StepMark:
    rows = [one.row for one in found.done if one.row.step == step.key]
    faults = sum(row.breaches for row in rows)
    known = found.procedure
    assert known is not None  # asked by the only caller
    if not rows and not applies(known, step, found.standing):
        return StepMark(step.key, step.title, step.stage, "unneeded", _("不用办理"))
    is_open = any(one.step.key == step.key for one in found.open)
    waits = found.matter.is_running and waits_for_children(step, found.standing)
    day = max((row.day for row in rows), default=None)
    if rows and is_settled(known, step, found.standing):
        said = _("已办 %(n)s 次") % {"n": len(rows)} if len(rows) > 1 else _("已办")
        return StepMark(step.key, step.title, step.stage, "done", said, day, faults)
    if waits:
        said = _("已办，等分派的事项办结")
        return StepMark(step.key, step.title, step.stage, "current", said, day, faults)
    if is_open:
        said = _("轮到这一步（可以不办）") if step.optional else _("轮到这一步")
        if rows:
            said = _("还要再办，上次")
        return StepMark(step.key, step.title, step.stage, "current", said, day, faults)
    said = _("可以不办") if step.optional else _("还没有到")
    if not found.matter.is_running:
        said = _("系统内未见记录")
    return StepMark(step.key, step.title, step.stage, "later", said, day, faults)


# Doing a step


def _with_asked(
    found: MatterFile, user: Any, day: date, ways: tuple[Way, ...], asked: str
) -> tuple[Way, ...]:
    """A step that is not open yet may be asked for: it is done with a reason."""
    if any(way.key == asked for way in ways) or not found.matter.is_running:
        return ways
    step = step_free(found, asked)
    if step is None:
        return ways
    matter = found.matter
    ahead = OpenStep(matter.pk, matter.title, matter.procedure, step, None, matter.unit_id)
    return (*ways, way_of(found, ahead, user, day, ahead=True))


def step_free(found: MatterFile, key: str) -> StepOf | None:
    """The step, where it is not done yet; one that may be repeated is always free."""
    known = found.procedure
    if known is None or key not in known.step_index:
        return None
    step = known.step(key)
    if step.repeats is None and is_settled(known, step, found.standing):
        return None
    return step if applies(known, step, found.standing) else None


def _form(found: MatterFile, way: Way) -> StepForm | None:
    return step_form(found, way.key) if way.evidence == "act" else None


def step_form(
    found: MatterFile, key: str, data: Any = None, files: Any = None, salt: str = "",
    made: MatterStep | None = None,
) -> StepForm:  # fmt: skip
    known = found.procedure
    assert known is not None  # the views ask first
    chooser = Chooser(found.matter.unit, clock.today(), found.words)
    return StepForm(
        data, files, procedure=known, step=known.step(key), chooser=chooser, made=made, salt=salt,
        fixed=days_fixed(found, known.step(key)),
    )  # fmt: skip


def days_fixed(found: MatterFile, step: StepOf) -> dict[str, date]:
    """Days of the step's blanks that its rules leave no choice in."""
    known, today = found.procedure, clock.today()
    assert known is not None  # asked by callers
    days = {one.key: day_fixed(known, one, found.standing, today) for one in step.fields}
    return {key: day for key, day in days.items() if day is not None}


def fill_form(found: MatterFile, made: MatterStep, data: Any = None) -> FillForm:
    known = found.procedure
    assert known is not None  # the views ask first
    chooser = Chooser(found.matter.unit, clock.today(), found.words)
    return FillForm(data, step=known.step(made.step), chooser=chooser, made=made)


def _cite(found: MatterFile, way: Way) -> CiteForm | None:
    if way.evidence != "document" or found.procedure is None:
        return None
    return cite_form(found, found.procedure.step(way.key))


def cite_form(found: MatterFile, step: StepOf, data: Any = None) -> CiteForm:
    records = documents_offered(found.matter, step)
    return CiteForm(data, documents=[(one.pk, str(one)) for one in records])


def documents_offered(matter: Matter, step: StepOf) -> list[Record]:
    rows = Record.objects.filter(kind=Record.Kind.DOCUMENT, owner=matter.unit)
    if step.kinds:
        rows = rows.filter(document__kind__in=step.kinds)
    return list(rows.exclude(state=Record.State.VOIDED).select_related("document")[:MOST_DOCUMENTS])


# Opening a matter


@dataclass(frozen=True, slots=True)
class Offered:
    key: str
    title: str
    says: str
    url: str


@dataclass(frozen=True, slots=True)
class OfferedGroup:
    title: str
    procedures: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """Without a chosen procedure: what there is to choose."""

    unit: Unit
    groups: tuple[OfferedGroup, ...]
    procedure: Procedure | None
    form: MatterForm | None
    settings: tuple[str, ...]


def new_page(unit: Unit, query: Any, data: Any = None) -> NewPage:
    today = clock.today()
    words = unit_words(unit, today)
    offered = procedures_offered(unit, today)
    chosen = next((one for one in offered if one.key == query.get("procedure")), None)
    form = None
    if chosen is not None:
        chooser = Chooser(unit, today, words)
        form = MatterForm(data, procedure=chosen, chooser=chooser, asked=query)
    tags = words.codes.get("procedure_tag", {})
    still_open = [text for text, is_open in settings_said(chosen) if is_open] if chosen else []
    return NewPage(unit, _groups(unit, offered, tags), chosen, form, tuple(still_open))


def _groups(unit: Unit, offered: Iterable[Procedure], tags: Any) -> tuple[OfferedGroup, ...]:
    base = reverse("procedures:new", args=[unit.pk])
    grouped: dict[str, list[Offered]] = {}
    for one in offered:
        tag = one.tags[0] if one.tags else ""
        says = one.description.partition("。")[0]
        url = f"{base}?{urlencode({'procedure': one.key})}"
        line = Offered(one.key, one.title, f"{says}。" if says else "", url)
        grouped.setdefault(tags.get(tag, tag and _("其他程序")), []).append(line)
    rest = grouped.pop("", []) + grouped.pop(_("其他程序"), [])
    made = [OfferedGroup(title, tuple(lines)) for title, lines in grouped.items()]
    if rest:
        made.append(OfferedGroup(_("其他") if made else "", tuple(rest)))
    return tuple(made)


def edit_form(found: MatterFile, data: Any = None) -> MatterForm:
    chooser = Chooser(found.matter.unit, clock.today(), found.words)
    assert found.procedure is not None  # the views ask first
    return MatterForm(data, procedure=found.procedure, chooser=chooser, matter=found.matter)
