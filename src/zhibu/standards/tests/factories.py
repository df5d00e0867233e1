"""A small world: a work committee with branches, a pack of few clauses, meetings as rows.

Rows are written past the services of the lower apps where a test is about judging, not entering.
"""

from __future__ import annotations

import copy
from datetime import date
from functools import cache
from itertools import count
from typing import Any

from django.utils import timezone

from zhibu.accounts.models import User
from zhibu.meetings.models import Segment, SegmentHost, Sitting
from zhibu.organization.models import Adoption, Ancestry, Placement, RoleGrant, Unit
from zhibu.packs.models import PackVersion
from zhibu.records.models import Record, RecordHost
from zhibu.standards.compilers import words_compile
from zhibu_engine.packs import Pack, packs_merge

_numbers = count(1)
FOUNDED = date(2015, 1, 1)

CODES = {
    "unit_kind": {
        "branch": "党支部",
        "joint_branch": "联合党支部",
        "working_committee": "党工委",
        "committee": "党委",
    },
    "sector": {"organ": "党和国家机关", "village": "村"},
    "line": {"tree": "隶属", "guidance": "归口"},
    "post": {"secretary": "党支部书记", "deputy": "党支部副书记"},
    "member_category": {"full": "正式党员", "probationary": "预备党员"},
    "convener": {"branch": "党支部", "administration": "行政"},
    "activity_form": {"visit": "参观学习"},
    "attendance_state": {"present": "到会", "leave": "请假", "absent": "缺席"},
    "part_role": {"presider": "主持"},
    "period": {"year": "年度", "half": "半年", "quarter": "季度"},
}


def _clause(key: str, title: str, item: str, **fields: Any) -> dict[str, Any]:
    return {
        "key": key,
        "title": title,
        "item": item,
        "class": "scored",
        "method": "record",
        **fields,
    }


STANDARD = {
    "key": "sample",
    "title": "支部规范化示例标准",
    "label": "示例",
    "total_points": 20,
    "applies": {"kinds": ["branch", "joint_branch"]},
    "groups": [{"key": "life", "title": "组织生活"}, {"key": "other", "title": "其他"}],
    "criteria": [{"key": "meets", "group": "life", "title": "按期开会"}],
    "items": [
        {
            "key": "s01",
            "group": "life",
            "title": "党员大会和支委会",
            "points": 10,
            "maps": ["meets"],
        },
        {"key": "s02", "group": "other", "title": "计划与评价", "points": 10},
    ],
    "clauses": [
        _clause(
            "assembly_quarterly",
            "党员大会每季度一次",
            "s01",
            points=4,
            rule={"kind": "minimum_count", "segments": ["branch_assembly"], "per": "quarter"},
            loss={"per_missing": 1},
            basis="《支部工作条例（试行）》第十一条",
            message="党员大会一般每季度召开一次。",
            fix="召开党员大会并录入。",
            form="sitting:branch_assembly",
        ),
        _clause(
            "committee_monthly",
            "支委会每月一次",
            "s01",
            points=6,
            rule={"kind": "minimum_count", "segments": ["committee_meeting"], "per": "month"},
            loss={"per_missing": 0.5},
            basis="条文待核",
            message="支委会一般每月召开一次。",
            fix="召开支委会并录入。",
            form="sitting:committee_meeting",
        ),
        _clause(
            "plan_by_march",
            "年度计划",
            "s02",
            points=4,
            rule={
                "kind": "document_present",
                "document": "year_plan",
                "per": "year",
                "deadline": "03-31",
            },
            message="每年三月底前有年度计划。",
            fix="录入年度计划。",
            form="document:year_plan",
        ),
        _clause(
            "life_meeting_yearly",
            "组织生活会每年一次",
            "s02",
            points=2,
            rule={"kind": "minimum_count", "segments": ["life_meeting"], "per": "year"},
            message="每年至少召开一次组织生活会。",
            fix="召开组织生活会。",
            form="sitting:life_meeting",
        ),
        _clause(
            "reviewed",
            "群众评价",
            "s02",
            points=4,
            method="manual",
            rule={"kind": "manual", "guide": "由评审组评分"},
            message="群众评价良好。",
        ),
    ],
}


