"""What a step asks, in sentences: who presides, who must come, how it is voted, until when, what is still open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.utils.translation import gettext as _

from zhibu_engine.packs.procedure import Acting, Interval, Procedure, Setting, StepOf, Substitute
from zhibu_engine.shares import share_spoken, share_zh
from zhibu_engine.votes import Quorum, VoteRule

#: Post code → its name.
Posts = Callable[[str], str]

_SPANS = {"month": "一个月", "quarter": "一个季度", "year": "一年"}
_UNITS = {"days": "天", "months": "个月", "workdays": "个工作日"}


def days_said(left: int | None) -> str:
    """Days to a last day, in words."""
    if left is None:
        return ""
    if left < 0:
        return _("已超过 %(n)s 天") % {"n": -left}
    return _("今天到期") if left == 0 else _("还有 %(n)s 天") % {"n": left}


def days_tone(left: int | None) -> str:
    """A verdict's code for the colour; the words say the same."""
    if left is None:
        return "not_due"
    return "unmet" if left < 0 else "partial" if left <= 7 else "not_due"


def step_asked(
    procedure: Procedure, step: StepOf, posts: Posts, kinds: Mapping[str, str]
) -> tuple[str, ...]:
    """Everything the guards look at, so that nobody learns of it only by a refusal."""
    said = [*_acting_lines(procedure, step, posts), *_people_lines(step)]
    said += [
        *_vote_lines(step, kinds),
        *_election_lines(step),
        *_time_lines(procedure, step),
        *_other_lines(procedure, step),
    ]
    if step.basis:
        said.append(_("依据：%(basis)s。") % {"basis": step.basis})
    return tuple(said)


def _acting_lines(procedure: Procedure, step: StepOf, posts: Posts) -> Iterator[str]:
    if step.presiding is not None:
        yield from acting_lines(procedure, step.presiding, _("主持"), posts)
    if step.recording is not None:
        yield from acting_lines(procedure, step.recording, _("记录"), posts)


def acting_lines(procedure: Procedure, acting: Acting, does: str, posts: Posts) -> Iterator[str]:
    """The rule, each stand-in with its conditions, and who may not."""

    def names(codes: tuple[str, ...]) -> str:
        return "、".join(map(posts, codes))

    yield _("由%(posts)s%(does)s%(basis)s。") % {
        "posts": names(acting.posts), "does": does, "basis": _bracketed(acting.basis),
    }  # fmt: skip
    for one in acting.substitutes:
        yield _substitute(procedure, one, does, names)
    if acting.never:
        yield _("%(posts)s不能%(does)s；同时担任上面所列职务的除外。") % {
            "posts": names(acting.never), "does": does,
        }  # fmt: skip


def _substitute(
    procedure: Procedure, one: Substitute, does: str, names: Callable[[tuple[str, ...]], str]
) -> str:
    when = []
    if one.absent:
        when.append(_("%(posts)s不在场") % {"posts": names(one.absent)})
    if one.reason:
        when.append(_("写明原因"))
    said = _("%(when)s%(posts)s也可以%(does)s") % {
        "when": _("%(all)s的，") % {"all": "、".join(when)} if when else "",
        "posts": names(one.posts), "does": does,
    }  # fmt: skip
    if one.setting:
        said += "；" + _permission(procedure, one.setting)
    about = "；".join(filter(None, (one.note, one.basis)))
    return f"{said}{_bracketed(about)}。"


def _permission(procedure: Procedure, key: str) -> str:
    known = procedure.setting(key)
    if known is None or known.value is None:
        return _("这要本地准许，本地还没有规定，暂按不准许提示，写明原因仍可保存")
    return _("本地已准许") if known.value is True else _("本地规定不准许，确需如此要写明原因")


def _bracketed(text: str) -> str:
    return f"（{text}）" if text else ""


def _people_lines(step: StepOf) -> Iterator[str]:
    for party in step.parties:
        if party.all:
            yield _("%(who)s都要参加；没有到的要写明原因。") % {"who": party.title}
    groups = [party.title for party in step.parties if not party.all]
    if groups:
        yield _("%(groups)s各方都要有人参加；哪一方没有人要写明原因。") % {
            "groups": "、".join(groups)
        }


def _vote_lines(step: StepOf, kinds: Mapping[str, str]) -> Iterator[str]:
    asked = {"": step.asked("")} if not step.for_kind else dict(step.for_kind.items())
    for kind, one in asked.items():
        parts = [_quorum(one.turnout) if one.turnout else "", _vote(one.vote) if one.vote else ""]
        said = "，".join(filter(None, parts))
        if said:
            head = f"{kinds.get(kind, kind)}：" if kind else ""
            yield f"{head}{said}{_bracketed(one.basis)}。"


