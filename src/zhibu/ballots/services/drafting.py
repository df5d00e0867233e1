"""Preparing a ballot: the sheet, who answers, how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


@transaction.atomic
def ballot_create(
    *,
    owner: Unit,
    actor: User,
    sheet: str,
    way: str,
    secret: bool,
    title: str = "",
    texts: Sequence[str] = (),
    person_ids: Sequence[int] = (),
    choices: Iterable[Choice] = (),
    voters: str = FULL_MEMBERS,
    voter_ids: Sequence[int] = (),
    seats: int | None = None,
    closes_on: date | None = None,
    about: str = "",
) -> Ballot:
    """Prepare a ballot from a ready-made sheet of the packs; nobody can answer before it is opened.

    Where the sheet decides something its own choices hold; else ``choices`` replace them.

    Raises:
        PermissionDenied: the actor may not record for the unit.
        RuleBroken: the sheet is unknown, nothing is asked, or the seats are missing.
    """
    if not policies.may_manage(actor, owner):
        raise PermissionDenied
    today = clock.today()
    form = sheets_offered(owner, today).get(sheet)
    if form is None:
        raise RuleBroken(_("本组织采用的制度包里没有这种表样，请另选一种。"))
    if form.election is not None and not seats:
        raise RuleBroken(_("请填写应选人数。"))
    if voters == NAMED and not voter_ids:
        raise RuleBroken(_("请在名单中至少选一个参加的人。"))
    questions = _questions(form, texts, person_ids, tuple(choices))
    record = record_create(
        kind=Record.Kind.BALLOT,
        owner=owner,
        title=title.strip() or form.title,
        event_on=today,
        actor=actor,
        search_text="\n".join([title.strip() or form.title, *(one.text for one in questions)]),
    )
    record.state = Record.State.DRAFT
    record.save(update_fields=["state"])
    ballot = Ballot(
        record=record,
        kind=form.kind,
        sheet=form.code,
        secret=secret,
        way=way,
        rule=form.vote.model_dump(mode="json") if form.vote else None,
        election=form.election.model_dump(mode="json") if form.election else None,
        seats=seats if form.election else None,
        questions=questions_dump(questions),
        voters={"source": voters, "persons": list(voter_ids) if voters == NAMED else []},
        closes_on=closes_on,
        about=about,
    )
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


def _questions(
    form: BallotSheet, texts: Sequence[str], person_ids: Sequence[int], choices: tuple[Choice, ...]
) -> tuple[Question, ...]:
    fixed = form.vote is not None or form.election is not None
    offered = sheet_choices(form) if fixed or not choices else choices
    if not form.persons:
        return questions_make([(t.strip(), None) for t in texts if t.strip()], offered)
    # As the list of candidates is written: by the strokes of the surname.
    people = Person.objects.filter(pk__in=person_ids).order_by("stroke_key", "pk")
    return questions_make([(str(person), person.pk) for person in people], offered)