#: The same with two levels, something added and something taken away.
LEVELLED = {
    **STANDARD,
    "levels": [
        {"key": "model", "title": "示范", "from": 16, "must": ["assembly_quarterly"]},
        {"key": "fair", "title": "达标", "from": 8},
        {"key": "poor", "title": "未达标"},
    ],
    "not_applicable": "rescale",
    "clauses": [
        *STANDARD["clauses"],
        {
            "key": "more_lessons",
            "title": "组织生活会多开一次",
            "group": "life",
            "class": "bonus",
            "points": 2,
            "rule": {
                "kind": "minimum_count",
                "segments": ["life_meeting"],
                "per": "year",
                "at_least": 2,
            },
        },
        {
            "key": "chair_unfit",
            "title": "主持人职务不符",
            "group": "life",
            "class": "penalty",
            "points": 3,
            "rule": {
                "kind": "breach_count",
                "segments": ["branch_assembly"],
                "breaches": ["presider"],
            },
            "loss": {"per_missing": 1},
        },
    ],
}


#: What a work committee is asked of its branches.
ABOVE = {
    "key": "above",
    "title": "对党工委的示例标准",
    "applies": {"kinds": ["working_committee"]},
    "clauses": [
        {
            "key": "branches_median",
            "title": "支部得分率的中位数",
            "class": "base",
            "rule": {
                "kind": "below",
                "standard": "sample",
                "measure": "median",
                "at_least_permille": 300,
            },
        },
        {
            "key": "branches_assembly",
            "title": "支部按季召开党员大会",
            "class": "base",
            "rule": {
                "kind": "below",
                "standard": "sample",
                "measure": "share",
                "clause": "assembly_quarterly",
                "at_least": "1/2",
            },
        },
        {
            "key": "last_year",
            "title": "上年得分率",
            "class": "base",
            "rule": {"kind": "earlier_result", "standard": "above", "at_least_permille": 500},
        },
    ],
}


#: What a secretary is asked in person.
OF_PERSONS = {
    "key": "secretaries",
    "title": "书记履职示例标准",
    "applies": {"kinds": ["branch"]},
    "subject": {"kind": "person", "posts": ["secretary"]},
    "clauses": [
        {
            "key": "presides",
            "title": "亲自主持",
            "points": 2,
            "rule": {
                "kind": "post_acts",
                "posts": ["secretary"],
                "per": "half",
                "acts": [{"title": "主持会议", "roles": ["presider"]}],
            },
            "loss": {"per_missing": 1},
            "basis": "条文待核",
        }
    ],
}


def _drafted() -> dict[str, Any]:
    """A later version: assemblies monthly, and more for a level; the plan is not asked for any more."""
    draft = copy.deepcopy(LEVELLED)
    draft["clauses"] = [one for one in draft["clauses"] if one["key"] != "plan_by_march"]
    draft["clauses"][0] |= {
        "rule": {"kind": "minimum_count", "segments": ["branch_assembly"], "per": "month"},
        "loss": {"per_missing": 0.5},
        "points": 8,
    }
    draft["items"][0]["points"], draft["items"][1]["points"] = 14, 6
    draft["levels"][1]["from"] = 10
    return draft


def _standard(version: str) -> dict[str, Any]:
    return {"L": LEVELLED, "D": _drafted()}.get(version[0], STANDARD)


