"""Preparing a ballot: the sheet, who answers, how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.accounts.models import User
from zhibu.audit.services import event_record
from zhibu.ballots import policies
from zhibu.ballots.models import Ballot
from zhibu.ballots.questions import (
    Choice,
    Question,
    questions_dump,
    questions_make,
    sheet_choices,
)
from zhibu.ballots.selectors import FULL_MEMBERS, NAMED, sheets_offered
from zhibu.organization.models import Person, Unit
from zhibu.records.models import Record
from zhibu.records.services import record_create
from zhibu.shared import clock
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs.ballot_sheets import BallotSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotInput:
    """What is asked of whom, and how. ``sheet`` is a code of the packs' question sheets.

    ``texts`` are the questions, or ``person_ids`` where the sheet asks one about each person. Where the
    sheet decides something its own choices hold; else ``choices`` replace them. ``about`` is a key
    like "matter:12".
    """

    sheet: str
    way: str
    secret: bool
    title: str = ""
    texts: Sequence[str] = ()
    person_ids: Sequence[int] = ()
    choices: Sequence[Choice] = ()
    voters: str = FULL_MEMBERS
    voter_ids: Sequence[int] = ()
    seats: int | None = None
    closes_on: date | None = None
    about: str = ""


@transaction.atomic
def ballot_create(*, owner: Unit, actor: User, given: BallotInput) -> Ballot:
    """Prepare a ballot; nobody can answer before it is opened.

    Raises:
        PermissionDenied: the actor may not record for the unit.
        RuleBroken: the sheet is unknown, nothing is asked, or the seats are missing.
    """
    if not policies.may_manage(actor, owner):
        raise PermissionDenied
    form = _form(owner, given)
    questions = _questions(form, given)
    title = given.title.strip() or form.title
    record = record_create(
        kind=Record.Kind.BALLOT,
        owner=owner,
        title=title,
        event_on=clock.today(),
        actor=actor,
        search_text="\n".join([title, *(one.text for one in questions)]),
    )
    record.state = Record.State.DRAFT
    record.save(update_fields=["state"])
    ballot = _ballot(record, form, given, questions)
    ballot.full_clean()
    ballot.save(force_insert=True)
    event_record(
        actor=actor,
        action="ballots.created",
        target=f"ballots.ballot:{ballot.pk}",
        unit=owner,
        title=record.title,
    )
    return ballot


def _form(owner: Unit, given: BallotInput) -> BallotSheet:
    form = sheets_offered(owner, clock.today()).get(given.sheet)
    if form is None:
        raise RuleBroken(_("本组织采用的制度包里没有这种表样，请另选一种。"))
    if form.election is not None and not given.seats:
        raise RuleBroken(_("请填写应选人数。"))
    if given.voters == NAMED and not given.voter_ids:
        raise RuleBroken(_("请在名单中至少选一个参加的人。"))
    return form


def _ballot(
    record: Record, form: BallotSheet, given: BallotInput, questions: tuple[Question, ...]
) -> Ballot:
    """The rule is kept as it is today: a pack that changes later changes no ballot."""
    named = list(given.voter_ids) if given.voters == NAMED else []
    return Ballot(
        record=record,
        kind=form.kind,
        sheet=form.code,
        secret=given.secret,
        way=given.way,
        rule=form.vote.model_dump(mode="json") if form.vote else None,
        election=form.election.model_dump(mode="json") if form.election else None,
        seats=given.seats if form.election else None,
        questions=questions_dump(questions),
        voters={"source": given.voters, "persons": named},
        closes_on=given.closes_on,
        about=given.about,
    )


def _questions(form: BallotSheet, given: BallotInput) -> tuple[Question, ...]:
    fixed = form.vote is not None or form.election is not None
    offered = sheet_choices(form) if fixed or not given.choices else given.choices
    if not form.persons:
        return questions_make([(t.strip(), None) for t in given.texts if t.strip()], offered)
    # As the list of candidates is written: by the strokes of the surname.
    people = Person.objects.filter(pk__in=given.person_ids).order_by("stroke_key", "pk")
    return questions_make([(str(person), person.pk) for person in people], offered)
