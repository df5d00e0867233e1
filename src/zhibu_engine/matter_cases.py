"""Worked cases of procedures: what was done of a matter, and what is open, missing or not conforming then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhibu_engine.packs import PackError, Words
from zhibu_engine.packs.blanks import FormField
from zhibu_engine.packs.json_schema import HAPPENED
from zhibu_engine.packs.procedure import Procedure
from zhibu_engine.packs.source import as_date
from zhibu_engine.procedures import (
    Happening,
    Seat,
    Standing,
    conformance,
    due_day,
    matter_due,
    resolution_problems,
    steps_left,
    steps_open,
)
from zhibu_engine.procedures.replay import CLOSED, Reopened, Replayed, replay
from zhibu_engine.votes import VoteCount

_VOTES = {"for": "votes_for", "against": "votes_against", "abstain": "votes_abstain"}
_WORDS = tuple(HAPPENED["properties"])


@dataclass(frozen=True, slots=True)
class MatterCase:
    """A matter as a case writes it, and of a child the one above it."""

    procedure: str
    opened: date
    form: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    done: tuple[Mapping[str, Any], ...] = ()
    parent: MatterCase | None = None


def matter_case(
    shared: Mapping[str, Any], case: Mapping[str, Any], place: str
) -> MatterCase | None:
    """None where the case is about no matter. What a file says of each step holds where the case is silent."""
    key = case.get("procedure", shared.get("procedure"))
    if not key or "clause" in case:
        return None
    each = shared.get("each") or {}
    done = []
    for one in case.get("done") or ():
        if not isinstance(one, dict) or not ({"step", "reopen"} & set(one)):
            raise PackError(f"{place}：done 的每一项要写 step 和 day，或者 reopen。")
        done.append({**(each.get(one.get("step")) or {}), **one})
    for one in done:
        for word in one:
            if word not in _WORDS:
                raise PackError(f"{place}：done 不认识“{word}”；可用的有：{'、'.join(_WORDS)}。")
    above = case.get("parent", shared.get("parent"))
    return MatterCase(
        str(key),
        as_date(case.get("opened", shared.get("opened", ""))),
        {**(shared.get("form") or {}), **(case.get("form") or {})},
        {**(shared.get("settings") or {}), **(case.get("settings") or {})},
        tuple(done),
        matter_case({}, above, place) if above else None,
    )


def matter_case_run(
    case: MatterCase, words: Words, place: str, name: str, expect: Mapping[str, Any]
) -> Iterator[str]:
    """What went otherwise than expected, one sentence each."""
    try:
        values = _values(case, words)
    except (PackError, ValueError) as error:
        yield f"{place}：{name}：{error}"
        return
    strange = set(expect) - set(values)
    if strange:
        yield f"{place}：expect 不认识“{'、'.join(sorted(strange))}”；可用的有：{'、'.join(values)}。"
        return
    for key, wanted in expect.items():
        if values[key] != wanted:
            yield f"{place}：{name}：{key} 应为 {wanted}，实为 {values[key]}。"


def _values(case: MatterCase, words: Words) -> dict[str, Any]:
    procedure, came = _played(case, words)
    standing, closed = came.standing, came.state in CLOSED
    judged = conformance(procedure, standing)
    steps = () if closed else steps_open(procedure, standing)
    due = {step.key: due_day(procedure, step, standing) for step in steps}
    due["matter"] = matter_due(procedure, standing)
    return {
        "open": [step.key for step in steps],
        "left": [] if closed else [step.key for step in steps_left(procedure, standing)],
        "breaches": [
            f"{one.step}:{breach.code}"
            for one, found in zip(standing.done, judged.breaches, strict=True)
            for breach in found
        ],
        "refused": list(came.refused),
        "state": came.state,
        "due": {key: str(day) for key, day in due.items() if day is not None},
        "outcomes": list(came.outcomes),
        "publishable": not resolution_problems(procedure, standing),
    }


def _played(case: MatterCase, words: Words) -> tuple[Procedure, Replayed]:
    procedure = _procedure(case, words)
    people = _People()
    parent = _played(case.parent, words)[1].standing if case.parent else None
    history = [_happened(one, procedure, people) for one in case.done]
    form = _in_fen(case.form, procedure.form)
    return procedure, replay(procedure, Standing(case.opened, form, (), parent), history)


def _in_fen(said: Mapping[str, Any], fields: tuple[FormField, ...]) -> dict[str, Any]:
    """A case writes money in yuan; it is kept in fen."""
    money = {one.key for one in fields if one.type == "money"}
    return {
        key: round(value * 100) if key in money and isinstance(value, int | float) else value
        for key, value in said.items()
    }


def _procedure(case: MatterCase, words: Words) -> Procedure:
    """With the values that the case gives its settings."""
    if case.procedure not in words.procedures:
        known = "、".join(words.procedures) or "（无）"
        raise PackError(f"没有程序“{case.procedure}”；有：{known}。")
    written = words.source["procedures"][case.procedure]
    settings = written.get("settings") or []
    unknown = set(case.settings) - {one["key"] for one in settings}
    if unknown:
        raise PackError(f"程序“{case.procedure}”没有设置项“{'、'.join(sorted(unknown))}”。")
    given = [
        {**one, "value": case.settings[one["key"]]} if one["key"] in case.settings else one
        for one in settings
    ]
    return Procedure.model_validate({**written, "settings": given})


class _People:
    """The persons of a case: the same posts, or the same name, are the same person."""

    def __init__(self) -> None:
        self.known: dict[object, int] = {}

    def seat(self, said: Any) -> Seat:
        name, posts = "", said
        if isinstance(said, Mapping):
            name, posts = str(said.get("name", "")), said.get("posts") or []
        held = frozenset([posts] if isinstance(posts, str) else map(str, posts))
        number = self.known.setdefault(name or held, len(self.known) + 1)
        return Seat(number, held, name)

    def seats(self, said: Any) -> tuple[Seat, ...]:
        return tuple(self.seat(one) for one in said or ())


def _happened(
    one: Mapping[str, Any], procedure: Procedure, people: _People
) -> Happening | Reopened:
    if "reopen" in one:
        return Reopened(as_date(one["reopen"]))
    if one["step"] not in procedure.step_index:
        known = "、".join(procedure.step_index)
        raise PackError(f"程序“{procedure.key}”没有步骤“{one['step']}”；有：{known}。")
    presider, recorder = (
        people.seat(one[word]) if word in one else None for word in ("presider", "recorder")
    )
    present = people.seats(one.get("present"))
    more = [seat for seat in (presider, recorder) if seat is not None and seat not in present]
    return Happening(
        step=str(one["step"]),
        day=as_date(one.get("day", "")),
        kind=_kind(one, procedure),
        presider=presider,
        recorder=recorder,
        present=(*present, *more),
        due=people.seats(one.get("due")),
        count=_count(one.get("votes")),
        secret=one.get("secret"),
        papers=frozenset(one.get("papers") or ()),
        fields=_in_fen(one.get("fields") or {}, procedure.step(one["step"]).fields),
        decision=str(one.get("decision", "")) or _only(one, procedure),
        actors=frozenset(one.get("actors") or ()),
        shown=one.get("shown"),
        objections_open=int(one.get("objections_open", 0)),
        children_open=int(one.get("children_open", 0)),
        reasons=one.get("reasons") or {},
    )


def _kind(one: Mapping[str, Any], procedure: Procedure) -> str:
    """As written, or the only one that the step takes."""
    kinds = procedure.step(one["step"]).kinds
    return str(one.get("kind", kinds[0] if len(kinds) == 1 else ""))


def _only(one: Mapping[str, Any], procedure: Procedure) -> str:
    """The decision of a step that leaves no choice."""
    decisions = procedure.step(one["step"]).decisions
    return decisions[0].key if len(decisions) == 1 else ""


def _count(votes: Any) -> VoteCount | None:
    if not votes:
        return None
    said = {_VOTES.get(word, word): number for word, number in votes.items()}
    try:
        return VoteCount(**said)
    except TypeError:
        raise PackError("votes 要写 entitled、present 和 for。") from None
