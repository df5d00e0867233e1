"""What the pages of ballots show, put together once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.ballots import policies
from zhibu.ballots.counting import Outcome
from zhibu.ballots.forms import CountForm, SheetForm, VoteForm, count_initial
from zhibu.ballots.models import Ballot, Roll
from zhibu.ballots.questions import Question, questions_of
from zhibu.ballots.selectors import (
    ballot_result,
    ballots_of_unit,
    kind_titles,
    least_shown,
    sheets_offered,
    turnout_of,
)
from zhibu.ballots.services import ballot_cautions
from zhibu.organization.models import Person, RoleGrant, Unit
from zhibu.organization.selectors import persons_known
from zhibu.records.models import Participant, Record
from zhibu.records.selectors import record_usages
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken

#: People offered in a list of boxes; a unit with more is to be narrowed by its groups.
MOST_PEOPLE = 300


def start_unit(user: User) -> Unit | None:
    """The unit whose ballots the user looks after; None for a mere member."""
    held = RoleGrant.objects.held_on(clock.today()).filter(user=user)
    working = held.exclude(role=RoleGrant.Role.MEMBER).order_by("pk")
    units = Unit.objects.visible_to(user)
    return units.filter(pk__in=working.values("unit")).order_by("order", "code").first()


@dataclass(frozen=True, slots=True)
class MinePage:
    """``open`` pairs each ballot with whether the reader has cast his."""

    open: tuple[tuple[Ballot, bool], ...]
    published: tuple[Ballot, ...]


def mine_page(user: User) -> MinePage:
    rows = Ballot.objects.answerable_by(user).select_related("record__owner").order_by("pk")
    cast = set(
        Roll.objects.filter(person__user=user, cast=True, ballot__in=rows).values_list(
            "ballot_id", flat=True
        )
    )
    published = (
        Ballot.objects.visible_to(user)
        .filter(published=True, state=Ballot.State.CLOSED)
        .select_related("record__owner")
        .order_by("-record__event_on", "-pk")[:30]
    )
    return MinePage(tuple((one, one.pk in cast) for one in rows), tuple(published))


@dataclass(frozen=True, slots=True)
class ListPage:
    unit: Unit
    rows: tuple[tuple[Ballot, str], ...]
    sheets: tuple[tuple[str, str], ...]


def list_page(user: User, unit: Unit) -> ListPage:
    """``sheets``: (code, title) of what may be prepared, for those who may."""
    today = clock.today()
    kinds = kind_titles(unit, today)
    offered = sheets_offered(unit, today) if policies.may_manage(user, unit) else {}
    rows = ballots_of_unit(user, unit)
    return ListPage(
        unit,
        tuple((one, kinds.get(one.kind, one.kind)) for one in rows),
        tuple((code, sheet.title) for code, sheet in offered.items()),
    )


class _Refusable:
    """A page around a form; what a service refuses is shown above it."""

    form: Any

    def refused(self, error: ValidationError | RuleBroken) -> _Refusable:
        if isinstance(error, RuleBroken):
            self.form.add_error(None, error.message)
        else:
            known = set(self.form.fields)
            for name, said in getattr(error, "error_dict", {None: error}).items():
                self.form.add_error(
                    {"event_on": "day"}.get(name, name) if name in {*known, "event_on"} else None,
                    said,
                )
        return self

    @property
    def has_errors(self) -> bool:
        return self.form.is_bound and bool(self.form.errors)


class NewPage(_Refusable):
    """Preparing a ballot from one of the sheets offered."""

    def __init__(self, unit: Unit, code: str, about: str, data: Mapping[str, Any] | None) -> None:
        self.unit, today = unit, clock.today()
        self.sheets = sheets_offered(unit, today)
        self.sheet = self.sheets.get(code) or next(iter(self.sheets.values()))
        self.form = SheetForm(
            data, sheet=self.sheet, people=people_of(unit, today), initial={"about": about}
        )


def people_of(unit: Unit, day: date) -> list[tuple[int, str]]:
    people = persons_known(unit, day).order_by("stroke_key", "pk")[:MOST_PEOPLE]
    return [(person.pk, str(person)) for person in people]


@dataclass(frozen=True, slots=True)
class DetailPage:
    """``waiting``: who is entitled and has not cast, for those who may remind them."""

    ballot: Ballot
    record: Record
    kind: str
    questions: tuple[Question, ...]
    entitled: int
    cast: int
    outcome: Outcome | None
    waiting: tuple[str, ...]
    without_account: int
    tellers: tuple[Participant, ...]
    named: tuple[tuple[str, tuple[str, ...]], ...]
    cautions: tuple[str, ...]
    usages: tuple[Any, ...]
    may_manage: bool
    may_vote: bool
    least: int
    error: str = ""

    @property
    def on_line(self) -> bool:
        return self.ballot.way == Ballot.Way.ON_LINE


def detail_page(ballot: Ballot, user: User, *, error: str = "") -> DetailPage:
    unit, state = ballot.record.owner, ballot.state
    questions = questions_of(ballot.questions)
    _due, entitled, cast = turnout_of(ballot)
    works = policies.works_for(user, unit)
    is_open = state == Ballot.State.OPEN and ballot.way == Ballot.Way.ON_LINE
    waiting = ballot.roll.filter(entitled=True, cast=False).select_related("person")
    waiting = (
        waiting.order_by("person__stroke_key", "pk") if works and is_open else Roll.objects.none()
    )
    people = list(waiting)
    draft = state == Ballot.State.DRAFT
    return DetailPage(
        ballot=ballot,
        record=ballot.record,
        kind=kind_titles(unit, ballot.record.event_on).get(ballot.kind, ballot.kind),
        questions=questions,
        entitled=entitled,
        cast=cast,
        outcome=ballot_result(ballot),
        waiting=tuple(str(one.person) for one in people),
        without_account=sum(1 for one in people if one.person.user_id is None),
        tellers=tuple(ballot.record.participants.select_related("person").order_by("role", "pk")),
        named=_named(ballot, questions) if policies.may_manage(user, unit) else (),
        cautions=tuple(ballot_cautions(ballot)) if draft else (),
        usages=tuple(record_usages(ballot.record)) if works else (),
        may_manage=policies.may_manage(user, unit),
        may_vote=is_open and Ballot.objects.answerable_by(user).filter(pk=ballot.pk).exists(),
        least=least_shown(),
        error=error,
    )


def _named(
    ballot: Ballot, questions: tuple[Question, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who chose what in an open vote that is over."""
    if ballot.secret or ballot.state != Ballot.State.CLOSED:
        return ()
    rows = ballot.named_answers.select_related("person").order_by("person__stroke_key", "pk")
    return tuple(
        (
            str(one.person),
            tuple(
                choice.label if (choice := q.choice(one.chosen.get(q.key, ""))) else "—"
                for q in questions
            ),
        )
        for one in rows
    )


