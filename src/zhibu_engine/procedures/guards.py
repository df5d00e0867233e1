"""What of a step does not conform, each as a sentence. Nothing here is refused but the impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from zhibu_engine.packs.procedure import Acting, FormField, Procedure, StepOf
from zhibu_engine.procedures.acting import ActingSaid, acting_judge
from zhibu_engine.procedures.happenings import Breach, Happening, Standing
from zhibu_engine.procedures.order import REJECTED, befores, limits
from zhibu_engine.votes import VoteResult, vote_judge


@dataclass(frozen=True)
class Case:
    """One step of one matter, with the names of posts for the sentences. ``standing`` is without this happening."""

    procedure: Procedure
    step: StepOf
    happened: Happening
    standing: Standing
    posts: Callable[[str], str] = str

    def names(self, posts: tuple[str, ...]) -> str:
        return "、".join(map(self.posts, posts))

    def reason(self, code: str) -> str:
        return self.happened.reasons.get(code, "").strip()

    @cached_property
    def vote(self) -> VoteResult | None:
        rule = self.step.asked(self.happened.kind).vote
        if rule is None or self.happened.count is None:
            return None
        return vote_judge(rule, self.happened.count)


def step_judge(
    procedure: Procedure,
    step: StepOf,
    happened: Happening,
    standing: Standing,
    *,
    posts: Callable[[str], str] = str,
) -> tuple[Breach, ...]:
    """All breaches of a step, with the reasons written for them. ``posts`` names a post code."""
    case = Case(procedure, step, happened, standing, posts)
    found = (breach for guard in GUARDS for breach in guard(case))
    return tuple(replace(one, reason=case.reason(one.code)) for one in found)


def _order(case: Case) -> Iterator[Breach]:
    for key in befores(case.procedure, case.step, case.standing):
        before = case.procedure.step(key)
        day = case.standing.day(key)
        if day is None and not before.optional:
            yield Breach(
                f"order:{key}", f"前一步“{before.title}”系统内未见记录。请先补上，或者说明原因。"
            )
        elif day is not None and day > case.happened.day:
            yield Breach(
                f"order:{key}",
                f"这一步的日期 {case.happened.day} 早于前一步“{before.title}”的 {day}。请核对日期，或者说明原因。",
            )
    if case.happened.day < case.standing.opened:
        yield Breach(
            "order:opened",
            f"日期 {case.happened.day} 早于事项启动的 {case.standing.opened}。请核对日期。",
        )


def _evidence(case: Case) -> Iterator[Breach]:
    if case.step.kinds and case.happened.kind and case.happened.kind not in case.step.kinds:
        yield Breach(
            "kind", f"这条记录的类别不能用于“{case.step.title}”。请选择另一条记录。", hard=True
        )
    said = case.happened.decision
    if case.step.decisions and said != REJECTED and case.step.decision(said) is None:
        titles = "、".join(one.title for one in case.step.decisions)
        yield Breach("decision", f"请选择这一步的结果：{titles}。", hard=True)


def _presiding(case: Case) -> Iterator[Breach]:
    if case.step.presiding is not None:
        yield from _acting(case, case.step.presiding, "presider", "主持", case.happened.presider)


def _recording(case: Case) -> Iterator[Breach]:
    if case.step.recording is not None:
        yield from _acting(case, case.step.recording, "recorder", "记录", case.happened.recorder)


def _acting(case: Case, acting: Acting, code: str, does: str, seat: object) -> Iterator[Breach]:
    said = acting_said(case, acting, code)
    if said.acted != "breach":
        return
    who = getattr(seat, "name", "") or f"{does}人"
    accepted = case.names(acting.posts)
    yield Breach(code, _acting_text(case, said, who, does, accepted), basis=acting.basis)


def acting_said(case: Case, acting: Acting, code: str) -> ActingSaid:
    """``code``: presider or recorder."""
    return acting_judge(
        acting,
        getattr(case.happened, code),
        case.happened.present,
        turned_on=case.procedure.turned_on,
        reason=case.reason(code),
    )


def _acting_text(case: Case, said: ActingSaid, who: str, does: str, accepted: str) -> str:
    title = case.step.title
    if said.why == "missing":
        return f"“{title}”没有写明{does}人。应由{accepted}{does}。"
    if said.why == "not_absent":
        return f"{case.names(said.present)}在场，不能由{who}代为{does}。应由{accepted}{does}。"
    if said.why == "never":
        return f"{who}的职务不能{does}“{title}”。应由{accepted}{does}。"
    if said.why == "setting":
        return (
            f"由{who}{does}“{title}”，本地制度没有准许。应由{accepted}{does}；确需如此请说明原因。"
        )
    if said.why == "reason":
        return f"“{title}”原则上由{accepted}{does}。由{who}{does}请说明原因。"
    return f"{who}当日的职务不能{does}“{title}”。应由{accepted}{does}；确需如此请说明原因。"


def _parties(case: Case) -> Iterator[Breach]:
    for party in case.step.parties:
        wanted = set(party.posts)
        there = {seat.person_id for seat in case.happened.present if seat.posts & wanted}
        due = {seat.person_id for seat in case.happened.due if seat.posts & wanted}
        if party.all and due - there:
            yield Breach(
                f"party:{party.key}",
                f"{party.title}应到 {len(due)} 人，实到 {len(due & there)} 人。请说明原因。",
            )
        elif len(there) < party.at_least:
            least = f"至少 {party.at_least} 人" if party.at_least > 1 else "有人"
            yield Breach(
                f"party:{party.key}",
                f"“{case.step.title}”应当{least}参加：{party.title}。没有请说明原因。",
            )


def _turnout(case: Case) -> Iterator[Breach]:
    count, asked = case.happened.count, case.step.asked(case.happened.kind).turnout
    if asked is None:
        return
    if count is None:
        yield Breach("turnout", "没有应到、实到人数，不能确认到会是否过半。请补上人数。")
        return
    base = count.entitled if asked.of == "entitled" else count.everybody
    there = count.present if asked.of == "entitled" else count.there
    if not asked.reached(there, base):
        yield Breach(
            "turnout",
            f"应到 {base} 人，实到 {there} 人，至少须到 {asked.needs(base)} 人，会议不能作出决定。",
        )


def _vote(case: Case) -> Iterator[Breach]:
    rule = case.step.asked(case.happened.kind).vote
    if rule is None:
        return
    result = case.vote
    if result is None:
        yield Breach("vote", f"“{case.step.title}”应当表决，系统内未见票数。请补上票数。")
        return
    for n, text in enumerate(result.problems):
        yield Breach(f"votes:{n}", text, hard=True)
    if rule.secret and case.happened.secret is False:
        yield Breach("secret", "应当无记名投票，记录为举手或者记名。请核对，或者说明原因。")


def _intervals(case: Case) -> Iterator[Breach]:
    day = case.happened.day
    for n, limit in enumerate(limits(case.procedure, case.step.intervals, case.standing)):
        about = f"（{limit.interval.title}）" if limit.interval.title else ""
        if limit.first and day < limit.first:
            yield Breach(
                f"soon:{n}",
                f"最早 {limit.first}，实为 {day}，早了 {(limit.first - day).days} 天{about}。请核对日期，或者说明原因。",
                basis=limit.interval.basis,
            )
        if limit.last and day > limit.last:
            over = (day - limit.last).days
            yield Breach(
                f"late:{n}",
                f"应在 {limit.last} 以前，实为 {day}，超过 {over} 天{about}。请说明原因。",
                basis=limit.interval.basis,
                days=over,
            )


def _papers(case: Case) -> Iterator[Breach]:
    for paper in case.step.papers:
        if paper.required and paper.key not in case.happened.papers:
            yield Breach(f"paper:{paper.key}", f"还缺“{paper.title}”。请上传，或者说明原因。")


def _fields(case: Case) -> Iterator[Breach]:
    yield from field_breaches(case.procedure, case.step.fields, case.happened.fields, case.standing)


def field_breaches(
    procedure: Procedure,
    fields: tuple[FormField, ...],
    said: Mapping[str, Any],
    standing: Standing | None = None,
) -> Iterator[Breach]:
    """Blanks that are required and empty, numbers out of bounds, a text that only repeats another one."""
    for one in fields:
        value = said.get(one.key)
        empty = value in (None, "", []) or (one.type == "flag" and value is False)
        code = f"field:{one.key}"
        if one.required and empty:
            yield Breach(code, f"请填写“{one.title}”。")
        if isinstance(value, int) and not isinstance(value, bool):
            for text in _bounds(procedure, fields, one, value, said):
                yield Breach(code, text)
        repeats = one.differs_from and not empty
        if repeats and _same(value, _other(one.differs_from, said, standing)):
            yield Breach(code, f"“{one.title}”照抄了前面的内容，没有写出新的内容。请重新写。")


def _bounds(
    procedure: Procedure,
    fields: tuple[FormField, ...],
    one: FormField,
    value: int,
    said: Mapping[str, Any],
) -> Iterator[str]:
    least, most = procedure.number(one.at_least), procedure.number(one.at_most)
    if least is not None and value < least:
        yield f"“{one.title}”至少为 {least}，现为 {value}。"
    if most is not None and value > most:
        yield f"“{one.title}”至多为 {most}，现为 {value}。"
    whole = said.get(one.within)
    if not one.within or not isinstance(whole, int) or isinstance(whole, bool):
        return
    whose = next((other.title for other in fields if other.key == one.within), one.within)
    if value > whole:
        yield f"“{one.title}”{value}，多于“{whose}”{whole}。请核对。"
    percent = procedure.number(one.percent)
    if percent is not None and value * 100 < percent * whole:
        yield f"“{one.title}”应占“{whose}”的 {percent}% 以上，现为 {value}/{whole}。"


def _other(key: str, values: Mapping[str, Any], standing: Standing | None) -> object:
    head, _, tail = key.partition(".")
    if not tail or standing is None:
        return values.get(key)
    if head == "form":
        return standing.form.get(tail)
    said = standing.at(head)
    return said[-1].fields.get(tail) if said else None


def _same(one: object, other: object) -> bool:
    def plain(text: object) -> str:
        return "".join(char for char in str(text or "") if char.isalnum())

    return bool(plain(other)) and plain(one) == plain(other)


def _separation(case: Case) -> Iterator[Breach]:
    for key in case.step.not_by:
        if any(one.actors & case.happened.actors for one in case.standing.at(key)):
            title = case.procedure.step(key).title
            yield Breach(
                "separation",
                f"“{case.step.title}”不能由办理“{title}”的人自己做。请换一人办理。",
                hard=True,
            )


def _standing(case: Case) -> Iterator[Breach]:
    """How long the publication stands, and what the step must have waited for: answers to objections."""
    shown, wanted = case.happened.shown, case.procedure.number(case.step.shown)
    if wanted is not None and shown is not None and shown < wanted:
        yield Breach(
            "shown",
            f"公开应满 {wanted} 天，登记的公开期为 {shown} 天。请延长公开期，或者说明原因。",
        )
    if case.step.answered and case.happened.objections_open:
        yield Breach(
            "objections", f"还有 {case.happened.objections_open} 条异议没有答复。请先答复。"
        )


GUARDS: tuple[Callable[[Case], Iterator[Breach]], ...] = (
    _order, _evidence, _presiding, _recording, _parties, _turnout, _vote, _intervals, _papers, _fields,
    _separation, _standing,
)  # fmt: skip
