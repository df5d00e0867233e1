"""A matter from its first day on: steps, turns, what was published and objected, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.documents.selectors import publications_about
from zhibu.organization.models import Unit
from zhibu.procedures.blanks import Line, Named
from zhibu.procedures.evidence import happening_of
from zhibu.procedures.models import Matter, MatterStep, Turn
from zhibu.procedures.selectors import MatterFile, StepDone, matters_seen
from zhibu.procedures.ways import kind_titles, record_url
from zhibu.records.models import Attachment, Record
from zhibu_engine.procedures import REJECTED, election_of
from zhibu_engine.votes import VoteCount, vote_judge


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not conform, and the reason that was written for it."""

    text: str
    reason: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class PaperLink:
    name: str
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing on the timeline. ``sign`` is an icon; ``gone`` says why it no longer stands."""

    day: date
    title: str
    sign: str
    texts: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    papers: tuple[PaperLink, ...] = ()
    url: str = ""
    link: str = ""
    entered: str = ""
    late: str = ""
    gone: str = ""
    step: int = 0
    #: Written at the step itself, so it is corrected here.
    own: bool = False
    #: Another app's record did it, and it has blanks of its own.
    fills: bool = False
    voids: bool = False
    lacks: bool = False
    order: tuple[int, int] = field(default=(0, 0))

    @property
    def is_unexplained(self) -> bool:
        return any(not fault.reason for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Timeline:
    happened: tuple[Happened, ...]
    #: Set aside or voided: folded.
    gone: tuple[Happened, ...]


def timeline_of(found: MatterFile, user: Any) -> Timeline:
    """Oldest first; the same day in the order of entry."""
    steps = [*found.done, *found.aside]
    named = Named.of((one.step.fields, one.row.fields) for one in steps if one.step is not None)
    papers = _papers([one.row for one in steps])
    told = [_step(found, one, named, papers) for one in steps]
    told += [_turn(found, one) for one in found.matter.turns.select_related("actor")]
    told += _published(found, {one.row.record_id for one in found.done})
    told += _ordered(found, user)
    told += [_outcome(one) for one in found.matter.outcomes.all()]
    told.sort(key=lambda one: (one.day, one.order))
    return Timeline(
        tuple(one for one in told if not one.gone), tuple(one for one in told if one.gone)
    )


def _papers(rows: Iterable[MatterStep]) -> Mapping[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    records = {row.record_id for row in rows}
    for one in Attachment.objects.filter(record__in=records).order_by("pk"):
        found.setdefault(one.record_id, []).append(one)
    return found


def _step(
    found: MatterFile, one: StepDone, named: Named, papers: Mapping[int, list[Attachment]]
) -> Happened:
    row, step = one.row, one.step
    gone = {
        MatterStep.State.ASIDE: _("退回以前办理，不再算数"),
        MatterStep.State.VOIDED: _("已作废"),
    }.get(row.state, "")
    own = row.record.kind == Record.Kind.ENTRY
    return Happened(
        day=row.day,
        title=f"{one.title}：{one.decision}" if one.decision else one.title,
        sign="circle-x" if row.decision == REJECTED else "circle-check",
        texts=tuple(_step_texts(found, one)),
        lines=named.lines(step.fields, row.fields, found.words) if step else (),
        faults=tuple(
            Fault(f["text"], f.get("reason", ""), f.get("basis", "")) for f in row.findings
        ),
        papers=_paper_links(found, one, papers.get(row.record_id, [])),
        url=record_url(row.record),
        link="" if own else f"{row.record.get_kind_display()}：{row.record.title}",
        entered=entered_said(row.record, row),
        late=row.record.late_reason if row.record.is_late else "",
        gone=gone,
        step=row.pk,
        own=own,
        fills=bool(not own and step and step.fields),
        voids=own or row.record.kind == Record.Kind.DOCUMENT,
        lacks=bool(step and _lacking(one)),
        order=(1, row.pk),
    )


def _lacking(one: StepDone) -> list[str]:
    there = one.row.evidence.get("papers", {})
    return [paper.key for paper in one.step.papers if paper.key not in there] if one.step else []


def _step_texts(found: MatterFile, one: StepDone) -> Iterable[str]:
    kept, row = one.row.evidence, one.row
    people = kept.get("people", {})

    def name(key: int | None) -> str:
        return people.get(str(key), {}).get("name", "") if key else ""

    kind = kept.get("kind", "")
    if kind and one.step is not None and one.step.evidence == "segment":
        yield kind_titles(found, one.step).get(kind, kind)
    acted = [
        f"{label}：{name(kept.get(key))}"
        for label, key in ((_("主持"), "presider_id"), (_("记录"), "recorder_id"))
        if name(kept.get(key))
    ]
    if acted:
        yield "　".join(acted)
    count = kept.get("count")
    rule = one.step.asked(kind).vote if one.step else None
    if count and rule:
        yield vote_judge(rule, VoteCount(**count)).sentence
    elected = election_of(one.step, happening_of(row)) if one.step else None
    if elected is not None:
        yield elected.sentence
    if row.person:
        yield _("经办人：%(who)s") % {"who": row.person}
    if row.overdue_days:
        yield _("逾期 %(n)s 天") % {"n": row.overdue_days}


def _paper_links(
    found: MatterFile, one: StepDone, there: Iterable[Attachment]
) -> tuple[PaperLink, ...]:
    titles = {paper.key: paper.title for paper in one.step.papers} if one.step else {}
    asked = {pk: titles.get(key, "") for key, pk in one.row.evidence.get("papers", {}).items()}
    return tuple(
        PaperLink(
            paper.name,
            reverse("procedures:file", args=[found.matter.pk, paper.pk]),
            asked.get(paper.pk, ""),
        )
        for paper in there
    )


def local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def entered_said(record: Record, row: MatterStep) -> str:
    """Who entered it when, and for whom."""
    who = row.actor or record.entered_by or _("系统")
    said = _("%(day)s 由%(who)s登记") % {"day": local_day(row.entered_at), "who": who}
    return said + (_("，代%(whom)s") % {"whom": record.on_behalf_of} if record.on_behalf_of else "")


_SIGNS = {
    Turn.Kind.OPENED: "flag",
    Turn.Kind.RETURNED: "arrow-back-up",
    Turn.Kind.TERMINATED: "circle-x",
    Turn.Kind.REOPENED: "reload",
    Turn.Kind.DONE: "award",
    Turn.Kind.CORRECTED: "edit",
}


def _turn(found: MatterFile, one: Turn) -> Happened:
    known = found.procedure
    to = known.step(one.to).title if known and one.to in known.step_index else one.to
    texts = []
    if one.to:
        texts.append(_("从“%(step)s”开始重新办理。") % {"step": to})
    if one.reason:
        texts.append(_("原因：%(reason)s") % {"reason": one.reason})
    if one.before.get("title"):
        texts.append(_("原来的名称：%(title)s") % {"title": one.before.get("title", "")})
    return Happened(
        day=one.day,
        title=one.get_kind_display(),
        sign=_SIGNS[Turn.Kind(one.kind)],
        texts=tuple(texts),
        lines=_before_lines(found, one),
        entered=_("%(day)s 由%(who)s登记")
        % {"day": local_day(one.at), "who": one.actor or _("系统")},
        order=(0 if one.kind == Turn.Kind.OPENED else 2, one.pk),
    )


def _before_lines(found: MatterFile, one: Turn) -> tuple[Line, ...]:
    if not one.before or found.procedure is None:
        return ()
    form, step = one.before.get("form", {}), one.before.get("step", "")
    known = found.procedure
    fields = known.step(step).fields if step in known.step_index else known.form
    return Named.of([(fields, form)]).lines(fields, form, found.words)


def _published(found: MatterFile, told: set[int]) -> list[Happened]:
    """Publications that do no step, and the objections to all of them."""
    shown = []
    kinds = found.words.codes.get("publication_kind", {})
    for one in publications_about(found.matter.about):
        texts = []
        if one.objections:
            said = _("收到异议 %(all)s 条，未答复 %(open)s 条。")
            texts.append(said % {"all": one.objections, "open": one.unanswered})
        if one.record_id in told and not texts:
            continue
        title = kinds.get(one.kind, one.kind)
        shown.append(
            Happened(
                day=one.from_on,
                title=_("异议：%(title)s") % {"title": title} if one.record_id in told else title,
                sign="message-circle" if one.record_id in told else "speakerphone",
                texts=tuple(texts),
                url=one.url,
                link=one.title,
                gone=_("已撤回") if one.withdrawn_on else "",
                order=(3, one.record_id),
            )
        )
    return shown


def _ordered(found: MatterFile, user: Any) -> list[Happened]:
    """Children, and tasks that the records of its steps ordered under the same agenda item."""
    places = {(one.row.record_id, one.row.part, one.row.item) for one in found.done}
    ordered = Matter.objects.filter(origin__in={place[0] for place in places})
    rows = [*found.matter.children.select_related("unit", "owner")]
    rows += [
        one
        for one in ordered.exclude(pk=found.matter.pk).select_related("unit", "owner")
        if (one.origin_id, one.origin_part, one.origin_item) in places
    ]
    seen = set(
        matters_seen(user, Matter.objects.visible_to(user).filter(pk__in=[m.pk for m in rows]))
        .values_list("pk", flat=True)
    )  # fmt: skip
    return [_child(found.matter.unit, one, one.pk in seen) for one in rows]


def _child(unit: Unit, one: Matter, seen: bool) -> Happened:
    texts = [one.get_state_display()]
    if one.owner:
        texts.append(_("责任人：%(who)s") % {"who": one.owner})
    if one.due_on and one.is_running:
        texts.append(_("限期：%(day)s") % {"day": one.due_on})
    where = f"（{one.unit}）" if one.unit_id != unit.pk else ""
    return Happened(
        day=one.opened_on,
        title=_("分派：%(title)s%(where)s")
        % {"title": one.title if seen else _("事项"), "where": where},
        sign="list-check",
        texts=("　".join(texts),),
        url=one.get_absolute_url() if seen else "",
        link=_("查看") if seen else "",
        order=(4, one.pk),
    )


def _outcome(one: Any) -> Happened:
    until = _("至 %(day)s") % {"day": one.to_on} if one.to_on else ""
    withdrawn = _("%(day)s 撤回") % {"day": one.withdrawn_on} if one.withdrawn_on else ""
    return Happened(
        day=one.from_on,
        title=_("结果：%(value)s") % {"value": one.value},
        sign="award",
        texts=tuple(filter(None, (one.basis, until))),
        gone=withdrawn,
        order=(5, one.pk),
    )
