"""From a row of the ledger sheet to a ``SittingInput``; every doubt names its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhibu.jobs.cells import cell_day, cell_text
from zhibu.jobs.importers import CellWrong, Problem, TableRow
from zhibu.meetings import terms
from zhibu.meetings.absences import NamedAbsence, NotUnderstood, absences_parse
from zhibu.meetings.bulkfacts import BulkFacts
from zhibu.meetings.dayfacts import Seat
from zhibu.meetings.inputs import (
    Absence,
    AgendaInput,
    HostInput,
    RoleInput,
    SegmentInput,
    SittingInput,
)
from zhibu.meetings.seating import due_seats
from zhibu.meetings.sheet import SYNONYMS, cell_number, cell_time, items_split, words_split
from zhibu.organization.models import Unit

_STUDY = ("学习", "传达学习", "集中学习")


@dataclass(slots=True)
class RowReader:
    """Reads one row. What it can not take goes to ``problems``, what it doubts to ``warnings``."""

    row: TableRow
    facts: BulkFacts
    unit: Unit
    joint: list[Unit]
    day: date
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def read(self) -> SittingInput | None:
        words = self.facts.words(self.unit.pk, self.day)
        kinds = self._codes("kinds", words, "segment_kind", _("会议类别"))
        conveners = self._codes("convener", words, "convener", _("召集主体"))
        forms = self._codes("form", words, "activity_form", _("活动形式"))
        named = self._take("away", lambda value: self._named(cell_text(value))) or []
        if not kinds or self.problems:
            return None
        group_id = self._group(kinds, words)
        segments = self._segments(words, kinds, conveners, forms, named, group_id)
        return SittingInput(
            self.unit.pk,
            self.day,
            tuple(segments),
            self._take("starts_at", cell_time),
            self._take("ends_at", cell_time),
            self.text("place")[:100],
        )

    def text(self, key: str) -> str:
        return cell_text(self.row[key])

    def wrong(self, key: str, message: str) -> None:
        self.problems.append(Problem(self.row.cell(key), message))

    def doubt(self, key: str, message: str) -> None:
        self.warnings.append(Problem(self.row.cell(key), message))

    def _take(self, key: str, read: Callable[[Any], Any]) -> Any:
        try:
            return read(self.row[key])
        except (CellWrong, NotUnderstood) as error:
            self.wrong(key, str(error))
            return None

    @staticmethod
    def _named(text: str) -> list[NamedAbsence]:
        return absences_parse(text)

    def _codes(self, key: str, words: Any, name: str, title: str) -> list[str]:
        """Codes of the words in a cell, in their order."""
        by_title, known = self.facts.titles(words, name), words.codes.get(name, {})
        found = []
        for word in words_split(self.text(key)):
            code = (
                by_title.get(word)
                or by_title.get(SYNONYMS.get(word, ""))
                or (word if word in known else "")
            )
            if code:
                found.append(code)
            else:
                text = _("没有名为“%(word)s”的%(title)s。可以填：%(known)s。")
                self.wrong(key, text % {"word": word, "title": title, "known": "、".join(by_title)})
        if key == "kinds" and not found and not self.problems:
            self.wrong(key, _("请填写会议类别。"))
        return found

    def _group(self, kinds: list[str], words: Any) -> int | None:
        if not any(words.segment_kinds[code].due == "group" for code in kinds):
            return None
        name = self.text("group")
        groups = self.facts.groups.get(self.unit.pk, [])
        fit = [one for one in groups if name and name in {one.name, one.short_name, one.code}]
        if len({one.pk for one in fit}) == 1:
            return fit[0].pk
        known = "、".join(dict.fromkeys(str(one) for one in groups)) or _("系统内未见")
        self.wrong("group", _("请填写开会的党小组。本支部的党小组：%(known)s。") % {"known": known})
        return None

    def _segments(
        self, words: Any, kinds: list[str], conveners: list[str], forms: list[str],
        named: list[NamedAbsence], group_id: int | None,
    ) -> Iterable[SegmentInput]:  # fmt: skip
        agenda, content = self._agenda()
        presiders = self._people("presider", group_id, len(kinds))
        recorders = self._people("recorder", group_id, len(kinds))
        lecturer = self._people("lecturer", group_id, 1)[0]
        teaches = [
            code for code in kinds if terms.takes_lecturer(words.segment_kinds[code])
        ] or kinds[:1]
        hosts = self._hosts(words, kinds, named, group_id)
        for index, code in enumerate(kinds):
            given = (("presider", presiders[index]), ("recorder", recorders[index]))
            roles = [RoleInput(role, person) for role, person in given if person]
            roles += [RoleInput("lecturer", lecturer)] if lecturer and code in teaches else []
            own = [form for form in forms if form in (words.segment_kinds[code].forms or forms)]
            takes_form = "form" in words.segment_kinds[code].required or len(kinds) == 1
            yield SegmentInput(
                kind=code,
                convener=conveners[index]
                if len(conveners) == len(kinds)
                else (conveners[0] if conveners else ""),
                theme=self.text("theme")[:200],
                form=own[0] if own and takes_form else "",
                material=self.text("material")[:200],
                content=content if index == 0 else "",
                hosts=hosts[index],
                roles=tuple(roles),
                agenda=tuple(agenda)
                if index == 0 or "agenda" in words.segment_kinds[code].required
                else (),
            )

    def _agenda(self) -> tuple[list[AgendaInput], str]:
        """Items with their resolutions in order; a resolution without any item is kept as text."""
        titles, resolutions = items_split(self.text("agenda")), items_split(self.text("resolution"))
        if not titles:
            theme = self.text("theme")
            if not theme or not resolutions:
                return [], _("决议：%(text)s") % {
                    "text": "；".join(resolutions)
                } if resolutions else ""
            titles = [theme]
        if len(resolutions) > len(titles):
            resolutions = [
                *resolutions[: len(titles) - 1],
                "；".join(resolutions[len(titles) - 1 :]),
            ]
        resolutions += [""] * (len(titles) - len(resolutions))
        return [
            AgendaInput(title[:200], is_study=title.startswith(_STUDY), resolution=resolution)
            for title, resolution in zip(titles, resolutions, strict=True)
        ], ""

    def _hosts(
        self, words: Any, kinds: list[str], named: list[NamedAbsence], group_id: int | None
    ) -> list[tuple[HostInput, ...]]:
        """Each segment's hosts; a name is looked for in the unit itself, then in those it met with."""
        present, due = self._take("present", cell_number), self._take("due", cell_number)
        nonmembers = self._take("nonmembers", cell_number) or 0
        units, lists, found = [self.unit, *self.joint], [], []
        for code in kinds:
            kind = words.segment_kinds[code]
            group = group_id if kind.due == "group" else None
            lists.append(
                [due_seats(kind, HostInput(u.pk, group), self.day, self.facts) for u in units]
            )
        self._refuse_unknown(named, lists)
        for code, seats in zip(kinds, lists, strict=True):
            group = group_id if words.segment_kinds[code].due == "group" else None
            same = len(seats[0]) == len(lists[0][0])
            away, left = [], named
            for one in seats:
                away.append(self._away(left, one))
                known = self.facts.seats_index(one) if left else {}
                left = [absence for absence in left if absence.name not in known]
            stated = (
                due if due is not None and terms.takes_numbers(words.segment_kinds[code]) else None
            )
            if stated == len(seats[0]):
                stated = None
            hosts = [
                HostInput(
                    self.unit.pk, group, away[0], nonmembers,
                    present if same or stated is not None else None,
                    () if stated is not None and stated < len(seats[0]) else None, stated,
                )
            ]  # fmt: skip
            hosts += [HostInput(u.pk, None, a) for u, a in zip(self.joint, away[1:], strict=True)]
            found.append(tuple(hosts))
        counted = terms.takes_numbers(words.segment_kinds[kinds[0]])
        if due is not None and due != len(lists[0][0]) and not counted:
            text = _("表上应到 %(said)s 人，当日名册应到 %(due)s 人，按名册计。")
            self.doubt("due", text % {"said": due, "due": len(lists[0][0])})
        return found

    def _refuse_unknown(self, named: list[NamedAbsence], lists: list[list[list[Seat]]]) -> None:
        """Names on no list of the sitting."""
        if not named:
            return
        everybody = {
            name for seats in lists for one in seats for name in self.facts.seats_index(one)
        }
        for name in sorted({one.name for one in named} - everybody):
            text = _("应到名单上没有“%(name)s”。请核对姓名，或先更正党员名册。")
            self.wrong("away", text % {"name": name})

    def _away(self, named: list[NamedAbsence], seats: list[Seat]) -> tuple[Absence, ...]:
        if not named:
            return ()
        index, found = self.facts.seats_index(seats), []
        for one in named:
            people = index.get(one.name, [])
            if len(people) > 1:
                text = _(
                    "应到名单上有 %(count)s 位“%(name)s”，请写上同名标记，例如：%(name)s（大）。"
                )
                self.wrong("away", text % {"count": len(people), "name": one.name})
            elif people:
                found.append(Absence(people[0], one.state, one.reason[:100]))
        return tuple({one.person_id: one for one in found}.values())

    def _people(self, key: str, group_id: int | None, count: int) -> list[int | None]:
        """One for each kind: as many names as kinds, else the first name for all of them."""
        names = words_split(self.text(key))
        if count > 1 and len(names) == count:
            return [self._person(key, name, group_id) for name in names]
        return [self._person(key, names[0], group_id) if names else None] * count

    def _person(self, key: str, name: str, group_id: int | None) -> int | None:
        """Somebody of the units that met, or who holds a post above; of one name, he who holds a post."""
        for index in self._candidates(group_id):
            fit = index.get(name, [])
            if len(fit) == 1:
                return fit[0]
            if fit:
                text = _("有 %(count)s 位“%(name)s”，请写上同名标记，例如：%(name)s（大）。")
                self.wrong(key, text % {"count": len(fit), "name": name})
                return None
        self.wrong(
            key,
            _("当日的名册和任职里没有“%(name)s”。请核对姓名，或先登记其任职。") % {"name": name},
        )
        return None

    def _candidates(self, group_id: int | None) -> Iterator[dict[str, list[int]]]:
        """Nearest first: who holds a post in the group, in the unit, its members, those it met with, those above."""
        if group_id:
            yield self.facts.posts_index(group_id, self.day)
        for unit in (self.unit, *self.joint):
            yield self.facts.posts_index(unit.pk, self.day)
            yield self.facts.members_index(unit.pk, self.day)
        for unit_id in self.facts.above(self.unit.pk):
            yield self.facts.posts_index(unit_id, self.day)


def day_read(row: TableRow) -> tuple[date | None, Problem | None]:
    try:
        day = cell_day(row["day"])
    except CellWrong as error:
        return None, Problem(row.cell("day"), str(error))
    if day is None:
        return None, Problem(row.cell("day"), _("请填写日期。"))
    return day, None
