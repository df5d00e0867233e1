"""A world of demo size written straight into the tables: judging is measured here, not entering."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

BRANCHES, MEMBERS = 300, 30
POSTS = ("secretary", "deputy_secretary", "org_member", "publicity_member", "discipline_member")
#: Kind → meetings held in a year, about.
HELD = {
    "branch_assembly": 4,
    "committee_meeting": 11,
    "theme_day": 11,
    "party_lecture": 4,
    "group_meeting": 8,
    "branch_study": 8,
    "life_meeting": 1,
}


def world_make(today: date, branches: int = BRANCHES) -> list[int]:
    """Two thirds village branches under a county, one third organ branches under a work committee."""
    from zhibu.organization.models import Adoption, Ancestry, Placement, Unit
    from zhibu.packs.services import builtin_packs, pack_install

    for path in builtin_packs():
        pack_install(path=path, actor="bench")
    founded = date(2012, 1, 1)

    def unit(code: str, name: str, kind: str, sector: str, parent: Unit | None) -> Unit:
        made = Unit.objects.create(
            code=code, name=name, kind=kind, sector=sector, founded_on=founded
        )
        Ancestry.objects.create(unit=made, ancestor=made, line="tree", depth=0)
        if parent is not None:
            Placement.objects.create(unit=made, parent=parent, from_on=founded)
            for above in list(Ancestry.objects.filter(unit=parent, line="tree")):
                Ancestry.objects.create(
                    unit=made,
                    ancestor=above.ancestor,
                    line="tree",
                    depth=above.depth + 1,
                    from_on=founded,
                )
        return made

    top = unit("B", "示例市委", "committee", "", None)
    organs = unit("B1", "示例市直机关工委", "working_committee", "", top)
    county = unit("B2", "示例县委", "committee", "", top)
    Adoption.objects.create(unit=organs, pack_key="city-organs", from_on=founded)
    Adoption.objects.create(unit=county, pack_key="county-rural", from_on=founded)
    towns = [unit(f"B2{n:02}", f"示例{n:02}乡党委", "committee", "", county) for n in range(1, 13)]
    found = []
    for number in range(branches):
        parent, sector = (organs, "organ") if number % 3 == 0 else (towns[number % 12], "village")
        found.append(unit(f"B9{number:05}", f"示例第{number:03}党支部", "branch", sector, parent))
    _people(found, founded)
    _sittings(found, today)
    return [one.pk for one in found]


def _people(branches: list, founded: date) -> None:
    from zhibu.membership.models import Member, Membership
    from zhibu.organization.models import Person, Post, Term

    persons = Person.objects.bulk_create(
        [Person(name=f"示例{b}号{n}") for b in range(len(branches)) for n in range(MEMBERS)],
        batch_size=500,
    )
    members = Member.objects.bulk_create(
        [
            Member(person=p, category="full", joined_on=date(2000, 1, 1), full_on=date(2001, 1, 1))
            for p in persons
        ],
        batch_size=500,
    )
    belong, posts, terms = [], [], []
    for place, unit in enumerate(branches):
        own = members[place * MEMBERS : (place + 1) * MEMBERS]
        belong += [Membership(member=m, unit=unit, from_on=founded) for m in own]
        posts += [
            Post(person=m.person, unit=unit, code=code, from_on=date(2023, 1, 1), duty="分工")
            for m, code in zip(own, POSTS, strict=False)
        ]
        terms.append(
            Term(
                unit=unit, from_on=date(2023, 1, 1), to_on=date(2026, 1, 1) + timedelta(days=place)
            )
        )
    Membership.objects.bulk_create(belong, batch_size=500)
    Post.objects.bulk_create(posts, batch_size=500)
    Term.objects.bulk_create(terms, batch_size=500)


def _sittings(branches: list, today: date) -> None:
    random = Random(7)
    planned = _planned(branches, today, random)
    records = _records(planned, random)
    hosts = _hosts(planned, records, random)
    _people_of(records, hosts)


def _planned(branches: list, today: date, random: Random) -> list[tuple]:
    """(unit, kind, day): some branches meet often, some hardly ever."""
    planned = []
    for unit in branches:
        zeal = random.uniform(0.35, 1.05)
        for year in (today.year - 1, today.year):
            for kind, often in HELD.items():
                for n in range(often):
                    on = date(year, 1, 1) + timedelta(days=int((n + random.random()) * 365 / often))
                    if on <= today and random.random() < zeal:
                        planned.append((unit, kind, on))
    return planned


def _records(planned: list[tuple], random: Random) -> list:
    from zhibu.accounts.models import User
    from zhibu.records.models import Record, RecordHost

    clerk = User.objects.create(username="bench")
    noon = datetime.fromisoformat("2025-01-01T12:00:00+08:00")
    rows = [
        Record(
            kind="sitting", owner=unit, title=f"示例会议{n % 97}", event_on=day, entered_at=noon, entered_by=clerk,
            is_late=random.random() < 0.15, entry_delay=random.randrange(20),
        )
        for n, (unit, _kind, day) in enumerate(planned)
    ]  # fmt: skip
    records = Record.objects.bulk_create(rows, batch_size=500)
    RecordHost.objects.bulk_create(
        [RecordHost(record=r, unit=r.owner) for r in records], batch_size=500
    )
    return records


def _hosts(planned: list[tuple], records: list, random: Random) -> list:
    from zhibu.meetings.models import Segment, SegmentHost, Sitting

    sittings = Sitting.objects.bulk_create([Sitting(record=r) for r in records], batch_size=500)
    rows = [
        Segment(
            sitting=sitting, kind=kind, convener="branch" if random.random() < 0.95 else "administration",
            presider_post="secretary" if random.random() < 0.95 else "", agenda_items=3, resolutions=1,
            first_item_study=random.random() < 0.7, theme=f"示例主题{random.randrange(40)}",
        )
        for sitting, (_unit, kind, _day) in zip(sittings, planned, strict=True)
    ]  # fmt: skip
    hosts = []
    for segment, (unit, _kind, _day) in zip(
        Segment.objects.bulk_create(rows, batch_size=500), planned, strict=True
    ):
        present = random.randrange(MEMBERS // 2 - 2, MEMBERS + 1)
        hosts.append(
            SegmentHost(
                segment=segment, unit=unit, due=MEMBERS, entitled=MEMBERS, present=present,
                present_entitled=present, missing_fields=int(random.random() < 0.1),
                secretary_present=random.random() < 0.9,
            )
        )  # fmt: skip
    return SegmentHost.objects.bulk_create(hosts, batch_size=500)


def _people_of(records: list, hosts: list) -> None:
    from zhibu.meetings.models import Attendance
    from zhibu.membership.models import Membership
    from zhibu.records.models import Participant

    people: dict[int, list[int]] = {}
    for unit, person in Membership.objects.order_by("pk").values_list("unit", "member__person"):
        people.setdefault(unit, []).append(person)
    Attendance.objects.bulk_create(
        (
            Attendance(
                host=host, person_id=person, state="present" if n < host.present else "leave"
            )
            for host in hosts
            for n, person in enumerate(people[host.unit_id])
        ),
        batch_size=2000,
    )
    Participant.objects.bulk_create(
        (
            Participant(
                record=r, part=1, person_id=people[r.owner_id][0], role=role, post="secretary"
            )
            for r in records
            for role in ("presider", "recorder")
        ),
        batch_size=2000,
    )
