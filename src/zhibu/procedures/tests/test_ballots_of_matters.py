"""A ballot about a matter does its step when it is closed, and leaves it open again when it is voided."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhibu.ballots.services import ballot_close, ballot_void
from zhibu.ballots.tests.factories import cast, open_make, voter_make
from zhibu.meetings.tests.factories import FOUNDED, Branch
from zhibu.organization.models import Adoption
from zhibu.packs.models import PackVersion
from zhibu.procedures.selectors import matter_file
from zhibu.procedures.services import matter_open
from zhibu_engine.packs import Pack

pytestmark = pytest.mark.django_db

PACK = {
    "pack": {"key": "poll", "version": "1", "title": "示例", "depends": ["national"]},
    "codes": {},
    "kinds": {},
    "documents": {},
    "standards": {},
    "procedures": {
        "poll": {
            "key": "poll",
            "title": "先表决后办理",
            "steps": [
                {
                    "key": "ask",
                    "title": "表决",
                    "evidence": "ballot",
                    "kinds": ["resolution"],
                    "vote": {"of": "entitled", "more_than": "1/2"},
                },
                {"key": "act", "title": "办理"},
            ],
        }
    },
}


@pytest.fixture
def branch(settings, tmp_path) -> Branch:
    made = Branch()
    pack = Pack.from_dump(PACK)
    PackVersion.objects.create(
        key="poll", version="1", title="示例", digest=pack.digest, content=pack.dump(),
        published_at=timezone.now(),
    )  # fmt: skip
    for key in ("national", "poll"):
        Adoption.objects.create(unit=made.unit, pack_key=key, from_on=FOUNDED)
    return made


def voted(branch: Branch, choice: str):
    matter = matter_open(unit=branch.unit, procedure="poll", title="添置桌椅", actor=branch.clerk)
    ballot = open_make(branch, about=matter.about)
    voters = [branch.secretary, branch.organizer, branch.publicist, *branch.others]
    for person in voters:
        cast(ballot, voter_make(person, branch), choice)
    ballot_close(ballot=ballot, actor=branch.clerk)
    ballot.refresh_from_db()
    return matter, ballot


def open_keys(matter) -> list[str]:
    matter.refresh_from_db()
    return [one.step.key for one in matter_file(matter).open]


def test_a_carried_ballot_opens_the_next_step_and_a_voided_one_takes_it_back(branch):
    matter, ballot = voted(branch, "approve")
    assert open_keys(matter) == ["act"]
    step = matter.steps.get()
    assert (step.record_id, step.conforms, step.evidence["count"]["votes_for"]) == (
        ballot.pk,
        True,
        10,
    )
    ballot_void(ballot=ballot, actor=branch.clerk, reason="名册有误")
    assert open_keys(matter) == ["ask"]
    assert matter.steps.get().state == "voided"


def test_a_ballot_that_is_lost_leaves_the_step_open(branch):
    matter, _ballot = voted(branch, "oppose")
    assert open_keys(matter) == ["ask"]
    assert matter.steps.get().decision == "rejected"