@cache
def _pack(version: str) -> Pack:
    return Pack.from_dump(
        {
            "pack": {"key": "sample-pack", "version": version, "title": "示例制度包"},
            "codes": {name: {"title": name, "codes": codes} for name, codes in CODES.items()},
            "kinds": {
                "branch_assembly": {
                    "title": "党员大会",
                    "conveners": ["branch"],
                    "presiders": ["secretary"],
                    "quorum": {"of": "entitled", "at_least": "1/2"},
                },
                "committee_meeting": {"title": "支委会", "conveners": ["branch"]},
                "life_meeting": {"title": "组织生活会"},
            },
            "documents": {
                "year_plan": {"title": "年度工作计划", "periods": ["year"], "items": True}
            },
            "standards": {
                "sample": _standard(version),
                **({"above": ABOVE} if version.startswith("A") else {}),
                **({"secretaries": OF_PERSONS} if version.startswith("P") else {}),
            },
        }
    )


@cache
def _compiled(version: str) -> dict[str, Any]:
    return words_compile(packs_merge([_pack(version)]), ["sample"])


def pack_make(version: str = "1", *, draft: bool = False) -> PackVersion:
    pack = _pack(version)
    return PackVersion.objects.create(
        key=pack.key,
        version=version,
        title=pack.title,
        digest=pack.digest,
        content=pack.dump(),
        compiled=_compiled(version),
        published_at=None if draft else timezone.now(),
    )


def unit_make(parent: Unit | None = None, **fields: Any) -> Unit:
    number = next(_numbers)
    unit = Unit.objects.create(
        **{
            "code": f"S{number:05}",
            "name": f"示例第{number}党支部",
            "kind": Unit.Kind.BRANCH,
            "sector": Unit.Sector.ORGAN,
            "founded_on": FOUNDED,
            "order": number,
            **fields,
        }
    )
    Ancestry.objects.create(unit=unit, ancestor=unit, line="tree", depth=0)
    if parent is not None:
        unit_place(unit, parent, unit.founded_on)
    return unit


def unit_place(unit: Unit, parent: Unit, from_on: date, to_on: date | None = None) -> None:
    """Below a parent and all above it, from a day on."""
    Placement.objects.create(unit=unit, parent=parent, from_on=from_on, to_on=to_on)
    for above in Ancestry.objects.filter(unit=parent, line="tree"):
        Ancestry.objects.create(
            unit=unit,
            ancestor=above.ancestor,
            line="tree",
            depth=above.depth + 1,
            from_on=from_on,
            to_on=to_on,
        )


def committee_make(**fields: Any) -> Unit:
    """A work committee that has adopted the pack since 2020."""
    committee = unit_make(
        kind=Unit.Kind.WORKING_COMMITTEE, sector="", name="示例机关工委", **fields
    )
    Adoption.objects.create(unit=committee, pack_key="sample-pack", from_on=date(2020, 1, 1))
    return committee


def user_make(
    unit: Unit | None = None, role: str = RoleGrant.Role.SECRETARY, **fields: Any
) -> User:
    user = User.objects.create(
        **{"username": f"user{next(_numbers)}", "must_change_password": False, **fields}
    )
    if unit is not None:
        RoleGrant.objects.create(user=user, unit=unit, role=role, from_on=FOUNDED)
    return user


def sitting_row(unit: Unit, kind: str, day: date, **fields: Any) -> Record:
    """A meeting as it lies in the database."""
    clerk = User.objects.get_or_create(username="row-clerk")[0]
    record = Record.objects.create(
        kind="sitting",
        owner=unit,
        title=fields.pop("title", "会议"),
        event_on=day,
        entered_at=timezone.now(),
        entered_by=clerk,
        is_late=fields.pop("is_late", False),
    )
    RecordHost.objects.create(record=record, unit=unit)
    sitting = Sitting.objects.create(record=record)
    of_segment = {"convener": "branch", "presider_post": "secretary"}
    of_segment |= {name: fields.pop(name) for name in list(fields) if name in of_segment}
    segment = Segment.objects.create(sitting=sitting, kind=kind, **of_segment)
    counts = {"due": 10, "entitled": 9, "present": 9, "present_entitled": 8, **fields}
    SegmentHost.objects.create(segment=segment, unit=unit, **counts)
    return record
