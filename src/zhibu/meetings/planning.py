"""From what was handed in to what will be written: rosters, counts, problems, cautions.

One road for one sitting and for eighteen thousand: everything a plan must know of the day comes
through a ``DayFacts``, which asks the database or looks into what was loaded before.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.meetings import terms
from zhibu.meetings.dayfacts import DayFacts, Seat
from zhibu.meetings.inputs import AgendaInput, Caution, Problem, SegmentInput, SittingInput
from zhibu.meetings.seating import Seating, seat
from zhibu.records.models import Participant
from zhibu.records.services import Part
from zhibu_engine.packs.procedure import StepOf
from zhibu_engine.votes import VoteCount, VoteResult, vote_judge

FROM_ABOVE = frozenset({Participant.Role.LECTURER, Participant.Role.GUEST, Participant.Role.GUIDE})


@dataclass(slots=True)
class SegmentPlan:
    order: int
    given: SegmentInput
    kind: Any
    theme: str
    parts: list[Part]
    hosts: list[Seating]
    posts: dict[str, str] = field(default_factory=dict)
    #: The step that an item does, by the item's number from 0.
    steps: dict[int, StepOf] = field(default_factory=dict)

    @property
    def resolutions(self) -> int:
        return sum(1 for item in self.given.agenda if item.resolution.strip())


@dataclass(slots=True)
class SittingPlan:
    given: SittingInput
    segments: list[SegmentPlan] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    title: str = ""
    digest: str = ""
    search_text: str = ""

    @property
    def host_ids(self) -> list[int]:
        """The owner first, each unit once."""
        found = dict.fromkeys([self.given.owner_id])
        for segment in self.segments:
            found.update(dict.fromkeys(host.unit_id for host in segment.hosts))
        return list(found)


def sitting_plan(
    given: SittingInput,
    facts: DayFacts,
    *,
    default_reason: str = "",
    frozen: dict[tuple[int, int | None, str], list[Seat]] | None = None,
) -> SittingPlan:
    """Work out a sitting. ``default_reason`` stands where a sheet gives none (imports).

    ``frozen`` are the rosters a correction keeps: mending a typing error in March must not
    silently change who was due in January.
    """
    plan = SittingPlan(given)
    _check_times(plan)
    if not given.segments:
        plan.problems.append(Problem("kind", _("请至少选择一个会议类别。")))
    for index, one in enumerate(given.segments):
        _plan_segment(plan, index, one, facts, default_reason, frozen or {})
    plan.title = _title(plan)
    plan.digest = _digest(given)
    plan.search_text = _search_text(plan, facts)
    return plan


def _check_times(plan: SittingPlan) -> None:
    start, end = plan.given.starts_at, plan.given.ends_at
    if start and end and end <= start:
        plan.problems.append(Problem("ends_at", _("结束时间应晚于开始时间。")))


def _plan_segment(
    plan: SittingPlan,
    index: int,
    one: SegmentInput,
    facts: DayFacts,
    default_reason: str,
    frozen: dict[tuple[int, int | None, str], list[Seat]],
) -> None:
    words = facts.words(plan.given.owner_id, plan.given.day)
    kind = terms.kind_find(words, one.kind)
    if kind is None:
        text = _("没有名为“%(kind)s”的会议类别。请从列表中选择。") % {"kind": one.kind}
        plan.problems.append(Problem("kind", text, index))
        return
    theme = one.theme.strip() or (one.agenda[0].title.strip() if one.agenda else "")
    segment = SegmentPlan(index + 1, one, kind, theme[:200], [], [])
    plan.segments.append(segment)
    seat(plan, segment, index, facts, frozen)
    _take_roles(plan, segment, index, facts, default_reason)
    _check_convener(plan, segment, index, words)
    _take_steps(plan, segment, index, facts)
    _check_votes(plan, segment, index)
    missing = _missing(plan.given, segment)
    if missing:
        text = _("%(kind)s还缺：%(fields)s。") % {"kind": kind.title, "fields": "、".join(missing)}
        plan.cautions.append(Caution("fields", text, index))
    for host in segment.hosts:
        host.missing_fields = len(missing)


def _take_roles(
    plan: SittingPlan, segment: SegmentPlan, index: int, facts: DayFacts, default_reason: str
) -> None:
    """Store with each role the post he really held that day; an unfit presider needs a reason."""
    day, kind = plan.given.day, segment.kind
    accepted = {
        "presider": terms.accepted_presiders(kind),
        "recorder": kind.recorders,
        "lecturer": kind.lecturers,
    }
    for role in segment.given.roles:
        fit = accepted.get(role.role, ())
        post = _post_of(segment, role.person_id, role.role, fit, day, facts)
        reason = role.reason.strip()
        if role.role == "presider" and fit and post not in fit:
            reason = reason or default_reason
            _unfit_presider(plan, segment, index, facts.person_name(role.person_id), reason)
        segment.parts.append(Part(segment.order, role.person_id, role.role, post, reason[:200]))
        segment.posts.setdefault(role.role, post)
    _check_roles_present(plan, segment, index, facts)


def _unfit_presider(
    plan: SittingPlan, segment: SegmentPlan, index: int, name: str, reason: str
) -> None:
    said = {"name": name, "kind": segment.kind.title}
    if not reason:
        text = _(
            "%(name)s当日没有可以主持%(kind)s的职务。请改选主持人；确由其主持的，请写明原因后再保存。"
        )
        plan.problems.append(Problem("presider", text % said, index))
        return
    text = _("%(name)s当日没有可以主持%(kind)s的职务，已按所写原因保存，评判时不计数。")
    plan.cautions.append(Caution("presider", text % said, index))


def _post_of(
    segment: SegmentPlan,
    person_id: int,
    role: str,
    fit: tuple[str, ...],
    day: date,
    facts: DayFacts,
) -> str:
    """The accepted post if he held one, else the first he held, else nothing.

    A presider or recorder acts in a post of the units that meet: the secretary of another
    branch is nobody here. A lecturer, guest or guide may come from above, so any post of his counts.
    """
    if role in FROM_ABOVE:
        held = facts.person_posts(person_id, day)
    else:
        units = [unit for host in segment.hosts for unit in (host.group_id, host.unit_id) if unit]
        held = [
            code
            for unit in units
            for who, _name, code in facts.posts(unit, day)
            if who == person_id
        ]
    return next((code for code in fit if code in held), held[0] if held else "")


def _check_roles_present(
    plan: SittingPlan, segment: SegmentPlan, index: int, facts: DayFacts
) -> None:
    away = {
        p
        for host in segment.hosts
        for p, (state, _why) in host.exceptions.items()
        if state != "present"
    }
    for part in segment.parts:
        if part.person_id in away and part.role in {"presider", "recorder", "lecturer"}:
            text = _("%(name)s既在会上承担职责，又记为未到会，请核对。")
            said = {"name": facts.person_name(part.person_id)}
            plan.cautions.append(Caution("role_absent", text % said, index))


def _check_convener(plan: SittingPlan, segment: SegmentPlan, index: int, words: Any) -> None:
    kind, convener = segment.kind, segment.given.convener
    if not kind.conveners or convener in kind.conveners:
        return
    if convener:
        text = _("召集主体是“%(convener)s”，评判时不计为%(kind)s。") % {
            "convener": terms.code_title(words, "convener", convener),
            "kind": kind.title,
        }
    else:
        text = _("没有写召集主体，评判时不计为%(kind)s。") % {"kind": kind.title}
    plan.cautions.append(Caution("convener", text, index))


def _take_steps(plan: SittingPlan, segment: SegmentPlan, index: int, facts: DayFacts) -> None:
    """Which steps of matters the items do; a step once in a sitting, and only by a kind that it takes."""
    taken = {
        (item.matter_id, item.step)
        for other in plan.segments[:-1]
        for item in other.given.agenda
        if item.matter_id
    }
    for number, item in enumerate(segment.given.agenda):
        if item.matter_id is None:
            continue
        step = facts.step(item.matter_id, item.step)
        if step is None:
            problem = _("系统内没有这件事的这一步。请重新选择对应事项。")
        elif (item.matter_id, item.step) in taken:
            problem = _("“%(step)s”在这次会议上已经选过一次，请只在一项议题上选。") % {
                "step": step.title
            }
        elif step.kinds and segment.given.kind not in step.kinds:
            said = {"step": step.title, "kind": segment.kind.title}
            problem = _("“%(step)s”不能由%(kind)s办理。请改选会议类别，或者不选对应事项。") % said
        else:
            problem = ""
            segment.steps[number] = step
            taken.add((item.matter_id, item.step))
        if problem:
            plan.problems.append(Problem("step", problem, index, number))


def vote_count(item: AgendaInput | Any, hosts: list[Any]) -> VoteCount:
    """In a joint segment those entitled are counted together."""
    return VoteCount(
        votes_for=item.votes_for or 0,
        votes_against=item.votes_against or 0,
        votes_abstain=item.votes_abstain or 0,
        written=item.written or 0,
        due=sum(h.due for h in hosts),
        attended=sum(h.present for h in hosts),
        entitled=sum(h.entitled for h in hosts),
        present=sum(h.present_entitled for h in hosts),
    )


def vote_of(
    item: AgendaInput | Any, hosts: list[Any], kind: Any, asked: Any = None
) -> VoteResult | None:
    """The vote on an item, by the rule of the step that it does or else of the kind."""
    if all(v is None for v in (item.votes_for, item.votes_against, item.votes_abstain)):
        return None
    return vote_judge(terms.vote_rule(kind, asked), vote_count(item, hosts))


def _check_votes(plan: SittingPlan, segment: SegmentPlan, index: int) -> None:
    for number, item in enumerate(segment.given.agenda):
        step = segment.steps.get(number)
        asked = step.asked(segment.given.kind) if step else None
        vote = vote_of(item, segment.hosts, segment.kind, asked)
        for problem in vote.problems if vote else ():
            said = {"number": number + 1, "problem": problem}
            text = _("第 %(number)s 项议题：%(problem)s") % said
            plan.problems.append(Problem("votes", text, index))


#: What a kind's ``required`` may name, the words for it, and how it is seen to be there.
#: Required field → its title, and whether what was handed in has it.
REQUIRED: dict[str, tuple[str, Any]] = {
    "title": ("主题", lambda sitting, s: s.theme),
    "theme": ("主题", lambda sitting, s: s.theme),
    "presider": ("主持人", lambda sitting, s: "presider" in s.posts),
    "recorder": ("记录人", lambda sitting, s: "recorder" in s.posts),
    "lecturer": ("授课人", lambda sitting, s: "lecturer" in s.posts),
    "reader": ("领学人", lambda sitting, s: "reader" in s.posts),
    "convener": ("召集主体", lambda sitting, s: s.given.convener),
    "agenda": ("议题", lambda sitting, s: s.given.agenda),
    "resolution": ("决议", lambda sitting, s: s.resolutions),
    "discussion": (
        "讨论情况",
        lambda sitting, s: any(a.discussion.strip() for a in s.given.agenda),
    ),
    "form": ("活动形式", lambda sitting, s: s.given.form),
    "material": ("学习材料", lambda sitting, s: s.given.material.strip()),
    "content": ("内容", lambda sitting, s: s.given.content.strip()),
    "place": ("地点", lambda sitting, s: sitting.place.strip()),
    "starts_at": ("开始时间", lambda sitting, s: sitting.starts_at),
    "ends_at": ("结束时间", lambda sitting, s: sitting.ends_at),
}


def _missing(sitting: SittingInput, segment: SegmentPlan) -> list[str]:
    """Titles of required fields left empty. A name no form knows is not held against anybody."""
    return [
        REQUIRED[name][0]
        for name in segment.kind.required
        if name in REQUIRED and not REQUIRED[name][1](sitting, segment)
    ]


def _title(plan: SittingPlan) -> str:
    kinds = "、".join(dict.fromkeys(segment.kind.title for segment in plan.segments))
    theme = next((segment.theme for segment in plan.segments if segment.theme), "")
    return f"{kinds}：{theme}"[:200] if theme else kinds[:200]


_BLANK = re.compile(r"[\s\W_]+")


def _digest(given: SittingInput) -> str:
    """Two records of one text have one digest, whatever the spaces and stops between the words."""
    texts: list[str] = []
    for segment in given.segments:
        texts += [segment.theme, segment.material, segment.content]
        for item in segment.agenda:
            texts += [item.title, item.discussion, item.resolution]
    plain = "\n".join(_BLANK.sub("", text) for text in texts)
    return hashlib.sha256(plain.encode()).hexdigest()


def _search_text(plan: SittingPlan, facts: DayFacts) -> str:
    words = [plan.title, plan.given.place]
    for segment in plan.segments:
        words += [segment.given.material, segment.given.content]
        words += [f"{a.title} {a.discussion} {a.resolution}" for a in segment.given.agenda]
        words += [facts.person_name(part.person_id) for part in segment.parts]
    return " ".join(dict.fromkeys(word.strip() for word in words if word.strip()))
