"""The whole organisation, or all posts, from one sheet: all or nothing, with every mistake named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import Actor, event_record
from zhibu.organization import ancestry, policies
from zhibu.organization.models import Line, Person, Placement, Post, Term, Unit
from zhibu.organization.selectors import BASE_PACK, name_plain, person_unit_ids, unit_names
from zhibu.organization.services.people import (
    ID_PURPOSE,
    PersonFields,
    identity_plain,
    person_columns,
)
from zhibu.organization.sheets import Row, SheetRefused, day_read, sheet_read
from zhibu.packs.selectors import pack_words, packs_installed
from zhibu.shared.changes import units_changed
from zhibu.shared.secrets import blind_index

UNIT_HEADINGS = ("代码", "名称", "类别", "成立日期")
POST_HEADINGS = ("组织", "姓名", "职务", "任职日期")
YES = {"是", "√", "1", "有"}


@dataclass
class Sheet:
    """What one pass over the lines gathers."""

    errors: list[str] = field(default_factory=list)

    def wrong(self, row: Row, heading: str, sentence: str) -> None:
        self.errors.append(f"{row.address(heading)}（{heading}）：{sentence}")

    def day(self, row: Row, heading: str, *, required: bool = False) -> date | None:
        value = row.values.get(heading)
        if value is None:
            if required:
                self.wrong(row, heading, _("请填写日期。"))
            return None
        found = day_read(value)
        if found is None:
            self.wrong(
                row, heading, _("“%(value)s”不是日期，请写成 2020-07-01。") % {"value": value}
            )
        return found

    def choice(self, row: Row, heading: str, known: Mapping[str, str]) -> str:
        """The code of a title; an empty cell is the empty code."""
        text = row.text(heading)
        if text and name_plain(text) not in known:
            self.wrong(
                row,
                heading,
                _("不认识“%(value)s”；可填：%(known)s。")
                % {"value": text, "known": "、".join(k for k in known if not k.isascii())},
            )
        return known.get(name_plain(text), "")

    def stop_if_wrong(self) -> None:
        if self.errors:
            raise SheetRefused(self.errors)


# Units


def units_import(*, rows: Sequence[Row] | Path | bytes, actor: Actor) -> int:
    """Found all units of the sheet at their places; lines already here unchanged are passed over.

    Columns: 代码 名称 类别 成立日期, and where known 简称 别名 领域 上级 归口 撤销日期 临时 排序 本届起 本届届满.
    上级 and 归口 are codes or names, of the sheet or already here. Returns how many units are new.
    """
    lines = sheet_read(rows, UNIT_HEADINGS) if isinstance(rows, Path | bytes) else rows
    return _units_write(lines, actor)


@transaction.atomic
def _units_write(lines: Sequence[Row], actor: Actor) -> int:
    sheet = Sheet()
    known = {unit.code: unit for unit in Unit.objects.select_for_update()}
    fresh = _units_read(lines, known, sheet)
    sheet.stop_if_wrong()
    by_name: dict[str, list[Unit]] = defaultdict(list)
    for unit in [*known.values(), *(unit for _row, unit in fresh)]:
        for name in unit_names(unit):
            by_name[name].append(unit)
    above = {
        (row.number, h): _above(row, h, by_name, sheet)
        for row, _unit in fresh
        for h in ("上级", "归口")
    }
    for row, _unit in fresh:
        _check_parent(row, above[row.number, "上级"], known, actor)
    _check_rings({unit.code: above[row.number, "上级"] for row, unit in fresh}, fresh, sheet)
    sheet.stop_if_wrong()
    _units_save(fresh, above, sheet)
    ids = [unit.pk for _row, unit in fresh]
    if ids:
        event_record(
            actor=actor,
            action="organization.units_imported",
            target="organization.unit",
            count=len(ids),
        )
        units_changed(ids)
    return len(ids)


def _units_read(
    lines: Sequence[Row], known: Mapping[str, Unit], sheet: Sheet
) -> list[tuple[Row, Unit]]:
    kinds = {str(kind.label): kind.value for kind in Unit.Kind} | {
        kind.value: kind.value for kind in Unit.Kind
    }
    kinds |= {code: kind for kind, code in Unit.NATIONAL_CODES.items()}
    sectors = {str(s.label): s.value for s in Unit.Sector} | {s.value: s.value for s in Unit.Sector}
    sectors |= {
        title: code
        for code, title in pack_words(((BASE_PACK, ""),)).codes.get("sector", {}).items()
    }
    fresh, seen = [], {}
    for row in lines:
        unit = _unit_read(row, kinds, sectors, sheet)
        if unit.code in seen:
            sheet.wrong(row, "代码", _("与第 %(row)s 行的代码重复。") % {"row": seen[unit.code]})
        seen[unit.code] = row.number
        here = known.get(unit.code)
        if here is None:
            fresh.append((row, unit))
        elif (here.name, here.kind) != (unit.name, unit.kind):
            sheet.wrong(
                row,
                "代码",
                _("这个代码已用于“%(name)s”。更名请在组织页面办理。") % {"name": here.name},
            )
    return fresh


def _unit_read(
    row: Row, kinds: Mapping[str, str], sectors: Mapping[str, str], sheet: Sheet
) -> Unit:
    for heading in ("代码", "名称", "类别"):
        if not row.text(heading):
            sheet.wrong(row, heading, _("请填写。"))
    founded, withdrawn = sheet.day(row, "成立日期", required=True), sheet.day(row, "撤销日期")
    if founded and withdrawn and withdrawn < founded:
        sheet.wrong(row, "撤销日期", _("撤销日期不能早于成立日期。"))
    order = row.text("排序")
    return Unit(
        code=row.text("代码"), name=row.text("名称"), short_name=row.text("简称"),
        aliases="\n".join(row.text("别名").replace("；", ";").replace("、", ";").split(";")).strip(),
        kind=sheet.choice(row, "类别", kinds), sector=sheet.choice(row, "领域", sectors),
        founded_on=founded, withdrawn_on=withdrawn, is_temporary=row.text("临时") in YES,
        order=int(order) if order.isdigit() else row.number,
    )  # fmt: skip


def _above(row: Row, heading: str, by_name: Mapping[str, list[Unit]], sheet: Sheet) -> Unit | None:
    wanted = name_plain(row.text(heading))
    if not wanted:
        return None
    found = {unit.code: unit for unit in by_name.get(wanted, [])}
    if wanted in found:
        return found[wanted]
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        said = _("有 %(count)s 个组织叫“%(name)s”，请改填代码：%(codes)s。")
        sheet.wrong(
            row,
            heading,
            said % {"count": len(found), "name": wanted, "codes": "、".join(sorted(found))},
        )
    else:
        said = _("没有叫“%(name)s”的组织，请核对名称或代码，或把它加到表中。")
        sheet.wrong(row, heading, said % {"name": wanted})
    return None


def _check_parent(row: Row, parent: Unit | None, known: Mapping[str, Unit], actor: Actor) -> None:
    if isinstance(actor, str) or actor.is_installer:
        return
    if not row.text("上级"):
        raise PermissionDenied
    if (
        parent is not None
        and parent.code in known
        and not policies.may_manage_organization(actor, parent)
    ):
        raise PermissionDenied


def _check_rings(
    parents: Mapping[str, Unit | None], fresh: Sequence[tuple[Row, Unit]], sheet: Sheet
) -> None:
    for row, unit in fresh:
        seen, at = {unit.code}, parents[unit.code]
        while at is not None:
            if at.code in seen:
                sheet.wrong(row, "上级", _("隶属关系成了环，请检查上级。"))
                break
            seen.add(at.code)
            at = parents.get(at.code)


def _units_save(
    fresh: Sequence[tuple[Row, Unit]], above: Mapping[tuple[int, str], Unit | None], sheet: Sheet
) -> None:
    # Keys come back on both databases, so the parents found above know theirs now.
    Unit.objects.bulk_create([unit for _row, unit in fresh], batch_size=500)
    placements, terms = [], []
    for row, unit in fresh:
        for line, heading in ((Line.TREE, "上级"), (Line.GUIDANCE, "归口")):
            parent = above[row.number, heading]
            if parent is not None:
                placements.append(
                    Placement(unit=unit, parent=parent, line=line, from_on=unit.founded_on)
                )
        first, last = sheet.day(row, "本届起"), sheet.day(row, "本届届满")
        if first and last and first < last:
            terms.append(Term(unit=unit, from_on=first, to_on=last))
        elif first or last:
            sheet.wrong(row, "本届届满", _("本届起和本届届满要一起填写，届满日期应晚于开始日期。"))
    sheet.stop_if_wrong()
    Placement.objects.bulk_create(placements, batch_size=500)
    Term.objects.bulk_create(terms, batch_size=500)
    ancestry.rebuild(unit.pk for _row, unit in fresh)


# Posts


def posts_import(*, rows: Sequence[Row] | Path | bytes, actor: Actor) -> int:
    """Enter all posts of the sheet; lines already here unchanged are passed over.

    Columns: 组织 姓名 职务 任职日期, and where known 身份证号 离任日期 分工. 组织 is a code or a name.
    A person is found by identity number; without one by name among the people of that unit. A name known
    only elsewhere is asked about, never guessed; a name known nowhere is a new person.
    """
    lines = sheet_read(rows, POST_HEADINGS) if isinstance(rows, Path | bytes) else rows
    return _posts_write(lines, actor)


@transaction.atomic
def _posts_write(lines: Sequence[Row], actor: Actor) -> int:
    sheet = Sheet()
    by_name: dict[str, list[Unit]] = defaultdict(list)
    for unit in Unit.objects.all():
        for name in unit_names(unit):
            by_name[name].append(unit)
    persons, titles = _Persons(lines), _post_codes()
    posts: list[Post] = []
    here = set(Post.objects.values_list("person_id", "unit_id", "code", "from_on"))
    for row in lines:
        post = _post_read(row, by_name, titles, persons, sheet)
        if post is not None and (post.person_id, post.unit_id, post.code, post.from_on) not in here:
            here.add((post.person_id, post.unit_id, post.code, post.from_on))
            posts.append(post)
    sheet.stop_if_wrong()
    units = {post.unit_id: post.unit for post in posts}
    if not all(policies.may_manage_posts(actor, unit) for unit in units.values()):
        raise PermissionDenied
    Post.objects.bulk_create(posts, batch_size=500)
    if posts:
        event_record(
            actor=actor,
            action="organization.posts_imported",
            target="organization.post",
            count=len(posts),
        )
        units_changed(units)
    return len(posts)


def _post_codes() -> dict[str, str]:
    """Title and code → code, of all installed packs; the national titles win."""
    found: dict[str, str] = {}
    keys = sorted({version.key for version in packs_installed()}, key=lambda key: key == BASE_PACK)
    for key in keys:
        for code, title in pack_words(((key, ""),)).codes.get("post", {}).items():
            found[name_plain(title)] = found[code] = code
    return found


class _Persons:
    """Who is meant by a line."""

    def __init__(self, lines: Sequence[Row]) -> None:
        wanted = {row.text("姓名") for row in lines}
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in (
            Person.objects.all() if len(wanted) > 500 else Person.objects.filter(name__in=wanted)
        ):
            self.by_name[person.name].append(person)
        self.by_index = {
            p.id_index: p for people in self.by_name.values() for p in people if p.id_index
        }
        self.units: dict[int, set[int]] = {}

    def find(self, row: Row, unit: Unit, sheet: Sheet) -> Person | None:
        name, number = row.text("姓名"), identity_plain(row.text("身份证号"))
        if not name:
            sheet.wrong(row, "姓名", _("请填写。"))
            return None
        if number:
            index = blind_index(number, ID_PURPOSE)
            found = self.by_index.get(index) or Person.objects.filter(id_index=index).first()
            if found is not None and found.name != name:
                said = _("这个身份证号登记的姓名是%(name)s，请核对。")
                sheet.wrong(row, "身份证号", said % {"name": found.name})
            return found or self._new(PersonFields(name=name, id_number=number), unit)
        return self._by_name(row, name, unit, sheet)

    def _by_name(self, row: Row, name: str, unit: Unit, sheet: Sheet) -> Person | None:
        people = self.by_name.get(name, [])
        if not people:
            return self._new(PersonFields(name=name), unit)
        local = [person for person in people if unit.pk in self._units(person)]
        if len(local) == 1:
            return local[0]
        said = (
            _("本组织有 %(count)s 人叫%(name)s，请填写身份证号加以区分。")
            if local
            else _("别的组织有 %(count)s 人叫%(name)s，系统不能断定是否同一人，请填写身份证号。")
        )
        sheet.wrong(row, "姓名", said % {"count": len(local or people), "name": name})
        return None

    def _units(self, person: Person) -> set[int]:
        if person.pk not in self.units:
            self.units[person.pk] = person_unit_ids(person)
        return self.units[person.pk]

    def _new(self, fields: PersonFields, unit: Unit) -> Person:
        person = Person.objects.create(**person_columns(fields))
        self.by_name[person.name].append(person)
        if person.id_index:
            self.by_index[person.id_index] = person
        self.units[person.pk] = {unit.pk}
        return person


def _post_read(
    row: Row,
    by_name: Mapping[str, list[Unit]],
    titles: Mapping[str, str],
    persons: _Persons,
    sheet: Sheet,
) -> Post | None:
    errors = len(sheet.errors)
    if not row.text("组织"):
        sheet.wrong(row, "组织", _("请填写。"))
    unit, code = _above(row, "组织", by_name, sheet), sheet.choice(row, "职务", titles)
    if not row.text("职务"):
        sheet.wrong(row, "职务", _("请填写。"))
    first, last = sheet.day(row, "任职日期", required=True), sheet.day(row, "离任日期")
    if first and last and last < first:
        sheet.wrong(row, "离任日期", _("离任日期不能早于任职日期。"))
    if unit and first and first < unit.founded_on:
        said = _("任职日期不能早于组织的成立日期 %(day)s。")
        sheet.wrong(row, "任职日期", said % {"day": unit.founded_on})
    person = persons.find(row, unit, sheet) if unit else None
    if len(sheet.errors) > errors or person is None:
        return None
    return Post(
        person=person, unit=unit, code=code, duty=row.text("分工")[:200], from_on=first, to_on=last
    )
