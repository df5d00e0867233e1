"""What pages and other apps may ask about ballots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count as Number
from django.db.models import Q, QuerySet

from zhibu.ballots.counting import Outcome, Turnout, chosen_counts, outcome_make
from zhibu.ballots.models import Ballot, Roll
from zhibu.ballots.questions import questions_of
from zhibu.membership.selectors import roster_on
from zhibu.organization.models import Unit
from zhibu.organization.selectors import posts_held, unit_words
from zhibu_engine.packs.ballot_sheets import BallotSheet

#: Where the persons on a roll come from.
MEMBERS, FULL_MEMBERS, POSTS, NAMED = "members", "full_members", "posts", "named"


@dataclass(frozen=True, slots=True)
class BallotBrief:
    """A ballot as other pages name it; ``sentences`` and ``passed`` only once it is closed."""

    ballot_id: int
    title: str
    kind: str
    state: str
    passed: bool
    sentences: tuple[str, ...]
    url: str


def least_shown() -> int:
    """Below so many secret ballots any result would tell who voted how."""
    return int(settings.BALLOT_LEAST_SHOWN)


def sheets_offered(unit: Unit, day: date) -> Mapping[str, BallotSheet]:
    return unit_words(unit, day).ballot_sheets


def kind_titles(unit: Unit, day: date) -> Mapping[str, str]:
    return unit_words(unit, day).codes.get("ballot_kind", {})


def voters_on(
    unit: Unit, day: date, voters: Mapping[str, Any], *, ruled: bool
) -> list[tuple[int, bool]]:
    """(person, entitled) of those who are to answer. Where something is decided only full members decide."""
    source = voters.get("source")
    if source in (MEMBERS, FULL_MEMBERS):
        roster = roster_on(unit.pk, day)
        if source == FULL_MEMBERS:
            roster = [one for one in roster if one.entitled]
        return [(one.person_id, one.entitled or not ruled) for one in roster]
    if source == POSTS:
        held = posts_held([unit.pk], day).get(unit.pk, [])
        return [(person, True) for person in dict.fromkeys(one.person_id for one in held)]
    return [(int(person), True) for person in dict.fromkeys(voters.get("persons", ()))]


def turnout_of(ballot: Ballot) -> tuple[int, int, int]:
    """Due, entitled and, of an on-line ballot, cast so far; one query."""
    found = Roll.objects.filter(ballot=ballot).aggregate(
        due=Number("pk"),
        entitled=Number("pk", filter=Q(entitled=True)),
        cast=Number("pk", filter=Q(cast=True)),
    )
    return found["due"], found["entitled"], found["cast"]


def ballot_result(ballot: Ballot) -> Outcome | None:
    """What a closed ballot came to; None while it is not closed or was voided before."""
    if ballot.state != Ballot.State.CLOSED:
        return None
    due, entitled, cast = turnout_of(ballot)
    if ballot.way == Ballot.Way.PAPER:
        count = ballot.count
        turnout = Turnout(
            due=due,
            entitled=entitled,
            present=count.present,
            issued=count.issued,
            collected=count.collected,
            invalid=count.invalid,
            written=count.written,
            on_line=False,
        )
        return outcome_make(ballot, questions_of(ballot.questions), count.chosen, turnout)
    turnout = Turnout(due=due, entitled=entitled, present=cast, issued=cast, collected=cast)
    if ballot.secret and cast < least_shown_then(ballot):
        return Outcome(turnout, too_few=True)
    loose = ballot.answers if ballot.secret else ballot.named_answers
    questions = questions_of(ballot.questions)
    counts = chosen_counts(questions, loose.values_list("chosen", flat=True))
    return outcome_make(ballot, questions, counts, turnout)


def least_shown_then(ballot: Ballot) -> int:
    """What was destroyed at closing because there were too few stays so, whatever the setting is now."""
    result = getattr(ballot, "result", None)
    if result is None:
        return least_shown()
    return result.cast + 1 if result.too_few else 0


def ballots_of(about: str) -> list[BallotBrief]:
    """The ballots about a matter, segment or record, oldest first; a voided one is left out."""
    rows = Ballot.objects.filter(about=about).exclude(state=Ballot.State.VOIDED)
    return [_brief(ballot) for ballot in rows.select_related("record", "result").order_by("pk")]


def _brief(ballot: Ballot) -> BallotBrief:
    outcome = ballot_result(ballot)
    return BallotBrief(
        ballot_id=ballot.pk,
        title=ballot.record.title,
        kind=ballot.kind,
        state=ballot.state,
        passed=bool(outcome and outcome.passed),
        sentences=outcome.sentences if outcome else (),
        url=ballot.get_absolute_url(),
    )


def ballots_of_unit(user: Any, unit: Unit) -> QuerySet[Ballot]:
    return (
        Ballot.objects.visible_to(user)
        .filter(record__owner=unit)
        .select_related("record", "result")
        .annotate(
            due=Number("roll", filter=Q(roll__entitled=True)),
            cast_so_far=Number("roll", filter=Q(roll__cast=True)),
        )
        .order_by("-record__event_on", "-pk")
    )