class VotePage(_Refusable):
    """What the voter sees before he votes: how it is kept, and the questions."""

    def __init__(self, ballot: Ballot, user: User, data: Mapping[str, Any] | None = None) -> None:
        self.ballot, self.record = ballot, ballot.record
        self.questions = questions_of(ballot.questions)
        self.form = VoteForm(data, questions=self.questions)
        self.least = least_shown()
        mine = Roll.objects.filter(ballot=ballot, person__user=user).first()
        self.cast = bool(mine and mine.cast)
        self.over = bool(ballot.closes_on and clock.today() > ballot.closes_on)


class CountPage(_Refusable):
    """Entering the count of paper ballots, or correcting it."""

    def __init__(self, ballot: Ballot, data: Mapping[str, Any] | None = None) -> None:
        self.ballot, self.record, today = ballot, ballot.record, clock.today()
        self.correcting = ballot.state == Ballot.State.CLOSED
        _due, self.entitled, _cast = turnout_of(ballot)
        self.form = CountForm(
            data,
            questions=questions_of(ballot.questions),
            people=self._people(today),
            written=bool((ballot.rule or {}).get("written_opinions")),
            correcting=self.correcting,
            initial={"day": today, "present": None, **count_initial(ballot)},
        )

    def _people(self, today: date) -> list[tuple[int, str]]:
        """Also tellers named before who have left since."""
        found = dict(people_of(self.record.owner, today))
        for part in self.record.participants.select_related("person"):
            found.setdefault(part.person_id, str(part.person))
        for person in Person.objects.filter(pk__in=self.ballot.roll.values("person")):
            found.setdefault(person.pk, str(person))
        return list(found.items())


def refusal(error: ValidationError | RuleBroken) -> str:
    """What a service said, as one text."""
    if isinstance(error, RuleBroken):
        return error.message
    return " ".join(error.messages) or str(_("没有保存，请再试一次。"))
