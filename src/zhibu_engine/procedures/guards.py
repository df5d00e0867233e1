"""What of a step does not conform, each as a sentence. Nothing here is refused but the impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from zhibu_engine.elections import candidates_problem
from zhibu_engine.packs.procedure import Acting, Procedure, StepOf
from zhibu_engine.procedures.acting import ActingSaid, acting_judge
from zhibu_engine.procedures.days import limits
from zhibu_engine.procedures.electing import REJECTED, election_of, nominated
from zhibu_engine.procedures.fields import field_breaches
from zhibu_engine.procedures.happenings import Breach, Happening, Standing
from zhibu_engine.procedures.order import awaited, is_settled, repeat_due
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
    for key in awaited(case.procedure, case.step, case.standing):
        text = _not_before(case, case.procedure.step(key))
        if text:
            yield Breach(f"order:{key}", text)
    if case.happened.day < case.standing.opened:
        yield Breach(
            "order:opened",
            f"日期 {case.happened.day} 早于事项启动的 {case.standing.opened}。请核对日期。",
        )


def _not_before(case: Case, before: StepOf) -> str:
    """What is wrong with a step that should be done by then; "" where it was."""
    day, done = case.happened.day, case.standing.at(before.key)
    if not done:
        return f"前一步“{before.title}”系统内未见记录。请先补上，或者说明原因。"
    if done[0].day > day:
        return f"这一步的日期 {day} 早于前一步“{before.title}”的 {done[0].day}。请核对日期，或者说明原因。"
    if not is_settled(case.procedure, before, case.standing.until(day)):
        return f"到 {day}，前一步“{before.title}”还没有办成。请先办好，或者说明原因。"
    return ""


def _evidence(case: Case) -> Iterator[Breach]:
    if case.step.kinds and case.happened.kind and case.happened.kind not in case.step.kinds:
        yield Breach(
            "kind", f"这条记录的类别不能用于“{case.step.title}”。请选择另一条记录。", hard=True
        )
    said = case.happened.decision
    if case.step.election is not None and not said:
        result = election_of(case.step, case.happened)
        if result is None or result.problems:
            return  # The counts will say how it came out.
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
        yield Breach("turnout", "没有应到、实到人数，不能确认到会人数够不够。请补上人数。")
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
        yield _open_vote()


def _open_vote() -> Breach:
    return Breach("secret", "应当无记名投票，记录为举手或者记名。请核对，或者说明原因。")


def _intervals(case: Case) -> Iterator[Breach]:
    day = case.happened.day
    for limit in limits(case.procedure, case.step.intervals, case.standing, day):
        n = case.step.intervals.index(limit.interval)
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


def _repeats(case: Case) -> Iterator[Breach]:
    """Not done again in time: longer ago than it may be."""
    last = repeat_due(case.procedure, case.step, case.standing)
    if last is not None and case.happened.day > last:
        over = (case.happened.day - last).days
        yield Breach(
            "late:repeats",
            f"下一次“{case.step.title}”应在 {last} 以前，实为 {case.happened.day}，超过 {over} 天。请说明原因。",
            basis=case.step.basis,
            days=over,
        )


def _papers(case: Case) -> Iterator[Breach]:
    for paper in case.step.papers:
        if paper.required and paper.key not in case.happened.papers:
            yield Breach(f"paper:{paper.key}", f"还缺“{paper.title}”。请上传，或者说明原因。")


def _fields(case: Case) -> Iterator[Breach]:
    yield from field_breaches(
        case.procedure,
        case.step.fields,
        case.happened.fields,
        case.standing,
        happened=case.happened,
    )


def _election(case: Case) -> Iterator[Breach]:
    if case.step.election is None:
        return
    result = election_of(case.step, case.happened)
    if result is None:
        text = f"“{case.step.title}”没有写全应选名额、人数、票数和候选人得票。请补上。"
        yield Breach(f"field:{case.step.election.candidates}", text)
        return
    for n, text in enumerate(result.problems):
        yield Breach(f"votes:{n}", text, hard=True)
    if result.invalid and not result.problems:
        yield Breach("turnout", result.invalid)
    few = candidates_problem(result.rule, result.count.seats, nominated(case.step, case.happened))
    if few:
        yield Breach("candidates", few)
    if result.rule.secret and case.happened.secret is False:
        yield _open_vote()


def _requires(case: Case) -> Iterator[Breach]:
    for one in case.step.requires:
        if not any((one.kind, value) in case.happened.held for value in one.any_of):
            wanted = "、".join(one.any_of)
            said = f"对象在 {case.happened.day} 系统内未见“{wanted}”的结果。请先办结有关事项，或者说明原因。"
            yield Breach(f"held:{one.kind}", said, basis=one.basis)


def _separation(case: Case) -> Iterator[Breach]:
    """Whichever of the two was entered first."""
    own = case.step
    apart = [
        *((own, case.procedure.step(key)) for key in own.not_by),
        *((other, own) for other in case.procedure.steps if own.key in other.not_by),
    ]
    for later, earlier in apart:
        other = earlier if later is own else later
        if any(one.actors & case.happened.actors for one in case.standing.at(other.key)):
            yield Breach(
                "separation",
                f"“{later.title}”不能由办理“{earlier.title}”的人自己做。请换一人办理。",
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
    _order, _evidence, _presiding, _recording, _parties, _turnout, _vote, _election, _intervals, _repeats, _papers,
    _fields, _requires, _separation, _standing,
)  # fmt: skip
