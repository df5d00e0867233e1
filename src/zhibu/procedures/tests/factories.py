"""A village under a township, with everybody whom its procedures name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from zhibu.accounts.models import User
from zhibu.meetings.tests.factories import FOUNDED, member_make, unit_make, words_make
from zhibu.organization.models import Adoption, Person, Post, RoleGrant, Unit
from zhibu.packs.models import PackVersion
from zhibu.procedures.models import Matter, MatterStep
from zhibu.procedures.services import Evidence, matter_open, step_satisfy
from zhibu.records.models import Record
from zhibu.records.services import record_create
from zhibu.records.tests.factories import user_make
from zhibu_engine.packs import Pack
from zhibu_engine.votes import VoteCount

DAY = date(2025, 3, 10)


@dataclass(frozen=True)
class Village:
    """``people`` by post code; more than one post: the last one wins."""

    township: Unit
    unit: Unit
    people: dict[str, Person]
    clerk: User
    secretary: User
    staff: User
    stranger: User


def village_make() -> Village:
    for key in ("national", "county-rural"):
        words_make(key)
    township = unit_make(kind=Unit.Kind.COMMITTEE, sector="", name="示例镇党委")
    unit = unit_make(township, sector=Unit.Sector.VILLAGE, name="示例村党支部")
    for key in ("national", "county-rural"):
        Adoption.objects.create(unit=township, pack_key=key, from_on=FOUNDED)
    people = {
        post: member_make(unit, f"示例{name}", post=post)
        for post, name in (
            ("secretary", "书记"),
            ("first_secretary", "第一"),
            ("village_head", "主任"),
            ("village_clerk", "文书"),
            ("township_leader", "包领"),
            ("township_cadre", "包干"),
            ("village_team", "队员"),
        )
    }
    return Village(
        township,
        unit,
        people,
        clerk=_account("clerk", RoleGrant.Role.RECORDER, unit, people["village_clerk"]),
        secretary=_account("secretary", RoleGrant.Role.SECRETARY, unit, people["secretary"]),
        staff=_account("staff", RoleGrant.Role.TOWNSHIP, township, None),
        stranger=_account("stranger", RoleGrant.Role.TOWNSHIP, unit_make(), None),
    )


def _account(name: str, role: str, unit: Unit, person: Person | None) -> User:
    user = user_make(username=name)
    RoleGrant.objects.create(user=user, unit=unit, role=role, from_on=FOUNDED)
    if person is not None:
        person.user = user
        person.save(update_fields=["user"])
    return user


def village_make_beside(village: Village, name: str = "示例二村党支部") -> Unit:
    """Another village under the same township."""
    return unit_make(village.township, sector=Unit.Sector.VILLAGE, name=name)


def post_give(person: Person, unit: Unit, code: str) -> None:
    Post.objects.create(person=person, unit=unit, code=code, from_on=FOUNDED)


FORM = {"kind": "project", "weight": "major", "summary": "修一条通往示例组的水泥路"}


def matter_make(village: Village, procedure: str = "six_steps", **fields: Any) -> Matter:
    values = {
        "title": "修建入户道路",
        "form": FORM,
        "opened_on": DAY,
        "actor": village.clerk,
        "unit": village.unit,
        **fields,
    }
    return matter_open(procedure=procedure, **values)


def sitting_record(village: Village, day: date, title: str = "某次会议") -> Record:
    """A record as an app of records would own it."""
    return record_create(
        kind=Record.Kind.SITTING,
        owner=village.unit,
        title=title,
        event_on=day,
        actor="测试",
        late_limit=9999,
    )


def evidence_make(village: Village, kind: str, **fields: Any) -> Evidence:
    """Everybody is there, the secretary presides, the clerk writes."""
    everybody = tuple(person.pk for person in village.people.values())
    values = {
        "kind": kind,
        "presider_id": village.people["secretary"].pk,
        "recorder_id": village.people["village_clerk"].pk,
        "present": everybody,
        "due": everybody,
        "count": VoteCount(entitled=7, present=7, votes_for=7, due=7),
        **fields,
    }
    return Evidence(**values)


def meet(
    village: Village, matter: Matter, step: str, kind: str, day: date, **fields: Any
) -> MatterStep:
    """Let a meeting of a kind do a step; ``reasons`` and ``actor`` may be given."""
    reasons, actor = fields.pop("reasons", None), fields.pop("actor", village.clerk)
    ask = fields.pop("ask", True)
    said = {"fields": fields.pop("fields", None), "decision": fields.pop("decision", "")}
    return step_satisfy(
        matter=matter,
        step=step,
        record=sitting_record(village, day),
        part=1,
        item=1,
        actor=actor,
        evidence=evidence_make(village, kind, **fields),
        reasons=reasons,
        ask_reasons=ask,
        **said,
    )


def procedure_install(
    village: Village, *procedures: dict[str, Any], depends: Sequence[str] = ("national",)
) -> None:
    """A county's own pack over the installed ones, adopted by the township."""
    header = {"key": "own-county", "version": "1", "title": "示例县", "publisher": "示例",
              "depends": list(depends), "adopts_kinds": ["branch"]}  # fmt: skip
    empty = {part: {} for part in ("codes", "kinds", "documents", "standards")}
    content = {"pack": header, **empty, "procedures": {one["key"]: one for one in procedures}}
    pack = Pack.from_dump(content)
    PackVersion.objects.create(
        key=pack.key,
        version=pack.version,
        title=pack.title,
        digest=pack.digest,
        content=pack.dump(),
        published_at=timezone.now(),
    )
    Adoption.objects.create(unit=village.township, pack_key=pack.key, from_on=FOUNDED)
