"""How an election at a step came out, from the counts that its blanks hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhibu_engine.elections import ElectionCount, ElectionResult, Tally, election_judge
from zhibu_engine.packs.procedure import StepOf
from zhibu_engine.procedures.happenings import Happening

#: A vote that did not carry: the step is not done by it. An election that filled all seats, or some of them.
REJECTED, CARRIED, PARTLY = "rejected", "carried", "partly"


def election_of(step: StepOf, happened: Happening) -> ElectionResult | None:
    """None where no election is asked for, or its counts are not all there."""
    asked, said = step.election, happened.fields
    if asked is None:
        return None
    count = happened.count
    numbers = {key: _whole(said.get(key)) for key in ("entitled", "present", "issued", "collected")}
    if count is not None:
        numbers["entitled"], numbers["present"] = count.entitled, count.present
    numbers["seats"] = _whole(said.get(asked.seats))
    rows = [one for one in said.get(asked.candidates) or () if isinstance(one, Mapping)]
    known = {key: number for key, number in numbers.items() if number is not None}
    if len(known) < len(numbers) or not rows:
        return None
    names = {seat.person_id: seat.name for seat in happened.named}
    tallies = {_name(one, names): _tally(one) for one in rows}
    counted = ElectionCount(
        seats=known["seats"],
        entitled=known["entitled"],
        present=known["present"],
        issued=known["issued"],
        collected=known["collected"],
        void=_whole(said.get("void")) or 0,
    )
    return election_judge(asked, counted, tallies)


def nominated(step: StepOf, happened: Happening) -> int:
    """How many stood for election; names that electors wrote in did not."""
    rows = happened.fields.get(step.election.candidates) or () if step.election else ()
    return sum(1 for one in rows if not one.get("written_in"))


def _name(row: Mapping[str, Any], names: Mapping[int, str]) -> str:
    who = row.get("person")
    return names.get(who, "") if isinstance(who, int) and names.get(who) else str(who)


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(
        **{
            key: _whole(row.get(key)) or 0
            for key in ("votes_for", "votes_against", "votes_abstain")
        }
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def election_came(step: StepOf, happened: Happening) -> str:
    """Rejected where it does not hold or elects nobody; else what was chosen, carried where all seats are filled,
    partly where some are.
    """
    result = election_of(step, happened)
    if result is None or result.problems:
        return happened.decision
    if result.invalid or not (result.elected or result.tied):
        return REJECTED
    full = not result.tied and not result.seats_open
    came = CARRIED if full else PARTLY
    chosen = happened.decision
    if chosen and chosen not in (REJECTED, CARRIED, PARTLY):
        return chosen
    if step.decision(came) is not None:
        return came
    return "" if full else REJECTED