def _election_lines(step: StepOf) -> Iterator[str]:
    rule = step.election
    if rule is None:
        return
    whom = _("实到有选举权的人") if rule.of == "present" else _("应到有选举权的人")
    said = [_quorum(rule.turnout).replace("表决权", "选举权")] if rule.turnout else []
    said.append(
        _("得赞成票超过%(whom)s的%(share)s才能当选")
        % {"whom": whom, "share": share_spoken(rule.more_than)}
    )
    if rule.surplus:
        said.append(_("差额不少于应选人数的 %(share)s") % {"share": share_zh(rule.surplus)})
    if rule.secret:
        said.append(_("无记名投票"))
    yield "，".join(said) + "。"


def _share(asked: Quorum | VoteRule) -> str:
    return (_("超过") if asked.strict else _("不少于")) + share_spoken(asked.share)


def _quorum(asked: Quorum) -> str:
    whom = _("应到有表决权的人") if asked.of == "entitled" else _("应到的人")
    return _("到会%(share)s%(whom)s才能开会") % {"share": _share(asked), "whom": whom}


def _vote(rule: VoteRule) -> str:
    whom = {
        "entitled": _("应到有表决权的人"), "present": _("到会有表决权的人"),
        "cast": _("参加表决的人"), "due": _("应到的人"),
    }[rule.of]  # fmt: skip
    how = _("，无记名投票") if rule.secret else ""
    return _("赞成%(share)s%(whom)s为通过") % {"share": _share(rule), "whom": whom} + how


def _time_lines(procedure: Procedure, step: StepOf) -> Iterator[str]:
    for one in step.intervals:
        yield from _interval_lines(procedure, one)
    shown = procedure.number(step.shown)
    if shown is not None:
        yield _("至少公开 %(n)s 天。") % {"n": shown}
    times = procedure.number(step.repeats.at_least) if step.repeats else None
    if times:
        yield _("至少做 %(n)s 次。") % {"n": times}
    every = procedure.number(step.repeats.every) if step.repeats else None
    if step.repeats and every:
        yield f"每 {every} {_UNITS[step.repeats.unit]}做一次。"


def _interval_lines(procedure: Procedure, one: Interval) -> Iterator[str]:
    since, unit = _since(procedure, one.since), _UNITS[one.unit]
    about = _bracketed("；".join(filter(None, (one.title, one.basis))))
    numbers = (
        ("不早于", "以后", one.min),
        ("不迟于", "以后", one.max),
        ("不迟于", "以前", one.before),
    )
    for bound, side, number in numbers:
        n = procedure.number(number)
        if n is not None:
            yield f"{bound}{since}{f'{side} {n} {unit}' if n else ''}{about}。"
    if one.same:
        yield f"和{since}在同{_SPANS[one.same]}{about}。"
    month_day = procedure.month_day(one.by)
    if month_day:
        month, day = (int(part) for part in month_day.split("-"))
        yield f"每年 {month} 月 {day} 日以前{about}。"


def _since(procedure: Procedure, since: str) -> str:
    head, _dot, tail = since.partition(".")
    if since == "opened":
        return _("启动")
    if head == "parent":
        return _("上级事项的相应步骤")
    if head == "form":
        return next((f"“{one.title}”" for one in procedure.form if one.key == tail), tail)
    title = next((one.title for one in procedure.steps if one.key == head), head)
    return f"“{title}”"


def _other_lines(procedure: Procedure, step: StepOf) -> Iterator[str]:
    papers = [paper.title for paper in step.papers if paper.required]
    if papers:
        yield _("要有材料：%(papers)s。") % {"papers": "、".join(papers)}
    if step.not_by:
        titles = "、".join(f"“{procedure.step(key).title}”" for key in step.not_by)
        yield _("办理过%(steps)s的人不能办理这一步。") % {"steps": titles}
    if step.answered:
        yield _("此前公开的内容收到的异议要先全部答复。")


def settings_said(procedure: Procedure) -> tuple[tuple[str, bool], ...]:
    """Each setting in a sentence, and whether it is still open: nothing is checked by it then."""
    return tuple((_setting(one), one.value is None) for one in procedure.settings)


def _setting(one: Setting) -> str:
    if one.value is None:
        if one.type == "flag":
            return _("“%(title)s”本地还没有规定，暂按没有准许办理。") % {"title": one.title}
        return _("“%(title)s”本地还没有规定，暂不检查。") % {"title": one.title}
    said = (_("是") if one.value else _("否")) if isinstance(one.value, bool) else str(one.value)
    return f"“{one.title}”：{said}{_bracketed(one.basis)}。"
