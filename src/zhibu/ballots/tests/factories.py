"""A branch whose members have accounts, and ballots in it."""

from __future__ import annotations

from typing import Any

from zhibu.accounts.models import User
from zhibu.ballots import services
from zhibu.ballots.models import Ballot
from zhibu.ballots.questions import Choice
from zhibu.meetings.tests.factories import Branch
from zhibu.organization.models import Person, RoleGrant
from zhibu.records.tests.factories import user_make

#: No choice of them is a part of another, or of anything else in a database.
SURVEY = (
    Choice("zzgood", "很好", 10000, "for"),
    Choice("zzfair", "还行", 6001, "abstain"),
    Choice("zzpoor", "不好", 0, "against"),
)


def voter_make(person: Person, branch: Branch) -> User:
    user = user_make()
    person.user = user
    person.save(update_fields=["user"])
    RoleGrant.objects.create(
        user=user, unit=branch.unit, role=RoleGrant.Role.MEMBER, from_on="2010-01-01"
    )
    return user


def ballot_make(branch: Branch, sheet: str = "resolution", **fields: Any) -> Ballot:
    actor = fields.pop("actor", branch.clerk)
    values = {
        "sheet": sheet,
        "way": "on_line",
        "secret": True,
        "title": "年度工作计划表决",
        "texts": ["同意年度工作计划"],
        **fields,
    }
    given = services.BallotInput(**values)
    return services.ballot_create(owner=branch.unit, actor=actor, given=given)


def open_make(branch: Branch, sheet: str = "resolution", **fields: Any) -> Ballot:
    reason = fields.pop("reason", "")
    return services.ballot_open(
        ballot=ballot_make(branch, sheet, **fields), actor=branch.clerk, reason=reason
    )


def cast(ballot: Ballot, user: User, *choices: str) -> None:
    chosen = {f"q{n}": choice for n, choice in enumerate(choices, start=1)}
    services.ballot_cast(ballot=ballot, actor=user, chosen=chosen)
