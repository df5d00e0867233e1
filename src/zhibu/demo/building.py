"""Hands the invented workbooks to the importers a county office uses, step by step."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from django.db import transaction

from zhibu.accounts.models import User
from zhibu.accounts.services import account_create
from zhibu.demo import sheets
from zhibu.demo.affairs import affairs_write
from zhibu.demo.prefecture import Branch, Builder, Prefecture
from zhibu.demo.sittings import Ledger
from zhibu.demo.writings import plans_write
from zhibu.jobs.services import import_begin, import_confirm, import_read, import_write
from zhibu.membership.services import group_assign
from zhibu.organization.models import Person, Post, RoleGrant, Unit
from zhibu.organization.services import (
    pack_adopt,
    posts_import,
    role_grant,
    unit_merge,
    units_import,
)
from zhibu.organization.services.people import ID_PURPOSE
from zhibu.packs.services import builtin_packs, pack_install
from zhibu.shared.changes import deferred
from zhibu.shared.secrets import blind_index
from zhibu.standards.services import run_make, run_publish, units_judge

Told = Callable[[int, int], None]
PASSWORD = "zhibu-demo-2026"
#: Accounts of the demo, and what each is there to see.
LOGINS = (
    ("shuji", "本支部的分数、下一步、会议、党员"),
    ("jiluyuan", "录入本村支部的会议"),
    ("gongwei", "市直机关各支部的全景图，一张待确认的党员表"),
    ("xiangzhen", "本镇各支部"),
    ("zuzhibu", "全县各支部"),
    ("shiwei", "全市各支部，已导入的表"),
    ("jiancha", "市直机关各支部，只看不改"),
    ("dangyuan", "我的记录"),
    ("shenji", "审计日志"),
    ("admin", "安装、授权、全部组织"),
)
ADOPTIONS = (("YZ", "national"), ("SZ", "city-organs"), ("QH", "county-rural"))


class ImportRefused(Exception):
    """A demo sheet that should go in whole did not; the message says why."""


@dataclass(slots=True)
class Step:
    title: str
    run: Callable[[Told], str]


class Building:
    """The steps of the demo. Each says in one line what it did."""

    def __init__(self, folder: Path, today: date, scale: float = 1.0) -> None:
        self.folder, self.today = folder, today
        self.years = (today.year - 1, today.year)
        self.prefecture: Prefecture = Builder(today, scale=scale).build()
        self.random = Random(11)

    def steps(self) -> Iterator[Step]:
        yield Step("安装制度包", self._packs)
        yield Step("写出单位上报的表格", self._sheets)
        yield Step("导入组织架构", self._units)
        yield Step("导入党员基本信息汇总表", self._members)
        yield Step("导入任职", self._posts)
        yield Step("编入党小组", self._groups)
        yield Step("采用制度包", self._adopt)
        for year in self.years:
            yield Step(
                f"导入 {year} 年会议台账", lambda told, year=year: self._sittings(year, told)
            )
        yield Step("写入计划、小结和总结", self._writings)
        yield Step("办理村级事项", self._affairs)
        yield Step("年中合并支部", self._mergers)
        yield Step("评判", self._judge)
        yield Step("开通账号", self._accounts)
        yield Step("留一张待确认的表", self._pending)

    @property
    def organs(self) -> list[Branch]:
        return [branch for branch in self.prefecture.branches if not branch.rural]

    @property
    def villages(self) -> list[Branch]:
        return [branch for branch in self.prefecture.branches if branch.rural]

    @property
    def installer(self) -> User:
        return User.objects.get(username="admin")

    @property
    def office(self) -> User:
        """Who hands in the sheets: the installer may set up but keeps no records."""
        return User.objects.get(username="shiwei")

    def _packs(self, told: Told) -> str:
        if not User.objects.filter(username="admin").exists():
            user = User(
                username="admin",
                display_name="系统管理员",
                is_installer=True,
                must_change_password=False,
            )
            user.set_password(PASSWORD)
            user.save(force_insert=True)
        found = builtin_packs()
        for number, path in enumerate(found, start=1):
            pack_install(path=path, actor=self.installer)
            told(number, len(found))
        return f"{len(found)} 个"

    def _sheets(self, told: Told) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        sheets.units_write(self.folder / "组织架构.xlsx", self.prefecture)
        sheets.posts_write(self.folder / "任职.xlsx", self.prefecture.branches)
        parts = self._parts()
        for number, (name, branches) in enumerate(parts.items(), start=1):
            sheets.members_write(
                self.folder / f"党员-{name}.xlsx", branches, self.random, self.today
            )
            told(number, len(parts))
        for year in self.years:
            for name, branches in (("市直机关", self.organs), ("青河县", self.villages)):
                rows = (
                    row
                    for branch in branches
                    for row in Ledger(branch, self.random, self.today).rows((year,))
                )
                sheets.sittings_write(self.folder / f"会议台账-{year}-{name}.xlsx", rows)
        return f"在 {self.folder}"

    def _parts(self) -> dict[str, list[Branch]]:
        """One member sheet for the organs, one for each township."""
        parts = {"市直机关": self.organs}
        for branch in self.villages:
            parts.setdefault(branch.township, []).append(branch)
        return parts

    def _units(self, told: Told) -> str:
        with deferred():
            count = units_import(rows=self.folder / "组织架构.xlsx", actor=self.installer)
        self._account("shiwei", "云州市委组织部工作人员", "YZ", RoleGrant.Role.COUNTY)
        return f"{count} 个组织"

    def _members(self, told: Told) -> str:
        count, parts = 0, self._parts()
        for number, name in enumerate(parts, start=1):
            count += self._import("members", self.folder / f"党员-{name}.xlsx", _silent)
            told(number, len(parts))
        return f"{count} 名党员"

    def _posts(self, told: Told) -> str:
        with deferred():
            return f"{posts_import(rows=self.folder / '任职.xlsx', actor=self.office)} 个任职"

    def _groups(self, told: Told) -> str:
        wanted = [
            (
                branch.unit.code,
                sheets.group_code(branch, order),
                [person.id_number for person in members],
            )
            for branch in self.prefecture.branches
            for order, (_title, members) in enumerate(branch.groups, start=1)
        ]
        indexes = dict(Person.objects.exclude(id_index=None).values_list("id_index", "pk"))
        units = Unit.objects.in_bulk(field_name="code")
        with transaction.atomic(), deferred():
            for number, (code, group, members) in enumerate(wanted, start=1):
                people = [indexes[blind_index(member, ID_PURPOSE)] for member in members]
                group_assign(
                    unit=units[code], group=units[group], person_ids=people, actor=self.office
                )
                told(number, len(wanted))
        return f"{len(wanted)} 个党小组"

    def _adopt(self, told: Told) -> str:
        with deferred():
            for code, key in ADOPTIONS:
                unit = Unit.objects.get(code=code)
                pack_adopt(
                    unit=unit, pack_key=key, actor=self.installer, from_on=date(self.years[0], 1, 1)
                )
        return "national、city-organs、county-rural"

    def _sittings(self, year: int, told: Told) -> str:
        count = 0
        for name in ("市直机关", "青河县"):
            count += self._import("sittings", self.folder / f"会议台账-{year}-{name}.xlsx", told)
        return f"{count} 次会议"

    def _import(self, kind: str, path: Path, told: Told) -> int:
        """Preview and confirm one sheet, just as a clerk would; rows with errors stay out."""
        with deferred():
            made = import_begin(
                kind=kind, filename=path.name, data=path.read_bytes(), actor=self.office
            )
            made = import_read(import_id=made.pk, told=told)
            if made.state != made.State.PREVIEWED:
                raise ImportRefused(f"{path.name}：{made.message}")
            import_confirm(import_id=made.pk, actor=self.office)
            written = import_write(import_id=made.pk, told=told)
        if written.state != made.State.COMMITTED:
            raise ImportRefused(f"{path.name}：{written.message}")
        return int(made.counts.get("new", 0))

    def _writings(self, told: Told) -> str:
        return (
            f"{plans_write(self.prefecture.branches, self.years, self.today, self.office, told)} 份"
        )

    def _affairs(self, told: Told) -> str:
        """The recorder's village has all of them, its neighbours fewer, most villages none."""
        first = self._typical(self.villages)
        rest = [one for one in self.villages if one is not first and not one.unit.merged_on]
        chosen = [first, *rest][:4]
        units = Unit.objects.in_bulk([one.unit.code for one in chosen], field_name="code")
        ordered = [units[one.unit.code] for one in chosen]
        return f"{affairs_write(ordered, self.today, self.office)} 件"

    def _mergers(self, told: Told) -> str:
        """A few branches end in mid-year and are taken in by the branch before them."""
        merged = 0
        for before, branch in itertools.pairwise(self.prefecture.branches):
            day = branch.unit.merged_on
            if day is None or before.unit.merged_on or before.unit.parent != branch.unit.parent:
                continue
            unit, into = (Unit.objects.get(code=one.unit.code) for one in (branch, before))
            with deferred():
                unit_merge(unit=unit, into=into, day=day, actor=self.installer)
            merged += 1
        return f"{merged} 个"

    def _judge(self, told: Told) -> str:
        ids = list(Unit.objects.branches().values_list("pk", flat=True))
        units_judge(unit_ids=ids, day=self.today, years=self.years)
        run = run_make(
            standard="liuhua",
            scope=Unit.objects.get(code="SZ"),
            as_of=date(self.years[0], 12, 31),
            title=f"{self.years[0]} 年度市直机关评判",
            actor=self.office,
        )
        run_publish(run=run, actor=self.office)
        return f"{len(ids)} 个支部"

    def _accounts(self, told: Told) -> str:
        organ, village = self._typical(self.organs), self._typical(self.villages)
        town = Unit.objects.get(code=village.unit.parent)
        self._account("gongwei", "市直机关工委工作人员", "SZ", RoleGrant.Role.TOWNSHIP)
        self._account("zuzhibu", "青河县委组织部工作人员", "QH", RoleGrant.Role.COUNTY)
        self._account("xiangzhen", f"{town}工作人员", town.code, RoleGrant.Role.TOWNSHIP)
        self._account("jiancha", "检查员", "SZ", RoleGrant.Role.INSPECTOR)
        self._account("shenji", "审计员", "YZ", RoleGrant.Role.AUDITOR)
        self._branch_account("shuji", organ, RoleGrant.Role.SECRETARY)
        self._branch_account("jiluyuan", village, RoleGrant.Role.RECORDER)
        self._branch_account("dangyuan", organ, RoleGrant.Role.MEMBER)
        return f"{len(LOGINS)} 个"

    def _typical(self, branches: list[Branch]) -> Branch:
        """A middling branch that has stood through both years: something to praise, something to mend."""
        old = [
            one
            for one in branches
            if one.unit.founded.year < self.years[0] and not one.unit.merged_on
        ]
        full = [one for one in old if one.holder("书记", self.today) and len(one.posts) >= 3] or old
        return min(full, key=lambda one: abs(one.quality - 0.8))

    def _account(
        self, username: str, who: str, code: str, role: str, person: Person | None = None
    ) -> None:
        user = account_create(
            username=username, password=PASSWORD, display_name=who, actor=self.installer
        )
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
        unit = Unit.objects.get(code=code)
        role_grant(user=user, unit=unit, role=role, actor=self.installer)
        if person is not None:
            person.user = user
            person.save(update_fields=["user"])

    def _branch_account(self, username: str, branch: Branch, role: str) -> None:
        unit = Unit.objects.get(code=branch.unit.code)
        codes = {"secretary": ["secretary"], "recorder": ["village_clerk", "org_member"]}.get(
            role, []
        )
        post = (
            Post.objects.held_on(self.today)
            .filter(unit=unit, code__in=codes, person__user=None)
            .first()
        )
        if post is not None:
            person = post.person
        else:
            taken = {held.person.id_number for held in branch.posts}
            number = next(one.id_number for one in branch.members if one.id_number not in taken)
            person = Person.objects.get(id_index=blind_index(number, ID_PURPOSE))
        self._account(username, person.name, unit.code, role, person)

    def _pending(self, told: Told) -> str:
        """A member sheet with changes and mistakes, read and waiting for a yes."""
        branches = self.organs[:5]
        path = self.folder / "党员-待确认.xlsx"
        sheets.members_write(path, branches, Random(3), self.today, spoiled=True)
        user = User.objects.get(username="gongwei")
        made = import_begin(kind="members", filename=path.name, data=path.read_bytes(), actor=user)
        import_read(import_id=made.pk)
        return path.name


def _silent(done: int, total: int) -> None:
    """For sheets too small to watch."""


def demo_exists() -> bool:
    return Unit.objects.filter(code="YZ").exists()
